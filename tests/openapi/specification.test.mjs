// What can be said of the specification without a server.
import assert from 'node:assert/strict';
import {readFileSync, readdirSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {test} from 'node:test';
import {createConfig, lint} from '@redocly/openapi-core';
import {json32File, jsonFile, readSpecification, root, toJson, toOpenApi32, yamlFile} from './specification.mjs';

const specification = readSpecification();

test('the linter finds nothing to say of either document', async () => {
  const config = await createConfig({
    extends: ['recommended-strict'],
    rules: {
      'no-invalid-media-type-examples': 'error',
      'no-invalid-schema-examples': 'error',
      // It wants definitions of members that `not` says must not be there together.
      'no-required-schema-properties-undefined': 'off',
      'tag-description': 'error',
    },
  });
  for (const file of [yamlFile, json32File]) {
    const problems = await lint({ref: fileURLToPath(file), config});
    assert.deepEqual(problems.map(p => `${p.ruleId}: ${p.message} at ${p.location[0]?.pointer}`), []);
  }
});

test('dropzone.json and dropzone-3.2.json are dropzone.yaml (run script/openapi after a change)', () => {
  assert.equal(readFileSync(jsonFile, 'utf8'), toJson(specification));
  assert.equal(readFileSync(json32File, 'utf8'), toJson(toOpenApi32(specification)));
});

test('by OpenAPI 3.2 each line of NDJSON has a schema', () => {
  const {openapi, paths} = toOpenApi32(specification);
  assert.equal(openapi, '3.2.0');
  const type = 'application/x-ndjson';
  for (const [{content}, schema] of [
    [paths['/store/ndjson'].post.requestBody, 'NewRecord'], [paths['/transform/ndjson'].post.requestBody, 'NewRecord'],
    [paths['/export'].get.responses[200], 'StoredRecord'],
  ]) {
    const {itemSchema} = content[type];
    assert.deepEqual(itemSchema.anyOf?.[0] ?? itemSchema, {$ref: `#/components/schemas/${schema}`});
    assert.equal(content[type].schema, undefined);
  }
});

test('each answer shows an example, and each error its own', () => {
  const seen = new Map();
  const statuses = mappedStatuses();
  const visit = (response, status, where) => {
    const {$ref} = response;
    if ($ref) response = specification.components.responses[$ref.split('/').pop()];
    for (const [type, content] of Object.entries(response.content ?? {})) {
      const shown = content.example ?? Object.values(content.examples ?? {})[0]?.value;
      assert.ok(shown, `${where} ${type}`);
      if (type !== 'application/problem+json') continue;
      assert.equal(shown.status, statuses[shown.code], where);
      if (status !== 'default') assert.equal(shown.status, Number(status), where);
      assert.equal(seen.get(JSON.stringify(shown)) ?? $ref, $ref, where);
      seen.set(JSON.stringify(shown), $ref);
    }
  };
  for (const [path, item] of Object.entries(specification.paths)) {
    for (const [method, {responses}] of Object.entries(item)) {
      for (const [status, response] of Object.entries(responses ?? {})) visit(response, status, `${method} ${path} ${status}`);
    }
  }
});

test('the names of operations and schemas are nothing else in any language', () => {
  for (const item of Object.values(specification.paths)) {
    for (const {operationId} of Object.values(item)) {
      if (operationId) assert.match(operationId, /^[a-z]+([A-Z][a-z]+)+$/);  // Two words are no keyword.
    }
  }
  const utilities = ['Record', 'Partial', 'Required', 'Readonly', 'Pick', 'Omit', 'Exclude', 'Extract', 'Parameters', 'Awaited'];
  for (const name of Object.keys(specification.components.schemas)) {
    assert.ok(!(name in globalThis) && !utilities.includes(name), name);
  }
});

test('the version is the one that CMake builds', () => {
  const header = readFileSync(new URL('core/include/dropzone/version.h', root), 'utf8');
  assert.equal(specification.info.version, header.match(/^#define DROPZONE_VERSION "([0-9.]+)"/m)[1]);
});

const declared = [...readFileSync(new URL('core/src/error.cc', root), 'utf8')
                      .matchAll(/case ErrorCode::\w+:\s+return "(\w+)"/g)].map(m => m[1]);
const documented = [...specification.info.description.matchAll(/^\| `(\w+)` \| (\d{3}) \| (.+) \|$/gm)]
                       .map(([, code, status, text]) => ({code, status: Number(status), text}));

test('error.h and the specification have the same codes, in the same order', () => {
  assert.ok(declared.length > 40);
  assert.deepEqual(specification.components.schemas.ErrorCode.enum, declared);
});

// problem.cc maps codes to statuses: `case` labels, each group ended by a `return`.
function mappedStatuses() {
  const statuses = {};
  let group = [];
  const source = readFileSync(new URL('adapters/http/src/message/problem.cc', root), 'utf8');
  for (const [, code, status] of source.matchAll(/case ErrorCode::(\w+):|return (\d{3});/g)) {
    if (code) group.push(code);
    else group = group.forEach(c => (statuses[c] = Number(status))) ?? [];
  }
  return statuses;
}

// The routes of the adapter: each is a braced list that begins with its method. One that serves
// several patterns is made by a function …_route_of(context, pattern, …).
function declaredRoutes() {
  const folder = new URL('adapters/http/src/rest/routes/', root);
  const routes = new Map();
  for (const file of readdirSync(folder)) {
    const source = readFileSync(new URL(file, folder), 'utf8');
    if (file === 'pages.cc') continue;  // They are no operations.
    let found = 0;
    const patterns = [...source.matchAll(/_route_of\(context, "([^"]+)"/g)].map(m => m[1]);
    for (const [, method, pattern, parameters] of source.matchAll(
        /\.method = Method::(\w+),\s+\.pattern = (?:"([^"]+)"|\w+),[^]*?\.parameters = \{([^}]*)\}/g)) {
      const names = [...parameters.matchAll(/"(\w+)"/g)].map(m => m[1]).sort();
      ++found;
      for (const path of pattern ? [pattern] : patterns) routes.set(`${method.replace('_', '')} ${path}`, names);
    }
    // A route that is written in another way must not be overlooked.
    assert.equal(found, [...source.matchAll(/\.answer =/g)].length, file);
  }
  return routes;
}

test('each route is described, with exactly its query parameters', () => {
  const find = object => object.$ref
      ? object.$ref.slice(2).split('/').reduce((at, key) => at[key], specification) : object;
  const described = new Map();
  for (const [path, item] of Object.entries(specification.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      if (!operation.operationId || method === 'head') continue;  // HEAD is GET's.
      const parameters = [...item.parameters ?? [], ...operation.parameters ?? []].map(find);
      described.set(`${method} ${path}`, parameters.filter(p => p.in === 'query').map(p => p.name).sort());
    }
  }
  const routes = declaredRoutes();
  assert.deepEqual(Object.fromEntries([...routes].sort()), Object.fromEntries([...described].sort()));
});

test('the table of errors has each code once, with its status and what to do', () => {
  assert.deepEqual(documented.map(row => row.code), declared);
  const statuses = mappedStatuses();
  for (const {code, status, text} of documented) {
    assert.equal(status, statuses[code], code);
    assert.ok(text.length > 20, code);
  }
});

test('objects of our own say exactly which members they have', () => {
  const open = new Set(['NewRecord', 'StoredRecord']);
  const loose = [];
  const visit = (schema, where) => {
    if (Array.isArray(schema)) return schema.forEach((s, i) => visit(s, `${where}/${i}`));
    if (schema === null || typeof schema !== 'object') return;
    if (schema.type === 'object' && schema.properties && schema.additionalProperties !== false) {
      loose.push(where);
    }
    for (const [key, value] of Object.entries(schema)) visit(value, `${where}/${key}`);
  };
  for (const [name, schema] of Object.entries(specification.components.schemas)) {
    if (!open.has(name)) visit(schema, name);
  }
  assert.deepEqual(loose, []);
});

test('docs/api.md has the same table of errors', () => {
  const table = text => text.match(/^\s*\| code \| status \|(?:.*\n\s*\|)*.*$/m)[0].replace(/^ +/gm, '');
  const manual = readFileSync(new URL('docs/api.md', root), 'utf8');
  assert.equal(table(manual), table(specification.info.description));
});
