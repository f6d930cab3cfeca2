// Which calls of Datastore result from requests: shared, repeated, given up and cut as they should be.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {setTimeout as pause} from 'node:timers/promises';
import {answering, saying, startProxy} from './fault_proxy.mjs';
import {call, emulator, freshNamespace, startOver} from './store.mjs';

/// A server behind a proxy, and how often it called what for its clients since it was last asked. What it keeps for itself it may
/// read and write at any time.
async function start(t, more = []) {
  const proxy = await startProxy(t, emulator);
  const server = await startOver(t, freshNamespace(), {host: proxy.host, more});
  const calls = wanted => proxy.calls.splice(0)
      .filter(({method, body}) => method === wanted && !JSON.stringify(body).includes('"_dropzone_')).length;
  calls();
  return {proxy, server, calls};
}

const numbered = (count, name = 'r') => Array.from({length: count}, (_, i) => ({_id: `${name}${i}`, n: i}));
const slowly = async ({forward, pass}) => (await pause(100), pass(await forward()));

test('stores that arrive together share commits, and a conflict is one client\'s own', async t => {
  const {proxy, server, calls} = await start(t);
  assert.equal((await call(server, 'POST', '/store', {_id: 'r7', n: -1})).status, 201);
  assert.equal(calls('commit'), 1, 'one that comes alone has its own');
  proxy.fault = () => slowly;
  const answers = await Promise.all(numbered(60).map(record => call(server, 'POST', '/store', record)));
  assert.deepEqual(answers.map(({status}) => status), answers.map((_, i) => i === 7 ? 409 : 201));
  const commits = calls('commit');
  assert.ok(commits <= 20, `${commits} commits`);
  const {json} = await call(server, 'POST', '/filter', {aggregate: {count: true, sum: ['n']}});
  assert.deepEqual(json.aggregate, {count: 60, sum: {n: 60 * 59 / 2 - 8}});
  assert.equal(await server.stop(), 0);
});

test('a crowd does not wait behind a few who came before it', async t => {
  const {proxy, server} = await start(t);
  await call(server, 'POST', '/store', numbered(1, 'first'));
  let underWay = 0;
  let most = 0;
  proxy.fault = () => async ({forward, pass}) => {
    most = Math.max(most, ++underWay);
    await pause(300);
    for (const end = Date.now() + 10_000; most <= 4 && Date.now() < end;) await pause(20);
    const answer = await forward();
    --underWay;
    return pass(answer);
  };
  const answers = await Promise.all(numbered(120).map(record => call(server, 'POST', '/store', record)));
  assert.ok(answers.every(({status}) => status === 201));
  assert.ok(most > 4 && most <= 8, `${most} commits at a time`);
  assert.equal(await server.stop(), 0);
});

test('reads of single records that arrive together share look-ups', async t => {
  const {proxy, server, calls} = await start(t);
  await call(server, 'POST', '/store', numbered(60));
  proxy.fault = () => slowly;
  calls();
  const answers = await Promise.all(numbered(60).map(({_id}) => call(server, 'GET', `/fetchMany?_id=${_id},none&original=true`)));
  assert.deepEqual(answers.map(({json}) => json), numbered(60).map(r => ({records: [{...r, _original: r}], missing: ['none']})));
  const lookups = calls('lookup');
  assert.ok(lookups <= 20, `${lookups} look-ups`);
  assert.equal(await server.stop(), 0);
});

test('what a look-up defers is asked for again', async t => {
  const {proxy, server, calls} = await start(t);
  await call(server, 'POST', '/store', numbered(20));
  calls();
  proxy.fault = method => method === 'lookup' && answering(({found = [], ...answer}) => ({
    ...answer, found: found.slice(0, 8), deferred: found.slice(8).map(({entity}) => entity.key)}));
  const ids = numbered(20).map(({_id}) => _id);
  const {json} = await call(server, 'POST', '/fetchMany', {_id: [...ids, 'none']});
  assert.deepEqual([json.records, json.missing], [numbered(20), ['none']]);
  assert.equal(calls('lookup'), 3);
  assert.equal(await server.stop(), 0);
});

