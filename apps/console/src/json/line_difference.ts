/// A line of two texts that are shown as one.
export interface DifferentLine {
  text: string;
  state: 'same' | 'added' | 'removed';
}

const most = 2_000;  // lines of the middle that are compared; beyond, all of them count as different

/// The lines of both texts in their order, with as many as possible the same.
export function lineDifference(before: string, after: string): DifferentLine[] {
  const [was, is] = [before.split('\n'), after.split('\n')];
  let start = 0;
  while (start < was.length && start < is.length && was[start] === is[start]) start += 1;
  let end = 0;
  while (end < was.length - start && end < is.length - start && was.at(-1 - end) === is.at(-1 - end)) end += 1;
  const lines = (texts: string[], state: DifferentLine['state']): DifferentLine[] => texts.map(text => ({text, state}));
  return [
    ...lines(is.slice(0, start), 'same'),
    ...middle(was.slice(start, was.length - end), is.slice(start, is.length - end)),
    ...lines(is.slice(is.length - end), 'same'),
  ];
}

/// By the longest common subsequence.
function middle(was: string[], is: string[]): DifferentLine[] {
  const lines: DifferentLine[] = [];
  const width = is.length + 1;
  const common = was.length <= most && is.length <= most ? new Uint16Array((was.length + 1) * width) : undefined;
  if (common) {
    for (let row = was.length - 1; row >= 0; row -= 1) {
      for (let column = is.length - 1; column >= 0; column -= 1) {
        const at = row * width + column;
        common[at] = was[row] === is[column] ? common[at + width + 1]! + 1 : Math.max(common[at + width]!, common[at + 1]!);
      }
    }
  }
  let [row, column] = [0, 0];
  while (row < was.length || column < is.length) {
    const at = row * width + column;
    if (common && row < was.length && column < is.length && was[row] === is[column]) {
      lines.push({text: was[row]!, state: 'same'});
      row += 1;
      column += 1;
    } else if (row < was.length && (column === is.length || !common || common[at + width]! >= common[at + 1]!)) {
      lines.push({text: was[row]!, state: 'removed'});
      row += 1;
    } else {
      lines.push({text: is[column]!, state: 'added'});
      column += 1;
    }
  }
  return lines;
}
