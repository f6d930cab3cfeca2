// A short storm; see run for long ones.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {storm} from './storm.mjs';

test('under all faults at once, every answer of two servers to clients who share records can be true', async t => {
  const {requests, spoiled, unknown, figures} = await storm(t, {servers: 2, requests: 800, seed: 1});
  t.diagnostic(figures);
  assert.ok(spoiled > requests / 10 && unknown > 0, figures);
});
