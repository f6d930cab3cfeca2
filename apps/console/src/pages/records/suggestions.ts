import {useEffect, useState} from 'preact/hooks';
import type {Client} from '../../api/client';
import {type Json, toText} from '../../json/parse';
import {useSession} from '../../session/session';

const most = 20;
const longest = 200;  // characters
const pause = 300;    // ms without a change before the server is asked

/// Whether values of this type are worth suggesting: of others there are as many as records, or only two.
const hasValues = (type: string): boolean => ['string', 'number', 'any'].includes(type);

/// The most frequent values that a field of this type has in all records of a kind. The server refuses to group fields with more
/// than 1,000 values.
async function frequentValues(client: Client, kind: string, field: string, type: string, signal: AbortSignal): Promise<string[]> {
  const {groups} = await client.json<{groups: {key: Json; count: number}[]}>('filter', {
    method: 'POST', body: {kind, aggregate: {groupBy: field, count: true}}, signal});
  const fits = (key: Json) => (type === 'number' ? typeof key === 'number' || typeof key === 'bigint' : typeof key === 'string');
  return groups.filter(({key}) => fits(key)).sort((left, right) => right.count - left.count)
      .map(({key}) => (typeof key === 'string' ? key : toText(key))).filter(text => text !== '' && text.length <= longest).slice(0, most);
}

/// Values to choose from, once the field stays the same for a moment. If the server does not give them, there are none.
export function useSuggestions(kind: string, field: string, type: string): string[] {
  const {client} = useSession();
  const [values, setValues] = useState<string[]>([]);
  useEffect(() => {
    setValues([]);
    if (field === '' || !hasValues(type)) return undefined;
    const control = new AbortController();
    const late = setTimeout(() => {
      frequentValues(client, kind, field, type, control.signal).then(found => { if (!control.signal.aborted) setValues(found); }, () => {});
    }, pause);
    return () => {
      clearTimeout(late);
      control.abort();
    };
  }, [client, kind, field, type]);
  return values;
}
