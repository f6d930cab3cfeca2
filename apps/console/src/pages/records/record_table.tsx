import {useLayoutEffect, useRef, useState} from 'preact/hooks';
import {brief} from '../../json/brief';
import type {Json, JsonObject} from '../../json/parse';
import {Icon} from '../../ui/icon';
import {type Column, pathOf, widthOf} from './columns';
import {type Query, addressOf, show} from './query';
import type {RecordPages} from './record_pages';

const rowHeight = 36;      // px; as --row in the style sheet
const overscan = 8;        // rows above and below what is seen
const mostRows = 400_000;  // browsers draw nothing beyond some millions of pixels

interface RecordTableProps {
  pages: RecordPages;
  version: number;
  total: number;
  columns: Column[];
  query: Query;
}

/// A table that draws only the rows that are seen.
export function RecordTable({pages, total, columns, query}: RecordTableProps) {
  const box = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState({first: 0, count: 30});
  const rows = Math.min(Math.max(total, pages.known), mostRows);

  useLayoutEffect(() => {
    const element = box.current!;
    let frame = 0;
    const look = () => {
      frame = 0;
      const first = Math.max(0, Math.floor(element.scrollTop / rowHeight) - overscan);
      const count = Math.ceil(element.clientHeight / rowHeight) + 2 * overscan;
      setSeen(old => (old.first === first && old.count === count ? old : {first, count}));
    };
    const later = () => { frame ||= requestAnimationFrame(look); };
    look();
    element.addEventListener('scroll', later, {passive: true});
    const sizes = new ResizeObserver(later);
    sizes.observe(element);
    return () => {
      element.removeEventListener('scroll', later);
      sizes.disconnect();
      cancelAnimationFrame(frame);
    };
  }, []);

  const last = Math.min(rows, seen.first + seen.count);
  useLayoutEffect(() => pages.want(seen.first, last + 2 * seen.count), [pages, seen.first, last]);
  useLayoutEffect(() => { box.current!.scrollTop = 0; }, [pages]);

  // The focus returns to the record that was closed.
  const open = useRef(query.record);
  useLayoutEffect(() => {
    const closed = open.current;
    open.current = query.record;
    if (!closed || query.record) return;
    const link = box.current!.querySelector<HTMLElement>(`a[data-record="${CSS.escape(closed)}"]`);
    (link ?? box.current!).focus();
  }, [query.record]);

  const template = columns.map((column, index) =>
    (index === columns.length - 1 ? `minmax(${widthOf(column)}px, 1fr)` : `${widthOf(column)}px`)).join(' ');
  const width = columns.reduce((sum, column) => sum + widthOf(column), 0);
  return (
    <div class="table" role="table" aria-label="Records" aria-rowcount={rows + 1} ref={box} tabIndex={0} onKeyDown={moveFocus}>
      <div class="table-head" role="rowgroup" style={{minWidth: `${width}px`}}>
        <div class="table-row" role="row" aria-rowindex={1} style={{gridTemplateColumns: template}}>
          {columns.map(column => <Head key={column.field} column={column} query={query} />)}
        </div>
      </div>
      <div class="table-body" role="rowgroup" style={{height: `${rows * rowHeight}px`, minWidth: `${width}px`}}>
        {Array.from({length: Math.max(0, last - seen.first)}, (_, offset) => seen.first + offset).map(index => (
          <Row key={index} index={index} record={pages.row(index)} columns={columns} template={template} query={query} />
        ))}
      </div>
    </div>
  );
}

function Head({column: {field, type}, query}: {column: Column; query: Query}) {
  const path = pathOf(field);
  const direction = query.sort === path ? 'ascending' : query.sort === `-${path}` ? 'descending' : 'none';
  const next = direction === 'none' ? path : direction === 'ascending' ? `-${path}` : '';
  const sortable = type !== 'array' && type !== 'object';
  return (
    <div role="columnheader" class={`cell type-${type}`} aria-sort={direction}>
      {sortable ? (
        <button type="button" title={`Sort by ${field}`} onClick={() => show({...query, sort: next})}>
          <span class="foreign">{field}</span>{direction !== 'none' && <Icon name={direction === 'ascending' ? 'up' : 'down'} />}
        </button>
      ) : <span class="foreign">{field}</span>}
    </div>
  );
}

function Row({index, record, columns, template, query}:
    {index: number; record: JsonObject | undefined; columns: Column[]; template: string; query: Query}) {
  const id = typeof record?.['_id'] === 'string' ? record['_id'] : '';
  const address = addressOf({...query, record: id});
  return (
    <div class={`table-row${record && id === query.record ? ' open' : ''}`} role="row" aria-rowindex={index + 2}
      style={{gridTemplateColumns: template, transform: `translateY(${index * rowHeight}px)`}}
      onClick={event => {
        if (record && !(event.target as Element).closest('a') && !getSelection()?.toString()) show({...query, record: id});
      }}>
      {columns.map(column => (
        <div key={column.field} role="cell" class={`cell type-${column.type}`}>
          {!record ? <i class="pending" /> : column.field === '_id' ?
            <a class="foreign" href={address} data-record={id}>{brief(id)}</a> : <Cell value={record[column.field]} />}
        </div>
      ))}
    </div>
  );
}

function Cell({value}: {value: Json | undefined}) {
  if (value === undefined) return <span class="absent" aria-label="no value">–</span>;
  const shown = brief(value);
  return <span class={`foreign${value === null || typeof value === 'boolean' ? ' word' : ''}`} title={shown}>{shown}</span>;
}

/// The arrows go from one record to the next.
function moveFocus(event: KeyboardEvent): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  const box = event.currentTarget as HTMLElement;
  const row = (document.activeElement as HTMLElement).closest('.table-body .table-row');
  if (step === 0 || !row) return;
  event.preventDefault();
  const index = Number(row.getAttribute('aria-rowindex')) + step;
  const next = box.querySelector<HTMLElement>(`.table-body [aria-rowindex="${index}"]`);
  next?.scrollIntoView({block: 'nearest'});
  next?.querySelector('a')?.focus();
}
