import {type Json, parseJson, toText} from '../../json/parse';
import {lastOf} from './filter';

export interface Operator {
  name: string;
  says: string;  ///< Between a field and a value.
}

const equal: Operator = {name: '=', says: 'is'};
const unequal: Operator = {name: '!=', says: 'is not'};
const among: Operator = {name: 'IN', says: 'is one of'};
const begins: Operator = {name: 'STARTS_WITH', says: 'begins with'};
const exists: Operator = {name: 'EXISTS', says: 'is there'};
const order: Operator[] = [
  {name: '>', says: 'is over'}, {name: '>=', says: 'is at least'}, {name: '<', says: 'is under'}, {name: '<=', says: 'is at most'},
];
const times: Operator[] = [
  {name: 'last', says: 'in the last'}, {name: '>=', says: 'since'}, {name: '<', says: 'before'}, equal,
];

/// What fields of a type are compared by, the most usual first.
export function operatorsOf(type: string): readonly Operator[] {
  switch (type) {
    case 'number': return [...order, equal, unequal, among, exists];
    case 'timestamp': return [...times, exists];
    case 'boolean': case 'null': return [equal, unequal, exists];
    case 'array': case 'object': return [exists];
    default: return [equal, unequal, begins, among, ...order, exists];
  }
}

/// The value that somebody typed, for a field of this type. Throws what is wrong with it, in words.
export function readValue(text: string, type: string, operator: string): Json {
  if (operator === 'last') {
    const last = text.trim().replace(/\s+/g, '');
    if (lastOf({last}) === undefined) throw new Error('Write a number and m, h or d, such as 7d.');
    return {last};
  }
  if (operator === 'EXISTS') return text !== 'false';
  if (operator === 'IN') return text.split(',').map(part => readValue(part.trim(), type, '='));
  if (type === 'number') {
    if (!/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text.trim())) throw new Error('Write a number, such as 4.5.');
    return parseJson(text.trim());
  }
  if (type === 'boolean') return text === 'true';
  if (type === 'null') return null;
  if (type === 'timestamp' && !/^\d{4}-\d{2}-\d{2}/.test(text.trim())) {
    throw new Error('Write a time such as 2026-05-04T10:00:00Z, or a date.');
  }
  return type === 'timestamp' ? text.trim() : text;
}

/// The text from which readValue() makes the value.
export function writeValue(value: Json): string {
  const last = lastOf(value);
  if (last) return last;
  if (Array.isArray(value)) return value.map(writeValue).join(', ');
  return typeof value === 'string' ? value : toText(value);
}

/// What the input becomes with one of the values. A list ends with it, and has none twice.
export function completions(text: string, operator: string, values: readonly string[]): string[] {
  if (operator !== 'IN') return operator === 'last' || operator === 'EXISTS' ? [] : [...values];
  const before = text.split(',').slice(0, -1).map(part => part.trim());
  return values.filter(value => !/,|^\s|\s$/.test(value) && !before.includes(value)).map(value => [...before, value].join(', '));
}
