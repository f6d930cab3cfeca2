import {brief} from '../../../json/brief';
import {csvLine, textCell} from '../../../ui/csv';
import {number} from '../../../ui/numbers';
import {type Plot, figures} from './plot';
import type {PlotData} from './plot_data';

/// What stands upwards.
export const heightOf = ({type, y, figure}: Plot): string =>
  (type === 'scatter' ? y : y && figure !== 'count' ? `${figures.find(({name}) => name === figure)!.says} of ${y}` : 'count');

/// The plot in words.
export function titleOf(plot: Plot): string {
  const {type, x, y, by} = plot;
  switch (type) {
    case 'time': return `${heightOf(plot)} over ${x}${by ? ` by ${by}` : ''}`;
    case 'histogram': return `how often ${x} has which value${by ? `, by ${by}` : ''}`;
    case 'scatter': return `${y} against ${x}${by ? `, averages by ${by}` : ''}`;
  }
}

/// A place along the bottom.
export function placeText({type}: Plot, {step}: PlotData, x: number): string {
  if (type === 'time') return new Date(x * 1000).toISOString().slice(0, step >= 86_400 ? 10 : step >= 60 ? 16 : 19).replace('T', ' ');
  return step > 0 ? `${trimmed(x)} – ${trimmed(x + step)}` : trimmed(x);
}

export const trimmed = (value: number): string => String(Number(value.toPrecision(12)));
export const valueText = (value: number | null): string => (value === null ? '–' : Number.isInteger(value) ? number(value) : String(Number(value.toPrecision(6))));

/// What is shown under the pointer.
export function placeSays(plot: Plot, data: PlotData, index: number): string {
  const place = data.labels ? `${brief(data.labels[index]!, 60)}: ${valueText(data.xs[index]!)}` : placeText(plot, data, data.xs[index]!);
  const values = data.series.map(({name, values: all, sizes}) =>
    `${name ? `${brief(name, 40)} ` : ''}${valueText(all[index] ?? null)}${sizes ? `, ${number(sizes[index]!)} records` : ''}`);
  return `${place} · ${values.join(' · ')}`;
}

/// What the plot shows, for a spreadsheet.
export function csvOf(plot: Plot, data: PlotData): string {
  const height = heightOf(plot);
  const heads = [...(data.labels ? [plot.by] : []), plot.x, ...data.series.flatMap(({name, sizes}) => [name || height, ...(sizes ? ['records'] : [])])];
  const rows = data.xs.map((x, index) => [
    ...(data.labels ? [data.labels[index]!] : []),
    plot.type === 'time' ? new Date(x * 1000).toISOString() : x,
    ...data.series.flatMap(({values, sizes}) => [values[index] ?? null, ...(sizes ? [sizes[index]!] : [])]),
  ]);
  return [heads, ...rows].map(row => csvLine(row.map(value => (typeof value === 'number' ? String(value) : textCell(value ?? ''))))).join('');
}
