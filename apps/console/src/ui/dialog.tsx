import type {ComponentChildren} from 'preact';
import {useEffect, useId, useRef} from 'preact/hooks';
import {Icon} from './icon';

/// A window over the page, which is closed by Escape. The browser keeps the focus in it, and gives
/// it back.
export function Dialog({title, onClose, children}: {title: string; onClose(): void; children: ComponentChildren}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => { dialog.current!.showModal(); }, []);
  return (
    <dialog ref={dialog} aria-labelledby={id} onClose={onClose} onKeyDown={event => event.stopPropagation()}>
      <header><h2 id={id}>{title}</h2>
        <button type="button" class="button icon plain" aria-label="Close" onClick={onClose}><Icon name="close" /></button>
      </header>
      {children}
    </dialog>
  );
}
