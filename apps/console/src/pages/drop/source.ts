import {Lines, type Splitter, Values, isLines} from './splitter';

/// Something that was dropped, chosen or pasted.
export interface Source {
  name: string;
  size: number;
  content: Blob;
}

/// Records that go into one request, and how they are put together there.
export interface Chunk {
  records: Uint8Array[];
  lines: boolean;     ///< NDJSON; else they are elements of an array.
  read: number;       ///< Bytes of the source that were read so far.
  first: number;      ///< The number of its first record in the source, from 1.
}

const most = {records: 1000, bytes: 4 << 20};

async function* bytesOf(blob: Blob, onRead: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  const reader = blob.stream().getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      onRead(part.value.length);
      yield part.value;
    }
  } finally {
    void reader.cancel();
  }
}

/// The same, unpacked. Files that were joined after they had been packed are unpacked whole.
async function* unpacked(packed: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const {Gunzip} = await import('fflate');
  let ready: Uint8Array[] = [];
  const gunzip = new Gunzip(bytes => { ready.push(bytes); });
  for await (const bytes of packed) {
    gunzip.push(bytes);
    yield* ready;
    ready = [];
  }
  gunzip.push(new Uint8Array(0), true);
  yield* ready;
}

const isPacked = async (blob: Blob): Promise<boolean> => {
  const [first, second] = new Uint8Array(await blob.slice(0, 2).arrayBuffer());
  return first === 0x1f && second === 0x8b;
};

/// The records of a source, in chunks, read as they are asked for.
export async function* chunksOf({content}: Source): AsyncGenerator<Chunk> {
  let read = 0;
  const plain = bytesOf(content, bytes => { read += bytes; });
  const stream = await isPacked(content) ? unpacked(plain) : plain;
  let splitter: Splitter | undefined;
  let chunk: Chunk = {records: [], lines: true, read: 0, first: 1};
  let bytes = 0;
  const next = () => {
    const full = {...chunk, read};
    chunk = {...chunk, records: [], first: chunk.first + chunk.records.length};
    bytes = 0;
    return full;
  };
  for await (const piece of stream) {
    if (!splitter) {
      chunk.lines = isLines(new TextDecoder().decode(piece.subarray(0, 65_536)));
      splitter = chunk.lines ? new Lines() : new Values();
    }
    for (const record of splitter.push(piece)) {
      if (chunk.records.length === most.records || (bytes > 0 && bytes + record.length > most.bytes)) yield next();
      chunk.records.push(record);
      bytes += record.length;
    }
  }
  for (const record of splitter?.end() ?? []) chunk.records.push(record);
  if (chunk.records.length > 0) yield next();
}

const ascii = (text: string) => new TextEncoder().encode(text);

/// The body of a request with these records, each as it was.
export function bodyOf({records, lines}: Pick<Chunk, 'records' | 'lines'>): {body: Blob; type: string} {
  const parts: Uint8Array[] = [];
  if (!lines) parts.push(ascii('['));
  records.forEach((record, index) => {
    if (!lines && index > 0) parts.push(ascii(','));
    parts.push(record);
    if (lines) parts.push(ascii('\n'));
  });
  if (!lines) parts.push(ascii(']'));
  return {body: new Blob(parts as BlobPart[]), type: lines ? 'application/x-ndjson' : 'application/json'};
}
