import assert from 'node:assert/strict';
import {test} from 'node:test';
import {parser} from '@lezer/json';
import steps from 'dropzone:steps';
import {lineDifference} from '../../src/json/line_difference';
import {mergedLines} from '../../src/json/merged';
import {pretty} from '../../src/json/pretty';
import {definitionOf, readStep, sameDefinition, writeStep} from '../../src/pages/kinds/definition';
import {pasted} from '../../src/pages/kinds/sample';
import {suggest} from '../../src/pages/kinds/suggest';
import {placeAt} from '../../src/ui/json_place';

const merged = (before: string, after: string) => mergedLines(JSON.parse(before), JSON.parse(after))
    .map(({depth, text, state}) => `${{same: ' ', added: '+', removed: '-'}[state]}${' '.repeat(depth)}${text}`);

test('a change is shown as the line that was and the line that is, and the rest stays', () => {
  assert.deepEqual(merged('{"a": 1, "b": {"c": [1, 2], "d": "x"}, "e": 0}', '{"a": 1, "b": {"c": [1, 3], "d": "x"}, "f": null}'), [
    ' {', '  "a": 1,', '  "b": {', '-  "c": [1, 2],', '+  "c": [1, 3],', '   "d": "x"', '  },', '- "e": 0', '+ "f": null', ' }',
  ]);
});

test('a large record costs no more lines than are shown', () => {
  const record = Object.fromEntries(Array.from({length: 10_000}, (_, index) => [`m${index}`, index]));
  assert.equal(mergedLines({}, record, 100).length, 101);
  assert.equal(mergedLines(record, {}, 20_000).filter(({state}) => state === 'removed').length, 10_002);
  const [line] = mergedLines('', 'x'.repeat(1_000_000)).filter(({state}) => state === 'added');
  assert.ok(line!.text.length < 500);
});

test('texts are compared line by line, with as many lines as possible the same', () => {
  const compared = (before: string, after: string) => lineDifference(before, after).map(({text, state}) => `${{same: ' ', added: '+', removed: '-'}[state]}${text}`);
  assert.deepEqual(compared('a\nb\nc\nd', 'a\nc\nx\nd'), [' a', '-b', ' c', '+x', ' d']);
  assert.deepEqual(compared('a', 'a'), [' a']);
  assert.deepEqual(compared('a\na', 'a'), [' a', '-a']);
  assert.deepEqual(compared('', 'a'), ['-', '+a']);
  const long = (letter: string) => Array.from({length: 3_000}, (_, index) => `${letter}${index}`).join('\n');
  assert.equal(lineDifference(long('a'), long('b')).length, 6_000);
});

test('a definition is laid out with a step on a line, and means the same', () => {
  const definition = {pipeline: [{require: {fields: ['at', 'station']}}, {set: {field: 'n', value: 9007199254740993n}}]};
  assert.equal(pretty(definition), `{
  "pipeline": [
    {"require": {"fields": ["at", "station"]}},
    {"set": {"field": "n", "value": 9007199254740993}}
  ]
}`);
  const wide = {fields: Object.fromEntries(Array.from({length: 30}, (_, index) => [`field${index}`, 'string']))};
  assert.deepEqual(JSON.parse(pretty(wide)), wide);
});

test('a step is taken apart and put together again', () => {
  const step = {parse_time: {field: 'at'}, if: {field: 'at', operator: 'EXISTS', value: true}, onError: 'skip', description: 'why'};
  assert.deepEqual(writeStep(readStep(step)!), step);
  for (const none of [{}, 7, {a: {}, b: {}}, {a: 1}, {if: {}}]) assert.equal(readStep(none), undefined);
});

test('a definition keeps all that the server knows of it, in one order, and nothing else', () => {
  const definition = {description: 'why', pipeline: [], indexes: ['a'], id: {from: 'a'}, retention: '9d', history: 10, examples: [{original: {}}], later: 7};
  const shown = {later: 7, history: 10, name: 'x', version: 3, rejectsBy: [], records: 9, rejects: 1, managedBy: 'api', indexBuilds: [], fields: {},
                 pipeline: [], examples: [{original: {}}], indexes: ['a'], retention: '9d', id: {from: 'a'}, description: 'why'};
  assert.deepEqual(definitionOf(shown), definition);
  assert.deepEqual(Object.keys(definitionOf(shown)), Object.keys(definition));
  assert.ok(sameDefinition(shown, definition) && !sameDefinition(shown, {...definition, history: 11}));
});

test('samples are pasted as one object, an array, or one a line, with their spelling', () => {
  assert.deepEqual(pasted(' {"a": 1.10} ').map(({text}) => text), ['{"a": 1.10}']);
  assert.deepEqual(pasted('[{"a":1}, {"b": 2}]').map(({text}) => text), ['{"a":1}', '{"b": 2}']);
  assert.deepEqual(pasted('{"a":1}\n\n{"b":2}\n').map(({text}) => text), ['{"a":1}', '{"b":2}']);
  for (const text of ['', '7', '[1]', '{"a":1}\nno']) assert.throws(() => pasted(text), /Paste a JSON object/);
});

/// What is suggested where `|` stands.
const suggested = (marked: string) => {
  const at = marked.indexOf('|');
  const text = marked.replace('|', '');
  const doc = {length: text.length, sliceString: (from: number, to?: number) => text.slice(from, to)};
  const place = placeAt(parser.parse(text), doc, at);
  return place ? suggest(place).map(({name}) => name).filter(name => name.startsWith(place.typed)) : [];
};

test('the steps and their parameters are those of the manual, and are suggested where they belong', () => {
  assert.ok(steps.length >= 31);
  assert.deepEqual(suggested('{"pipeline": [{"parse_|"}]}'), ['parse_json', 'parse_key_value', 'parse_time']);
  assert.deepEqual(suggested('{"pipeline": [{"parse_time": {"field": "at", "t|"}}]}'), ['to', 'timezone']);
  assert.deepEqual(suggested('{"pipeline": [{"parse_time": {"field": "at"}, "|"}]}'), ['if', 'onError', 'description']);
  assert.deepEqual(suggested('{"pipeline": [{"for_each": {"field": "a", "steps": [{"low|"}]}}]}'), ['lowercase']);
  assert.deepEqual(suggested('{"pipeline": [], "fi|"}'), ['fields']);
  assert.deepEqual(suggested('{"fields": {"at": "time|"}}'), ['timestamp']);
  assert.deepEqual(suggested('{"pipeline": [{"set": {"field": "|"}}]}'), []);
  assert.deepEqual(suggested('{"pipeline": [{"trim": {"field": "a"}, "onError": "s|"}]}'), ['skip']);
});
