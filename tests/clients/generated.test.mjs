// Five generators make clients from the document that the server serves. They are compiled strictly,
// and used against that server.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {after, test} from 'node:test';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {createClient} from '@hey-api/openapi-ts';
import {build} from 'esbuild';
import {generateTypesForDocument} from 'openapi-client-axios-typegen';
import openapiTypescript, {astToString} from 'openapi-typescript';
import {generate as orval} from 'orval';
import {generateApi} from 'swagger-typescript-api';
import {startServer} from '../support/server.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const folder = join(process.env.DROPZONE_TEST_OUTPUT ?? here, 'generated');
const server = await startServer();
after(async () => assert.equal(await server.stop(), 0));

rmSync(folder, {recursive: true, force: true});
for (const name of ['openapi-typescript', 'openapi-client-axios', 'orval', 'swagger-typescript-api']) {
  mkdirSync(join(folder, name), {recursive: true});
}
symlinkSync(join(here, 'node_modules'), join(folder, 'node_modules'));
cpSync(join(here, 'use'), join(folder, 'use'), {recursive: true});
const document = join(folder, 'openapi.json');
writeFileSync(document, (await server.request('GET', '/openapi.json')).bytes);

const generators = {
  'openapi-typescript': async file => writeFileSync(file, astToString(await openapiTypescript(pathToFileURL(document)))),
  'hey-api': () => createClient({
    input: document, plugins: ['@hey-api/client-fetch'], logs: {level: 'silent'},
    output: {path: join(folder, 'hey-api'), importFileExtension: '.js'}}),
  'swagger-typescript-api': file => generateApi({input: document, output: join(file, '..'), fileName: 'api.ts', silent: true}),
  orval: file => orval({
    input: {target: document}, output: {target: file, client: 'axios-functions', mode: 'single', prettier: false}}, folder, {}),
  'openapi-client-axios': async file => {
    const [imports, types, operations, , aliases] = await generateTypesForDocument(document, {transformOperationName: name => name});
    writeFileSync(file.replace('.ts', '.d.ts'), [imports, types, operations, aliases].join('\n'));
  },
};
for (const [name, generate] of Object.entries(generators)) {
  test(`${name} makes a client`, async () => { await generate(join(folder, name, 'api.ts')); });
}

test('the clients compile', () => {
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({
    compilerOptions: {
      strict: true, noEmit: true, target: 'es2022', module: 'nodenext', lib: ['es2023', 'dom', 'dom.iterable'], types: [],
      noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: false, skipLibCheck: true,
    },
    include: ['use', 'hey-api', 'orval', 'swagger-typescript-api', 'openapi-typescript', 'openapi-client-axios'],
  }));
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  try {
    execFileSync(process.execPath, [join(here, 'node_modules/typescript/bin/tsc'), '-p', folder], {encoding: 'utf8'});
  } catch (error) {
    assert.fail(error.stdout);
  }
});

for (const file of readdirSync(join(here, 'use')).filter(name => name !== 'outcome.ts')) {
  const name = basename(file, '.ts');
  test(`the client of ${name} stores, filters, patches and deletes`, async () => {
    const outfile = join(folder, `${name}.mjs`);
    await build({entryPoints: [join(folder, 'use', file)], outfile, bundle: true, format: 'esm', platform: 'node', packages: 'external'});
    await server.request('DELETE', '/delete?kind=measurements&_id=a,b,c');
    const {run} = await import(pathToFileURL(outfile));
    assert.deepEqual(await run(server.url, server.user, server.password), {
      stored: 2, mean: 2.5, lines: ['c', 'missing_field'], found: ['b', 'c'], missing: 'not_found', patched: 3, deleted: 2});
  });
}
