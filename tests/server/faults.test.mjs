// Whatever keeps the server from starting is one line that says where, what and how to mend it, and
// exit status 2, before it listens.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {chmodSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import net from 'node:net';
import {join} from 'node:path';
import {test} from 'node:test';
import {anyPort, emptyFolder, faultOf, inMemory, kinds, startServer, user} from './process.mjs';

/// An address that somebody listens on already.
async function busyAddress(test) {
  const listener = net.createServer().listen(0, '127.0.0.1');
  await new Promise(resolve => listener.once('listening', resolve));
  test.after(() => listener.close());
  return `127.0.0.1:${listener.address().port}`;
}

test('options', async () => {
  assert.match(await faultOf(['--stroe', 'memory:']), /--stroe: .*Did you mean --store\?/);
  assert.match(await faultOf(['memory:']), /"memory:": there is no such command\. The commands are backup, .*/);
  assert.match(await faultOf(['--port', '80']), /--port: .*Did you mean --listen\?/);
  assert.match(await faultOf(['--max-body', '32MB']), /--max-body: "32MB" .*such as 32MiB/);
  assert.match(await faultOf(['--listen']), /--listen/);
  assert.match(await faultOf(['--listen', '8080']), /--listen: "8080" .*HOST:PORT/);
  assert.match(await faultOf(['--password', 'hunter2']), /DROPZONE_PASSWORD/);
  assert.match(await faultOf(['--cors-origin', 'app.example.com']), /--cors-origin: .*https:/);
});

test('provider of OpenID Connect', async t => {
  const issuer = ['--oidc-issuer', 'https://accounts.example.com'];
  const audience = ['--oidc-audience', 'dropzone'];
  assert.match(await faultOf(issuer, user), /--oidc-issuer: .*--oidc-audience/);
  assert.match(await faultOf(audience, user), /--oidc-audience: .*--oidc-issuer/);
  assert.match(await faultOf(['--oidc-role', 'a=read'], user), /--oidc-role: .*--oidc-issuer/);
  assert.match(await faultOf(['--oidc-issuer', 'http://accounts.example.com', ...audience], user), /is not an https:/);
  assert.match(await faultOf([...issuer, ...audience, '--oidc-role', 'loggers'], user), /WORD=ROLE/);
  assert.match(await faultOf([...issuer, ...audience, '--oidc-role', 'loggers=wriet'], user), /Did you mean "write"\?/);
  assert.match(await faultOf([...issuer, ...audience, '--oidc-clock-skew', '10m'], user), /0s to 5m/);
  const file = join(emptyFolder(t), 'ca.pem');
  assert.match(await faultOf([...issuer, ...audience, '--oidc-ca', file], user), /--oidc-ca .*ca\.pem: .*No such file/);
  writeFileSync(file, 'no certificate');
  assert.match(await faultOf([...issuer, ...audience, '--oidc-ca', file], user), /ca\.pem: .*PEM/);
});

test('environment', async () => {
  assert.match(await faultOf([], {DROPZONE_MAX_IDS: 'many'}), /DROPZONE_MAX_IDS: "many"/);
  assert.match(await faultOf([], {DROPZONE_SOTRE: 'memory:'}), /Did you mean DROPZONE_STORE\?/);
  assert.match(await faultOf([], {PORT: '99999'}), /PORT: "99999"/);
  assert.match(await faultOf([], {DROPZONE_USER: 'ann'}), /DROPZONE_USER: .*DROPZONE_PASSWORD/);
});

test('passwords with control characters, which no client can send', async t => {
  for (const [password, pattern] of [
    ['secret\n', /DROPZONE_PASSWORD: it ends with a line feed.*printf %s/],
    ['secret\r\n', /it ends with a carriage return/],
    ['sec\tret', /it contains a tab/],
    ['\x01secret', /it contains a control character/],
  ]) {
    const fault = await faultOf(inMemory, {...user, DROPZONE_PASSWORD: password});
    assert.match(fault, pattern);
    assert.doesNotMatch(fault, /secret|sec\tret/);
  }
  const folder = emptyFolder(t);
  writeFileSync(join(folder, 'dropzone.toml'), 'user = "demo"\npassword = "secret\\n"\n', {mode: 0o600});
  assert.match(await faultOf([...inMemory, '--config', join(folder, 'dropzone.toml')]), /toml:2: password: it ends with a line feed/);
  const added = spawnSync(process.env.DROPZONE_SERVER, ['user', 'add', 'ann', '--users', join(folder, 'users')],
                          {input: 'a-long-secret\r\n', encoding: 'utf8'});
  assert.equal(added.status, 2);
  assert.match(added.stderr, /password: it ends with a carriage return/);
});

