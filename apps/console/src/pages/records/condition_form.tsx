import {useEffect, useId, useRef, useState} from 'preact/hooks';
import {type Column, pathOf} from './columns';
import {type Condition, lastOf} from './filter';
import {completions, operatorsOf, readValue, writeValue} from './operators';
import {useSuggestions} from './suggestions';

interface ConditionFormProps {
  kind: string;
  columns: Column[];
  condition: Condition | undefined;
  onDone(condition: Condition): void;
  onCancel(): void;
}

/// Asks for a field, an operator that fits its type, and a value.
export function ConditionForm({kind, columns, condition, onDone, onCancel}: ConditionFormProps) {
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const [field, setField] = useState(condition?.field ?? pathOf(columns[1]?.field ?? '_id'));
  const type = columns.find(column => pathOf(column.field) === field)?.type ?? 'any';
  const operators = operatorsOf(type);
  const [operator, setOperator] = useState(condition ? (lastOf(condition.value) ? 'last' : condition.operator) : operators[0]!.name);
  const chosen = operators.some(({name}) => name === operator) ? operator : operators[0]!.name;
  const [text, setText] = useState(condition ? writeValue(condition.value) : '');
  const [fault, setFault] = useState('');
  const suggested = completions(text, chosen, useSuggestions(kind, field, type));

  useEffect(() => { form.current?.querySelector<HTMLElement>('input, select')?.focus(); }, []);

  const submit = (event: Event) => {
    event.preventDefault();
    try {
      const given = type === 'boolean' && text === '' ? 'true' : text;
      onDone({field, operator: chosen === 'last' ? '>=' : chosen, value: readValue(given, type, chosen)});
    } catch (thrown) {
      setFault((thrown as Error).message);
    }
  };
  return (
    <form class="condition" ref={form} onSubmit={submit} onKeyDown={event => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      onCancel();
    }}>
      <label class="field"><span>Field</span>
        <input class="input" list={`${id}-fields`} value={field} required spellcheck={false} autocapitalize="none"
          onInput={event => setField(event.currentTarget.value)} />
        <datalist id={`${id}-fields`}>{columns.slice(0, 200).map(column => <option key={column.field} value={pathOf(column.field)} />)}</datalist>
      </label>
      <label class="field"><span>Condition</span>
        <select class="select" value={chosen} onChange={event => setOperator(event.currentTarget.value)}>
          {operators.map(({name, says}) => <option key={name} value={name}>{says}</option>)}
        </select>
      </label>
      <label class="field"><span>Value</span>
        {type === 'boolean' || chosen === 'EXISTS' ? (
          <select class="select" value={text || 'true'} onChange={event => setText(event.currentTarget.value)}>
            <option>true</option><option>false</option>
          </select>
        ) : (
          <input class="input" list={`${id}-values`} autocomplete="off" value={text} disabled={type === 'null'} placeholder={hintOf(type, chosen)} spellcheck={false}
            aria-invalid={fault !== ''} onInput={event => setText(event.currentTarget.value)} />
        )}
      </label>
      <datalist id={`${id}-values`}>{suggested.map(value => <option key={value} value={value} />)}</datalist>
      {fault && <small class="fault" role="alert">{fault}</small>}
      <div class="toolbar">
        <button type="submit" class="button primary compact">Apply</button>
        <button type="button" class="button compact" onClick={onCancel}>Cancel</button>
      </div>
    </form>
  );
}

function hintOf(type: string, operator: string): string {
  if (operator === 'last') return '7d';
  if (operator === 'IN') return 'a, b, c';
  if (type === 'number') return '4.5';
  return type === 'timestamp' ? '2026-05-04T10:00:00Z' : '';
}
