import {type Json, isObject} from './parse';

/// The beginning of a value, on one line: the rest of a long one is not even looked at.
export function brief(value: Json | undefined, limit = 160): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return cut(value, limit);
  const parts: string[] = [];
  let room = limit;
  const put = (text: string) => {
    parts.push(text);
    room -= text.length;
  };
  write(value, put, () => room > 0);
  return cut(parts.join(''), limit);
}

function write(value: Json, put: (text: string) => void, fits: () => boolean): void {
  if (!fits()) return;
  if (Array.isArray(value)) {
    put('[');
    for (let index = 0; index < value.length && fits(); index += 1) {
      if (index > 0) put(', ');
      write(value[index]!, put, fits);
    }
    put(']');
  } else if (isObject(value)) {
    put('{');
    let first = true;
    for (const name in value) {
      if (!fits()) break;
      if (!first) put(', ');
      first = false;
      put(`${cut(name, 60)}: `);
      write(value[name]!, put, fits);
    }
    put('}');
  } else {
    put(typeof value === 'string' ? JSON.stringify(cut(value, 160)) : String(value));
  }
}

const cut = (text: string, limit: number): string => (text.length > limit ? `${text.slice(0, limit)}…` : text);
