import type {Client} from '../../api/client';
import type {Reject} from '../../api/types';
import {isObject, parseJson} from '../../json/parse';
import {elements} from '../../json/scan';

/// A record that a definition is tried on.
export interface Sample {
  key: string;
  title: string;
  text: string;      ///< As it arrived.
  usable: boolean;   ///< It is an object, and small enough to be tried while somebody types.
}

const most = 20;
const mostBytes = 200_000;  // of one record

function sampleOf(key: string, title: string, text: string): Sample {
  let usable = text.length <= mostBytes;
  try {
    usable &&= isObject(parseJson(text));
  } catch {
    usable = false;
  }
  return {key, title, text, usable};
}

/// The originals that were stored last, byte for byte.
export async function lastStored(client: Client, kind: string, signal: AbortSignal): Promise<Sample[]> {
  const {results} = await client.json<{results: {_id: string}[]}>('transform', {
    method: 'POST', signal, body: {definition: {name: kind, pipeline: []}, sample: most}});
  if (results.length === 0) return [];
  const {records} = await client.json<{records: {_id: string; _original: string}[]}>('fetchMany', {
    method: 'POST', signal, body: {kind, _id: results.map(({_id}) => _id), fields: ['_id'], original: 'text'}});
  return records.map(({_id, _original}) => sampleOf(`stored ${_id}`, _id, _original));
}

const ofReject = ({rejectId, original, originalBase64}: Reject): Sample =>
  sampleOf(`reject ${rejectId}`, rejectId, original ?? `base64:${originalBase64 ?? ''}`);

/// Records that were refused: one of them, or the first ones.
export async function refused(client: Client, kind: string, id: string, signal: AbortSignal): Promise<Sample[]> {
  const {rejects} = await client.json<{rejects: Reject[]}>('rejects', {query: {kind, limit: most}, signal});
  const list = rejects.map(ofReject);
  if (!id) return list;
  const wanted = ofReject(await client.json<Reject>(`rejects/${encodeURIComponent(id)}`, {signal}));
  return [wanted, ...list.filter(({key}) => key !== wanted.key)].slice(0, most);
}

/// The records in a text: one, an array of them, or one a line. Throws if it has none.
export function pasted(text: string): Sample[] {
  const found = textsIn(text).slice(0, most).map((part, index) => sampleOf(`pasted ${index}`, `Pasted ${index + 1}`, part));
  if (found.length === 0 || found.some(({usable}) => !usable)) throw new Error('Paste a JSON object, an array of objects, or one object a line.');
  return found;
}

function textsIn(text: string): string[] {
  const trimmed = text.trim();
  try {
    if (!Array.isArray(parseJson(trimmed))) return [trimmed];
    return elements(trimmed).map(({start, end}) => trimmed.slice(start, end));
  } catch {
    return trimmed.split('\n').map(line => line.trim()).filter(Boolean);
  }
}

/// How a sample looks in a list.
export const lineOf = ({text}: Sample): string => text.slice(0, 80).replace(/\s+/g, ' ');
