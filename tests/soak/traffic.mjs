// What the clients of the soak do: each function is one piece of work, and counts what it did.
import assert from 'node:assert/strict';
import {once} from 'node:events';
import {setTimeout as sleep} from 'node:timers/promises';
import {gzipSync} from 'node:zlib';

const json = {'Content-Type': 'application/json'};
const patience = 10_000;  // ms

async function ask(server, counts, status, method, target, options) {
  const answer = await server.request(method, target, options);
  ++counts.requests;
  assert.equal(answer.status, status, `${method} ${target}: ${answer.text.slice(0, 500)}`);
  return answer;
}

/// Stores, looks at what was stored, and deletes it, so that the store does not grow.
async function storeAndDelete(server, seed, counts, body, options) {
  const stored = (await ask(server, counts, 201, 'POST', '/store?kind=measurements&return=ids',
                            {headers: json, body, ...options})).json;
  counts.stored += stored.stored;
  const ids = stored.results.map(result => result._id).join();
  await ask(server, counts, 200, 'GET', `/fetchMany?kind=measurements&original=true&_id=${ids}`);
  const deleted = await ask(server, counts, 200, 'DELETE', `/delete?kind=measurements&_id=${ids}`);
  counts.deleted += deleted.json.deletedRecords;
}

export const work = [
  (server, seed, counts) => storeAndDelete(server, seed, counts, seed),
  (server, seed, counts) => storeAndDelete(server, seed, counts, `[${Array(50).fill(seed).join()}]`),
  (server, seed, counts) => storeAndDelete(server, seed, counts, gzipSync(seed),
                                           {headers: {...json, 'Content-Encoding': 'gzip'}}),
  (server, seed, counts) => ask(server, counts, 200, 'GET', '/fetchAll?kind=measurements&original=true',
                                {headers: {'Accept-Encoding': 'gzip'}}),
  (server, seed, counts) => ask(server, counts, 200, 'POST', '/filter', {
    headers: json,
    body: '{"kind": "measurements", "field": "mean", "operator": ">", "value": 4, "orderBy": ["-mean"]}',
  }),
  (server, seed, counts) => ask(server, counts, 400, 'POST', '/store', {headers: json, body: '{"a": [1, 2'}),
  (server, seed, counts) => ask(server, counts, 400, 'GET', '/fetchAll?cursor=forged'),
  (server, seed, counts) => ask(server, counts, 401, 'GET', '/fetchAll', {credentials: null}),
  (server, seed, counts) => ask(server, counts, 200, 'GET', '/export?kind=measurements'),
  (server, seed, counts) => ask(server, counts, 200, 'GET', '/metrics'),
];

/// Sends bytes, waits a moment and breaks the connection off.
async function abort(connect, counts, bytes) {
  const socket = connect().on('error', () => {});
  socket.write(bytes);
  await sleep(Math.random() * 20);
  socket.resetAndDestroy();
  ++counts.aborted;
}

/// Sends bytes that are no request, and waits until the server has closed.
async function malform(connect, counts, bytes) {
  const socket = connect().on('error', () => {});
  const closed = once(socket, 'close', {signal: AbortSignal.timeout(patience)});
  socket.on('data', () => {});
  socket.write(bytes);
  await closed;
  ++counts.malformed;
}

const get = target => `GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`;
const post = (length, body) =>
    `POST /store HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${body}`;

export const faults = [
  (connect, counts) => abort(connect, counts, get('/swagger/swagger-ui-bundle.js').repeat(5)),
  (connect, counts) => abort(connect, counts, post(100_000, 'x'.repeat(50_000))),
  (connect, counts) => abort(connect, counts, 'GET / HT'),
  (connect, counts) => abort(connect, counts, get('/openapi.json')),
  (connect, counts) => malform(connect, counts, 'GET / HTTP/1.1\r\nHost : a\r\n\r\n'),
  (connect, counts) => malform(connect, counts, 'GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 5\r\n\r\n'),
  (connect, counts) => malform(connect, counts, `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n`),
  (connect, counts) => malform(connect, counts, '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'),
];
