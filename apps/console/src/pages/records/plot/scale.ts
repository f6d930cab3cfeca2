/// A span of time, as `every` takes it.
export interface Span {
  every: string;
  seconds: number;  ///< About, for months and years.
}

const spans: readonly Span[] = ([
  ['1s', 1], ['5s', 5], ['15s', 15], ['30s', 30], ['1m', 60], ['5m', 300], ['15m', 900], ['30m', 1800], ['1h', 3600], ['3h', 10_800], ['6h', 21_600],
  ['12h', 43_200], ['1d', 86_400], ['1w', 604_800], ['1M', 2_629_746], ['1y', 31_556_952], ['10y', 315_569_520], ['100y', 3_155_695_200],
] as const).map(([every, seconds]) => ({every, seconds}));

/// The shortest span that cuts what is between two moments, in seconds, into at most so many parts.
export function spanOf(first: number, last: number, parts: number): Span {
  return spans.find(({seconds}) => (last - first) / seconds + 2 <= parts) ?? spans.at(-1)!;
}

/// The beginnings of the parts from one to another, both included; nothing if they are too many. Longer
/// spans than a year are not filled in.
export function beginnings(first: number, last: number, {every, seconds}: Span, most = 1000): number[] {
  if (seconds > 31_556_952) return [];
  const found: number[] = [];
  for (let at = first; at <= last && found.length < most; at = following(at, every, seconds)) found.push(at);
  return found;
}

function following(at: number, every: string, seconds: number): number {
  if (every !== '1M' && every !== '1y') return at + seconds;
  const date = new Date(at * 1000);
  return Date.UTC(date.getUTCFullYear() + (every === '1y' ? 1 : 0), date.getUTCMonth() + (every === '1M' ? 1 : 0), 1) / 1000;
}

/// A width of 1, 2 or 5 times a power of ten that cuts what is between two numbers into at most so many parts.
export function widthOf(least: number, greatest: number, parts: number): number {
  const exact = (greatest - least) / Math.max(1, parts - 1);
  if (!(exact > 0) || !Number.isFinite(exact)) return 1;
  const power = Math.min(14, Math.max(-9, Math.floor(Math.log10(exact))));
  const unit = 10 ** power;
  const factor = [1, 2, 5, 10].find(one => one * unit >= exact * (1 - 1e-12)) ?? 10;
  return Number((factor * unit).toPrecision(1));
}
