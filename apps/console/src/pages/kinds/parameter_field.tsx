import {useEffect, useState} from 'preact/hooks';
import type {StepParameter} from 'dropzone:steps';
import {type Json, parseJson} from '../../json/parse';
import {pretty} from '../../json/pretty';
import {CodeEditor} from '../../ui/code_editor';

interface ParameterFieldProps {
  step: string;
  parameter: StepParameter;
  value: Json | undefined;
  /// Undefined takes the parameter out.
  onChange(value: Json | undefined): void;
}

const isTexts = (value: Json | undefined): value is string[] =>
  value === undefined || (Array.isArray(value) && value.every(one => typeof one === 'string'));

/// A control for a parameter that fits what the manual says of it, and the value that it has.
export function ParameterField(props: ParameterFieldProps) {
  const {step, parameter: {name, form, says}, value, onChange} = props;
  if (form === 'flag' && (value === undefined || typeof value === 'boolean')) {
    return (
      <label class="flag-field" title={says}>
        <input type="checkbox" checked={value === true} onChange={event => onChange(event.currentTarget.checked ? true : undefined)} />
        <code>{name}</code>
      </label>
    );
  }
  if (form === 'script' && (typeof value === 'string' || isTexts(value))) {
    const text = typeof value === 'string' ? value : (value ?? []).join('\n');
    return (
      <div class="field wide" title={says}>
        <span><code>{name}</code></span>
        <CodeEditor label={`${name} of ${step}`} language="lua" text={text}
          onChange={next => onChange(next.includes('\n') ? next.split('\n') : next)} />
      </div>
    );
  }
  return (
    <label class={`field${form === 'json' ? ' wide' : ''}`} title={says}>
      <span><code>{name}</code></span>
      <Control {...props} />
    </label>
  );
}

function Control({parameter: {form, says}, value, onChange}: ParameterFieldProps) {
  const hint = says.slice(0, 80);
  if (form === 'text' && (value === undefined || typeof value === 'string')) {
    return <input class="input" value={value ?? ''} placeholder={hint} spellcheck={false} autocapitalize="none"
      onInput={event => onChange(event.currentTarget.value === '' && value === undefined ? undefined : event.currentTarget.value)} />;
  }
  if (form === 'number' && (value === undefined || typeof value === 'number')) {
    return <input class="input" type="number" value={value ?? ''} placeholder={hint}
      onInput={event => onChange(event.currentTarget.value === '' ? undefined : event.currentTarget.valueAsNumber)} />;
  }
  if (form === 'list' && isTexts(value) && !(value ?? []).some(one => /[,\s]/.test(one) || one === '')) {
    return <TextField text={(value ?? []).join(', ')} hint={hint} onText={text => {
      const list = text.split(',').map(part => part.trim()).filter(Boolean);
      onChange(list.length > 0 ? list : undefined);
    }} />;
  }
  return <JsonField value={value} hint={hint} onChange={onChange} />;
}

/// Keeps what is being typed while its value is still the same, so that a comma at the end stays.
function TextField({text, hint, onText}: {text: string; hint: string; onText(text: string): void}) {
  const [typed, setTyped] = useState(text);
  const clean = (value: string) => value.split(',').map(part => part.trim()).filter(Boolean).join(', ');
  useEffect(() => { if (clean(typed) !== text) setTyped(text); }, [text]);
  return <input class="input" value={typed} placeholder={hint} spellcheck={false} autocapitalize="none" onInput={event => {
    setTyped(event.currentTarget.value);
    onText(event.currentTarget.value);
  }} />;
}

/// A value of any type, as JSON. What is not JSON is marked and not passed on.
export function JsonField({value, hint, label, onChange}: {value: Json | undefined; hint: string; label?: string; onChange(value: Json | undefined): void}) {
  const shown = value === undefined ? '' : pretty(value);
  const [typed, setTyped] = useState(shown);
  const [fault, setFault] = useState(false);
  const [focused, setFocused] = useState(false);
  useEffect(() => {
    if (focused) return;
    setTyped(shown);
    setFault(false);
  }, [shown]);
  const lines = Math.min(14, typed.split('\n').length);
  return (
    <>
      <textarea class="code" rows={lines} value={typed} placeholder={hint} spellcheck={false} aria-invalid={fault} {...(label ? {'aria-label': label} : {})}
        onFocus={() => setFocused(true)} onBlur={() => setFocused(false)} onInput={event => {
          const text = event.currentTarget.value;
          setTyped(text);
          try {
            onChange(text.trim() === '' ? undefined : parseJson(text));
            setFault(false);
          } catch {
            setFault(true);
          }
        }} />
      {fault && <small class="fault">This is not JSON yet. Text stands in quotes.</small>}
    </>
  );
}
