import type {ComponentChildren} from 'preact';
import {useRef} from 'preact/hooks';
import {Metrics} from '../../api/metrics';
import type {Kind} from '../../api/types';
import {formatLocation} from '../../router/location';
import {readKinds} from '../../session/kinds';
import {useSession} from '../../session/session';
import {bytes, duration, number} from '../../ui/numbers';
import {Sparkline} from '../../ui/sparkline';
import {Failure, Loading} from '../../ui/states';
import {usePolled} from '../../ui/use_polled';
import {Latencies} from './latencies';
import {readOptions} from './read_options';
import {type Figures, figuresOf, seconds} from './figures';

const pause = 2_000;   // ms between two looks
const remembered = 90;  // looks that the courses show

interface Seen {
  kinds: Kind[];
  version: string;
  store: string | undefined;
  courses: Figures[];
  latest: Metrics | undefined;  ///< Undefined for those who may not see the metrics.
}

/// How much there is, how much comes in, how fast it is served, and what waits.
export function Overview() {
  const session = useSession();
  const {client, access} = session;
  const all = access.everywhere('admin');
  const history = useRef<Metrics[]>([]);
  const {value: seen, problem, refresh} = usePolled<Seen>(async signal => {
    const [kinds, {version}, text, options] = await Promise.all([
      readKinds(session, signal), client.json<{version: string}>('version', {signal}),
      all ? client.text('metrics', {signal}) : undefined, all ? readOptions(client, signal) : undefined]);
    if (text !== undefined) history.current = [...history.current, new Metrics(text, performance.now() / 1000)].slice(-remembered);
    const looks = history.current;
    return {kinds, version, store: options?.find(({name}) => name === 'store')?.value, latest: looks.at(-1), courses: looks.slice(1).map((look, index) => figuresOf(looks[index]!, look))};
  }, pause, [client]);

  if (!seen) return problem ? <Failure problem={problem} retry={refresh} title="The server does not say how it is" /> : <Loading what="figures" lines={8} />;
  const {kinds, version, store, courses, latest} = seen;
  const sum = (of: (kind: Kind) => number) => kinds.reduce((total, kind) => total + of(kind), 0);
  const rejects = sum(kind => kind.rejects);
  const now = courses.at(-1);
  const course = (of: (figures: Figures) => number | undefined) => courses.map(figures => of(figures) ?? 0);
  const waiting = latest?.sum('dropzone_jobs') ?? 0;
  return (
    <>
      {problem && <Failure problem={problem} title="These figures are from a moment ago" />}
      <dl class="stats">
        <Stat title="Records" value={number(sum(kind => kind.records))} note={`in ${kinds.length} ${kinds.length === 1 ? 'kind' : 'kinds'}`} />
        <Stat title="Rejects waiting" value={<a href={formatLocation({path: ['rejects']})}>{number(rejects)}</a>} tone={rejects > 0 ? 'warn' : ''}
          note={rejects > 0 ? 'correct, replay or delete them' : 'nothing was refused'} />
        {latest && <>
          <Stat title="Requests a second" value={rateText(now?.requests)} course={course(({requests}) => requests)} note={`${rateText(now?.failures)} of them failed (5xx)`} />
          <Stat title="Records a second" value={rateText(now?.stored)} course={course(({stored}) => stored)} note={`${rateText(now?.refused)} refused`} />
          <Stat title="Latency, 95 %" value={seconds(now?.latency)} course={course(({latency}) => latency)} note="of all requests, just now" />
          <Stat title="Commit, 95 %" value={seconds(now?.commit)} course={course(({commit}) => commit)} note="until the data is durable" />
          <Stat title="Requests in flight" value={number(latest.sum('dropzone_requests_in_flight') ?? 0)} note={`${number(latest.sum('dropzone_worker_queue_depth') ?? 0)} wait for a worker`} />
          <Stat title="Jobs" value={<a href={formatLocation({path: ['operations', 'jobs']})}>{number(waiting)}</a>} note="that have not ended" />
        </>}
      </dl>
      {latest && <Latencies metrics={latest} />}
      <section class="card pad">
        <h2>Server</h2>
        <dl class="facts columns">
          <Fact title="Version">{version}</Fact>
          {store && <Fact title="Store"><code class="foreign">{store}</code></Fact>}
          {latest && <>
            <Fact title="Running for">{duration(Date.now() / 1000 - (latest.sum('process_start_time_seconds') ?? Date.now() / 1000))}</Fact>
            <Fact title="Memory">{bytes(latest.sum('process_resident_memory_bytes') ?? 0)}</Fact>
            <Fact title="Connections">{number(latest.sum('dropzone_connections') ?? 0)}</Fact>
            {latest.sum('dropzone_store_log_bytes') !== undefined && <Fact title="Write-ahead log">{bytes(latest.sum('dropzone_store_log_bytes')!)}</Fact>}
            {store?.startsWith('sqlite:') && <Fact title="Backup">Run <code>dropzone-server backup FILE</code> next to the server; it goes on serving.</Fact>}
            {store?.startsWith('datastore:') && <Fact title="Backup">Google makes them, if the database has a schedule: <code>gcloud firestore backups list</code>.</Fact>}
          </>}
        </dl>
      </section>
    </>
  );
}

const rateText = (value: number | undefined): string => (value === undefined ? '–' : value < 10 ? String(Math.round(value * 10) / 10) : number(Math.round(value)));

function Stat({title, value, note, course, tone = ''}:
    {title: string; value: ComponentChildren; note: string; course?: number[]; tone?: '' | 'warn'}) {
  return (
    <div class={`stat card ${tone}`}>
      <dt>{title}</dt><dd><b class="number">{value}</b><span class="soft small">{note}</span></dd>
      {course && <Sparkline values={course} />}
    </div>
  );
}

const Fact = ({title, children}: {title: string; children: ComponentChildren}) => <div><dt>{title}</dt><dd>{children}</dd></div>;
