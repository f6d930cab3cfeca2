// Prometheus' text format, as /metrics has it.

export interface Series {
  labels: Record<string, string>;
  value: number;
}

/// What a server said at one moment: its series by name.
export class Metrics {
  private readonly families = new Map<string, Series[]>();

  constructor(text: string, readonly at: number) {  ///< `at` in seconds.
    for (const [, name, labels, value] of text.matchAll(/^([a-z_]+)(?:\{(.*)\})? (\S+)$/gm)) {
      const series = {labels: labelsOf(labels ?? ''), value: numberOf(value!)};
      this.families.set(name!, [...this.families.get(name!) ?? [], series]);
    }
  }

  all(name: string): Series[] { return this.families.get(name) ?? []; }

  /// The sum of the series that have these labels; undefined if there is none.
  sum(name: string, wanted: (labels: Record<string, string>) => boolean = () => true): number | undefined {
    const found = this.all(name).filter(({labels}) => wanted(labels));
    return found.length ? found.reduce((sum, {value}) => sum + value, 0) : undefined;
  }
}

const numberOf = (text: string): number => (text === '+Inf' ? Infinity : Number(text));

function labelsOf(text: string): Record<string, string> {
  const unescape = (value: string) => value.replaceAll(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
  return Object.fromEntries([...text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, name, value]) => [name!, unescape(value!)]));
}

/// How much a counter has grown a second between two moments; a restart in between counts from 0.
export function rate(before: Metrics, after: Metrics, name: string, wanted?: (labels: Record<string, string>) => boolean): number {
  const now = after.sum(name, wanted) ?? 0;
  const grown = now - (before.sum(name, wanted) ?? 0);
  return (grown < 0 ? now : grown) / Math.max(.001, after.at - before.at);
}

/// The quantile of a histogram's values, in its unit: of those between two moments, or since the
/// server started. Within a bucket, values are taken as evenly spread. Undefined without values.
export function quantile(share: number, after: Metrics, name: string, {before, wanted = () => true}:
    {before?: Metrics | undefined; wanted?: (labels: Record<string, string>) => boolean} = {}): number | undefined {
  const counts = new Map<number, number>();
  const add = (metrics: Metrics, sign: 1 | -1) => {
    for (const {labels, value} of metrics.all(`${name}_bucket`)) {
      if (!wanted(labels)) continue;
      const edge = numberOf(labels['le']!);
      counts.set(edge, (counts.get(edge) ?? 0) + sign * value);
    }
  };
  add(after, 1);
  if (before) add(before, -1);
  const edges = [...counts].sort(([left], [right]) => left - right);
  const total = edges.at(-1)?.[1] ?? 0;
  if (total <= 0) return undefined;
  const rank = share * total;
  let [lower, below] = [0, 0];
  for (const [edge, count] of edges) {
    if (count >= rank) return edge === Infinity ? lower : lower + (edge - lower) * (rank - below) / Math.max(1, count - below);
    [lower, below] = [edge, count];
  }
  return lower;
}
