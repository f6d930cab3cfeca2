// Finds values in the text of JSON without losing how they are written.

export interface Span {
  start: number;
  end: number;
}
export interface Member extends Span {
  name: string;
}

const space = /[ \t\n\r]/;

function skipSpace(text: string, at: number): number {
  while (at < text.length && space.test(text[at]!)) at += 1;
  return at;
}

function endOfString(text: string, at: number): number {
  for (at += 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}

/// Where the value that begins at `at` ends.
function endOfValue(text: string, at: number): number {
  let depth = 0;
  while (at < text.length) {
    const letter = text[at]!;
    if (letter === '"') {
      at = endOfString(text, at);
    } else if (letter === '{' || letter === '[') {
      depth += 1;
      at += 1;
    } else if (letter === '}' || letter === ']') {
      depth -= 1;
      at += 1;
    } else if (depth === 0) {
      while (at < text.length && !/[\s,\]}]/.test(text[at]!)) at += 1;
    } else {
      at += 1;
      continue;
    }
    if (depth === 0) break;
  }
  return at;
}

/// The members of the object at `at`, in order, duplicates too. The spans are of their values.
export function members(text: string, at = 0): Member[] {
  const found: Member[] = [];
  at = skipSpace(text, at);
  if (text[at] !== '{') return found;
  at = skipSpace(text, at + 1);
  while (text[at] === '"') {
    const end = endOfString(text, at);
    const name = nameOf(text.slice(at, end));
    at = skipSpace(text, end);
    if (text[at] !== ':') break;
    const start = skipSpace(text, at + 1);
    at = endOfValue(text, start);
    found.push({name, start, end: at});
    at = skipSpace(text, at);
    if (text[at] !== ',') break;
    at = skipSpace(text, at + 1);
  }
  return found;
}

/// The elements of the array at `at`.
export function elements(text: string, at = 0): Span[] {
  const found: Span[] = [];
  at = skipSpace(text, at);
  if (text[at] !== '[') return found;
  at = skipSpace(text, at + 1);
  while (at < text.length && text[at] !== ']') {
    const end = endOfValue(text, at);
    if (end === at) break;
    found.push({start: at, end});
    at = skipSpace(text, end);
    if (text[at] !== ',') break;
    at = skipSpace(text, at + 1);
  }
  return found;
}

function nameOf(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return quoted;
  }
}

/// The value at a JSON Pointer, or the nearest one around it if there is none. Of members with one
/// name it is the last, which is the one that counts.
export function locate(text: string, pointer: string): Span {
  let at = skipSpace(text, 0);
  let span: Span = {start: at, end: endOfValue(text, at)};
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    const next: Span | undefined = text[at] === '[' ? elements(text, at)[Number(name)] :
      members(text, at).findLast(member => member.name === name);
    if (!next) break;
    span = {start: next.start, end: next.end};
    at = next.start;
  }
  return span;
}

/// What to mark for a fault there: nothing, if no value but the whole record is near.
export function faultyPlace(text: string, pointer: string | undefined): Span | undefined {
  if (!pointer) return undefined;
  const span = locate(text, pointer);
  return span.start === skipSpace(text, 0) ? undefined : span;
}

/// The object without some of its members; the others as they are written.
export function without(text: string, names: readonly string[]): string {
  const kept = members(text).filter(({name}) => !names.includes(name));
  return `{${kept.map(({name, start, end}) => `${JSON.stringify(name)}:${text.slice(start, end)}`).join(',')}}`;
}
