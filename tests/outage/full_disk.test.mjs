import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmdirSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'node:test';

import {startServer} from '../support/server.mjs';
import {allKeys, fetchRecords, post} from './storm.mjs';

const recordBytes = 20_000;
const rounds = Number(process.env.DROPZONE_FULL_ROUNDS ?? 3);
const step = 6;  // megabytes

/// Mounts a small file system of its own; null if that is not allowed.
function mountSmall(megabytes) {
  const folder = mkdtempSync(join(tmpdir(), 'dropzone-full.'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], {stdio: 'ignore'});
    return folder;
  } catch {
    rmdirSync(folder);
    return null;
  }
}

/// Stores batch after batch, and remembers what was confirmed.
class Filler {
  confirmed = new Set();
  refused = [];

  async store(server, name, {mode = 'partial', count = 10} = {}) {
    const ids = Array.from({length: count}, (_, i) => `${name}-${i}`);
    const body = JSON.stringify(ids.map(_id => ({_id, text: 'x'.repeat(recordBytes)})));
    const answer = await post(server, `/store?return=counts&mode=${mode}`, body);
    if (answer.status === 201) ids.forEach(id => this.confirmed.add(id));
    else this.refused.push(ids);
    return answer;
  }

  /// Until the disk is full; the answer that says so.
  async fill(server, name) {
    for (let i = 0; i < 1000; ++i) {
      const answer = await this.store(server, `${name}-${i}`, {mode: i % 2 ? 'atomic' : 'partial'});
      if (answer.status !== 201) return answer;
    }
    throw new Error('the disk does not fill');
  }

  /// All that was confirmed is there, whole, and nothing else is.
  async check(server) {
    const found = await fetchRecords(server, [...this.confirmed]);
    assert.equal(found.size, this.confirmed.size);
    for (const record of found.values()) assert.equal(record.text.length, recordBytes);
    assert.deepEqual(new Set(await allKeys(server)), this.confirmed);
  }
}

function assertFull(answer) {
  assert.equal(answer.status, 507, answer.text);
  assert.equal(answer.json.code, 'store_full');
}

test('a full disk is a clear error that loses nothing, and service goes on when there is space again',
     {timeout: 240_000}, async t => {
  const folder = mountSmall(step);
  if (!folder) return t.skip('a tmpfs cannot be mounted here; run as root');
  let server;
  t.after(async () => {
    server?.signal('SIGKILL');
    await server?.exited;
    execFileSync('umount', [folder]);
    rmdirSync(folder);
  });
  const store = `sqlite:${join(folder, 'store.db')}`;
  const filler = new Filler();
  let size = step;
  const enlarge = () => execFileSync('mount', ['-o', `remount,size=${size += step}m`, folder]);

  for (let round = 1; round <= rounds; ++round) {
    server = await startServer({store});
    assertFull(await filler.fill(server, `fill-${round}`));
    // A batch that is larger than what may be left fails in its middle.
    for (const mode of ['atomic', 'partial']) {
      assertFull(await filler.store(server, `${mode}-${round}`, {mode, count: 500}));
    }
    await filler.check(server);

    enlarge();
    assert.equal((await filler.store(server, `after-${round}`)).status, 201, 'there is space again');
    assert.equal((await server.request('GET', '/health/ready')).status, 200);
    await filler.check(server);

    assertFull(await filler.fill(server, `again-${round}`));
    server.signal('SIGKILL');
    await server.exited;
    enlarge();
    server = await startServer({store});
    await filler.check(server);
    assert.equal(await server.stop(), 0);
  }
  t.diagnostic(`${rounds} rounds, ${filler.confirmed.size} records confirmed, ` +
               `${filler.refused.length} batches refused`);
});
