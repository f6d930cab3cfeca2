// The outcome of a write is reported truly, though its answer was lost and others wrote meanwhile; and a
// repetition undoes nothing of what came between.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {until} from '../server/process.mjs';
import {saying, startProxy} from './fault_proxy.mjs';
import {call, emulator, freshNamespace, project, startOver} from './store.mjs';

/// Two servers on one store, of which the first one's calls go through a proxy.
async function start(t) {
  const proxy = await startProxy(t, emulator);
  const namespace = freshNamespace();
  const ours = await startOver(t, namespace, {host: proxy.host});
  const other = await startOver(t, namespace);
  const stop = async () => assert.deepEqual([await ours.stop(), await other.stop()], [0, 0]);
  ours.namespace = namespace;
  return {proxy, ours, other, stop};
}

/// Lets the first commit that comes meet a fault.
function first(proxy, fault) {
  let met = false;
  proxy.fault = method => method === 'commit' && !met ? (met = true, fault) : undefined;
}

/// The commit is carried out, then something else happens, and the answer is lost.
const lostAfter = meanwhile => async ({forward, request}) => (await forward(), await meanwhile(), request.socket.destroy());

const put = (server, id, value, headers = {}) => server.fetch(`/records/${id}`, {
  method: 'PUT', headers: {'Content-Type': 'application/json', ...headers}, body: JSON.stringify(value)});
const records = async server => (await call(server, 'GET', '/fetchAll')).json.records;

test('what was stored, taken and deleted meanwhile is not stored again', async t => {
  const {proxy, ours, other, stop} = await start(t);
  for (const query of ['', '?mode=atomic', '?ifExists=replace']) {
    first(proxy, lostAfter(async () => {
      const {json} = await call(other, 'DELETE', '/delete?_id=job');
      assert.equal(json.deletedRecords, 1);
    }));
    const {status, headers, json} = await call(ours, 'POST', `/store${query}`, {_id: 'job', n: 1});
    assert.deepEqual([status, json.code], [503, 'outcome_unknown'], query);
    assert.match(headers.get('retry-after') ?? '', /^[1-9]\d*$/);
    assert.deepEqual(await records(other), [], query);
  }
  await stop();
});

test('a commit that a network delivers twice is carried out once', async t => {
  const {proxy, ours, other, stop} = await start(t);
  first(proxy, async ({forward, pass}) => {
    const answer = await forward();
    await call(other, 'DELETE', '/delete?_id=twice');
    await forward();
    return pass(answer);
  });
  assert.equal((await call(ours, 'POST', '/store', {_id: 'twice'})).status, 201);
  assert.deepEqual(await records(other), []);
  await stop();
});

test('what somebody else deleted is not said to be deleted by a repetition', async t => {
  const {proxy, ours, other, stop} = await start(t);
  for (const path of ['/delete?_id=a', '/records/a']) {
    await call(other, 'POST', '/store', {_id: 'a'});
    first(proxy, async context => {
      assert.equal((await call(other, 'DELETE', '/delete?_id=a')).json.deletedRecords, 1);
      return saying(409, 'ABORTED')(context);
    });
    const {status, json} = await call(ours, 'DELETE', path);
    if (status === 200) assert.equal(json.deletedRecords, 0); else assert.equal(status, 404);
  }
  await stop();
});

test('a deletion that was refused, and done by another before that was heard, is not claimed', async t => {
  const {proxy, ours, other, stop} = await start(t);
  for (const path of ['/delete?_id=a', '/records/a']) {
    await call(other, 'POST', '/store', {_id: 'a'});
    first(proxy, async ({forward, request}) => {
      assert.equal((await put(other, 'a', {by: 'other'})).status, 200);
      assert.notEqual((await forward()).status, 200);
      assert.equal((await call(other, 'DELETE', '/delete?_id=a')).json.deletedRecords, 1);
      request.socket.destroy();
    });
    const {status, json} = await call(ours, 'DELETE', path);
    assert.deepEqual([status, json.code], [503, 'outcome_unknown'], path);
  }
  await stop();
});

