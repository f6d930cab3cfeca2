import type {Client} from '../../../api/client';
import {type Json, type JsonObject, isObject, toText} from '../../../json/parse';
import type {Plot} from './plot';
import {beginnings, spanOf, widthOf} from './scale';

/// What a plot shows: for each place along the bottom, a value of each series. Times are in seconds.
export interface PlotData {
  xs: number[];
  series: {name: string; values: (number | null)[]; sizes?: number[]}[];
  labels?: string[];            ///< Of the dots, if each is a group.
  step: number;                 ///< How wide a part is; 0 for dots.
  leftOut: number;              ///< Groups that are not shown.
}

interface Group {
  key: Json;
  count: number;
  [figure: string]: Json;
}

const mostSeries = 8;
const mostGroups = 1000;
const empty: PlotData = {xs: [], series: [], step: 0, leftOut: 0};

/// The aggregate of what a filter selects.
type Ask = (aggregate: JsonObject, more?: Json) => Promise<{groups?: Group[]; aggregate?: JsonObject}>;

const asker = (client: Client, request: JsonObject, signal: AbortSignal): Ask => (aggregate, more) => {
  const {kind, ...filter} = request;
  const conditions = [...(Object.keys(filter).length > 0 ? [filter] : []), ...(more === undefined ? [] : [more])];
  return client.json('filter', {method: 'POST', signal, body: {kind, ...(conditions.length > 0 ? {and: conditions} : {}), aggregate}});
};

const figureOf = (of: Json | undefined, field: string): Json => (isObject(of) ? of[field] ?? null : null);
const numberOf = (value: Json): number | null => (typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : null);
const secondsOf = (value: Json): number => (typeof value === 'string' ? Date.parse(value) / 1000 : NaN);
export const nameOf = (value: Json): string => (typeof value === 'string' ? value : toText(value));

/// Asks the server for the figures of a plot: it groups, and at most 1,000 groups come back.
export function readPlot(client: Client, request: JsonObject, plot: Plot, signal: AbortSignal): Promise<PlotData> {
  const ask = asker(client, request, signal);
  switch (plot.type) {
    case 'time': return overTime(ask, plot);
    case 'histogram': return histogram(ask, plot);
    case 'scatter': return plot.by ? dotsOfGroups(ask, plot) : dotsOfCells(ask, plot);
  }
}

/// The series of a plot: the most frequent values of a field.
async function seriesOf(ask: Ask, by: string): Promise<{values: Json[]; leftOut: number}> {
  if (!by) return {values: [], leftOut: 0};
  const groups = (await ask({groupBy: by, count: true})).groups ?? [];
  const values = groups.sort((left, right) => right.count - left.count).slice(0, mostSeries).map(({key}) => key);
  return {values, leftOut: groups.length - values.length};
}

async function extremes(ask: Ask, fields: string[]): Promise<{least: Json[]; greatest: Json[]}> {
  const {aggregate = {}} = await ask({min: fields, max: fields});
  return {least: fields.map(field => figureOf(aggregate['min'], field)), greatest: fields.map(field => figureOf(aggregate['max'], field))};
}

/// Groups by one field, or by that and the series, as columns.
async function columnsOf(ask: Ask, plot: Plot, every: Json, figure: JsonObject, read: (group: Group) => number | null, placeOf: (key: Json) => number) {
  const {values, leftOut} = await seriesOf(ask, plot.by);
  const x = {field: plot.x, every};
  const groups = (await ask({groupBy: plot.by ? [x, plot.by] : x, ...figure, count: true},
                            plot.by ? {field: plot.by, operator: 'IN', value: values} : undefined)).groups ?? [];
  const columns = new Map<string, Map<number, number | null>>((plot.by ? values.map(nameOf) : ['']).map(name => [name, new Map()]));
  for (const group of groups) {
    const [place, name] = plot.by ? [(group.key as Json[])[0]!, nameOf((group.key as Json[])[1]!)] : [group.key, ''];
    columns.get(name)?.set(placeOf(place), read(group));
  }
  return {columns, leftOut};
}

/// One row for each place, whatever series have something there. If a series has nothing there, a count is 0.
function aligned(columns: Map<string, Map<number, number | null>>, places: number[], none: number | null) {
  const xs = [...new Set([...places, ...[...columns.values()].flatMap(column => [...column.keys()])])].sort((left, right) => left - right);
  return {xs, series: [...columns].map(([name, column]) => ({name, values: xs.map(x => (column.has(x) ? column.get(x)! : none))}))};
}

