// What docs/steps.md says of the steps, for forms and completion. The manual is the only place where
// the parameters of steps are described, so it cannot differ from what the console offers.
import {readFileSync} from 'node:fs';

const plain = text => text.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/\*([^*`]+)\*/g, '$1').replaceAll('`', '').trim();
const cells = line => line.replace(/^\||\|$/g, '').split(/(?<!\\)\|/).map(cell => cell.trim());

/// How a parameter is filled in, by its description.
function formOf(name, says) {
  if (name === 'source') return 'script';
  if (says.startsWith('`true`: ')) return 'flag';
  if (/of any type|^an object|^the steps|^the schema|^what stands for/.test(says)) return 'json';
  if (/^in place of `field`|^a list of|^lists of/.test(says) || name === 'fields') return 'list';
  return name.startsWith('max_') ? 'number' : 'text';
}

function parametersIn(section) {
  const table = section.match(/^\| parameter \|.*\n\| ---.*\n((?:\|.*\n)+)/m);
  return (table?.[1] ?? '').split('\n').filter(Boolean).flatMap(line => {
    const [names, says] = cells(line);
    return [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => ({name, form: formOf(name, says), says: plain(says)}));
  });
}

/// The steps in the order of their names: what each does, its parameters, and an example of it.
export function stepCatalogue(manual) {
  const text = readFileSync(manual, 'utf8');
  const summaries = new Map([...text.matchAll(/^\| \[`(\w+)`\]\(#\w+\) \| (.*) \|$/gm)].map(([, name, says]) => [name, plain(says)]));
  const sections = text.split(/^## /m).slice(1);
  const steps = [...summaries].map(([name, says]) => {
    const section = sections.find(one => one.startsWith(`\`${name}\``));
    const examples = [...(section ?? '').matchAll(/^```json\n([^]*?)\n```$/gm)].map(([, json]) => JSON.parse(json));
    const example = examples.flat().find(step => Object.hasOwn(step, name));
    const parameters = parametersIn(section ?? '');
    if (!example || parameters.length === 0) throw new Error(`${manual} does not describe the step ${name} as expected`);
    return {name, says, parameters, example: example[name]};
  });
  if (steps.length === 0) throw new Error(`${manual} has no table of steps`);
  return steps;
}

/// Lets a bundle import it as 'dropzone:steps'.
export const stepCataloguePlugin = manual => ({
  name: 'steps',
  setup(build) {
    build.onResolve({filter: /^dropzone:steps$/}, () => ({path: 'steps', namespace: 'dropzone'}));
    build.onLoad({filter: /.*/, namespace: 'dropzone'}, () => ({contents: JSON.stringify(stepCatalogue(manual)), loader: 'json'}));
  },
});
