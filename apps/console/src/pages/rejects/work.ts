import type {Client} from '../../api/client';
import {followJob} from '../../api/jobs';
import type {Job, ReplayReport, ReplayResult} from '../../api/types';
import type {Selection} from './groups';

/// How far work is that takes several requests, or a job.
export interface Progress {
  done: number;
  total: number | null;
  job?: Job;
}

interface Work {
  client: Client;
  selection: Selection;
  dryRun: boolean;
  signal: AbortSignal;
  onProgress(progress: Progress): void;
}

/// What became of rejects, or would become.
export interface Replayed extends Omit<ReplayReport, 'results'> {
  results: ReplayResult[];  ///< The first of them.
}

const mostIds = {replay: 1000, remove: 300};  // A URL has 8 kB.
const shown = 20;

function* parts(ids: readonly string[], size: number): Generator<string[]> {
  for (let at = 0; at < ids.length; at += size) yield ids.slice(at, at + size);
}

/// The answer, or what the job that it names has come to.
async function answerOrJob<T>(answer: Response, {client, signal, onProgress}: Work, reportOf: (job: Job) => T): Promise<T> {
  if (answer.status !== 202) return await answer.json() as T;
  const job = await followJob(client, await answer.json() as Job,
                              now => onProgress({done: now.progress.done, total: now.progress.total, job: now}), signal);
  return reportOf(job);
}

const countOf = (job: Job, name: string): number => job.progress[name] ?? 0;

const replayOfJob = (job: Job): ReplayReport => ({
  stored: countOf(job, 'stored'), alreadyStored: countOf(job, 'alreadyStored'), refused: countOf(job, 'refused'), missing: countOf(job, 'overtaken'),
  results: refusedBy(job).map(({rejectId, code, step, pointer}) => ({
    rejectId, status: 'refused', error: {code, detail: `${step ? `In the step ${step}` : ''}${pointer ? ` at ${pointer}` : ''}`}})),
});

type RefusedByJob = {rejectId: string; code: string; step?: string; pointer?: string};

const refusedBy = ({report}: Job): RefusedByJob[] => (report['refused'] ?? []) as RefusedByJob[];

/// Runs rejects through the present pipelines of their kinds, or shows what would become of them.
export async function replay(work: Work): Promise<Replayed> {
  const {client, selection, dryRun, signal, onProgress} = work;
  const send = async (body: object) => answerOrJob<ReplayReport>(
      await client.send('rejects/replay', {method: 'POST', body: {...body, dryRun}, signal}), work, replayOfJob);
  if (!('rejectIds' in selection)) return send(selection);
  const sum: Replayed = {stored: 0, alreadyStored: 0, refused: 0, missing: 0, results: []};
  let done = 0;
  for (const rejectIds of parts(selection.rejectIds, mostIds.replay)) {
    const {results, ...counts} = await send({rejectIds});
    for (const name of ['stored', 'alreadyStored', 'refused', 'missing'] as const) sum[name] += counts[name];
    sum.results = [...sum.results, ...results].slice(0, shown);
    onProgress({done: done += rejectIds.length, total: selection.rejectIds.length});
  }
  return sum;
}

interface Removed {
  deletedRejects?: number;
  selectedRejects?: number;
}

/// Deletes rejects for good, or counts those that would be deleted.
export async function remove(work: Work): Promise<number> {
  const {client, selection, dryRun, signal, onProgress} = work;
  const send = async (query: Record<string, string>) => {
    const answer = await client.send('rejects', {method: 'DELETE', query: {...query, dryRun}, signal});
    const {deletedRejects, selectedRejects} = await answerOrJob<Removed>(
        answer, work, job => ({deletedRejects: countOf(job, 'deleted')}));
    return selectedRejects ?? deletedRejects ?? 0;
  };
  if (!('rejectIds' in selection)) return send(selection);
  let [removed, done] = [0, 0];
  for (const ids of parts(selection.rejectIds, mostIds.remove)) {
    removed += await send({rejectId: ids.join(',')});
    onProgress({done: done += ids.length, total: selection.rejectIds.length});
  }
  return removed;
}
