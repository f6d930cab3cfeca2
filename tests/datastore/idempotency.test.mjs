// A batch under an Idempotency-Key takes several commits on Datastore: whatever becomes of them, and
// of their answers, a repetition stores what is missing and nothing twice.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {startProxy} from './fault_proxy.mjs';
import {call, emulator, freshNamespace, startOver} from './store.mjs';

const batch = Array.from({length: 1_200}, (_, n) => ({n}));

async function send(server, key, body = batch) {
  const response = await server.fetch('/store?return=ids', {
    method: 'POST', body: JSON.stringify(body), headers: {'Content-Type': 'application/json', 'Idempotency-Key': key, Connection: 'close'}});
  return {status: response.status, replayed: response.headers.get('idempotency-replayed'), json: await response.json()};
}

async function idsIn(server) {
  const ids = [];
  let cursor = '';
  do {
    const {json} = await call(server, 'GET', `/fetchAll?limit=1000${cursor}`);
    ids.push(...json.records.map(({_id}) => _id));
    cursor = json.nextCursor ? `&cursor=${encodeURIComponent(json.nextCursor)}` : '';
  } while (cursor);
  return ids.sort();
}

const idsOf = report => report.results.map(({_id}) => _id).sort();

test('a batch that was stored in part is carried on by its key', {timeout: 170_000}, async t => {
  for (const fault of ['lost', 'unavailable', 'dropped']) {
    const proxy = await startProxy(t, emulator);
    const server = await startOver(t, freshNamespace(), {host: proxy.host});
    let commits = 0;
    // From the second commit on the store is gone, one answer being lost before that.
    proxy.fault = method => method === 'commit' && ++commits > 1 ? (commits === 2 ? fault : 'unavailable') : undefined;
    const failed = await send(server, 'k');
    assert.equal(failed.status, 503, fault);
    proxy.fault = () => undefined;
    const before = await idsIn(server);
    assert.ok(before.length > 0 && before.length < batch.length, `${before.length} after ${fault}`);

    const again = await send(server, 'k');
    assert.deepEqual([again.status, again.json.stored, again.replayed], [201, batch.length, null], fault);
    const stored = await idsIn(server);
    assert.deepEqual(idsOf(again.json), stored, fault);
    assert.ok(before.every(id => stored.includes(id)), fault);

    const once_more = await send(server, 'k');
    assert.deepEqual([once_more.status, once_more.json, once_more.replayed], [201, again.json, 'true'], fault);
    assert.equal(await server.stop(), 0);
  }
});

test('two servers that get one request at the same time store it once', {timeout: 170_000}, async t => {
  const namespace = freshNamespace();
  const servers = [await startOver(t, namespace), await startOver(t, namespace)];
  for (let round = 0; round < 3; ++round) {
    const answers = await Promise.all(servers.map(server => send(server, `k${round}`)));
    for (const {status, json} of answers.filter(({status}) => status !== 201)) {
      assert.deepEqual([status, json.code], [409, 'idempotency_in_progress']);
    }
    const last = await send(servers[round % 2], `k${round}`);
    assert.deepEqual([last.status, last.json.stored], [201, batch.length]);
    assert.equal((await idsIn(servers[0])).length, batch.length * (round + 1));
    for (const {status, json} of answers) if (status === 201) assert.deepEqual(json, last.json);
  }
  for (const server of servers) assert.equal(await server.stop(), 0);
});
