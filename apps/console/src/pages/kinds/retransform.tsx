import {useState} from 'preact/hooks';
import {cancelJob, hasEnded} from '../../api/jobs';
import {type Problem, asProblem} from '../../api/problem';
import type {Job} from '../../api/types';
import type {Difference} from '../../json/difference';
import {useSession} from '../../session/session';
import {Icon} from '../../ui/icon';
import {JobProgress} from '../../ui/job_progress';
import {count, number} from '../../ui/numbers';
import {Failure, Notice} from '../../ui/states';
import {useLoaded} from '../../ui/use_loaded';
import {lastRetransform, useJob} from './job';
import {Places} from './places';

/// Runs the deployed version over what earlier versions made, and shows how far it is.
export function Retransform({name, version, offered}: {name: string; version: number; offered: boolean}) {
  const {client} = useSession();
  const {value: last} = useLoaded(signal => lastRetransform(client, name, signal), [client, name]);
  const [begun, setBegun] = useState<string>();
  const [problem, setProblem] = useState<Problem>();
  const {job, problem: lost} = useJob(begun ?? last?.jobId);
  const working = job !== undefined && !hasEnded(job);
  const begin = async (dryRun: boolean) => {
    setProblem(undefined);
    try {
      setBegun((await client.json<Job>(`kinds/${name}/retransform`, {method: 'POST', body: {dryRun}})).jobId);
    } catch (thrown) {
      setProblem(asProblem(thrown));
    }
  };
  const cancel = () => cancelJob(client, job!).catch(thrown => setProblem(asProblem(thrown)));
  return (
    <section class="card block" aria-label="Retransform">
      <div class="section-head"><h2>Retransform</h2>
        <div class="toolbar push">
          {offered && !working && <button type="button" class="button compact" onClick={() => begin(true)}>Dry run</button>}
          {offered && !working && <button type="button" class="button compact" onClick={() => begin(false)}><Icon name="refresh" />Retransform</button>}
          {offered && working && <button type="button" class="button compact danger" onClick={cancel}>Cancel</button>}
        </div>
      </div>
      <p class="soft">Makes what earlier versions made again, by version {version}, from the originals. They stay byte for byte.</p>
      {(problem ?? lost) && <Failure problem={(problem ?? lost)!} title={problem ? 'That did not work' : 'The job cannot be seen at the moment'} />}
      {job && <Outcome job={job} />}
    </section>
  );
}

const words: Record<string, string> = {
  current: 'Current already', transformed: 'Transformed', changed: 'Would change', unchanged: 'Would stay the same', refused: 'Refused', overtaken: 'Overtaken',
};

/// What a retransform reports.
interface Report {
  refused?: {_id: string; code: string; step?: string; pointer?: string}[];
  differences?: {_id: string; differences: Difference[]}[];
}

function Outcome({job}: {job: Job}) {
  const {state, dryRun, progress: {done, total: _, ...counts}, report, error} = job;
  const {refused = [], differences = []} = report as Report;
  const what = dryRun ? 'Dry run' : 'Retransform';
  const title = {waiting: `${what} begins within seconds`, running: `${what} is running`, succeeded: `${what} is done`, failed: `${what} failed`, cancelled: `${what} was cancelled`}[state];
  return (
    <div class="job">
      <p role="status"><b>{title}</b>{hasEnded(job) && <span class="soft number"> {count(done, 'record')}</span>}</p>
      {!hasEnded(job) && <JobProgress job={job} label={what} />}
      {error && <Failure problem={error} title="The job failed" />}
      <dl class="sums">
        {Object.entries(counts).filter(([name]) => words[name]).map(([name, value]) => (
          <div key={name} class={name === 'refused' && value ? 'bad' : ''}><dt>{words[name]}</dt><dd class="number">{number(value ?? 0)}</dd></div>
        ))}
      </dl>
      {refused.length > 0 && (
        <Notice tone="warn" icon="warning">
          <strong>These stay as they are, for the pipeline refuses them</strong>
          <ul class="places">{refused.slice(0, 10).map(({_id, code, step, pointer}) => (
            <li key={_id}><code class="foreign">{_id.slice(0, 100)}</code>: <code>{code}</code>{step && <> in <code>{step}</code></>}{pointer && <> at <code class="foreign">{pointer.slice(0, 100)}</code></>}</li>
          ))}</ul>
        </Notice>
      )}
      {differences.slice(0, 10).map(({_id, differences: places}) => (
        <div key={_id} class="changed-record"><code class="foreign">{_id.slice(0, 100)}</code><Places places={places} /></div>
      ))}
    </div>
  );
}