test('file of options', async t => {
  const file = join(emptyFolder(t), 'dropzone.toml');
  assert.match(await faultOf(['--config', file]), /--config .*dropzone\.toml: .*No such file/);
  writeFileSync(file, 'max-ids = 5\nmax-idz = 5\n');
  assert.match(await faultOf(['--config', file]), /dropzone\.toml:2: max-idz: .*max-ids\?/);
  writeFileSync(file, 'max-ids = \n');
  assert.match(await faultOf([], {DROPZONE_CONFIG: file}), /dropzone\.toml:1: /);
});

test('kinds', async t => {
  const folder = emptyFolder(t);
  const start = [...anyPort, '--store', 'memory:', '--kinds', folder];
  assert.match(await faultOf(start, user), /no kind file/);
  writeFileSync(join(folder, 'records.json'), '{"name": "records",\n "version": one}');
  assert.match(await faultOf(start, user), /records\.json: .*line 2/);
  writeFileSync(join(folder, 'records.json'), 
                '{"name": "records", "version": 1, "pipeline": [{"renam": {}}]}');
  assert.match(await faultOf(start, user), /records\.json: at \/pipeline\/0.*"rename"/);
  assert.match(await faultOf([...anyPort, '--store', 'memory:', '--kinds', join(folder, 'no')], user),
               /--kinds .*No such file/);
});

test('stores', async t => {
  const folder = emptyFolder(t);
  const start = store => [...anyPort, '--kinds', kinds, '--store', store];
  assert.match(await faultOf(start('sqllite:x'), user), /--store: "sqllite:x" .*"sqlite"\?/);
  assert.match(await faultOf(start(`sqlite:${folder}/no/such.db`), user), /no\/such\.db/);
  assert.match(await faultOf(start(`sqlite:${folder}`), user), /dropzone-server-/);
  const text = join(folder, 'text.db');
  writeFileSync(text, 'This is not a database, and longer than the header of one. '.repeat(10));
  assert.match(await faultOf(start(`sqlite:${text}`), user), /text\.db/);
  assert.match(readFileSync(text, 'utf8'), /^This is not a database/);
  assert.match(await faultOf([...anyPort, '--kinds', kinds], user), /--store .*sqlite:/);
});

test('secret file', async t => {
  const file = join(emptyFolder(t), 'secret');
  const start = [...inMemory, '--secret-file', file];
  assert.match(await faultOf(start, user), /--secret-file .*openssl rand/);
  writeFileSync(file, 'x'.repeat(40), {mode: 0o644});
  assert.match(await faultOf(start, user), /chmod 600/);
  chmodSync(file, 0o600);
  const server = await startServer(t, start, user);
  assert.equal(await server.stop(), 0);
});

test('keys for steps', async t => {
  const folder = emptyFolder(t);
  const file = join(folder, 'keys');
  const kind = join(folder, 'kinds');
  mkdirSync(kind);
  writeFileSync(join(kind, 'records.json'),
                JSON.stringify({name: 'records', version: 1, pipeline: [{hash: {field: 'email', key: 'people'}}]}));
  const start = [...anyPort, '--store', 'memory:', '--kinds', kind];
  assert.match(await faultOf([...start, '--step-keys', file], user), /--step-keys/);
  writeFileSync(file, 'people = a secret of the operator', {mode: 0o644});
  assert.match(await faultOf([...start, '--step-keys', file], user), /--step-keys .*chmod 600/);
  chmodSync(file, 0o600);
  assert.match(await faultOf(start, user), /There is no key "people"/);
  const server = await startServer(t, [...start, '--step-keys', file], user);
  assert.equal(await server.stop(), 0);
  writeFileSync(file, 'people = short');
  assert.match(await faultOf([...start, '--step-keys', file], user), /--step-keys .*Line 1/);
});

test('addresses that cannot be listened on', async t => {
  const busy = await busyAddress(t);
  assert.match(await faultOf([...inMemory.slice(2), '--listen', busy], user),
               /--listen: .*already in use/);
  assert.match(await faultOf([...inMemory, '--metrics-listen', busy], user),
               /--metrics-listen: .*already in use/);
  assert.match(await faultOf([...inMemory.slice(2), '--listen', '192.0.2.1:0'], user),
               /--listen: .*192\.0\.2\.1:0/);
});

test('a folder in place of a file', async t => {
  const folder = join(emptyFolder(t), 'folder');
  mkdirSync(folder);
  assert.match(await faultOf(['--config', folder]), /--config .*folder/);
  assert.match(await faultOf([...inMemory, '--secret-file', folder], user), /--secret-file .*folder/);
});
