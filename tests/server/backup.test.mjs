// `dropzone-server backup`: a copy while a server writes, and a server on the copy.
import assert from 'node:assert/strict';
import {statSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {anyPort, emptyFolder, faultOf, kinds, spawnServer, startServer, store, user} from './process.mjs';

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

test('what cannot be backed up is said in one line', async t => {
  const folder = emptyFolder(t);
  const file = join(folder, 'copy.db');
  for (const [args, pattern] of [
    [['backup', '--store', 'memory:'], /name the new file first/],
    [['backup', file, '--store', 'memory:'], /only a SQLite file is backed up by this/],
    [['backup', file, '--store', 'datastore:zone'], /Datastore has backups of its own/],
    [['backup', file, '--store', `sqlite:${folder}/none.db`], /There is no store \S+none\.db\./],
    [['backup', file, '--stroe', 'memory:'], /Did you mean --store\?/],
  ]) {
    assert.match(await faultOf(args), pattern);
  }
});

test('its help says how to restore', async () => {
  const help = spawnServer(['backup', '--help']);
  assert.equal(await help.ended, 0);
  assert.match(help.stdout, /To restore, stop the server/);
});
