// Whatever becomes of the calls of Datastore: nothing is lost, nothing is doubled, the answers say
// what is so, and the server recovers by itself.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {until} from '../server/process.mjs';
import {faults, startProxy} from './fault_proxy.mjs';
import {call, emulator, freshNamespace, seeded, seedOf, startOver} from './store.mjs';

const clients = 8;
const recordsOfEach = 6;
const mostAttempts = 20;

/// Stores a record as a careful client does: repeats until it has an answer other than a 5xx.
async function storeCarefully(server, record) {
  for (let attempt = 1; attempt <= mostAttempts; ++attempt) {
    const {status, headers, json} = await call(server, 'POST', '/store', record);
    if (status === 201) return;
    if (status === 409 && json.results[0].error.code === 'already_exists' && attempt > 1) return;
    assert.ok([503, 504].includes(status), `attempt ${attempt}: ${status} ${JSON.stringify(json)}`);
    if (status === 503) assert.match(headers.get('retry-after') ?? '', /^[1-9]\d*$/);
  }
  assert.fail(`${record._id} could not be stored in ${mostAttempts} attempts`);
}

for (const name of Object.keys(faults)) {
  test(`every third call of Datastore is ${name}`, async t => {
    const proxy = await startProxy(t, emulator);
    const server = await startOver(t, freshNamespace(), {host: proxy.host});
    const random = seeded(seedOf(t));
    proxy.fault = () => random() < 0.33 ? name : undefined;
    const records = Array.from({length: clients * recordsOfEach}, (_, i) => ({_id: `r${i}`, n: i}));
    await Promise.all(Array.from({length: clients}, async (_, client) => {
      for (let i = client; i < records.length; i += clients) await storeCarefully(server, records[i]);
    }));
    proxy.fault = () => undefined;
    assert.ok(proxy.counts[name] > 3, JSON.stringify(proxy.counts));
    const {json} = await call(server, 'GET', '/fetchAll?limit=1000&original=true');
    const byId = (a, b) => a._id < b._id ? -1 : 1;
    assert.deepEqual(json.records, records.map(r => ({...r, _original: r})).sort(byId));
    assert.equal(await server.stop(), 0);
  });
}

test('a commit whose answer was lost is settled by what is there', async t => {
  const proxy = await startProxy(t, emulator);
  const server = await startOver(t, freshNamespace(), {host: proxy.host});
  for (const [query, expected] of [['', 201], ['?ifExists=replace', 200], ['?mode=atomic', 201], ['?ifExists=skip', 201]]) {
    const records = [{_id: query ? `x${query}` : 'a', n: 1}, {_id: `y${query}`, n: 2}];
    if (expected === 200) assert.equal((await call(server, 'POST', '/store', records)).status, 201);
    let losses = 1;
    proxy.fault = method => method === 'commit' && losses-- > 0 ? 'lost' : undefined;
    const stored = await call(server, 'POST', `/store${query}`, records);
    assert.equal(stored.status, expected, `${query}: ${JSON.stringify(stored.json)}`);
    assert.ok(losses <= 0);
  }
  const {json} = await call(server, 'POST', '/filter', {aggregate: {count: true}});
  assert.equal(json.aggregate.count, 8);
  assert.equal(await server.stop(), 0);
});

test('one record that is changed is so once, though the answer was lost; who deleted one is not known then', async t => {
  const proxy = await startProxy(t, emulator);
  const server = await startOver(t, freshNamespace(), {host: proxy.host});
  const losingOne = async work => {
    let losses = 1;
    proxy.fault = method => method === 'commit' && losses-- > 0 ? 'lost' : undefined;
    const answer = await work();
    assert.ok(losses <= 0);
    proxy.fault = () => undefined;
    return answer;
  };
  await call(server, 'POST', '/store', {_id: 'a', n: 1});
  const replaced = await losingOne(() => call(server, 'POST', '/store?ifExists=replace', {_id: 'a', n: 2}));
  assert.deepEqual([replaced.status, replaced.json.replaced], [200, 1], JSON.stringify(replaced.json));
  const version = (await server.fetch('/records/a')).headers.get('etag');
  const put = await losingOne(() => server.fetch('/records/a', {
    method: 'PUT', headers: {'If-Match': version, 'Content-Type': 'application/json'}, body: '{"n": 3}'}));
  assert.equal(put.status, 200, await put.text());
  assert.deepEqual((await call(server, 'GET', '/fetchMany?_id=a')).json.records, [{_id: 'a', n: 3}]);
  const deleted = await losingOne(() => call(server, 'DELETE', '/delete?_id=a'));
  assert.deepEqual([deleted.status, deleted.json.code], [503, 'outcome_unknown']);
  assert.deepEqual((await call(server, 'DELETE', '/delete?_id=a')).json, {deletedRecords: 0, missing: ['a']});
  assert.equal(await server.stop(), 0);
});

