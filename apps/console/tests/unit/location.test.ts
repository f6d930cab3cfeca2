import assert from 'node:assert/strict';
import {test} from 'node:test';
import {formatLocation, parseLocation} from '../../src/router/location';

test('what is written into the address is read from it, whatever characters it has', () => {
  for (const path of [[], ['records'], ['records', 'a/b', '100 %', '#?&=+', 'שלום']]) {
    for (const query of [{}, {filter: '{"field": "a&b=c#d", "value": "+ %"}', sort: '-mean'}]) {
      assert.deepEqual(parseLocation(formatLocation({path, query})), {path, query});
    }
  }
});

test('an address that somebody spoilt is read as far as it goes', () => {
  assert.deepEqual(parseLocation('#/records/%E0%A4%A/x'), {path: ['records', '%E0%A4%A', 'x'], query: {}});
  assert.deepEqual(parseLocation(''), {path: [], query: {}});
  assert.deepEqual(parseLocation('#records'), {path: ['records'], query: {}});
});

test('a parameter without a value is left out of the address', () => {
  assert.equal(formatLocation({path: ['records'], query: {filter: undefined, sort: ''}}), '#/records');
});
