// The server with the settings that the manifests for Google give it, on Google's emulator, and the most
// that clients may ask of it: it stays below its memory limit, takes the largest body, and its answers
// are let through.
import assert from 'node:assert/strict';
import {once} from 'node:events';
import {readFileSync} from 'node:fs';
import http from 'node:http';
import {test} from 'node:test';
import {startProxy} from '../datastore/fault_proxy.mjs';
import {anyPort, kinds, startServer, user} from '../server/process.mjs';
import {bytes, deployments, option} from './settings.mjs';

const MiB = 1024 ** 2;
const longest = 600_000;  // ms
const onGoogle = ['Cloud Run', 'Kubernetes', 'App Engine'];
const limits = ['max-body', 'max-bodies', 'max-page', 'request-timeout', 'idle-timeout'];

test('the manifests for Google give the server the same limits, in the same memory', () => {
  const [first, ...others] = onGoogle.map(name => limits.map(limit => option(deployments[name], limit)));
  for (const other of others) assert.deepEqual(other, first);
  const memories = onGoogle.map(name => deployments[name].memory);
  assert.ok(Math.max(...memories) - Math.min(...memories) < 256 * MiB);
});

let namespaces = 0;

/// The server of a deployment, on the emulator at `datastore` in a namespace of its own.
async function startAs(t, name, datastore) {
  const {DROPZONE_STORE: _, DROPZONE_METRICS_LISTEN: __, ...env} = deployments[name].env;
  const args = [...anyPort, '--kinds', kinds, '--store', `datastore:memory-test/n${++namespaces}`];
  return startServer(t, args, {...env, ...user, DATASTORE_EMULATOR_HOST: datastore});
}

/// The most that was resident so far, in bytes.
const peak = server => Number(readFileSync(`/proc/${server.child.pid}/status`, 'utf8').match(/^VmHWM:\s+(\d+) kB$/m)[1]) * 1024;

/// One request without a library that would buffer or repeat it: its status, headers and length.
async function send(server, method, path, body) {
  const {hostname, port} = new URL(server.url);
  const request = http.request({hostname, port, method, path, auth: 'demo:secret', agent: false, headers:
      body ? {'Content-Type': 'application/x-ndjson', 'Content-Length': body.length} : {}});
  request.end(body);
  const [response] = await once(request, 'response');
  let length = 0;
  for await (const piece of response) length += piece.length;
  return {status: response.statusCode, headers: response.headers, length};
}

/// NDJSON of this size, of records with ids that begin with `name`.
function lines(name, size, text) {
  const line = i => `{"_id":"${name}-${String(i).padStart(6, '0')}","text":"${text}"}\n`;
  const count = Math.floor(size / line(0).length);
  return Buffer.from(Array.from({length: count}, (_, i) => line(i)).join(''));
}

/// Sends `count` of the largest bodies while Datastore stalls at every commit, which holds what the server
/// has made of them. Resolves once each has either got that far or been answered: [status or 'held'].
async function sendWhileDatastoreStalls(t, server, proxy, count) {
  const size = bytes(option(deployments['Cloud Run'], 'max-body')) - 1024;
  const reached = new Map();
  proxy.fault = (method, body) => {
    const [, name] = /"name":"(many\d+)-/.exec(JSON.stringify(body).slice(0, 100_000)) ?? [];
    if (method !== 'commit' || !name) return undefined;
    reached.get(name)?.('held');
    return () => new Promise(() => {});
  };
  return Promise.all(Array.from({length: count}, (_, i) => new Promise((resolve, reject) => {
    reached.set(`many${i}`, resolve);
    send(server, 'POST', '/store?return=counts', lines(`many${i}`, size, 'x'.repeat(3500)))
        .then(({status}) => resolve(status), error => ['ECONNRESET', 'EPIPE'].includes(error.code) ? resolve(503) : reject(error));
  })));
}

test('a body of the largest size finds room, and many at once stay below the memory limit', {timeout: longest}, async t => {
  const proxy = await startProxy(t, process.env.DATASTORE_EMULATOR_HOST);
  const server = await startAs(t, 'Cloud Run', proxy.host);
  const {memory} = deployments['Cloud Run'];
  assert.deepEqual(await sendWhileDatastoreStalls(t, server, proxy, 1), ['held']);
  t.diagnostic(`one body: ${peak(server) / MiB} MiB`);
  const answers = await sendWhileDatastoreStalls(t, server, proxy, 8);
  t.diagnostic(`eight more: ${peak(server) / MiB} MiB, ${answers}`);
  for (const answer of answers) assert.ok(['held', 503].includes(answer), answer);
  assert.ok(answers.includes(503), 'more than fits is refused');
  assert.ok(peak(server) < memory, `${peak(server) / MiB} MiB`);
  assert.equal((await send(server, 'GET', '/health/live')).status, 200);
});

test('full pages and exports are let through, and several at once stay below the memory limit', {timeout: longest}, async t => {
  const server = await startAs(t, 'Cloud Run', process.env.DATASTORE_EMULATOR_HOST);
  const {largest, memory} = deployments['Cloud Run'];
  const page = bytes(option(deployments['Cloud Run'], 'max-page'));
  for (let i = 0; i < 3; ++i) {
    const body = lines(`page${i}`, 7 * MiB, 'é'.repeat(120_000));  // with its original nearly half a MiB in all
    assert.equal((await send(server, 'POST', '/store?return=counts', body)).status, 201);
  }
  const {status, headers, length} = await send(server, 'GET', '/fetchAll?limit=1000&original=true');
  assert.equal(status, 200);
  assert.ok(length >= page, `a full page: ${length}`);
  assert.ok(headers['transfer-encoding'] === 'chunked' || length < largest, `${length / MiB} MiB in one piece`);
  const begun = await server.fetch('/export?original=true');  // a limit counts for what has a length
  assert.deepEqual([begun.status, begun.headers.get('transfer-encoding')], [200, 'chunked']);
  await begun.body.cancel();
  await Promise.all(Array.from({length: 3}, () => send(server, 'GET', '/fetchAll?limit=1000')));
  t.diagnostic(`three full pages at once: ${peak(server) / MiB} MiB`);
  assert.ok(peak(server) < memory, `${peak(server) / MiB} MiB`);
});
