// The server below a path of somebody else's host, behind nginx: one that cuts its prefix off, and one that passes
// paths on as they come.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {lacksNginx, runNginx} from '../scale/nginx.mjs';
import {inMemory, startServer, until, user} from '../server/process.mjs';

const headers = {Authorization: 'Basic ' + btoa('demo:secret'), 'Content-Type': 'application/json'};

/// nginx with the server below /apps/dz, and nothing else on its host.
async function startBelow(t, server, upstream) {
  const url = await runNginx(t, port => `server {
      listen 127.0.0.1:${port};
      location / { return 404; }
      location /apps/dz/ { proxy_pass ${server.url}${upstream}; proxy_http_version 1.1; }
    }`);
  const root = `${url}/apps/dz/`;
  await until(() => fetch(`${root}health/live`).then(({ok}) => ok, () => false), 'nginx answers');
  return root;
}

for (const [what, args, upstream] of [['cuts its prefix off', [], '/'],
                                      ['passes paths on as they come', ['--base-path', '/apps/dz'], '']]) {
  test(`behind a proxy that ${what} every link and call works`, {skip: lacksNginx()}, async t => {
    const server = await startServer(t, [...inMemory, ...args], user);
    const root = await startBelow(t, server, upstream);
    for (const page of ['', 'swagger', 'swagger/', '../dz']) {
      const answer = await fetch(new URL(page, root));
      assert.equal(answer.status, 200, page);
      assert.ok(answer.url.startsWith(root), answer.url);
      const links = [...(await answer.text()).matchAll(/(?:href|src)="([^"#]+)"/g)].map(m => new URL(m[1], answer.url).href);
      assert.ok(links.length >= 4);
      for (const link of new Set(links)) {
        assert.ok(link.startsWith(root), link);
        assert.equal((await fetch(link, {headers})).status, 200, link);
      }
    }
    const specification = `${root}openapi.json`;
    const {servers} = await (await fetch(specification)).json();
    assert.equal(new URL(servers[0].url, specification).href, root);
    assert.equal((await fetch(`${root}store`, {method: 'POST', headers, body: '{"_id":"a"}'})).status, 201);
    assert.equal((await fetch(`${root}records/a`, {headers})).status, 200);
    assert.equal((await server.fetch('/records/a')).status, 200, 'its own root, for probes');
    const {instance} = await (await fetch(`${root}records/b`, {headers})).json();
    assert.ok(instance.endsWith('/records/b'));
  });
}

test('over HTTP/1.0, as nginx may speak it, an export cannot look complete by accident', {skip: lacksNginx()}, async t => {
  const server = await startServer(t, inMemory, user);
  const url = await runNginx(t, port => `server {
      listen 127.0.0.1:${port}; proxy_http_version 1.0; location / { proxy_pass ${server.url}; } }`);
  await until(() => fetch(`${url}/health/live`).then(({ok}) => ok, () => false), 'nginx answers');
  const refused = await fetch(`${url}/export`, {headers});
  assert.equal(refused.status, 400);
  assert.match((await refused.json()).detail, /proxy_http_version 1\.1/);
  assert.match(await (await fetch(`${url}/export?end`, {headers})).text(), /"complete":true/);
});

test('a tag that a proxy made weak is named as such', {skip: lacksNginx()}, async t => {
  const server = await startServer(t, [...inMemory, '--compress', 'off'], user);
  const url = await runNginx(t, port => `server {
      listen 127.0.0.1:${port}; gzip on; gzip_types application/json; gzip_min_length 100;
      location / { proxy_pass ${server.url}; proxy_http_version 1.1; } }`);
  await until(() => fetch(`${url}/health/live`).then(({ok}) => ok, () => false), 'nginx answers');
  const put = (tag, v) => fetch(`${url}/records/a`, {
    method: 'PUT', headers: {...headers, ...(tag && {'If-Match': tag})}, body: JSON.stringify({v, t: 'x'.repeat(5000)})});
  assert.equal((await put(null, 1)).status, 201);
  const tag = (await fetch(`${url}/records/a`, {headers: {...headers, 'Accept-Encoding': 'gzip'}})).headers.get('etag');
  assert.match(tag, /^W\//, 'nginx makes tags weak');
  const refused = await put(tag, 2);
  assert.equal(refused.status, 412);
  assert.match((await refused.json()).detail, /weak tag.*proxy/);
  assert.equal((await put(tag.slice(2), 2)).status, 200);
});
