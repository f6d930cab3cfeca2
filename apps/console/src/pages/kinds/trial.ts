import type {Client} from '../../api/client';
import type {Fault} from '../../api/types';
import {differences} from '../../json/difference';
import {type Json, type JsonObject, isObject, parseJson, toText} from '../../json/parse';
import {type Definition, examplesOf} from './definition';
import type {Sample} from './sample';

export interface StepFault extends Fault {
  stepIndex?: number;  ///< Of the step in the pipeline that refused.
}

/// What a definition makes of a record.
export interface Outcome {
  record?: JsonObject;
  error?: StepFault;
}

/// The record after a step.
export interface Traced {
  step: string;
  skipped?: boolean;
  error?: Fault;
  record: JsonObject;
}

export interface TracedOutcome extends Outcome {
  key: string;  ///< Of the sample.
  trace: Traced[];
}

/// What became of one of the kind's own examples.
export interface TestResult {
  title: string;
  passed: boolean;
  expected: Json;
  actual: Json;
  says: string;
}

export interface Trial {
  outcomes: Map<string, Outcome>;  ///< By the key of the sample; of those that were tried.
  traced: TracedOutcome | undefined;
  tests: TestResult[];
}

const mostAtOnce = 500_000;  // characters of the samples in one request

/// Those that are tried together: usable ones, as far as there is room.
function together(samples: readonly Sample[]): Sample[] {
  let room = mostAtOnce;
  return samples.filter(({usable, text}) => {
    if (!usable || text.length > room) return false;
    room -= text.length;
    return true;
  });
}

/// The body of POST /transform. Records go as they are written.
const bodyOf = (kind: string, definition: Definition, records: string[]): string => {
  const {examples: _, ...tried} = definition;
  return `{"definition":${toText({...tried, name: kind})},"records":[${records.join(',')}]}`;
};

interface Answer extends Outcome {
  trace?: Traced[];
}

async function transform(client: Client, body: string, trace: boolean, signal: AbortSignal): Promise<Answer[]> {
  const text = await client.text('transform', {method: 'POST', query: {trace}, body, signal});
  return (parseJson(text) as unknown as {results: Answer[]}).results;
}

/// Tries a definition on samples and on its own examples, and follows the chosen sample through its
/// steps. Throws the server's problem if the definition is at fault.
export async function tryDefinition(client: Client, kind: string, definition: Definition, samples: readonly Sample[], chosen: Sample | undefined,
                                    signal: AbortSignal): Promise<Trial> {
  const tried = together(samples);
  const examples = examplesOf(definition).filter(isObject);
  const originals = examples.map(({original}) => toText(isObject(original) ? original : {}));
  const records = [...tried.map(({text}) => text), ...originals];
  // Without any record the definition itself is still checked.
  const all = await transform(client, bodyOf(kind, definition, records.length > 0 ? records : ['{}']), false, signal);
  const [traced] = chosen?.usable ? await transform(client, bodyOf(kind, definition, [chosen.text]), true, signal) : [];
  return {
    outcomes: new Map(tried.map(({key}, index) => [key, all[index] ?? {}])),
    traced: traced && {...traced, key: chosen!.key, trace: traced.trace ?? []},
    tests: examples.map((example, index) => testOf(example, index, all[tried.length + index] ?? {})),
  };
}

/// Compares as the server does: records by value, errors by the members that the example names. The
/// `_id` is the server's, which compares it when the kind is deployed.
function testOf({original, record, error, description}: JsonObject, index: number, outcome: Outcome): TestResult {
  const title = typeof description === 'string' ? description : `Example ${index + 1}`;
  const actual = (outcome.record ?? outcome.error ?? null) as Json;
  const result = (passed: boolean, expected: Json, says: string): TestResult => ({title, passed, expected, actual, says});
  if (!isObject(original)) return result(false, null, 'It needs an original: an object.');
  if (isObject(record)) {
    const {_id: _, ...expected} = record;
    if (outcome.error) return result(false, expected, `It is refused: ${outcome.error.detail}`);
    const found = differences(expected, outcome.record!);
    return found.length === 0 ? result(true, expected, 'The record is as expected.') :
      result(false, expected, `It differs at ${found.slice(0, 3).map(({pointer}) => pointer || '/').join(', ')}.`);
  }
  if (isObject(error)) {
    if (!outcome.error) return result(false, error, 'It is not refused.');
    const fits = Object.entries(error).every(([name, value]) => (outcome.error as unknown as JsonObject)[name] === value);
    return result(fits, error, `It is refused: ${outcome.error.detail}`);
  }
  return result(false, null, 'It needs a record or an error: what is expected.');
}
