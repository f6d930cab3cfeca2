import {useRef, useState} from 'preact/hooks';
import {Icon} from './icon';

interface CopyableProps {
  label: string;
  text: string;
  rows?: number;
  hint?: string;
}

/// A text to copy: by the button, or as any other text.
export function Copyable({label, text, rows = 1, hint = ''}: CopyableProps) {
  const [copied, setCopied] = useState<string>();
  const area = useRef<HTMLTextAreaElement>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {  // Without TLS the clipboard is not there.
      area.current!.select();
      document.execCommand('copy');
    }
    setCopied(text);
  };
  return (
    <>
      <textarea class="code" readOnly rows={rows} spellcheck={false} aria-label={label} ref={area} value={text} />
      <div class="toolbar">
        <button type="button" class="button primary" onClick={copy}><Icon name="copy" />Copy</button>
        <span class="soft" role="status">{copied === text ? 'Copied.' : hint}</span>
      </div>
    </>
  );
}
