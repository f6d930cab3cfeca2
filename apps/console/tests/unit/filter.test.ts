import assert from 'node:assert/strict';
import {test} from 'node:test';
import {formatFilter, parseFilter, toRequest} from '../../src/pages/records/filter';
import {completions, operatorsOf, readValue, writeValue} from '../../src/pages/records/operators';

const nested = '{"and":[{"field":"mean","operator":">","value":4},{"or":[{"field":"at","operator":">=","value":{"last":"7d"}},{"field":"x","operator":"EXISTS","value":false}]}]}';

test('a filter is read from an address as it was written there', () => {
  assert.equal(formatFilter(parseFilter(nested)), nested);
  assert.equal(formatFilter(parseFilter('{"field":"a","operator":"=","value":1}')), '{"and":[{"field":"a","operator":"=","value":1}]}');
  for (const spoilt of [undefined, '', '{', '[]', '{"and":[1]}', '{"field":1,"operator":"="}', '{"and":'.repeat(9)]) {
    assert.equal(formatFilter(parseFilter(spoilt)), '');
  }
});

test('integers that a double cannot hold are written with every digit', () => {
  assert.equal(formatFilter({join: 'and', parts: [{field: 'n', operator: '=', value: 9007199254740993n}]}),
               '{"and":[{"field":"n","operator":"=","value":9007199254740993}]}');
});

test('spans of time count back from the same now', () => {
  assert.deepEqual(toRequest(parseFilter(nested), new Date('2026-05-08T10:00:00Z')), {and: [
    {field: 'mean', operator: '>', value: 4},
    {or: [{field: 'at', operator: '>=', value: '2026-05-01T10:00:00.000Z'}, {field: 'x', operator: 'EXISTS', value: false}]},
  ]});
  assert.deepEqual(toRequest(parseFilter(undefined), new Date()), {});
});

test('a value is read by the type of its field, and what it cannot be is said', () => {
  assert.equal(readValue('-4.5e3', 'number', '>'), -4500);
  assert.equal(readValue('4', 'string', '='), '4');
  assert.deepEqual(readValue('1, 2', 'number', 'IN'), [1, 2]);
  assert.deepEqual(readValue('90 m', 'timestamp', 'last'), {last: '90m'});
  assert.equal(readValue('false', 'number', 'EXISTS'), false);
  assert.equal(readValue('2026-05-01', 'timestamp', '<'), '2026-05-01');
  assert.throws(() => readValue('0x1', 'number', '>'), /Write a number/);
  assert.throws(() => readValue('soon', 'timestamp', '<'), /Write a time/);
  assert.throws(() => readValue('7 weeks', 'timestamp', 'last'), /such as 7d/);
  for (const value of ['text', 4.5, true, null]) assert.equal(writeValue(value), String(value));
  assert.ok(operatorsOf('timestamp').some(({name}) => name === 'last'));
});

test('a list is completed by the values that it does not have yet', () => {
  assert.deepEqual(completions('', '=', ['a', 'b,c']), ['a', 'b,c']);
  assert.deepEqual(completions('Oslo,  Li', 'IN', ['Oslo', 'Lima', 'b,c']), ['Oslo, Lima']);
  assert.deepEqual(completions('7', 'last', ['a']), []);
});
