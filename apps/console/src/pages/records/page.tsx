import type {Kind} from '../../api/types';
import {formatLocation} from '../../router/location';
import {useSession} from '../../session/session';
import {count} from '../../ui/numbers';
import {Empty, Failure, Loading} from '../../ui/states';
import {useLoaded} from '../../ui/use_loaded';

/// The kinds that may be read, with counts.
export function RecordsPage() {
  const {client} = useSession();
  const {value, problem, reload} = useLoaded(
      signal => client.json<{kinds: Kind[]}>('kinds', {signal}).then(({kinds}) => kinds), [client]);
  return (
    <div class="page">
      <div class="page-head"><div><h1>Records</h1></div></div>
      {problem && <Failure problem={problem} retry={reload} title="The kinds could not be read" />}
      {!value && !problem && <Loading what="kinds" />}
      {value?.length === 0 && <Empty icon="kinds" title="No kind is deployed"><p>A kind says how records are transformed.</p></Empty>}
      {value && value.length > 0 && (
        <ul class="kind-list">
          {value.map(kind => (
            <li key={kind.name} class="card">
              <a class="kind-card" href={formatLocation({path: ['records', kind.name]})}>
                <b>{kind.name}</b>
                <span class="soft foreign">{kind.description ?? 'No description'}</span>
                <span class="toolbar">
                  <span class="badge">{count(kind.records, 'record')}</span>
                  {kind.rejects > 0 && <span class="badge warn">{count(kind.rejects, 'reject')}</span>}
                </span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
