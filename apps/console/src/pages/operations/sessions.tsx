import {useState} from 'preact/hooks';
import {type Problem, asProblem} from '../../api/problem';
import {useSession} from '../../session/session';
import {Dialog} from '../../ui/dialog';
import {Moment} from '../../ui/moment';
import {Empty, Failure, Loading} from '../../ui/states';
import {useLoaded} from '../../ui/use_loaded';

interface LogIn {
  id: string;
  user: string;
  beganAt: string;
  refreshedAt: string;
  expiresAt: string;
}

/// Who is signed in by a password, and since when: oneself, or for administrators everybody.
export function SessionsSection() {
  const {client, access, credentials} = useSession();
  const [ending, setEnding] = useState<LogIn>();
  const {value: sessions, problem, reload} = useLoaded(
      signal => client.json<{sessions: LogIn[]}>('auth/sessions', {signal}).then(answer => answer.sessions), [client]);
  const isOwn = ({id}: LogIn) => id === credentials.session;
  return (
    <>
      <p class="soft">Each is a sign-in with a user and password{access.everywhere('admin') ? '' : ', as you'}. It lasts for thirty days after it was refreshed last.</p>
      {problem && <Failure problem={problem} retry={reload} title="The sessions could not be read" />}
      {!sessions && !problem && <Loading what="sessions" />}
      {sessions?.length === 0 && <Empty icon="person" title="Nobody is signed in"><p>Keys and users of a provider have no sessions here.</p></Empty>}
      {sessions && sessions.length > 0 && (
        <div class="card differences" tabIndex={0} role="region" aria-label="Sessions">
          <table>
            <thead><tr><th scope="col">User</th><th scope="col">Signed in</th><th scope="col">Refreshed</th><th scope="col">Ends</th>
              <th scope="col"><span class="visually-hidden">Actions</span></th></tr></thead>
            <tbody>{sessions.map(one => (
              <tr key={one.id}>
                <th scope="row"><b class="foreign">{one.user.slice(0, 100)}</b> {isOwn(one) && <span class="badge accent">this one</span>}<br /><code class="soft">{one.id}</code></th>
                <td><Moment time={one.beganAt} /></td>
                <td><Moment time={one.refreshedAt} /></td>
                <td><time dateTime={one.expiresAt}>{one.expiresAt.slice(0, 10)}</time></td>
                <td class="actions"><button type="button" class="button compact danger" aria-label={`End ${one.id} of ${one.user.slice(0, 100)}`} onClick={() => setEnding(one)}>End</button></td>
              </tr>
            ))}</tbody>
          </table>
        </div>
      )}
      {ending && <EndDialog of={ending} own={isOwn(ending)} onClose={ended => {
        setEnding(undefined);
        if (ended) reload();
      }} />}
    </>
  );
}

function EndDialog({of: {id, user}, own, onClose}: {of: LogIn; own: boolean; onClose(ended: boolean): void}) {
  const {client} = useSession();
  const [problem, setProblem] = useState<Problem>();
  const end = async () => {
    try {
      await client.send(`auth/sessions/${id}`, {method: 'DELETE'});
      onClose(true);
    } catch (thrown) {
      const found = asProblem(thrown);
      if (found.status === 404) onClose(true);  // It has ended meanwhile.
      else setProblem(found);
    }
  };
  return (
    <Dialog title="End this session?" onClose={() => onClose(false)}>
      <p>{own ? 'This is the session of this page: you will have to sign in again.' :
        <>Whoever uses this session of <b class="foreign">{user.slice(0, 200)}</b> has to sign in again; on other instances of the server within five seconds.</>}</p>
      {problem && <Failure problem={problem} title="It did not end" />}
      <div class="toolbar">
        <button type="button" class="button danger" onClick={end}>End the session</button>
        <button type="button" class="button" onClick={() => onClose(false)}>Cancel</button>
      </div>
    </Dialog>
  );
}
