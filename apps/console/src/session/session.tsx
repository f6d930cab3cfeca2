import {createContext} from 'preact';
import {useContext} from 'preact/hooks';
import {Client} from '../api/client';
import {Problem, asProblem} from '../api/problem';
import type {WhoAmI} from '../api/types';
import {Access} from './access';
import type {Credentials} from './credentials';

/// Somebody who is signed in: what they may do, and the client that acts for them.
export interface Session {
  access: Access;
  client: Client;
  credentials: Credentials;
}

/// Asks the server who has these credentials. `onEnd` is called once they are no longer good.
export async function openSession(credentials: Credentials, onEnd: () => void): Promise<Session> {
  let open = false;
  const refused = () => { if (open) onEnd(); };
  const authorise = async () => {
    try {
      return await credentials.headers();
    } catch (thrown) {
      if (asProblem(thrown).status === 401) refused();
      throw thrown;
    }
  };
  const client = new Client(authorise, refused);
  const access = new Access(await client.json<WhoAmI>('auth/whoami'));
  open = true;
  return {access, client, credentials};
}

export const SessionContext = createContext<Session | null>(null);

/// The session of whoever is signed in; for parts of the page that only they see.
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Problem(401, 'signed_out', 'Please sign in.');
  return session;
}
