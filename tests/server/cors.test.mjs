import assert from 'node:assert/strict';
import {request} from 'node:http';
import {test} from 'node:test';
import {readSpecification} from '../openapi/specification.mjs';
import {bodies, operations, resolved, urlOf} from './operations.mjs';
import {inMemory, startServer, user} from './process.mjs';

/// As a browser that has the password would send it; fetch() itself keeps some of these headers back.
const send = (server, path, options, body) => new Promise((resolve, reject) => {
  request(server.url + path, {...options, agent: false, auth: 'demo:secret'},
          answer => (answer.resume(), resolve(answer.statusCode))).on('error', reject).end(body);
});

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

const listOf = (answer, name) => answer.headers.get(name).split(/,\s*/).map(word => word.toLowerCase());

test('what the specification has in heads, a page may send and see', async t => {
  const specification = readSpecification();
  const sent = new Set(['authorization', 'content-encoding', 'content-type', 'traceparent']);
  for (const {in: where, name} of Object.values(specification.components.securitySchemes)) {
    if (where === 'header') sent.add(name.toLowerCase());
  }
  const seen = new Set(['ratelimit', 'ratelimit-policy']);
  for (const {path, parameters = [], responses} of operations) {
    for (const parameter of [...parameters, ...(specification.paths[path].parameters ?? [])].map(resolved)) {
      if (parameter.in === 'header') sent.add(parameter.name.toLowerCase());
    }
    for (const response of Object.values(responses)) {
      for (const name of Object.keys(resolved(response).headers ?? {})) seen.add(name.toLowerCase());
    }
  }
  assert.ok(sent.has('x-api-key') && sent.has('if-match') && seen.has('etag') && seen.has('retry-after'));

  const server = await startServer(t, [...inMemory, '--cors-origin', origin], user);
  const preflight = await server.fetch('/records/a', {
    method: 'OPTIONS', credentials: null, headers: {
      Origin: origin, 'Access-Control-Request-Method': 'PUT', 'Access-Control-Request-Headers': [...sent].join(',')}});
  for (const name of sent) assert.ok(listOf(preflight, 'access-control-allow-headers').includes(name), name);
  for (const {method} of operations) {
    assert.ok(listOf(preflight, 'access-control-allow-methods').includes(method), method);
  }
  const answer = await server.fetch('/kinds', {headers: {Origin: origin}});
  for (const name of seen) assert.ok(listOf(answer, 'access-control-expose-headers').includes(name), name);
});

test('what a form of another page can send changes nothing', async t => {
  const server = await startServer(t, inMemory, user);
  for (const operation of operations.filter(({method, path}) => method === 'post' && !path.startsWith('/auth/'))) {
    const [, body] = bodies[operation.operationId];
    for (const type of ['text/plain', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded', null]) {
      const answer = await server.fetch(urlOf(operation), {
        method: 'POST', body: new TextEncoder().encode(body), headers: type ? {'Content-Type': type} : {}});
      assert.equal(answer.status, 415, `${operation.operationId} as ${type}`);
    }
  }
});

test('a page of another site changes nothing, on no route, and a page of the server or of a configured origin may', async t => {
  const server = await startServer(t, [...inMemory, '--cors-origin', origin], user);
  const statusOf = async (operation, headers) => {
    const [type, body] = bodies[operation.operationId] ?? [];
    const method = operation.method.toUpperCase();
    return send(server, urlOf(operation), {method, headers: {...(type && {'Content-Type': type}), ...headers}}, body);
  };
  const unsafe = operations.filter(({method}) => !['get', 'head'].includes(method));
  assert.ok(unsafe.some(({path}) => path === '/auth/token') && unsafe.length > 10);
  const own = server.url;
  for (const operation of unsafe) {
    const plain = await statusOf(operation, {});
    assert.notEqual(plain, 403, operation.operationId);
    for (const foreign of [{Origin: 'https://evil.example'}, {Origin: 'null'}, {'Sec-Fetch-Site': 'cross-site'},
                           {'Sec-Fetch-Site': 'same-site'}, {Origin: own, 'Sec-Fetch-Site': 'cross-site'},
                           {Origin: 'https://evil.example', 'X-Forwarded-Host': 'evil.example'}]) {
      assert.equal(await statusOf(operation, foreign), 403, `${operation.operationId} ${JSON.stringify(foreign)}`);
    }
    for (const good of [{Origin: own, 'Sec-Fetch-Site': 'same-origin'}, {Origin: origin, 'Sec-Fetch-Site': 'cross-site'}]) {
      assert.notEqual(await statusOf(operation, good), 403, `${operation.operationId} ${JSON.stringify(good)}`);
    }
  }
});

test('answers that no route makes are protected as others are', async t => {
  const server = await startServer(t, [...inMemory, '--max-body', '1KiB', '--deny-from', '192.0.2.0/24',
                                       '--trusted-proxy', '127.0.0.1'], user);
  for (const [status, path, options] of [
    [414, `/${'a'.repeat(9000)}`], [413, '/store', {method: 'POST', body: 'a'.repeat(2000)}],
    [403, '/kinds', {headers: {'X-Forwarded-For': '192.0.2.1'}}], [404, '/nowhere'], [400, '/fetchAll?limt=1'],
    [401, '/kinds', {credentials: null}],
  ]) {
    const answer = await server.fetch(path, options);
    assert.equal(answer.status, status, path.slice(0, 20));
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    assert.equal(answer.headers.get('cross-origin-resource-policy'), 'same-origin');
    assert.match(answer.headers.get('content-security-policy'), /default-src 'none'; frame-ancestors 'none'/);
  }
});
