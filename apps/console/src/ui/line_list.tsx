/// Lines of a text, those that are new and those that are gone marked by colour and by a sign.
export function LineList({label, lines}: {label: string; lines: readonly {text: string; state: 'same' | 'added' | 'removed'; depth?: number}[]}) {
  return (
    <pre class="merged" tabIndex={0} role="region" aria-label={label}><code>{lines.map(({text, state, depth = 0}, index) => (
      <span key={index} class={`line ${state}`}><span class="sign">{state === 'added' ? '+' : state === 'removed' ? '−' : ' '}</span>{'  '.repeat(depth)}<span class="foreign">{text}</span></span>
    ))}</code></pre>
  );
}
