import {useState} from 'preact/hooks';
import {Dialog} from '../../ui/dialog';

/// Asks what a new kind is called.
export function NewKindDialog({taken, onName, onClose}: {taken: string[]; onName(name: string): void; onClose(): void}) {
  const [name, setName] = useState('');
  const exists = taken.includes(name);
  return (
    <Dialog title="A new kind" onClose={onClose}>
      <form class="new-kind" onSubmit={event => {
        event.preventDefault();
        if (!exists) onName(name);
      }}>
        <label class="field"><span>Name</span>
          <input class="input" autofocus required maxLength={100} pattern="[A-Za-z][A-Za-z0-9_\-]*" value={name} spellcheck={false} autocapitalize="none"
            placeholder="weather" onInput={event => setName(event.currentTarget.value)} />
          {exists ? <small class="fault" role="alert">There is a kind of this name already.</small> :
            <small>A letter, then letters, digits, - and _. It is deployed when you say so, not before.</small>}
        </label>
        <div class="toolbar">
          <button type="button" class="button" onClick={onClose}>Cancel</button>
          <button type="submit" class="button primary" disabled={name === '' || exists}>Begin</button>
        </div>
      </form>
    </Dialog>
  );
}
