// The live server and the specification agree: every operation, parameter, status, content type,
// schema, member, error code and example is exercised, and every answer is one that is described.
import assert from 'node:assert/strict';
import {after, test} from 'node:test';
import {startServer} from '../support/server.mjs';
import {Api} from './api.mjs';
import examples from './conformance/examples.mjs';
import faults from './conformance/faults.mjs';
import questions from './conformance/questions.mjs';
import records from './conformance/records.mjs';
import {readSpecification} from './specification.mjs';

const server = await startServer();
const api = new Api(readSpecification(), server);
after(async () => assert.equal(await server.stop(), 0));

examples(api);
records(api);
questions(api);
faults(api);

// What no client can bring about on a healthy server.
const beyondReach = new Map([
  ...['unsupported_query', 'index_required', 'scan_limit', 'atomic_too_large', 'record_too_large']
      .map(code => [code, 'the memory store has no such limits']),
  ...['store_full', 'store_read_only', 'store_locked', 'store_corrupt', 'store_newer', 'unavailable']
      .map(code => [code, 'the memory store cannot fail']),
  ...['overloaded', 'deadline_exceeded', 'request_timeout', 'internal', 'rate_limited', 'step_failed',
      'expectation_failed', 'not_implemented', 'http_version_not_supported', 'forbidden', 'rejected']
      .map(code => [code, 'the tests of the HTTP adapter and of the steps lead to it']),
]);

test('nothing in the specification was left out', () => {
  const missing = api.coverage.missing.filter(name => !beyondReach.has(name.replace('code ', '')));
  assert.deepEqual(missing, []);
});

test('what is said to be out of reach is', () => {
  for (const code of beyondReach.keys()) assert.ok(!api.coverage.seen.has(`code ${code}`), code);
});
