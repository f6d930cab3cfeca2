import {type Json, isObject, toText} from './parse';

/// What differs at one place: a side that is undefined has nothing there.
export interface Difference {
  pointer: string;
  before?: Json;
  after?: Json;
}

const escape = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1');

/// What differs between two values, by JSON Pointer. Members may be in any order.
export function differences(before: Json, after: Json, limit = 1000): Difference[] {
  const found: Difference[] = [];
  compare(before, after, '', found, limit);
  return found;
}

function compare(before: Json, after: Json, pointer: string, found: Difference[], limit: number): void {
  if (found.length >= limit) return;
  if (isObject(before) && isObject(after)) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const there = `${pointer}/${escape(name)}`;
      const [was, is] = [own(before, name), own(after, name)];
      if (was === undefined) found.push({pointer: there, after: is!});
      else if (is === undefined) found.push({pointer: there, before: was});
      else compare(was, is, there, found, limit);
    }
  } else if (Array.isArray(before) && Array.isArray(after) && before.length === after.length && before.length <= 100) {
    before.forEach((element, index) => compare(element, after[index]!, `${pointer}/${index}`, found, limit));
  } else if (!same(before, after)) {
    found.push({pointer, before, after});
  }
}

const own = (object: {[name: string]: Json}, name: string): Json | undefined =>
  (Object.hasOwn(object, name) ? object[name] : undefined);

function same(left: Json, right: Json): boolean {
  if (typeof left === 'object' && typeof right === 'object') return toText(left) === toText(right);
  return left === right;
}
