import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmdirSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'node:test';

import {startServer} from '../support/server.mjs';
import {fetchRecords, post} from './storm.mjs';

const recordBytes = 20_000;

/// Mounts a small file system of its own; null where that is not allowed.
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

test('a full disk is a clear error that loses nothing, and service goes on when there is space again',
     {timeout: 120_000}, async t => {
  const folder = mountSmall(6);
  if (!folder) return t.skip('a tmpfs cannot be mounted here; run as root');
  t.after(() => (execFileSync('umount', [folder]), rmdirSync(folder)));
  const server = await startServer({store: `sqlite:${join(folder, 'store.db')}`});

  const confirmed = [];
  const storeBatch = async name => {
    const ids = Array.from({length: 10}, (_, i) => `${name}-${i}`);
    const body = JSON.stringify(ids.map(_id => ({_id, text: 'x'.repeat(recordBytes)})));
    const answer = await post(server, '/store?return=counts', body);
    if (answer.status === 201) confirmed.push(...ids);
    return answer;
  };
  let answer;
  for (let i = 0; i < 1000 && (answer = await storeBatch(`before-${i}`)).status === 201; ++i);
  assert.equal(answer.status, 507, answer.text);
  assert.equal(answer.json.code, 'store_full');
  assert.ok(confirmed.length > 0);
  assert.equal((await storeBatch('still')).status, 507);
  assert.equal((await fetchRecords(server, confirmed)).size, confirmed.length, 'what was confirmed can be read');
  const unconfirmed = await fetchRecords(server, ['still-0', 'still-9']);
  assert.equal(unconfirmed.size, 0, 'what was refused is not there');

  execFileSync('mount', ['-o', 'remount,size=64m', folder]);
  assert.equal((await storeBatch('after')).status, 201);
  assert.equal((await fetchRecords(server, confirmed)).size, confirmed.length);
  assert.equal(await server.stop(), 0);
});
