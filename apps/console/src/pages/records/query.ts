import {formatLocation, navigate, type Location} from '../../router/location';
import {type Group, formatFilter, parseFilter} from './filter';
import {type Plot, formatPlot, parsePlot} from './plot/plot';

/// What the table of a kind shows. It is in the address, whole.
export interface Query {
  kind: string;
  filter: Group;
  sort: string;     ///< A field, with `-` before it for descending; empty: by `_id`.
  record: string;   ///< The record that is open; empty: none.
  columns: string[] | undefined;  ///< Those that are shown; undefined: the first of them.
  plot: Plot | 'none' | undefined;  ///< What is plotted above the table; undefined: what the page finds useful.
}

export function queryOf({path, query}: Location): Query {
  return {
    kind: path[1] ?? '',
    filter: parseFilter(query['filter']),
    sort: query['sort'] ?? '',
    record: query['record'] ?? '',
    columns: listOf(query['columns']),
    plot: parsePlot(query['plot']),
  };
}

export const addressOf = ({kind, filter, sort, record, columns, plot}: Query): string => formatLocation({
  path: ['records', kind],
  query: {filter: formatFilter(filter), sort, columns: columns && JSON.stringify(columns), plot: formatPlot(plot), record},
});

export const show = (query: Query, options?: {replace: boolean}): void => navigate(addressOf(query), options);

function listOf(text: string | undefined): string[] | undefined {
  if (!text) return undefined;
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.every(name => typeof name === 'string') ? list : undefined;
  } catch {
    return undefined;
  }
}
