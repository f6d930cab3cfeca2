import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {createHmac, createPublicKey, createSign, generateKeyPairSync, verify} from 'node:crypto';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {addUser, anyPort, emptyFolder, inMemory, kinds, startServer, until, user} from './process.mjs';

const encode = value => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const decode = part => JSON.parse(Buffer.from(part, 'base64url'));
const form = (server, path, fields, options = {}) => server.fetch(path, {
  method: 'POST', credentials: null, body: new URLSearchParams(fields).toString(), ...options,
  headers: {'Content-Type': 'application/x-www-form-urlencoded', ...options.headers}});
const issue = async (server, credentials = 'demo:secret') => {
  const answer = await server.fetch('/auth/token', {method: 'POST', credentials});
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.json();
};
const bearer = token => ({credentials: null, headers: {Authorization: `Bearer ${token}`}});
const statusOf = async (server, token, path = '/fetchKeys') => (await server.fetch(path, bearer(token))).status;
const refresh = (server, token) => form(server, '/auth/refresh', {refresh_token: token});

test('a user gets an access token that permits what the user may do, and which others can check', async t => {
  const file = join(emptyFolder(t), 'users');
  addUser(file, 'ann', 'a-long-secret', 'read:records');
  const server = await startServer(t, [...inMemory, '--users', file], user);
  const pair = await issue(server, 'ann:a-long-secret');
  assert.deepEqual([pair.token_type, pair.expires_in], ['Bearer', 300]);
  for (let i = 0; i < 3; ++i) assert.equal(await statusOf(server, pair.access_token), 200);
  assert.equal(await statusOf(server, pair.access_token, '/fetchKeys?kind=measurements'), 403);
  const refused = await server.fetch('/metrics', bearer(pair.access_token));
  assert.equal(refused.status, 403);
  assert.equal(refused.headers.get('www-authenticate'), 'Bearer realm="Data Dropzone", error="insufficient_scope"');

  const [header, claims, signature] = pair.access_token.split('.');
  const {keys} = await (await fetch(`${server.url}/.well-known/jwks.json`)).json();
  const jwk = keys.find(key => key.kid === decode(header).kid);
  assert.deepEqual([jwk.d, jwk.use, jwk.alg], [undefined, 'sig', 'ES256']);
  assert.deepEqual([decode(header).alg, decode(header).typ], ['ES256', 'at+jwt']);
  assert.ok(verify('sha256', Buffer.from(`${header}.${claims}`),
                   {key: createPublicKey({key: jwk, format: 'jwk'}), dsaEncoding: 'ieee-p1363'},
                   Buffer.from(signature, 'base64url')));
  const {iss, sub, aud, exp, iat, jti, client_id: client} = decode(claims);
  assert.deepEqual([iss, sub, aud, client, exp - iat], ['dropzone', 'ann', 'dropzone', 'ann', 300]);
  assert.ok(jti);
});

test('the form of OAuth is as good, a token gets no token, and nor does a key', async t => {
  const server = await startServer(t, inMemory, user);
  const basic = {Authorization: 'Basic ' + btoa('demo:secret')};
  const asked = grant => form(server, '/auth/token', {grant_type: grant}, {headers: basic});
  assert.equal((await asked('client_credentials')).status, 200);
  assert.equal((await asked('password')).status, 400);
  const {access_token: token} = await issue(server);
  assert.equal((await server.fetch('/auth/token', {method: 'POST', ...bearer(token)})).status, 403);
  const key = await server.fetch('/auth/keys', {
    method: 'POST', body: '{"name": "a", "roles": "admin"}', headers: {'Content-Type': 'application/json'}});
  assert.equal((await server.fetch('/auth/token', {
    method: 'POST', credentials: null, headers: {'X-API-Key': (await key.json()).key}})).status, 403);
});

