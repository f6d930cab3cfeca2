import steps, {type StepDescription} from 'dropzone:steps';
import type {Place} from '../../ui/json_place';

interface Suggestion {
  name: string;
  says?: string;
}

const definition: Suggestion[] = [
  {name: 'description', says: 'text for people'},
  {name: 'pipeline', says: 'the steps'},
  {name: 'fields', says: 'the types of fields'},
  {name: 'indexes', says: 'what queries filter and sort by'},
  {name: 'id', says: 'how a record gets its _id'},
  {name: 'retention', says: 'how long records are kept'},
  {name: 'examples', says: 'its own tests'},
];
const commonMembers: Suggestion[] = [
  {name: 'if', says: 'a filter: otherwise the step is skipped'},
  {name: 'onError', says: '"reject", "skip" or steps'},
  {name: 'description', says: 'text for people'},
];
const types = ['number', 'string', 'boolean', 'timestamp', 'array', 'object', 'null', 'any'];
const lists = new Set(['pipeline', 'steps', 'onError']);
const isIndex = (part: string | undefined): boolean => part !== undefined && /^\d+$/.test(part);

export const stepNamed = (name: string): StepDescription | undefined => steps.find(step => step.name === name);

/// Whether this path leads to a step: an element of a list of steps.
const isStep = (path: readonly string[]): boolean => isIndex(path.at(-1)) && lists.has(path.at(-2) ?? '');

/// What may stand at a place of a definition.
export function suggest({path, part, name, taken}: Place): Suggestion[] {
  const free = (all: Suggestion[]) => all.filter(one => !taken.includes(one.name));
  if (part === 'value') {
    if (path.length === 1 && path[0] === 'fields') return types.map(type => ({name: type}));
    if (isStep(path) && name === 'onError') return [{name: 'reject'}, {name: 'skip'}];
    return [];
  }
  if (path.length === 0) return free(definition);
  if (isStep(path)) {
    const named = taken.some(one => stepNamed(one));
    return free([...(named ? [] : steps), ...commonMembers]);
  }
  const step = isStep(path.slice(0, -1)) ? stepNamed(path.at(-1)!) : undefined;
  if (step) return free(step.parameters);
  if (path.length === 2 && path[0] === 'examples') return free([{name: 'description'}, {name: 'original'}, {name: 'record'}, {name: 'error'}]);
  if (path.length === 1 && path[0] === 'id') return free([{name: 'from'}, {name: 'field'}]);
  return [];
}
