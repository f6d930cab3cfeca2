// Kinds that are deployed while the server runs: by requests, and by files that are read again.
import assert from 'node:assert/strict';
import {cpSync, readFileSync, unlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {addUser, anyPort, emptyFolder, faultOf, inMemory, kinds, startServer, store, until, user} from './process.mjs';

const deploy = (server, name, definition, options = {}) => server.fetch(`/kinds/${name}`, {
  method: 'PUT', body: JSON.stringify(definition),
  ...options, headers: {'Content-Type': 'application/json', ...options.headers}});
const set = value => ({pipeline: [{set: {field: 'a', value}}]});
const made = async (server, kind) => (await (await store(server, {}, kind)).json()).results[0].record?.a;
const said = (server, text) => until(() => server.stderr.includes(text), text);

/// A folder of kinds of one's own, with the shipped ones in it.
function kindFolder(t, own) {
  const folder = join(emptyFolder(t), 'kinds');
  cpSync(kinds, folder, {recursive: true});
  const write = (name, definition) => writeFileSync(join(folder, `${name}.json`), JSON.stringify({name, ...definition}));
  for (const [name, definition] of Object.entries(own)) write(name, definition);
  return {folder, write, remove: name => unlinkSync(join(folder, `${name}.json`))};
}

test('what was deployed is there after kill -9, with its versions and their numbers', async t => {
  const args = [...anyPort, '--kinds', kinds, '--store', `sqlite:${join(emptyFolder(t), 'store.db')}`];
  const first = await startServer(t, args, user);
  assert.equal((await deploy(first, 'things', set(1))).status, 201);
  assert.equal((await deploy(first, 'things', {...set(2), indexes: ['a']})).status, 200);
  assert.equal(await made(first, 'things'), 2);
  await first.stop('SIGKILL');
  const second = await startServer(t, args, user);
  assert.equal(await made(second, 'things'), 2);
  assert.equal((await (await second.fetch('/kinds/things')).json()).records, 2);
  assert.deepEqual((await (await second.fetch('/kinds/things/versions')).json()).versions.map(v => v.version), [1, 2]);
  assert.equal((await second.fetch('/kinds/things', {method: 'DELETE'})).status, 200);
  await second.stop();
  const third = await startServer(t, args, user);
  assert.equal((await store(third, {}, 'things')).status, 404);
  assert.equal((await (await deploy(third, 'things', set(3))).json()).version, 3);
});

test('after SIGHUP the kinds of files are as the files say, numbered by the server if they say no number', async t => {
  const {folder, write, remove} = kindFolder(t, {things: set(1)});
  const server = await startServer(t, [...anyPort, '--store', 'memory:', '--kinds', folder], user);
  assert.equal(await made(server, 'things'), 1);
  write('things', set(2));
  write('others', {...set(7), version: 4});
  server.child.kill('SIGHUP');
  await until(async () => (await server.fetch('/kinds/others')).ok, 'the new kind');
  assert.equal(await made(server, 'things'), 2);
  assert.equal((await (await server.fetch('/kinds/things')).json()).version, 2);
  assert.equal((await (await server.fetch('/kinds/others')).json()).version, 4);
  remove('others');
  server.child.kill('SIGHUP');
  await until(async () => (await server.fetch('/kinds/others')).status === 404, 'the end of a kind');
});

test('a faulty file leaves the kinds in force as they are, and the log says where the fault is', async t => {
  const {folder, write} = kindFolder(t, {things: set(1)});
  const server = await startServer(t, [...anyPort, '--store', 'memory:', '--kinds', folder], user);
  write('things', {pipeline: [{st: {}}]});
  server.child.kill('SIGHUP');
  await said(server, 'at /pipeline/0/st');
  assert.equal(await made(server, 'things'), 1);
  write('things', {...set(2), examples: [{original: {}, record: {a: 3}}]});
  server.child.kill('SIGHUP');
  await said(server, 'Example 0 expects');
  assert.equal(await made(server, 'things'), 1);
});

test('a server does not start with a kind that fails its own examples', async t => {
  const {folder} = kindFolder(t, {things: {...set(2), examples: [{original: {}, record: {a: 3}}]}});
  const fault = await faultOf([...anyPort, '--store', 'memory:', '--kinds', folder], user);
  assert.match(fault, /things\.json: at \/examples\/0: Example 0 expects \{"a":3\}/);
});

test('only an admin of the kind deploys it, and everybody else is refused', async t => {
  const users = join(emptyFolder(t), 'users');
  addUser(users, 'eve', 'a long password', 'read,write');
  addUser(users, 'ada', 'a long password', 'admin:things');
  const server = await startServer(t, [...inMemory, '--users', users], user);
  const by = credentials => ({credentials});
  assert.equal((await deploy(server, 'things', set(1), by('eve:a long password'))).status, 403);
  assert.equal((await deploy(server, 'others', set(1), by('ada:a long password'))).status, 403);
  assert.equal((await deploy(server, 'things', set(1), by('ada:a long password'))).status, 201);
  assert.equal((await server.fetch('/kinds/things', {method: 'DELETE', ...by('eve:a long password')})).status, 403);
  assert.equal((await server.fetch('/kinds/things', {method: 'DELETE', ...by('ada:a long password')})).status, 200);
});

test('the audit log says who deployed what, and how the definition changed', async t => {
  const file = join(emptyFolder(t), 'audit');
  const server = await startServer(t, [...inMemory, '--audit-log', file], user);
  await deploy(server, 'things', set(1));
  await deploy(server, 'things', set(2));
  await deploy(server, 'things', {pipeline: [{st: {}}]});
  await server.fetch('/kinds/things', {method: 'DELETE'});
  const lines = readFileSync(file, 'utf8').trim().split('\n').map(JSON.parse).filter(l => l.operation.includes('/kinds'));
  assert.deepEqual(lines.map(l => [l.operation, l.outcome, l.principal, l.kind]), [
    ['PUT /kinds/{name}', 'ok', 'demo', 'things'], ['PUT /kinds/{name}', 'ok', 'demo', 'things'],
    ['PUT /kinds/{name}', 'refused', 'demo', 'things'], ['DELETE /kinds/{name}', 'ok', 'demo', 'things']]);
  assert.deepEqual(lines[1].changes.map(c => c.pointer), ['/version', '/pipeline']);
  assert.deepEqual(lines[1].targets, ['things@2']);
});

test('a dry run and a sample read what was kept of the request that brought a record', async t => {
  const server = await startServer(t, inMemory, user);
  const received = {pipeline: [{received: {at: 'at', by: 'by'}}]};
  await deploy(server, 'things', received);
  await store(server, {_id: 'a'}, 'things');
  const changed = {pipeline: [...received.pipeline, {set: {field: 'v', value: 2}}]};
  const {sample} = await (await deploy(server, 'things?dryRun', changed)).json();
  assert.deepEqual(sample.differences, [
    {_id: 'a', outcome: 'changed', differences: [{pointer: '/v', after: 2}]}]);
  const tried = await server.fetch('/transform', {
    method: 'POST', headers: {'Content-Type': 'application/json'},
    body: JSON.stringify({definition: {name: 'things', ...received}, sample: 1, against: 'deployed'})});
  const [result] = (await tried.json()).results;
  const {_id, ...stored} = await (await server.fetch('/records/a?kind=things')).json();
  assert.deepEqual([result.record, result.deployed.record, result.outcome], [stored, stored, 'same']);
});

test('a sample without a dry run deploys nothing', async t => {
  const server = await startServer(t, inMemory, user);
  for (const query of ['sample=5', 'sample=5&dryRun=false']) {
    const answer = await deploy(server, `things?${query}`, set(1));
    assert.equal(answer.status, 400);
    assert.match((await answer.json()).detail, /"sample" is for a dry run/);
  }
  assert.equal((await server.fetch('/kinds/things')).status, 404);
});

test('a kind that is deployed already is named as such if a new one was asked for', async t => {
  const server = await startServer(t, inMemory, user);
  const options = {headers: {'If-None-Match': '*'}};
  assert.equal((await deploy(server, 'things', set(1), options)).status, 201);
  const second = await deploy(server, 'things', set(2), options);
  assert.equal(second.status, 412);
  assert.match((await second.json()).detail, /"things" is deployed already/);
});

test('SIGHUP writes to the audit log which files changed their kinds and how, and warns of a version that stayed', async t => {
  const {folder, write, remove} = kindFolder(t, {things: {...set(1), version: 1}, others: set(7)});
  const place = emptyFolder(t);
  const file = join(place, 'audit');
  const server = await startServer(t, [...anyPort, '--store', `sqlite:${join(place, 'db')}`, '--kinds', folder, '--audit-log', file], user);
  const lines = () => readFileSync(file, 'utf8').trim().split('\n').map(JSON.parse).filter(l => l.operation === 'kind read');
  await store(server, {}, 'others');
  write('things', {...set(2), version: 1});
  write('news', set(3));
  remove('others');
  server.child.kill('SIGHUP');
  await said(server, 'the pipeline or the fields of the kind things changed, and its version did not');
  await said(server, 'the store has 1 record of the kind others, which no request can reach');
  assert.deepEqual(lines().map(({kind, changes}) => [kind, changes.map(c => c.pointer)]), [
    ['news', ['/name', '/version', '/pipeline']],
    ['things', ['/pipeline']],
    ['others', ['/name', '/version', '/pipeline']]]);
  assert.deepEqual(lines()[1].changes[0], {pointer: '/pipeline', before: set(1).pipeline, after: set(2).pipeline});
});
