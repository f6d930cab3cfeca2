import {useMemo, useState} from 'preact/hooks';
import {formatLocation, navigate, useLocation} from '../../router/location';
import {readKinds} from '../../session/kinds';
import {useSession} from '../../session/session';
import {Icon} from '../../ui/icon';
import {Moment} from '../../ui/moment';
import {Empty, Failure, Loading} from '../../ui/states';
import {useLoaded} from '../../ui/use_loaded';
import {usePolled} from '../../ui/use_polled';
import {RecordTail, RejectTail} from './tail';

const pause = 2_000;  // ms between two looks

/// The records of a kind that were stored or changed last, or the rejects that arrived last; the newest first.
export function TailSection() {
  const session = useSession();
  const {client, access} = session;
  const {query} = useLocation();
  const kind = query['kind'] || access.kinds('read')[0] || '';
  const {value: deployed} = useLoaded(signal => readKinds(session, signal), [session]);
  const kinds = useMemo(() => [...new Set([...access.kinds('read'), kind])], [access, kind, deployed]);
  const what = query['what'] === 'rejects' ? 'rejects' : 'records';
  const [paused, setPaused] = useState(false);
  const tail = useMemo(() => (what === 'rejects' ? new RejectTail(client, kind) : new RecordTail(client, kind)), [client, kind, what]);
  const {value, problem, refresh} = usePolled(async signal => ({tail, lines: await tail.look(signal)}), pause, [tail], !paused);
  const lines = value?.tail === tail ? value.lines : undefined;
  const show = (part: {kind?: string; what?: string}) =>
    navigate(formatLocation({path: ['operations', 'tail'], query: {kind, what, ...part}}), {replace: true});
  return (
    <>
      <div class="toolbar">
        <label class="inline-field"><span>Kind</span>
          <select class="select" value={kind} onChange={event => show({kind: event.currentTarget.value})}>{kinds.map(name => <option key={name}>{name}</option>)}</select>
        </label>
        <label class="inline-field"><span>Show</span>
          <select class="select" value={what} onChange={event => show({what: event.currentTarget.value})}><option>records</option><option>rejects</option></select>
        </label>
        <button type="button" class="button" onClick={() => setPaused(!paused)}><Icon name={paused ? 'play' : 'pause'} />{paused ? 'Go on' : 'Pause'}</button>
        <span class="soft small push" role="status">{paused ? 'Paused' : <><span class="dot pulse" /> Every two seconds</>}</span>
      </div>
      {problem && <Failure problem={problem} retry={refresh} title={`The newest ${what} could not be read`} />}
      {!lines && !problem && <Loading what={`the newest ${what}`} lines={10} />}
      {lines && tail.by && <p class="soft small">Those with the latest <code class="foreign">{tail.by}</code>: this store cannot order records by when they were stored.</p>}
      {lines?.length === 0 && (what === 'records' ?
        <Empty icon="records" title="There are no records yet"><p>They appear here as they are stored.</p></Empty> :
        <Empty icon="done" title="Nothing was refused of late"><p>Rejects appear here as they arrive.</p></Empty>)}
      {lines && lines.length > 0 && (
        <ol class="tail card" aria-label={`The newest ${what}`}>
          {lines.map(({key, time, title, href, text, fresh}) => (
            <li key={key} class={fresh ? 'fresh' : ''}>
              <span class="soft small"><Moment time={time} /></span>
              <a class="foreign" href={href}>{title.slice(0, 100)}</a>
              <code class="foreign">{text}</code>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}