test('a refresh token is good once, and one that comes back ends its whole family', async t => {
  const server = await startServer(t, inMemory, user);
  const first = await issue(server);
  const second = await (await refresh(server, first.refresh_token)).json();
  const third = await (await refresh(server, second.refresh_token)).json();
  assert.equal(new Set([first, second, third].map(pair => pair.refresh_token)).size, 3);
  const bystander = await issue(server);
  for (const {access_token: token} of [first, second, third, bystander]) assert.equal(await statusOf(server, token), 200);
  assert.equal((await refresh(server, first.refresh_token)).status, 401);
  assert.equal((await refresh(server, third.refresh_token)).status, 401);
  for (const {access_token: token} of [first, second, third]) assert.equal(await statusOf(server, token), 401);
  assert.equal(await statusOf(server, bystander.access_token), 200);
});

test('many who use one refresh token at once, or again soon, get one and the same successor', async t => {
  const server = await startServer(t, inMemory, user);
  const {refresh_token: token} = await issue(server);
  const pairs = [];
  for (const answer of await Promise.all(Array.from({length: 8}, () => refresh(server, token)))) {
    assert.equal(answer.status, 200);
    pairs.push(await answer.json());
  }
  pairs.push(await (await refresh(server, token)).json());
  assert.equal(new Set(pairs.map(pair => pair.refresh_token)).size, 1);
  for (const pair of pairs) assert.equal(await statusOf(server, pair.access_token), 200);
});

test('who knows the id of a family alone ends nothing', async t => {
  const server = await startServer(t, inMemory, user);
  const pair = await issue(server);
  const sid = decode(pair.access_token.split('.')[1]).sid;
  for (const secret of ['A'.repeat(44), pair.refresh_token.slice(-44, -22) + 'A'.repeat(22)]) {
    assert.equal((await form(server, '/auth/revoke', {token: `dzr_${sid}${secret}`})).status, 200);
    assert.equal((await refresh(server, `dzr_${sid}${secret}`)).status, 401);
  }
  assert.equal(await statusOf(server, pair.access_token), 200);
  assert.equal((await refresh(server, pair.refresh_token)).status, 200);
});

test('another password, or another person of the same name, has none of the old tokens', async t => {
  const folder = emptyFolder(t);
  const file = join(folder, 'users');
  const database = join(folder, 'dropzone.db');
  const hup = async (server, times) => {
    server.child.kill('SIGHUP');
    await until(() => server.stderr.split('reloaded the users').length > times, 'the users');
  };
  addUser(file, 'ann', 'a-long-secret', 'read');
  const server = await startServer(t, [...anyPort, '--store', `sqlite:${database}`, '--kinds', kinds, '--users', file], user);
  const changes = [
    () => spawnSync(process.env.DROPZONE_SERVER, ['user', 'passwd', 'ann', '--users', file], {input: 'another-secret\n'}),
    () => {
      writeFileSync(file, '', {mode: 0o600});
      addUser(file, 'ann', 'another-secret', 'admin');
    },
  ];
  let password = 'a-long-secret';
  for (const [i, change] of changes.entries()) {
    const pair = await issue(server, `ann:${password}`);
    assert.equal(await statusOf(server, pair.access_token), 200);
    change();
    password = 'another-secret';
    await hup(server, i + 1);
    assert.equal(await statusOf(server, pair.access_token), 401);
    assert.equal((await refresh(server, pair.refresh_token)).status, 401);
    assert.equal((await form(server, '/auth/revoke', {token: pair.refresh_token})).status, 200);
    assert.equal(await statusOf(server, (await issue(server, `ann:${password}`)).access_token), 200);
  }
});

test('a token of either sort is revoked at once, and an unknown one is as good as revoked', async t => {
  const server = await startServer(t, inMemory, user);
  for (const sort of ['access_token', 'refresh_token']) {
    const pair = await issue(server);
    assert.equal(await statusOf(server, pair.access_token), 200);
    assert.equal((await form(server, '/auth/revoke', {token: pair[sort]})).status, 200);
    assert.equal(await statusOf(server, pair.access_token), 401);
    assert.equal((await refresh(server, pair.refresh_token)).status, 401);
  }
  assert.equal((await form(server, '/auth/revoke', {token: 'nonsense'})).status, 200);
});

