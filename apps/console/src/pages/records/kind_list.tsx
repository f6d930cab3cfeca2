import type {Kind} from '../../api/types';
import {formatLocation} from '../../router/location';
import {count} from '../../ui/numbers';

/// A card for each kind, with what is in it.
export function KindList({kinds}: {kinds: Kind[]}) {
  return (
    <ul class="kind-list">
      {kinds.map(kind => (
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
  );
}
