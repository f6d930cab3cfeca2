// The metrics count what was done, and docs/metrics.md lists them all.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {root} from '../support/server.mjs';
import {anyPort, emptyFolder, kinds, startServer, store, user} from './process.mjs';

/// The rows of the manual's tables: name to type and labels.
function documented() {
  const manual = readFileSync(join(root, 'docs/metrics.md'), 'utf8');
  return new Map([...manual.matchAll(/^\| `(\w+)` \| (\w+) \| ([^|]*)\|/gm)].map(
      ([, name, type, labels]) => [name, {type, labels: [...labels.matchAll(/`(\w+)`/g)].map(m => m[1]).sort()}]));
}

/// The page as series: [{name, labels, value}], and the types of the families.
function parse(page) {
  const types = new Map([...page.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(m => [m[1], m[2]]));
  const helped = new Set([...page.matchAll(/^# HELP (\w+) \S.*$/gm)].map(m => m[1]));
  const series = [...page.matchAll(/^([a-z_]+)(?:\{(.*)\})? (\S+)$/gm)].map(([, name, labels, value]) => ({
    name, value: Number(value),
    labels: Object.fromEntries([...(labels ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(m => [m[1], m[2]])),
  }));
  return {types, helped, series};
}

const familyOf = (name, types) => types.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '');

test('what was done is counted, by route, status, kind and operation', async t => {
  const file = join(emptyFolder(t), 'metrics.db');
  const server = await startServer(t, [...anyPort, '--kinds', kinds, '--store', `sqlite:${file}`], user);
  const json = {'Content-Type': 'application/json'};
  const good = {time_stamp: '2019-05-01T00:00:00Z', data: [1, 2]};
  const storeMeasurements = (records, more = '') => store(server, records, `measurements${more}`);
  assert.equal((await storeMeasurements([{_id: 'a', ...good}, {_id: 'b', ...good}])).status, 201);
  assert.equal((await storeMeasurements([{_id: 'a', ...good}], '&ifExists=replace')).status, 200);
  assert.equal((await storeMeasurements([{_id: 'a', ...good}], '&ifExists=skip')).status, 200);
  assert.equal((await storeMeasurements([{data: [1]}, {...good, data: [1]}, {...good, data: []}])).status, 422);
  const put = {method: 'PUT', headers: json, body: JSON.stringify(good)};
  assert.equal((await server.fetch('/records/c?kind=measurements', put)).status, 201);
  assert.equal((await server.fetch('/records/c?kind=measurements', put)).status, 200);
  assert.equal((await store(server, [{v: 1.7e308}, {v: 1.7e308}])).status, 201);
  const sum = {method: 'POST', headers: json, body: '{"aggregate": {"sum": ["v"]}}'};
  assert.equal((await server.fetch('/filter', sum)).status, 422);
  assert.equal((await server.fetch('/fetchMany?_id=a')).status, 200);
  assert.equal((await server.fetch('/fetchAll')).status, 200);
  assert.equal((await server.fetch('/records/none', {method: 'DELETE'})).status, 404);
  assert.equal((await server.fetch('/nowhere')).status, 404);
  assert.equal((await server.fetch('/health/ready')).status, 200);

  const {rejectsBy} = await (await server.fetch('/kinds/measurements')).json();
  assert.deepEqual(rejectsBy, [{code: 'missing_field', step: 'require', count: 1},
                               {code: 'too_few_numbers', step: 'statistics', count: 2}]);

  const {types, helped, series} = parse(await (await server.fetch('/metrics')).text());
  const value = (name, labels = {}) => {
    const found = series.filter(s => s.name === name && Object.entries(labels).every(([k, v]) => s.labels[k] === v));
    assert.equal(found.length, 1, `${name} ${JSON.stringify(labels)}`);
    return found[0].value;
  };
  const requests = (method, route, status) => value('dropzone_http_requests_total', {method, route, status});
  assert.equal(requests('POST', '/store', '201'), 2);
  assert.equal(requests('POST', '/store', '200'), 2);
  assert.equal(requests('POST', '/store', '422'), 1);
  assert.equal(requests('PUT', '/records/{id}', '201'), 1);
  assert.equal(requests('GET', 'none', '404'), 1);
  assert.equal(value('dropzone_http_request_duration_seconds_count', {route: '/store'}), 5);
  assert.equal(value('dropzone_http_request_duration_seconds_bucket', {route: '/store', le: '+Inf'}), 5);
  assert.ok(value('dropzone_http_request_duration_seconds_sum', {route: '/store'}) > 0);

  const records = (kind, status) => value('dropzone_records_total', {kind, status});
  assert.deepEqual(['stored', 'replaced', 'skipped'].map(status => records('measurements', status)), [3, 2, 1]);
  assert.equal(records('records', 'stored'), 2);
  const rejected = code => value('dropzone_records_rejected_total', {kind: 'measurements', code});
  assert.deepEqual([rejected('missing_field'), rejected('too_few_numbers')], [1, 2]);

  const waiting = (code, step) => value('dropzone_rejects_waiting', {kind: 'measurements', code, step});
  assert.deepEqual([waiting('missing_field', 'require'), waiting('too_few_numbers', 'statistics')], [1, 2]);

  for (const operation of ['write', 'find', 'query', 'aggregate', 'erase', 'check']) {
    assert.ok(value('dropzone_store_duration_seconds_count', {operation}) >= 1, operation);
  }
  assert.equal(value('dropzone_store_errors_total', {operation: 'aggregate', code: 'number_out_of_range'}), 1);
  assert.ok(value('dropzone_commit_group_size_sum') >= value('dropzone_commit_group_size_count'));
  assert.equal(value('dropzone_commit_duration_seconds_count'), value('dropzone_commit_group_size_count'));
  assert.ok(value('dropzone_store_log_bytes') > 0);
  assert.ok(value('dropzone_store_log_unmoved_bytes') <= value('dropzone_store_log_bytes'));
  for (const name of ['dropzone_store_log_held_seconds', 'dropzone_store_log_move_failures_total',
    'dropzone_store_sync_failures_total', 'dropzone_store_log_pauses_total']) assert.equal(value(name), 0);
  for (const name of ['dropzone_commit_queue_depth', 'dropzone_worker_queue_depth']) assert.equal(value(name), 0);
  assert.ok(value('process_resident_memory_bytes') > 1e6);

  const manual = documented();
  for (const [name, type] of types) {
    assert.equal(manual.get(name)?.type, type, `docs/metrics.md on ${name}`);
    assert.ok(helped.has(name), `${name} has a line of help`);
  }
  for (const {name, labels} of series) {
    const names = Object.keys(labels).filter(label => label !== 'le').sort();
    assert.deepEqual(names, manual.get(familyOf(name, types)).labels, name);
  }
  const ofStore = name => !name.startsWith('dropzone_datastore_');
  const absent = [...manual.keys()].filter(name => ofStore(name) && !types.has(name));
  assert.deepEqual(absent, [], 'docs/metrics.md lists what is not there');
  assert.equal(await server.stop(), 0);
});
