import {useState} from 'preact/hooks';
import {type Problem, asProblem} from '../../api/problem';
import {useSession} from '../../session/session';
import {Dialog} from '../../ui/dialog';
import {Icon} from '../../ui/icon';
import {Moment} from '../../ui/moment';
import {Empty, Failure, Loading} from '../../ui/states';
import {useLoaded} from '../../ui/use_loaded';
import {MakeKeyDialog} from './make_key';

export interface Key {
  id: string;
  name: string;
  roles: string;
  createdAt: string;
  createdBy: string;
  expiresAt: string | null;
  addresses: string[];
  certificate: string | null;
}

const isOver = ({expiresAt}: Key): boolean => expiresAt !== null && Date.parse(expiresAt) < Date.now();

/// The keys of devices and programs: whose they are, what they may do, and until when.
export function KeysSection() {
  const {client} = useSession();
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<Key>();
  const {value: keys, problem, reload} = useLoaded(
      signal => client.json<{keys: Key[]}>('auth/keys', {signal}).then(answer => answer.keys), [client]);
  return (
    <>
      <div class="toolbar">
        <p class="soft">A key lets a device or a program in. The server keeps only its hash.</p>
        <button type="button" class="button primary push" onClick={() => setMaking(true)}><Icon name="plus" />Make a key</button>
      </div>
      {problem && <Failure problem={problem} retry={reload} title="The keys could not be read" />}
      {!keys && !problem && <Loading what="keys" />}
      {keys?.length === 0 && <Empty icon="key" title="There are no keys"><p>Make one for each device or program, with only the roles that it needs.</p></Empty>}
      {keys && keys.length > 0 && (
        <div class="card differences" tabIndex={0} role="region" aria-label="API keys">
          <table class="keys">
            <thead><tr><th scope="col">Key</th><th scope="col">Roles</th><th scope="col">Bound to</th><th scope="col">Made</th><th scope="col">Expires</th>
              <th scope="col"><span class="visually-hidden">Actions</span></th></tr></thead>
            <tbody>{keys.map(key => (
              <tr key={key.id}>
                <th scope="row"><b class="foreign">{key.name.slice(0, 200)}</b><br /><code class="soft">{key.id}</code></th>
                <td><code class="foreign">{key.roles}</code></td>
                <td>{[...key.addresses, ...(key.certificate ? [`certificate ${key.certificate.slice(0, 12)}…`] : [])].map(bound => <div key={bound}><code>{bound}</code></div>)}
                  {key.addresses.length === 0 && !key.certificate && <span class="soft">nothing</span>}</td>
                <td><Moment time={key.createdAt} /><br /><span class="soft foreign">by {key.createdBy.slice(0, 100)}</span></td>
                <td>{key.expiresAt === null ? <span class="soft">never</span> : isOver(key) ? <span class="badge warn">expired</span> :
                  <time dateTime={key.expiresAt}>{key.expiresAt.slice(0, 10)}</time>}</td>
                <td class="actions"><button type="button" class="button compact danger" aria-label={`Revoke ${key.name.slice(0, 100)}`} onClick={() => setRevoking(key)}>Revoke</button></td>
              </tr>
            ))}</tbody>
          </table>
        </div>
      )}
      {making && <MakeKeyDialog onClose={made => {
        setMaking(false);
        if (made) reload();
      }} />}
      {revoking && <RevokeDialog of={revoking} onClose={gone => {
        setRevoking(undefined);
        if (gone) reload();
      }} />}
    </>
  );
}

function RevokeDialog({of: {id, name}, onClose}: {of: Key; onClose(gone: boolean): void}) {
  const {client} = useSession();
  const [problem, setProblem] = useState<Problem>();
  const revoke = async () => {
    try {
      await client.send('auth/keys', {method: 'DELETE', query: {keyId: id}});
      onClose(true);
    } catch (thrown) {
      setProblem(asProblem(thrown));
    }
  };
  return (
    <Dialog title="Revoke this key?" onClose={() => onClose(false)}>
      <p>Whoever uses <b class="foreign">{name.slice(0, 200)}</b> is refused from now on; on other instances of the server within five seconds. This cannot be undone.</p>
      {problem && <Failure problem={problem} title="It was not revoked" />}
      <div class="toolbar">
        <button type="button" class="button danger" onClick={revoke}>Revoke for good</button>
        <button type="button" class="button" onClick={() => onClose(false)}>Cancel</button>
      </div>
    </Dialog>
  );
}
