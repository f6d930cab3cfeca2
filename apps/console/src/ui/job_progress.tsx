import type {Job} from '../api/types';
import {duration, number} from './numbers';

/// How far a job is, and at what rate.
export function JobProgress({job: {progress: {done, total}, perSecond, secondsLeft, state}, label}: {job: Job; label: string}) {
  const rate = state === 'running' && perSecond > 0 ? ` · ${number(perSecond)} a second` : '';
  const left = state === 'running' && secondsLeft !== null ? ` · about ${duration(secondsLeft)} left` : '';
  return (
    <>
      {total === null ? <progress aria-label={label} /> : <progress max={Math.max(1, total)} value={total === 0 ? 1 : done} aria-label={label} />}
      <p class="soft small number" role="status">{state === 'waiting' ? 'It waits to be run.' :
        `${number(done)}${total === null ? '' : ` of ${number(Math.max(total, done))}`}${rate}${left}`}</p>
    </>
  );
}
