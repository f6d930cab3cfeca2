import {useMemo} from 'preact/hooks';
import {brief} from '../../json/brief';
import {differences} from '../../json/difference';
import {type Json, parseJson} from '../../json/parse';
import {Notice} from '../../ui/states';

interface Row {
  pointer: string;
  was?: Json | undefined;
  theirs?: Json | undefined;
  yours?: Json | undefined;
  conflict: boolean;
}

function rowsOf(base: Json, theirs: Json, yours: Json): Row[] {
  const rows = new Map<string, Row>();
  for (const {pointer, before, after} of differences(base, theirs)) {
    rows.set(pointer, {pointer, was: before, theirs: after, yours: before, conflict: false});
  }
  for (const {pointer, before, after} of differences(base, yours)) {
    const other = rows.get(pointer);
    rows.set(pointer, {pointer, was: before, theirs: other ? other.theirs : before, yours: after, conflict: other !== undefined});
  }
  return [...rows.values()];
}

/// What two people made of the same record.
export function ThreeWay({base, theirs, yours}: {base: string; theirs: string; yours: string}) {
  const rows = useMemo(() => {
    try {
      return rowsOf(parseJson(base), parseJson(theirs), parseJson(yours));
    } catch {
      return undefined;
    }
  }, [base, theirs, yours]);
  if (!rows) return <Notice tone="warn" icon="warning">What you wrote is not JSON yet, so it cannot be compared.</Notice>;
  const cell = (value: Json | undefined) => <code class="foreign">{value === undefined ? '–' : brief(value, 120)}</code>;
  return (
    <div class="differences" tabIndex={0} role="region" aria-label="Their changes and yours">
      <table>
        <thead><tr><th scope="col">Place</th><th scope="col">Was</th><th scope="col">Theirs</th><th scope="col">Yours</th></tr></thead>
        <tbody>{rows.map(({pointer, was, theirs: their, yours: your, conflict}) => (
          <tr key={pointer} class={conflict ? 'conflict' : ''}>
            <th scope="row"><code class="foreign">{pointer || '/'}</code>{conflict && <span class="badge warn">both</span>}</th>
            <td>{cell(was)}</td><td>{cell(their)}</td><td>{cell(your)}</td>
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}
