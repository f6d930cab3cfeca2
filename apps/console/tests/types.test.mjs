import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';

test('the TypeScript compiler finds nothing', () => {
  const folder = fileURLToPath(new URL('..', import.meta.url));
  try {
    execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', '.'], {cwd: folder, encoding: 'utf8'});
  } catch (failure) {
    assert.fail(failure.stdout);
  }
});
