import type {Kind} from '../../api/types';
import {differences} from '../../json/difference';
import {type Json, type JsonObject, isObject, toText} from '../../json/parse';
import {pretty} from '../../json/pretty';

/// A kind's definition without its name and version, which the server assigns.
export type Definition = JsonObject;

// In this order they are shown.
const members = ['description', 'pipeline', 'fields', 'indexes', 'id', 'retention', 'history', 'examples'];

// What the server says of a kind besides its definition. Everything else is taken for a part of that: what the console does not
// know must not be lost when it deploys.
const besides = new Set(['name', 'version', 'managedBy', 'records', 'rejects', 'rejectsBy', 'indexBuilds']);

const isEmpty = (value: Json): boolean => (Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0);

const rankOf = (name: string): number => (members.includes(name) ? members.indexOf(name) : members.length);

/// The definition in what the server says of a kind, or of a version of it.
export function definitionOf(kind: Kind | JsonObject): Definition {
  const given = Object.entries(kind as unknown as JsonObject).filter(([name, value]) =>
    !besides.has(name) && value !== undefined && (name === 'pipeline' || !isEmpty(value)));
  return Object.fromEntries(given.sort(([left], [right]) => rankOf(left) - rankOf(right) || (left < right ? -1 : 1)));
}

export const textOf = (definition: Definition): string => `${pretty(definition)}\n`;

export const stepsOf = (definition: Definition): Json[] => (Array.isArray(definition['pipeline']) ? definition['pipeline'] : []);
export const examplesOf = (definition: Definition): Json[] => (Array.isArray(definition['examples']) ? definition['examples'] : []);

export const withSteps = (definition: Definition, steps: Json[]): Definition => ({...definition, pipeline: steps});

export const sameDefinition = (left: Definition, right: Definition): boolean => toText(definitionOf(left)) === toText(definitionOf(right));

/// Whether records go through them in different ways; otherwise the server keeps the version.
export const transformsOtherwise = (left: Definition, right: Definition): boolean =>
  (['pipeline', 'fields', 'id'] as const).some(name => differences(left[name] ?? {}, right[name] ?? {}, 1).length > 0);

/// A step of a pipeline, taken apart.
export interface Step {
  name: string;
  parameters: JsonObject;
  condition?: Json | undefined;  ///< `if`
  onError?: Json | undefined;
  description?: Json | undefined;
}

/// The parts of a step, if it is one.
export function readStep(step: Json): Step | undefined {
  if (!isObject(step)) return undefined;
  const {if: condition, onError, description, ...named} = step;
  const [own, ...more] = Object.entries(named);
  if (!own || more.length > 0 || !isObject(own[1])) return undefined;
  return {name: own[0], parameters: own[1], condition, onError, description};
}

export const writeStep = ({name, parameters, condition, onError, description}: Step): JsonObject => ({
  [name]: parameters,
  ...(condition === undefined ? {} : {if: condition}),
  ...(onError === undefined ? {} : {onError}),
  ...(description === undefined ? {} : {description}),
});
