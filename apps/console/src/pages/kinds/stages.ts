import {mergedLines} from '../../json/merged';
import {type Json, parseJson} from '../../json/parse';
import type {Sample} from './sample';
import type {StepNote} from './step_card';
import type {Outcome, TracedOutcome} from './trial';

/// A record on its way: as it arrived, and after each step that took it. What only the server sees, its
/// _id, is left out.
export function stagesOf(sample: Sample, {trace}: TracedOutcome): Json[] {
  const {_id: _, ...original} = parseJson(sample.text) as {[name: string]: Json};
  return [original, ...trace.map(({record}) => record)];
}

/// What each step does: with the chosen sample, and how many of all samples it refuses.
export function notesOf(steps: number, sample: Sample | undefined, traced: TracedOutcome | undefined, outcomes: Map<string, Outcome> | undefined): StepNote[] {
  const stages = sample?.usable && traced ? stagesOf(sample, traced) : [];
  const refusals = [...(outcomes?.values() ?? [])].map(({error}) => error?.stepIndex);
  return Array.from({length: steps}, (_, index) => {
    const entry = traced?.trace[index];
    const reached = stages[index + 1] !== undefined;
    return {
      refused: refusals.filter(at => at === index).length,
      skipped: reached && entry?.skipped === true,
      failed: reached && entry?.error !== undefined,
      changes: reached ? mergedLines(stages[index], stages[index + 1], 200).filter(({state}) => state !== 'same').length : 0,
    };
  });
}
