import {brief} from './brief';
import {type Json, isObject, toText} from './parse';

export type LineState = 'same' | 'added' | 'removed';

/// A line of two values that are shown as one, with what is only in the first and only in the second.
export interface MergedLine {
  depth: number;
  text: string;
  state: LineState;
}

const longest = 400;  // characters of a value that are shown

/// The lines of `after`, and those of `before` that are no longer so. There are at most `limit`, and
/// one more if that is not all.
export function mergedLines(before: Json | undefined, after: Json | undefined, limit = 500): MergedLine[] {
  const lines: MergedLine[] = [];
  const put = (depth: number, text: string, state: LineState) => { if (lines.length <= limit) lines.push({depth, text, state}); };
  const full = () => lines.length > limit;

  /// A value of which all is in one state.
  const whole = (name: string, value: Json, comma: string, depth: number, state: LineState): void => {
    if (full()) return;
    const [open, close, parts] = partsOf(value);
    if (parts.length === 0) return put(depth, `${name}${scalar(value)}${comma}`, state);
    put(depth, name + open, state);
    parts.forEach(([label, part], index) => whole(label, part, index < parts.length - 1 ? ',' : '', depth + 1, state));
    put(depth, close + comma, state);
  };

  const both = (name: string, was: Json, is: Json, comma: string, depth: number): void => {
    if (full()) return;
    if (same(was, is)) return whole(name, is, comma, depth, 'same');
    if (isObject(was) && isObject(is) && Object.keys(is).length > 0) {
      put(depth, `${name}{`, 'same');
      membersOf(was, is, depth + 1);
      return put(depth, `}${comma}`, 'same');
    }
    whole(name, was, comma, depth, 'removed');
    whole(name, is, comma, depth, 'added');
  };

  const membersOf = (was: {[name: string]: Json}, is: {[name: string]: Json}, depth: number): void => {
    const names = namesOf(was, is);
    const last = Object.keys(is).at(-1);
    for (const name of names) {
      if (full()) return;
      const label = `${JSON.stringify(cut(name))}: `;
      const comma = name === last ? '' : ',';
      if (!Object.hasOwn(is, name)) whole(label, was[name]!, '', depth, 'removed');
      else if (!Object.hasOwn(was, name)) whole(label, is[name]!, comma, depth, 'added');
      else both(label, was[name]!, is[name]!, comma, depth);
    }
  };

  if (before !== undefined && after !== undefined) both('', before, after, '', 0);
  else if (after !== undefined) whole('', after, '', 0, 'same');
  return lines;
}

/// The names of both: in the order of the second, and what was before it at its old place.
function namesOf(was: object, is: object): string[] {
  const gone = new Map<string | undefined, string[]>();  // By the name before them that is still there.
  let before: string | undefined;
  for (const name of Object.keys(was)) {
    const list = gone.get(before);
    if (Object.hasOwn(is, name)) before = name;
    else if (list) list.push(name);
    else gone.set(before, [name]);
  }
  return [undefined, ...Object.keys(is)].flatMap(name => [...(name === undefined ? [] : [name]), ...gone.get(name) ?? []]);
}

function partsOf(value: Json): [string, string, [string, Json][]] {
  if (Array.isArray(value)) return value.every(one => typeof one !== 'object') ? ['', '', []] : ['[', ']', value.map(one => ['', one])];
  if (isObject(value)) return ['{', '}', Object.entries(value).map(([name, part]) => [`${JSON.stringify(cut(name))}: `, part])];
  return ['', '', []];
}

const cut = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text);

function scalar(value: Json): string {
  if (typeof value === 'string') return JSON.stringify(cut(value));
  return Array.isArray(value) ? brief(value, longest) : toText(value);
}

function same(left: Json, right: Json): boolean {
  return left === right || (typeof left === 'object' && typeof right === 'object' && toText(left) === toText(right));
}
