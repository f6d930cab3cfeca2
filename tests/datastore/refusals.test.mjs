// What Datastore refuses for what is in it is the client's to mend: an answer of 4xx says what it is, and names the
// record if it is one of several.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {saying, startProxy} from './fault_proxy.mjs';
import {call, emulator, freshNamespace, startOver} from './store.mjs';

const refused = {o: {['n'.repeat(1499)]: 1}};  // Its path is longer than Datastore takes.
const batch = (size, culprits) =>
    Array.from({length: size}, (_, i) => ({_id: `r${i}`, ...(culprits.includes(i) ? refused : {n: i})}));
const count = async server => (await call(server, 'POST', '/filter', {aggregate: {count: true}})).json.aggregate.count;

async function start(t) {
  const proxy = await startProxy(t, emulator);
  const server = await startOver(t, freshNamespace(), {host: proxy.host});
  return {proxy, server};
}

for (const ifExists of ['fail', 'skip', 'replace']) {
  test(`an atomic batch with a record that Datastore refuses names it, and stores nothing (${ifExists})`, async t => {
    const {server} = await start(t);
    await call(server, 'POST', '/store', {_id: 'there'});
    for (const [records, culprit] of [[batch(1, [0]), 0], [batch(2, [1]), 1], [batch(37, [0]), 0], [batch(37, [36]), 36],
                                      [batch(500, [321]), 321], [[...batch(3, []), ...batch(4, [2])], 5]]) {
      if (ifExists !== 'replace' && new Set(records.map(({_id}) => _id)).size < records.length) continue;
      const {status, json} = await call(server, 'POST', `/store?mode=atomic&ifExists=${ifExists}`, records);
      assert.equal(status, 422, JSON.stringify(json));
      json.results.forEach((result, i) => assert.equal(result.status, i === culprit ? 'rejected' : 'aborted', `${i} of ${records.length}`));
      assert.equal(json.results[culprit].error.code, 'record_too_large');
      assert.match(json.results[culprit].error.detail, /longer than 1500 bytes/);
    }
    assert.equal(await count(server), 1);
    assert.equal(await server.stop(), 0);
  });
}

test('of a batch that is not atomic, those that Datastore refuses are rejected and the others are stored', async t => {
  const {server} = await start(t);
  for (const [ifExists, status] of [['fail', 'stored'], ['replace', 'replaced'], ['skip', 'skipped']]) {
    const {json} = await call(server, 'POST', `/store?ifExists=${ifExists}`, batch(20, [3, 4, 19]));
    assert.deepEqual(json.results.map(result => result.status), batch(20, [3, 4, 19]).map(({o}) => o ? 'rejected' : status));
  }
  for (const [method, id, type] of [['PUT', 'new', 'json'], ['PUT', 'r0', 'json'], ['PATCH', 'r0', 'merge-patch+json']]) {
    const answer = await server.fetch(`/records/${id}`, {
      method, body: JSON.stringify(refused), headers: {'Content-Type': `application/${type}`}});
    assert.deepEqual([answer.status, (await answer.json()).code], [422, 'record_too_large'], `${method} ${id}`);
  }
  assert.equal(await count(server), 17);
  assert.equal(await server.stop(), 0);
});

test('a query that Datastore does not answer is refused, and says why', async t => {
  const {server} = await start(t);
  const and = Array.from({length: 120}, (_, i) => ({field: `f${i}`, operator: '=', value: 1}));
  const {status, json} = await call(server, 'POST', '/filter', {and});
  assert.deepEqual([status, json.code], [400, 'unsupported_query'], JSON.stringify(json));
  assert.match(json.detail, /more than 100 filters/);
  assert.equal(await server.stop(), 0);
});

test('whatever Datastore refuses for its content is a client\'s fault, and the whole batch\'s if no one record\'s', async t => {
  const {proxy, server} = await start(t);
  const invalid = (...methods) => (proxy.fault = method => methods.includes(method) && saying(400, 'INVALID_ARGUMENT', 'That will not do.'));
  const expect = async (status, code, ...request) => {
    const answer = await call(server, ...request);
    assert.deepEqual([answer.status, answer.json.code ?? answer.json.results[0].error.code], [status, code], JSON.stringify([request, answer.json]));
    return answer.json;
  };
  await call(server, 'POST', '/store', {_id: 'there'});
  invalid('commit');
  await expect(422, 'invalid_request', 'POST', '/store', {_id: 'a'});
  await expect(422, 'invalid_request', 'POST', '/store?mode=atomic', [{_id: 'a'}, {_id: 'b'}]);
  await expect(400, 'invalid_request', 'PUT', '/records/a', {});
  await expect(400, 'invalid_request', 'DELETE', '/delete?_id=there');
  invalid('lookup', 'runQuery', 'runAggregationQuery');
  await expect(400, 'invalid_request', 'GET', '/records/there');
  await expect(400, 'unsupported_query', 'GET', '/fetchAll');
  await expect(400, 'unsupported_query', 'POST', '/filter', {aggregate: {count: true}});
  // Too much together, of which each is well.
  proxy.fault = (method, {mutations}) => method === 'commit' && mutations.length > 6 &&
                                         saying(400, 'INVALID_ARGUMENT', 'datastore transaction or write too big.');
  const json = await expect(422, 'record_too_large', 'POST', '/store?mode=atomic', batch(10, []));
  assert.match(json.detail, /too big/);
  proxy.fault = () => undefined;
  assert.deepEqual((await call(server, 'GET', '/fetchKeys')).json.keys, ['there']);
  assert.equal(await server.stop(), 0);
});

test('a transaction that has expired before it read is begun again', async t => {
  const {proxy, server} = await start(t);
  let expired = 0;
  proxy.fault = (method, {readOptions}) => method === 'lookup' && readOptions?.transaction && expired++ === 0 &&
      saying(400, 'INVALID_ARGUMENT', 'The referenced transaction has expired or is no longer valid.');
  const {status, json} = await call(server, 'POST', '/store?mode=atomic&ifExists=skip', [{_id: 'a'}, {_id: 'b'}]);
  assert.deepEqual([status, json.stored, expired], [201, 2, 2], JSON.stringify(json));
  assert.equal(await server.stop(), 0);
});

test('a transaction that has read is rolled back when its commit is refused, so that nobody waits for its locks', async t => {
  const {proxy, server} = await start(t);
  for (const refusal of [saying(429, 'RESOURCE_EXHAUSTED'), saying(409, 'ABORTED'), saying(400, 'INVALID_ARGUMENT')]) {
    proxy.calls.length = 0;
    proxy.fault = method => method === 'commit' && refusal;
    const {status} = await call(server, 'POST', '/store?mode=atomic&ifExists=skip', [{_id: 'a'}, {_id: 'b'}]);
    assert.ok([422, 503].includes(status), status);
    const named = (method, name) => proxy.calls.filter(each => each.method === method).map(({body}) => name(body)).filter(Boolean);
    const read = named('lookup', body => body.readOptions?.transaction);
    assert.ok(read.length > 0);
    assert.deepEqual(named('rollback', body => body.transaction), read);
  }
  assert.equal(await server.stop(), 0);
});
