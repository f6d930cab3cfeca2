// Reads the examples of a Markdown file: its ```console blocks.
//
// A line that begins with `$ ` is a command; lines right below it that are indented belong to it. What
// follows, up to the next command, is its output. White space in outputs is for the reader: it is
// not compared. `…` stands for any text.

/// [{line, command, output}] in order.
export function readExamples(markdown) {
  const examples = [];
  let inside = false;
  markdown.split('\n').forEach((text, index) => {
    if (/^\s*```/.test(text)) {
      inside = !inside && /^\s*```console\s*$/.test(text);
      return;
    }
    if (!inside) return;
    const last = examples.at(-1);
    if (text.startsWith('$ ')) examples.push({line: index + 1, command: text.slice(2), output: []});
    else if (!last) throw new Error(`line ${index + 1}: output without a command`);
    else if (last.output.length === 0 && /^\s/.test(text)) last.command += '\n' + text;
    else last.output.push(text);
  });
  return examples.map(example => ({...example, output: example.output.join('\n')}));
}

const compact = text => text.replace(/\s+/g, '');

/// Whether a real output is what the document shows.
export function matches(shown, real) {
  const pattern = compact(shown).split('…').map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${pattern.join('[^]*?')}$`).test(compact(real));
}
