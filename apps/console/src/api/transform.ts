import {elements, members} from '../json/scan';
import type {Fault} from './types';

/// What a pipeline makes of one record.
export interface Outcome {
  index: number;
  result: string | undefined;  ///< JSON as the server spells it, if the pipeline takes the record.
  fault: Fault | undefined;    ///< Why it does not.
}

/// The results in an answer of /transform.
export function outcomesOf(answer: string): Outcome[] {
  const results = members(answer).find(({name}) => name === 'results');
  return elements(answer, results?.start ?? 0).map(({start, end}) => {
    const found = answer.slice(start, end);
    const part = (name: string): string | undefined => {
      const member = members(found).find(one => one.name === name);
      return member && found.slice(member.start, member.end);
    };
    const error = part('error');
    return {
      index: Number(part('index')),
      result: part('record'),
      fault: error === undefined ? undefined : JSON.parse(error) as Fault,
    };
  });
}
