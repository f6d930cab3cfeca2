import type {Client} from './client';
import {Problem} from './problem';
import type {Job} from './types';

const pause = 500;  // ms between two looks at a job

export const hasEnded = ({finishedAt}: Job): boolean => finishedAt !== null;

/// Waits until a job has ended; `onChange` sees it on the way. Throws a Problem if it was not to the end.
export async function followJob(client: Client, first: Job, onChange: (job: Job) => void, signal: AbortSignal): Promise<Job> {
  let job = first;
  onChange(job);
  while (!hasEnded(job)) {
    await new Promise(done => setTimeout(done, pause));
    signal.throwIfAborted();
    job = await client.json<Job>(`jobs/${job.jobId}`, {signal});
    onChange(job);
  }
  if (job.state === 'failed') throw new Problem(0, job.error?.code ?? 'internal', job.error?.detail ?? 'The job failed.');
  if (job.state === 'cancelled') throw new Problem(0, 'cancelled', 'The job was cancelled. What it had done by then stays done.');
  return job;
}

export const cancelJob = (client: Client, {jobId}: Job): Promise<Job> => client.json<Job>(`jobs/${jobId}`, {method: 'DELETE'});
