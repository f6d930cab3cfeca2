import assert from 'node:assert/strict';
import {chmodSync, copyFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {httpsGet, makeAuthority} from './certificates.mjs';
import {emptyFolder, faultOf, inMemory, startServer, until, user} from './process.mjs';

test('with a certificate the server speaks HTTPS alone', async t => {
  const authority = makeAuthority(emptyFolder(t), 'authority');
  const {cert, key} = authority.certify('server');
  const server = await startServer(t, [...inMemory, '--tls-cert', cert, '--tls-key', key], user);
  assert.match(server.url, /^https:/);
  const answer = await httpsGet(`${server.url}/health/live`, {ca: authority.pem});
  assert.deepEqual([answer.status, answer.subject], [200, 'server']);
  await assert.rejects(fetch(server.url.replace('https', 'http') + '/health/live'));
  assert.equal(await server.stop(), 0);
});

test('over HTTPS browsers are asked to keep to it, for as long as the option says', async t => {
  const authority = makeAuthority(emptyFolder(t), 'authority');
  const {cert, key} = authority.certify('server');
  for (const [args, header] of [[[], 'max-age=31536000'], [['--hsts-max-age', '60'], 'max-age=60'],
                                [['--hsts-max-age', '0'], undefined]]) {
    const server = await startServer(t, [...inMemory, '--tls-cert', cert, '--tls-key', key, ...args], user);
    const answer = await httpsGet(`${server.url}/kinds`, {ca: authority.pem});
    assert.equal(answer.status, 401);
    assert.equal(answer.headers['strict-transport-security'], header);
    assert.equal(await server.stop(), 0);
  }
});

test('after SIGHUP new connections see the new certificate, or the old one if the new one cannot be used',
     async t => {
  const folder = emptyFolder(t);
  const authority = makeAuthority(folder, 'authority');
  const [first, second] = [authority.certify('first'), authority.certify('second')];
  const [cert, key] = [join(folder, 'used.pem'), join(folder, 'used.key')];
  const use = pair => (copyFileSync(pair.cert, cert), copyFileSync(pair.key, key));
  use(first);
  const server = await startServer(t, [...inMemory, '--tls-cert', cert, '--tls-key', key], user);
  const seen = async () =>
      (await httpsGet(`${server.url}/health/live`, {ca: authority.pem})).subject;
  assert.equal(await seen(), 'first');
  use(second);
  assert.equal(await seen(), 'first');
  server.child.kill('SIGHUP');
  await until(async () => await seen() === 'second', 'the second certificate');
  writeFileSync(key, 'no key');
  server.child.kill('SIGHUP');
  await until(() => server.stderr.includes('not reloaded: '), 'the warning');
  assert.match(server.stderr, /Cannot use the key/);
  assert.equal(await seen(), 'second');
  assert.equal(await server.stop(), 0);
});

test('where an authority for clients is named, others than its clients are not served', async t => {
  const folder = emptyFolder(t);
  const [ours, other] = [makeAuthority(folder, 'ours'), makeAuthority(folder, 'other')];
  const {cert, key} = ours.certify('server');
  const server = await startServer(
      t, [...inMemory, '--tls-cert', cert, '--tls-key', key, '--tls-client-ca', ours.cert], user);
  const get = client => httpsGet(`${server.url}/health/live`, {ca: ours.pem, client});
  assert.equal((await get(ours.certify('device'))).status, 200);
  await assert.rejects(get(undefined));
  await assert.rejects(get(other.certify('stranger')));
});

test('a certificate without a key, a key without a certificate and no such file are faults', async t => {
  const {cert, key} = makeAuthority(emptyFolder(t), 'authority').certify('server');
  assert.match(await faultOf([...inMemory, '--tls-cert', cert], user), /--tls-cert: .*--tls-key/);
  assert.match(await faultOf([...inMemory, '--tls-key', key], user), /--tls-key: .*--tls-cert/);
  assert.match(await faultOf([...inMemory, '--tls-client-ca', cert], user), /--tls-client-ca: /);
  assert.match(await faultOf([...inMemory, '--tls-cert', '/no/such', '--tls-key', key], user),
               /Cannot read the certificate \/no\/such/);
});

test('a key that others may read is refused, and after SIGHUP the old one stays, one for a group is taken', async t => {
  const own = makeAuthority(emptyFolder(t), 'authority').certify('server');
  const args = [...inMemory, '--tls-cert', own.cert, '--tls-key', own.key];
  for (const mode of [0o644, 0o604, 0o660, 0o602]) {
    chmodSync(own.key, mode);
    assert.match(await faultOf(args, user), /chmod u=rw,g=r,o= /, mode.toString(8));
  }
  chmodSync(own.key, 0o640);
  const server = await startServer(t, args, user);
  chmodSync(own.key, 0o644);
  server.child.kill('SIGHUP');
  await until(() => server.stderr.includes('Others may read or change the key'), 'the warning');
});
