import {useRef, useState} from 'preact/hooks';
import type {RecordPage} from '../../api/types';
import {brief} from '../../json/brief';
import {isObject, type JsonObject} from '../../json/parse';
import {formatLocation, navigate, useLocation} from '../../router/location';
import {useSession} from '../../session/session';
import {Icon} from '../../ui/icon';
import {Moment} from '../../ui/moment';
import {Empty, Failure, Loading} from '../../ui/states';
import {usePolled} from '../../ui/use_polled';

const pause = 2_000;  // ms between two looks
const shown = 50;

interface Line {
  id: string;
  updatedAt: string;
  version: string;
  data: JsonObject;
}

function lineOf({_id, _meta, ...data}: JsonObject): Line {
  const meta = isObject(_meta) ? _meta : {};
  return {id: String(_id), updatedAt: String(meta['updatedAt']), version: String(meta['version']), data};
}

/// The records of a kind that were stored or changed last, the newest first.
export function TailSection() {
  const {client, access} = useSession();
  const {query} = useLocation();
  const kinds = access.kinds('read');
  const kind = kinds.includes(query['kind'] ?? '') ? query['kind']! : kinds[0] ?? '';
  const [paused, setPaused] = useState(false);
  const known = useRef(new Set<string>());
  const fresh = useRef(new Set<string>());
  const {value: lines, problem, refresh} = usePolled(async signal => {
    const request = {kind, orderBy: ['-_meta.updatedAt'], limit: shown, meta: true};
    const {records} = await client.json<RecordPage>('filter', {method: 'POST', body: request, signal});
    const found = records.map(lineOf);
    fresh.current = new Set(known.current.size === 0 ? [] : found.map(({version}) => version).filter(version => !known.current.has(version)));
    known.current = new Set(found.map(({version}) => version));
    return {kind, found};
  }, pause, [client, kind], !paused);
  const current = lines?.kind === kind ? lines.found : undefined;
  return (
    <>
      <div class="toolbar">
        <label class="inline-field"><span>Kind</span>
          <select class="select" value={kind} onChange={event => {
            known.current = new Set();
            navigate(formatLocation({path: ['operations', 'tail'], query: {kind: event.currentTarget.value}}), {replace: true});
          }}>{kinds.map(name => <option key={name}>{name}</option>)}</select>
        </label>
        <button type="button" class="button" onClick={() => setPaused(!paused)}><Icon name={paused ? 'play' : 'pause'} />{paused ? 'Go on' : 'Pause'}</button>
        <span class="soft small push" role="status">{paused ? 'Paused' : <><span class="dot pulse" /> Every two seconds</>}</span>
      </div>
      {problem && <Failure problem={problem} retry={refresh} title="The newest records could not be read" />}
      {!current && !problem && <Loading what="the newest records" lines={10} />}
      {current?.length === 0 && <Empty icon="records" title="There are no records yet"><p>They appear here as they are stored.</p></Empty>}
      {current && current.length > 0 && (
        <ol class="tail card" aria-label="The newest records">
          {current.map(({id, updatedAt, version, data}) => (
            <li key={version} class={fresh.current.has(version) ? 'fresh' : ''}>
              <span class="soft small"><Moment time={updatedAt} /></span>
              <a class="foreign" href={formatLocation({path: ['records', kind], query: {record: id}})}>{id.slice(0, 100)}</a>
              <code class="foreign">{brief(data, 300)}</code>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}
