import {useCallback, useEffect, useState} from 'preact/hooks';
import {Frame, openPlaces} from './frame';
import {forgetDrafts} from './session/drafts';
import {formatLocation, navigate, useLocation} from './router/location';
import {type Session, SessionContext} from './session/session';
import {SignIn} from './session/sign_in';
import {Empty} from './ui/states';

export function App() {
  const [session, setSession] = useState<Session | null>(null);
  const [note, setNote] = useState<string>();

  const end = useCallback((why?: string) => {
    setSession(null);
    setNote(why);
  }, []);

  if (!session) {
    return <SignIn note={note} onSignedIn={setSession} onEnd={() => end('Your session has ended. Please sign in.')} />;
  }
  const signOut = () => {
    forgetDrafts(session.access.principal);
    end();
    session.credentials.revoke().catch(() => setNote(
        'You are signed out here, but the server could not be reached: the session ends there when it expires.'));
  };
  return <SessionContext.Provider value={session}><Pages session={session} onSignOut={signOut} /></SessionContext.Provider>;
}

function Pages({session, onSignOut}: {session: Session; onSignOut(): void}) {
  const location = useLocation();
  const open = openPlaces(session.access);
  const place = open.find(({name}) => name === location.path[0]);
  const first = open[0];
  useEffect(() => {
    if (location.path.length === 0 && first) navigate(formatLocation({path: [first.name]}), {replace: true});
  }, [location.path.length]);
  useEffect(() => {
    document.title = place ? `${place.title} · Data Dropzone` : 'Data Dropzone: console';
  }, [place]);
  return (
    <Frame place={place?.name ?? ''} onSignOut={onSignOut}>
      {place ? <place.Page /> : location.path.length > 0 && (
        <Empty icon="search" title="There is no such page">
          <p>The address may have a typo, or your roles do not include what it shows.</p>
          {first && <a class="button" href={formatLocation({path: [first.name]})}>Go to {first.title}</a>}
        </Empty>
      )}
    </Frame>
  );
}
