import {useEffect, useRef, useState} from 'preact/hooks';
import {useSession} from '../../session/session';
import {Icon} from '../../ui/icon';
import {JsonText} from '../../ui/json_text';
import {bytes} from '../../ui/numbers';
import {Failure, Loading, Notice} from '../../ui/states';
import {Tabs} from '../../ui/tabs';
import {useLoaded} from '../../ui/use_loaded';
import {indented} from '../../json/tokens';
import {DeleteDialog} from './delete_dialog';
import {DifferenceTable} from './difference_table';
import {EditRecord} from './edit_record';
import {History} from './history';
import {type StoredRecord, hasPath, readRecord} from './stored_record';

const views = [
  {name: 'original', title: 'Original'},
  {name: 'transformed', title: 'Transformed'},
  {name: 'difference', title: 'Difference'},
  {name: 'meta', title: 'Meta'},
  {name: 'history', title: 'History'},
] as const;
type View = (typeof views)[number]['name'];

interface RecordDrawerProps {
  kind: string;
  hasHistory: boolean;  ///< The kind keeps what is replaced and deleted.
  id: string;
  onClose(): void;
  onChanged(): void;
  onDeleted(record: StoredRecord): void;
}

/// One record next to the table: what arrived, what became of it, and what the server knows of it.
export function RecordDrawer({kind, hasHistory, id, onClose, onChanged, onDeleted}: RecordDrawerProps) {
  const {client, access} = useSession();
  const [view, setView] = useState<View>('original');
  const [editing, setEditing] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const [said, setSaid] = useState('');
  const {value: record, problem, reload} = useLoaded(signal => readRecord(client, kind, id, signal), [client, kind, id]);
  const drawer = useRef<HTMLElement>(null);
  useEffect(() => { drawer.current!.focus(); }, []);
  const restored = () => {
    setSaid('Restored.');
    setView('original');
    reload();
    onChanged();
  };

  return (
    <aside class="drawer" ref={drawer} tabIndex={-1} aria-label={`Record ${id.slice(0, 100)}`} onKeyDown={event => {
      if (event.key === 'Escape' && !editing) onClose();
    }}>
      <header>
        <h2 class="foreign">{id.length > 200 ? `${id.slice(0, 200)}…` : id}</h2>
        <button type="button" class="button icon plain" aria-label="Close the record" onClick={onClose}><Icon name="close" /></button>
      </header>
      {problem?.code === 'not_found' && hasHistory ? (
        <>
          <Notice tone="warn" icon="trash" role="status"><strong>This record is deleted</strong><span>Its history has what it was.</span></Notice>
          <History kind={kind} id={id} current={undefined} onRestored={restored} />
        </>
      ) : problem && <Failure problem={problem} retry={reload} title="The record could not be read" />}
      {!record && !problem && <Loading what="the record" lines={8} />}
      {record && editing && (
        <EditRecord kind={kind} record={record} onCancel={() => setEditing(false)} onSaved={() => {
          setEditing(false);
          setSaid('Saved.');
          reload();
          onChanged();
        }} />
      )}
      {record && !editing && (
        <>
          {said && <Notice tone="good" icon="done" role="status">{said}</Notice>}
          <Tabs<View> label="Views of the record" tabs={hasHistory ? views : views.slice(0, -1)} chosen={view} onChoose={setView}>
            {view === 'history' ? <History key={record.meta.version} kind={kind} id={id} current={record} onRestored={restored} /> : <Shown view={view} record={record} />}
          </Tabs>
          <footer class="toolbar">
            {access.can('write', kind) && hasPath(id) && (
              <button type="button" class="button" onClick={() => { setSaid(''); setEditing(true); }}><Icon name="edit" />Edit</button>
            )}
            {access.can('delete', kind) && (
              <button type="button" class="button danger push" onClick={() => setDeleting(true)}><Icon name="trash" />Delete</button>
            )}
          </footer>
          {deleting && <DeleteDialog kind={kind} record={record} hasHistory={hasHistory} onClose={() => setDeleting(false)} onDeleted={() => onDeleted(record)} />}
        </>
      )}
    </aside>
  );
}

function Shown({view, record}: {view: Exclude<View, 'history'>; record: StoredRecord}) {
  switch (view) {
    case 'original': return <JsonText label="Original, byte for byte" text={record.original} />;
    case 'transformed': return <JsonText label="Transformed" text={indented(record.transformed)} />;
    case 'difference': return <DifferenceTable before={record.original} after={record.transformed} titles={['Original', 'Transformed']}
      same="By value, the transformed record is the original." />;
    case 'meta': return <MetaList record={record} />;
  }
}

function MetaList({record: {meta, original}}: {record: StoredRecord}) {
  const size = new TextEncoder().encode(original).length;
  const rows: [string, string][] = [
    ['Created', meta.createdAt], ['Updated', meta.updatedAt], ['Made by', meta.pipeline], ['Version', meta.version],
    ['Size of the original', bytes(size)], ['SHA-256 of the original', meta.sha256],
  ];
  return <dl class="facts">{rows.map(([name, value]) => <div key={name}><dt>{name}</dt><dd><code>{value}</code></dd></div>)}</dl>;
}
