// The operations of the specification, and how to ask for each.
import {readSpecification} from '../openapi/specification.mjs';

// Whoever has the role for some kind may ask; what is of other kinds does not exist for them.
const ofSomeKind = ['getReject', 'correctReject', 'replayRejects'];
const methods = ['get', 'head', 'put', 'post', 'delete', 'patch'];
const specification = readSpecification();
/// Each with its method and path, whether it is open, and its roles.
export const operations = Object.entries(specification.paths).flatMap(([path, item]) =>
    Object.entries(item).filter(([method]) => methods.includes(method)).map(([method, operation]) => ({
      method, path, ...operation,
      open: (operation.security ?? specification.security).length === 0,
      roles: operation['x-roles'],
      // Its roles are wanted for the kind that the request names, else for all kinds.
      ofKind: !['getMetrics', 'getOptions', 'makeKey', 'listKeys', 'revokeKeys', 'getJob', 'cancelJob', ...ofSomeKind].includes(operation.operationId),
      ofSomeKind: ofSomeKind.includes(operation.operationId),
    })));

// What each operation needs to be understood. The rest is nobody's secret.
export const bodies = {
  storeRecords: ['application/json', '{}'],
  fetchManyByBody: ['application/json', '{"_id": ["a"]}'],
  filterRecords: ['application/json', '{}'],
  deleteManyByBody: ['application/json', '{"_id": ["a"]}'],
  putRecord: ['application/json', '{}'],
  restoreRecord: ['application/json', '{"version": "a"}'],
  patchRecord: ['application/merge-patch+json', '{}'],
  transformRecords: ['application/json', '{}'],
  storeNdjson: ['application/x-ndjson', '{}'],
  transformNdjson: ['application/x-ndjson', '{}'],
  retransformKind: ['application/json', '{}'],
  replayRejects: ['application/json', '{"rejectIds": ["a"]}'],
  correctReject: ['application/json', '{}'],
  makeKey: ['application/json', '{"name": "a", "roles": "read"}'],
};

/// What a reference within the specification stands for.
export const resolved = reference => reference.$ref
    ? reference.$ref.slice(2).split('/').reduce((at, key) => at[key], specification) : reference;

/// Where to send it; with a kind, if it takes one.
export const urlOf = ({path, parameters = []}, kind) => {
  const takes = new Set([...parameters, ...(specification.paths[path].parameters ?? [])]
                            .map(resolved).filter(parameter => parameter.in === 'query').map(({name}) => name));
  const filled = path.replace(/\{(id|rejectId)\}/, 'a').replace('{name}', kind ?? 'records');
  const query = new URLSearchParams();
  if (kind && takes.has('kind')) query.set('kind', kind);
  for (const name of ['_id', 'keyId']) if (takes.has(name)) query.set(name, 'a');
  if (takes.has('rejectId') && !kind) query.set('rejectId', 'a');  // Rejects are named, or selected.
  return `${filled}?${query}`;
};
