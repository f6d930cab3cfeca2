// The specification as an object, and as the JSON text that is kept beside the YAML.
import {readFileSync} from 'node:fs';
import {parse} from 'yaml';

export const root = new URL('../../', import.meta.url);
export const yamlFile = new URL('docs/openapi/dropzone.yaml', root);
export const jsonFile = new URL('docs/openapi/dropzone.json', root);

export function readSpecification() {
  return parse(readFileSync(yamlFile, 'utf8'), {strict: true, uniqueKeys: true});
}

/// The media types of a body: those that are described, and those that are read alike (`x-also`), of
/// which generators need not know.
export function mediaTypesOf(requestBody) {
  return Object.entries(requestBody?.content ?? {}).flatMap(([type, content]) => [type, ...content['x-also'] ?? []]);
}

export function toJson(specification) {
  return JSON.stringify(specification) + '\n';
}
