import {useEffect, useRef, useState} from 'preact/hooks';
import {Problem, asProblem} from '../../api/problem';
import {useSession} from '../../session/session';
import {Failure, Notice} from '../../ui/states';
import {Icon} from '../../ui/icon';
import {type StoredRecord, readRecord, recordPath} from './stored_record';
import {ThreeWay} from './three_way';

interface EditRecordProps {
  kind: string;
  record: StoredRecord;
  onSaved(): void;
  onCancel(): void;
}

/// Changes the original of a record. It is saved only over the version that was read; if somebody
/// else was faster, both changes are shown.
export function EditRecord({kind, record, onSaved, onCancel}: EditRecordProps) {
  const {client} = useSession();
  const [text, setText] = useState(record.original);
  const [theirs, setTheirs] = useState<StoredRecord>();
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => { area.current?.focus(); }, []);

  const save = async (version: string) => {
    setBusy(true);
    setProblem(undefined);
    try {
      await client.send(recordPath(record.id), {method: 'PUT', query: {kind}, headers: {'If-Match': `"${version}"`}, body: text});
      onSaved();
    } catch (thrown) {
      const refused = asProblem(thrown);
      try {
        if (refused.code === 'precondition_failed') setTheirs(await readRecord(client, kind, record.id));
        else setProblem(refused);
      } catch (gone) {
        setProblem(asProblem(gone));
      }
      setBusy(false);
    }
  };

  if (theirs) {
    return (
      <>
        <Notice tone="warn" icon="warning" role="alert">
          <strong>Somebody else changed this record meanwhile</strong>
          <span>Nothing was saved yet. Compare both changes, then decide.</span>
        </Notice>
        <ThreeWay base={record.original} theirs={theirs.original} yours={text} />
        <footer class="toolbar">
          <button type="button" class="button primary" disabled={busy} onClick={() => { void save(theirs.meta.version); setTheirs(undefined); }}>Save yours over theirs</button>
          <button type="button" class="button" onClick={() => setTheirs(undefined)}>Go on editing</button>
          <button type="button" class="button" onClick={onSaved}>Keep theirs</button>
        </footer>
      </>
    );
  }
  return (
    <>
      <label class="field grow"><span>Original</span>
        <textarea class="code" ref={area} spellcheck={false} value={text} onInput={event => setText(event.currentTarget.value)}
          onKeyDown={event => { if (event.key === 'Escape') onCancel(); }} />
        <small>Saved as it stands here, then transformed by the kind's present pipeline.</small>
      </label>
      {problem && <Failure problem={problem} title="Nothing was saved" />}
      <footer class="toolbar">
        <button type="button" class="button primary" disabled={busy || text === record.original} onClick={() => void save(record.meta.version)}>
          <Icon name="done" />{busy ? 'Saving…' : 'Save'}</button>
        <button type="button" class="button" onClick={onCancel}>Cancel</button>
      </footer>
    </>
  );
}
