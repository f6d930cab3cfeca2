import assert from 'node:assert/strict';
import net from 'node:net';
import {test} from 'node:test';
import {halfARequest} from './half_request.mjs';
import {inMemory, startServer, until, user} from './process.mjs';

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
