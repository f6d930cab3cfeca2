// Mixed traffic for a while; see run.
import assert from 'node:assert/strict';
import {mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync} from 'node:fs';
import net from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';

import {root, startServer} from '../support/server.mjs';
import {faults, work} from './traffic.mjs';

const minutes = Number(process.argv[2] ?? 30);
const clients = 16;
const pause = 40;  // ms that each client waits between two pieces of work
const idleTimeout = 5_000;  // ms
const idleConnections = 2_000;
const mostPerIdleConnection = 20 * 1024;  // bytes
const mostGrowth = 1.10;                  // of the memory of the last quarter over the second's

const folder = mkdtempSync(join(tmpdir(), 'dropzone-soak.'));
process.on('exit', () => rmSync(folder, {recursive: true, force: true}));
const server = await startServer({
  store: `sqlite:${join(folder, 'store.db')}`,
  args: ['--idle-timeout', `${idleTimeout}ms`, '--header-timeout', '2s', '--body-timeout', '2s', '--log-level', 'error'],
});

const residentBytes = () =>
    Number(readFileSync(`/proc/${server.pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]) * 1024;
const descriptors = () => readdirSync(`/proc/${server.pid}/fd`).length;
const openSockets = () => readdirSync(`/proc/${server.pid}/fd`)
    .filter(name => isSocket(`/proc/${server.pid}/fd/${name}`)).length;
function isSocket(path) {
  try {
    return readlinkSync(path).startsWith('socket:');
  } catch {
    return false;  // It has been closed meanwhile.
  }
}
const megabytes = bytes => (bytes / 1e6).toFixed(1);

const seed = readFileSync(`${root}tests/data/seed-records/file_0.json`, 'utf8');
const counts = {requests: 0, aborted: 0, malformed: 0, stored: 0, deleted: 0};
let end = 0;

async function client(number) {
  for (let turn = number; Date.now() < end; ++turn) {
    await work[turn % work.length](server, seed, counts);
    await sleep(pause);
  }
}

async function attacker() {
  const {hostname, port} = new URL(server.url);
  for (let turn = 0; Date.now() < end; ++turn) {
    await faults[turn % faults.length](() => net.connect(Number(port), hostname), counts);
    await sleep(pause);
  }
}

async function samples() {
  const taken = [];
  const interval = Math.max(1_000, minutes * 60_000 / 60);
  while (Date.now() + interval / 2 < end) {
    await sleep(interval);
    taken.push({memory: residentBytes(), descriptors: descriptors()});
    const last = taken.at(-1);
    console.log(`${String(taken.length).padStart(3)}  ${megabytes(last.memory)} MB  ` +
                `${last.descriptors} descriptors  ${counts.requests} requests  ` +
                `${counts.aborted} aborted  ${counts.malformed} malformed`);
  }
  return taken;
}

const mean = values => values.reduce((sum, value) => sum + value, 0) / values.length;

async function bytesPerIdleConnection() {
  const {hostname, port} = new URL(server.url);
  const memory = residentBytes();
  const sockets = await Promise.all(Array.from({length: idleConnections}, () => new Promise(
      (resolve, reject) => {
        const socket = net.connect(Number(port), hostname).on('error', reject);
        socket.on('data', () => resolve(socket));
        socket.write('GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n');
      })));
  const each = (residentBytes() - memory) / idleConnections;
  sockets.forEach(socket => socket.destroy());
  return each;
}

function traffic(duration) {
  end = Date.now() + duration;
  return Promise.all([attacker(), attacker(), ...Array.from({length: clients}, (_, i) => client(i))]);
}

const idle = await bytesPerIdleConnection();
// What the server keeps open for later, such as connections to its store, is there after a while.
await traffic(10_000);
await sleep(idleTimeout + 1_000);
const before = {all: descriptors(), sockets: openSockets()};
const [, taken] = await Promise.all([traffic(minutes * 60_000), samples()]);
await sleep(idleTimeout + 1_000);
const after = {all: descriptors(), sockets: openSockets()};

const quarter = Math.floor(taken.length / 4);
const second = mean(taken.slice(quarter, 2 * quarter).map(sample => sample.memory));
const last = mean(taken.slice(-quarter).map(sample => sample.memory));
const status = await server.stop();

console.log(JSON.stringify(counts));
console.log(`memory: ${megabytes(second)} MB in the second quarter, ${megabytes(last)} MB in the last`);
console.log(`descriptors: ${before.all} before, ${after.all} after; sockets: ${before.sockets}, ${after.sockets}`);
console.log(`an idle connection: ${Math.round(idle)} bytes of the server's memory`);
assert.equal(status, 0, 'the server stops as it should');
assert.ok(last < second * mostGrowth, 'the memory is flat');
assert.equal(after.sockets, before.sockets, 'no connection is left open');
// The store may have opened a further connection or two, each with two files.
assert.ok(after.all <= before.all + 2 * clients, 'no descriptor is leaked');
assert.ok(idle < mostPerIdleConnection, 'an idle connection is cheap');
assert.equal(counts.stored, counts.deleted, 'every record that was confirmed could be deleted');
