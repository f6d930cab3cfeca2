import assert from 'node:assert/strict';
import net from 'node:net';
import {test} from 'node:test';
import {halfARequest} from './half_request.mjs';
import {inMemory, startServer, store, until, user} from './process.mjs';

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

test('a request that does not finish keeps it no longer than --drain-timeout', async t => {
  const server = await startServer(t, [...inMemory, '--drain-timeout', '300ms'], user);
  await halfARequest(server);
  const start = Date.now();
  assert.equal(await server.stop(), 0);
  const took = Date.now() - start;
  assert.ok(took >= 250 && took < 3_000, `${took} ms`);
});

test('during --shutdown-delay it is not ready, and serves as before', async t => {
  const server = await startServer(t, [...inMemory, '--shutdown-delay', '10s'], user);
  assert.equal((await server.fetch('/health/ready')).status, 200);
  server.child.kill('SIGTERM');
  await until(async () => (await server.fetch('/health/ready')).status === 503, 'not ready');
  assert.equal((await server.fetch('/health/live')).status, 200);
  assert.equal((await server.fetch('/kinds')).status, 200);
  // Whoever asks again does not want to wait.
  assert.equal(await server.stop('SIGTERM'), 0);
});

/// Starts what takes much longer than a stop may, and returns once the server is at it.
const longWork = {
  'filters that look at much': async server => {
    const records = Array.from({length: 4_000}, (_, i) => ({_id: `r${i}`, l: Array.from({length: 20}, (_, j) => i * j)}));
    const stored = await store(server, records);
    assert.equal(stored.status, 201);
    await stored.arrayBuffer();
    const or = Array.from({length: 400}, (_, i) => ({field: 'l', operator: '=', value: -1 - i}));
    const body = JSON.stringify({or});
    return () => server.fetch('/filter?kind=records', {
      method: 'POST', body, headers: {'Content-Type': 'application/json'}});
  },
  'pipelines over many records': async server => {
    const pipeline = Array.from({length: 90}, (_, i) => ({set: {field: `f${i % 7}`, value: i}}));
    const body = JSON.stringify({definition: {name: 'x', version: 1, pipeline}, records: Array.from({length: 9_999}, (_, n) => ({n}))});
    return () => server.fetch('/transform', {method: 'POST', body, headers: {'Content-Type': 'application/json'}});
  },
  'passwords that are looked at slowly': async server =>
      i => server.fetch('/kinds', {credentials: `somebody-${i}:wrong`}),
  'bodies that do not come': async server => i => halfARequest(server, `half-${i}`),
};

for (const [what, prepare] of Object.entries(longWork)) {
  test(`it ends in time in spite of ${what}`, async t => {
    const server = await startServer(t, [...inMemory, '--drain-timeout', '300ms', '--workers', '4'], user);
    const begin = await prepare(server);
    for (let i = 0; i < 40; ++i) begin(i).catch(() => {});
    const inFlight = async () => (await (await server.fetch('/metrics')).text())
        .match(/^dropzone_requests_in_flight (\d+)$/m)[1];
    await until(async () => Number(await inFlight()) > 2, 'the work has begun');
    const start = Date.now();
    assert.equal(await server.stop(), 0);
    const took = Date.now() - start;
    assert.ok(took < 6_000, `${took} ms`);  // 2.3 s, and time for a busy machine.
  });
}
