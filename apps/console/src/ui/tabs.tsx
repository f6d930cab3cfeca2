import {useId} from 'preact/hooks';
import type {ComponentChildren} from 'preact';

/// Several views of one thing; the arrow keys go from one to the next.
export function Tabs<Name extends string>({label, tabs, chosen, onChoose, children}: {
    label: string; tabs: readonly {name: Name; title: string}[]; chosen: Name; onChoose(name: Name): void; children: ComponentChildren}) {
  const id = useId();
  const move = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const at = tabs.findIndex(({name}) => name === chosen);
    const next = (at + step + tabs.length) % tabs.length;
    onChoose(tabs[next]!.name);
    (event.currentTarget as HTMLElement).querySelectorAll('button')[next]?.focus();
  };
  return (
    <>
      <div class="segments" role="tablist" aria-label={label} onKeyDown={move}>
        {tabs.map(({name, title}) => (
          <button key={name} type="button" role="tab" id={`${id}-${name}`} aria-selected={name === chosen} aria-controls={`${id}-panel`}
            tabIndex={name === chosen ? 0 : -1} onClick={() => onChoose(name)}>{title}</button>
        ))}
      </div>
      <div class="tab-panel" role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${chosen}`}>{children}</div>
    </>
  );
}
