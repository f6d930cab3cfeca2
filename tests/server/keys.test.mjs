import assert from 'node:assert/strict';
import {createHash, X509Certificate} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {httpsGet, makeAuthority} from './certificates.mjs';
import {addUser, anyPort, emptyFolder, inMemory, kinds, startServer, user} from './process.mjs';

const make = (server, wanted, options = {}) => server.fetch('/auth/keys', {
  method: 'POST', body: JSON.stringify(wanted), headers: {'Content-Type': 'application/json'}, ...options});
const using = key => ({credentials: null, headers: {'X-API-Key': key}});
const made = async (server, wanted) => {
  const answer = await make(server, wanted);
  assert.equal(answer.status, 201, await answer.clone().text());
  return answer.json();
};

test('a key permits what its roles grant, is shown once, and is invalid once revoked', async t => {
  const server = await startServer(t, inMemory, user);
  const {id, key, ...rest} = await made(server, {name: 'logger', roles: 'write:records'});
  assert.match(key, /^dzk_[2-9A-HJ-NP-Za-km-z]{66}$/);
  assert.equal(rest.roles, 'write:records');
  assert.equal(rest.createdBy, 'demo');
  assert.equal(rest.expiresAt, null);
  const store = () => server.fetch('/store', {
    method: 'POST', body: '{}', credentials: null,
    headers: {'X-API-Key': key, 'Content-Type': 'application/json'}});
  for (let i = 0; i < 3; ++i) assert.equal((await store()).status, 201);
  assert.equal((await server.fetch('/fetchKeys', using(key))).status, 403);
  assert.equal((await server.fetch('/auth/keys', using(key))).status, 403);

  const list = await (await server.fetch('/auth/keys')).text();
  assert.ok(list.includes(id) && !list.includes(key) && !list.includes(key.slice(-44)));
  const revoke = async () => (await server.fetch(`/auth/keys?keyId=${id}`, {method: 'DELETE'})).json();
  assert.deepEqual(await revoke(), {revokedKeys: 1, missing: []});
  assert.equal((await store()).status, 401);
  assert.deepEqual(await revoke(), {revokedKeys: 0, missing: [id]});
  await server.stop();
  assert.ok(!server.stderr.includes(key.slice(-44)));
});

test('keys outlive a restart, and the file has no secret in it', async t => {
  const file = join(emptyFolder(t), 'dropzone.db');
  const args = [...anyPort, '--store', `sqlite:${file}`, '--kinds', kinds];
  const first = await startServer(t, args, user);
  const {key} = await made(first, {name: 'reader', roles: 'read'});
  assert.equal(await first.stop(), 0);
  const second = await startServer(t, args, user);
  assert.equal((await second.fetch('/fetchKeys', using(key))).status, 200);
  assert.equal(await second.stop(), 0);
  assert.ok(!readFileSync(file).includes(key.slice(-44)));
});

test('a key that is wrong in any way is 401', async t => {
  const server = await startServer(t, inMemory, user);
  const {key} = await made(server, {name: 'reader', roles: 'read'});
  const other = (await made(server, {name: 'other', roles: 'read'})).key;
  for (const wrong of ['', 'x', key.slice(0, -1), key + 'x', key.slice(0, -1) + (key.endsWith('a') ? 'b' : 'a'),
                       key.slice(0, 26) + other.slice(26), 'DZK_' + key.slice(4), `${key}, ${key}`]) {
    const answer = await server.fetch('/fetchKeys', using(wrong));
    assert.equal(answer.status, 401, wrong);
    assert.ok(!(await answer.text()).includes(key.slice(-40)));
  }
  assert.equal((await server.fetch('/fetchKeys', {headers: {'X-API-Key': key}})).status, 400, 'two sorts at once');
  assert.equal((await server.fetch('/fetchKeys', using(key))).status, 200);
});

test('a key expires, and may be bound to addresses', async t => {
  const server = await startServer(t, [...inMemory, '--trusted-proxy', '127.0.0.1'], user);
  let brief;
  // On a busy machine a second may be over before the key is used.
  for (let [seconds, status] = [1, 401]; status === 401; seconds *= 2) {
    assert.ok(!brief || Date.now() >= Date.parse(brief.expiresAt), 'refused before its time');
    brief = await made(server, {name: 'brief', roles: 'read', expiresIn: seconds});
    ({status} = await server.fetch('/fetchKeys', using(brief.key)));
  }
  const bound = await made(server, {name: 'bound', roles: 'read', addresses: ['192.0.2.0/24', '2001:db8::/32']});
  const from = async address => (await server.fetch('/fetchKeys', {
    credentials: null, headers: {'X-API-Key': bound.key, 'X-Forwarded-For': address}})).status;
  assert.deepEqual(await Promise.all(['192.0.2.9', '2001:db8::9', '198.51.100.9', '::ffff:192.0.2.9'].map(from)),
                   [200, 200, 401, 200]);
  await new Promise(resolve => setTimeout(resolve, Math.max(0, Date.parse(brief.expiresAt) - Date.now()) + 20));
  assert.equal((await server.fetch('/fetchKeys', using(brief.key))).status, 401);
});

test('a key that is bound to a client certificate is refused with another', async t => {
  const authority = makeAuthority(emptyFolder(t), 'authority');
  const [own, device, other] = ['server', 'device', 'other'].map(name => authority.certify(name));
  const server = await startServer(t, [
    ...inMemory, '--tls-cert', own.cert, '--tls-key', own.key, '--tls-client-ca', authority.cert], user);
  const certificate = createHash('sha256').update(new X509Certificate(readFileSync(device.cert)).raw).digest('hex');
  const basic = {Authorization: 'Basic ' + btoa('demo:secret'), 'Content-Type': 'application/json'};
  const answer = await httpsGet(`${server.url}/auth/keys`, {
    ca: authority.pem, client: other, headers: basic, method: 'POST',
    body: JSON.stringify({name: 'device', roles: 'read', certificate})});
  assert.equal(answer.status, 201, answer.text);
  const {key} = JSON.parse(answer.text);
  const get = async client => (await httpsGet(`${server.url}/fetchKeys`, {
    ca: authority.pem, client, headers: {'X-API-Key': key}})).status;
  assert.deepEqual([await get(device), await get(other)], [200, 401]);
});

test('what a key cannot be is refused, with the place of the fault', async t => {
  const file = join(emptyFolder(t), 'users');
  addUser(file, 'ann', 'a-long-secret', 'read,write');
  const server = await startServer(t, [...inMemory, '--users', file], user);
  for (const [wanted, pointer] of [
    [{name: 'a', roles: 'reed'}, '/roles'], [{name: 'a'}, '/roles'], [{roles: 'read'}, '/name'],
    [{name: 'a', roles: 'read', expiresIn: 0}, '/expiresIn'], [{name: 'a', roles: 'read', expire: 1}, '/expire'],
    [{name: 'a', roles: 'read', certificate: 'AB'}, '/certificate'],
  ]) {
    const answer = await make(server, wanted);
    assert.equal(answer.status, 400, JSON.stringify(wanted));
    assert.equal((await answer.json()).pointer, pointer);
  }
  assert.equal((await make(server, {name: 'a', roles: 'read', addresses: ['10.0.0.1/8']})).status, 400);
  const refused = await make(server, {name: 'a', roles: 'read'}, {credentials: 'ann:a-long-secret'});
  assert.equal(refused.status, 403);
});
