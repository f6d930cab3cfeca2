import {useState} from 'preact/hooks';
import type {Client} from '../../api/client';
import {cancelJob, hasEnded} from '../../api/jobs';
import {type Problem, asProblem} from '../../api/problem';
import type {Job, JobState, Role} from '../../api/types';
import {toText} from '../../json/parse';
import {indented} from '../../json/tokens';
import type {Access} from '../../session/access';
import {useSession} from '../../session/session';
import {Dialog} from '../../ui/dialog';
import {JobProgress} from '../../ui/job_progress';
import {JsonText} from '../../ui/json_text';
import {Moment} from '../../ui/moment';
import {Empty, Failure, Loading} from '../../ui/states';
import {usePolled} from '../../ui/use_polled';

const pause = {working: 1_000, idle: 5_000};  // ms between two looks
const most = 100;

async function newestJobs(client: Client, access: Access, signal: AbortSignal): Promise<Job[]> {
  const kinds = access.everywhere('read') ? [undefined] : access.kinds('read');
  const pages = await Promise.all(kinds.map(kind => client.json<{jobs: Job[]}>('jobs', {query: {kind, limit: most}, signal})));
  return pages.flatMap(({jobs}) => jobs).sort((left, right) => (left.createdAt < right.createdAt ? 1 : -1)).slice(0, most);
}

/// The role that a job of this type needs, which is also needed to cancel it.
const roles: Record<string, Role> = {retransform: 'admin', delete: 'delete', replay: 'write'};

function mayCancel(access: Access, {type, kind}: Job): boolean {
  const role = roles[type] ?? 'admin';
  return kind ? access.can(role, kind) : access.everywhere(role);
}

const tones: Record<JobState, string> = {waiting: '', running: 'accent', succeeded: 'good', failed: 'bad', cancelled: 'warn'};

/// What the server works on in the background, and what it has done.
export function JobsSection() {
  const {client, access} = useSession();
  const [open, setOpen] = useState<string>();
  const [refused, setRefused] = useState<Problem>();
  const [working, setWorking] = useState(true);
  const {value: jobs, problem, refresh} = usePolled(async signal => {
    const found = await newestJobs(client, access, signal);
    setWorking(found.some(job => !hasEnded(job)));
    return found;
  }, working ? pause.working : pause.idle, [client, working]);
  const cancel = async (job: Job) => {
    setRefused(undefined);
    await cancelJob(client, job).catch(thrown => setRefused(asProblem(thrown)));
    refresh();
  };
  const shown = jobs?.find(({jobId}) => jobId === open);
  return (
    <>
      {problem && <Failure problem={problem} retry={refresh} title="The jobs could not be read" />}
      {refused && <Failure problem={refused} title="The job was not cancelled" />}
      {!jobs && !problem && <Loading what="jobs" />}
      {jobs?.length === 0 && <Empty icon="operations" title="There are no jobs">
        <p>Work over more than a thousand records is a job: retransforming a kind, deleting by a filter, replaying rejects. A job is kept for a week after it has ended.</p></Empty>}
      {jobs && jobs.length > 0 && (
        <div class="card differences" tabIndex={0} role="region" aria-label="Jobs">
          <table class="jobs">
            <thead><tr><th scope="col">Job</th><th scope="col">State</th><th scope="col">Progress</th><th scope="col">Begun</th><th scope="col"><span class="visually-hidden">Actions</span></th></tr></thead>
            <tbody>{jobs.map(job => (
              <tr key={job.jobId}>
                <th scope="row"><b>{job.type}</b>{job.dryRun && ' (dry run)'}<br /><span class="soft foreign">{job.kind ?? 'all kinds'}</span></th>
                <td><span class={`badge ${tones[job.state]}`}>{job.state}</span></td>
                <td class="progress-cell"><JobProgress job={job} label={`${job.type} of ${job.kind ?? 'all kinds'}`} /></td>
                <td><Moment time={job.createdAt} /><br /><span class="soft foreign">by {job.createdBy.slice(0, 100)}</span></td>
                <td class="actions">
                  <button type="button" class="button compact" onClick={() => setOpen(job.jobId)}>Report</button>
                  {!hasEnded(job) && mayCancel(access, job) && <button type="button" class="button compact danger" onClick={() => void cancel(job)}>Cancel</button>}
                </td>
              </tr>
            ))}</tbody>
          </table>
        </div>
      )}
      {shown && <JobDialog job={shown} onClose={() => setOpen(undefined)} />}
    </>
  );
}

function JobDialog({job, onClose}: {job: Job; onClose(): void}) {
  const {jobId, type, kind, state, progress, report, error} = job;
  return (
    <Dialog title={`${type} of ${kind ?? 'all kinds'}: ${state}`} onClose={onClose}>
      <p class="soft small">Job <code>{jobId}</code></p>
      {error && <Failure problem={error} title="The job failed" />}
      <div class="report"><JsonText label="Report" text={indented(toText({progress, report}))} /></div>
    </Dialog>
  );
}
