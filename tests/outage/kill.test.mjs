import assert from 'node:assert/strict';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';

import {until} from '../server/process.mjs';
import {startServer} from '../support/server.mjs';
import {allKeys, fetchRecords, Ledger} from './storm.mjs';

const rounds = Number(process.env.DROPZONE_KILL_ROUNDS ?? 6);
const clients = 16;

test('after kill -9 what was confirmed is there, whole and once, and nothing is half done',
     {timeout: 60_000 + rounds * 20_000}, async t => {
  const folder = mkdtempSync(join(tmpdir(), 'dropzone-kill.'));
  t.after(() => rmSync(folder, {recursive: true}));
  const store = `sqlite:${join(folder, 'store.db')}`;
  const ledger = new Ledger();

  for (let round = 0; round < rounds; ++round) {
    const server = await startServer({store});
    const storm = ledger.storm(server, round, clients);
    const before = ledger.confirmed.size;
    await until(() => ledger.confirmed.size > before + clients, 'records that were confirmed');
    await sleep(Math.random() * 600);
    server.signal('SIGKILL');
    await server.exited;
    await storm;
    await check(ledger, store);
  }
  const sum = (map, of) => [...map.values()].reduce((total, each) => total + of(each), 0);
  t.diagnostic(`${rounds} kills, ${ledger.confirmed.size} records confirmed of ` +
               `${ledger.attempted.size} sent, ${ledger.atomicBatches.length} atomic batches, ` +
               `${sum(ledger.counters, each => each.confirmed)} single and ` +
               `${sum(ledger.groups, each => each.confirmed)} joint replacements, ` +
               `${sum(ledger.removed, Number)} deletions`);
});

async function check(ledger, store) {
  const server = await startServer({store});
  const found = await fetchRecords(server, [...ledger.attempted.keys()]);
  for (const [id, original] of ledger.confirmed) {
    assert.equal(found.get(id)?.originalText, original, `${id} was confirmed`);
  }
  for (const [id, record] of found) {
    assert.equal(record.originalText, ledger.attempted.get(id), `${id} is whole`);
    assert.equal(record.text, id.repeat(20));
  }
  for (const {ids, confirmed} of ledger.atomicBatches) {
    const there = ids.filter(id => found.has(id)).length;
    assert.ok(there === ids.length || (there === 0 && !confirmed), `${there} of an atomic batch: ${ids[0]}`);
  }
  for (const [id, confirmed] of ledger.removed) {
    assert.ok(!confirmed || !found.has(id), `${id} was deleted`);
  }
  const members = await fetchRecords(server, [...ledger.groups.values()].flatMap(group => group.ids));
  for (const [name, {ids, sent, confirmed}] of ledger.groups) {
    const numbers = ids.map(id => members.get(id)?.number ?? 0);
    assert.equal(new Set(numbers).size, 1, `${name} is not mixed: ${numbers}`);
    assert.ok(numbers[0] >= confirmed && numbers[0] <= sent,
              `${name} is ${numbers[0]}; confirmed ${confirmed}, sent ${sent}`);
  }
  const counters = await fetchRecords(server, [...ledger.counters.keys()]);
  for (const [id, {sent, confirmed}] of ledger.counters) {
    const record = counters.get(id);
    if (!record && confirmed === 0) continue;
    assert.equal(record.first, record.last, `${id} is not mixed`);
    assert.equal(record._original.first, record.first, `${id}: original and data belong together`);
    assert.ok(record.first >= confirmed && record.first <= sent,
              `${id} is ${record.first}; confirmed ${confirmed}, sent ${sent}`);
  }
  const keys = await allKeys(server);
  assert.equal(new Set(keys).size, keys.length, 'no key is there twice');
  assert.equal(keys.length, found.size + counters.size + members.size, 'nothing is there that nobody sent');
  assert.equal(await server.stop(), 0);
}
