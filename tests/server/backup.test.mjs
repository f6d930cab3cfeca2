// `dropzone-server backup` and `restore`: a copy while a server writes, a server on the copy, and what
// is refused in a store's place.
import assert from 'node:assert/strict';
import {copyFileSync, readFileSync, readdirSync, renameSync, rmSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {anyPort, emptyFolder, faultOf, kinds, spawnServer, startServer, store, until, user} from './process.mjs';

const on = file => [...anyPort, '--store', `sqlite:${file}`, '--kinds', kinds];

test('a backup under load has all that was confirmed before it, and a server starts from it', async t => {
  const folder = emptyFolder(t);
  const server = await startServer(t, on(join(folder, 'live.db')), user);
  const confirmed = [];
  let stop = false;
  const writers = [0, 1, 2, 3].map(async writer => {
    for (let i = 0; i < 5_000 && !stop; ++i) {
      const records = Array.from({length: 20}, (_, n) => ({_id: `w${writer}-${i}-${n}`, text: 'x'.repeat(300)}));
      assert.equal((await store(server, records)).status, 201);
      confirmed.push(...records.map(({_id}) => _id));
    }
  });
  while (confirmed.length < 400) await new Promise(resolve => setTimeout(resolve, 10));

  const before = [...confirmed];
  const copy = join(folder, 'copy.db');
  const backup = spawnServer(['backup', copy, '--store', `sqlite:${join(folder, 'live.db')}`]);
  assert.equal(await backup.ended, 0, backup.stderr);
  assert.match(backup.stdout, /copy\.db: \d+ bytes, a copy of \S+live\.db\n$/);
  assert.equal(statSync(copy).mode & 0o777, 0o600);
  assert.ok(confirmed.length > before.length, 'writers went on meanwhile');
  stop = true;
  await Promise.all(writers);
  await server.stop();

  const restored = await startServer(t, on(copy), user);
  const found = new Set();
  for (let cursor = ''; cursor !== null;) {
    const page = await (await restored.fetch(`/fetchKeys?limit=1000${cursor && `&cursor=${cursor}`}`)).json();
    page.keys.forEach(key => found.add(key));
    cursor = page.nextCursor && encodeURIComponent(page.nextCursor);
  }
  for (const id of before) assert.ok(found.has(id), `${id} was confirmed before the backup`);
  assert.equal(found.size % 20, 0, 'a request is there as a whole or not at all');
  assert.equal((await store(restored, {_id: 'after'})).status, 201);
  assert.equal(await restored.stop(), 0);
});

test('what was deleted, replaced or revoked is in no backup and soon neither in the file nor in the log', async t => {
  const folder = emptyFolder(t);
  const file = join(folder, 'live.db');
  const server = await startServer(t, on(file), user);
  const ask = (path, options) => server.fetch(path, {
    ...options, headers: {'Content-Type': 'application/json', ...options.headers}});
  const secrets = ['XYZZY-deleted', 'XYZZY-replaced', 'XYZZY-reject', 'XYZZY-key'];
  assert.equal((await store(server, {_id: 'deleted', secret: secrets[0], more: 'x'.repeat(9_000)})).status, 201);
  assert.equal((await store(server, {_id: 'replaced', secret: secrets[1]})).status, 201);
  const refused = await (await store(server, {time_stamp: secrets[2], data: [1, 2]}, 'measurements')).json();
  const key = await (await ask('/auth/keys', {method: 'POST', body: JSON.stringify({name: secrets[3], roles: 'read'})})).json();
  const everywhere = () => [file, `${file}-wal`].map(each => readFileSync(each, 'latin1')).join('');
  for (const secret of secrets) assert.ok(everywhere().includes(secret), secret);

  assert.equal((await ask('/records/deleted', {method: 'DELETE'})).status, 204);
  assert.equal((await ask('/records/replaced', {method: 'PUT', body: '{}'})).status, 200);
  assert.equal((await ask(`/rejects?rejectId=${refused.results[0].rejectId}`, {method: 'DELETE'})).status, 200);
  assert.equal((await ask(`/auth/keys?keyId=${key.id}`, {method: 'DELETE'})).status, 200);
  const copy = join(folder, 'copy.db');
  const backup = spawnServer(['backup', copy, '--store', `sqlite:${file}`]);
  assert.equal(await backup.ended, 0, backup.stderr);
  assert.doesNotMatch(readFileSync(copy, 'latin1'), /XYZZY/);
  await until(() => !everywhere().includes('XYZZY'), 'the end of what was deleted');
  assert.equal((await server.fetch('/records/replaced')).status, 200);
  assert.equal(await server.stop(), 0);
});

test('compact makes the file as small as what is there, while no server uses it', async t => {
  const folder = emptyFolder(t);
  const file = join(folder, 'live.db');
  const compact = async () => {
    const run = spawnServer(['compact', '--store', `sqlite:${file}`]);
    return [await run.ended, run.stdout + run.stderr];
  };
  const server = await startServer(t, on(file), user);
  assert.equal((await store(server, {_id: 'large', text: 'x'.repeat(4_000_000)})).status, 201);
  assert.equal((await store(server, {_id: 'small'})).status, 201);
  assert.match((await compact())[1], /Another process has the store open/);
  assert.equal((await server.fetch('/records/large', {method: 'DELETE'})).status, 204);
  assert.equal(await server.stop(), 0);
  const [status, output] = await compact();
  assert.equal(status, 0, output);
  assert.match(output, /live\.db: \d+ bytes before, \d+ now\n/);
  assert.ok(statSync(file).size < 500_000);
  assert.deepEqual(readdirSync(folder).sort(), ['live.db', 'live.db-lock']);
  const again = await startServer(t, on(file), user);
  assert.deepEqual((await (await again.fetch('/fetchKeys')).json()).keys, ['small']);
});

test('what cannot be backed up is said in one line', async t => {
  const folder = emptyFolder(t);
  const file = join(folder, 'copy.db');
  for (const [args, pattern] of [
    [['backup', '--store', 'memory:'], /name the new file first/],
    [['backup', file, '--store', 'memory:'], /this command works on a SQLite file only/],
    [['backup', file, '--store', 'datastore:zone'], /Datastore has backups of its own/],
    [['backup', file, '--store', `sqlite:${folder}/none.db`], /There is no store \S+none\.db\./],
    [['backup', file, '--stroe', 'memory:'], /Did you mean --store\?/],
    [['restore', '--store', 'memory:'], /name the backup first/],
    [['restore', file, '--store', `sqlite:${folder}/a.db`], /There is no store \S+copy\.db\./],
  ]) {
    assert.match(await faultOf(args), pattern);
  }
});

test('its help says how to restore', async () => {
  const help = spawnServer(['backup', '--help']);
  assert.equal(await help.ended, 0);
  assert.match(help.stdout, /To restore, stop the server/);
});

const keysOf = async server => (await (await server.fetch('/fetchKeys?limit=1000')).json()).keys;

/// A store that has "old" in a backup, and "new" besides; its server was killed.
async function killedStore(t, folder) {
  const live = join(folder, 'live.db');
  const backup = join(folder, 'backup.db');
  const server = await startServer(t, on(live), user);
  assert.equal((await store(server, {_id: 'old'})).status, 201);
  const copying = spawnServer(['backup', backup, '--store', `sqlite:${live}`]);
  assert.equal(await copying.ended, 0, copying.stderr);
  assert.equal((await store(server, {_id: 'new', text: 'x'.repeat(200_000)})).status, 201);
  await server.stop('SIGKILL');
  return {live, backup};
}

test('a backup is restored, and what was there is kept with its log', async t => {
  const folder = emptyFolder(t);
  const {live, backup} = await killedStore(t, folder);
  const restore = ['restore', backup, '--store', `sqlite:${live}`];
  const restoring = spawnServer(restore);
  assert.equal(await restoring.ended, 0, restoring.stderr);
  const [, kept] = restoring.stdout.match(/The old store is now (\S+\.before-\d{8}T\d{6}Z)\./);
  assert.match(restoring.stdout, /Start the server\./);

  const server = await startServer(t, on(live), user);
  assert.deepEqual(await keysOf(server), ['old']);
  assert.match(await faultOf(restore), /Another process has the store open/);
  assert.equal(await server.stop(), 0);
  const before = await startServer(t, on(kept), user);
  assert.deepEqual(await keysOf(before), ['new', 'old']);
  assert.equal(await before.stop(), 0);
});

test('a backup that is copied over a store whose log is left is refused', async t => {
  const {live, backup} = await killedStore(t, emptyFolder(t));
  copyFileSync(backup, live);
  assert.match(await faultOf(on(live), user), /log next to .* was not written for that file.*restore/);
  rmSync(live);
  assert.match(await faultOf(on(live), user), /missing or empty/);
});

test('a restore that is killed leaves the old store or the new one', async t => {
  const folder = emptyFolder(t);
  const {live, backup} = await killedStore(t, folder);
  const files = ['', '-wal', '-lock'].map(suffix => live + suffix);
  files.forEach(file => copyFileSync(file, file.replace('live', 'saved')));
  const seen = new Set();
  const rounds = 8;
  let whole = 0;  // ms, of the first round, which is not killed
  for (let round = 0; round < rounds; ++round) {
    for (const name of readdirSync(folder)) if (name.startsWith('live')) rmSync(join(folder, name));
    files.forEach(file => copyFileSync(file.replace('live', 'saved'), file));
    const begun = Date.now();
    const restoring = spawnServer(['restore', backup, '--store', `sqlite:${live}`]);
    const kill = round && setTimeout(() => restoring.child.kill('SIGKILL'), whole * (0.5 + 0.5 * round / rounds));
    await restoring.ended;
    clearTimeout(kill);
    whole ||= Date.now() - begun;
    const server = await startServer(t, on(live), user);
    const keys = (await keysOf(server)).join();
    assert.ok(['new,old', 'old'].includes(keys), keys);
    seen.add(keys);
    assert.equal(await server.stop(), 0);
  }
  t.diagnostic(`seen: ${[...seen].join(' | ')}`);
});

test('stores are refused and the probe says no while the file is away', async t => {
  const folder = emptyFolder(t);
  const live = join(folder, 'live.db');
  const server = await startServer(t, on(live), user);
  assert.equal((await store(server, {_id: 'a'})).status, 201);
  renameSync(live, join(folder, 'away.db'));
  const refused = await store(server, {_id: 'b'});
  assert.equal(refused.status, 503);
  assert.equal((await refused.json()).code, 'store_replaced');
  assert.equal((await server.fetch('/health/ready')).status, 503);
  assert.equal((await server.fetch('/health/live')).status, 200);
  renameSync(join(folder, 'away.db'), live);
  assert.equal((await server.fetch('/health/ready')).status, 200);
  assert.equal((await store(server, {_id: 'b'})).status, 201);
  assert.equal(await server.stop(), 0);
});
