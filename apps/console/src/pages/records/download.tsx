import {useEffect, useRef, useState} from 'preact/hooks';
import {asProblem} from '../../api/problem';
import type {Client} from '../../api/client';
import type {Kind} from '../../api/types';
import type {Json} from '../../json/parse';
import {elements, members} from '../../json/scan';
import {useSession} from '../../session/session';
import {Icon} from '../../ui/icon';
import {number} from '../../ui/numbers';
import {saveFile} from '../../ui/save_file';
import {requestOf} from './use_records';

const type = 'application/x-ndjson';

/// Every record of a query as a line, spelled as the server spells it.
async function linesOf(client: Client, request: {[name: string]: Json}, signal: AbortSignal, onCount: (records: number) => void): Promise<Blob> {
  const pages: Blob[] = [];  // The browser may keep blobs on its disk.
  let cursor: string | null = null;
  let records = 0;
  do {
    const text: string = await client.text('filter', {
      method: 'POST', body: {...request, limit: 1000, ...(cursor === null ? {} : {cursor})}, signal});
    const parts = new Map(members(text).map(member => [member.name, member]));
    const lines = elements(text, parts.get('records')?.start ?? 0).map(({start, end}) => `${text.slice(start, end)}\n`);
    const next = parts.get('nextCursor');
    cursor = next ? JSON.parse(text.slice(next.start, next.end)) as string | null : null;
    pages.push(new Blob(lines, {type}));
    records += lines.length;
    onCount(records);
  } while (cursor !== null);
  return new Blob(pages, {type});
}

interface DownloadProps {
  kind: Kind;
  filter: Json;
  sort: string;
  whole: boolean;  ///< All records, in the order of an export.
}

/// Downloads what the table shows, all of it.
export function DownloadButton({kind, filter, sort, whole}: DownloadProps) {
  const {client} = useSession();
  const [state, setState] = useState('');
  const control = useRef<AbortController | null>(null);
  useEffect(() => () => control.current?.abort(), []);
  const start = async () => {
    control.current = new AbortController();
    const {signal} = control.current;
    setState('Downloading…');
    try {
      const content = whole ? await (await client.send('export', {query: {kind: kind.name}, signal})).blob() :
        await linesOf(client, requestOf(kind.name, filter, sort), signal, records => setState(`${number(records)} records`));
      saveFile(`${kind.name}.ndjson`, content);
      setState('');
    } catch (thrown) {
      if (!signal.aborted) setState(asProblem(thrown).detail);
    } finally {
      control.current = null;
    }
  };
  const busy = control.current !== null;
  return (
    <>
      <button type="button" class="button" onClick={() => { if (busy) { control.current?.abort(); setState(''); control.current = null; } else void start(); }}>
        <Icon name={busy ? 'close' : 'download'} />{busy ? 'Cancel' : 'Download'}
      </button>
      {state && <span class="soft small" role="status">{state}</span>}
    </>
  );
}
