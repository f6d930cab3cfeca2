// Walks every operation of the specification with every role.
import assert from 'node:assert/strict';
import {join} from 'node:path';
import {test} from 'node:test';
import {bodies, operations, urlOf} from './operations.mjs';
import {addUser, emptyFolder, inMemory, startServer, user} from './process.mjs';

async function statusOf(server, operation, credentials, kind) {
  const [type, body] = bodies[operation.operationId] ?? [];
  const answer = await server.fetch(urlOf(operation, kind), {
    method: operation.method.toUpperCase(), credentials, body, headers: type ? {'Content-Type': type} : {}});
  await answer.arrayBuffer();
  return answer.status;
}

async function serverWith(t, users) {
  const file = join(emptyFolder(t), 'users');
  for (const [name, roles] of Object.entries(users)) addUser(file, name, 'a-long-secret', roles);
  return startServer(t, [...inMemory, '--users', file], user);
}

test('every operation says which roles it needs, and those that are open none', () => {
  assert.ok(operations.length > 25);
  for (const operation of operations) {
    const open = operation.open || operation.operationId === 'issueToken';
    assert.equal(operation.roles === undefined, open, operation.operationId);
    for (const role of operation.roles ?? []) assert.ok(operation.description.includes(`\`${role}\``), operation.operationId);
  }
});

test('without credentials, or with wrong ones, every operation is 401 but those that are open', async t => {
  const server = await startServer(t, inMemory, user);
  for (const operation of operations) {
    for (const credentials of [null, 'nobody:a-long-secret']) {
      if (!operation.open && credentials && operation.operationId !== 'storeRecords') continue;
      const status = await statusOf(server, operation, credentials);
      if (operation.open) assert.notEqual(status, 401, operation.operationId);
      else assert.equal(status, 401, operation.operationId);
    }
  }
});

test('every role may do what the table says, and is 403 for all else', async t => {
  const roles = ['read', 'write', 'delete', 'admin'];
  const server = await serverWith(t, Object.fromEntries(roles.map(role => [role, role])));
  for (const operation of operations) {
    if (operation.open || operation.operationId === 'issueToken') continue;
    for (const role of roles) {
      const status = await statusOf(server, operation, `${role}:a-long-secret`);
      const granted = role === 'admin' || operation.roles.every(needed => needed === role);
      const what = `${operation.operationId} as ${role}: ${status}`;
      if (granted) assert.ok(![401, 403].includes(status), what);
      else assert.equal(status, 403, what);
    }
  }
});

test('a role for one kind does not apply to another, be there such a kind or not', async t => {
  const roles = ['read', 'write', 'delete', 'admin'];
  const server = await serverWith(t, Object.fromEntries(roles.map(role => [role, `${role}:records`])));
  for (const operation of operations) {
    if (operation.open || ['listKinds', 'issueToken', 'getPrincipal', 'listSessions', 'endSession'].includes(operation.operationId)) continue;
    for (const role of roles) {
      const credentials = `${role}:a-long-secret`;
      const granted = (operation.ofKind || operation.ofSomeKind) &&
          (role === 'admin' || operation.roles.every(needed => needed === role));
      const own = await statusOf(server, operation, credentials, 'records');
      const what = `${operation.operationId} as ${role}`;
      if (granted) assert.ok(![401, 403].includes(own), `${what}: ${own}`);
      else assert.equal(own, 403, what);
      if (operation.ofSomeKind) continue;
      for (const other of ['measurements', 'no-such-kind', '_dropzone_secrets']) {
        const status = await statusOf(server, operation, credentials, other);
        assert.ok([403, 400].includes(status), `${what} of ${other}: ${status}`);
      }
    }
  }
});

test('a kind that the body names counts as one that the query names', async t => {
  const server = await serverWith(t, {ann: 'read:records,delete:records'});
  const post = async (path, body) => (await server.fetch(path, {
    method: 'POST', credentials: 'ann:a-long-secret', body: JSON.stringify(body),
    headers: {'Content-Type': 'application/json'}})).status;
  assert.equal(await post('/filter', {kind: 'records'}), 200);
  assert.equal(await post('/filter', {kind: 'measurements'}), 403);
  assert.equal(await post('/fetchMany', {kind: 'measurements', _id: ['a']}), 403);
  assert.equal(await post('/delete', {kind: 'measurements', _id: ['a']}), 403);
  assert.equal(await post('/delete', {kind: 'records', _id: ['a']}), 200);
});

test('rejects are named by whoever has the role for their kinds', async t => {
  const server = await serverWith(t, {ann: 'delete:records,write:records'});
  const refuse = async kind => {
    await server.fetch(`/store?kind=${kind}`, {method: 'POST', body: '{"_id": "__bad__"}', headers: {'Content-Type': 'application/json'}});
    return (await (await server.fetch(`/rejects?kind=${kind}`)).json()).rejects[0].rejectId;
  };
  const [own, other] = [await refuse('records'), await refuse('measurements')];
  const remove = async (ids, credentials = 'ann:a-long-secret') => {
    const answer = await server.fetch(`/rejects?rejectId=${ids.join(',')}`, {method: 'DELETE', credentials});
    return {status: answer.status, ...await answer.json()};
  };
  for (const ids of [[other], [own, other]]) assert.equal((await remove(ids)).status, 403);
  assert.equal((await server.fetch('/rejects/replay', {
    method: 'POST', credentials: 'ann:a-long-secret', body: JSON.stringify({rejectIds: [own, other]}), headers: {'Content-Type': 'application/json'}})).status, 403);
  assert.deepEqual(await remove([own, 'none']), {status: 200, deletedRejects: 1, missing: ['none']});
  assert.deepEqual(await remove([own, other], 'demo:secret'), {status: 200, deletedRejects: 1, missing: [own]});
});

test('a list of kinds has those alone that one may read', async t => {
  const server = await serverWith(t, {ann: 'read:measurements', bob: 'read'});
  const names = async credentials =>
      (await (await server.fetch('/kinds', {credentials})).json()).kinds.map(kind => kind.name);
  assert.deepEqual(await names('ann:a-long-secret'), ['measurements']);
  assert.deepEqual(await names('bob:a-long-secret'), ['measurements', 'records']);
});
