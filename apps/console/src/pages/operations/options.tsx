import {useState} from 'preact/hooks';
import {useSession} from '../../session/session';
import {count} from '../../ui/numbers';
import {Failure, Loading} from '../../ui/states';
import {useLoaded} from '../../ui/use_loaded';
import {readOptions} from './read_options';

/// What the server was started with. Secrets are not among it.
export function OptionsSection() {
  const {client} = useSession();
  const [all, setAll] = useState(false);
  const {value: options, problem, reload} = useLoaded(signal => readOptions(client, signal), [client]);
  if (problem) return <Failure problem={problem} retry={reload} title="The options could not be read" />;
  if (!options) return <Loading what="options" lines={10} />;
  const shown = all ? options : options.filter(({origin}) => origin !== 'default');
  return (
    <section class="card pad">
      <div class="toolbar">
        <h2>Options in force</h2>
        <label class="check push"><input type="checkbox" checked={all} onChange={event => setAll(event.currentTarget.checked)} />Defaults, too ({count(options.length, 'option')})</label>
      </div>
      <div class="differences" tabIndex={0} role="region" aria-label="Options">
        <table>
          <thead><tr><th scope="col">Option</th><th scope="col">Value</th><th scope="col">Set by</th></tr></thead>
          <tbody>{shown.map(({name, group, value, origin}) => (
            <tr key={name}>
              <th scope="row"><code>{name}</code><br /><span class="soft small">{group}</span></th>
              <td>{value ? <code class="foreign">{value}</code> : <span class="soft">{origin === 'default' ? 'none' : 'not shown'}</span>}</td>
              <td class={origin === 'default' ? 'soft' : ''}>{origin}</td>
            </tr>
          ))}</tbody>
        </table>
      </div>
      <p class="soft small">They are read at the start. SIGHUP reads the files of users, kinds and certificates again.</p>
    </section>
  );
}
