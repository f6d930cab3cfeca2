import {useEffect, useRef, useState} from 'preact/hooks';
import {asProblem} from '../../api/problem';
import {useSession} from '../../session/session';
import {Icon} from '../../ui/icon';
import {recordPath} from './stored_record';

export interface Deleted {
  id: string;
  version: string;
}

interface UndoDeletionProps {
  kind: string;  ///< It has a history.
  deleted: Deleted;
  onUndone(): void;
  onClose(): void;
}

/// Says that a record was deleted, and restores it if nobody has stored another with its id meanwhile. It stays until it is closed.
export function UndoDeletion({kind, deleted: {id, version}, onUndone, onClose}: UndoDeletionProps) {
  const {client} = useSession();
  const [refused, setRefused] = useState('');
  const [busy, setBusy] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => { button.current!.focus(); }, []);
  const undo = async () => {
    setBusy(true);
    try {
      await client.send(`${recordPath(id)}/restore`, {method: 'POST', query: {kind}, headers: {'If-None-Match': '*'}, body: {version}});
      onUndone();
    } catch (thrown) {
      const {code, detail} = asProblem(thrown);
      setRefused(code === 'precondition_failed' ? 'Somebody else has stored a record with this id meanwhile.' : detail);
      setBusy(false);
    }
  };
  return (
    <div class="notice toast" role="group" aria-label="Deleted" onKeyDown={event => { if (event.key === 'Escape') onClose(); }}>
      <Icon name="trash" />
      <div>
        <span role="status"><b class="foreign">{id.slice(0, 100)}</b> is deleted.</span>
        {refused && <span class="fault" role="alert">It was not restored. {refused}</span>}
      </div>
      <button type="button" class="button compact" ref={button} disabled={busy} onClick={() => void undo()}>Undo</button>
      <button type="button" class="button icon plain" aria-label="Close" onClick={onClose}><Icon name="close" /></button>
    </div>
  );
}
