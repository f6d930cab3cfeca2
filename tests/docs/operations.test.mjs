// The operator's manual has every option and every error code, with the status that it has.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {root} from '../support/server.mjs';

const text = path => readFileSync(join(root, path), 'utf8');
const run = (...args) => spawnSync(process.env.DROPZONE_SERVER, args, {encoding: 'utf8'}).stdout;

test('docs/options.md is what the server says of its options (script/options writes it)', () => {
  const manual = run('--manual');
  assert.ok(manual.length > 1000);
  assert.equal(text('docs/options.md').slice(text('docs/options.md').indexOf('### ')), manual);
});

/// The statuses of problem.cc: the cases above each return.
function statuses() {
  const found = new Map();
  let cases = [];
  for (const [, code, , status] of text('adapters/http/src/message/problem.cc').matchAll(/case ErrorCode::(\w+):(\s*return (\d{3});)?/g)) {
    cases.push(code);
    if (!status) continue;
    cases.forEach(name => found.set(name, status));
    cases = [];
  }
  return found;
}

test('docs/operations.md lists every error code, with its status', () => {
  const documented = new Map([...text('docs/operations.md').matchAll(/^\| `(\w+)`(?: ↻)? \| (\d{3}) \| \S/gm)].map(m => [m[1], m[2]]));
  const codes = [...text('core/src/error.cc').matchAll(/return "(\w+)"/g)].map(m => m[1]);
  assert.ok(codes.length > 40);
  assert.deepEqual([...documented.keys()].sort(), [...new Set(codes)].sort());
  for (const [code, status] of statuses()) assert.equal(documented.get(code), status, code);
});

test('options and files that the operator is sent to exist', () => {
  const help = run('--help');
  const manual = text('docs/operations.md');
  for (const [, option] of manual.matchAll(/`--([a-z-]+)/g)) assert.ok(help.includes(`--${option}`), `--${option}`);
  for (const [, file] of manual.matchAll(/`(deploy\/[\w/.-]+)/g)) assert.ok(existsSync(join(root, file)), file);
});
