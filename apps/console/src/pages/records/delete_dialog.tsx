import {useState} from 'preact/hooks';
import {type Problem, asProblem} from '../../api/problem';
import {useSession} from '../../session/session';
import {Dialog} from '../../ui/dialog';
import {Failure} from '../../ui/states';
import {type StoredRecord, hasPath, recordPath} from './stored_record';

interface DeleteDialogProps {
  kind: string;
  record: StoredRecord;
  hasHistory: boolean;
  onClose(): void;
  onDeleted(): void;
}

/// Deletes the version of a record that is shown, after a plain warning.
export function DeleteDialog({kind, record: {id, meta}, hasHistory, onClose, onDeleted}: DeleteDialogProps) {
  const {client} = useSession();
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const remove = async () => {
    setBusy(true);
    try {
      if (hasPath(id)) await client.send(recordPath(id), {method: 'DELETE', query: {kind}, headers: {'If-Match': `"${meta.version}"`}});
      else await client.send('delete', {method: 'POST', body: {kind, _id: [id]}});
      onDeleted();
    } catch (thrown) {
      setProblem(asProblem(thrown));
      setBusy(false);
    }
  };
  return (
    <Dialog title="Delete this record?" onClose={onClose}>
      <p><b class="foreign">{id.slice(0, 200)}</b> is deleted from <b>{kind}</b>: its original and its transformed data.</p>
      <p>{hasHistory ? 'The kind keeps a history: as long as that has the original, you can restore it.' :
        'This cannot be undone. To be able to restore it, copy the original first.'}</p>
      {problem && <Failure problem={problem} title="Nothing was deleted" />}
      <div class="toolbar">
        <button type="button" class="button" onClick={onClose}>Cancel</button>
        <button type="button" class="button danger" disabled={busy} onClick={remove}>{hasHistory ? 'Delete' : 'Delete for good'}</button>
      </div>
    </Dialog>
  );
}
