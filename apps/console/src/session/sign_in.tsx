import {useState} from 'preact/hooks';
import {type Problem, asProblem} from '../api/problem';
import {Icon} from '../ui/icon';
import {Failure, Notice} from '../ui/states';
import {ApiKey, Tokens, type Credentials} from './credentials';
import {type Session, openSession} from './session';
import {SingleSignOn} from './single_sign_on';

type Way = 'password' | 'key';

interface SignInProps {
  note: string | undefined;
  onSignedIn(session: Session): void;
  onEnd(): void;
}

/// Asks who somebody is. What they type is forgotten as soon as it has been sent.
export function SignIn({note, onSignedIn, onEnd}: SignInProps) {
  const [way, setWay] = useState<Way>('password');
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);

  const use = async (credentials: Credentials) => onSignedIn(await openSession(credentials, onEnd));
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const text = (name: string) => String(new FormData(form).get(name) ?? '');
    setBusy(true);
    setProblem(undefined);
    try {
      const credentials: Credentials =
        way === 'key' ? new ApiKey(text('key').trim()) : await Tokens.of(text('user'), text('password'));
      onSignedIn(await openSession(credentials, onEnd));
    } catch (thrown) {
      setProblem(asProblem(thrown));
      setBusy(false);
    }
  };

  return (
    <div class="sign-in">
      <header class="pitch">
        <a class="brand" href="./"><img src="swagger/icon.svg" alt="" width="28" height="28" />Data Dropzone</a>
        <p class="claim">Every record as it arrived, and what became of it.</p>
        <ul>
          <li><Icon name="shield" />Originals are kept byte for byte, next to the transformed record.</li>
          <li><Icon name="drop" />Try a file first. See which records would be refused, and why.</li>
          <li><Icon name="rejects" />What was refused is kept until you mend it or delete it.</li>
        </ul>
      </header>
      <main>
        <form onSubmit={submit} aria-labelledby="sign-in-title">
          <h1 id="sign-in-title">Sign in to the console</h1>
          {note && !problem && <Notice role="status">{note}</Notice>}
          <SingleSignOn busy={busy} onBusy={setBusy} onCredentials={use} onProblem={setProblem} />
          <div class="segments" role="group" aria-label="Sign in with">
            <button type="button" aria-pressed={way === 'password'} onClick={() => setWay('password')}>Password</button>
            <button type="button" aria-pressed={way === 'key'} onClick={() => setWay('key')}>API key</button>
          </div>
          {way === 'password' ? <PasswordFields key="password" /> : <KeyField key="key" />}
          {problem && <Failure problem={problem} title="You are not signed in" />}
          <button type="submit" class="button primary" disabled={busy}>{busy ? 'Signing in…' : 'Sign in'}</button>
        </form>
      </main>
    </div>
  );
}

function PasswordFields() {
  return (
    <>
      <label class="field"><span>User</span>
        <input class="input" name="user" required autocomplete="username" autocapitalize="none" spellcheck={false} />
      </label>
      <label class="field"><span>Password</span>
        <input class="input" name="password" type="password" required autocomplete="current-password" />
      </label>
    </>
  );
}

function KeyField() {
  return (
    <label class="field"><span>API key</span>
      <input class="input" name="key" type="password" required autocomplete="off" placeholder="dzk_…" />
      <small>The console keeps it in memory until you sign out or close the page.</small>
    </label>
  );
}