test('of a batch that was stored, and taken, nothing is stored again because others have stored a part of it', async t => {
  const {proxy, ours, other, stop} = await start(t);
  for (const query of ['', '?ifExists=skip', '?mode=atomic', '?mode=atomic&ifExists=skip', '?ifExists=replace']) {
    first(proxy, lostAfter(async () => {
      assert.equal((await call(other, 'DELETE', '/delete?_id=a,b')).json.deletedRecords, 2);
      await call(other, 'POST', '/store', {_id: 'a', by: 'other'});
    }));
    const {status, json} = await call(ours, 'POST', `/store${query}`, [{_id: 'a'}, {_id: 'b'}]);
    assert.deepEqual([status, json.code], [503, 'outcome_unknown'], query);
    assert.deepEqual(await records(other), [{_id: 'a', by: 'other'}], query);
    await call(other, 'DELETE', '/delete?_id=a');
  }
  await stop();
});

test('what another program wrote after a replacement whose answer was lost is not replaced', async t => {
  const {proxy, ours, other, stop} = await start(t);
  const write = by => fetch(`http://${emulator}/v1/projects/${project}:commit`, {method: 'POST', body: JSON.stringify({
    mode: 'NON_TRANSACTIONAL', mutations: [{upsert: {
      key: {partitionId: {projectId: project, namespaceId: ours.namespace}, path: [{kind: 'records', name: 'a'}]},
      properties: {by: {stringValue: by}}}}]})}).then(({status}) => assert.equal(status, 200));
  await write('program');
  first(proxy, lostAfter(() => write('program again')));
  const answer = await put(ours, 'a', {by: 'us'});
  assert.deepEqual([answer.status, (await answer.json()).code], [503, 'outcome_unknown']);
  assert.deepEqual(await records(other), [{_id: 'a', by: 'program again'}]);
  await stop();
});

test('what Datastore says of a repetition is not taken for what became of the commit', async t => {
  const {proxy, ours, other, stop} = await start(t);
  for (const refusal of [saying(409, 'ABORTED'), saying(429, 'RESOURCE_EXHAUSTED'), saying(400, 'FAILED_PRECONDITION')]) {
    for (const [before, method, path, body] of [[{_id: 'a'}, 'DELETE', '/delete?_id=a'], [{_id: 'b'}, 'POST', '/store', {_id: 'a', by: 'us'}],
                                                [{_id: 'a'}, 'POST', '/store?ifExists=replace', {_id: 'a', by: 'us'}]]) {
      await call(other, 'DELETE', '/delete?_id=a,b');
      await call(other, 'POST', '/store', before);
      await call(ours, 'GET', '/fetchMany?_id=none');  // So that a connection is kept.
      let commits = 0;
      proxy.fault = called => called !== 'commit' ? undefined : ++commits === 1 ? lostAfter(async () => {
        await call(other, 'DELETE', '/delete?_id=a,b');
        await call(other, 'POST', '/store', {_id: 'a', by: 'other'});
      }) : commits === 2 ? refusal : undefined;
      const {status, json} = await call(ours, method, path, body);
      assert.deepEqual([status, json.code], [503, 'outcome_unknown'], `${method} ${path}`);
      assert.deepEqual(await records(other), [{_id: 'a', by: 'other'}], `${method} ${path}`);
    }
  }
  await stop();
});

test('a replacement that was carried out, and overwritten by another, is neither refused nor done again', async t => {
  const {proxy, ours, other, stop} = await start(t);
  await call(other, 'POST', '/store', {_id: 'a', by: 'nobody'});
  for (const conditional of [true, false]) {
    const etag = (await other.fetch('/records/a')).headers.get('etag');
    first(proxy, lostAfter(async () => assert.equal((await put(other, 'a', {by: 'other'})).status, 200)));
    const answer = await put(ours, 'a', {by: 'us'}, conditional ? {'If-Match': etag} : {});
    assert.deepEqual([answer.status, (await answer.json()).code], [503, 'outcome_unknown']);
    assert.deepEqual(await records(other), [{_id: 'a', by: 'other'}]);
  }
  await stop();
});

