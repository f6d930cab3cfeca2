// The specification as an object, and as the JSON text that is kept next to the YAML.
import {readFileSync} from 'node:fs';
import {parse} from 'yaml';

export const root = new URL('../../', import.meta.url);
export const yamlFile = new URL('docs/openapi/dropzone.yaml', root);
export const jsonFile = new URL('docs/openapi/dropzone.json', root);
export const json32File = new URL('docs/openapi/dropzone-3.2.json', root);

export function readSpecification() {
  return parse(readFileSync(yamlFile, 'utf8'), {strict: true, uniqueKeys: true});
}

/// The media types of a body: those that are described, and those that are read alike (`x-also`), of
/// which generators need not know.
export function mediaTypesOf(requestBody) {
  return Object.entries(requestBody?.content ?? {}).flatMap(([type, content]) => [type, ...content['x-also'] ?? []]);
}

/// The specification by OpenAPI 3.2, which can say what each line of NDJSON is. The schema of all lines is not needed then.
export function toOpenApi32(specification) {
  const convert = node => {
    if (node === null || typeof node !== 'object') return node;
    if (Array.isArray(node)) return node.map(convert);
    const {'x-itemSchema': itemSchema, ...rest} = node;
    if (itemSchema) delete rest.schema;
    const entries = Object.entries(rest).map(([key, value]) => [key, convert(value)]);
    return Object.fromEntries(itemSchema ? [['itemSchema', itemSchema], ...entries] : entries);
  };
  const {Ndjson, ...schemas} = specification.components.schemas;
  return convert({...specification, components: {...specification.components, schemas}, openapi: '3.2.0'});
}

export function toJson(specification) {
  return JSON.stringify(specification) + '\n';
}
