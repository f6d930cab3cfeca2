import assert from 'node:assert/strict';
import {test} from 'node:test';
import {matches, readExamples} from './examples.mjs';

test('commands and outputs are read from console blocks alone', () => {
  const examples = readExamples([
    '# Title', '```sh', '$ not this', '```', 'text', '```console', '$ echo one \\', '    two', '{', '  "one": 2}',
    '$ true', '```', '$ nor this', '```console', '$ echo three', 'three', '', '```',
  ].join('\n'));
  assert.deepEqual(examples, [
    {line: 7, command: 'echo one \\\n    two', output: '{\n  "one": 2}'},
    {line: 11, command: 'true', output: ''},
    {line: 15, command: 'echo three', output: 'three\n'},
  ]);
});

test('an output matches but for white space, and where an ellipsis stands', () => {
  assert.ok(matches('{"a": 1,\n "b": "…"}', '{"a":1,"b":"x.y"}\n'));
  assert.ok(matches('', '\n'));
  assert.ok(matches('a…c', 'ac'));
  assert.ok(!matches('{"a":1}', '{"a":2}'));
  assert.ok(!matches('', 'something'));
  assert.ok(!matches('a…c', 'abcd'));
  assert.ok(!matches('a.c', 'abc'));
});