test('users see and end their own sessions, and administrators those of all', async t => {
  const folder = emptyFolder(t);
  const file = join(folder, 'users');
  for (const name of ['ann', 'bob']) addUser(file, name, 'a-long-secret', 'read');
  const args = [...anyPort, '--store', `sqlite:${join(folder, 'dropzone.db')}`, '--kinds', kinds, '--users', file];
  const server = await startServer(t, args, user);
  const root = await issue(server);
  const [first, second, bobs] = [await issue(server, 'ann:a-long-secret'), await issue(server, 'ann:a-long-secret'), await issue(server, 'bob:a-long-secret')];
  const sid = ({access_token: token}) => decode(token.split('.')[1]).sid;
  const sessions = async options => (await (await server.fetch('/auth/sessions', options)).json()).sessions;
  const idsFor = async options => (await sessions(options)).map(({id}) => id);
  const end = async (id, options) => (await server.fetch(`/auth/sessions/${id}`, {method: 'DELETE', ...options})).status;

  assert.deepEqual(await idsFor({}), [bobs, second, first, root].map(sid));
  assert.deepEqual(await idsFor(bearer(first.access_token)), [second, first].map(sid));
  assert.deepEqual(await idsFor({credentials: 'bob:a-long-secret'}), [sid(bobs)]);
  const refreshed = await (await refresh(server, first.refresh_token)).json();
  const [latest] = await sessions(bearer(refreshed.access_token));
  assert.deepEqual([latest.id, latest.user], [sid(first), 'ann']);
  assert.ok(latest.beganAt < latest.refreshedAt && latest.refreshedAt < latest.expiresAt, JSON.stringify(latest));

  for (const other of [sid(bobs), 'signing-keys', '__a__', 'A'.repeat(22), 'x'.repeat(2000)]) assert.equal(await end(other, bearer(second.access_token)), 404, other);
  assert.equal(await end(sid(first), bearer(second.access_token)), 204);
  assert.equal(await end(sid(first), bearer(second.access_token)), 404);
  assert.equal(await statusOf(server, refreshed.access_token), 401);
  assert.equal((await refresh(server, refreshed.refresh_token)).status, 401);
  assert.equal(await statusOf(server, second.access_token), 200);
  assert.equal(await end(sid(bobs)), 204);
  assert.equal(await statusOf(server, bobs.access_token), 401);
  assert.deepEqual(await idsFor({}), [second, root].map(sid));

  const keyOf = async roles => (await (await server.fetch('/auth/keys', {
    method: 'POST', body: JSON.stringify({name: 'a', roles}), headers: {'Content-Type': 'application/json'}})).json()).key;
  const withKey = key => ({credentials: null, headers: {'X-API-Key': key}});
  const [reader, admin] = [await keyOf('read'), await keyOf('admin')];
  assert.deepEqual([await idsFor(withKey(reader)), await end(sid(second), withKey(reader))], [[], 404]);
  assert.deepEqual([await idsFor(withKey(admin)), await end(sid(second), withKey(admin))], [[second, root].map(sid), 204]);
});

test('tokens outlive a restart, and the file has no refresh token in it', async t => {
  const file = join(emptyFolder(t), 'dropzone.db');
  const args = [...anyPort, '--store', `sqlite:${file}`, '--kinds', kinds];
  const first = await startServer(t, args, user);
  const pair = await issue(first);
  assert.equal(await first.stop(), 0);
  const second = await startServer(t, args, user);
  assert.equal(await statusOf(second, pair.access_token), 200);
  assert.equal((await refresh(second, pair.refresh_token)).status, 200);
  assert.equal(await second.stop(), 0);
  assert.ok(!readFileSync(file).includes(pair.refresh_token.slice(-44)));
});

