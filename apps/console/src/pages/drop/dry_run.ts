import type {Client} from '../../api/client';
import {type Outcome, outcomesOf} from '../../api/transform';
import {type Source, bodyOf, chunksOf} from './source';

/// What would become of a record.
export interface Trial extends Outcome {
  original: string;
}

export const sampleSize = 1000;

/// What the kind would make of the first records of a source. Nothing is stored.
export async function tryFirst(client: Client, kind: string, source: Source, signal: AbortSignal): Promise<Trial[]> {
  const {value: chunk} = await chunksOf(source).next();
  if (!chunk) return [];
  const {body, type} = bodyOf(chunk);
  const path = chunk.lines ? 'transform/ndjson' : 'transform';
  const text = await client.text(path, {method: 'POST', query: {kind}, headers: {'Content-Type': type}, body, signal});
  const decoder = new TextDecoder();
  return outcomesOf(text).map(outcome => ({...outcome, original: decoder.decode(chunk.records[outcome.index])}));
}
