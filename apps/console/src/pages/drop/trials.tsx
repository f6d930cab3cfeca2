import {useMemo, useState} from 'preact/hooks';
import {locate} from '../../json/scan';
import {indented} from '../../json/tokens';
import {useSession} from '../../session/session';
import {Icon} from '../../ui/icon';
import {JsonText} from '../../ui/json_text';
import {bytes, count, number} from '../../ui/numbers';
import {Empty, Failure, Loading, Notice} from '../../ui/states';
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
  const move = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const next = shown[shown.findIndex(({index}) => index === chosen) + step];
    if (step === 0 || !next) return;
    event.preventDefault();
    setChosen(next.index);
    (event.currentTarget as HTMLElement).querySelector<HTMLElement>(`[data-index="${next.index}"]`)?.focus();
  };
  return (
    <div class="trials">
      <div class="trial-list">
        {firstBad >= 0 && (
          <label class="trial-filter"><input type="checkbox" checked={onlyBad} onChange={event => setOnlyBad(event.currentTarget.checked)} />Only refused</label>
        )}
        <ol aria-label="Records" onKeyDown={move}>
          {shown.map(({trial: {original, fault}, index}) => (
            <li key={index}>
              <button type="button" data-index={index} aria-pressed={index === chosen} tabIndex={index === chosen ? 0 : -1} onClick={() => setChosen(index)}>
                <span class={`dot ${fault ? 'bad' : 'good'}`} /><span class="visually-hidden">{fault ? 'Refused' : 'Fine'}</span>
                <span class="number soft">{number(index + 1)}</span>
                <code class="foreign">{fault ? fault.code : original.slice(0, 80)}</code>
              </button>
            </li>
          ))}
        </ol>
      </div>
      <section><h2>Original</h2>
        <JsonText key={chosen} label="Original" text={trial.original} mark={trial.fault?.pointer ? locate(trial.original, trial.fault.pointer) : undefined} />
      </section>
      <section><h2>Result</h2>
        {trial.fault ? (
          <Notice tone="bad" icon="warning">
            <strong>It would be refused</strong>
            <span class="foreign">{trial.fault.detail}</span>
            <small><code>{trial.fault.code}</code>{trial.fault.step && <> in the step <code>{trial.fault.step}</code></>}
              {trial.fault.pointer && <> at <code class="foreign">{trial.fault.pointer.slice(0, 200)}</code></>}</small>
          </Notice>
        ) : <JsonText key={chosen} label="Result" text={indented(trial.result ?? '')} />}
      </section>
    </div>
  );
}
