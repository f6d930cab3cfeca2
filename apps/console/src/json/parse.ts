/// A value of JSON. Integers that a double cannot hold exactly are bigints.
export type Json = null | boolean | number | bigint | string | Json[] | JsonObject;
export interface JsonObject { [name: string]: Json }

type Reviver = (this: unknown, key: string, value: unknown, context?: {source?: string}) => unknown;

const exact: Reviver = (_key, value, context) => {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value;
};

/// Parses JSON with every digit of its integers, in browsers that say what a number's text was.
export function parseJson(text: string): Json {
  const parse = JSON.parse as (text: string, reviver?: Reviver) => Json;
  return /\d{16}/.test(text) ? parse(text, exact) : parse(text);
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/// The value as JSON in one line. Members that are undefined are left out.
export function toText(value: Json): string {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return `[${value.map(toText).join(',')}]`;
  if (isObject(value)) {
    return `{${Object.entries(value).filter(([, member]) => member !== undefined).map(([name, member]) => `${JSON.stringify(name)}:${toText(member)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}
