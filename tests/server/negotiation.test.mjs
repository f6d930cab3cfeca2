// What programs call what they send, and ask for: the names that they use are known, and if one is not, the
// answer says which would be.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {gzipSync} from 'node:zlib';
import {inMemory, startServer, user} from './process.mjs';

const send = (server, body, headers, path = '/store?return=counts&ifExists=replace', method = 'POST') =>
    server.fetch(path, {method, body, headers});
const keys = async server => (await (await server.fetch('/fetchKeys')).json()).keys;
const json = {'Content-Type': 'application/json'};
// Two lines of NDJSON, {"_id":"z1"} and {"_id":"z2"}, as the zstd tool packs them, with and without a checksum.
const zstd = ['KLUv/SQavQAAiHsiX2lkIjoiejEifQoyIn0KAQBQzC/3GMlu', 'KLUv/SAavQAAiHsiX2lkIjoiejEifQoyIn0KAQBQzC8=']
                 .map(text => Buffer.from(text, 'base64'));

test('NDJSON is known by all of its common names', async t => {
  const server = await startServer(t, inMemory, user);
  for (const type of ['application/x-ndjson', 'application/ndjson', 'application/jsonl', 'application/x-jsonl',
                      'application/jsonlines', 'application/x-jsonlines', 'application/json-lines', 'application/ldjson',
                      'application/x-ldjson', 'text/x-ndjson', 'Application/NDJSON; charset="utf-8"']) {
    const answer = await send(server, '{"_id":"1"}\n{"_id":"2"}\n', {'Content-Type': type});
    assert.ok(answer.ok, type);
    const {stored, replaced} = await answer.json();
    assert.equal(stored + replaced, 2, type);
    assert.equal((await send(server, '{}\n{}\n', {'Content-Type': type}, '/transform')).status, 200, type);
  }
});

test('a JSON text sequence has its records between separators, on several lines or one', async t => {
  const server = await startServer(t, inMemory, user);
  const answer = await send(server, '\x1e{"_id":"1",\n "v":1}\n\x1e{"_id":"2"}\n\x1e\x1e[\n\x1e{"_id":"3"}',
                            {'Content-Type': 'application/json-seq'}, '/store?return=ids');
  assert.deepEqual((await answer.json()).results.map(r => [r._id, r.line, r.error?.code]),
                   [['1', 1, undefined], ['2', 3, undefined], [undefined, 4, 'invalid_json'], ['3', 5, undefined]]);
});

test('what is called +json is JSON, unless it is a patch', async t => {
  const server = await startServer(t, inMemory, user);
  for (const type of ['application/cloudevents+json', 'application/cloudevents-batch+json', 'application/senml+json',
                      'application/vnd.example.v1+json', 'text/json', 'application/json; charset=UTF-8',
                      'application/json;charset="utf-8"']) {
    assert.ok((await send(server, '[{"_id":"1"}]', {'Content-Type': type})).ok, type);
    assert.ok((await send(server, '{"v":1}', {'Content-Type': type}, '/records/1', 'PUT')).ok, type);
    assert.ok((await send(server, '{}', {'Content-Type': type}, '/filter')).ok, type);
  }
  for (const type of ['application/merge-patch+json', 'application/json-patch+json', 'text/plain', '+json', 'a+json',
                      'application/+json', 'text/csv', 'application/json; charset=latin1']) {
    const refused = await send(server, '[{"_id":"1"}]', {'Content-Type': type});
    assert.equal(refused.status, 415, type);
    assert.equal(refused.headers.get('accept'), 'application/json, application/x-ndjson, application/jsonl');
    assert.equal(refused.headers.get('accept-encoding'), null);
    const filter = await send(server, '{}', {'Content-Type': type}, '/filter');
    assert.equal(filter.headers.get('accept'), 'application/json');
  }
});