test('a user who is removed has no valid token any more', async t => {
  const file = join(emptyFolder(t), 'users');
  addUser(file, 'ann', 'a-long-secret', 'read');
  const server = await startServer(t, [...inMemory, '--users', file], user);
  const pair = await issue(server, 'ann:a-long-secret');
  assert.equal(await statusOf(server, pair.access_token), 200);
  const other = join(emptyFolder(t), 'others');
  addUser(other, 'bob', 'a-long-secret', 'read');
  writeFileSync(file, readFileSync(other));
  server.child.kill('SIGHUP');
  await until(() => server.stderr.includes('reloaded the users'), 'the new users');
  assert.equal(await statusOf(server, pair.access_token), 401);
  assert.equal((await refresh(server, pair.refresh_token)).status, 401);
});

test('forged tokens are refused, however they are forged', async t => {
  const server = await startServer(t, inMemory, user);
  const {access_token: good} = await issue(server);
  const [head, body, signature] = good.split('.');
  const [header, claims] = [decode(head), decode(body)];
  const {keys: [jwk]} = await (await fetch(`${server.url}/.well-known/jwks.json`)).json();
  const pem = createPublicKey({key: jwk, format: 'jwk'}).export({type: 'spki', format: 'pem'});
  const own = generateKeyPairSync('ec', {namedCurve: 'P-256'});
  const ownJwk = own.publicKey.export({format: 'jwk'});
  const signed = (changedHeader, changedClaims = claims) => {
    const text = `${encode(changedHeader)}.${encode(changedClaims)}`;
    return `${text}.${createSign('sha256').update(text).sign({key: own.privateKey, dsaEncoding: 'ieee-p1363'}, 'base64url')}`;
  };
  const hmac = (changedHeader, key) => {
    const text = `${encode(changedHeader)}.${body}`;
    return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
  };
  const forged = {
    'none': `${encode({...header, alg: 'none'})}.${body}.`,
    'None': `${encode({...header, alg: 'None'})}.${body}.${signature}`,
    'no algorithm': `${encode({kid: header.kid, typ: header.typ})}.${body}.${signature}`,
    'HMAC with the public key': hmac({...header, alg: 'HS256'}, pem),
    'HMAC with the public JWK': hmac({...header, alg: 'HS256'}, JSON.stringify(jwk)),
    'another key under this id': signed(header),
    'a key of its own': signed({...header, jwk: ownJwk}),
    'a key of its own alone': signed({alg: 'ES256', typ: 'at+jwt', jwk: ownJwk}),
    'a key from elsewhere': signed({...header, jku: 'http://127.0.0.1:1/', x5u: 'http://127.0.0.1:1/'}),
    'an id that is a path': signed({...header, kid: '../../../dev/null'}),
    'an id that is a query': signed({...header, kid: "' OR 1=1 --"}),
    'another user': `${head}.${encode({...claims, sub: 'root'})}.${signature}`,
    'a longer life': `${head}.${encode({...claims, exp: claims.exp + 9999})}.${signature}`,
    'no signature': `${head}.${body}.`,
    'another signature': `${head}.${body}.${'A'.repeat(86)}`,
    'a signature of zeroes': `${head}.${body}.${Buffer.alloc(64).toString('base64url')}`,
    'a dot too many': `${good}.`,
    'two dots too many': `${good}..`,
    'a dot too few': `${head}.${body}`,
    'critical extensions': signed({...header, crit: ['exp']}),
    'a header that is not one': `${encode('[]')}.${body}.${signature}`,
    'huge': `${head}.${'A'.repeat(9000)}.${signature}`,
    'padding': `${head}.${body}.${signature}==`,
    'nothing': '..',
    'a refresh token': (await issue(server)).refresh_token,
  };
  for (const [how, token] of Object.entries(forged)) {
    const answer = await server.fetch('/fetchKeys', bearer(token));
    assert.equal(answer.status, 401, how);
    assert.match(answer.headers.get('www-authenticate'), /Bearer realm="Data Dropzone", error="invalid_token"/);
  }
  assert.equal(await statusOf(server, good), 200);
});
