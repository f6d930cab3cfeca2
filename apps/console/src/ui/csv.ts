/// A text as a cell of CSV (RFC 4180). What a spreadsheet would take for a formula gets an apostrophe, as in the CSV of the server.
export const textCell = (text: string): string =>
  `"${/^[=+\-@\t\r\n＝＋－＠]/.test(text) ? "'" : ''}${text.replaceAll('"', '""')}"`;

/// A line of CSV from its cells.
export const csvLine = (cells: readonly string[]): string => `${cells.join(',')}\r\n`;
