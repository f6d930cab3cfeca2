import {useMemo} from 'preact/hooks';
import {type Json, isObject, toText} from '../../json/parse';
import {mergedLines} from '../../json/merged';
import {locate} from '../../json/scan';
import {indented} from '../../json/tokens';
import {JsonText} from '../../ui/json_text';
import {LineList} from '../../ui/line_list';
import {Refusal} from '../../ui/refusal';
import {Empty, Loading, Notice} from '../../ui/states';
import type {Sample} from './sample';
import {stagesOf} from './stages';
import type {TracedOutcome} from './trial';

interface TraceViewProps {
  sample: Sample | undefined;
  traced: TracedOutcome | undefined;
  broken: boolean;  ///< The definition is at fault, so nothing can be shown.
  stepNames: string[];
  stage: number;
  onStage(stage: number): void;
}

/// The chosen sample after the chosen step, with what that step changed.
export function TraceView({sample, traced, broken, stepNames, stage, onStage}: TraceViewProps) {
  const at = Math.min(stage, stepNames.length);
  const title = at === 0 ? 'As it arrived' : at === stepNames.length ? 'The result' : `After step ${at}`;
  return (
    <section class="trace" aria-label="The record after a step">
      <div class="section-head"><h2>{title}</h2>
        <div class="toolbar push">
          <button type="button" class="button compact" disabled={at === 0} onClick={() => onStage(at - 1)}>Previous step</button>
          <button type="button" class="button compact" disabled={at >= stepNames.length} onClick={() => onStage(at + 1)}>Next step</button>
        </div>
      </div>
      {!sample && <Empty icon="records" title="No sample is chosen" />}
      {sample && !sample.usable && (
        <>
          <Notice tone="warn" icon="warning">This is not an object of JSON, or too large to be tried here. A pipeline only sees objects.</Notice>
          <JsonText label="The sample" text={sample.text} />
        </>
      )}
      {sample?.usable && broken && <Empty icon="warning" title="The definition has a fault"><p>Mend it, and the record is shown here after each step.</p></Empty>}
      {sample?.usable && !traced && !broken && <Loading what="the record" lines={8} />}
      {sample?.usable && traced && <Stage key={sample.key} sample={sample} traced={traced} stage={at} name={stepNames[at - 1]} />}
    </section>
  );
}

function Stage({sample, traced, stage, name}: {sample: Sample; traced: TracedOutcome; stage: number; name: string | undefined}) {
  const stages = useMemo(() => stagesOf(sample, traced), [sample, traced]);
  const lines = useMemo(() => mergedLines(stages[stage - 1], stages[stage], 600), [stages, stage]);
  const entry = traced.trace[stage - 1];
  const refused = traced.error && stage >= stages.length;
  if (stage === 0) return <JsonText label="The sample as it arrived" text={sample.text} />;
  if (refused) return <RefusedHere traced={traced} before={stages.at(-1)!} />;
  return (
    <>
      {entry?.skipped && <Notice>The condition of <code>{name}</code> does not hold, so the step is skipped.</Notice>}
      {entry?.error && <Notice tone="warn" icon="warning"><span class="foreign">{entry.error.detail}</span><small>The record went on, as <code>onError</code> says.</small></Notice>}
      {!entry?.skipped && lines.every(({state}) => state === 'same') && <p class="soft small">This step leaves the record as it is.</p>}
      <LineList label={`The record after step ${stage}`} lines={lines.slice(0, 600)} />
      {lines.length > 600 && <p class="soft small">These are the first 600 lines.</p>}
    </>
  );
}

function RefusedHere({traced: {error}, before}: {traced: TracedOutcome; before: Json}) {
  const text = indented(toText(before));
  return (
    <>
      <Refusal fault={error!} title="It is refused" />
      <JsonText label="The record before the step that refuses it" text={text} mark={error!.pointer && isObject(before) ? locate(text, error!.pointer) : undefined} />
    </>
  );
}

