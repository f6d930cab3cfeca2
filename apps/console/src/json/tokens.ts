export type TokenType = 'name' | 'string' | 'number' | 'word' | 'mark' | 'space' | 'fault';

export interface Token {
  type: TokenType;
  start: number;
  end: number;
}

const pattern = /(\s+)|("(?:[^"\\]|\\[^])*"?)|(-?\d[\d.eE+-]*)|([a-zA-Z]+)|([{}[\],:])|([^])/y;
const types: readonly TokenType[] = ['space', 'string', 'number', 'word', 'mark', 'fault'];

/// Cuts a text into the tokens of JSON. They cover all of it, also what is not JSON.
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const which = types.findIndex((_, index) => match![index + 1] !== undefined);
    const start = match.index;
    if (text[start] === ':') nameBefore(tokens);
    tokens.push({type: types[which] ?? 'fault', start, end: pattern.lastIndex});
  }
  return tokens;
}

function nameBefore(tokens: Token[]): void {
  const last = tokens.at(-1)?.type === 'space' ? tokens.at(-2) : tokens.at(-1);
  if (last?.type === 'string') last.type = 'name';
}

const opens = new Set(['{', '[']);
const closes = new Set(['}', ']']);

/// The same JSON with line breaks and indentation. Numbers and strings keep their spelling.
export function indented(text: string): string {
  const words = tokenize(text).filter(({type}) => type !== 'space').map(({start, end}) => text.slice(start, end));
  let depth = 0;
  const line = () => `\n${'  '.repeat(Math.max(0, depth))}`;
  return words.map((word, index) => {
    if (opens.has(word)) {
      if (closes.has(words[index + 1] ?? '')) return word;
      depth += 1;
      return word + line();
    }
    if (closes.has(word)) {
      if (opens.has(words[index - 1] ?? '')) return word;
      depth -= 1;
      return line() + word;
    }
    if (word === ',') return word + line();
    return word === ':' ? ': ' : word;
  }).join('');
}
