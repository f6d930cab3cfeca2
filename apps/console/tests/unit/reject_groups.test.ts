import assert from 'node:assert/strict';
import {test} from 'node:test';
import {newestFirst} from '../../src/api/times';
import {type Refused, groupsOf, selectionOf} from '../../src/pages/rejects/groups';

const reject = (id: string, part: Partial<Refused> = {}): Refused => ({
  id, kind: 'k', code: 'type_mismatch', step: 'convert', pointer: '/a', detail: '', value: '', times: 1,
  receivedAt: '2026-05-04T06:00:00.000001Z', ...part});

test('rejects with one fault at one place are a group, also in different elements of an array', () => {
  const groups = groupsOf([
    reject('1', {pointer: '/list/0/x'}), reject('2', {pointer: '/list/17/x', times: 3}), reject('3'),
    reject('4', {step: ''}), reject('5', {kind: 'other'}), reject('6', {pointer: '/list10/x'})]);
  assert.deepEqual(groups.map(({place, rejects, times}) => [place, rejects.length, times]),
                   [['/list/*/x', 2, 4], ['/a', 1, 1], ['/a', 1, 1], ['/a', 1, 1], ['/list10/x', 1, 1]]);
});

test('the newest reject is first, and so is its group', () => {
  const [first, second] = groupsOf([
    reject('old', {code: 'x', receivedAt: '2026-05-04T06:00:00Z'}), reject('a', {receivedAt: '2026-05-04T06:00:01Z'}),
    reject('b', {receivedAt: '2026-05-04T06:00:02Z'})]);
  assert.deepEqual(first!.rejects.map(({id}) => id), ['b', 'a']);
  assert.equal(second!.code, 'x');
});

test('a group is selected as the server can, else by its ids, and never with what came later', () => {
  const alone = groupsOf([reject('1'), reject('2', {step: 'other'})]);
  assert.deepEqual(selectionOf(alone[0]!, alone, true),
                   {kind: 'k', code: 'type_mismatch', step: 'convert', receivedBefore: '2026-05-04T06:00:00.001Z'});
  assert.deepEqual(selectionOf(alone[0]!, alone, false), {rejectIds: ['1']});
  const two = groupsOf([reject('1'), reject('2', {pointer: '/b'})]);
  assert.deepEqual(selectionOf(two[0]!, two, true), {rejectIds: ['1']});
  // Without a step the server would select those of every step.
  const without = groupsOf([reject('1', {step: ''}), reject('2')]);
  assert.deepEqual(selectionOf(without[0]!, without, true), {rejectIds: ['1']});
});

test('times are compared by their fractions, however many digits these have', () => {
  const sorted = ['2026-05-04T06:00:00.123456Z', '2026-05-04T06:00:00Z', '2026-05-04T06:00:00.123Z', '2026-05-04T06:00:01Z'].map(receivedAt => ({receivedAt})).sort(newestFirst);
  assert.deepEqual(sorted.map(({receivedAt}) => receivedAt),
                   ['2026-05-04T06:00:01Z', '2026-05-04T06:00:00.123456Z', '2026-05-04T06:00:00.123Z', '2026-05-04T06:00:00Z']);
});
