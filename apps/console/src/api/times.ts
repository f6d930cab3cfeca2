/// A time of the server, which has 0, 3 or 6 digits after the second, in a form by which times can be compared.
export function sortable(time: string): string {
  const [seconds, digits = ''] = time.slice(0, -1).split('.');
  return `${seconds}.${digits.padEnd(6, '0')}`;
}

/// For sort().
export const newestFirst = (left: {receivedAt: string}, right: {receivedAt: string}): number => {
  const [first, second] = [sortable(left.receivedAt), sortable(right.receivedAt)];
  return first < second ? 1 : first > second ? -1 : 0;
};
