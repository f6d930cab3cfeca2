// Other programs at the file of a running server: the `sqlite3` command.
import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {join} from 'node:path';
import {test} from 'node:test';
import {promisify} from 'node:util';
import {anyPort, emptyFolder, kinds, startServer, store, user} from './process.mjs';

const run = promisify(execFile);

test('running the sqlite3 command on the file of a server does no harm', async t => {
  const file = join(emptyFolder(t), 'live.db');
  const start = [...anyPort, '--store', `sqlite:${file}`, '--kinds', kinds];
  const server = await startServer(t, start, user);
  const sqlite = async (...commands) => (await run('sqlite3', ['-cmd', '.timeout 20000', file, ...commands])).stdout.trim();
  const confirmed = [];
  let stop = false;
  const writers = [0, 1].map(async writer => {
    for (let i = 0; !stop && i < 20_000; ++i) {
      const _id = `w${writer}-${i}`;
      const answer = await store(server, {_id, text: 'x'.repeat(2_000)});
      // While another program holds the file for seconds, a store may be put off.
      assert.ok([201, 503].includes(answer.status), await answer.text());
      if (answer.status === 201) confirmed.push(_id);
    }
  });
  const more = async () => {
    const before = confirmed.length;
    while (confirmed.length < before + 20) await new Promise(resolve => setTimeout(resolve, 2));
  };
  await more();
  for (let round = 0; round < 3; ++round) {
    for (const command of ['PRAGMA integrity_check', 'VACUUM', 'PRAGMA wal_checkpoint(TRUNCATE)', 'ANALYZE',
                           'CREATE TABLE IF NOT EXISTS notes (text); INSERT INTO notes VALUES (1)',
                           'SELECT count(*) FROM originals', 'PRAGMA wal_checkpoint(RESTART)', 'REINDEX']) {
      const said = await sqlite(command);
      if (command.endsWith('integrity_check')) assert.equal(said, 'ok');
      await more();
    }
    await assert.rejects(sqlite('PRAGMA journal_mode = DELETE'), /locked/);
  }
  stop = true;
  await Promise.all(writers);
  assert.equal((await server.fetch('/health/ready')).status, 200);
  assert.equal(await server.stop('SIGKILL'), 'SIGKILL');

  const again = await startServer(t, start, user);
  for (let at = 0; at < confirmed.length; at += 100) {
    const ids = confirmed.slice(at, at + 100).join();
    assert.deepEqual((await (await again.fetch(`/fetchMany?_id=${ids}&fields=_id`)).json()).missing, []);
  }
  assert.equal(await again.stop(), 0);
  assert.equal(await sqlite('PRAGMA integrity_check'), 'ok');
});