test('bodies packed with gzip or zstd are unpacked, and the response says what else could be sent', async t => {
  const server = await startServer(t, inMemory, user);
  const lines = {'Content-Type': 'application/x-ndjson'};
  for (const packed of [...zstd, Buffer.concat(zstd)]) {
    assert.ok((await send(server, packed, {...lines, 'Content-Encoding': 'ZSTD'})).ok);
  }
  const member = text => gzipSync(text);
  const padded = Buffer.concat([member('\ufeff{"_id":"g1"}\n'), member('\ufeff{"_id":"g2"}'), Buffer.alloc(512)]);
  assert.ok((await send(server, padded, {...lines, 'Content-Encoding': 'x-gzip'})).ok);
  assert.deepEqual(await keys(server), ['g1', 'g2', 'z1', 'z2']);
  for (const [coding, broken] of [['zstd', zstd[0].subarray(0, -1)], ['zstd', zstd[0].subarray(0, 20)], ['zstd', Buffer.alloc(0)],
                                  ['zstd', Buffer.concat([zstd[1], Buffer.from('x')])], ['zstd', member('{}')],
                                  ['gzip', Buffer.concat([padded, Buffer.from('x')])]]) {
    const answer = await send(server, broken, {...lines, 'Content-Encoding': coding});
    assert.equal(answer.status, 400);
    assert.match((await answer.json()).detail, new RegExp(`${coding} stream is damaged`));
  }
  for (const coding of ['br', 'deflate', 'gzip, zstd', 'gzip, gzip']) {
    const refused = await send(server, '{}', {...json, 'Content-Encoding': coding});
    assert.equal(refused.status, 415, coding);
    assert.equal(refused.headers.get('accept-encoding'), 'gzip, zstd');
    assert.equal(refused.headers.get('accept'), null);
  }
});

test('a body of zstd that unpacks to more than the limit is refused', async t => {
  const server = await startServer(t, [...inMemory, '--max-body', '64KiB'], user);
  const blanks = Buffer.from('KLUv/QRYVQAAECAgAQCbhjnAAl2nIQU=', 'base64');  // 100,000 of them
  const answer = await send(server, blanks, {...json, 'Content-Encoding': 'zstd'});
  assert.equal(answer.status, 413);
  assert.equal((await answer.json()).code, 'body_too_large');
});

test('a patch may be called JSON, and the refusal of other patches says which is taken', async t => {
  const server = await startServer(t, inMemory, user);
  assert.equal((await send(server, '{"a":1}', json, '/records/p', 'PUT')).status, 201);
  for (const type of ['application/json', 'application/merge-patch+json', 'text/json; charset=utf-8']) {
    assert.equal((await send(server, `{"b":"${type}"}`, {'Content-Type': type}, '/records/p', 'PATCH')).status, 200);
    assert.deepEqual(await (await server.fetch('/records/p')).json(), {_id: 'p', a: 1, b: type});
  }
  const patches = 'application/merge-patch+json, application/json';
  const refused = await send(server, '[]', {'Content-Type': 'application/json-patch+json'}, '/records/p', 'PATCH');
  assert.equal(refused.status, 415);
  assert.equal(refused.headers.get('accept-patch'), patches);
  const asked = await server.fetch('/records/p', {method: 'OPTIONS'});
  assert.equal(asked.status, 204);
  assert.equal(asked.headers.get('accept-patch'), patches);
  assert.equal((await server.fetch('/store', {method: 'OPTIONS'})).headers.get('accept-patch'), null);
});

test('an Accept that cannot be met is 406, before anything is done', async t => {
  const server = await startServer(t, inMemory, user);
  for (const accept of ['text/csv', 'application/xml, text/html;q=0.9', 'application/json;q=0', '*/*;q=0',
                        'application/json;q=0, */*', 'application/x-ndjson']) {
    const refused = await send(server, '{"_id":"1"}', {...json, Accept: accept});
    assert.equal(refused.status, 406, accept);
    assert.equal(refused.headers.get('content-type'), 'application/problem+json');
    const {code, detail} = await refused.json();
    assert.equal(code, 'not_acceptable');
    assert.match(detail, /application\/json/);
  }
  assert.deepEqual(await keys(server), []);
  for (const accept of ['application/json', 'APPLICATION/JSON;charset=utf-8', 'application/*', '*/*', '',
                        'text/html, */*;q=0.1', 'application/xml;q=0.9, application/json;q=0.1', 'application/json;q=x']) {
    assert.equal((await server.fetch('/fetchAll', {headers: {Accept: accept}})).status, 200, accept);
  }
  assert.equal((await server.fetch('/export', {headers: {Accept: 'application/json'}})).status, 406);
  for (const [accept, type] of [['application/x-ndjson', 'application/x-ndjson'], ['*/*', 'application/x-ndjson'],
                                ['application/jsonl', 'application/jsonl'], ['text/csv, application/ndjson', 'application/ndjson']]) {
    assert.equal((await server.fetch('/export', {headers: {Accept: accept}})).headers.get('content-type'), type);
  }
  assert.equal((await server.fetch('/metrics', {headers: {Accept: 'application/json'}})).status, 406);
  assert.equal((await server.fetch('/health/live', {headers: {Accept: 'text/csv'}})).status, 200, 'probes ask as they like');
});
