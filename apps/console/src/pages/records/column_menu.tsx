import {Icon} from '../../ui/icon';
import {Menu} from '../../ui/menu';
import type {Column} from './columns';

const most = 200;

/// Chooses which columns the table has.
export function ColumnMenu({columns, shown, onChange}:
    {columns: Column[]; shown: Column[]; onChange(fields: string[]): void}) {
  const fields = shown.map(({field}) => field);
  const toggle = (field: string) => onChange(
      (fields.includes(field) ? fields.filter(name => name !== field) : [...fields, field]).filter(name => name !== '_id'));
  return (
    <Menu label="Columns" button={<><Icon name="columns" />Columns</>}>
      <div class="column-list">
        {columns.slice(1, most).map(({field, type}) => (
          <label key={field}>
            <input type="checkbox" checked={fields.includes(field)} onChange={() => toggle(field)} />
            <span class="foreign">{field}</span><small class="soft">{type}</small>
          </label>
        ))}
      </div>
    </Menu>
  );
}
