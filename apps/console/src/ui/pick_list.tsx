import type {ComponentChildren} from 'preact';

interface PickListProps<Item> {
  label: string;
  items: readonly Item[];
  keyOf(item: Item): string;
  chosen: string | undefined;  ///< The key of one of them.
  onChoose(item: Item): void;
  children(item: Item): ComponentChildren;
}

/// A list of which one entry is chosen; the arrow keys go up and down.
export function PickList<Item>({label, items, keyOf, chosen, onChoose, children}: PickListProps<Item>) {
  const at = items.findIndex(item => keyOf(item) === chosen);
  const move = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const next = items[at + step];
    if (step === 0 || !next) return;
    event.preventDefault();
    onChoose(next);
    (event.currentTarget as HTMLElement).querySelectorAll('button')[at + step]?.focus();
  };
  return (
    <ol class="pick-list" aria-label={label} onKeyDown={move}>
      {items.map((item, index) => (
        <li key={keyOf(item)}>
          <button type="button" aria-pressed={index === at} tabIndex={index === Math.max(0, at) ? 0 : -1} onClick={() => onChoose(item)}>{children(item)}</button>
        </li>
      ))}
    </ol>
  );
}
