import type {StepParameter} from 'dropzone:steps';
import type {Json} from '../../json/parse';
import type {Definition} from './definition';
import {ParameterField} from './parameter_field';

const settings: readonly StepParameter[] = [
  {name: 'description', form: 'text', says: 'what the kind is for'},
  {name: 'fields', form: 'json', says: '{"celsius": "number", "at": "timestamp"}'},
  {name: 'indexes', form: 'list', says: 'at, celsius'},
  {name: 'id', form: 'json', says: '{"from": ["station", "at"]}'},
  {name: 'retention', form: 'text', says: '90d'},
  {name: 'history', form: 'text', says: '10, or 90d'},
];

/// How many originals a history keeps is a number, and how long a text.
const read = (name: string, value: Json | undefined): Json | undefined =>
  (name === 'history' && typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value);

const shown = (value: Json | undefined): Json | undefined => (typeof value === 'number' ? String(value) : value);

/// What a definition has besides its steps and examples.
export function Settings({definition, onChange}: {definition: Definition; onChange(definition: Definition): void}) {
  const set = (name: string, value: Json | undefined) => {
    const {[name]: _, ...others} = definition;
    onChange(value === undefined || value === '' ? others : {...definition, [name]: read(name, value)!});
  };
  return (
    <details class="card kind-settings">
      <summary>Fields, indexes, ids, retention and history</summary>
      <div class="step-form">
        {settings.map(parameter => (
          <ParameterField key={parameter.name} step="the kind" parameter={parameter} value={shown(definition[parameter.name])} onChange={value => set(parameter.name, value)} />
        ))}
      </div>
    </details>
  );
}
