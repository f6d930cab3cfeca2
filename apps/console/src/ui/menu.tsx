import type {ComponentChildren} from 'preact';
import {useEffect, useRef, useState} from 'preact/hooks';

/// A button that opens a short list of links and buttons. Escape, a choice and a click elsewhere
/// close it.
export function Menu({label, button, className = 'button', disabled = false, children}:
    {label: string; button: ComponentChildren; className?: string; disabled?: boolean; children: ComponentChildren}) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    addEventListener('pointerdown', outside);
    addEventListener('focusin', outside);
    return () => {
      removeEventListener('pointerdown', outside);
      removeEventListener('focusin', outside);
    };
  }, [open]);
  const close = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !open) return;
    event.stopPropagation();
    setOpen(false);
    opener.current?.focus();
  };
  return (
    <div class="menu" ref={root} onKeyDown={close}>
      <button type="button" ref={opener} class={className} aria-label={label} aria-expanded={open} disabled={disabled}
        onClick={() => setOpen(!open)}>{button}</button>
      {open && <div class="menu-list" onClick={event => {
        if ((event.target as Element).closest('button, a')) setOpen(false);
      }}>{children}</div>}
    </div>
  );
}
