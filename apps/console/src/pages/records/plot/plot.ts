import {isObject, parseJson} from '../../../json/parse';
import type {Kind} from '../../../api/types';
import {type Column, pathOf} from '../columns';

export type Figure = 'count' | 'avg' | 'sum' | 'min' | 'max';

/// What is plotted. It is in the address, behind the filter.
export interface Plot {
  type: 'time' | 'histogram' | 'scatter';
  x: string;       ///< A time, or the number along the bottom.
  y: string;       ///< The number upwards; empty if records are counted.
  figure: Figure;  ///< Of `y`, over time.
  by: string;      ///< The field whose values are the series, or the dots; empty: none.
}

const types = ['time', 'histogram', 'scatter'];
export const figures: readonly {name: Figure; says: string}[] = [
  {name: 'count', says: 'count'}, {name: 'avg', says: 'average'}, {name: 'sum', says: 'sum'}, {name: 'min', says: 'least'}, {name: 'max', says: 'greatest'},
];

/// The fields of a kind by what a plot can do with them.
export interface PlotFields {
  times: string[];
  numbers: string[];
  groups: string[];
}

/// Which fields a step makes timestamps of, as far as that is in its parameters.
export function madeTimes(kind: Kind): string[] {
  return kind.pipeline.flatMap(({parse_time: parse, received}) => {
    const parts = isObject(parse) ? [parse['to'] ?? parse['field'], ...(Array.isArray(parse['fields']) ? parse['fields'] : [])] : [];
    if (isObject(received)) parts.push(received['at'] ?? null);
    return parts.filter(part => typeof part === 'string');
  });
}

/// The server's own time comes last: not every store can group by it.
export function plotFields(kind: Kind, columns: readonly Column[]): PlotFields {
  const known = new Set(columns.map(({field}) => pathOf(field)));
  const of = (...wanted: string[]) => columns.filter(({field, type}) => field !== '_id' && wanted.includes(type)).map(({field}) => pathOf(field));
  const times = new Set([...of('timestamp'), ...madeTimes(kind).filter(field => known.has(field)), '_meta.createdAt']);
  return {times: [...times], numbers: of('number'), groups: [...of('string', 'boolean', 'any'), ...of('number')].filter(field => !times.has(field))};
}

/// What is shown before somebody chooses: how many records there are over time, if they have one.
export function firstPlot({times}: PlotFields): Plot | undefined {
  return times.length > 1 ? {type: 'time', x: times[0]!, y: '', figure: 'count', by: ''} : undefined;
}

/// The plot of another type, with the fields that fit it.
export function ofType(type: Plot['type'], old: Plot, {times, numbers}: PlotFields): Plot {
  switch (type) {
    case 'time': return {type, x: times.includes(old.x) ? old.x : times[0]!, y: '', figure: 'count', by: old.by};
    case 'histogram': return {type, x: numbers[0] ?? '', y: '', figure: 'count', by: old.by};
    case 'scatter': return {type, x: numbers[0] ?? '', y: numbers[1] ?? numbers[0] ?? '', figure: 'avg', by: ''};
  }
}

/// "none" hides the plot; nothing leaves the choice to the page.
export function parsePlot(text: string | undefined): Plot | 'none' | undefined {
  if (!text) return undefined;
  if (text === 'none') return 'none';
  try {
    const value = parseJson(text);
    if (!isObject(value)) return undefined;
    const part = (name: string) => (typeof value[name] === 'string' ? value[name] : '');
    const {type, x, y, figure, by} = {type: part('type'), x: part('x'), y: part('y'), figure: part('figure') || 'count', by: part('by')};
    if (!types.includes(type) || !x || !figures.some(({name}) => name === figure)) return undefined;
    return {type: type as Plot['type'], x, y, figure: figure as Figure, by};
  } catch {
    return undefined;
  }
}

export const formatPlot = (plot: Plot | 'none' | undefined): string => {
  if (plot === undefined || plot === 'none') return plot ?? '';
  return JSON.stringify(Object.fromEntries(Object.entries(plot).filter(([, value]) => value !== '')));
};
