import type {Kind} from '../../api/types';
import {type Json, type JsonObject, isObject} from '../../json/parse';

export interface Column {
  field: string;  ///< The name of a member at the top; `_id` is always the first.
  type: string;   ///< Declared, or seen: number, string, boolean, timestamp, array, object, null, any.
}

function typeOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (isObject(value)) return 'object';
  return typeof value === 'bigint' ? 'number' : typeof value;
}

/// The columns of a kind: what records were seen to have, in their order, and then what is declared.
export function columnsOf(kind: Kind, records: readonly JsonObject[]): Column[] {
  const types = new Map<string, string>([['_id', 'string']]);
  for (const record of records) {
    for (const field of Object.keys(record)) {
      const seen = typeOf(record[field]!);
      const known = types.get(field);
      if (known === undefined || known === 'null') types.set(field, seen);
      else if (known !== seen && seen !== 'null') types.set(field, 'any');
    }
  }
  for (const [field, type] of Object.entries(kind.fields)) {
    if (!field.includes('.') && !field.startsWith('/')) types.set(field, type);
  }
  return [...types].map(([field, type]) => ({field, type}));
}

/// How a filter or an order names a member: a dot in its name would lead into an object.
export const pathOf = (field: string): string =>
  (/[./~]/.test(field) ? `/${field.replaceAll('~', '~0').replaceAll('/', '~1')}` : field);

export const widthOf = ({field, type}: Column): number => {
  if (field === '_id') return 220;
  switch (type) {
    case 'number': return 180;
    case 'boolean': case 'null': return 90;
    case 'timestamp': return 220;
    default: return 200;
  }
};
