import {useMemo, useState} from 'preact/hooks';
import type {Span} from '../json/scan';
import {tokenize} from '../json/tokens';
import {number} from './numbers';

const longest = 2_000;  // characters of one token that are shown at first
const most = 2_000;     // tokens that are shown at first

/// A text as it is, with the colours of JSON, and one place of it marked. Nothing of it can be
/// anything but text. What is very long is cut until somebody asks for the rest.
export function JsonText({text, mark, label}: {text: string; mark?: Span | undefined; label: string}) {
  const [whole, setWhole] = useState(false);
  const tokens = useMemo(() => tokenize(text), [text]);
  const shown = whole ? tokens : tokens.slice(0, most);
  const cut = shown.length < tokens.length || (!whole && shown.some(({start, end}) => end - start > longest));
  return (
    <figure class="json" aria-label={label}>
      <pre tabIndex={0} role="region" aria-label={label}><code>{shown.map(({type, start, end}) => {
        const marked = mark !== undefined && start >= mark.start && end <= mark.end;
        const piece = !whole && end - start > longest ? `${text.slice(start, start + longest)}…` : text.slice(start, end);
        if (type === 'space' && !marked) return piece;
        return <span key={start} class={`t-${type}${marked ? ' marked' : ''}`}>{piece}</span>;
      })}</code></pre>
      {cut && <button type="button" class="button compact" onClick={() => setWhole(true)}>
        Show all {number(text.length)} characters</button>}
    </figure>
  );
}
