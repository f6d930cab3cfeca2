import {type Metrics, quantile, rate} from '../../api/metrics';

/// What happened between two looks at a server's metrics: a second, or in seconds.
export interface Figures {
  requests: number;
  failures: number;
  stored: number;
  refused: number;
  latency: number | undefined;  ///< Undefined if there was no request.
  commit: number | undefined;
}

export const figuresOf = (before: Metrics, after: Metrics): Figures => ({
  requests: rate(before, after, 'dropzone_http_requests_total'),
  failures: rate(before, after, 'dropzone_http_requests_total', ({status}) => status?.startsWith('5') ?? false),
  stored: rate(before, after, 'dropzone_records_total', ({status}) => status !== 'skipped'),
  refused: rate(before, after, 'dropzone_records_rejected_total'),
  latency: quantile(.95, after, 'dropzone_http_request_duration_seconds', {before}),
  commit: commitOf(before, after),
});

/// Stores that do not commit several calls together have only the duration of a write.
function commitOf(before: Metrics, after: Metrics): number | undefined {
  const own = 'dropzone_commit_duration_seconds';
  return after.all(`${own}_count`).length > 0 ? quantile(.95, after, own, {before}) :
    quantile(.95, after, 'dropzone_store_duration_seconds', {before, wanted: ({operation}) => operation === 'write'});
}

/// "0.4 ms", "12 ms", "1.3 s".
export function seconds(value: number | undefined): string {
  if (value === undefined) return '–';
  if (value >= 1) return `${value.toFixed(1)} s`;
  const milliseconds = value * 1000;
  return `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
}

export interface Latency {
  name: string;
  count: number;
  failed: number;  ///< Answers of 5xx, or calls that failed.
  quantiles: (number | undefined)[];
}

const shares = [.5, .95, .99];

function latenciesOf(metrics: Metrics, family: string, label: string, failedOf: (name: string) => number): Latency[] {
  return metrics.all(`${family}_count`).map(({labels, value}) => {
    const name = labels[label] ?? '';
    const wanted = (of: Record<string, string>) => of[label] === name;
    return {name, count: value, failed: failedOf(name), quantiles: shares.map(share => quantile(share, metrics, family, {wanted}))};
  }).filter(({count}) => count > 0).sort((left, right) => right.count - left.count);
}

/// By route, since the server started.
export const ofRoutes = (metrics: Metrics): Latency[] => latenciesOf(metrics, 'dropzone_http_request_duration_seconds', 'route',
    name => metrics.sum('dropzone_http_requests_total', ({route, status}) => route === name && (status?.startsWith('5') ?? false)) ?? 0);

/// By the store's operations, since the server started.
export const ofStore = (metrics: Metrics): Latency[] => latenciesOf(metrics, 'dropzone_store_duration_seconds', 'operation',
    name => metrics.sum('dropzone_store_errors_total', ({operation}) => operation === name) ?? 0);
