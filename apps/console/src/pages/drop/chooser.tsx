import {useRef, useState} from 'preact/hooks';
import {Icon} from '../../ui/icon';
import type {Source} from './source';

/// Where a file is dropped or chosen, or text is pasted.
export function Chooser({dragged, onSource}: {dragged: boolean; onSource(source: Source): void}) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const paste = (event: Event) => {
    event.preventDefault();
    const content = new Blob([text]);
    onSource({name: 'pasted text', size: content.size, content});
  };
  return (
    <div class="chooser">
      <div class={`drop-target${dragged ? ' dragged' : ''}`}>
        <Icon name="drop" />
        <h2>Drop a file anywhere on this page</h2>
        <p class="soft">JSON or NDJSON, also packed with gzip. It stays on this computer until you press Store, but for the first records, which are tried on the server.</p>
        <button type="button" class="button primary" onClick={() => input.current!.click()}>Choose a file</button>
        <input ref={input} type="file" class="visually-hidden" tabIndex={-1} aria-label="File" accept=".json,.ndjson,.jsonl,.gz,.txt"
          onChange={event => {
            const file = event.currentTarget.files?.[0];
            if (file) onSource({name: file.name, size: file.size, content: file});
          }} />
      </div>
      <form class="paste" onSubmit={paste}>
        <label class="field grow"><span>Or paste records</span>
          <textarea class="code" rows={12} spellcheck={false} value={text} onInput={event => setText(event.currentTarget.value)}
            placeholder={'{"_id": "first", "time_stamp": "2019-05-04T06:00:00-04:00", "data": [1, 2, 4.5]}'} />
        </label>
        <button type="submit" class="button" disabled={text.trim() === ''}><Icon name="play" />Try them</button>
      </form>
    </div>
  );
}
