import {useMemo} from 'preact/hooks';
import {brief} from '../../json/brief';
import {differences} from '../../json/difference';
import {parseJson} from '../../json/parse';
import {count} from '../../ui/numbers';
import {Notice} from '../../ui/states';

const most = 500;

/// What differs between two texts of JSON, place by place.
export function DifferenceTable({before, after, titles, same}: {before: string; after: string; titles: [string, string]; same: string}) {
  const found = useMemo(() => differences(parseJson(before), parseJson(after), most + 1), [before, after]);
  if (found.length === 0) return <Notice>{same}</Notice>;
  return (
    <div class="differences" tabIndex={0} role="region" aria-label="Differences">
      <table>
        <thead><tr><th scope="col">Place</th><th scope="col">{titles[0]}</th><th scope="col">{titles[1]}</th></tr></thead>
        <tbody>
          {found.slice(0, most).map(({pointer, before: was, after: is}) => (
            <tr key={pointer}>
              <th scope="row"><code class="foreign">{pointer.length > 120 ? `${pointer.slice(0, 120)}…` : pointer || '/'}</code></th>
              <td class={was === undefined ? 'absent' : 'removed'}><code class="foreign">{was === undefined ? '–' : brief(was, 200)}</code></td>
              <td class={is === undefined ? 'absent' : 'added'}><code class="foreign">{is === undefined ? '–' : brief(is, 200)}</code></td>
            </tr>
          ))}
        </tbody>
      </table>
      {found.length > most && <p class="soft small">These are the first {count(most, 'difference')}; there are more.</p>}
    </div>
  );
}
