import assert from 'node:assert/strict';
import {once} from 'node:events';
import {request} from 'node:http';
import net from 'node:net';
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

/// Sends bytes as they stand, and returns the head of what comes.
async function rawHead(server, text) {
  const {hostname, port} = new URL(server.url);
  const socket = net.connect({host: hostname, port: Number(port)}).setEncoding('latin1').on('error', () => {});
  socket.write(text);
  let answer = '';
  for await (const piece of socket) if ((answer += piece).includes('\r\n\r\n')) break;
  return answer.slice(0, answer.indexOf('\r\n\r\n'));
}

test('a page sees what the server refuses in its own place', async t => {
  const server = await startServer(t, [...inMemory, '--cors-origin', origin, '--max-body', '1KiB', '--header-timeout', '300ms',
                                       '--body-timeout', '300ms'], user);
  const head = (line, ...fields) => [line, 'Host: x', ...fields, '', ''].join('\r\n');
  const post = ['Content-Type: application/json', `Authorization: Basic ${btoa('demo:secret')}`];
  const cases = from => [
    [413, head('POST /store HTTP/1.1', ...from, ...post, 'Content-Length: 40000000')],
    [413, head('POST /store HTTP/1.1', ...from, ...post, 'Transfer-Encoding: chunked') + `800\r\n${' '.repeat(2048)}\r\n`],
    [400, head('GET /a%zz HTTP/1.1', ...from)],
    [400, head('GET / HTTP/1.1', ...from, 'Content-Length: 1', 'Transfer-Encoding: chunked')],
    [408, head('POST /store HTTP/1.1', ...from, ...post, 'Content-Length: 10') + '{'],
    [501, head('CONNECT / HTTP/1.1', ...from)],
  ];
  for (const [status, text] of cases([`Origin: ${origin}`])) {
    const answer = await rawHead(server, text);
    assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `), text.slice(0, 300));
    assert.match(answer, new RegExp(`^Access-Control-Allow-Origin: ${origin}\r?$`, 'm'), text.slice(0, 60));
    assert.match(answer, /^Access-Control-Expose-Headers: .*X-Request-Id/m);
  }
  for (const [, text] of cases(['Origin: https://evil.example'])) {
    assert.doesNotMatch(await rawHead(server, text), /Access-Control-Allow/);
  }
  // Their Origin comes later, if at all.
  for (const [status, text] of [[414, head(`GET /${'a'.repeat(9000)} HTTP/1.1`, `Origin: ${origin}`)],
                                [431, head('GET / HTTP/1.1', `X-A: ${'a'.repeat(20_000)}`, `Origin: ${origin}`)],
                                [400, head('GET / HTTP/1.1', 'X A: b', `Origin: ${origin}`)],
                                [408, 'GET / HTTP/1.1\r\nHost: x\r\n']]) {
    const answer = await rawHead(server, text);
    assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `));
    assert.match(answer, /^Access-Control-Allow-Origin: \*\r?$/m);
  }
});

test('a page may see that there are too many connections', async t => {
  const server = await startServer(t, [...inMemory, '--cors-origin', origin, '--max-connections', '1'], user);
  const {hostname, port} = new URL(server.url);
  const held = net.connect({host: hostname, port: Number(port)});
  t.after(() => held.destroy());
  held.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(held, 'data');
  const answer = await rawHead(server, `GET / HTTP/1.1\r\nHost: x\r\nOrigin: ${origin}\r\n\r\n`);
  assert.match(answer, /^HTTP\/1\.1 503 [^]*Access-Control-Allow-Origin: \*/);
});

test('the log says once which option would have let a page in', async t => {
  const server = await startServer(t, [...inMemory, '--log-format', 'text'], user);
  const preflight = from => server.fetch('/store', {
    method: 'OPTIONS', credentials: null, headers: {Origin: from, 'Access-Control-Request-Method': 'POST'}});
  const [one, two] = ['http://localhost:3000', 'https://app.example.com:8443'];
  for (const from of [one, one, 'null', 'http://x y', one + '/']) assert.equal((await preflight(from)).status, 204);
  await send(server, '/store', {method: 'POST', headers: {Origin: two, 'Content-Type': 'application/json'}}, '{}');
  await send(server, '/store', {method: 'POST', headers: {Origin: server.url, 'Content-Type': 'application/json'}}, '{}');
  assert.equal(await server.stop(), 0);
  const reported = server.stderr.split('\n').filter(line => line.includes('--cors-origin'));
  assert.equal(reported.length, 2, server.stderr);
  for (const [i, from] of [one, two].entries()) {
    assert.ok(reported[i].includes(`a page of ${from} was rejected; --cors-origin ${from} would let it call this server`));
  }
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
