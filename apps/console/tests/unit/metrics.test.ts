import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Metrics, quantile, rate} from '../../src/api/metrics';
import {figuresOf, seconds} from '../../src/pages/operations/figures';

const page = (total: number, buckets: readonly number[]) => `# HELP requests_total Requests.
# TYPE requests_total counter
requests_total{route="/a",status="200"} ${total}
requests_total{route="/b \\"\\\\x",status="503"} 2
duration_bucket{le="0.001"} ${buckets[0]}
duration_bucket{le="0.01"} ${buckets[1]}
duration_bucket{le="+Inf"} ${buckets[2]}
`;
const before = new Metrics(page(10, [0, 10, 10]), 100);
const after = new Metrics(page(30, [0, 20, 20]), 104);

test('series are read with their labels', () => {
  assert.equal(before.sum('requests_total'), 12);
  assert.equal(before.sum('requests_total', ({status}) => status === '503'), 2);
  assert.equal(before.all('requests_total')[1]!.labels['route'], '/b "\\x');
  assert.equal(before.sum('none'), undefined);
});

test('a rate is what a counter has grown a second, also after a restart', () => {
  assert.equal(rate(before, after, 'requests_total'), 5);
  assert.equal(rate(after, new Metrics(page(6, [0, 0, 0]), 108), 'requests_total'), 2);
});

test('a quantile lies within its bucket, and there is none without values', () => {
  const half = quantile(.5, after, 'duration', {before})!;
  assert.ok(Math.abs(half - .0055) < 1e-9, String(half));
  assert.equal(quantile(.5, before, 'duration', {before}), undefined);
  assert.equal(quantile(.99, new Metrics(page(0, [0, 0, 5]), 0), 'duration'), .01);  // Beyond the last edge nobody knows.
});

test('times are shown in a unit that fits', () => {
  assert.deepEqual([undefined, .00042, .0123, 1.31].map(seconds), ['–', '0.4 ms', '12 ms', '1.3 s']);
});

test('a store without commits of its own has the duration of its writes', () => {
  const store = (count: number, more = '') => new Metrics(`dropzone_store_duration_seconds_bucket{operation="write",le="0.01"} ${count}
dropzone_store_duration_seconds_bucket{operation="find",le="1"} 900
${more}`, count);
  assert.ok(Math.abs(figuresOf(store(1), store(3)).commit! - .0095) < 1e-9);
  const commits = 'dropzone_commit_duration_seconds_count 0\n';
  assert.equal(figuresOf(store(1, commits), store(3, commits)).commit, undefined);
});
