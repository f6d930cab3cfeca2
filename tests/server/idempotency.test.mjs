// A client that repeats a request under an Idempotency-Key stores it once, and learns what became of it.
import assert from 'node:assert/strict';
import {join} from 'node:path';
import {test} from 'node:test';
import {setTimeout as pause} from 'node:timers/promises';
import {addUser, anyPort, emptyFolder, kinds, startServer, user} from './process.mjs';

const json = {'Content-Type': 'application/json'};

async function send(server, key, body, {query = '', path = '/store', headers = json, ...more} = {}) {
  const response = await server.fetch(path + query, {
    method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: {...headers, ...(key !== undefined && {'Idempotency-Key': key})}, ...more});
  const text = await response.text();
  return {status: response.status, replayed: response.headers.get('idempotency-replayed'), text,
          retryAfter: response.headers.get('retry-after'), json: JSON.parse(text)};
}

async function countOf(server) {
  const {records} = await (await server.fetch('/kinds/records')).json();
  assert.equal(typeof records, 'number');
  return records;
}

const onDisk = folder => [...anyPort, '--store', `sqlite:${join(folder, 'store.db')}`, '--kinds', kinds];

test('the same request again gets the same answer, and stores nothing', async t => {
  const server = await startServer(t, onDisk(emptyFolder(t)), user);
  const batch = [{_id: 'a', n: 1}, {n: 2}, {_id: 'a', n: 3}];
  for (const query of ['', '?return=ids', '?return=counts', '?ifExists=skip']) {
    const key = `"${query || 'plain'}"`;
    const first = await send(server, key, batch, {query});
    assert.equal(first.replayed, null);
    const count = await countOf(server);
    const again = await send(server, key, batch, {query});
    assert.deepEqual([again.status, again.text, again.replayed], [first.status, first.text, 'true']);
    assert.equal(await countOf(server), count);
  }
  const lines = '{"n": 10}\nthis is not JSON\n{"_id": "", "n": 11}\n';
  const ndjson = {path: '/store/ndjson', headers: {'Content-Type': 'application/x-ndjson'}};
  const first = await send(server, 'lines', lines, ndjson);
  assert.deepEqual([first.status, first.json.stored, first.json.rejected], [207, 1, 2]);
  const again = await send(server, '"lines"', lines, ndjson);
  assert.deepEqual([again.status, again.text, again.replayed], [207, first.text, 'true']);
  const whole = await send(server, 'whole', batch, {query: '?mode=atomic'});
  assert.equal((await send(server, 'whole', batch, {query: '?mode=atomic'})).text, whole.text);
  assert.equal(await server.stop(), 0);
});

test('it is kept over a restart, for the principal that sent it, and for this request alone', async t => {
  const folder = emptyFolder(t);
  const users = join(folder, 'users');
  addUser(users, 'ann', 'annspassword', 'admin');
  addUser(users, 'ben', 'benspassword', 'admin');
  const args = [...onDisk(folder), '--users', users];
  const ann = {credentials: 'ann:annspassword'};
  const ben = {credentials: 'ben:benspassword'};
  const before = await startServer(t, args);
  const first = await send(before, 'k', {n: 1}, ann);
  assert.equal(first.status, 201);
  assert.equal(await before.stop(), 0);

  const server = await startServer(t, args);
  const again = await send(server, 'k', {n: 1}, ann);
  assert.deepEqual([again.status, again.text, again.replayed], [201, first.text, 'true']);
  assert.equal((await send(server, 'k', {n: 1}, ben)).replayed, null);
  for (const [body, more] of [[{n: 2}, {}], [{n: 1}, {query: '?ifExists=skip'}], [[{n: 1}], {}]]) {
    const other = await send(server, 'k', body, {...ann, ...more});
    assert.deepEqual([other.status, other.json.code], [422, 'idempotency_mismatch'], JSON.stringify(body));
  }
  assert.equal(await server.stop(), 0);
});

test('a key that cannot be read is refused, and nothing is stored', async t => {
  const server = await startServer(t, onDisk(emptyFolder(t)), user);
  for (const key of ['', '""', '"open', 'two words', '"a", "b"', '"\\x"', 'x'.repeat(256), '"', 'a;b', 'caf\xe9']) {
    const {status, json: {code, detail}} = await send(server, key, {n: 1});
    assert.deepEqual([status, code], [400, 'invalid_request'], key);
    assert.match(detail, /Idempotency-Key.*255 printable/);
  }
  assert.equal((await send(server, `"${'x'.repeat(255)}"`, {n: 1})).status, 201);
  assert.equal((await send(server, '"a \\"b\\" c"', {n: 2})).status, 201);
  assert.equal(await countOf(server), 2);
  assert.equal(await server.stop(), 0);
});

test('of two requests under one key at the same time, one is carried out', async t => {
  const server = await startServer(t, onDisk(emptyFolder(t)), user);
  const batch = Array.from({length: 2_000}, (_, n) => ({n}));
  const answers = await Promise.all(Array.from({length: 6}, () => send(server, 'k', batch, {query: '?return=ids'})));
  const stored = answers.filter(({status, replayed}) => status === 201 && !replayed);
  assert.equal(stored.length, 1);
  for (const {status, json, replayed, retryAfter, text} of answers) {
    if (status === 409) {
      assert.equal(json.code, 'idempotency_in_progress');
      assert.equal(retryAfter, '1');
    } else {
      assert.equal(text, stored[0].text);
      assert.ok(replayed === 'true' || text === stored[0].text);
    }
  }
  assert.equal(await countOf(server), batch.length);
  assert.equal(await server.stop(), 0);
});

test('kill -9 in the middle of a batch of 10,000, and the same key: each record is there once', {timeout: 120_000}, async t => {
  const folder = emptyFolder(t);
  const batch = Array.from({length: 10_000}, (_, n) => ({n, text: 'x'.repeat(50)}));
  const query = '?return=ids';
  // The time of a batch here gives its middle.
  let server = await startServer(t, onDisk(folder), user);
  const begin = Date.now();
  assert.equal((await send(server, 'measured', batch, {query})).json.stored, batch.length);
  const takes = Date.now() - begin;
  for (let round = 1; round <= 4; ++round) {
    const killed = send(server, `round-${round}`, batch, {query}).then(({status}) => status, () => 'killed');
    await pause(takes * round / 5);
    await server.stop('SIGKILL');
    const became = await killed;
    server = await startServer(t, onDisk(folder), user);
    const before = await countOf(server);
    assert.ok([round * batch.length, (round + 1) * batch.length].includes(before), `${before} after ${became}`);
    const again = await send(server, `round-${round}`, batch, {query});
    assert.deepEqual([again.status, again.json.stored], [201, batch.length]);
    assert.equal(new Set(again.json.results.map(({_id}) => _id)).size, batch.length);
    assert.equal(await countOf(server), (round + 1) * batch.length);
    if (became !== 'killed') assert.equal(again.replayed, 'true');
  }
  assert.equal(await server.stop(), 0);
});
