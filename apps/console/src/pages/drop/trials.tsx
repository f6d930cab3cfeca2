import {useMemo, useState} from 'preact/hooks';
import {faultyPlace} from '../../json/scan';
import {indented} from '../../json/tokens';
import {useSession} from '../../session/session';
import {Icon} from '../../ui/icon';
import {JsonText} from '../../ui/json_text';
import {bytes, count, number} from '../../ui/numbers';
import {PickList} from '../../ui/pick_list';
import {Refusal} from '../../ui/refusal';
import {Empty, Failure, Loading} from '../../ui/states';
import {useLoaded} from '../../ui/use_loaded';
import {type Trial, sampleSize, tryFirst} from './dry_run';
import type {Source} from './source';

interface TrialsProps {
  source: Source;
  kind: string;
  onStore(): void;
  onAgain(): void;
}

/// What would become of the first records of a source, one by one.
export function Trials({source, kind, onStore, onAgain}: TrialsProps) {
  const {client} = useSession();
  const {value: trials, problem, reload} = useLoaded(signal => tryFirst(client, kind, source, signal), [client, kind, source]);
  const refused = trials?.filter(({fault}) => fault).length ?? 0;
  const all = (trials?.length ?? 0) < sampleSize;
  return (
    <>
      <div class="card source">
        <Icon name="records" />
        <div><b class="foreign">{source.name}</b><span class="soft">{bytes(source.size)}{trials && ` · ${all ? '' : 'the first '}${count(trials.length, 'record')} tried`}</span></div>
        {trials && trials.length > 0 && <span class="toolbar">
          <span class="badge good">{number(trials.length - refused)} fine</span>
          {refused > 0 && <span class="badge bad">{number(refused)} refused</span>}
        </span>}
        <div class="toolbar push">
          <button type="button" class="button" onClick={onAgain}>Choose another</button>
          <button type="button" class="button primary" disabled={trials ? trials.length === 0 : !problem} onClick={onStore}>
            <Icon name="drop" />Store {all && trials ? number(trials.length - refused) : 'all'}{refused > 0 ? ', keep the refused as rejects' : ''}
          </button>
        </div>
      </div>
      {problem && <Failure problem={problem} retry={reload} title="The records could not be tried" />}
      {!trials && !problem && <Loading what="results" lines={10} />}
      {trials?.length === 0 && <Empty icon="search" title="There are no records in it"><p>The file is empty, or has only blank lines.</p></Empty>}
      {trials && trials.length > 0 && <TrialList trials={trials} />}
    </>
  );
}

function TrialList({trials}: {trials: Trial[]}) {
  const firstBad = trials.findIndex(({fault}) => fault);
  const [chosen, setChosen] = useState(Math.max(0, firstBad));
  const [onlyBad, setOnlyBad] = useState(false);
  const shown = useMemo(() => trials.map((trial, index) => ({trial, index})).filter(({trial}) => !onlyBad || trial.fault), [trials, onlyBad]);
  const trial = trials[chosen]!;
  return (
    <div class="trials">
      <div class="trial-list">
        {firstBad >= 0 && (
          <label class="trial-filter"><input type="checkbox" checked={onlyBad} onChange={event => setOnlyBad(event.currentTarget.checked)} />Only refused</label>
        )}
        <PickList label="Records" items={shown} keyOf={({index}) => String(index)} chosen={String(chosen)} onChoose={({index}) => setChosen(index)}>
          {({trial: {original, fault}, index}) => (
            <>
              <span class={`dot ${fault ? 'bad' : 'good'}`} /><span class="visually-hidden">{fault ? 'Refused' : 'Fine'}</span>
              <span class="number soft">{number(index + 1)}</span>
              <code class="foreign">{fault ? fault.code : original.slice(0, 80)}</code>
            </>
          )}
        </PickList>
      </div>
      <section><h2>Original</h2>
        <JsonText key={chosen} label="Original" text={trial.original} mark={faultyPlace(trial.original, trial.fault?.pointer)} />
      </section>
      <section><h2>Result</h2>
        {trial.fault ? <Refusal fault={trial.fault} /> :
          <JsonText key={chosen} label="Result" text={indented(trial.result ?? '')} />}
      </section>
    </div>
  );
}
