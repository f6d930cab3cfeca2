/// Cuts a stream of bytes into records, without looking at more than one of them at a time. A
/// record keeps its bytes.
export interface Splitter {
  /// The records that end in these bytes.
  push(bytes: Uint8Array): Uint8Array[];
  /// The last record, if the bytes do not end with its end.
  end(): Uint8Array[];
}

const lineFeed = 0x0a;

const isSpace = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);

function join(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(parts.reduce((sum, {length}) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/// A record a line, whatever is in it. Blank lines are ignored.
export class Lines implements Splitter {
  private rest: Uint8Array[] = [];

  push(bytes: Uint8Array): Uint8Array[] {
    const found: Uint8Array[] = [];
    let start = 0;
    for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, start)) {
      this.rest.push(bytes.subarray(start, at));
      this.take(found);
      start = at + 1;
    }
    if (start < bytes.length) this.rest.push(bytes.slice(start));
    return found;
  }

  end(): Uint8Array[] {
    const found: Uint8Array[] = [];
    if (this.rest.length > 0) this.take(found);
    return found;
  }

  private take(found: Uint8Array[]): void {
    const line = join(this.rest);
    this.rest = [];
    if (!line.every(isSpace)) found.push(line);
  }
}

/// The elements of one array, or objects one after the other, however they are broken into lines.
export class Values implements Splitter {
  private rest: Uint8Array[] = [];
  private depth = 0;  ///< Of objects and arrays within a record.
  private quoted = false;
  private escaped = false;
  private inArray = false;
  private begun = false;

  push(bytes: Uint8Array): Uint8Array[] {
    const found: Uint8Array[] = [];
    let start = this.rest.length > 0 ? 0 : -1;
    bytes.forEach((byte, at) => {
      if (start < 0) {
        if (!this.begins(byte)) return;
        start = at;
      }
      if (!this.ends(byte)) return;
      this.rest.push(bytes.slice(start, at + 1));
      found.push(join(this.rest));
      this.rest = [];
      start = -1;
    });
    if (start >= 0) this.rest.push(bytes.slice(start));
    return found;
  }

  end(): Uint8Array[] {
    const found = this.rest.length > 0 ? [join(this.rest)] : [];
    this.rest = [];
    return found;
  }

  private begins(byte: number): boolean {
    if (isSpace(byte) || byte === 0x2c || byte > 0x7f) return false;  // , and a byte order mark
    if (byte === 0x5b && !this.begun) {
      this.begun = this.inArray = true;
      return false;
    }
    this.begun = true;
    return !(byte === 0x5d && this.inArray);
  }

  private ends(byte: number): boolean {
    if (this.quoted) {
      if (this.escaped) this.escaped = false;
      else if (byte === 0x5c) this.escaped = true;
      else if (byte === 0x22) this.quoted = false;
      return false;
    }
    if (byte === 0x22) this.quoted = true;
    else if (byte === 0x7b || byte === 0x5b) this.depth += 1;
    else if (byte === 0x7d || byte === 0x5d) this.depth -= 1;
    return this.depth <= 0 && (byte === 0x7d || byte === 0x5d);
  }
}

/// Whether a text is one record a line: its first line is an object that ends there.
export function isLines(beginning: string): boolean {
  const [first = ''] = beginning.trimStart().split('\n', 1);
  if (!first.startsWith('{')) return !/^\s*[[{]/.test(beginning);
  try {
    JSON.parse(first);
    return true;
  } catch {
    return !/^\s*\{\s*$/.test(first) && first.trimEnd().endsWith('}');
  }
}
