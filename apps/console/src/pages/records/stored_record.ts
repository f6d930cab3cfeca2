import type {Client} from '../../api/client';
import {Problem} from '../../api/problem';
import type {Meta} from '../../api/types';
import {elements, members, without} from '../../json/scan';

/// A record as it is stored: both of its texts, and what the server knows of it.
export interface StoredRecord {
  id: string;
  original: string;     ///< Byte for byte as it arrived.
  transformed: string;  ///< JSON, numbers spelled as the server spells them.
  meta: Meta;
}

/// Reads a record by its id, which may be any text.
export async function readRecord(client: Client, kind: string, id: string, signal?: AbortSignal): Promise<StoredRecord> {
  const text = await client.text('fetchMany', {method: 'POST', body: {kind, _id: [id], original: 'text', meta: true}, signal});
  const records = members(text).find(({name}) => name === 'records');
  const record = records && elements(text, records.start)[0];
  if (!record) throw new Problem(404, 'not_found', 'There is no such record. It may have been deleted.');
  const whole = text.slice(record.start, record.end);
  const part = (name: string): unknown => {
    const {start, end} = members(whole).find(member => member.name === name)!;
    return JSON.parse(whole.slice(start, end));
  };
  return {id, original: part('_original') as string, transformed: without(whole, ['_original', '_meta']), meta: part('_meta') as Meta};
}

/// The path of a record. Browsers take `.` and `..` out of paths; a record with such an id is old,
/// and can only be read and deleted.
export const recordPath = (id: string): string => `records/${encodeURIComponent(id)}`;
export const hasPath = (id: string): boolean => id !== '.' && id !== '..';
