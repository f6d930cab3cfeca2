import steps from 'dropzone:steps';
import {useState} from 'preact/hooks';
import type {JsonObject} from '../../json/parse';
import {Dialog} from '../../ui/dialog';
import {Icon} from '../../ui/icon';

/// Chooses a step by what it does. It begins as the manual's example, which shows what it needs.
export function AddStepDialog({onAdd, onClose}: {onAdd(step: JsonObject): void; onClose(): void}) {
  const [wanted, setWanted] = useState('');
  const words = wanted.trim().toLowerCase().split(/\s+/);
  const rank = (name: string) => (name.startsWith(words[0]!) ? 0 : 1);
  const found = steps.filter(({name, says}) => words.every(word => name.includes(word) || says.toLowerCase().includes(word)))
      .sort((left, right) => rank(left.name) - rank(right.name));
  return (
    <Dialog title="Add a step" onClose={onClose}>
      <form class="add-step" onSubmit={event => {
        event.preventDefault();
        const [first] = found;
        if (first) onAdd({[first.name]: first.example});
      }}>
        <label class="field"><span class="visually-hidden">Search</span>
          <input class="input" autofocus value={wanted} placeholder="What should it do? Such as time, text, remove"
            onInput={event => setWanted(event.currentTarget.value)} />
        </label>
        <ul aria-label="Steps">
          {found.map(({name, says, example}) => (
            <li key={name}>
              <button type="button" onClick={() => onAdd({[name]: example})}>
                <Icon name="plus" /><code>{name}</code><span class="soft">{says}</span>
              </button>
            </li>
          ))}
        </ul>
        {found.length === 0 && <p class="soft">No step does that. <code>lua</code> runs a script for what no step says.</p>}
      </form>
    </Dialog>
  );
}
