// The model of the storm finds what is false, and nothing in what is true.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {explain, on, Undecided} from './history.mjs';

const op = (began, ended, apply, maybe = false) => ({began, ended: maybe ? Infinity : ended, maybe, apply: on(0, apply)});
const set = value => () => value;
const create = value => record => record === null ? value : undefined;
const erase = record => record === null ? undefined : null;
const is = value => record => record === value ? record : undefined;

const unsure = (began, apply) => op(began, Infinity, apply, true);

const cases = {
  'what was written is read': [true, [op(0, 1, create(1)), op(2, 3, is(1))]],
  'a change that was confirmed is lost': [false, [op(0, 1, create(1)), op(2, 3, is(null))]],
  'reads during a change may see it or not':
      [true, [op(0, 1, create(1)), op(2, 9, set(2)), op(3, 4, is(1)), op(5, 6, is(2))]],
  'a read goes back in time': [false, [op(0, 1, create(1)), op(2, 9, set(2)), op(3, 4, is(2)), op(5, 6, is(1))]],
  'two claim one deletion': [false, [op(0, 1, create(1)), op(2, 9, erase), op(2, 9, erase)]],
  'two create one record': [false, [op(0, 9, create(1)), op(0, 9, create(2))]],
  'nobody knows whether it was deleted, and it was': [true, [op(0, 1, create(1)), unsure(2, erase), op(4, 5, is(null))]],
  'nobody knows whether it was deleted, and it was not': [true, [op(0, 1, create(1)), unsure(2, erase), op(4, 5, is(1))]],
  'what nobody knows of takes effect late, and once':
      [true, [op(0, 1, create(1)), unsure(2, set(2)), op(4, 5, is(1)), op(6, 7, is(2))]],
  'what nobody knows of takes effect twice':
      [false, [op(0, 1, create(1)), unsure(2, set(2)), op(4, 5, is(2)), op(6, 7, set(3)), op(8, 9, is(2))]],
  'what nobody knows of takes effect before it was asked for':
      [false, [op(0, 1, create(1)), op(2, 3, is(2)), unsure(4, set(2))]],
  'a batch is in part there': [false, [{began: 0, ended: 1, apply: ([, , other]) => [7, 7, other]}, op(2, 3, is(7)),
                                       {began: 2, ended: 3, apply: on(1, is(null))}]],
};

for (const [what, [holds, operations]] of Object.entries(cases)) {
  test(`${holds ? 'it explains that' : 'it finds that'} ${what}`, () => {
    const order = explain(operations, [null, null, null]);
    assert.equal(order !== undefined, holds);
    assert.ok(!order || operations.every(operation => operation.maybe || order.includes(operation)));
  });
}

test('it gives up where too many orders are possible', () => {
  const operations = Array.from({length: 20}, (_, i) => unsure(i, set(i)));
  operations.push(op(50, 51, is(100)));
  assert.throws(() => explain(operations, [null, null, null], 10_000), Undecided);
});
