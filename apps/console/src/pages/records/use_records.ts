import {useEffect, useState} from 'preact/hooks';
import {type Problem, asProblem} from '../../api/problem';
import type {Kind, RecordPage} from '../../api/types';
import {type Json, isObject, toText} from '../../json/parse';
import {useSession} from '../../session/session';
import {RecordPages} from './record_pages';

export interface Records {
  pages?: RecordPages;
  version: number;  ///< Changes whenever the pages do.
  total?: number;
  problem?: Problem;
}

/// The body of POST /filter for these records.
export const requestOf = (kind: string, filter: Json, sort: string): {[name: string]: Json} =>
  ({kind, ...(isObject(filter) ? filter : {}), ...(sort ? {orderBy: [sort]} : {})});

/// The rows of a query, and how many there are.
export function useRecords(kind: Kind, filter: Json, sort: string, round: number): Records {
  const {client} = useSession();
  const [state, setState] = useState<Records>({version: 0});
  useEffect(() => {
    const request = requestOf(kind.name, filter, sort);
    const change = (part: Partial<Records>) => setState(old => (old.pages && old.pages !== pages ? old :
      {...old, ...part, pages, version: old.version + 1}));
    const fail = (thrown: unknown) => change({problem: asProblem(thrown)});
    const pages: RecordPages = new RecordPages(
        (cursor, limit, signal) => client.json<RecordPage>('filter', {method: 'POST', body: {...request, limit, ...(cursor ? {cursor} : {})}, signal}),
        () => change(pages.complete ? {total: pages.known} : {}), fail);
    setState(({version}) => ({pages, version: version + 1}));
    pages.want(0, 60);
    const {orderBy: _, ...counted} = request;
    client.json<{aggregate: {count: number}}>('filter', {method: 'POST', body: {...counted, aggregate: {count: true}}})
        .then(({aggregate}) => change({total: pages.complete ? pages.known : aggregate.count}), fail);
    return () => pages.stop();
  }, [client, kind.name, toText(filter), sort, round]);
  return state;
}
