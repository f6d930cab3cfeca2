// The specification as an object, and as the JSON text that is kept beside the YAML.
import {readFileSync} from 'node:fs';
import {parse} from 'yaml';

export const root = new URL('../../', import.meta.url);
export const yamlFile = new URL('docs/openapi/dropzone.yaml', root);
export const jsonFile = new URL('docs/openapi/dropzone.json', root);

export function readSpecification() {
  return parse(readFileSync(yamlFile, 'utf8'), {strict: true, uniqueKeys: true});
}

export function toJson(specification) {
  return JSON.stringify(specification) + '\n';
}
