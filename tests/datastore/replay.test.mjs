// Rejects on Datastore: counted up by several servers, and replayed while its calls fail.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {until} from '../server/process.mjs';
import {faults, startProxy} from './fault_proxy.mjs';
import {call, emulator, freshNamespace, seeded, seedOf, startOver} from './store.mjs';

const kind = 'replayed';
const mostRounds = 60;
// DROPZONE_TEST_REJECTS=10000 replays more of them, which takes minutes.
const count = Number(process.env.DROPZONE_TEST_REJECTS ?? 60);
const part = Math.max(10, Math.min(500, count / 20));

const deploy = async (server, ...fields) => {
  const {status, json} = await call(server, 'PUT', `/kinds/${kind}`, {pipeline: [{require: {fields}}]});
  assert.ok(status < 300, JSON.stringify(json));
};
async function all(server, path, member) {
  const found = [];
  for (let next = ''; next !== null;) {
    const {json} = await call(server, 'GET', `${path}&limit=1000${next && `&cursor=${encodeURIComponent(next)}`}`);
    found.push(...json[member]);
    next = json.nextCursor;
  }
  return found;
}
const rejectsOf = server => all(server, `/rejects?kind=${kind}`, 'rejects');
const store = (server, records) => call(server, 'POST', `/store?kind=${kind}&return=counts`, records);

test('however many of its calls fail, replays by two servers and a job make one record of each reject', async t => {
  const namespace = freshNamespace();
  const proxy = await startProxy(t, emulator);
  const servers = [await startOver(t, namespace, {host: proxy.host}), await startOver(t, namespace, {host: proxy.host})];
  await deploy(servers[0], 'n', 'never');
  const records = Array.from({length: count}, (_, i) => ({...(i % 2 ? {_id: `named-${i}`} : {}), i, ...(i % 7 ? {n: i} : {})}));
  assert.equal((await store(servers[0], records)).json.rejected, records.length);
  await deploy(servers[0], 'n');
  const ids = (await rejectsOf(servers[0])).map(reject => reject.rejectId);
  assert.equal(ids.length, records.length);
  const {rejectsBy} = (await call(servers[0], 'GET', `/kinds/${kind}`)).json;
  assert.deepEqual(rejectsBy, [{code: 'missing_field', step: 'require', count: records.length}]);
  await until(async () => (await call(servers[1], 'GET', `/kinds/${kind}`)).json.version === 2, 'the new version of the kind');

  const random = seeded(seedOf(t));
  const names = Object.keys(faults);
  proxy.fault = method => method === 'commit' && random() < 0.4 ? names[Math.floor(random() * names.length)] : undefined;
  const asked = await until(async () => {
    const {status, json} = await call(servers[0], 'POST', '/rejects/replay', {kind, maxPerSecond: Math.ceil(count / 3)});
    return status === 202 && json;
  }, 'a job');
  // Each repeats what failed until every part was answered.
  await Promise.all(servers.map(async (server, which) => {
    for (let i = 0; i < ids.length; i += part) {
      const rejectIds = (which ? ids.toReversed() : ids).slice(i, i + part);
      for (let round = 0; ; ++round) {
        assert.ok(round < mostRounds, 'the replay does not end');
        const {status, json} = await call(server, 'POST', '/rejects/replay', {rejectIds});
        if (status === 200) break;
        assert.ok([503, 504].includes(status), `${status} ${JSON.stringify(json)}`);
      }
    }
  }));
  proxy.fault = () => undefined;
  const endOf = ({jobId}) => until(async () => {
    const {json} = await call(servers[1], 'GET', `/jobs/${jobId}`);
    return json.finishedAt && json;
  }, 'the end of the job');
  const job = await endOf(asked);
  assert.deepEqual([job.type, job.state], ['replay', 'succeeded']);
  const {status, json} = await call(servers[0], 'POST', '/rejects/replay', {kind});
  assert.ok([200, 202].includes(status), status);
  if (status === 202) assert.equal((await endOf(json)).state, 'succeeded');

  const left = (await rejectsOf(servers[0])).map(reject => JSON.parse(reject.original).i).sort((a, b) => a - b);
  assert.deepEqual(left, records.filter(r => !r.n).map(r => r.i));
  const stored = await all(servers[0], `/fetchAll?kind=${kind}&original=true`, 'records');
  assert.deepEqual(stored.map(r => r._original.i).sort((a, b) => a - b), records.filter(r => r.n).map(r => r.i));
  for (const server of servers) assert.equal(await server.stop(), 0);
});

test('the same bytes refused by two servers at the same time are one reject that counts them all', async t => {
  const namespace = freshNamespace();
  const servers = [await startOver(t, namespace), await startOver(t, namespace)];
  const each = 5;
  const bad = {_id: 7, text: 'the same'};
  await Promise.all(servers.map(async server => {
    for (let i = 0; i < each; ++i) assert.equal((await call(server, 'POST', '/store', bad)).status, 422);
  }));
  const {json: {rejects}} = await call(servers[0], 'GET', '/rejects?kind=records&code=invalid_id');
  assert.deepEqual(rejects.map(reject => reject.times), [2 * each]);
  assert.ok(rejects[0].firstReceivedAt < rejects[0].receivedAt);
  assert.deepEqual([rejects[0].value, rejects[0].valueClass], ['7', 'number']);
  for (const server of servers) assert.equal(await server.stop(), 0);
});
