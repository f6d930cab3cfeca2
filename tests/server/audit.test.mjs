// The audit log: changes and rejected requests.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {chmodSync, existsSync, readFileSync, renameSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {bodies, operations, urlOf} from './operations.mjs';
import {addUser, anyPort, emptyFolder, faultOf, inMemory, kinds, startServer, store, until, user} from './process.mjs';

const linesOf = text => text.trimEnd().split('\n').filter(Boolean).map(line => JSON.parse(line));
const read = file => linesOf(readFileSync(file, 'utf8'));

/// A server with an audit log, and how to send a request and get the lines that it left.
async function audited(t, more = [], environment = user) {
  const file = join(emptyFolder(t), 'audit.jsonl');
  const server = await startServer(t, [...inMemory, '--audit-log', file, ...more], environment);
  return {
    server, file,
    async lines(path, options) {
      const before = read(file).length;
      const answer = await server.fetch(path, options);
      await answer.arrayBuffer();
      return read(file).slice(before);  // In a file they are there before the answer.
    },
    async line(path, options) {
      const lines = await this.lines(path, options);
      assert.equal(lines.length, 1, `${path}: ${JSON.stringify(lines)}`);
      return lines[0];
    },
  };
}

const json = (method, body, more = {}) =>
    ({method, body: JSON.stringify(body), ...more, headers: {'Content-Type': 'application/json', ...more.headers}});
const form = (fields, more = {}) => ({
  method: 'POST', credentials: null, body: new URLSearchParams(fields).toString(), ...more,
  headers: {'Content-Type': 'application/x-www-form-urlencoded'}});

