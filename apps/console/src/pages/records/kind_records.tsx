import {useCallback, useMemo, useRef, useState} from 'preact/hooks';
import type {Kind} from '../../api/types';
import type {JsonObject} from '../../json/parse';
import {formatLocation, navigate} from '../../router/location';
import {useSession} from '../../session/session';
import {Icon} from '../../ui/icon';
import {number} from '../../ui/numbers';
import {Empty, Failure} from '../../ui/states';
import {ColumnMenu} from './column_menu';
import {columnsOf} from './columns';
import {CopyDialog} from './copy_dialog';
import {Download} from './download';
import {FilterBar} from './filter_bar';
import {formatFilter, toRequest} from './filter';
import {type Query, show} from './query';
import {brushedFilter} from './plot/brush';
import {firstPlot, plotFields} from './plot/plot';
import {PlotPanel} from './plot/plot_panel';
import {RecordDrawer} from './drawer';
import {RecordTable} from './record_table';
import {type StoredRecord, hasPath} from './stored_record';
import {type Deleted, UndoDeletion} from './undo_deletion';
import {requestOf, useRecords} from './use_records';

const shownAtFirst = 12;

interface KindRecordsProps {
  kinds: Kind[];
  kind: Kind;
  query: Query;
  onChanged(): void;
}

/// The records of a kind: what selects them, a table of them, and the one that is open.
export function KindRecords({kinds, kind, query, onChanged}: KindRecordsProps) {
  const [round, setRound] = useState(0);
  const [copying, setCopying] = useState(false);
  const [deleted, setDeleted] = useState<Deleted>();
  const {access} = useSession();
  const filterText = formatFilter(query.filter);
  const filter = useMemo(() => toRequest(query.filter, new Date()), [filterText, round]);
  const records = useRecords(kind, filter, query.sort, round);
  const seen = useRef<JsonObject[]>([]);  // The columns stay while other records are fetched.
  const first = records.pages?.first() ?? [];
  if (first.length > 0) seen.current = first;
  const columns = useMemo(() => columnsOf(kind, seen.current), [kind, seen.current]);
  const known = seen.current.length > 0 || records.pages?.started;
  const shown = query.columns ? columns.filter(({field}) => field === '_id' || query.columns!.includes(field)) :
    columns.slice(0, shownAtFirst);
  const refresh = useCallback(() => {
    setRound(count => count + 1);
    onChanged();
  }, [onChanged]);
  const whenDeleted = ({id, meta: {version}}: StoredRecord) => {
    setDeleted(kind.history !== undefined && hasPath(id) && access.can('write', kind.name) ? {id, version} : undefined);
    show({...query, record: ''});
    refresh();
  };
  const fields = useMemo(() => plotFields(kind, columns), [kind, columns]);
  const plot = query.plot === 'none' ? undefined : query.plot ?? (matchMedia('(min-width: 46rem)').matches ? firstPlot(fields) : undefined);
  const none = records.total === 0 && records.pages?.complete;

  return (
    <div class={`records${query.record ? ' with-drawer' : ''}`}>
      <aside class="kinds">
        <h2>Kinds</h2>
        <nav aria-label="Kinds">
          {kinds.map(({name, records: many}) => (
            <a key={name} href={formatLocation({path: ['records', name]})} {...(name === kind.name ? {'aria-current': 'page' as const} : {})}>
              <span>{name}</span><span class="number soft">{number(many)}</span>
            </a>
          ))}
        </nav>
        <label class="field"><span class="visually-hidden">Kind</span>
          <select class="select" value={kind.name} onChange={event => navigate(formatLocation({path: ['records', event.currentTarget.value]}))}>
            {kinds.map(({name, records: many}) => <option key={name} value={name}>{name} ({number(many)})</option>)}
          </select>
        </label>
      </aside>
      <section class="records-main">
        <div class="records-head">
          <h1 class="foreign">{kind.name}</h1>
          <span class="soft number" role="status">{records.total === undefined ? 'Counting…' :
            `${number(records.total)} of ${number(Math.max(kind.records, records.total))} records`}</span>
          <div class="toolbar push">
            <button type="button" class="button icon" aria-label="Refresh" title="Refresh" onClick={refresh}><Icon name="refresh" /></button>
            <button type="button" class="button" aria-pressed={plot !== undefined}
              onClick={() => show({...query, plot: plot ? 'none' : firstPlot(fields) ?? {type: 'time', x: fields.times[0]!, y: '', figure: 'count', by: ''}})}><Icon name="plot" />Plot</button>
            <ColumnMenu columns={columns} shown={shown} onChange={names => show({...query, columns: names}, {replace: true})} />
            <button type="button" class="button" onClick={() => setCopying(true)}><Icon name="copy" />Copy as code</button>
            <Download kind={kind} filter={filter} sort={query.sort} fields={known ? shown.map(({field}) => field) : undefined}
              whole={query.filter.parts.length === 0 && !query.sort} />
          </div>
        </div>
        <FilterBar kind={kind.name} columns={columns} filter={query.filter} onChange={next => show({...query, filter: next})} />
        {plot && !none && (
          <PlotPanel plot={plot} fields={fields} request={requestOf(kind.name, filter, '')} round={round} onChange={next => show({...query, plot: next})}
            onBrush={brushed => show({...query, filter: brushedFilter(query.filter, plot, brushed)})} onClose={() => show({...query, plot: 'none'})} />
        )}
        {query.sort && <p class="small soft">Sorted by <span class="foreign">{query.sort.replace(/^-/, '')}</span>; records without a value there are not shown.</p>}
        {records.problem && <Failure problem={records.problem} title="The records could not be read" retry={refresh} />}
        {none ? (
          query.filter.parts.length > 0 || query.sort ?
            <Empty icon="search" title="No record matches">
              <button type="button" class="button" onClick={() => show({...query, filter: {join: 'and', parts: []}, sort: ''})}>Show all records</button>
            </Empty> :
            <Empty icon="records" title="There are no records yet">
              <p>Store some with <code>POST /store?kind={kind.name}</code>.</p>
            </Empty>
        ) : records.pages && (
          <RecordTable pages={records.pages} version={records.version} total={records.total ?? 0} columns={shown} query={query} />
        )}
      </section>
      {query.record && <RecordDrawer key={query.record} kind={kind.name} hasHistory={kind.history !== undefined} id={query.record} onClose={() => show({...query, record: ''})}
        onChanged={refresh} onDeleted={whenDeleted} />}
      {deleted && (
        <UndoDeletion key={deleted.version} kind={kind.name} deleted={deleted} onClose={() => setDeleted(undefined)} onUndone={() => {
          setDeleted(undefined);
          show({...query, record: deleted.id});
          refresh();
        }} />
      )}
      {copying && <CopyDialog kind={kind.name} filter={filter} sort={query.sort} onClose={() => setCopying(false)} />}
    </div>
  );
}
