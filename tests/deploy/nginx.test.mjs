// The example for nginx, before two servers that read a request and break: what is tried at the other.
import assert from 'node:assert/strict';
import {once} from 'node:events';
import http from 'node:http';
import {test} from 'node:test';
import {lacksNginx, startNginx} from '../scale/nginx.mjs';
import {freePort, startServer, inMemory, user} from '../server/process.mjs';

/// A server that answers its health, and breaks the connection of whatever else it has read.
async function breaks(test, seen) {
  const server = http.createServer((request, response) => {
    if (request.url === '/health/live') return response.end('well');
    request.resume().on('end', () => (seen.push(request.method), request.socket.destroy()));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  test.after(() => (server.closeAllConnections(), server.close()));
  return `http://127.0.0.1:${server.address().port}`;
}

test('only GET and HEAD are tried at another server once they went out', {skip: lacksNginx()}, async t => {
  for (const [method, times] of [['GET', 2], ['HEAD', 2], ['PUT', 1], ['DELETE', 1], ['POST', 1], ['PATCH', 1]]) {
    await t.test(`${method}: ${times}`, async t => {
      const seen = [];
      const url = await startNginx(t, [await breaks(t, seen), await breaks(t, seen)]);
      const body = ['PUT', 'POST', 'PATCH'].includes(method) ? '{"v":1}' : undefined;
      assert.equal((await fetch(`${url}/records/a`, {method, body})).status, 502);
      assert.deepEqual(seen, Array(times).fill(method));
    });
  }
});

test('a server that refuses connections is passed over, for writes as well', {skip: lacksNginx()}, async t => {
  const server = await startServer(t, inMemory, user);
  const url = await startNginx(t, [server.url, `http://127.0.0.1:${await freePort()}`]);
  const headers = {Authorization: 'Basic ' + btoa('demo:secret'), 'Content-Type': 'application/json'};
  for (let i = 0; i < 6; ++i) {
    assert.equal((await fetch(`${url}/store`, {method: 'POST', headers, body: `{"_id":"r${i}"}`})).status, 201);
    assert.equal((await fetch(`${url}/records/r${i}`, {headers})).status, 200);
  }
});

test('bodies, answers and ETags of every method come through as they are', {skip: lacksNginx()}, async t => {
  const server = await startServer(t, inMemory, user);
  const url = await startNginx(t, [server.url]);
  const headers = {Authorization: 'Basic ' + btoa('demo:secret'), 'Content-Type': 'application/json',
                   'Accept-Encoding': 'gzip'};
  const text = 'x'.repeat(3_000_000);  // more than a buffer
  const put = await fetch(`${url}/records/a`, {method: 'PUT', headers, body: JSON.stringify({text})});
  assert.equal(put.status, 201);
  const got = await fetch(`${url}/records/a`, {headers});
  assert.equal((await got.json()).text, text);
  const tag = got.headers.get('etag');
  const again = await fetch(`${url}/records/a`, {method: 'PUT', headers: {...headers, 'If-Match': tag}, body: '{"v":2}'});
  assert.equal(again.status, 200, 'a tag that a proxy made weak would match nothing');
  assert.equal((await fetch(`${url}/records/a`, {method: 'DELETE', headers})).status, 204);
  assert.equal((await fetch(`${url}/records/a`, {method: 'DELETE', headers})).status, 404);
  assert.equal((await fetch(`${url}/metrics`, {headers})).status, 404);
});
