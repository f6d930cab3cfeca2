import {useEffect, useState} from 'preact/hooks';
import type {Client} from '../../api/client';
import {hasEnded} from '../../api/jobs';
import {type Problem, asProblem} from '../../api/problem';
import type {Job} from '../../api/types';
import {useSession} from '../../session/session';

const interval = 700;  // ms between two looks at a job

/// The retransform of a kind that was begun last, or is still running.
export async function lastRetransform(client: Client, kind: string, signal: AbortSignal): Promise<Job | undefined> {
  const {jobs} = await client.json<{jobs: Job[]}>('jobs', {query: {kind, limit: 20}, signal});
  return jobs.find(({type, dryRun}) => type === 'retransform' && !dryRun);
}

/// Follows a job until it ends.
export function useJob(id: string | undefined): {job: Job | undefined; problem: Problem | undefined} {
  const {client} = useSession();
  const [state, setState] = useState<{id: string | undefined; job: Job | undefined; problem: Problem | undefined}>({id, job: undefined, problem: undefined});
  useEffect(() => {
    if (!id) return undefined;
    const control = new AbortController();
    let timer = 0;
    const look = async () => {
      try {
        const job = await client.json<Job>(`jobs/${id}`, {signal: control.signal});
        setState({id, job, problem: undefined});
        if (hasEnded(job)) return;
      } catch (thrown) {
        if (control.signal.aborted) return;
        setState(old => ({id, job: old.id === id ? old.job : undefined, problem: asProblem(thrown)}));
      }
      timer = setTimeout(look, interval) as unknown as number;
    };
    void look();
    return () => {
      control.abort();
      clearTimeout(timer);
    };
  }, [client, id]);
  return state.id === id ? state : {job: undefined, problem: undefined};
}
