import {useState} from 'preact/hooks';
import type {Client} from '../../api/client';
import {type Problem, asProblem} from '../../api/problem';
import type {Fault} from '../../api/types';
import type {Difference} from '../../json/difference';
import {useSession} from '../../session/session';
import {Icon} from '../../ui/icon';
import {number} from '../../ui/numbers';
import {Failure, Loading, Notice} from '../../ui/states';
import {type Definition, sameDefinition} from './definition';
import {Places} from './places';

type Kind = 'same' | 'changed' | 'refused' | 'accepted';

interface Compared {
  _id: string;
  outcome: Kind;
  error?: Fault;
  differences?: Difference[];
}

interface Comparison {
  definition: Definition;
  results: Compared[];
}

const sizes = [1000, 250, 50];  // originals that are compared; fewer if the answer would be too large
const shown = 50;

/// What a definition would make of the originals that were stored last, against the deployed kind.
async function compare(client: Client, name: string, definition: Definition): Promise<Comparison> {
  const {examples: _, ...tried} = definition;
  for (const sample of sizes) {
    try {
      const {results} = await client.json<{results: Compared[]}>('transform', {method: 'POST', body: {definition: {...tried, name}, sample, against: 'deployed'}});
      return {definition, results};
    } catch (thrown) {
      if (asProblem(thrown).code !== 'too_many_records' || sample === sizes.at(-1)) throw thrown;
    }
  }
  return {definition, results: []};
}

const words: Record<Kind, string> = {same: 'Same', changed: 'Changed', refused: 'Refused now', accepted: 'Accepted now'};

/// Counts, and the first records that would not stay the same.
export function Compare({name, definition}: {name: string; definition: Definition | undefined}) {
  const {client} = useSession();
  const [found, setFound] = useState<Comparison>();
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      setFound(await compare(client, name, definition!));
    } catch (thrown) {
      setFound(undefined);
      setProblem(asProblem(thrown));
    }
    setBusy(false);
  };
  const old = found && (!definition || !sameDefinition(found.definition, definition));
  return (
    <section class="card block" aria-label="Difference to the deployed version">
      <div class="section-head"><h2>Difference to the deployed version</h2>
        <div class="toolbar push"><button type="button" class="button compact" disabled={busy || !definition} onClick={run}><Icon name="compare" />
          {found ? 'Compare again' : 'Compare over 1,000 originals'}</button></div>
      </div>
      {!found && !problem && !busy && <p class="soft">Runs both versions over the originals that were stored last. Nothing is stored.</p>}
      {problem && <Failure problem={problem} title="The versions could not be compared" />}
      {busy && !found && <Loading what="the comparison" lines={3} />}
      {found && old && <Notice tone="warn" icon="info">The definition was changed after this comparison.</Notice>}
      {found && <Found results={found.results} />}
    </section>
  );
}

function Found({results}: {results: Compared[]}) {
  if (results.length === 0) return <p class="soft">No record of this kind is stored.</p>;
  const kinds = Object.keys(words) as Kind[];
  const different = results.filter(({outcome}) => outcome !== 'same');
  return (
    <>
      <dl class="sums">
        {kinds.map(kind => {
          const many = results.filter(({outcome}) => outcome === kind).length;
          return <div key={kind} class={kind === 'refused' && many > 0 ? 'bad' : ''}><dt>{words[kind]}</dt><dd class="number">{number(many)}</dd></div>;
        })}
      </dl>
      {different.length === 0 ? <p class="soft">All of the last {number(results.length)} records stay as they are.</p> : (
        <div class="differences" tabIndex={0} role="region" aria-label="Records that would become different">
          <table>
            <thead><tr><th scope="col">Record</th><th scope="col">Outcome</th><th scope="col">What is different</th></tr></thead>
            <tbody>{different.slice(0, shown).map(row => (
              <tr key={row._id}>
                <th scope="row"><span class="foreign">{row._id.slice(0, 100)}</span></th>
                <td><span class={`badge ${row.outcome === 'refused' ? 'bad' : row.outcome === 'accepted' ? 'good' : 'accent'}`}>{words[row.outcome]}</span></td>
                <td>{row.error ? <span class="foreign">{row.error.detail}</span> : <Places places={row.differences ?? []} />}</td>
              </tr>
            ))}</tbody>
          </table>
          {different.length > shown && <p class="soft small">These are the first {shown} of {number(different.length)}.</p>}
        </div>
      )}
    </>
  );
}
