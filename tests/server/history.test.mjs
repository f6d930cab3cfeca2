// The originals that a kind with a history keeps, on a running server.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {addUser, anyPort, emptyFolder, inMemory, kinds, spawnServer, startServer, until, user} from './process.mjs';

const kind = 'notes';
const json = {'Content-Type': 'application/json'};

async function ask(server, method, path, body, more = {}) {
  const answer = await server.fetch(path + (path.includes('?') ? '&' : '?') + `kind=${kind}`, {
    method, ...more, headers: {...json, ...more.headers}, ...(body !== undefined && {body: JSON.stringify(body)})});
  const text = await answer.text();
  return {status: answer.status, text, json: text.startsWith('{') ? JSON.parse(text) : undefined};
}
async function done(...request) {
  const answer = await ask(...request);
  assert.ok(answer.status < 300, `${request.slice(1, 3).join(' ')}: ${answer.status} ${answer.text}`);
  return answer.json;
}
async function deploy(server, definition) {
  const answer = await server.fetch(`/kinds/${kind}`, {method: 'PUT', headers: json, body: JSON.stringify(definition)});
  assert.ok(answer.status < 300, await answer.text());
}
const store = (server, records, more = '') => done(server, 'POST', `/store?ifExists=replace${more}`, records);
const ended = (server, {jobId}) => until(
    async () => (await (await server.fetch(`/jobs/${jobId}`)).json()).state === 'succeeded', 'the end of the job');
const historyOf = async (server, id) => (await done(server, 'GET', `/records/${id}/history?limit=1000`)).history;
const numbers = async (server, id) => (await historyOf(server, id)).map(entry => entry._original.n);

test('whatever replaces or deletes a record keeps it, and a retransform does not', async t => {
  const server = await startServer(t, inMemory, user);
  await deploy(server, {history: 100});
  await store(server, [{_id: 'a', n: 1}, {_id: 'b', n: 1}, {_id: 'c', n: 1}]);
  await store(server, {_id: 'a', n: 2});
  await store(server, [{_id: 'a', n: 3, more: 'x'.repeat(200_000)}]);  // On a worker.
  await done(server, 'PUT', '/records/a', {n: 4});
  await done(server, 'PATCH', '/records/a', {n: 5}, {headers: {'Content-Type': 'application/merge-patch+json'}});
  await done(server, 'DELETE', '/delete?_id=a');
  await done(server, 'DELETE', '/records/b');
  assert.equal((await done(server, 'POST', '/delete', {filter: {field: 'n', operator: '=', value: 1}})).deletedRecords, 1);
  assert.deepEqual(await numbers(server, 'a'), [5, 4, 3, 2, 1]);
  assert.deepEqual((await historyOf(server, 'c')).map(entry => [entry.change, entry.changedBy]), [['deleted', 'demo']]);

  const many = Array.from({length: 1_100}, (_, i) => ({_id: `m${i}`, n: 7}));
  await store(server, many);
  const job = await done(server, 'POST', '/delete', {filter: {field: 'n', operator: '=', value: 7}});
  await ended(server, job);
  const [entry] = await historyOf(server, 'm1099');
  assert.deepEqual([entry.change, entry.changedBy, entry._original.n], ['deleted', 'demo', 7]);

  await store(server, {_id: 'r', n: 8});
  await deploy(server, {history: 100, pipeline: [{copy: {from: 'n', to: 'm'}}]});
  const retransform = await server.fetch(`/kinds/${kind}/retransform`, {method: 'POST', headers: json, body: '{}'});
  await ended(server, await retransform.json());
  assert.equal((await done(server, 'GET', '/records/r')).m, 8);
  assert.deepEqual(await historyOf(server, 'r'), []);
  assert.equal(await server.stop(), 0);
});

