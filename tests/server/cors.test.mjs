import assert from 'node:assert/strict';
import {test} from 'node:test';
import {inMemory, startServer, user} from './process.mjs';

const origin = 'https://app.example.com';

test('pages of a configured origin may call, others may not', async t => {
  const server = await startServer(t, [...inMemory, '--cors-origin', origin], user);
  const asked = await server.fetch('/store', {
    method: 'OPTIONS', credentials: null,
    headers: {Origin: origin, 'Access-Control-Request-Method': 'POST',
              'Access-Control-Request-Headers': 'authorization,content-type'}});
  assert.equal(asked.status, 204);
  assert.equal(asked.headers.get('access-control-allow-origin'), origin);
  const answer = await server.fetch('/kinds', {headers: {Origin: origin}});
  assert.equal(answer.headers.get('access-control-allow-origin'), origin);
  assert.match(answer.headers.get('vary'), /Origin/);
  const refused = await server.fetch('/kinds', {headers: {Origin: origin}, credentials: null});
  assert.equal(refused.status, 401);
  assert.equal(refused.headers.get('access-control-allow-origin'), origin);
  const other = await server.fetch('/kinds', {headers: {Origin: 'https://evil.example'}});
  assert.equal(other.headers.get('access-control-allow-origin'), null);
});

test('without a configured origin no page of another one may call', async t => {
  const server = await startServer(t, inMemory, user);
  for (const method of ['GET', 'OPTIONS']) {
    const answer = await server.fetch('/kinds', {
      method, headers: {Origin: origin, 'Access-Control-Request-Method': 'GET'}});
    assert.equal(answer.headers.get('access-control-allow-origin'), null);
  }
});
