import {useEffect, useLayoutEffect, useRef, useState} from 'preact/hooks';
import type {Span} from '../json/scan';
import type {CodeMirror, Suggest} from './code_mirror';
import {Failure, Loading} from './states';

export interface CodeFault extends Span {
  says: string;
}

interface CodeEditorProps {
  label: string;
  language: 'json' | 'lua';
  text: string;
  faults?: readonly CodeFault[];
  suggest?: Suggest;
  onChange(text: string): void;
}

/// An editor with colours, completion and faults in place. It is fetched when it is shown first. It
/// lives in a shadow root: there its style sheets are objects, which the Content-Security-Policy
/// allows, and not elements, which it does not.
export function CodeEditor({label, language, text, faults = [], suggest, onChange}: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<CodeMirror | undefined>(undefined);
  const [state, setState] = useState<'loading' | 'ready' | 'failed'>('loading');
  const change = useRef(onChange);
  change.current = onChange;

  useEffect(() => {
    let gone = false;
    import('./code_mirror').then(({openCodeMirror}) => {
      if (gone) return;
      const root = host.current!.shadowRoot ?? host.current!.attachShadow({mode: 'open'});
      editor.current = openCodeMirror(root, {label, language, text, suggest, onChange: next => change.current(next)});
      setState('ready');
    }, () => { if (!gone) setState('failed'); });
    return () => {
      gone = true;
      editor.current?.close();
      editor.current = undefined;
    };
  }, [label, language]);
  // At once: later, somebody who types fast would be ahead of the text, and get it back.
  useLayoutEffect(() => editor.current?.setText(text), [text, state]);
  useEffect(() => editor.current?.setFaults(faults), [faults, state]);

  return (
    <div class="code-editor">
      {state === 'loading' && <Loading what="the editor" />}
      {state === 'failed' && <Failure title="The editor could not be loaded" problem={{code: 'unreachable', detail: 'Reload the page.'}} />}
      <div ref={host} />
    </div>
  );
}
