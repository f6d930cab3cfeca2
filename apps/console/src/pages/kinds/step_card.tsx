import {useState} from 'preact/hooks';
import type {Json} from '../../json/parse';
import {brief} from '../../json/brief';
import {Icon} from '../../ui/icon';
import {number} from '../../ui/numbers';
import {type Step, readStep, writeStep} from './definition';
import {JsonField, ParameterField} from './parameter_field';
import {stepNamed} from './suggest';

/// What a step did with the samples.
export interface StepNote {
  refused: number;     ///< Samples that it refuses.
  skipped: boolean;    ///< The chosen one went past it.
  changes: number;     ///< Lines of the chosen one that it changed.
  failed: boolean;     ///< The chosen one went on, by its onError.
}

interface StepCardProps {
  value: Json;
  index: number;
  last: boolean;
  chosen: boolean;
  note: StepNote | undefined;
  fault: string | undefined;
  onChoose(): void;
  onChange(value: Json): void;
  onRemove(): void;
  onMove(by: -1 | 1): void;
}

/// A step: its name, its parameters, and what every step may have.
export function StepCard({value, index, last, chosen, note, fault, onChoose, onChange, onRemove, onMove}: StepCardProps) {
  const [open, setOpen] = useState(false);
  const step = readStep(value);
  const name = step?.name ?? 'not a step';
  const known = step && stepNamed(step.name);
  const label = `step ${index + 1}, ${name.slice(0, 60)}`;
  const change = (part: Partial<Step>) => onChange(writeStep({...step!, ...part}));
  return (
    <li class={`card step${chosen ? ' chosen' : ''}${fault ? ' faulty' : ''}`}>
      <div class="step-head">
        <button type="button" class="step-choose" aria-pressed={chosen} onClick={onChoose}>
          <span class="visually-hidden">Step</span><span class="step-number number">{index + 1}</span>
          <b class="foreign">{name.slice(0, 60)}</b>
          <Note note={note} />
        </button>
        <div class="step-tools">
          <button type="button" class="button compact icon plain" aria-label={`Move ${label} up`} disabled={index === 0} onClick={() => onMove(-1)}><Icon name="up" /></button>
          <button type="button" class="button compact icon plain" aria-label={`Move ${label} down`} disabled={last} onClick={() => onMove(1)}><Icon name="down" /></button>
          <button type="button" class="button compact icon plain" aria-label={`Remove ${label}`} onClick={onRemove}><Icon name="trash" /></button>
          <button type="button" class="button compact icon plain fold" aria-label={`Edit ${label}`} aria-expanded={open} onClick={() => setOpen(!open)}><Icon name="chevron" /></button>
        </div>
      </div>
      {!open && <Summary step={step} value={value} onOpen={() => setOpen(true)} />}
      {fault && <p class="fault small foreign" role="alert">{fault}</p>}
      {open && (
        <div class="step-form">
          {known && <p class="soft small wide">{known.says[0]!.toUpperCase()}{known.says.slice(1)}.</p>}
          {step ? <Parameters step={step} change={change} /> : <JsonField value={value} hint="a step" label={`The JSON of ${label}`} onChange={next => onChange(next ?? {})} />}
          {step && <Common step={step} change={change} />}
        </div>
      )}
    </li>
  );
}

function Note({note}: {note: StepNote | undefined}) {
  if (!note) return null;
  return (
    <span class="toolbar">
      {note.skipped && <span class="badge">skipped</span>}
      {note.failed && <span class="badge warn">went on in spite of an error</span>}
      {note.changes > 0 && <span class="badge accent">{number(note.changes)} changed</span>}
      {note.refused > 0 && <span class="badge bad">refuses {number(note.refused)}</span>}
    </span>
  );
}

function Summary({step, value, onOpen}: {step: Step | undefined; value: Json; onOpen(): void}) {
  if (!step) return <p class="step-summary"><code class="foreign">{brief(value, 120)}</code></p>;
  const description = typeof step.description === 'string' ? step.description : '';
  return (
    <div class="step-summary" onClick={onOpen}>
      {description && <p class="foreign">{description.slice(0, 200)}</p>}
      <dl>
        {Object.entries(step.parameters).slice(0, 8).map(([name, parameter]) => (
          <div key={name}><dt class="foreign">{name.slice(0, 60)}</dt><dd><code class="foreign">{brief(parameter, 100)}</code></dd></div>
        ))}
        {step.condition !== undefined && <div><dt>if</dt><dd><code class="foreign">{brief(step.condition, 100)}</code></dd></div>}
        {step.onError !== undefined && <div><dt>onError</dt><dd><code class="foreign">{brief(step.onError, 100)}</code></dd></div>}
      </dl>
    </div>
  );
}

interface PartProps {
  step: Step;
  change(part: Partial<Step>): void;
}

function Parameters({step, change}: PartProps) {
  const known = stepNamed(step.name)?.parameters ?? [];
  const others = Object.keys(step.parameters).filter(name => !known.some(parameter => parameter.name === name))
      .map(name => ({name, form: 'json' as const, says: 'The step does not know this parameter.'}));
  const set = (name: string, value: Json | undefined) => {
    const kept = Object.entries(step.parameters).filter(([other]) => other !== name);
    const at = Object.keys(step.parameters).indexOf(name);
    if (value !== undefined) kept.splice(at < 0 ? kept.length : at, 0, [name, value]);
    change({parameters: Object.fromEntries(kept)});
  };
  return (
    <>
      {[...known, ...others].map(parameter => (
        <ParameterField key={parameter.name} step={step.name} parameter={parameter}
          value={Object.hasOwn(step.parameters, parameter.name) ? step.parameters[parameter.name] : undefined}
          onChange={value => set(parameter.name, value)} />
      ))}
    </>
  );
}

/// What every step may have: when it runs, what becomes of a record that it refuses, and a text.
function Common({step, change}: PartProps) {
  const onError = step.onError === undefined ? 'reject' : typeof step.onError === 'string' ? step.onError : 'steps';
  return (
    <div class="step-common wide">
      <label class="field wide"><span><code>if</code></span>
        <JsonField value={step.condition} hint={'{"field": "temp", "operator": ">", "value": 30}'}
          onChange={condition => change({condition})} />
      </label>
      <label class="field"><span><code>onError</code></span>
        <select class="select" value={onError} onChange={event => {
          const choice = event.currentTarget.value;
          change({onError: choice === 'reject' ? undefined : choice === 'steps' ? [] : choice});
        }}>
          <option value="reject">reject the record</option><option value="skip">skip the step</option><option value="steps">do these steps</option>
        </select>
      </label>
      <label class="field"><span><code>description</code></span>
        <input class="input" value={typeof step.description === 'string' ? step.description : ''} placeholder="why this step is here"
          onInput={event => change({description: event.currentTarget.value || undefined})} />
      </label>
      {onError === 'steps' && (
        <label class="field wide"><span>Steps of <code>onError</code></span>
          <JsonField value={step.onError} hint={'[{"remove": {"fields": ["at"]}}]'} onChange={value => change({onError: value ?? []})} />
        </label>
      )}
    </div>
  );
}
