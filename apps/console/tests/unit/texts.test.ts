import assert from 'node:assert/strict';
import {test} from 'node:test';
import {brief} from '../../src/json/brief';
import {differences} from '../../src/json/difference';
import {elements, faultyPlace, locate, members, without} from '../../src/json/scan';
import {indented, tokenize} from '../../src/json/tokens';

const odd = '{ "a" : [1.10, {"b/c": "]},\\"{" }], "a~": -1e5 , "d":true,"a":[] }';

test('the tokens of a text are all of it, also if it is not JSON', () => {
  for (const text of [odd, '', '{"open', '[1,,]', '<img src=x>', '\u202e"\ud800', '{"a":"b\\']) {
    assert.equal(tokenize(text).map(({start, end}) => text.slice(start, end)).join(''), text);
  }
  assert.deepEqual(tokenize('{"a" : "b"}').map(({type}) => type), ['mark', 'name', 'space', 'mark', 'space', 'string', 'mark']);
});

test('indenting changes white space alone', () => {
  assert.equal(indented('{"n":1.10,"e":{},"l":[1,{"x":[]}]}'), '{\n  "n": 1.10,\n  "e": {},\n  "l": [\n    1,\n    {\n      "x": []\n    }\n  ]\n}');
  assert.deepEqual(JSON.parse(indented(odd)), JSON.parse(odd));
});

test('values are found by their place, spelled as they are', () => {
  const at = (pointer: string) => {
    const {start, end} = locate(odd, pointer);
    return odd.slice(start, end);
  };
  assert.equal(at('/a~0'), '-1e5');
  assert.equal(at('/d'), 'true');
  assert.equal(at('/a'), '[]');  // The last of two.
  assert.equal(at('/a/0/b'), '[]');
  assert.equal(at(''), odd);
  assert.deepEqual(members(odd).map(({name}) => name), ['a', 'a~', 'd', 'a']);
  assert.equal(elements('[ 1 , "]" , {"a":[2]} ]').length, 3);
  assert.equal(without(odd, ['a', 'd']), '{"a~":-1e5}');
});

test('a fault without a value of its own marks what is around it, but never the whole record', () => {
  const text = ' {"a": {"b": 1}, "c": 2}';
  const marked = (pointer?: string) => {
    const span = faultyPlace(text, pointer);
    return span && text.slice(span.start, span.end);
  };
  assert.equal(marked('/a/b'), '1');
  assert.equal(marked('/a/missing'), '{"b": 1}');
  assert.equal(marked('/missing'), undefined);
  assert.equal(marked(''), undefined);
  assert.equal(marked(undefined), undefined);
});

test('differences are named by JSON Pointer', () => {
  const found = differences({a: 1, 'b/c': {d: [1, 2]}, e: null}, {'b/c': {d: [1, 3]}, e: null, f: 'x'});
  assert.deepEqual(found, [{pointer: '/a', before: 1}, {pointer: '/b~1c/d/1', before: 2, after: 3}, {pointer: '/f', after: 'x'}]);
  assert.deepEqual(differences({constructor: 1}, {}), [{pointer: '/constructor', before: 1}]);
  assert.equal(differences(JSON.parse('[[1],{"a":1}]'), JSON.parse('[[1],{"a":1}]')).length, 0);
});

test('a brief text is short, however large the value', () => {
  assert.equal(brief({a: [1, 'x', null], b: true}), '{a: [1, "x", null], b: true}');
  const wide = Object.fromEntries(Array.from({length: 100_000}, (_, index) => [`m${index}`, 'x'.repeat(100)]));
  assert.ok(brief(wide, 100).length <= 101);
  assert.ok(brief('y'.repeat(1_000_000), 100).length <= 101);
});
