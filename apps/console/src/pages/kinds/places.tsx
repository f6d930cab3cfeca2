import {brief} from '../../json/brief';
import type {Difference} from '../../json/difference';

const most = 5;

/// The first places at which two records differ, in short.
export function Places({places}: {places: readonly Difference[]}) {
  return (
    <ul class="places">
      {places.slice(0, most).map(({pointer, before, after}) => (
        <li key={pointer}><code class="foreign">{pointer.slice(0, 120)}</code>{' '}
          {before !== undefined && <code class="removed foreign">{brief(before, 80)}</code>}{' '}
          {after !== undefined && <code class="added foreign">{brief(after, 80)}</code>}</li>
      ))}
      {places.length > most && <li class="soft small">and {places.length - most} more</li>}
    </ul>
  );
}