const large = 'Received message larger than max (5000000 vs. 4194304)';
for (const [code, status, attempts, answered, message] of [
  [503, 'UNAVAILABLE', 6, 503], [409, 'ABORTED', 6, 503], [429, 'RESOURCE_EXHAUSTED', 6, 503],
  [504, 'DEADLINE_EXCEEDED', 6, 503], [500, 'INTERNAL', 2, 503], [403, 'PERMISSION_DENIED', 1, 503],
  [404, 'NOT_FOUND', 1, 503], [429, 'RESOURCE_EXHAUSTED', 1, 422, large]]) {
  test(`a commit that fails by ${status}${message ? ' for its size' : ''} is made ${attempts === 1 ? 'once' : `${attempts} times`}`, async t => {
    const {proxy, server, calls} = await start(t);
    proxy.fault = method => method === 'commit' && saying(code, status, message);
    const stored = await call(server, 'POST', '/store', {_id: 'a'});
    assert.equal(stored.status, answered, JSON.stringify(stored.json));
    assert.equal(calls('commit'), attempts);
    if (answered === 503) assert.match(stored.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
    assert.ok(!JSON.stringify(stored.json).includes('the test says'));
    const surely = ['ABORTED', 'RESOURCE_EXHAUSTED', 'PERMISSION_DENIED', 'NOT_FOUND'].includes(status);
    if (answered === 503) assert.equal(stored.json.code, surely ? 'unavailable' : 'outcome_unknown');
    assert.equal(await server.stop(), 0);
    if (answered < 500) return;
    const line = server.stderr.split('\n').filter(text => text.startsWith('{')).map(text => JSON.parse(text))
        .find(({httpRequest}) => httpRequest?.status === answered);
    assert.deepEqual([line.severity, line.route, line.code], ['ERROR', '/store', stored.json.code]);
    assert.match(line.cause, new RegExp(`^${status}: .*the test says`));
  });
}

test('repetitions have a budget that all calls share', async t => {
  const {proxy, server, calls} = await start(t);
  proxy.fault = () => 'unavailable';
  const began = Date.now();
  const answers = await Promise.all(numbered(60).map(({_id}) => call(server, 'DELETE', `/delete?_id=${_id}`)));
  assert.ok(answers.every(({status}) => status === 503));
  const lookups = calls('lookup');
  const earned = 5 * (Date.now() - began) / 1000;
  assert.ok(lookups >= 60 && lookups <= 60 + 101 + earned, `${lookups} calls for 60 requests`);
  assert.equal(await server.stop(), 0);
});

test('a call has no longer than its request', async t => {
  const {proxy, server} = await start(t, ['--request-timeout', '4s']);
  proxy.fault = () => () => {};  // Never answers.
  for (const [method, path, body] of [['POST', '/store', {a: 1}], ['GET', '/fetchMany?_id=a'], ['GET', '/fetchAll']]) {
    const begin = Date.now();
    const {status, json} = await call(server, method, path, body);
    assert.equal(status, 503);
    // A commit that was sent may have been carried out.
    const codes = method === 'POST' ? ['deadline_exceeded', 'outcome_unknown'] : ['deadline_exceeded'];
    assert.ok(codes.includes(json.code), json.code);
    assert.ok(Date.now() - begin < 19_000, 'one attempt may take 20 s where the request has them');
  }
  proxy.fault = () => undefined;
  assert.equal((await call(server, 'POST', '/store', {_id: 'b'})).status, 201);
  assert.equal(await server.stop(), 0);
});

test('what Datastore cannot keep is refused record by record', async t => {
  const {server} = await start(t);
  const text = 'x'.repeat(600_000);  // Twice in its entity: original and field.
  const records = [{_id: 'good', n: 1}, {_id: 'large', text}, {_id: 'name', ['n'.repeat(1501)]: 1}, {_id: 'better', n: 2}];
  const stored = await call(server, 'POST', '/store?return=ids', records);
  assert.equal(stored.status, 207);
  assert.deepEqual(stored.json.results.map(({status, error}) => error?.code ?? status),
                   ['stored', 'record_too_large', 'record_too_large', 'stored']);
  assert.deepEqual((await call(server, 'GET', '/fetchKeys')).json.keys, ['better', 'good']);
  assert.equal(await server.stop(), 0);
});

test('a batch is cut where a commit would be too large', async t => {
  const {server, calls} = await start(t, ['--datastore-commit-bytes', '100KiB']);
  const records = numbered(30).map(record => ({...record, text: 'x'.repeat(10_000)}));
  assert.equal((await call(server, 'POST', '/store?mode=atomic', records)).json.code, 'atomic_too_large');
  assert.equal(calls('commit'), 0, 'nothing was written');
  assert.equal((await call(server, 'POST', '/store?return=counts', records)).json.stored, 30);
  const commits = calls('commit');
  assert.ok(commits >= 6 && commits <= 10, `${commits} commits`);
  assert.equal(await server.stop(), 0);
});

test('a named database is another one', async t => {
  const namespace = freshNamespace();
  const other = await startOver(t, `${namespace}?database=other`);
  const same = await startOver(t, namespace);
  assert.equal((await call(other, 'POST', '/store', {_id: 'a', n: 1})).status, 201);
  assert.equal((await call(other, 'POST', '/store?ifExists=replace', {_id: 'a', n: 2})).json.replaced, 1);
  assert.deepEqual((await call(other, 'POST', '/filter', {field: 'n', operator: '>', value: 1})).json.records, [{_id: 'a', n: 2}]);
  assert.deepEqual((await call(same, 'GET', '/fetchKeys')).json.keys, []);
  for (const server of [other, same]) assert.equal(await server.stop(), 0);
});
