import assert from 'node:assert/strict';
import {rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {anyPort, emptyFolder, inMemory, kinds, spawnServer, startServer, store, user} from './process.mjs';

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

test('the help names every command, and each says how it is used', async () => {
  const fault = spawnServer(['no-such-command']);
  assert.equal(await fault.ended, 2);
  const commands = fault.stderr.match(/The commands are (.*?)\./)[1].split(/, | and /);
  assert.ok(commands.length >= 6, fault.stderr);
  const help = await outputOf(['--help']);
  assert.equal(await outputOf(['help']), help);
  for (const command of commands) {
    assert.match(help, new RegExp(`\\n  ${command}\\b.*`), `${command} is in --help`);
    assert.match(await outputOf([command, '--help']), new RegExp(`dropzone-server (${command}|COMMAND)`));
  }
});

test('check looks at all kind files and at the options, for CI', async t => {
  const good = spawnServer(['check', '--kinds', kinds]);
  assert.equal(await good.ended, 0, good.stderr);
  assert.match(good.stdout, /kinds: 2 kinds\n {2}measurements@1: \d+ steps, 3 indexes\n {2}records@1: 0 steps, 0 indexes\n$/);
  const folder = emptyFolder(t);
  writeFileSync(join(folder, 'a.json'), '{"name": "a", "version": 1, "pipeline": [{"parse_tiem": {}}]}');
  writeFileSync(join(folder, 'b.json'), '{"name": "b", "version": 1');
  writeFileSync(join(folder, 'records.json'), '{"name": "records", "version": 1}');
  const faulty = spawnServer(['check', '--kinds', folder]);
  assert.equal(await faulty.ended, 2);
  assert.equal(faulty.stdout, '');
  assert.match(faulty.stderr, /^dropzone-server: \S+a\.json: at \/pipeline\/0.*"parse_time"\?.*\ndropzone-server: \S+b\.json: .*line 1.*\n$/);
  const option = spawnServer(['check', '--kinds', kinds, '--max-bdoy', '3']);
  assert.equal(await option.ended, 2);
  assert.match(option.stderr, /Did you mean --max-body\?/);
});

test('the log says on one line what was opened, its path and where to try it', async t => {
  const folder = emptyFolder(t);
  const file = join(folder, 'd.db');
  const args = [...anyPort, '--kinds', kinds, '--store', `sqlite:${file}`];
  const first = await startServer(t, args, user);
  assert.match(first.stderr, new RegExp(`made a new store: sqlite:${file}\\. Try it at ${first.url}/swagger`));
  assert.equal((await first.fetch('/swagger', {credentials: null})).status, 200);
  assert.equal((await store(first, Array.from({length: 1_234}, () => ({})))).status, 201);
  assert.equal((await store(first, {time_stamp: '2030-01-01T00:00:00Z', data: [1, 2]}, 'measurements')).status, 201);
  await first.stop();
  const second = await startServer(t, args, user);
  assert.match(second.stderr, new RegExp(`opened sqlite:${file}: 1,235 records of 2 kinds\\. Try it`));
  assert.doesNotMatch(second.stderr, /WARN/i);
  await second.stop();
  const memory = await startServer(t, inMemory, user);
  assert.match(memory.stderr, /made a new store: memory:, which is lost when the server stops/);
});

test('a kind that changed under the same version, and records whose kind has no file, are warned of', async t => {
  const folder = emptyFolder(t);
  const define = (name, definition) =>
    writeFileSync(join(folder, `${name}.json`), JSON.stringify({name, version: 1, ...definition}));
  const start = async () => startServer(t, [...anyPort, '--kinds', folder, '--store', `sqlite:${join(folder, 'd.db')}`], user);
  define('records', {});
  define('weather', {pipeline: [{set: {field: 'unit', value: 'C'}}]});
  define('station', {fields: {name: 'string'}});
  const first = await start();
  assert.equal((await store(first, [{}, {}], 'weather')).status, 201);
  await first.stop();

  define('weather', {description: 'Only this is new.', pipeline: [{set: {field: 'unit', value: 'C'}}]});
  const same = await start();
  assert.doesNotMatch(same.stderr, /changed/);
  await same.stop();

  define('weather', {pipeline: [{set: {field: 'unit', value: 'F'}}]});
  define('station', {fields: {name: 'number'}});
  const changed = await start();
  assert.match(changed.stderr, /the pipeline or the fields of the kind weather changed, .*weather@1/);
  assert.match(changed.stderr, /the kind station changed, .*Raise .*version.* in station\.json/);
  await changed.stop();

  define('weather', {version: 2, pipeline: [{set: {field: 'unit', value: 'F'}}]});
  rmSync(join(folder, 'station.json'));
  const raised = await start();
  assert.doesNotMatch(raised.stderr, /changed/);
  await raised.stop();

  rmSync(join(folder, 'weather.json'));
  const without = await start();
  assert.match(without.stderr, /the store has 2 records of the kind weather, which no request can reach: there is no weather\.json/);
});

test('standard output has one line, with the port that was taken', async t => {
  const server = await startServer(t, inMemory, user);
  assert.match(server.stdout, /^listening on http:\/\/127\.0\.0\.1:[1-9]\d*\n$/);
  const version = await (await server.fetch('/version', {credentials: null})).json();
  assert.match(version.version, /^\d+\.\d+\.\d+$/);
  assert.equal(await server.stop(), 0);
  assert.equal(server.stdout.split('\n').length, 2);
});

test('PORT is honoured, on all addresses, if none is given', async t => {
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

test('metrics have an address of their own if one is given, and need no credentials there',
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
