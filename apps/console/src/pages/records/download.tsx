import {useEffect, useRef, useState} from 'preact/hooks';
import {asProblem} from '../../api/problem';
import type {Client} from '../../api/client';
import type {Kind} from '../../api/types';
import type {Json} from '../../json/parse';
import {elements, members} from '../../json/scan';
import {useSession} from '../../session/session';
import {Icon} from '../../ui/icon';
import {Menu} from '../../ui/menu';
import {number} from '../../ui/numbers';
import {saveFile} from '../../ui/save_file';
import {csvHead, csvRow} from './record_csv';
import {requestOf} from './use_records';

interface Format {
  extension: string;
  type: string;
  head: string;
  lineOf(record: string): string;
}

const ndjson: Format = {extension: 'ndjson', type: 'application/x-ndjson', head: '', lineOf: record => `${record}\n`};

const csvOf = (fields: readonly string[]): Format =>
  ({extension: 'csv', type: 'text/csv', head: csvHead(fields), lineOf: record => csvRow(record, fields)});

/// Every record of a query as a line, its values spelled as the server spells them.
async function linesOf(client: Client, request: {[name: string]: Json}, {type, head, lineOf}: Format, signal: AbortSignal,
    onCount: (records: number) => void): Promise<Blob> {
  const pages = [new Blob([head])];  // The browser may keep blobs on its disk.
  let cursor: string | null = null;
  let records = 0;
  do {
    const text: string = await client.text('filter', {
      method: 'POST', body: {...request, limit: 1000, ...(cursor === null ? {} : {cursor})}, signal});
    const parts = new Map(members(text).map(member => [member.name, member]));
    const lines = elements(text, parts.get('records')?.start ?? 0).map(({start, end}) => lineOf(text.slice(start, end)));
    const next = parts.get('nextCursor');
    cursor = next ? JSON.parse(text.slice(next.start, next.end)) as string | null : null;
    pages.push(new Blob(lines));
    records += lines.length;
    onCount(records);
  } while (cursor !== null);
  return new Blob(pages, {type});
}

interface DownloadProps {
  kind: Kind;
  filter: Json;
  sort: string;
  fields: readonly string[] | undefined;  ///< The columns that are shown; undefined until a first page is there.
  whole: boolean;                         ///< All records, in the order of an export.
}

/// Downloads all that the filter selects: the records, or the columns that are shown.
export function Download({kind, filter, sort, fields, whole}: DownloadProps) {
  const {client} = useSession();
  const [state, setState] = useState('');
  const control = useRef<AbortController | null>(null);
  useEffect(() => () => control.current?.abort(), []);
  const start = async (format: Format) => {
    control.current = new AbortController();
    const {signal} = control.current;
    setState('Downloading…');
    try {
      const content = whole && format === ndjson ? await (await client.send('export', {query: {kind: kind.name}, signal})).blob() :
        await linesOf(client, requestOf(kind.name, filter, sort), format, signal, records => setState(`${number(records)} records`));
      saveFile(`${kind.name}.${format.extension}`, content);
      setState('');
    } catch (thrown) {
      if (!signal.aborted) setState(asProblem(thrown).detail);
    } finally {
      if (control.current?.signal === signal) control.current = null;
    }
  };
  const cancel = () => {
    control.current?.abort();
    control.current = null;
    setState('');
  };
  return (
    <>
      {control.current ? (
        <button type="button" class="button" onClick={cancel}><Icon name="close" />Cancel</button>
      ) : (
        <Menu label="Download" disabled={!fields} button={<><Icon name="download" />Download</>}>
          <button type="button" onClick={() => void start(ndjson)}>NDJSON: whole records</button>
          <button type="button" onClick={() => void start(csvOf(fields!))}>CSV: the columns shown</button>
        </Menu>
      )}
      {state && <span class="soft small" role="status">{state}</span>}
    </>
  );
}