test('a store that skips what exists says so, and what it stored, whichever answer was lost', async t => {
  const proxy = await startProxy(t, emulator);
  const server = await startOver(t, freshNamespace(), {host: proxy.host});
  assert.equal((await call(server, 'POST', '/store', {_id: 'there', n: 1})).status, 201);
  for (const lost of [1, 2]) {  // The insertion, which is refused; that of the rest, which is carried out.
    let commits = 0;
    proxy.fault = method => method === 'commit' && ++commits === lost ? 'lost' : undefined;
    const store = () => call(server, 'POST', '/store?ifExists=skip', [{_id: 'there', n: 2}, {_id: `new${lost}`, n: 2}]);
    let {json} = await store();
    if (lost === 1) {  // What is there may have come after a deletion of what this request had stored.
      assert.equal(json.code, 'outcome_unknown', JSON.stringify(json));
      ({json} = await store());
    }
    assert.deepEqual([json.stored, json.skipped], [1, 1], JSON.stringify(json));
    assert.ok(commits >= lost);
  }
  proxy.fault = () => undefined;
  const {json} = await call(server, 'GET', '/fetchAll');
  assert.deepEqual(json.records, [{_id: 'new1', n: 2}, {_id: 'new2', n: 2}, {_id: 'there', n: 1}]);
  assert.equal(await server.stop(), 0);
});

test('a server starts while Datastore is away, and serves once it is there', async t => {
  const proxy = await startProxy(t, emulator);
  await proxy.down();
  const namespace = freshNamespace();
  const server = await startOver(t, namespace, {host: proxy.host});
  assert.equal((await server.fetch('/health/live')).status, 200);
  assert.equal((await server.fetch('/health/ready')).status, 503);
  assert.equal((await call(server, 'POST', '/store', {a: 1})).status, 503);
  await proxy.up();
  await until(async () => (await server.fetch('/health/ready')).status === 200, 'readiness');
  assert.equal((await call(server, 'POST', '/store', [{_id: 'a'}, {_id: 'b'}])).status, 201);
  const {json: first} = await call(server, 'GET', '/fetchAll?limit=1');
  const other = await startOver(t, namespace);
  const {json: second} = await call(other, 'GET', `/fetchAll?limit=1&cursor=${first.nextCursor}`);
  assert.deepEqual([...first.records, ...second.records], [{_id: 'a'}, {_id: 'b'}]);
  assert.equal(await other.stop(), 0);
  assert.equal(await server.stop(), 0);
});

test('while Datastore is away the answer is 503, and the server recovers when it is back', async t => {
  const proxy = await startProxy(t, emulator);
  const server = await startOver(t, freshNamespace(), {host: proxy.host});
  assert.equal((await server.fetch('/health/ready')).status, 200);
  await proxy.down();
  for (const [method, path, body] of [['POST', '/store', {a: 1}], ['GET', '/fetchAll'], ['GET', '/fetchMany?_id=a']]) {
    const {status, headers, json} = await call(server, method, path, body);
    assert.equal(status, 503, path);
    assert.match(headers.get('retry-after') ?? '', /^[1-9]\d*$/, path);
    assert.equal(json.code, 'unavailable');
  }
  assert.equal((await server.fetch('/health/ready')).status, 503);
  assert.equal((await server.fetch('/health/live')).status, 200);
  await proxy.up();
  await until(async () => (await server.fetch('/health/ready')).status === 200, 'readiness');
  assert.equal((await call(server, 'POST', '/store', {_id: 'back'})).status, 201);
  assert.equal(await server.stop(), 0);
});

test('a server starts within seconds, and stops in its time, while Datastore says nothing', async t => {
  const proxy = await startProxy(t, emulator);
  const more = ['--drain-timeout', '1s'];
  proxy.fault = () => () => {};  // Never answers.
  const begin = Date.now();
  const server = await startOver(t, freshNamespace(), {host: proxy.host, more});
  assert.ok(Date.now() - begin < 19_000, `it took ${Date.now() - begin} ms to listen`);
  assert.equal((await server.fetch('/health/live')).status, 200);
  const waiting = [['POST', '/store', {_id: 'a'}], ['GET', '/fetchMany?_id=a'], ['GET', '/export'], ['DELETE', '/delete?_id=a']]
      .map(([method, path, body]) => call(server, method, path, body).catch(error => error));
  const called = method => proxy.calls.filter(each => each.method === method).length;
  await until(() => called('beginTransaction') >= 1 && called('runQuery') >= 1 && called('lookup') >= 4, 'the calls of Datastore');
  const asked = Date.now();
  assert.equal(await server.stop(), 0);
  assert.ok(Date.now() - asked < 19_000, `it took ${Date.now() - asked} ms to stop`);
  await Promise.all(waiting);
});
