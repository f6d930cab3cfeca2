// The operations of the specification, and how to ask for each.
import {readSpecification} from '../openapi/specification.mjs';

const methods = ['get', 'head', 'put', 'post', 'delete', 'patch'];
const specification = readSpecification();
/// Each with its method and path, whether it is open, and its roles.
export const operations = Object.entries(specification.paths).flatMap(([path, item]) =>
    Object.entries(item).filter(([method]) => methods.includes(method)).map(([method, operation]) => ({
      method, path, ...operation,
      open: (operation.security ?? specification.security).length === 0,
      roles: operation['x-roles'],
      // Its roles are wanted for the kind that the request names, else for all kinds.
      ofKind: !['deleteRejects', 'getMetrics', 'makeKey', 'listKeys', 'revokeKeys', 'getJob', 'cancelJob'].includes(operation.operationId),
    })));

// What each operation needs to be understood. The rest is nobody's secret.
export const bodies = {
  storeRecords: ['application/json', '{}'],
  fetchManyByBody: ['application/json', '{"_id": ["a"]}'],
  filterRecords: ['application/json', '{}'],
  deleteManyByBody: ['application/json', '{"_id": ["a"]}'],
  putRecord: ['application/json', '{}'],
  patchRecord: ['application/merge-patch+json', '{}'],
  transformRecords: ['application/json', '{}'],
  storeNdjson: ['application/x-ndjson', '{}'],
  transformNdjson: ['application/x-ndjson', '{}'],
  retransformKind: ['application/json', '{}'],
  makeKey: ['application/json', '{"name": "a", "roles": "read"}'],
};

/// What a reference within the specification stands for.
export const resolved = reference => reference.$ref
    ? reference.$ref.slice(2).split('/').reduce((at, key) => at[key], specification) : reference;

/// Where to send it; with a kind, if it takes one.
export const urlOf = ({path, parameters = []}, kind) => {
  const takes = new Set([...parameters, ...(specification.paths[path].parameters ?? [])]
                            .map(reference => resolved(reference).name));
  const filled = path.replace('{id}', 'a').replace('{name}', kind ?? 'records');
  const query = new URLSearchParams();
  if (kind && takes.has('kind')) query.set('kind', kind);
  for (const name of ['_id', 'rejectId', 'keyId']) if (takes.has(name)) query.set(name, 'a');
  return `${filled}?${query}`;
};
