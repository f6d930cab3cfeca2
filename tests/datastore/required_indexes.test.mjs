// Where Datastore demands composite indexes: deploy/index.yaml has those for the kinds that are
// shipped; without one the server sorts what it can read, and else says what to add.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {root} from '../support/server.mjs';
import {startProxy} from './fault_proxy.mjs';
import {lacksIndexEmulator, startIndexEmulator} from './index_emulator.mjs';
import {demandIndexes} from './index_rules.mjs';
import {call, emulator, freshNamespace, startOver} from './store.mjs';

const count = 150;  // More than the least scan limit.
const none = 'indexes: []';
const shipped = join(root, 'deploy/index.yaml');

/// A server whose Datastore has the indexes of the YAML, and records of measurements there.
async function startWith(t, yaml, more = []) {
  const proxy = await startProxy(t, emulator);
  const server = await startOver(t, freshNamespace(), {host: proxy.host, more});
  const records = Array.from({length: count}, (_, i) => ({
    _id: `m${String(i).padStart(3, '0')}`, time_stamp: new Date(Date.UTC(2020, 0, 1, 0, 0, (i * 7) % count)).toISOString(), data: [i, 2 * i + 1]}));
  assert.equal((await call(server, 'POST', '/store?kind=measurements&return=counts', records)).json.stored, count);
  const refused = [];
  const asked = [];
  proxy.fault = demandIndexes(yaml, {refused, asked});
  return {server, refused, asked};
}

const fields = ['timeUTC', 'mean', 'stdev'];
const orders = fields.flatMap(field => [field, `-${field}`]);
const least = {timeUTC: '2020-01-01T00:00:00Z', mean: 0.5, stdev: 0.7071067811865476};  // Of the first record.

/// What the filter selects in this order: by `>=` all records, by `=` the first.
const select = (server, field, operator, order, limit = 1000) =>
    call(server, 'POST', '/filter', {kind: 'measurements', field, operator, value: least[field], orderBy: [order], limit});

function assertOrdered(records, order) {
  const key = order.replace('-', '');
  const values = records.map(record => record[key]);
  const sorted = [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0) * (order.startsWith('-') ? -1 : 1));
  assert.deepEqual(values, sorted, order);
}

test('deploy/index.yaml has the indexes for filters and orders by the fields that kinds declare', async t => {
  const {server, refused, asked} = await startWith(t, readFileSync(shipped, 'utf8'));
  for (const field of fields) {
    for (const order of orders) {
      for (const [operator, expected] of [['=', 1], ['>=', count]]) {
        const {status, json} = await select(server, field, operator, order);
        assert.equal(status, 200, JSON.stringify(json));
        assert.equal(json.records.length, expected, `${field} ${operator}, ordered by ${order}`);
        assertOrdered(json.records, order);
        assert.deepEqual(refused, [], `${field} ${operator}, ordered by ${order}`);
      }
    }
  }
  assert.equal(await server.stop(), 0);

  await t.test("and an emulator of Google's that demands indexes agrees", {skip: lacksIndexEmulator()}, async t => {
    const judge = await startIndexEmulator(t, shipped);
    const needs = [...new Set(asked.map(one => JSON.stringify(one)))].map(text => JSON.parse(text));
    const composite = needs.filter(({need}) => need.equalities.length + need.sorts.length > 1);
    assert.ok(composite.length >= fields.length * (fields.length - 1), JSON.stringify(needs));
    for (const {kind, need} of needs) assert.equal(await judge.statusFor(kind, need), 'OK', JSON.stringify(need));
    // It would say so.
    const ascending = name => ({name, direction: 'asc'});
    for (const need of [{equalities: ['mean'], sorts: [ascending('count')]}, {equalities: [], sorts: [ascending('mean'), ascending('count')]}]) {
      assert.equal(await judge.statusFor('measurements', need), 'FAILED_PRECONDITION', JSON.stringify(need));
    }
  });
});

test('without an index the server sorts what it may read', async t => {
  const {server, refused} = await startWith(t, none);
  const {status, json} = await select(server, 'timeUTC', '>=', '-mean');
  assert.equal(status, 200, JSON.stringify(json));
  assert.equal(json.records.length, count);
  assertOrdered(json.records, '-mean');
  assert.ok(refused.length > 0);
  assert.equal(await server.stop(), 0);
});

test('beyond the scan limit the answer has the definition of the index', async t => {
  const {server} = await startWith(t, none, ['--datastore-scan-limit', '100']);
  const {status, json} = await select(server, 'timeUTC', '>=', '-mean', 10);
  assert.deepEqual([status, json.code], [400, 'index_required']);
  const definition = '- kind: measurements\n  properties:\n  - name: mean\n    direction: desc\n  - name: timeUTC\n    direction: desc\n';
  assert.ok(json.detail.includes(definition), json.detail);
  assert.match(json.detail, /gcloud datastore indexes create deploy\/index\.yaml/);
  assert.equal(await server.stop(), 0);
});
