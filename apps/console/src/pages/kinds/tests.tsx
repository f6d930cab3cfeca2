import {useState} from 'preact/hooks';
import {type Json, isObject, parseJson, toText} from '../../json/parse';
import {pretty} from '../../json/pretty';
import {Icon} from '../../ui/icon';
import {count} from '../../ui/numbers';
import {DifferenceTable} from '../records/difference_table';
import {type Definition, examplesOf} from './definition';
import {JsonField} from './parameter_field';
import type {Sample} from './sample';
import type {Outcome, TestResult} from './trial';

interface TestsProps {
  definition: Definition;
  results: TestResult[] | undefined;
  sample: Sample | undefined;
  outcome: Outcome | undefined;
  onChange(examples: Json[]): void;
}

/// The kind's examples, which run while somebody types, and again on the server before it deploys.
export function Tests({definition, results, sample, outcome, onChange}: TestsProps) {
  const examples = examplesOf(definition);
  const failed = results?.filter(({passed}) => !passed).length ?? 0;
  const keep = () => {
    const original = parseJson(sample!.text);
    const {code, step} = outcome!.error ?? {code: ''};
    onChange([...examples, outcome!.record ? {original, record: outcome!.record} : {original, error: {code, ...(step ? {step} : {})}}]);
  };
  return (
    <section class="card block" aria-label="Tests">
      <div class="section-head"><h2>Tests</h2>
        {results && results.length > 0 && <span class={`badge ${failed > 0 ? 'bad' : 'good'}`} role="status">{failed > 0 ? `${failed} of ${count(results.length, 'test')} failed` : `${count(results.length, 'test')} passed`}</span>}
        <div class="toolbar push">
          <button type="button" class="button compact" disabled={!sample?.usable || !outcome} onClick={keep} title="What the sample becomes now is what it must become from now on">
            <Icon name="plus" />Make a test of this sample</button>
        </div>
      </div>
      {examples.length === 0 && <p class="soft">A test is a record, and what must become of it. A definition that fails one is not deployed.</p>}
      <ol class="tests">
        {examples.map((example, index) => (
          <Test key={index} example={example} index={index} result={results?.[index]}
            onChange={next => onChange(examples.map((old, at) => (at === index ? next : old)))}
            onRemove={() => onChange(examples.filter((_, at) => at !== index))} />
        ))}
      </ol>
    </section>
  );
}

function Test({example, index, result, onChange, onRemove}:
    {example: Json; index: number; result: TestResult | undefined; onChange(example: Json): void; onRemove(): void}) {
  const [open, setOpen] = useState(false);
  const title = result?.title ?? `Example ${index + 1}`;
  return (
    <li>
      <div class="test-head">
        <span class={`dot ${!result ? 'none' : result.passed ? 'good' : 'bad'}`} />
        <button type="button" class="test-open" aria-expanded={open} onClick={() => setOpen(!open)}>
          <span class="visually-hidden">{!result ? 'Not run:' : result.passed ? 'Passed:' : 'Failed:'}</span>
          <b class="foreign">{title.slice(0, 120)}</b><span class="soft foreign">{result?.says}</span>
        </button>
        <button type="button" class="button compact icon plain" aria-label={`Remove the test ${title.slice(0, 60)}`} onClick={onRemove}><Icon name="trash" /></button>
      </div>
      {open && (
        <div class="test-body">
          <JsonField label={`The JSON of ${title.slice(0, 60)}`} value={example} hint='{"original": {}, "record": {}}' onChange={next => onChange(next ?? {})} />
          {result && !result.passed && isObject(result.expected) && isObject(result.actual) && (
            <DifferenceTable before={toText(result.expected)} after={toText(result.actual)} titles={['Expected', 'Actual']} same={pretty(result.actual)} />
          )}
        </div>
      )}
    </li>
  );
}