test('a change says who, what, of what kind, how many, what became of it, whence and in which request', async t => {
  const log = await audited(t, ['--trusted-proxy', '127.0.0.1']);
  const line = await log.line('/store?kind=measurements', json('POST', [
    {_id: 'a', time_stamp: '2019-05-01T00:00:00Z', data: [1, 2]}, {_id: 'b'}], {
    headers: {'X-Request-Id': 'my-request', 'X-Forwarded-For': '203.0.113.7'}}));
  assert.match(line.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
  delete line.time;
  assert.deepEqual(line, {
    operation: 'POST /store', outcome: 'partial', status: 207, principal: 'demo', address: '203.0.113.7',
    kind: 'measurements', counts: {stored: 1, replaced: 0, skipped: 0, rejected: 1}, requestId: 'my-request'});

  const put = await log.line('/records/x', json('PUT', {}));
  assert.deepEqual([put.operation, put.counts, put.targets], ['PUT /records/{id}', {stored: 1}, ['x']]);
  const patch = await log.line('/records/x', {...json('PATCH', {a: 1}), headers: {'Content-Type': 'application/merge-patch+json'}});
  assert.deepEqual([patch.counts, patch.kind], [{replaced: 1}, 'records']);
  assert.deepEqual((await log.line('/delete?_id=x,y', {method: 'DELETE'})).counts, {deleted: 1, missing: 1});
  assert.deepEqual((await log.line('/delete', json('POST', {_id: ['x']}))).counts, {deleted: 0, missing: 1});
  const gone = await log.line('/records/x', {method: 'DELETE'});
  assert.deepEqual([gone.outcome, gone.status, gone.code, gone.targets], ['refused', 404, 'not_found', ['x']]);
  const {rejects: [{rejectId}]} = await (await log.server.fetch('/rejects')).json();
  assert.deepEqual((await log.line(`/rejects?rejectId=${rejectId},b`, {method: 'DELETE'})).counts,
                   {deletedRejects: 1, missing: 1});
  const broken = await log.line('/store', {...json('POST', {}), body: '{'});
  assert.deepEqual([broken.outcome, broken.code], ['refused', 'invalid_json']);
});

test('who makes a job and who cancels it is there', async t => {
  const log = await audited(t);
  const made = await log.line('/kinds/records/retransform', json('POST', {dryRun: true}));
  assert.deepEqual([made.operation, made.kind, made.counts], ['POST /kinds/{name}/retransform', 'records', {jobs: 1}]);
  const [id] = made.targets;
  const cancelled = await log.line(`/jobs/${id}`, {method: 'DELETE'});
  assert.deepEqual([cancelled.operation, cancelled.kind, cancelled.targets, cancelled.counts],
                   ['DELETE /jobs/{id}', 'records', [id], {cancelled: 1}]);
});

test('every operation of the specification that changes something leaves a line, and no other one does', async t => {
  const log = await audited(t);
  const changes = operation => operation.path.startsWith('/auth/') ||
      operation.roles?.some(role => ['write', 'delete'].includes(role)) ||
      (['/kinds/', '/jobs'].some(start => operation.path.startsWith(start)) && operation.method !== 'get');
  assert.ok(operations.filter(changes).length >= 13);
  for (const operation of operations) {
    const [type, body] = bodies[operation.operationId] ?? [];
    const lines = await log.lines(urlOf(operation), {
      method: operation.method.toUpperCase(), body, headers: type ? {'Content-Type': type} : {}});
    assert.equal(lines.length, changes(operation) ? 1 : 0, operation.operationId);
    for (const line of lines) assert.equal(line.operation, `${operation.method.toUpperCase()} ${operation.path}`);
  }
});

test('keys are audited when they are made, listed, used in vain and revoked', async t => {
  const log = await audited(t);
  const answer = await log.server.fetch('/auth/keys', json('POST', {name: 'a', roles: 'write:records'}));
  const {id, key} = await answer.json();
  const made = read(log.file).at(-1);
  assert.deepEqual([made.operation, made.principal, made.counts, made.targets],
                   ['POST /auth/keys', 'demo', {made: 1}, [id]]);
  assert.deepEqual((await log.line('/auth/keys')).counts, {listed: 1});
  const withKey = value => ({credentials: null, headers: {'X-API-Key': value}});
  const stored = await log.line('/store', json('POST', {}, withKey(key)));
  assert.deepEqual([stored.principal, stored.claimed], [`key:${id}`, undefined]);
  const forbidden = await log.line('/fetchKeys', withKey(key));
  assert.deepEqual([forbidden.status, forbidden.principal], [403, `key:${id}`]);
  const wrong = await log.line('/fetchKeys', withKey(key.slice(0, 26) + 'x'.repeat(44)));
  assert.deepEqual([wrong.status, wrong.principal, wrong.claimed], [401, undefined, `key:${id}`]);
  const revoked = await log.line(`/auth/keys?keyId=${id},${'x'.repeat(22)}`, {method: 'DELETE'});
  assert.deepEqual([revoked.counts, revoked.targets], [{revoked: 1, missing: 1}, [id]]);
});

test('tokens are audited when they are issued, exchanged and revoked, and so are reuse and the end of a session', async t => {
  const log = await audited(t);
  const issue = async () => (await log.server.fetch('/auth/token', {method: 'POST'})).json();
  const pair = await issue();
  assert.deepEqual(read(log.file).at(-1).counts, {issued: 1});
  const refreshed = await log.line('/auth/refresh', form({refresh_token: pair.refresh_token}));
  assert.deepEqual([refreshed.outcome, refreshed.principal, refreshed.counts], ['ok', 'demo', {refreshed: 1}]);
  const next = await (await log.server.fetch('/auth/refresh', form({refresh_token: pair.refresh_token}))).json();
  await log.server.fetch('/auth/refresh', form({refresh_token: next.refresh_token}));
  const again = await log.line('/auth/refresh', form({refresh_token: pair.refresh_token}));
  assert.deepEqual([again.outcome, again.principal, again.claimed, again.counts],
                   ['refused', undefined, 'demo', {revoked: 1}]);
  for (const sort of ['access_token', 'refresh_token']) {
    const revoked = await log.line('/auth/revoke', form({token: (await issue())[sort]}));
    assert.deepEqual([revoked.principal, revoked.counts], ['demo', {revoked: 1}]);
  }
  assert.deepEqual((await log.line('/auth/revoke', form({token: 'nonsense'}))).counts, {revoked: 0});
  const {access_token: token} = await issue();
  const {sid} = JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
  assert.deepEqual((await log.line('/auth/sessions')).counts, {listed: 1});
  const ended = await log.line(`/auth/sessions/${sid}`, {method: 'DELETE'});
  assert.deepEqual([ended.operation, ended.principal, ended.counts, ended.targets], ['DELETE /auth/sessions/{id}', 'demo', {revoked: 1}, [sid]]);
  const stale = await log.line('/fetchKeys', {credentials: null, headers: {Authorization: `Bearer ${pair.access_token}`}});
  assert.deepEqual([stale.status, stale.principal, stale.claimed], [401, undefined, 'demo']);
});

test('a refused bearer token is audited with the user that it claims, in bounded length', async t => {
  const log = await audited(t);
  const encode = value => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claimed = async subject => {
    const token = `${encode({alg: 'ES256', typ: 'at+jwt', kid: 'x'})}.${encode({iss: 'dropzone', sub: subject})}.${'A'.repeat(86)}`;
    const line = await log.line('/fetchKeys', {credentials: null, headers: {Authorization: `Bearer ${token}`}});
    assert.deepEqual([line.status, line.principal], [401, undefined]);
    return line.claimed;
  };
  assert.equal(await claimed('ann'), 'ann');
  assert.equal(await claimed('é'.repeat(500)), 'é'.repeat(50));
  for (const none of ['a\nb', '', 7, undefined, {a: 1}]) assert.equal(await claimed(none), undefined);
});

test('rejected clients are audited by the name of a user that exists, and by no other word', async t => {
  const file = join(emptyFolder(t), 'users');
  addUser(file, 'ann', 'a-long-secret', 'read');
  const log = await audited(t, ['--users', file, '--trusted-proxy', '127.0.0.1', '--deny-from', '192.0.2.0/24']);
  const wrong = await log.line('/fetchKeys', {credentials: 'ann:wrong'});
  assert.deepEqual([wrong.operation, wrong.outcome, wrong.code, wrong.claimed, wrong.principal],
                   ['GET /fetchKeys', 'refused', 'unauthenticated', 'ann', undefined]);
  assert.equal((await log.line('/fetchKeys', {credentials: 'my-password:oops'})).claimed, undefined);
  assert.equal((await log.line('/fetchKeys', {credentials: null})).status, 401);
  const forbidden = await log.line('/store', json('POST', {}, {credentials: 'ann:a-long-secret'}));
  assert.deepEqual([forbidden.code, forbidden.principal], ['forbidden', 'ann']);
  const denied = await log.line('/fetchKeys', {headers: {'X-Forwarded-For': '192.0.2.7'}});
  assert.deepEqual([denied.operation, denied.status, denied.address], ['GET', 403, '192.0.2.7']);
  let last;
  for (let i = 0; i < 12 && last?.status !== 429; ++i) last = await log.line('/fetchKeys', {credentials: `ann:guess-${i}`});
  assert.deepEqual([last.status, last.code, last.claimed], [429, 'rate_limited', 'ann']);
});

test('reads are audited if that is wanted', async t => {
  const log = await audited(t, ['--audit-reads', 'on']);
  const line = await log.line('/fetchAll?kind=measurements');
  assert.deepEqual([line.operation, line.kind, line.principal, line.counts], ['GET /fetchAll', 'measurements', 'demo', undefined]);
  assert.equal((await log.lines('/version')).length, 0);
});

test('after SIGHUP it goes on in a new file, and says which users are new', async t => {
  const users = join(emptyFolder(t), 'users');
  for (const name of ['ann', 'bob']) addUser(users, name, 'a-long-secret', 'read');
  const log = await audited(t, ['--users', users]);
  const [start] = read(log.file);
  assert.deepEqual([start.operation, start.added], ['users read', ['ann', 'bob', 'demo']]);

  const command = (args, input = 'another-secret\n') => spawnSync(
      process.env.DROPZONE_SERVER, ['user', ...args, '--users', users], {
        input, encoding: 'utf8', env: {SUDO_USER: 'olga', DROPZONE_AUDIT_LOG: log.file}});
  assert.equal(command(['remove', 'ann']).status, 0);
  assert.equal(command(['passwd', 'bob']).status, 0);
  assert.equal(command(['add', 'eve', '--roles', 'write']).status, 0);
  assert.equal(command(['add', 'eve']).status, 2);
  assert.equal(command(['list']).status, 0);
  assert.deepEqual(read(log.file).slice(1).map(({time, ...line}) => line), [
    {operation: 'user remove', outcome: 'ok', principal: 'os:olga', targets: ['ann']},
    {operation: 'user passwd', outcome: 'ok', principal: 'os:olga', targets: ['bob']},
    {operation: 'user add', outcome: 'ok', principal: 'os:olga', targets: ['eve'], roles: 'write'},
    {operation: 'user add', outcome: 'refused', principal: 'os:olga', targets: ['eve']}]);

  renameSync(log.file, `${log.file}.1`);
  assert.equal((await store(log.server, {})).status, 201);
  assert.equal(read(`${log.file}.1`).length, 6);
  log.server.child.kill('SIGHUP');
  await until(() => existsSync(log.file) && readFileSync(log.file, 'utf8').includes('\n'), 'the new file');
  const [{time, ...reread}] = read(log.file);
  assert.deepEqual(reread, {operation: 'users read', outcome: 'ok', added: ['eve'], changed: ['bob'], removed: ['ann']});
  assert.equal((await log.line('/store', json('POST', {}))).status, 201);
  chmodSync(users, 0o644);
  log.server.child.kill('SIGHUP');
  await until(() => read(log.file).at(-1).outcome === 'refused', 'the line about a users file that cannot be read');
});

test('a kill leaves a line of every change that was confirmed', async t => {
  const folder = emptyFolder(t);
  const file = join(folder, 'audit.jsonl');
  const server = await startServer(
      t, [...anyPort, '--kinds', kinds, '--store', `sqlite:${join(folder, 'd.db')}`, '--audit-log', file], user);
  let confirmed = 0;
  const clients = Array.from({length: 4}, async () => {
    for (;;) {
      try {
        if ((await store(server, {})).status === 201) ++confirmed;
      } catch {
        return;
      }
    }
  });
  await until(() => confirmed > 100, 'some stores');
  await server.stop('SIGKILL');
  await Promise.all(clients);
  assert.ok(read(file).filter(line => line.counts?.stored === 1).length >= confirmed);
});

test('on standard error its lines are among those of the log, and JSON in any case', async t => {
  const server = await startServer(
      t, [...inMemory, '--audit-log', 'stderr', '--log-format', 'text', '--log-level', 'error'], user);
  assert.equal((await store(server, {})).status, 201);
  assert.equal(await server.stop(), 0);
  const lines = linesOf(server.stderr);
  assert.deepEqual(lines.map(line => line.operation), ['users read', 'POST /store']);
});

test('an audit log that cannot be written keeps it from starting, and no user is changed without one', async t => {
  const folder = emptyFolder(t);
  assert.match(await faultOf([...inMemory, '--audit-log', folder], user), /--audit-log: .*cannot be written/);
  assert.match(await faultOf([...inMemory, '--audit-reads', 'on'], user), /--audit-reads: .*--audit-log/);
  const users = join(folder, 'users');
  const {status, stderr} = spawnSync(
      process.env.DROPZONE_SERVER, ['user', 'add', 'ann', '--users', users, '--audit-log', folder],
      {input: 'a-long-secret\n', encoding: 'utf8', env: {}});
  assert.equal(status, 2);
  assert.match(stderr, /--audit-log: .*cannot be written/);
  assert.ok(!existsSync(users));
});
