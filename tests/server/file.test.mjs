// What a server leaves in its file, and what it finds there.
import assert from 'node:assert/strict';
import {existsSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {anyPort, emptyFolder, faultOf, kinds, startServer, store, user} from './process.mjs';

test('without a store the records are in the user\'s data directory', async t => {
  const home = emptyFolder(t);
  const server = await startServer(t, [...anyPort, '--kinds', kinds], {...user, HOME: home});
  assert.equal((await store(server, {_id: 'a'})).status, 201);
  assert.equal(await server.stop(), 0);
  const folder = join(home, '.local/share/dropzone');
  assert.ok(existsSync(join(folder, 'dropzone.db')));
  assert.equal(statSync(folder).mode & 0o777, 0o700);
});

test('without a user one is made, whose password is shown once and is not in the store', async t => {
  const file = join(emptyFolder(t), 'd.db');
  const start = [...anyPort, '--kinds', kinds, '--store', `sqlite:${file}`];
  const first = await startServer(t, start);
  const password = first.stderr.match(/user \\"admin\\", password \\"(\w{22})\\"/)[1];
  const credentials = `admin:${password}`;
  assert.equal((await first.fetch('/kinds', {credentials})).status, 200);
  assert.equal((await first.fetch('/kinds', {credentials: 'admin:other'})).status, 401);
  assert.equal((await first.fetch('/kinds', {credentials: null})).status, 401);
  assert.equal(await first.stop(), 0);

  const second = await startServer(t, start);
  assert.ok(!second.stderr.includes(password));
  assert.equal((await second.fetch('/kinds', {credentials})).status, 200);
  assert.equal(await second.stop(), 0);
  assert.ok(!readFileSync(file).includes(password));
});

test('cursors outlive a restart', async t => {
  const start =
      [...anyPort, '--kinds', kinds, '--store', `sqlite:${join(emptyFolder(t), 'd.db')}`];
  const first = await startServer(t, start, user);
  assert.equal((await store(first, [{_id: 'a'}, {_id: 'b'}])).status, 201);
  const {nextCursor} = await (await first.fetch('/fetchKeys?limit=1')).json();
  assert.equal(await first.stop(), 0);
  const second = await startServer(t, start, user);
  const page = await second.fetch(`/fetchKeys?limit=1&cursor=${nextCursor}`);
  assert.deepEqual((await page.json()).keys, ['b']);
});

test('a second process on the same file', async t => {
  const store = `sqlite:${join(emptyFolder(t), 'one.db')}`;
  const start = [...anyPort, '--kinds', kinds, '--store', store];
  const first = await startServer(t, start, user);
  assert.match(await faultOf(start, user), /one\.db.*another process/i);
  assert.equal((await first.fetch('/fetchKeys')).status, 200);
  assert.equal(await first.stop(), 0);
  const second = await startServer(t, start, user);
  assert.equal(await second.stop(), 0);
});
