import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {emptyFolder, inMemory, spawnServer, startServer, store, user} from './process.mjs';

async function outputOf(args) {
  const server = spawnServer(args);
  assert.equal(await server.ended, 0, server.stderr);
  assert.equal(server.stderr, '');
  return server.stdout;
}

test('help, version and manual are printed, and nothing is started', async () => {
  assert.match(await outputOf(['--help']), /\n  --listen HOST:PORT .*\n/);
  assert.match(await outputOf(['--version']), /^dropzone-server \d+\.\d+\.\d+\n$/);
  assert.match(await outputOf(['--manual']), /^### Service\n\n\| Option /);
});

test('standard output has one line, with the port that was taken', async t => {
  const server = await startServer(t, inMemory, user);
  assert.match(server.stdout, /^listening on http:\/\/127\.0\.0\.1:[1-9]\d*\n$/);
  const version = await (await server.fetch('/version', {credentials: null})).json();
  assert.match(version.version, /^\d+\.\d+\.\d+$/);
  assert.equal(await server.stop(), 0);
  assert.equal(server.stdout.split('\n').length, 2);
});

test('PORT is honoured, on all addresses, where none is given', async t => {
  const probe = await startServer(t, inMemory, user);
  const {port} = new URL(probe.url);
  await probe.stop();
  const server = await startServer(t, inMemory.slice(2), {...user, PORT: port});
  assert.equal(server.stdout, `listening on http://0.0.0.0:${port}\n`);
  assert.equal((await fetch(`http://127.0.0.1:${port}/health/live`)).status, 200);
});

test('the command line wins over the environment, the environment over the file', async t => {
  const file = join(emptyFolder(t), 'dropzone.toml');
  writeFileSync(file, 'max-ids = 3\nmax-records = 3\nmax-nesting = 3\n');
  const server = await startServer(t, [...inMemory, '--max-ids', '1', '--config', file],
                                   {...user, DROPZONE_MAX_IDS: '2', DROPZONE_MAX_RECORDS: '2'});
  assert.equal((await server.fetch('/fetchMany?_id=a')).status, 200);
  assert.equal((await server.fetch('/fetchMany?_id=a,b')).status, 413);
  assert.equal((await store(server, [{}, {}])).status, 201);
  assert.equal((await store(server, [{}, {}, {}])).status, 413);
  assert.equal((await store(server, {a: {b: {}}})).status, 201);
  assert.equal((await store(server, {a: {b: {c: {}}}})).status, 422);
});

test('the server\'s own kinds are nobody\'s to read or write', async t => {
  const server = await startServer(t, inMemory, user);
  for (const kind of ['_dropzone_secrets', '_dropzone_rejects']) {
    assert.equal((await server.fetch(`/fetchAll?kind=${kind}`)).status, 404);
    assert.equal((await server.fetch(`/records/secret?kind=${kind}`)).status, 404);
    assert.equal((await store(server, {}, kind)).status, 404);
  }
});

async function secondPage(first, second) {
  const {nextCursor} = await (await first.fetch('/fetchKeys?limit=1')).json();
  assert.ok(nextCursor);
  return second.fetch(`/fetchKeys?limit=1&cursor=${nextCursor}`);
}

test('cursors are good on every instance with the same secret file, and on no other', async t => {
  const folder = emptyFolder(t);
  const instanceWith = async secret => {
    const file = join(folder, secret[0]);
    writeFileSync(file, secret, {mode: 0o600});
    const server = await startServer(t, [...inMemory, '--secret-file', file], user);
    assert.equal((await store(server, [{_id: 'a'}, {_id: 'b'}])).status, 201);
    return server;
  };
  const one = await instanceWith('1'.repeat(32));
  const same = await instanceWith('1'.repeat(32) + '\n');
  const other = await instanceWith('2'.repeat(32));
  assert.deepEqual((await (await secondPage(one, same)).json()).keys, ['b']);
  assert.equal((await secondPage(one, other)).status, 400);
});

test('metrics have an address of their own where one is given, and need no credentials there',
     async t => {
  const probe = await startServer(t, inMemory, user);
  const address = new URL(probe.url).host;
  await probe.stop();
  const server = await startServer(t, [...inMemory, '--metrics-listen', address], user);
  await server.fetch('/kinds');
  const page = await fetch(`http://${address}/metrics`);
  assert.equal(page.status, 200);
  assert.match(await page.text(), /dropzone_http_requests_total\{.*route="\/kinds".*\} 1/);
  assert.equal((await fetch(`http://${address}/kinds`)).status, 404);
  assert.equal((await server.fetch('/metrics', {credentials: null})).status, 401);
  assert.equal((await server.fetch('/metrics')).status, 200);
  assert.equal(await server.stop(), 0);
});
