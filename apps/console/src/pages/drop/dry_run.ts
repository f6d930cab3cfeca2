import type {Client} from '../../api/client';
import type {Fault} from '../../api/types';
import {elements, members} from '../../json/scan';
import {type Source, bodyOf, chunksOf} from './source';

/// What would become of a record.
export interface Trial {
  original: string;
  result: string | undefined;  ///< JSON, if the pipeline takes it.
  fault: Fault | undefined;
}

export const sampleSize = 1000;

/// What the kind would make of the first records of a source. Nothing is stored.
export async function tryFirst(client: Client, kind: string, source: Source, signal: AbortSignal): Promise<Trial[]> {
  const {value: chunk} = await chunksOf(source).next();
  if (!chunk) return [];
  const {body, type} = bodyOf(chunk);
  const path = chunk.lines ? 'transform/ndjson' : 'transform';
  const text = await client.text(path, {method: 'POST', query: {kind}, headers: {'Content-Type': type}, body, signal});
  const results = members(text).find(({name}) => name === 'results');
  const decoder = new TextDecoder();
  return elements(text, results?.start ?? 0).map(({start, end}) => {
    const found = text.slice(start, end);
    const part = (name: string): string | undefined => {
      const member = members(found).find(one => one.name === name);
      return member && found.slice(member.start, member.end);
    };
    const error = part('error');
    return {
      original: decoder.decode(chunk.records[Number(part('index'))]),
      result: part('record'),
      fault: error === undefined ? undefined : JSON.parse(error) as Fault,
    };
  });
}
