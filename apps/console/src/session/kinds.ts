import type {Kind} from '../api/types';
import type {Session} from './session';

/// The kinds that may be read. Those that are newer than the sign-in are known to the whole console from then on.
export async function readKinds({client, access}: Session, signal: AbortSignal): Promise<Kind[]> {
  const {kinds} = await client.json<{kinds: Kind[]}>('kinds', {signal});
  access.learn(kinds);
  return kinds;
}
