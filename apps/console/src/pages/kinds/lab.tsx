import {useEffect, useMemo, useState} from 'preact/hooks';
import type {Problem} from '../../api/problem';
import {useSession} from '../../session/session';
import {Failure, Notice} from '../../ui/states';
import {Tabs} from '../../ui/tabs';
import {useLoaded} from '../../ui/use_loaded';
import {Compare} from './comparison';
import {DefinitionText, pointerIn} from './definition_text';
import {readStep, stepsOf, withSteps} from './definition';
import type {Deployed} from './deployed';
import type {Draft} from './draft';
import {Pipeline} from './pipeline';
import {type Place, show} from './place';
import {type Sample, lastStored, refused} from './sample';
import {Samples} from './samples';
import {Settings} from './settings';
import {notesOf} from './stages';
import {Tests} from './tests';
import {TraceView} from './trace_view';
import {type Tried, useTrial} from './use_trial';

const views = [{name: 'cards', title: 'Cards'}, {name: 'text', title: 'Text'}] as const;

/// The samples of the chosen source, and which of them is looked at.
function useSamples({name, samples: source, reject}: Place, isNew: boolean) {
  const {client} = useSession();
  const [pasted, setPasted] = useState<Sample[]>([]);
  const [key, setKey] = useState('');
  const loaded = useLoaded(async signal => {
    if (source === 'pasted' || isNew) return {source, list: []};
    return {source, list: source === 'stored' ? await lastStored(client, name, signal) : await refused(client, name, reject, signal)};
  }, [client, name, source, reject, isNew]);
  const list = source === 'pasted' ? pasted : loaded.value?.source === source ? loaded.value.list : undefined;
  const chosen = list?.find(sample => sample.key === key) ?? list?.[0];
  return {list, chosen, problem: loaded.problem, reload: loaded.reload, choose: (sample: Sample) => setKey(sample.key), paste: setPasted};
}

interface LabProps {
  place: Place;
  deployed: Deployed | undefined;  ///< Undefined if the kind is new.
  draft: Draft;
  onTried(tried: Tried): void;
}

/// A definition, records to try it on, and what becomes of them: step by step, and all together.
export function Lab({place, deployed, draft, onTried}: LabProps) {
  const {definition} = draft;
  const samples = useSamples(place, !deployed);
  const tried = useTrial(place.name, definition, samples.list, samples.chosen);
  useEffect(() => onTried(tried), [tried]);
  const {trial, problem} = tried;
  const steps = stepsOf(draft.last);
  const stage = Math.min(place.step ?? steps.length, steps.length);
  const setStage = (step: number) => show({...place, step});
  const traced = trial?.traced?.key === samples.chosen?.key ? trial?.traced : undefined;
  const outcome = samples.chosen && (trial?.outcomes.get(samples.chosen.key) ?? traced);
  const notes = useMemo(() => (problem ? [] : notesOf(steps.length, samples.chosen, traced, trial?.outcomes)), [steps.length, samples.chosen, traced, trial, problem]);
  return (
    <>
      <div class="lab">
        <Samples source={place.samples} samples={samples.list} problem={samples.problem} chosen={samples.chosen} outcomes={problem ? undefined : trial?.outcomes}
          onSource={source => show({...place, samples: source})} onChoose={samples.choose} onPaste={samples.paste} retry={samples.reload} />
        <section class="lab-pipeline" aria-label="Pipeline">
          <div class="section-head"><h2>Pipeline</h2></div>
          <Tabs label="Views of the definition" tabs={views} chosen={place.view} onChoose={view => show({...place, view})}>
            {problem && <Failure problem={problem} title={problem.status === 400 ? 'The definition has a fault' : 'The definition could not be tried'} />}
            {place.view === 'text' ? <DefinitionText name={place.name} text={draft.text} problem={problem} onChange={draft.write} /> :
              definition ? <>
                <Pipeline steps={steps} stage={stage} notes={notes} fault={faultOf(problem)} onStage={setStage} onChange={next => draft.set(withSteps(definition, next))} />
                <Settings definition={definition} onChange={draft.set} />
              </> :
              <Notice tone="warn" icon="warning">The text is not JSON yet. Mend it there; then its steps are shown here.</Notice>}
          </Tabs>
        </section>
        <TraceView sample={samples.chosen} traced={problem ? undefined : traced} broken={problem !== undefined}
          stepNames={steps.map(step => readStep(step)?.name ?? '?')} stage={stage} onStage={setStage} />
      </div>
      <div class="lab-checks">
        {definition && <Tests definition={definition} results={problem ? undefined : trial?.tests} sample={samples.chosen} outcome={outcome}
          onChange={examples => draft.set({...definition, examples})} />}
        {deployed && <Compare name={place.name} definition={definition} />}
      </div>
    </>
  );
}

/// The step that the server found a fault in.
function faultOf(problem: Problem | undefined): {index: number; says: string} | undefined {
  const index = /^\/pipeline\/(\d+)/.exec(pointerIn(problem) ?? '')?.[1];
  return index === undefined ? undefined : {index: Number(index), says: problem!.detail};
}
