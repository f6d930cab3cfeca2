// An export is streamed: what it costs in memory does not grow with the kind, and a reader who takes
// their time is in nobody's way.
import assert from 'node:assert/strict';
import {once} from 'node:events';
import {readFileSync, statSync} from 'node:fs';
import http from 'node:http';
import {join} from 'node:path';
import {test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';
import {anyPort, emptyFolder, kinds, startServer, until, user} from './process.mjs';

const megabyte = 1024 * 1024;
const records = Number(process.env.DROPZONE_EXPORT_RECORDS ?? 100_000);
const batch = 10_000;
const longest = 1_200_000;  // ms

/// A store file of its own, and how to start a server on it.
function storeIn(t) {
  const file = join(emptyFolder(t), 'export.db');
  const args = [...anyPort, '--kinds', kinds, '--store', `sqlite:${file}`];
  return {file, start: (...more) => startServer(t, [...args, ...more], user)};
}

async function storeLines(server, lines) {
  const answer = await server.fetch('/store?return=counts', {
    method: 'POST', body: lines.join('\n'), headers: {'Content-Type': 'application/x-ndjson'}});
  assert.equal(answer.status, 201, await answer.text());
}

const idOf = i => `r${String(i).padStart(7, '0')}`;

/// Memory that is the server's own: files that it has mapped are not.
function ownMemory(server) {
  const status = readFileSync(`/proc/${server.child.pid}/status`, 'utf8');
  return Number(status.match(/^RssAnon:\s+(\d+) kB$/m)[1]) * 1024;
}

/// Begins an export; its bytes come as they are asked for.
async function beginExport(server, query = '') {
  const {hostname, port} = new URL(server.url);
  const request = http.get({hostname, port, path: `/export${query}`, auth: 'demo:secret'});
  const [response] = await once(request, 'response');
  assert.equal(response.statusCode, 200);
  return response;
}

/// Reads an export to its end; `see` gets each piece.
async function readExport(response, see) {
  for await (const piece of response) see(piece);
  assert.ok(response.complete, 'the export has its last chunk');
}

async function peakDuring(server, run) {
  let peak = 0;
  const timer = setInterval(() => (peak = Math.max(peak, ownMemory(server))), 5);
  await run();
  clearInterval(timer);
  return Math.max(peak, ownMemory(server));
}

test(`an export of ${records} records takes no more memory than one of few`, {timeout: longest}, async t => {
  const store = storeIn(t);
  const loader = await store.start();
  for (let first = 0; first < records; first += batch) {
    const count = Math.min(batch, records - first);
    await storeLines(loader, Array.from({length: count}, (_, i) =>
        `{"_id":"${idOf(first + i)}","text":"${'x'.repeat(400)}"}`));
  }
  assert.equal(await loader.stop(), 0);

  const server = await store.start();
  const before = ownMemory(server);
  let bytes = 0;
  let lines = 0;
  const start = Date.now();
  const peak = await peakDuring(server, async () =>
      readExport(await beginExport(server, '?original&meta'), piece => {
        bytes += piece.length;
        for (let at = -1; (at = piece.indexOf(10, at + 1)) >= 0; ++lines);
      }));
  assert.equal(lines, records);
  assert.ok(bytes > 1000 * records);
  const growth = (peak - before) / megabyte;
  t.diagnostic(`${lines} records, ${Math.round(bytes / megabyte)} MB in ${Date.now() - start} ms; ` +
               `the server's own memory grew by ${growth.toFixed(1)} MB`);
  assert.ok(growth < 32, `${growth} MB`);
});

test('large records are streamed as few at a time as they are large', {timeout: 120_000}, async t => {
  const store = storeIn(t);
  const loader = await store.start();
  const text = 'y'.repeat(6 * megabyte);
  const count = 25;
  // Small ones first, so that the server has reason to expect more of them.
  await storeLines(loader, Array.from({length: 2000}, (_, i) => `{"_id":"a${i}"}`));
  for (let i = 0; i < count; ++i) await storeLines(loader, [`{"_id":"${idOf(i)}","text":"${text}"}`]);
  assert.equal(await loader.stop(), 0);

  // The allocator keeps some memory for each thread.
  const server = await store.start('--workers', '2');
  const before = ownMemory(server);
  let bytes = 0;
  const peak = await peakDuring(server, async () =>
      readExport(await beginExport(server), piece => (bytes += piece.length)));
  assert.ok(bytes > count * text.length);
  const growth = (peak - before) / megabyte;
  t.diagnostic(`${Math.round(bytes / megabyte)} MB; the server's own memory grew by ${growth.toFixed(1)} MB`);
  assert.ok(growth < 100, `${growth} MB`);
});

test('a slow reader holds up no writer, and the log of the store does not grow meanwhile',
     {timeout: 120_000}, async t => {
  const store = storeIn(t);
  const server = await store.start('--write-timeout', '5m');
  const text = 'z'.repeat(2000);
  const lines = first => Array.from({length: 5000}, (_, i) => `{"_id":"${idOf(first + i)}","text":"${text}"}`);
  await storeLines(server, lines(0));
  await storeLines(server, lines(5000));

  const exported = await beginExport(server);
  await sleep(100);  // Nobody reads: the sockets fill, and the server waits.
  const start = Date.now();
  for (let i = 2; i < 20; ++i) await storeLines(server, lines(5000 * i));
  const took = Date.now() - start;
  const log = statSync(`${store.file}-wal`).size / megabyte;
  const file = statSync(store.file).size / megabyte;
  t.diagnostic(`90,000 records in ${took} ms meanwhile; log ${log.toFixed(0)} MB, file ${file.toFixed(0)} MB`);
  // It starts again at 64 MB; on a slow disk at four times that. Held back it would have all there is.
  assert.ok(log < 4 * 64 + 16 && file > 300, `the log has ${log} MB, the file ${file} MB`);

  let rest = '';
  await readExport(exported, piece => (rest += piece.toString('latin1')));
  const ids = rest.trimEnd().split('\n').map(line => line.slice(8, 16));
  assert.equal(new Set(ids).size, ids.length, 'no record comes twice');
  assert.deepEqual(ids.slice(0, 10_000), Array.from({length: 10_000}, (_, i) => idOf(i)));
});

test('an export whose reader has gone is given up', async t => {
  const store = storeIn(t);
  const server = await store.start();
  await storeLines(server, Array.from({length: 5000}, (_, i) => `{"_id":"${idOf(i)}","text":"${'x'.repeat(2000)}"}`));
  for (let i = 0; i < 20; ++i) (await beginExport(server)).destroy();
  const figure = async name => {
    const text = await (await server.fetch('/metrics')).text();
    return Number(text.match(new RegExp(`^${name} (\\S+)$`, 'm'))[1]);
  };
  await until(async () => await figure('dropzone_requests_in_flight') <= 1, 'only the question itself is left');
  assert.equal(await server.stop(), 0);
});