test('reading a history takes the role to read, restoring that to write, and forgetting that to delete', async t => {
  const folder = emptyFolder(t);
  const log = join(folder, 'audit.jsonl');
  const users = join(folder, 'users');
  for (const role of ['read', 'write', 'delete']) addUser(users, role, 'a-long-secret', role);
  const server = await startServer(t, [...inMemory, '--audit-log', log, '--users', users], user);
  await deploy(server, {history: 5});
  await store(server, {_id: 'a', n: 1});
  await store(server, {_id: 'a', n: 2});
  const [{_meta: {version}}] = await historyOf(server, 'a');
  const as = (name, ...request) => ask(server, ...request, {credentials: `${name}:a-long-secret`});
  const calls = [['GET', '/records/a/history', undefined], ['POST', '/records/a/restore', {version}],
                 ['DELETE', '/records/a?history=true', undefined]];
  const statuses = async name => {
    const found = [];
    for (const call of calls) found.push((await as(name, ...call)).status);
    return found;
  };
  assert.deepEqual(await statuses('read'), [200, 403, 403]);
  assert.deepEqual(await statuses('write'), [403, 403, 403]);  // The answer shows what was there.
  await done(server, 'POST', '/records/a/restore', {version});
  assert.deepEqual(await statuses('delete'), [403, 403, 204]);
  const audited = readFileSync(log, 'utf8').trim().split('\n').map(line => JSON.parse(line)).slice(-4);
  assert.deepEqual(audited.map(line => [line.operation, line.outcome, line.principal, line.targets, line.counts]), [
    ['POST /records/{id}/restore', 'ok', 'demo', ['a'], {replaced: 1}],
    ['GET /records/{id}/history', 'refused', 'delete', undefined, undefined],
    ['POST /records/{id}/restore', 'refused', 'delete', undefined, undefined],
    ['DELETE /records/{id}', 'ok', 'delete', ['a'], {deleted: 1, historyEntries: 2}]]);
  assert.equal(await server.stop(), 0);
});

test('a copy and a backup have the history, and so has a server whose kind keeps none any more', async t => {
  const folder = emptyFolder(t);
  const [source, target, backup] = ['source.db', 'target.db', 'backup.db'].map(name => join(folder, name));
  const on = file => [...anyPort, '--store', `sqlite:${file}`, '--kinds', kinds];
  const first = await startServer(t, on(source), user);
  await deploy(first, {history: 5});
  for (const n of [1, 2, 3]) await store(first, {_id: 'a', n});
  await done(first, 'DELETE', '/records/a');
  const before = await historyOf(first, 'a');
  assert.equal(before.length, 3);
  await deploy(first, {});
  await store(first, {_id: 'a', n: 4});
  await store(first, {_id: 'a', n: 5});
  assert.deepEqual(await historyOf(first, 'a'), before);
  const copied = spawnServer(['backup', backup, '--store', `sqlite:${source}`]);
  assert.equal(await copied.ended, 0, copied.stderr);
  assert.equal(await first.stop(), 0);
  const copy = spawnServer(['copy', '--from', `sqlite:${source}`, '--to', `sqlite:${target}`, '--kinds', kinds]);
  assert.equal(await copy.ended, 0, copy.stderr);
  for (const file of [target, backup]) {
    const server = await startServer(t, on(file), user);
    assert.deepEqual(await historyOf(server, 'a'), before);
    const restored = await done(server, 'POST', '/records/a/restore', {version: before[0]._meta.version});
    assert.equal(restored.n, 3);
    assert.equal(await server.stop(), 0);
  }
});

test('killed at any moment, a record and its history agree', async t => {
  const file = join(emptyFolder(t), 'history.db');
  const writers = 3;
  const on = [...anyPort, '--store', `sqlite:${file}`, '--kinds', kinds];
  let next = 0;  // Each original is another one.
  let confirmed = 0;
  for (let kill = 0; kill < 3; ++kill) {
    const server = await startServer(t, on, user);
    if (kill === 0) await deploy(server, {history: 1_000});
    let answers = 0;
    await Promise.all(Array.from({length: writers}, async () => {
      for (;;) {
        try {
          await store(server, [{_id: 'a', n: ++next}, {_id: 'b', n: ++next}]);
        } catch (error) {
          if (error instanceof assert.AssertionError) throw error;
          return;  // The server was killed.
        }
        confirmed += 2;
        if (++answers === 15 + kill) server.child.kill('SIGKILL');
      }
    }));
    await server.ended;
  }
  const server = await startServer(t, on, user);
  const found = [];
  for (const id of ['a', 'b']) {
    const entries = await historyOf(server, id);
    assert.deepEqual(entries.map(entry => entry.number), entries.map((_, i) => entries.length - i), 'a number is missing or twice there');
    found.push((await done(server, 'GET', `/records/${id}?original=true`))._original.n, ...entries.map(entry => entry._original.n));
  }
  assert.equal(new Set(found).size, found.length, 'an original was kept twice');
  assert.ok(found.length >= confirmed, 'an original that was confirmed is lost');
  assert.ok(found.length <= confirmed + 2 * 3 * writers);
  assert.equal(await server.stop(), 0);
});
