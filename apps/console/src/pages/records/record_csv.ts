import {members} from '../../json/scan';
import {csvLine, textCell} from '../../ui/csv';

/// The names of the columns as a line of CSV.
export const csvHead = (fields: readonly string[]): string => csvLine(fields.map(textCell));

/// A record as a line of CSV. Numbers are spelled as in its text, so that no digit is lost; arrays and objects are JSON. A field that
/// the record does not have is an empty cell without quotes.
export function csvRow(record: string, fields: readonly string[]): string {
  const values = new Map(members(record).map(({name, start, end}) => [name, record.slice(start, end)]));
  return csvLine(fields.map(field => cellOf(values.get(field))));
}

function cellOf(value: string | undefined): string {
  if (value === undefined) return '';
  if (value.startsWith('"')) return textCell(JSON.parse(value) as string);
  return /^[[{]/.test(value) ? textCell(value) : value;
}
