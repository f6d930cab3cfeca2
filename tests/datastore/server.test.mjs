// The server over Datastore answers as it does over any other store, and finds its records again.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {faultOf, user} from '../server/process.mjs';
import {call, emulator, freshNamespace, optionsOf, startOver} from './store.mjs';

const measurement = {_id: 'may-1', time_stamp: '2019-05-01T06:00:00-04:00', data: [4.5, 5.0, 6.10]};
const shown = {_id: 'may-1', timeUTC: '2019-05-01T10:00:00Z', mean: 5.2, stdev: 0.8185352771872448};
const of = 'kind=measurements';

test('the endpoints answer, and another server on the same namespace finds the records', async t => {
  const namespace = freshNamespace();
  const server = await startOver(t, namespace);
  const stored = await call(server, 'POST', `/store?${of}`,
                            [measurement, {_id: 'may-2', ...measurement, _id: 'may-2', data: [1, 2]}, {data: [1]}]);
  assert.equal(stored.status, 207);
  assert.deepEqual(stored.json.results.map(r => r.status), ['stored', 'stored', 'rejected']);
  assert.deepEqual(stored.json.results[0].record, shown);
  const again = await call(server, 'POST', `/store?${of}`, measurement);
  assert.equal(again.json.results[0].error.code, 'already_exists');

  const all = await call(server, 'GET', `/fetchAll?${of}&limit=1&original=true`);
  assert.deepEqual(all.json.records, [{...shown, _original: measurement}]);
  const next = await call(server, 'GET', `/fetchAll?${of}&limit=1&cursor=${all.json.nextCursor}`);
  assert.deepEqual(next.json.records.map(r => r._id), ['may-2']);
  assert.equal(next.json.nextCursor, null);
  assert.deepEqual((await call(server, 'GET', `/fetchKeys?${of}`)).json.keys, ['may-1', 'may-2']);
  const many = await call(server, 'GET', `/fetchMany?${of}&_id=may-2,none,may-1`);
  assert.deepEqual([many.json.records.map(r => r._id), many.json.missing], [['may-2', 'may-1'], ['none']]);
  const filter = {kind: 'measurements', field: 'mean', operator: '>', value: 4};
  assert.deepEqual((await call(server, 'POST', '/filter', filter)).json.records, [shown]);
  const aggregate = await call(server, 'POST', '/filter', {kind: 'measurements', aggregate: {count: true, avg: ['mean']}});
  assert.deepEqual(aggregate.json.aggregate, {count: 2, avg: {mean: 3.35}});
  assert.equal((await call(server, 'GET', '/rejects')).json.rejects.length, 1);
  assert.equal((await server.fetch('/health/ready')).status, 200);
  assert.equal(await server.stop(), 0);

  const other = await startOver(t, namespace);
  const rest = await call(other, 'GET', `/fetchAll?${of}&limit=1&cursor=${all.json.nextCursor}`);
  assert.deepEqual(rest.json, next.json, 'a cursor holds on any instance');
  const gone = await call(other, 'DELETE', `/delete?${of}&_id=may-1,none`);
  assert.deepEqual(gone.json, {deletedRecords: 1, missing: ['none']});
  assert.deepEqual((await call(other, 'GET', `/fetchKeys?${of}`)).json.keys, ['may-2']);

  const metrics = await (await other.fetch('/metrics')).text();
  assert.match(metrics, /^dropzone_datastore_rpc_duration_seconds_count\{method="lookup",status="OK"\} [1-9]/m);
  assert.match(metrics, /^dropzone_datastore_request_bytes_total\{method="commit"\} [1-9]/m);
  assert.equal(await other.stop(), 0);
});

test('a batch is stored whole, and conflicts are each one\'s own', async t => {
  const server = await startOver(t, freshNamespace());
  const batch = Array.from({length: 1200}, (_, i) => ({_id: `r${i}`, n: i}));
  assert.equal((await call(server, 'POST', '/store', {_id: 'r700', n: -1})).status, 201);
  const stored = await call(server, 'POST', '/store?return=counts', batch);
  assert.deepEqual([stored.status, stored.json.stored, stored.json.rejected], [207, 1199, 1]);
  const count = await call(server, 'POST', '/filter', {aggregate: {count: true, sum: ['n']}});
  assert.deepEqual(count.json.aggregate, {count: 1200, sum: {n: 1200 * 1199 / 2 - 701}});
  const large = await call(server, 'POST', '/store?mode=atomic', batch.map(r => ({n: r.n})));
  assert.deepEqual([large.status, large.json.code], [413, 'atomic_too_large']);
  assert.equal(await server.stop(), 0);
});

test('what keeps it from starting is one line', async () => {
  const host = {DATASTORE_EMULATOR_HOST: emulator};
  assert.match(await faultOf(optionsOf('n'), host), /--user: .*shared store.*DROPZONE_USER/);
  const missing = {...user, GOOGLE_APPLICATION_CREDENTIALS: '/no/such/key.json'};
  assert.match(await faultOf(optionsOf('n'), missing), /--store datastore:dropzone-test\/n: .*\/no\/such\/key\.json/);
  const nowhere = {...user, HOME: '/nonexistent', NO_GCE_CHECK: 'true'};
  assert.match(await faultOf(optionsOf('n'), nowhere), /no credentials for Google Datastore/);
  assert.match(await faultOf(optionsOf('n', ['--datastore-scan-limit', '1']), {...user, ...host}), /scan-limit/);
});
