// The live server and the specification agree: every operation, parameter, status, content type,
// schema, member, error code and example is exercised, and every answer is one that is described.
import assert from 'node:assert/strict';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {startGuardedServer} from '../support/guarded_server.mjs';
import {Api} from './api.mjs';
import badInput from './conformance/bad_input.mjs';
import examples from './conformance/examples.mjs';
import faults from './conformance/faults.mjs';
import history from './conformance/history.mjs';
import jobs from './conformance/jobs.mjs';
import kinds from './conformance/kinds.mjs';
import questions from './conformance/questions.mjs';
import records from './conformance/records.mjs';
import replay from './conformance/replay.mjs';
import tokens from './conformance/tokens.mjs';
import troubles from './conformance/troubles.mjs';
import {readSpecification} from './specification.mjs';

// Whatever the store, the answers are the same.
const folder = mkdtempSync(join(tmpdir(), 'dropzone-conformance.'));
const stores = {memory: 'memory:', sqlite: `sqlite:${join(folder, 'conformance.db')}`};
const server = await startGuardedServer({store: stores[process.env.DROPZONE_TEST_STORE ?? 'memory']});
const api = new Api(readSpecification(), server);
after(async () => {
  assert.equal(await server.stop(), 0);
  rmSync(folder, {recursive: true});
});

examples(api);
records(api);
tokens(api);
questions(api);
replay(api);
history(api);
kinds(api);
jobs(api);
faults(api);
badInput(api);
troubles(api);

// What no client can bring about on a healthy server.
const beyondReach = new Map([
  ...['unsupported_query', 'index_required', 'scan_limit', 'atomic_too_large', 'record_too_large']
      .map(code => [code, 'memory and SQLite have no such limits']),
  ...['store_full', 'store_read_only', 'store_locked', 'store_replaced', 'store_corrupt', 'store_newer', 'unavailable']
      .map(code => [code, 'a store that is well does not fail']),
  ...['deadline_exceeded', 'outcome_unknown', 'internal', 'rate_limited', 'step_failed', 'rejected']
      .map(code => [code, 'the tests of the adapters and of the steps lead to it']),
  ...['changed_elsewhere', 'schema Meta.changedElsewhere', 'status patchRecord 409', 'header patchRecord 409 X-Request-Id',
      'answer patchRecord 409 application/problem+json']
      .map(name => [name, 'other programs change the records of Datastore alone']),
]);

// What is there for a moment alone: an index of few records is built by the next look.
const fleeting = new Set(['', '.field', '.done', '.total'].map(member => `schema Kind.indexBuilds${member}`));

test('nothing in the specification was left out', () => {
  const missing = api.coverage.missing.filter(name => !beyondReach.has(name.replace('code ', '')) && !fleeting.has(name));
  assert.deepEqual(missing, []);
});

test('what is said to be out of reach is', () => {
  for (const name of beyondReach.keys()) {
    assert.ok(!api.coverage.seen.has(name.includes(' ') ? name : `code ${name}`), name);
  }
});
