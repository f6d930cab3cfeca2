import assert from 'node:assert/strict';
import {test} from 'node:test';
import {faultOf, inMemory, startServer, until, user} from './process.mjs';

const from = address => ({headers: {'X-Forwarded-For': address}});

test('denied addresses are refused, also behind a proxy, and the log has the client', async t => {
  const server = await startServer(
      t, [...inMemory, '--trusted-proxy', '127.0.0.0/8', '--deny-from', '192.0.2.0/24',
          '--deny-from', '2001:db8::/32', '--cors-origin', 'https://app.example.com'], user);
  assert.equal((await server.fetch('/kinds')).status, 200);
  assert.equal((await server.fetch('/kinds', from('203.0.113.7'))).status, 200);
  for (const address of ['192.0.2.7', '::ffff:192.0.2.7', '[2001:db8::7]:80', '203.0.113.7, 192.0.2.7']) {
    const answer = await server.fetch('/kinds', from(address));
    assert.equal(answer.status, 403, address);
    assert.equal((await answer.json()).code, 'forbidden');
  }
  const preflight = await server.fetch('/kinds', {
    method: 'OPTIONS', credentials: null,
    headers: {'X-Forwarded-For': '192.0.2.7', Origin: 'https://app.example.com',
              'Access-Control-Request-Method': 'GET'}});
  assert.equal(preflight.status, 403);
  for (const address of ['203.0.113.7', '192.0.2.7']) {
    await until(() => server.stderr.includes(`"remoteIp":"${address}"`), `the line of ${address}`);
  }
});

test('if some addresses are allowed, others are refused, and nobody can fake theirs', async t => {
  const server = await startServer(t, [...inMemory, '--allow-from', '192.0.2.0/24'], user);
  assert.equal((await server.fetch('/health/live', from('192.0.2.7'))).status, 403);
});

test('who asks too often gets a 429, by name and by address', async t => {
  const server = await startServer(
      t, [...inMemory, '--rate-limit', '3/h', '--rate-limit-address', '100/h'], user);
  for (let left = 2; left >= 0; --left) {
    const answer = await server.fetch('/kinds');
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('ratelimit'), new RegExp(`"principal";r=${left};t=\\d+`));
  }
  const refused = await server.fetch('/kinds');
  assert.equal(refused.status, 429);
  assert.ok(Number(refused.headers.get('retry-after')) > 60);
  assert.match(refused.headers.get('ratelimit-policy'), /"principal";q=3;w=3600/);
  assert.equal((await refused.json()).code, 'rate_limited');
  assert.equal((await server.fetch('/version', {credentials: null})).status, 200);
  let answer;
  for (let i = 0; i < 100; ++i) answer = await server.fetch('/version', {credentials: null});
  assert.equal(answer.status, 429);
  assert.match(answer.headers.get('ratelimit'), /^"address";r=0;t=\d+$/);
});

test('an invalid address or rate keeps it from starting', async () => {
  assert.match(await faultOf([...inMemory, '--allow-from', '10.0.0.1/8'], user), /--allow-from: .*behind its prefix/);
  assert.match(await faultOf([...inMemory, '--trusted-proxy', 'localhost'], user), /--trusted-proxy: .*not an address/);
  assert.match(await faultOf([...inMemory, '--rate-limit', '5'], user), /--rate-limit: .*not a rate/);
});
