import {type Json, isObject, parseJson, toText} from '../../json/parse';

/// A filter of POST /filter, which may also say "in the last 7 days".
export interface Condition {
  field: string;
  operator: string;
  value: Json;
}
export interface Group {
  join: 'and' | 'or';
  parts: Filter[];
}
export type Filter = Condition | Group;

export const isGroup = (filter: Filter): filter is Group => 'join' in filter;
export const everything: Group = {join: 'and', parts: []};

const units: Record<string, number> = {m: 60, h: 3_600, d: 86_400};

/// A span of time before now, such as {"last": "7d"}.
export const lastOf = (value: Json): string | undefined =>
  (isObject(value) && typeof value['last'] === 'string' && /^\d{1,6}[mhd]$/.test(value['last']) ? value['last'] : undefined);

/// The filter as the server takes it. All of its times count back from `now`.
export function toRequest(filter: Filter, now: Date): Json {
  if (isGroup(filter)) {
    return filter.parts.length === 0 ? {} : {[filter.join]: filter.parts.map(part => toRequest(part, now))};
  }
  const last = lastOf(filter.value);
  if (!last) return {field: filter.field, operator: filter.operator, value: filter.value};
  const seconds = parseInt(last) * units[last.at(-1)!]!;
  return {field: filter.field, operator: '>=', value: new Date(now.getTime() - seconds * 1000).toISOString()};
}

/// The filter in an address; everything if it is not a filter.
export function parseFilter(text: string | undefined): Group {
  if (!text) return everything;
  try {
    const filter = read(parseJson(text), 0);
    return isGroup(filter) ? filter : {join: 'and', parts: [filter]};
  } catch {
    return everything;
  }
}

function read(value: Json | undefined, depth: number): Filter {
  if (!isObject(value) || depth > 5) throw new Error('no filter');
  for (const join of ['and', 'or'] as const) {
    const parts = value[join];
    if (Array.isArray(parts)) return {join, parts: parts.map(part => read(part, depth + 1))};
  }
  const {field, operator, value: compared = null} = value;
  if (typeof field !== 'string' || typeof operator !== 'string') throw new Error('no condition');
  return {field, operator, value: compared};
}

export function formatFilter(filter: Group): string {
  const write = (part: Filter): Json => (isGroup(part) ? {[part.join]: part.parts.map(write)} : {...part});
  return filter.parts.length === 0 ? '' : toText(write(filter));
}
