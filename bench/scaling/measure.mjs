// What a request costs the server: its CPU time over many requests of one sort, divided by their number.
//
//   DROPZONE_SERVER=build/release/apps/server/dropzone-server node bench/scaling/measure.mjs
//   … tests/emulator/with_datastore_emulator node bench/scaling/measure.mjs    with Datastore as well
//
// Prints a table for docs/scaling.md. CPU time, unlike throughput, hardly depends on what else the
// machine does.
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {root, startServer} from '../../tests/support/server.mjs';

const clients = 16;
const seed = JSON.parse(readFileSync(join(root, 'tests/data/seed-records/file_0.json'), 'utf8'));
const json = {'Content-Type': 'application/json'};
const record = id => ({...seed, _id: id});

/// The sorts of requests: [name, requests, records in each, (number) → [method, target, body]].
const sorts = scale => [
  ['store one', 4000 * scale, 1, i => ['POST', '/store?kind=measurements&return=ids', record(`s${i}`)]],
  ['store 100 at once', 100 * scale, 100,
   i => ['POST', '/store?kind=measurements&return=counts', Array.from({length: 100}, (_, n) => record(`b${i}-${n}`))]],
  ['read one', 8000 * scale, 1, i => ['GET', `/records/s${i % 400}?kind=measurements`]],
  ['fetchAll, 100 records', 800 * scale, 100, () => ['GET', '/fetchAll?kind=measurements&limit=100']],
  ['filter, 100 records', 800 * scale, 100,
   () => ['POST', '/filter', {kind: 'measurements', field: 'mean', operator: '>', value: -1e9, limit: 100}]],
];

async function cpuSeconds(server) {
  const {text} = await server.request('GET', '/metrics');
  return Number(text.match(/^process_cpu_seconds_total (\S+)$/m)[1]);
}

async function run(server, requests, make) {
  let next = 0;
  await Promise.all(Array.from({length: clients}, async () => {
    for (let i = next++; i < requests; i = next++) {
      const [method, target, body] = make(i);
      const {status, text} = await server.request(
          method, target, body ? {headers: json, body: JSON.stringify(body)} : undefined);
      if (status >= 300) throw new Error(`${method} ${target}: ${status} ${text}`);
    }
  }));
}

const folder = mkdtempSync(join(tmpdir(), 'dropzone-scaling-'));
const stores = [['memory', 'memory:', 1], ['SQLite', `sqlite:${folder}/store.db`, 1]];
if (process.env.DATASTORE_EMULATOR_HOST) stores.push(['Datastore', 'datastore:dropzone-scaling', 0.1]);
const rows = new Map();
try {
  for (const [, url, scale] of stores) {
    const server = await startServer({store: url});
    for (const [name, requests, , make] of sorts(scale)) {
      const before = await cpuSeconds(server);
      await run(server, requests, make);
      const micros = (await cpuSeconds(server) - before) / requests * 1e6;
      rows.set(name, [...(rows.get(name) ?? []), Math.round(micros)]);
    }
    await server.stop();
  }
} finally {
  rmSync(folder, {recursive: true, force: true});
}
console.log(`| request | ${stores.map(([name]) => `${name}, µs of CPU`).join(' | ')} |`);
console.log(`| --- |${' --- |'.repeat(stores.length)}`);
for (const [name, micros] of rows) console.log(`| ${name} | ${micros.join(' | ')} |`);