async function overTime(ask: Ask, plot: Plot): Promise<PlotData> {
  const {least: [least], greatest: [greatest]} = await extremes(ask, [plot.x]);
  const [first, last] = [secondsOf(least ?? null), secondsOf(greatest ?? null)];
  if (Number.isNaN(first) || Number.isNaN(last)) return empty;
  const span = spanOf(first, last, plot.by ? mostGroups / mostSeries : 150);
  const counted = plot.figure === 'count' || !plot.y;
  const {columns, leftOut} = await columnsOf(ask, plot, span.every, counted ? {} : {[plot.figure]: [plot.y]},
      group => (counted ? group.count : numberOf(figureOf(group[plot.figure], plot.y))), secondsOf);
  const places = [...columns.values()].flatMap(column => [...column.keys()]);
  if (places.length === 0) return empty;
  const between = beginnings(Math.min(...places), Math.max(...places), span);
  return {...aligned(columns, between, counted ? 0 : null), step: span.seconds, leftOut};
}

async function histogram(ask: Ask, plot: Plot): Promise<PlotData> {
  const {least: [least], greatest: [greatest]} = await extremes(ask, [plot.x]);
  const [first, last] = [numberOf(least ?? null), numberOf(greatest ?? null)];
  if (first === null || last === null) return empty;
  const width = widthOf(first, last, 40);
  const {columns, leftOut} = await columnsOf(ask, plot, width, {}, ({count}) => count, key => numberOf(key) ?? NaN);
  const places = [...columns.values()].flatMap(column => [...column.keys()]);
  if (places.length === 0) return empty;
  const [start, end] = [Math.min(...places), Math.max(...places)];
  const parts = Math.min(200, Math.round((end - start) / width));
  // A place is found again by its decimal fraction, which a sum of widths is not.
  const known = new Map(places.map(place => [place.toPrecision(12), place]));
  const between = Array.from({length: parts + 1}, (_, index) => {
    const place = Number((start + index * width).toPrecision(12));
    return known.get(place.toPrecision(12)) ?? place;
  });
  return {...aligned(columns, between, 0), step: width, leftOut};
}

/// A dot for each value of a field: the averages of its records.
async function dotsOfGroups(ask: Ask, {x, y, by}: Plot): Promise<PlotData> {
  const groups = (await ask({groupBy: by, count: true, avg: x === y ? [x] : [x, y]})).groups ?? [];
  const dots = groups.map(group => ({x: numberOf(figureOf(group['avg'], x)), y: numberOf(figureOf(group['avg'], y)), size: group.count, label: nameOf(group.key)}));
  return dotted(dots, groups.length);
}

/// A dot for each cell of a grid: how many records are in it.
async function dotsOfCells(ask: Ask, {x, y}: Plot): Promise<PlotData> {
  const {least, greatest} = await extremes(ask, x === y ? [x] : [x, y]);
  const width = (index: number, parts: number) => widthOf(numberOf(least[index] ?? least[0] ?? null) ?? 0, numberOf(greatest[index] ?? greatest[0] ?? null) ?? 0, parts);
  const [wide, high] = [width(0, 36), width(1, 24)];
  const groups = (await ask({groupBy: [{field: x, every: wide}, {field: y, every: high}], count: true})).groups ?? [];
  const middle = (key: Json, size: number) => Number(((numberOf(key) ?? NaN) + size / 2).toPrecision(12));
  return dotted(groups.map(({key, count}) => ({x: middle((key as Json[])[0]!, wide), y: middle((key as Json[])[1]!, high), size: count, label: ''})), groups.length);
}

function dotted(dots: {x: number | null; y: number | null; size: number; label: string}[], all: number): PlotData {
  const shown = dots.filter((dot): dot is {x: number; y: number; size: number; label: string} => dot.x !== null && dot.y !== null)
      .sort((left, right) => left.x - right.x);
  return {
    xs: shown.map(dot => dot.x),
    series: [{name: '', values: shown.map(dot => dot.y), sizes: shown.map(dot => dot.size)}],
    ...(shown.some(({label}) => label) ? {labels: shown.map(({label}) => label)} : {}),
    step: 0,
    leftOut: all - shown.length,
  };
}
