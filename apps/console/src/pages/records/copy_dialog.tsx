import {useRef, useState} from 'preact/hooks';
import type {Json} from '../../json/parse';
import {Dialog} from '../../ui/dialog';
import {Icon} from '../../ui/icon';
import {Tabs} from '../../ui/tabs';
import {type Language, asCode, tabs} from './copy_as';
import {requestOf} from './use_records';

/// The query as code, in three languages.
export function CopyDialog({kind, filter, sort, onClose}: {kind: string; filter: Json; sort: string; onClose(): void}) {
  const [language, setLanguage] = useState<Language>('curl');
  const [copied, setCopied] = useState(false);
  const text = useRef<HTMLTextAreaElement>(null);
  const code = asCode(language, requestOf(kind, filter, sort));
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(code);
    } catch {  // Without TLS the clipboard is not there.
      text.current!.select();
      document.execCommand('copy');
    }
    setCopied(true);
  };
  return (
    <Dialog title="This query as code" onClose={onClose}>
      <Tabs label="Language" tabs={tabs} chosen={language} onChoose={name => { setLanguage(name); setCopied(false); }}>
        <textarea class="code" readOnly rows={16} spellcheck={false} aria-label={`The query as ${language}`} ref={text} value={code} />
      </Tabs>
      <div class="toolbar">
        <button type="button" class="button primary" onClick={copy}><Icon name="copy" />Copy</button>
        <span class="soft" role="status">{copied ? 'Copied.' : 'Put your user and password, or a key, in their places.'}</span>
      </div>
    </Dialog>
  );
}
