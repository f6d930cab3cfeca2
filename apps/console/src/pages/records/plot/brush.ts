import type {Json} from '../../../json/parse';
import {type Condition, type Group, isGroup} from '../filter';
import type {Brushed} from './chart';
import type {Plot} from './plot';

const bounds = ['>=', '<'];

/// The filter that selects what was brushed: bounds on the same field are replaced, all else stays.
export function brushedFilter(filter: Group, plot: Plot, {x, y}: Brushed): Group {
  let next = bounded(filter, plot.x, x.map(value => (plot.type === 'time' ? new Date(Math.round(value * 1000)).toISOString() : rounded(value, x))));
  if (y && plot.y) next = bounded(next, plot.y, y.map(value => rounded(value, y)));
  return next;
}

function bounded(filter: Group, field: string, [from, to]: Json[]): Group {
  const conditions: Condition[] = [{field, operator: '>=', value: from!}, {field, operator: '<', value: to!}];
  if (filter.join === 'or' && filter.parts.length > 1) return {join: 'and', parts: [filter, ...conditions]};
  const kept = filter.parts.filter(part => isGroup(part) || part.field !== field || !bounds.includes(part.operator));
  return {join: 'and', parts: [...kept, ...conditions]};
}

/// A number as exact as somebody can brush.
function rounded(value: number, [from, to]: [number, number]): number {
  const digits = Math.max(0, Math.min(12, 2 - Math.floor(Math.log10(Math.abs(to - from) || 1))));
  return Number(value.toFixed(digits));
}
