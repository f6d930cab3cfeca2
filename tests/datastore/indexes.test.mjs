// deploy/index.yaml is what the server prints for the kinds that are shipped.
import assert from 'node:assert/strict';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {parse} from 'yaml';
import {emptyFolder, kinds, spawnServer} from '../server/process.mjs';
import {root} from '../support/server.mjs';

async function printed(folder, ...options) {
  const server = spawnServer(['--print-indexes', '--kinds', folder, ...options]);
  assert.equal(await server.ended, 0, server.stderr);
  return server.stdout;
}

test('deploy/index.yaml is up to date', async () => {
  assert.equal(readFileSync(join(root, 'deploy/index.yaml'), 'utf8'), await printed(kinds),
               'write it again: dropzone-server --kinds kinds --print-indexes > deploy/index.yaml');
});

test('indexes follow from what a kind declares', async t => {
  const folder = emptyFolder(t);
  const kind = (name, indexes) => writeFileSync(
      join(folder, `${name}.json`), JSON.stringify({name, version: 1, pipeline: [], indexes}));
  kind('records', ['a', 'deep.b']);
  kind('orders', [['customer', '-at']]);
  kind('plain', ['a']);
  const rows = parse(await printed(folder)).indexes.map(({kind, properties}) =>
      `${kind}: ${properties.map(({name, direction}) => (direction === 'desc' ? '-' : '') + name).join(' ')}`);
  assert.deepEqual(rows, [
    'orders: customer -at', 'orders: -customer at',
    'records: a deep.b', 'records: a -deep.b', 'records: -deep.b -a',
    'records: deep.b a', 'records: deep.b -a', 'records: -a -deep.b',
  ]);
});

test('kinds that combine nothing need none', async t => {
  const folder = emptyFolder(t);
  writeFileSync(join(folder, 'records.json'), '{"name": "records", "version": 1, "pipeline": []}');
  assert.deepEqual(parse(await printed(folder)).indexes, []);
});

test('a bound of the rejects needs one to find the oldest of a kind', async t => {
  const folder = emptyFolder(t);
  writeFileSync(join(folder, 'records.json'), '{"name": "records", "version": 1, "pipeline": []}');
  assert.deepEqual(parse(await printed(folder, '--max-rejects', '10000')).indexes,
                   [{kind: '_dropzone_rejects', properties: [{name: 'kind'}, {name: 'receivedAt'}]}]);
});
