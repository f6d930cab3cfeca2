import {useState} from 'preact/hooks';
import {Icon} from '../../ui/icon';
import {brief} from '../../json/brief';
import type {Column} from './columns';
import {ConditionForm} from './condition_form';
import {type Condition, type Filter, type Group, everything, isGroup, lastOf} from './filter';
import {operatorsOf, writeValue} from './operators';

interface FilterBarProps {
  kind: string;
  columns: Column[];
  filter: Group;
  onChange(filter: Group): void;
}

/// The filter as chips, which can be changed, joined by "and" or "or", and put into groups.
export function FilterBar({kind, columns, filter, onChange}: FilterBarProps) {
  return (
    <div class="filter-bar" role="group" aria-label="Filter">
      <Icon name="filter" />
      <Chips kind={kind} columns={columns} group={filter} depth={0} onChange={onChange} />
      {filter.parts.length > 0 && (
        <button type="button" class="button plain compact" onClick={() => onChange(everything)}>Clear</button>
      )}
    </div>
  );
}

function Chips({kind, columns, group, depth, onChange}: {kind: string; columns: Column[]; group: Group; depth: number; onChange(group: Group): void}) {
  const [editing, setEditing] = useState<number>();  // The part that is being changed; one past the last is a new one.
  const replace = (index: number, part?: Filter) => {
    setEditing(undefined);
    const parts = [...group.parts];
    parts.splice(index, 1, ...(part ? [part] : []));
    onChange({...group, parts});
  };
  const add = (part: Filter) => {
    setEditing(undefined);
    onChange({...group, parts: [...group.parts, part]});
  };
  const form = (index: number, condition?: Condition) => (
    <ConditionForm kind={kind} columns={columns} condition={condition} onCancel={() => setEditing(undefined)}
      onDone={done => (condition ? replace(index, done) : add(done))} />
  );
  return (
    <>
      {group.parts.map((part, index) => (
        <>
          {index > 0 && (
            <button type="button" class="join" title={`Join by "${group.join === 'and' ? 'or' : 'and'}" instead`}
              onClick={() => onChange({...group, join: group.join === 'and' ? 'or' : 'and'})}>{group.join}</button>
          )}
          {isGroup(part) ? (
            <span class="chip-group">
              <Chips kind={kind} columns={columns} group={part} depth={depth + 1}
                onChange={next => replace(index, next.parts.length > 0 ? next : undefined)} />
            </span>
          ) : (
            <span class="chip">
              <button type="button" aria-expanded={editing === index} onClick={() => setEditing(editing === index ? undefined : index)}>
                <Words condition={part} columns={columns} />
              </button>
              <button type="button" class="chip-close" aria-label={`Remove the condition on ${part.field}`} onClick={() => replace(index)}>
                <Icon name="close" />
              </button>
              {editing === index && form(index, part)}
            </span>
          )}
        </>
      ))}
      <span class="chip-new">
        <button type="button" class="button compact" aria-expanded={editing === group.parts.length}
          onClick={() => setEditing(editing === group.parts.length ? undefined : group.parts.length)}>
          <Icon name="plus" />{group.parts.length === 0 ? 'Filter' : 'Condition'}
        </button>
        {editing === group.parts.length && form(group.parts.length)}
      </span>
      {depth === 0 && group.parts.length > 1 && (
        <button type="button" class="button compact plain" onClick={() => {
          const last = group.parts.at(-1)!;
          replace(group.parts.length - 1, {join: group.join === 'and' ? 'or' : 'and', parts: isGroup(last) ? last.parts : [last]});
        }}>Group the last</button>
      )}
    </>
  );
}

function Words({condition: {field, operator, value}, columns}: {condition: Condition; columns: Column[]}) {
  const type = columns.find(column => column.field === field)?.type ?? 'any';
  const name = lastOf(value) ? 'last' : operator;
  const says = operatorsOf(type).find(one => one.name === name)?.says ?? operator;
  return <><b class="foreign">{field}</b> {says} <span class="foreign value">{brief(writeValue(value), 40)}</span></>;
}
