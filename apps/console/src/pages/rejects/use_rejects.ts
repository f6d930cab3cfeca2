import {useCallback, useEffect, useRef, useState} from 'preact/hooks';
import type {Client} from '../../api/client';
import {type Problem, asProblem} from '../../api/problem';
import type {RejectPage} from '../../api/types';
import type {Access} from '../../session/access';
import {useSession} from '../../session/session';
import {type Refused, refusedOf} from './groups';

export interface Rejects {
  rejects: Refused[];
  complete: boolean;  ///< These are all.
  busy: boolean;
  problem?: Problem;
}

const atOnce = 20_000;  // rejects that are read before somebody asks for more

/// The rejects that may be read, page by page: all, or those of one kind.
async function* pagesOf(client: Client, access: Access, kind: string, signal: AbortSignal): AsyncGenerator<Refused[]> {
  const kinds = kind ? [kind] : access.everywhere('read') ? [undefined] : access.kinds('read');
  for (const one of kinds) {
    let cursor: string | undefined;
    do {
      const page: RejectPage = await client.json<RejectPage>('rejects', {query: {kind: one, limit: 1000, cursor}, signal});
      yield page.rejects.map(refusedOf);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }
}

/// Reads the rejects of a kind, or of all; and again with each `round`. Those that were read before
/// stay until then. `without` leaves out what is gone.
export function useRejects(kind: string, round: number): Rejects & {more(): void; without(id: string): void} {
  const {client, access} = useSession();
  const [state, setState] = useState<Rejects>({rejects: [], complete: false, busy: true});
  const proceed = useRef<() => void>(() => {});
  useEffect(() => {
    const control = new AbortController();
    const pages = pagesOf(client, access, kind, control.signal);
    const found: Refused[] = [];
    const show = (part: Partial<Rejects>) => { if (!control.signal.aborted) setState(old => ({...old, ...part})); };
    const read = async () => {
      const enough = found.length + atOnce;
      show({busy: true});
      for (let page = await pages.next(); !page.done; page = await pages.next()) {
        found.push(...page.value);
        show({rejects: [...found]});
        if (found.length >= enough) return show({busy: false});
      }
      show({rejects: [...found], complete: true, busy: false});
    };
    proceed.current = () => read().catch(thrown => show({busy: false, problem: asProblem(thrown)}));
    setState(({rejects}) => ({rejects, complete: false, busy: true}));
    proceed.current();
    return () => control.abort();
  }, [client, access, kind, round]);
  return {
    ...state,
    more: useCallback(() => proceed.current(), []),
    without: useCallback((id: string) => setState(old => ({...old, rejects: old.rejects.filter(reject => reject.id !== id)})), []),
  };
}
