import assert from 'node:assert/strict';
import net from 'node:net';
import {test} from 'node:test';
import {halfARequest} from './half_request.mjs';
import {freePort, inMemory, startServer, store, until, user} from './process.mjs';

const refused = url => new Promise(resolve => {
  const {hostname, port} = new URL(url);
  net.connect({host: hostname, port: Number(port)})
      .on('connect', function() { this.destroy(); resolve(false); })
      .on('error', () => resolve(true));
});

for (const signal of ['SIGTERM', 'SIGINT']) {
  test(`${signal} ends it with status 0`, async t => {
    const server = await startServer(t, inMemory, user);
    await server.fetch('/kinds');
    assert.equal(await server.stop(signal), 0);
    assert.ok(await refused(server.url));
  });
}

test('a request that has begun is finished, and no new one is taken', async t => {
  const server = await startServer(t, inMemory, user);
  const request = await halfARequest(server);
  server.child.kill('SIGTERM');
  await until(() => refused(server.url), 'the port refuses');
  assert.match(await request.finish(), /^HTTP\/1\.1 201 [^]*"stored":1/);
  assert.equal(await server.ended, 0);
});

test('requests that do not finish keep it no longer than --drain-timeout', async t => {
  const server = await startServer(t, [...inMemory, '--drain-timeout', '300ms', '--body-timeout', '1h'], user);
  for (let i = 0; i < 40; ++i) await halfARequest(server, `half-${i}`);
  const start = Date.now();
  assert.equal(await server.stop(), 0);
  const took = Date.now() - start;
  assert.ok(took >= 250, `${took} ms`);
  assert.match(server.stderr, /some requests did not finish in time/);
});

test('during --shutdown-delay it is not ready, and serves as before', async t => {
  const server = await startServer(t, [...inMemory, '--shutdown-delay', '1h'], user);
  assert.equal((await server.fetch('/health/ready')).status, 200);
  server.child.kill('SIGTERM');
  await until(async () => (await server.fetch('/health/ready')).status === 503, 'not ready');
  assert.equal((await server.fetch('/health/live')).status, 200);
  assert.equal((await server.fetch('/kinds')).status, 200);
  // Whoever asks again does not want to wait.
  assert.equal(await server.stop('SIGTERM'), 0);
});

const post = (server, path, body) =>
    server.fetch(path, {method: 'POST', body, headers: {'Content-Type': 'application/json'}});
const numbers = Array.from({length: 1_000}, (_, i) => i % 10);

/// Prepares the server, and returns what begins a request that takes it seconds, even if it has a fast machine to itself.
const longWork = {
  'filters that look at much': async server => {
    const stored = await store(server, Array.from({length: 1_000}, () => ({numbers})));
    assert.equal(stored.status, 201);
    await stored.arrayBuffer();
    const or = Array.from({length: 400}, (_, i) => ({field: 'numbers', operator: '<', value: -1 - i}));
    return () => post(server, '/filter?kind=records', JSON.stringify({or}));
  },
  'pipelines over many records': async server => {
    const pipeline = Array.from({length: 90}, () => ({statistics: {field: 'numbers', median: 'median'}}));
    const body = JSON.stringify({definition: {name: 'x', version: 1, pipeline}, records: Array(500).fill({numbers})});
    return () => post(server, '/transform', body);
  },
};

for (const [what, prepare] of Object.entries(longWork)) {
  test(`it ends without finishing ${what}`, async t => {
    const metrics = `127.0.0.1:${await freePort()}`;
    const server = await startServer(
        t, [...inMemory, '--drain-timeout', '100ms', '--workers', '4', '--metrics-listen', metrics], user);
    const begin = await prepare(server);
    const outcomes = Array.from({length: 8}, () => begin().then(({status}) => status, () => 'no answer'));
    const waiting = async () => (await (await fetch(`http://${metrics}/metrics`)).text())
        .match(/^dropzone_worker_queue_depth (\d+)$/m)[1];
    await until(async () => Number(await waiting()) > 0, 'all workers are at it');
    assert.equal(await server.stop(), 0);
    const answered = (await Promise.all(outcomes)).filter(outcome => outcome === 200).length;
    assert.ok(answered < 8, 'it has waited for all of them');
    assert.match(server.stderr, /"code":"deadline_exceeded"/, 'it has ended without breaking off the work');
  });
}

test('it ends while passwords are looked at', async t => {
  const server = await startServer(t, [...inMemory, '--trusted-proxy', '127.0.0.1'], user);
  let [going, sent] = [true, 0];
  const guess = () => server.fetch('/kinds', {
    credentials: `somebody-${++sent}:wrong`, headers: {'X-Forwarded-For': `192.0.2.${sent % 250}`}});
  const flood = Array.from({length: 8}, async () => {
    while (going) await guess().catch(() => (going = false));
  });
  await until(() => sent > 40, 'the flood');
  assert.equal(await server.stop(), 0);
  await Promise.all(flood);
});