test('a write of which no answer comes is said to be unknown, one that is refused to be not done', async t => {
  const {proxy, ours, other, stop} = await start(t);
  await call(other, 'POST', '/store', {_id: 'a'});
  const writes = [['POST', '/store', {_id: 'new'}], ['POST', '/store?ifExists=replace', {_id: 'a', n: 1}],
                  ['POST', '/store?mode=atomic', [{_id: 'x'}, {_id: 'y'}]], ['DELETE', '/delete?_id=a', undefined]];
  for (const [fault, code] of [['unavailable', 'outcome_unknown'], [saying(429, 'RESOURCE_EXHAUSTED'), 'unavailable']]) {
    proxy.fault = method => method === 'commit' ? fault : undefined;
    for (const [method, path, body] of writes) {
      const {status, json} = await call(ours, method, path, body);
      assert.deepEqual([status, json.code], [503, code], `${method} ${path}`);
    }
  }
  assert.deepEqual(await records(other), [{_id: 'a'}]);
  await stop();
});

/// Holds the first commit that comes back, and each one after it, until `release()`.
function holding(proxy) {
  let release;
  const released = new Promise(resolve => (release = resolve));
  let met;
  const held = new Promise(resolve => (met = resolve));
  proxy.fault = method => method === 'commit' ? async ({forward, pass}) => (met(), await released, pass(await forward())) : undefined;
  return {held, release: () => (proxy.fault = () => undefined, release())};
}

const inFlight = async server => Number((await (await server.fetch('/metrics')).text()).match(/^dropzone_requests_in_flight (\d+)$/m)[1]) - 1;
/// Waits until a server has so many requests besides the one that asks.
const atWork = (server, count) => until(async () => await inFlight(server) === count, `${count} requests in flight`);

/// The numbers that commits which passed the proxy were to write to records, in their order, each once: by _id.
function written(proxy) {
  const order = new Map();
  for (const {method, body} of proxy.calls) {
    if (method !== 'commit') continue;
    for (const {insert, update} of body.mutations) {
      const {key, properties} = insert ?? update;
      const id = key.path[0].name;
      const numbers = order.get(id) ?? [];
      if (!numbers.includes(Number(properties.n.integerValue))) numbers.push(Number(properties.n.integerValue));
      order.set(id, numbers);
    }
  }
  return order;
}

test('writers of one record are served in the order in which they came', async t => {
  const {proxy, ours, stop} = await start(t);
  await put(ours, 'a', {n: 0});
  const {held, release} = holding(proxy);
  const answers = [put(ours, 'a', {n: 1})];
  await held;
  for (let n = 2; n <= 8; ++n) {
    answers.push(put(ours, 'a', {n}));
    await atWork(ours, n);
  }
  proxy.calls.length = 0;
  release();
  for (const {status} of await Promise.all(answers)) assert.equal(status, 200);
  assert.deepEqual(written(proxy).get('a'), [2, 3, 4, 5, 6, 7, 8]);
  await stop();
});

test('a batch over busy records is served after those who came before it, and no PATCH is refused unasked', async t => {
  const {proxy, ours, other, stop} = await start(t);
  const ids = Array.from({length: 8}, (_, i) => `hot${i}`);
  await call(ours, 'POST', '/store', ids.map(_id => ({_id, n: 0})));
  let busy = true;
  let last = 0;
  const hammer = async (server, id) => {
    while (busy) {
      const answer = await server.fetch(`/records/${id}`, {
        method: 'PATCH', headers: {'Content-Type': 'application/merge-patch+json'}, body: JSON.stringify({n: ++last})});
      assert.ok([200, 503].includes(answer.status), `${answer.status} ${await answer.text()}`);
    }
  };
  const {held, release} = holding(proxy);
  const hammers = ids.map(id => hammer(ours, id));
  await held;
  await atWork(ours, ids.length);  // One for each record, that has its turn.
  hammers.push(...ids.map(id => hammer(other, id)));
  const batch = call(ours, 'POST', '/store?ifExists=replace', ids.map(_id => ({_id, n: -1})));
  await atWork(ours, ids.length + 1);
  proxy.calls.length = 0;
  release();
  const {status, json} = await batch;
  assert.equal(status, 200, JSON.stringify(json));
  busy = false;
  await Promise.all(hammers);
  for (const [id, numbers] of written(proxy)) {
    assert.ok(numbers.indexOf(-1) <= 1, `${numbers.indexOf(-1)} writes of ${id} passed the batch: ${numbers}`);
  }
  await stop();
});
