// The simulation of automatic scaling: it follows the load, and the documents show what it says.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {test} from 'node:test';
import {assumptions, cost, day, dayCurve, rampMinutes, simulate, spike} from '../../bench/scaling/simulate.mjs';
import {root} from '../support/server.mjs';

const steady = rate => () => rate;
const one = 1 / assumptions.cpuOfRequest;  // requests a second that fill an instance

test('docs/scaling.md and its plot are what the simulation writes', () => {
  const {status, stderr} = spawnSync(process.execPath, [join(root, 'bench/scaling/simulate.mjs'), '--check'], {encoding: 'utf8'});
  assert.equal(status, 0, stderr);
});

test('a steady load has as many instances as keep each at 65 %', () => {
  for (const [rate, instances] of [[0.6 * one, 1], [0.7 * one, 2], [2 * one, 4], [3.2 * one, 5]]) {
    const result = simulate(steady(rate), 1, 5);
    assert.equal(result.series.at(-1).instances, instances, `${rate}`);
    assert.equal(result.refused, 0);
  }
});

test('what all instances together cannot do is refused, and no more than that', () => {
  const {requests, refused} = simulate(steady(6 * one), 1, 5);
  assert.ok(Math.abs(refused / requests - 1 / 6) < 0.001, `${refused / requests}`);
});

test('after a spike it goes down again, and not before the quiet time is over', () => {
  const {series} = simulate(spike(4000), 1, 5);
  const end = day / 2 + 660;
  const at = t => series.find(point => point.t >= t).instances;
  assert.ok(at(end - 60) > 1);
  assert.ok(at(end + assumptions.quietSeconds - 60) > 1);
  assert.equal(at(end + assumptions.quietSeconds + 120), 1);
});

test('never fewer instances than the least nor more than the most', () => {
  for (const {instances} of simulate(dayCurve(50_000), 2, 7).series) assert.ok(instances >= 2 && instances <= 7);
});

test('costs are of what was served, and writes cost by the hundred thousand', () => {
  const {instances, datastore} = cost({requests: 2e6, refused: 1e6, instanceSeconds: 1e6}, 1);
  assert.ok(Math.abs(instances - (0.000018 + 0.5 * 0.000002) * 1e6) < 1e-9);
  assert.ok(Math.abs(datastore - 1.44) < 1e-9);
});

test('Datastore is warm after 5 minutes for each half more', () => {
  assert.deepEqual([500, 501, 750, 751, 4000].map(rate => rampMinutes(rate)), [0, 5, 5, 10, 30]);
});
