import {type Json, isObject, toText} from './parse';

const width = 88;  // characters of a line

/// JSON as people write it: what fits on a line stays on it.
export function pretty(value: Json, indent = ''): string {
  const line = spaced(value, width - indent.length);
  if (line !== undefined) return line;
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    return `[\n${value.map(element => deeper + pretty(element, deeper)).join(',\n')}\n${indent}]`;
  }
  if (isObject(value)) {
    const parts = Object.entries(value).map(([name, member]) => `${deeper}${JSON.stringify(name)}: ${pretty(member, deeper)}`);
    return `{\n${parts.join(',\n')}\n${indent}}`;
  }
  return toText(value);
}

/// The value on one line, if it is not longer than that.
function spaced(value: Json, room: number): string | undefined {
  if (room < 0) return undefined;
  const parts: string[] = [];
  const add = (name: string, member: Json): boolean => {
    const text = spaced(member, room);
    if (text === undefined) return false;
    parts.push(name + text);
    room -= name.length + text.length + 2;
    return room >= 0;
  };
  if (Array.isArray(value)) return value.every(element => add('', element)) ? `[${parts.join(', ')}]` : undefined;
  if (isObject(value)) {
    return Object.entries(value).every(([name, member]) => add(`${JSON.stringify(name)}: `, member)) ? `{${parts.join(', ')}}` : undefined;
  }
  const text = toText(value);
  return text.length <= room ? text : undefined;
}
