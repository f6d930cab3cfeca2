import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Lines, type Splitter, Values, isLines} from '../../src/pages/drop/splitter';

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder('utf-8', {ignoreBOM: true}).decode(bytes);

/// The records of a text that comes in pieces of this many bytes.
function split(splitter: Splitter, text: string, size: number): string[] {
  const bytes = encode(text);
  const found: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) found.push(...splitter.push(bytes.slice(at, at + size)));
  return [...found, ...splitter.end()].map(decode);
}

test('lines are records, whatever is in them and however the bytes arrive', () => {
  const text = '{"a":"\u00e9\ud83d\ude00"}\r\n\n  \n{"broken"\n{"b":2}';
  for (const size of [1, 2, 3, 7, 1000]) {
    assert.deepEqual(split(new Lines(), text, size), ['{"a":"\u00e9\ud83d\ude00"}\r', '{"broken"', '{"b":2}']);
  }
  assert.deepEqual(split(new Lines(), '\n\n', 1), []);
});

test('elements of an array and objects in a row are records, byte for byte', () => {
  const records = ['{ "a" : "]},[{\\"\\\\" }', '{"b":[1,{"c":[]}]}', '{"\u00e9":1.10}'];
  for (const size of [1, 2, 5, 1000]) {
    assert.deepEqual(split(new Values(), `\ufeff [${records.join(' ,\n')} ]\n`, size), records);
    assert.deepEqual(split(new Values(), records.join('\n\n'), size), records);
  }
  assert.deepEqual(split(new Values(), '[]', 1), []);
  assert.deepEqual(split(new Values(), '[{"a":1},{"cut":', 3), ['{"a":1}', '{"cut":']);
});

test('the beginning of a text says whether its records are lines', () => {
  for (const lines of ['{"a":1}\n{"a":2}', '{"a":1}', '\n{"a":1}\r\n', 'what\n{"a":1}']) assert.ok(isLines(lines), lines);
  for (const values of ['[{"a":1}]', ' [\n{}', '{\n  "a": 1\n}', '{"a": [\n1]}']) assert.ok(!isLines(values), values);
});
