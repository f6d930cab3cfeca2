// One record is one line of an export, its bytes can be had exactly, and its end can be recognized.
import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {once} from 'node:events';
import net from 'node:net';
import {join} from 'node:path';
import {test} from 'node:test';
import {anyPort, emptyFolder, inMemory, kinds, startServer, user} from './process.mjs';

const originals = [
  '{\n  "_id": "a",\n  "v": [1.10,\n 2]\n}',
  '{"_id":"b",\r\n"v":123456789012345678901234567890}',
  '{"_id":"c",\r"v":{}\t}',
  '{"_id":"d","v":"\u2028 \u2029 \u0085 \\n \u00c2\u00e2"}',
];
// As Python's str.splitlines() has it, which knows the most.
const lineEnds = /\r\n|[\n\v\f\r\x1c\x1d\x1e\u0085\u2028\u2029]/;

const send = (server, body, type = 'application/json') =>
    server.fetch('/store?return=counts', {method: 'POST', body, headers: {'Content-Type': type}});

/// The response to a request that is sent as it is, until the server ends the connection.
async function raw(server, target, version, read = async () => {}) {
  const {hostname, port} = new URL(server.url);
  const socket = net.connect({host: hostname, port: Number(port)}).setEncoding('utf8');
  socket.write(`GET ${target} HTTP/${version}\r\nHost: x\r\nConnection: close\r\n` +
               `Authorization: Basic ${btoa('demo:secret')}\r\n\r\n`);
  let answer = '';
  socket.on('data', text => (answer += text)).on('error', () => {});
  await Promise.all([once(socket, 'close'), read(socket)]);
  return answer;
}

test('a record is one line whatever white space and line separators it has', async t => {
  const server = await startServer(t, inMemory, user);
  for (const original of originals) assert.equal((await send(server, original)).status, 201);
  for (const query of ['?original', '?original&meta', '?original=text', '']) {
    for (const encoding of ['gzip', 'identity']) {
      const text = await (await server.fetch(`/export${query}`, {headers: {'Accept-Encoding': encoding}})).text();
      const lines = text.split(lineEnds);
      assert.equal(lines.pop(), '');
      assert.equal(lines.length, originals.length, text);
      lines.forEach((line, i) => assert.deepEqual(JSON.parse(line).v, JSON.parse(originals[i]).v));
    }
  }
});

test('the bytes of an original come exactly, as a text, wherever records are shown', async t => {
  const server = await startServer(t, inMemory, user);
  for (const original of originals) assert.equal((await send(server, original)).status, 201);
  const json = async (path, body) => (await server.fetch(path, body && {
    method: 'POST', body: JSON.stringify(body), headers: {'Content-Type': 'application/json'}})).json();
  const lines = (await (await server.fetch('/export?original=text&meta')).text()).trimEnd().split('\n');
  const _id = ['a', 'b', 'c', 'd'];
  for (const records of [lines.map(line => JSON.parse(line)),
                         (await json('/fetchAll?original=text&meta')).records,
                         (await json(`/fetchMany?_id=${_id}&original=text&meta`)).records,
                         (await json('/fetchMany', {_id, original: 'text', meta: true})).records,
                         (await json('/filter', {original: 'text', meta: true})).records,
                         [await json('/records/a?original=text&meta')]]) {
    records.forEach((record, i) => {
      assert.equal(record._original, originals[i]);
      assert.equal(createHash('sha256').update(record._original).digest('hex'), record._meta.sha256);
    });
  }
  for (const [path, body] of [['/fetchAll?original=txt'], ['/filter', {original: 'txt'}], ['/filter', {original: 1}]]) {
    assert.equal((await json(path, body)).code, 'invalid_request', path);
  }
});

test('over HTTP/1.0 an export is refused unless its end is asked for', async t => {
  const server = await startServer(t, inMemory, user);
  assert.equal((await send(server, JSON.stringify([{_id: 'a'}, {_id: 'b'}]))).status, 201);
  const refused = await raw(server, '/export', '1.0');
  assert.match(refused, /^HTTP\/1\.1 400 [^]*proxy_http_version 1\.1[^]*end=true/);
  const end = '{"_export":{"complete":true,"records":2}}\n';
  assert.ok((await raw(server, '/export?end', '1.0')).endsWith(`{"_id":"a"}\n{"_id":"b"}\n${end}`));
  assert.equal(await (await server.fetch('/export?end=true')).text(), `{"_id":"a"}\n{"_id":"b"}\n${end}`);
  assert.equal(await (await server.fetch('/export')).text(), '{"_id":"a"}\n{"_id":"b"}\n');
  assert.equal(await (await server.fetch('/export?end&kind=measurements')).text(),
               '{"_export":{"complete":true,"records":0}}\n');
});

test('an export whose server dies has no end', async t => {
  const file = join(emptyFolder(t), 'lines.db');
  const server = await startServer(t, [...anyPort, '--kinds', kinds, '--store', `sqlite:${file}`], user);
  const lines = Array.from({length: 9000}, (_, i) => `{"_id":"r${i}","t":"${'x'.repeat(2000)}"}`).join('\n');
  assert.equal((await send(server, lines, 'application/x-ndjson')).status, 201);
  const answer = await raw(server, '/export?end', '1.0', async socket => {
    await once(socket, 'data');
    socket.pause();
    await server.stop('SIGKILL');
    socket.resume();
  });
  assert.match(answer, /^HTTP\/1\.1 200 /);
  assert.doesNotMatch(answer, /"_export"/);
});

test('files that were joined are read, whatever marks and padding they have', async t => {
  const server = await startServer(t, inMemory, user);
  const mark = '\ufeff';
  const report = await (await server.fetch('/store?return=ids', {
    method: 'POST', headers: {'Content-Type': 'application/x-ndjson'},
    body: `${mark}{"_id":"1"}\n${mark}{"_id":"2"}\r\n${mark}${mark}{"_id":"3"}${mark}{"_id":"4"}\n${mark}\n${mark}{"_id":"5","t":"${mark}"}`,
  })).json();
  assert.deepEqual(report.results.map(r => [r._id, r.line, r.status]),
                   [['1', 1], ['2', 2], ['3', 3], ['4', 3], ['5', 5]].map(r => [...r, 'stored']));
  const {records} = await (await server.fetch('/fetchAll?original=text')).json();
  assert.deepEqual(records.map(r => r._original.includes(mark)), [false, false, false, false, true]);
});
