import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {Kind} from '../../src/api/types';
import {brushedFilter} from '../../src/pages/records/plot/brush';
import {firstPlot, formatPlot, ofType, parsePlot, plotFields} from '../../src/pages/records/plot/plot';
import {csvOf, placeSays, placeText} from '../../src/pages/records/plot/plot_text';
import {beginnings, spanOf, widthOf} from '../../src/pages/records/plot/scale';

const time = {type: 'time', x: 'at', y: '', figure: 'count', by: ''} as const;
const seconds = (text: string) => Date.parse(text) / 1000;

test('a time is cut into at most so many spans, whatever it is', () => {
  for (const [length, every] of [[0, '1s'], [3600, '30s'], [86_400 * 7, '3h'], [86_400 * 365, '1w'], [86_400 * 3650, '1M'], [86_400 * 365_000, '10y']] as const) {
    assert.equal(spanOf(1e9, 1e9 + length, 150).every, every);
  }
});

test('gaps are filled in, months by the calendar', () => {
  assert.deepEqual(beginnings(seconds('2024-01-01'), seconds('2024-04-01'), {every: '1M', seconds: 2_629_746}),
                   ['2024-01-01', '2024-02-01', '2024-03-01', '2024-04-01'].map(seconds));
  assert.deepEqual(beginnings(0, 30, {every: '15s', seconds: 15}), [0, 15, 30]);
  assert.equal(beginnings(0, 1e9, {every: '1s', seconds: 1}, 10).length, 10);
});

test('widths are 1, 2 or 5 times a power of ten, as the server takes them', () => {
  assert.equal(widthOf(0, 100, 40), 5);
  assert.equal(widthOf(-0.3, 0.4, 40), 0.02);
  assert.equal(widthOf(5, 5, 40), 1);
  assert.equal(widthOf(0, 1e300, 40), 1e15);
  assert.ok(widthOf(0, 1e-12, 40) >= 1e-9);
});

test('what is brushed replaces the bounds on that field, and nothing else', () => {
  const other = {field: 'station', operator: '=', value: 's1'};
  const x: [number, number] = [seconds('2024-01-01'), seconds('2024-01-02')];
  const bounds = [{field: 'at', operator: '>=', value: '2024-01-01T00:00:00.000Z'}, {field: 'at', operator: '<', value: '2024-01-02T00:00:00.000Z'}];
  const once = brushedFilter({join: 'and', parts: [other]}, time, {x});
  assert.deepEqual(once, {join: 'and', parts: [other, ...bounds]});
  assert.deepEqual(brushedFilter(once, time, {x}), once);
  const either = {join: 'or' as const, parts: [other, {field: 'at', operator: '<', value: '2020'}]};
  assert.deepEqual(brushedFilter(either, time, {x}), {join: 'and', parts: [either, ...bounds]});
  assert.deepEqual(brushedFilter({join: 'and', parts: []}, {...time, type: 'scatter', x: 'a', y: 'b'}, {x: [0.1234567, 0.2], y: [10, 20]}).parts, [
    {field: 'a', operator: '>=', value: 0.1235}, {field: 'a', operator: '<', value: 0.2}, {field: 'b', operator: '>=', value: 10}, {field: 'b', operator: '<', value: 20}]);
});

test('a plot is in the address, and a spoilt address plots nothing', () => {
  for (const plot of [time, {...time, type: 'scatter' as const, x: 'a b', y: '"', figure: 'avg' as const, by: '/x.y'}]) assert.deepEqual(parsePlot(formatPlot(plot)), plot);
  assert.equal(parsePlot('none'), 'none');
  for (const text of ['', '{', '7', '{"type": "pie", "x": "a"}', '{"type": "time"}', '{"type":"time","x":"a","figure":"toString"}']) assert.equal(parsePlot(text), undefined);
});

test('a kind with a time is plotted over it', () => {
  const kind = {pipeline: [{parse_time: {field: 'at'}}], fields: {}} as unknown as Kind;
  const fields = plotFields(kind, [{field: '_id', type: 'string'}, {field: 'at', type: 'string'}, {field: 'a.b', type: 'number'}, {field: 'station', type: 'string'}]);
  assert.deepEqual(fields, {times: ['at', '_meta.createdAt'], numbers: ['/a.b'], groups: ['station', '/a.b']});
  assert.deepEqual(firstPlot(fields), time);
  assert.deepEqual(ofType('scatter', time, fields), {type: 'scatter', x: '/a.b', y: '/a.b', figure: 'avg', by: ''});
  assert.equal(firstPlot({...fields, times: ['_meta.createdAt']}), undefined);
});

test('what is shown is a table for spreadsheets, in which text stays text', () => {
  const data = {xs: [seconds('2024-01-01')], series: [{name: '=1+1', values: [3]}, {name: 'a"b', values: [null]}], step: 86_400, leftOut: 0};
  assert.equal(csvOf({...time, by: 'x'}, data), `"at","'=1+1","a""b"\r\n"2024-01-01T00:00:00.000Z",3,""\r\n`);
  assert.equal(placeText(time, data, data.xs[0]!), '2024-01-01');
  assert.equal(placeSays(time, data, 0), '2024-01-01 · =1+1 3 · a"b –');
});
