import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {chmodSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {get} from 'node:http';
import net from 'node:net';
import {join} from 'node:path';
import {test} from 'node:test';
import {addUser, emptyFolder, faultOf, inMemory, startServer, store, until, user} from './process.mjs';

/// The status of a request with these credentials that comes from this address of the machine.
const statusFrom = (server, localAddress, credentials) => new Promise((resolve, reject) => {
  get(`${server.url}/fetchKeys`, {localAddress, agent: false, auth: credentials},
      answer => (answer.resume(), resolve(answer.statusCode))).on('error', reject);
});

/// Sends a request with these credentials. Resolves once it is on its way, to what reads the answer.
async function sendLogIn(server, credentials) {
  const {hostname, port} = new URL(server.url);
  const socket = net.connect({host: hostname, port: Number(port)}).setEncoding('utf8');
  await new Promise((resolve, reject) => socket.on('error', reject).write(
      `GET /fetchKeys HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Basic ${btoa(credentials)}\r\n\r\n`, resolve));
  return async () => (await socket.toArray()).join('');
}

/// The processor's time that the server has had so far.
function cpuTicks(server) {
  const fields = readFileSync(`/proc/${server.child.pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

const command = (args, input = '') =>
    spawnSync(process.env.DROPZONE_SERVER, ['user', ...args], {input, encoding: 'utf8', env: {}});

test('users are added, given other passwords, listed and removed, with passwords from standard input',
     t => {
  const file = join(emptyFolder(t), 'users');
  const users = ['--users', file];
  assert.equal(command(['add', 'ann', ...users, '--roles', 'read,write:records'], 'a long secret\n').stdout,
               'added ann\n');
  assert.equal(command(['add', 'bob', ...users], 'another secret\n').status, 0);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(command(['list', ...users]).stdout, 'ann\tread,write:records\nbob\tread,write\n');
  const before = readFileSync(file, 'utf8');
  assert.ok(!before.includes('secret'));
  assert.equal(command(['passwd', 'ann', ...users], 'yet another\n').status, 0);
  assert.notEqual(readFileSync(file, 'utf8'), before);
  assert.equal(command(['remove', 'ann', ...users]).status, 0);
  assert.equal(command(['list', ...users]).stdout, 'bob\tread,write\n');
  assert.match(command(['--help']).stdout, /user passwd NAME/);
});

test('what the command cannot do it says in one line, and changes nothing', t => {
  const file = join(emptyFolder(t), 'users');
  command(['add', 'ann', '--users', file], 'a long secret\n');
  const before = readFileSync(file, 'utf8');
  for (const [args, input, says] of [
    [['add', 'ann', '--users', file], 'a long secret\n', /user passwd/],
    [['add', 'bob', '--users', file], 'short\n', /fewer than 8/],
    [['add', 'b:b', '--users', file], 'a long secret\n', /colon/],
    [['add', 'bob', '--users', file, '--roles', 'reed'], 'a long secret\n', /Did you mean "read"/],
    [['add', 'bob', '--users', file, '--password', 'a long secret'], '', /--password/],
    [['passwd', 'bob', '--users', file], 'a long secret\n', /this user does not exist/],
    [['remove', 'bob', '--users', file], '', /this user does not exist/],
    [['remove', '--users', file], '', /No user is named/],
    [['list'], '', /--users FILE/],
    [['lost', 'ann', '--users', file], '', /not an action/],
  ]) {
    const done = command(args, input);
    assert.equal(done.status, 2, args.join(' '));
    assert.match(done.stderr, says);
    assert.match(done.stderr, /^dropzone-server: [^\n]+\n$/);
    assert.ok(!done.stderr.includes('a long secret') || args.includes('--password'));
  }
  assert.equal(readFileSync(file, 'utf8'), before);
});

test('a terminal shows nothing of a password', async t => {
  const file = join(emptyFolder(t), 'users');
  const line = `${process.env.DROPZONE_SERVER} user add ann --users ${file}`;
  const terminal = spawn('script', ['-qec', line, '/dev/null'], {stdio: ['pipe', 'pipe', 'inherit']});
  let shown = '';
  terminal.stdout.setEncoding('utf8').on('data', text => (shown += text));
  for (const prompt of ['Password: ', 'Again: ']) {
    await until(() => shown.includes(prompt), prompt);
    terminal.stdin.write('a long secret\n');
  }
  await until(() => shown.includes('added ann'), shown);
  terminal.stdin.end();
  assert.ok(!shown.includes('a long secret'), shown);
});

test('users of a file are admitted besides the first one, and as the file says after SIGHUP', async t => {
  const file = join(emptyFolder(t), 'users');
  addUser(file, 'ann', 'ann-secret', 'read');
  const server = await startServer(t, [...inMemory, '--users', file], user);
  const statusOf = async credentials => (await server.fetch('/fetchKeys', {credentials})).status;
  assert.equal(await statusOf('demo:secret'), 200);
  assert.equal(await statusOf('ann:ann-secret'), 200);
  assert.equal(await statusOf('ann:ann-secret'), 200);
  assert.equal(await statusOf('ann:wrong-secret'), 401);
  assert.equal(await statusOf('bob:bob-secret'), 401);
  assert.equal((await server.fetch('/store', {method: 'POST', credentials: 'ann:ann-secret'})).status, 403);

  command(['remove', 'ann', '--users', file]);
  addUser(file, 'bob', 'bob-secret', 'read');
  assert.equal(await statusOf('ann:ann-secret'), 200);
  server.child.kill('SIGHUP');
  await until(async () => await statusOf('ann:ann-secret') === 401, 'the end of ann');
  assert.equal(await statusOf('bob:bob-secret'), 200);

  chmodSync(file, 0o644);
  server.child.kill('SIGHUP');
  await until(() => server.stderr.includes('chmod 600'), 'the warning');
  assert.equal(await statusOf('bob:bob-secret'), 200);
});

test('the last user of a file can be removed, and a file that cannot be used leaves those who were there', async t => {
  const file = join(emptyFolder(t), 'users');
  addUser(file, 'ann', 'ann-secret', 'read');
  addUser(file, 'bob', 'bob-secret', 'admin');
  const server = await startServer(t, [...inMemory, '--users', file]);
  const statusOf = async (credentials, path = '/kinds') => (await server.fetch(path, {credentials})).status;
  const gauge = async () => /^dropzone_users_file_unusable (\d)$/m.exec(
      await (await server.fetch('/metrics', {credentials: 'bob:bob-secret'})).text())[1];
  const hup = async line => {
    server.child.kill('SIGHUP');
    await until(() => server.stderr.includes(line), line);
  };
  const whole = readFileSync(file);
  assert.deepEqual([await statusOf('ann:ann-secret'), await gauge()], [200, '0']);
  for (const [unusable, line] of [['nonsense\n', ':1: '], [null, 'the file cannot be read']]) {
    rmSync(file);
    if (unusable) writeFileSync(file, unusable, {mode: 0o600});
    await hup(line);
    assert.deepEqual([await statusOf('ann:ann-secret'), await gauge()], [200, '1']);
  }
  writeFileSync(file, whole, {mode: 0o600});
  await hup('reloaded the users');
  assert.equal(await gauge(), '0');

  assert.equal(command(['remove', 'bob', '--users', file]).stdout, 'removed bob\n');
  assert.match(command(['remove', 'ann', '--users', file]).stdout, /^removed ann\nNo user is left in /);
  await hup('it has no users');
  for (const credentials of ['ann:ann-secret', 'bob:bob-secret']) assert.equal(await statusOf(credentials), 401);
  addUser(file, 'eve', 'eve-secret', 'read');
  server.child.kill('SIGHUP');
  await until(async () => await statusOf('eve:eve-secret') === 200, 'the new user');
});

test('a users file that others may read, that has no users, or the first user, keeps it from starting',
     async t => {
  const file = join(emptyFolder(t), 'users');
  const args = [...inMemory, '--users', file];
  assert.match(await faultOf(args, user), /--users .*user add/);
  writeFileSync(file, '', {mode: 0o600});
  assert.match(await faultOf(args), /it has no users/);
  addUser(file, 'demo', 'demo-secret', 'read');
  assert.match(await faultOf(args, user), /first user/);
  chmodSync(file, 0o640);
  assert.match(await faultOf(args), /chmod 600/);
});

test('wrong passwords make their own client wait for that user, and nobody else', async t => {
  const file = join(emptyFolder(t), 'users');
  addUser(file, 'ann', 'ann-secret', 'read');
  addUser(file, 'bob', 'bob-secret', 'read');
  const server = await startServer(t, [...inMemory, '--users', file], user);
  let refused;
  for (let i = 0; i < 11; ++i) {
    refused = await server.fetch('/fetchKeys', {credentials: `ann:guess-${i}`});
    assert.equal(refused.status, i < 10 ? 401 : 429);
  }
  assert.ok(Number(refused.headers.get('retry-after')) >= 1);
  assert.equal((await server.fetch('/fetchKeys', {credentials: 'ann:ann-secret'})).status, 429);
  assert.equal((await server.fetch('/fetchKeys', {credentials: 'bob:bob-secret'})).status, 200);
  assert.equal((await server.fetch('/fetchKeys')).status, 200);
});

test('during the wait a password that was right there before reveals nothing, and elsewhere it is accepted', async t => {
  const file = join(emptyFolder(t), 'users');
  addUser(file, 'ann', 'ann-secret', 'read');
  const server = await startServer(t, [...inMemory, '--users', file], user);
  const statusOf = (password, from) => statusFrom(server, from, `ann:${password}`);
  for (const from of ['127.0.0.1', '127.0.0.2']) assert.equal(await statusOf('ann-secret', from), 200);
  const guesses = await Promise.all(Array.from({length: 40}, (_, i) => statusOf(`guess-${i}`, '127.0.0.1')));
  assert.ok(guesses.filter(status => status === 401).length <= 10, guesses.join());
  assert.equal(await statusOf('ann-secret', '127.0.0.1'), 429);
  assert.equal(await statusOf('ann-secret', '127.0.0.2'), 200);
  await Promise.all(Array.from({length: 20}, (_, i) => statusFrom(server, '127.0.0.3', `demo:guess-${i}`)));
  assert.equal(await statusFrom(server, '127.0.0.3', 'demo:secret'), 429);
  assert.equal(await statusFrom(server, '127.0.0.2', 'demo:secret'), 200);
});

test('a flood of made-up names leaves users a log-in, those at its own address too', async t => {
  const file = join(emptyFolder(t), 'users');
  const names = ['ann', 'bob', 'eve', 'joe'];
  for (const name of names) addUser(file, name, 'a-long-secret', 'read');
  const server = await startServer(t, [...inMemory, '--users', file], user);
  let [going, sent] = [true, 0];
  const flood = Array.from({length: 8}, async () => {
    while (going) await statusFrom(server, '127.0.0.1', `made-up-${sent++}:x`);
  });
  await until(() => sent > 40, 'the flood');
  for (const from of ['127.0.0.2', '127.0.0.1']) {
    for (const name of names) {
      const start = Date.now();
      assert.equal(await statusFrom(server, from, `${name}:a-long-secret`), 200);
      assert.ok(Date.now() - start < 30_000, `${Date.now() - start} ms from ${from}`);
    }
    server.child.kill('SIGHUP');
    await until(() => server.stderr.includes('reloaded the users'), 'the users');
    for (const name of names) assert.equal(await statusFrom(server, from, `${name}:a-long-secret`), 200);
  }
  going = false;
  await Promise.all(flood);
});

test('an unknown user is refused as slowly as a wrong password', async t => {
  const file = join(emptyFolder(t), 'users');
  for (const name of ['ann', 'bob', 'eve']) addUser(file, name, 'a-long-secret', 'read');
  const server = await startServer(t, [...inMemory, '--users', file], user);
  // By the processor's time, which is the same on a busy machine.
  const cost = async name => {
    const before = cpuTicks(server);
    for (let i = 0; i < 8; ++i) {
      assert.equal((await server.fetch('/fetchKeys', {credentials: `${name}:guess-${i}`})).status, 401);
    }
    return cpuTicks(server) - before;
  };
  const [known, unknown] = [await cost('ann'), await cost('nobody')];
  assert.ok(unknown > known / 2 && known > unknown / 2, `${known} and ${unknown} ticks`);
});

test('of more passwords than can wait some are asked to come again', async t => {
  const file = join(emptyFolder(t), 'users');
  for (let i = 0; i < 24; ++i) addUser(file, `user${i}`, 'a-long-secret', 'read');
  const server = await startServer(t, [...inMemory, '--users', file], user);
  // They come at once: the server is halted while they are sent.
  server.child.kill('SIGSTOP');
  const asked = await Promise.all(Array.from({length: 24}, (_, i) => sendLogIn(server, `user${i}:a-long-secret`)));
  server.child.kill('SIGCONT');
  const answers = await Promise.all(asked.map(answer => answer()));
  const refused = answers.filter(answer => !answer.startsWith('HTTP/1.1 200 '));
  assert.ok(refused.some(answer => answer.startsWith('HTTP/1.1 429 ')), 'all of them could wait');
  // On a busy machine the time of those that may wait can run out: 503.
  for (const answer of refused) assert.match(answer, /^HTTP\/1\.1 (429|503) [^]*\r\nRetry-After: 1\r\n/);
  assert.ok((await store(server, {})).ok);
});
