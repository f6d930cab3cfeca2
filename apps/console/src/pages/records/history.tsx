import {useEffect, useState} from 'preact/hooks';
import {Problem, asProblem} from '../../api/problem';
import type {HistoryEntry, HistoryPage} from '../../api/types';
import {useSession} from '../../session/session';
import {Icon} from '../../ui/icon';
import {JsonText} from '../../ui/json_text';
import {Moment} from '../../ui/moment';
import {PickList} from '../../ui/pick_list';
import {Failure, Loading, Notice} from '../../ui/states';
import {DifferenceTable} from './difference_table';
import {type StoredRecord, recordPath} from './stored_record';

interface HistoryProps {
  kind: string;
  id: string;
  current: StoredRecord | undefined;  ///< Undefined if it is deleted.
  onRestored(): void;
}

interface Read {
  entries: HistoryEntry[];
  next: string | null | undefined;  ///< Null at the end, undefined before the first page.
  problem?: Problem;
}

/// The originals that a record had before, what is different now, and a way back.
export function History({kind, id, current, onRestored}: HistoryProps) {
  const {client, access} = useSession();
  const [{entries, next, problem}, setRead] = useState<Read>({entries: [], next: undefined});
  const [chosen, setChosen] = useState<number>();
  const [refused, setRefused] = useState<Problem>();
  const [busy, setBusy] = useState(false);

  const readOn = async (cursor: string | undefined, signal?: AbortSignal) => {
    try {
      const page = await client.json<HistoryPage>(`${recordPath(id)}/history`, {query: {kind, cursor, limit: 50, original: 'text'}, signal});
      setRead(({entries: before}) => ({entries: [...before, ...page.history], next: page.nextCursor}));
    } catch (thrown) {
      if (!signal?.aborted) setRead(before => ({...before, problem: asProblem(thrown)}));
    }
  };
  useEffect(() => {
    const control = new AbortController();
    void readOn(undefined, control.signal);
    return () => control.abort();
  }, []);

  const entry = entries.find(({number}) => number === chosen) ?? entries[0];
  const restore = async ({_meta: {version}}: HistoryEntry) => {
    setBusy(true);
    setRefused(undefined);
    try {
      const condition = current ? {'If-Match': `"${current.meta.version}"`} : {'If-None-Match': '*'};
      await client.send(`${recordPath(id)}/restore`, {method: 'POST', query: {kind}, headers: condition as Record<string, string>, body: {version}});
      onRestored();
    } catch (thrown) {
      const why = asProblem(thrown);
      setRefused(why.code !== 'precondition_failed' ? why :
        new Problem(why.status, why.code, 'Somebody else has changed the record meanwhile. Close it and open it again to see how it is now.'));
      setBusy(false);
    }
  };

  if (problem) return <Failure problem={problem} title="The history could not be read" />;
  if (next === undefined) return <Loading what="the history" lines={5} />;
  if (!entry) return <Notice>This record was never changed, or its history is too old to be kept.</Notice>;
  return (
    <div class="history">
      <PickList label="History" items={entries} keyOf={({number}) => String(number)} chosen={String(entry.number)} onChoose={({number}) => setChosen(number)}>
        {({number, change, changedAt, changedBy}) => (
          <>
            <span class="number soft">{number}</span><span class={`badge ${change === 'deleted' ? 'bad' : ''}`}>{change}</span>
            <span class="foreign by">by {changedBy.slice(0, 100)}</span><span class="soft small"><Moment time={changedAt} /></span>
          </>
        )}
      </PickList>
      {next !== null && <button type="button" class="button compact" onClick={() => void readOn(next)}>Show older</button>}
      {refused && <Failure problem={refused} title="It was not restored" />}
      {access.can('write', kind) && (
        <div class="toolbar"><button type="button" class="button primary" disabled={busy} onClick={() => void restore(entry)}><Icon name="refresh" />Restore number {entry.number}</button>
          <span class="soft small">It runs through the present pipeline.</span></div>
      )}
      {current && <DifferenceTable before={entry._original} after={current.original} titles={['Then', 'Now']} same="By value, this original is the present one." />}
      <JsonText key={entry.number} label="The original as it was" text={entry._original} />
    </div>
  );
}
