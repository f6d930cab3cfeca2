// Whatever is sent, and whatever becomes of it: nothing secret is written anywhere.
import assert from 'node:assert/strict';
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {root} from '../support/server.mjs';
import {addUser, emptyFolder, inMemory, startServer} from './process.mjs';

const [first, ann, guess] = ['password-of-the-first', 'password-of-ann', 'password-that-is-wrong'];

test('no secret is in any log, metric or error', async t => {
  const file = join(emptyFolder(t), 'users');
  addUser(file, 'ann', ann, 'read');
  const server = await startServer(t, [...inMemory, '--users', file, '--log-level', 'debug'],
                                   {DROPZONE_USER: 'root', DROPZONE_PASSWORD: first});
  const answer = await server.fetch('/auth/keys', {
    method: 'POST', credentials: `root:${first}`, body: JSON.stringify({name: 'key', roles: 'read'}),
    headers: {'Content-Type': 'application/json'}});
  const {key} = await answer.json();
  const wrong = `${key.slice(0, 26)}${'x'.repeat(44)}`;

  const credentials = [`root:${first}`, `ann:${ann}`, `ann:${guess}`, `nobody:${guess}`];
  const texts = [];
  for (const path of ['/kinds', '/store', '/nowhere', '/fetchAll?limit=0', '/metrics', '/auth/keys']) {
    for (const method of ['GET', 'POST', 'DELETE']) {
      for (const sent of [
        ...credentials.map(pair => ({Authorization: 'Basic ' + btoa(pair)})),
        {'X-API-Key': key}, {'X-API-Key': wrong}, {Authorization: `Bearer ${guess}`},
        {Authorization: 'Basic ' + btoa(credentials[0]), 'X-API-Key': key},
      ]) {
        const got = await server.fetch(path, {method, headers: sent, credentials: null});
        texts.push(JSON.stringify([...got.headers]), await got.text());
      }
    }
  }
  const metrics = await server.fetch('/metrics', {credentials: `root:${first}`});
  assert.equal(metrics.status, 200);
  texts.push(await metrics.text());
  server.child.kill('SIGHUP');
  assert.equal(await server.stop(), 0);
  texts.push(server.stdout, server.stderr);

  const all = texts.join('\n');
  assert.ok(all.includes('unauthenticated') && all.includes('/auth/keys'));
  const secrets = [first, ann, guess, key, key.slice(-44), 'x'.repeat(44), ...credentials.map(pair => btoa(pair)),
                   readFileSync(file, 'utf8').split(':')[2]];
  for (const secret of secrets) assert.ok(!all.includes(secret), secret);
});

test('docs/security.md names tests that are there', () => {
  const page = readFileSync(join(root, 'docs/security.md'), 'utf8');
  let named = 0;
  for (const [, path, rest] of page.matchAll(/`(tests\/[\w./]+)`((?:: |, )"[^|]*)?/g)) {
    assert.ok(existsSync(join(root, path)), path);
    for (const [, name] of (rest ?? '').matchAll(/"([^"]+)"/g)) {
      assert.ok(readFileSync(join(root, path), 'utf8').includes(name), `${path}: ${name}`);
      ++named;
    }
  }
  assert.ok(named >= 3);
});
