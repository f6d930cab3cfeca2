// Tokens of an OpenID Connect provider: a real one, and those of whoever would like to be it.
import assert from 'node:assert/strict';
import http from 'node:http';
import {join} from 'node:path';
import {test} from 'node:test';
import {base64url, CompactEncrypt, CompactSign, exportJWK, exportSPKI, importJWK, SignJWT, UnsecuredJWT} from 'jose';
import {addUser, emptyFolder, inMemory, startServer, until, user} from './process.mjs';
import {makeAuthority} from './certificates.mjs';
import {audience, makeKey, startProvider} from './provider.mjs';


const trusting = (provider, ...more) =>
    [...inMemory, '--oidc-issuer', provider.issuer, '--oidc-audience', audience, ...more];
/// Starts a server that trusts this provider, and waits until it knows the provider's keys.
async function startTrusting(t, provider, ...more) {
  const server = await startServer(t, trusting(provider, ...more), user);
  await until(() => server.stderr.includes('the keys of the OpenID Connect provider are known'), 'the keys');
  return server;
}
const bearer = token => ({credentials: null, headers: {Authorization: `Bearer ${token}`}});
const statusOf = async (server, token, path = '/fetchKeys') => (await server.fetch(path, bearer(token))).status;
const now = () => Math.floor(Date.now() / 1000);

/// Claims that are good, but for those that are named.
const claimsOf = (provider, changes = {}) => {
  const claims = {iss: provider.issuer, aud: audience, sub: 'ann', iat: now(), exp: now() + 300, roles: ['read'], ...changes};
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
};
/// A token as the provider itself might sign it.
const sign = (claims, {privateKey, alg, kid}, header = {}) =>
    new SignJWT(claims).setProtectedHeader({alg, kid, typ: 'at+jwt', ...header}).sign(privateKey);

test('a token of a real provider opens what its claim says, and no more', async t => {
  for (const alg of ['ES256', 'RS256']) {
    const provider = await startProvider(t, [await makeKey('one', alg)],
                                         {claims: {roles: ['read:records', 'write', 'offline_access']}});
    const server = await startTrusting(t, provider);
    const token = await provider.token();
    for (let i = 0; i < 3; ++i) assert.equal(await statusOf(server, token), 200);
    assert.equal(await statusOf(server, token, '/fetchKeys?kind=measurements'), 403);
    assert.equal(await statusOf(server, token, '/metrics'), 403);
    const stored = await server.fetch('/store', {
      method: 'POST', body: '{}', credentials: null,
      headers: {Authorization: `Bearer ${token}`, 'Content-Type': 'application/json'}});
    assert.equal(stored.status, 201);
    // It belongs to no user: it gets no token of ours, and ours still work.
    assert.equal((await server.fetch('/auth/token', {method: 'POST', ...bearer(token)})).status, 403);
    const own = await (await server.fetch('/auth/token', {method: 'POST'})).json();
    assert.equal(await statusOf(server, own.access_token), 200);
    assert.equal(provider.fetches(), 1);
  }
});

test('a provider is asked over TLS, and only if its certificate is signed by an authority', async t => {
  const folder = emptyFolder(t);
  const [authority, other] = ['authority', 'other'].map(name => makeAuthority(folder, name));
  const tls = {...authority.certify('provider'), ca: authority.cert};
  const provider = await startProvider(t, [await makeKey('one', 'ES256')], {claims: {roles: ['read']}, tls});
  const token = await provider.token();
  const good = await startTrusting(t, provider, '--oidc-ca', authority.cert);
  assert.equal(await statusOf(good, token), 200);
  const bad = await startServer(t, trusting(provider, '--oidc-ca', other.cert), user);
  const answer = await bad.fetch('/fetchKeys', bearer(token));
  assert.equal(answer.status, 503);
  assert.match(answer.headers.get('retry-after'), /^\d+$/);
  await until(() => bad.stderr.includes('openid-configuration: '), 'a word about it in the log');
});

test('words of a claim stand for the configured roles, and for no others', async t => {
  const provider = await startProvider(t, [await makeKey('one', 'ES256')],
                                       {claims: {realm: {groups: ['hall-3', 'watchers', 'admin']}}});
  const server = await startTrusting(
      t, provider, '--oidc-roles-claim', 'realm.groups', '--oidc-role', 'hall-3=write:measurements,watchers=read:records',
      '--oidc-role', 'watchers=read:measurements,bosses=admin');
  const token = await provider.token();
  for (const kind of ['records', 'measurements']) assert.equal(await statusOf(server, token, `/fetchKeys?kind=${kind}`), 200);
  assert.equal(await statusOf(server, token, '/metrics'), 403);
});

test('the scopes of a token can be its roles, and a token without any opens nothing', async t => {
  const provider = await startProvider(t, [await makeKey('one', 'ES256')], {scope: 'read:records write:measurements'});
  const server = await startTrusting(t, provider, '--oidc-roles-claim', 'scope');
  assert.equal(await statusOf(server, await provider.token()), 200);
  const none = await sign(claimsOf(provider), provider.keys[0]);
  assert.equal(await statusOf(server, none), 403);
});

test('forged tokens are refused, however they are forged', async t => {
  const [ec, rsa] = [await makeKey('ec', 'ES256'), await makeKey('rsa', 'RS256')];
  const provider = await startProvider(t, [ec, rsa], {claims: {roles: ['read']}});
  const server = await startTrusting(t, provider);
  const stranger = await makeKey('ec', 'ES256');
  const strangerJwk = await exportJWK(stranger.publicKey);
  let visits = 0;
  const bait = http.createServer((request, response) => {
    ++visits;
    response.end(JSON.stringify({keys: [{...strangerJwk, kid: 'ec'}]}));
  }).listen(0, '127.0.0.1');
  await new Promise(resolve => bait.once('listening', resolve));
  t.after(() => bait.close());
  const elsewhere = `http://127.0.0.1:${bait.address().port}/keys`;

  const good = await sign(claimsOf(provider), ec);
  const goodRsa = await sign(claimsOf(provider), rsa);
  const [head, body, signature] = good.split('.');
  const changed = changes => sign(claimsOf(provider, changes), ec);
  const strange = (header, claims = claimsOf(provider)) => sign(claims, stranger, header);
  const hmac = (key, header = {}) => new SignJWT(claimsOf(provider))
      .setProtectedHeader({alg: 'HS256', kid: 'rsa', typ: 'at+jwt', ...header}).sign(Buffer.from(key));
  const encode = value => base64url.encode(typeof value === 'string' ? value : JSON.stringify(value));
  const pem = await exportSPKI(rsa.publicKey);
  const publicJwk = await exportJWK(rsa.publicKey);
  const rsaAs = async alg => sign(claimsOf(provider), {...rsa, alg, privateKey: await importJWK({...rsa.jwk, alg}, alg)});

  const forged = {
    'none': new UnsecuredJWT(claimsOf(provider)).encode(),
    'none, with a key id': `${encode({alg: 'none', kid: 'ec'})}.${body}.`,
    'None, with a signature': `${encode({alg: 'None', kid: 'ec'})}.${body}.${signature}`,
    'no algorithm': `${encode({kid: 'ec'})}.${body}.${signature}`,
    'HMAC with the public key': await hmac(pem),
    'HMAC with the public key, trimmed': await hmac(pem.trim()),
    'HMAC with the public JWK': await hmac(JSON.stringify(publicJwk)),
    'HMAC with the modulus': await hmac(base64url.decode(publicJwk.n)),
    'HMAC with nothing': await hmac('\0'),
    'HMAC without a key id': await hmac(pem, {kid: undefined}),
    'RS512 by the right key': await rsaAs('RS512'),
    'PS256 by the right key': await rsaAs('PS256'),
    'the algorithm of another key': `${encode({alg: 'RS256', kid: 'ec'})}.${body}.${signature}`,
    'the key of another algorithm': await sign(claimsOf(provider), ec, {kid: 'rsa'}),
    'no key id among several keys': await sign(claimsOf(provider), ec, {kid: undefined}),
    'another issuer': await changed({iss: 'https://accounts.example.com'}),
    'the issuer with a slash': await changed({iss: `${provider.issuer}/`}),
    'several issuers': await changed({iss: [provider.issuer]}),
    'no issuer': await changed({iss: undefined}),
    'our own issuer': await changed({iss: 'dropzone', aud: 'dropzone', sid: 'a'}),
    'another audience': await changed({aud: 'another'}),
    'other audiences': await changed({aud: ['another', 'dropzone.example.com', 'DROPZONE']}),
    'no audience': await changed({aud: undefined}),
    'expired': await changed({exp: now() - 120}),
    'expired long ago': await changed({exp: 1}),
    'no end': await changed({exp: undefined}),
    'an end that is not a time': await changed({exp: '2099-01-01'}),
    'not yet valid': await changed({nbf: now() + 120}),
    'made in the future': await changed({iat: now() + 3600, exp: now() + 7200}),
    'nobody': await changed({sub: undefined}),
    'bound to a key': await changed({cnf: {jkt: 'a'}}),
    'for a log-out': await sign(claimsOf(provider), ec, {typ: 'logout+jwt'}),
    'another key under this id': await strange({}),
    'an embedded key': await strange({jwk: strangerJwk}),
    'an embedded key without an id': await strange({kid: undefined, jwk: strangerJwk}),
    'an embedded certificate': await strange({x5c: ['MIIB']}),
    'a key from elsewhere': await strange({jku: elsewhere}),
    'a certificate from elsewhere': await strange({x5u: elsewhere}),
    'an id that is a path': await strange({kid: '../../../../dev/null'}),
    'an id that is a query': await strange({kid: "ec' UNION SELECT 'a"}),
    'an id that is an address': await strange({kid: elsewhere}),
    'an id that is a command': await strange({kid: 'ec|/usr/bin/id'}),
    'an id with a zero': await strange({kid: 'ec\0'}),
    'an id that is not text': `${encode({alg: 'ES256', kid: {toString: 'ec'}})}.${body}.${signature}`,
    'a long id': await strange({kid: 'e'.repeat(4000)}),
    'another subject': `${head}.${encode(claimsOf(provider, {sub: 'root'}))}.${signature}`,
    'more roles': `${head}.${encode(claimsOf(provider, {roles: ['admin']}))}.${signature}`,
    'claims twice': `${head}.${encode(`{"roles":["admin"],${JSON.stringify(claimsOf(provider)).slice(1)}`)}.${signature}`,
    'no signature': `${head}.${body}.`,
    'a signature of zeroes': `${head}.${body}.${encode('\0'.repeat(64))}`,
    'a signature of nothing': `${head}.${body}.${'A'.repeat(86)}`,
    'a longer signature': `${good}AAAA`,
    'a shorter signature': good.slice(0, -4),
    'a longer RSA signature': `${goodRsa}AAAA`,
    'the signature of another token': `${head}.${body}.${goodRsa.split('.')[2]}`,
    'critical extensions': await new CompactSign(Buffer.from(JSON.stringify(claimsOf(provider))))
        .setProtectedHeader({alg: 'ES256', kid: 'ec', crit: ['exp'], exp: 1}).sign(ec.privateKey, {crit: {exp: true}}),
    'claims that are not encoded': `${encode({alg: 'ES256', kid: 'ec', b64: false, crit: ['b64']})}.${body}.${signature}`,
    'compressed': `${encode({alg: 'ES256', kid: 'ec', zip: 'DEF'})}.${body}.${signature}`,
    'encrypted': await new CompactEncrypt(Buffer.from(good))
        .setProtectedHeader({alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: 'rsa'})
        .encrypt(await importJWK({...publicJwk, alg: 'RSA-OAEP-256'}, 'RSA-OAEP-256')),
    'as JSON': JSON.stringify({protected: head, payload: body, signature}),
    'a header that is not one': `${encode('[]')}.${body}.${signature}`,
    'claims that are not an object': await new CompactSign(Buffer.from('["read"]'))
        .setProtectedHeader({alg: 'ES256', kid: 'ec'}).sign(ec.privateKey),
    'huge': await changed({padding: 'x'.repeat(9000)}),
    'a dot too few': `${head}.${body}`,
    'a dot too many': `${good}.`,
    'two dots too many': `${good}..`,
    'dots alone': '..',
    'padding': `${head}.${body}.${signature}==`,
    'another alphabet': `${good.slice(0, -1)}+`,
  };
  for (const [how, token] of Object.entries(forged)) {
    const answer = await server.fetch('/fetchKeys', bearer(token));
    assert.equal(answer.status, 401, how);
    assert.match(answer.headers.get('www-authenticate'), /Bearer realm="Data Dropzone", error="invalid_token"/, how);
  }
  for (const token of [good, goodRsa, await provider.token()]) assert.equal(await statusOf(server, token), 200);
  assert.equal(visits, 0);
  assert.equal(await server.stop(), 0);
  for (const token of [...Object.values(forged), good]) {
    const secret = token.split('.')[2];
    assert.ok(!secret || secret.length < 20 || !(server.stdout + server.stderr).includes(secret));
  }
});

test('tokens of unknown keys do not make the server hammer the provider', async t => {
  const provider = await startProvider(t, [await makeKey('one', 'ES256')], {claims: {roles: ['read']}});
  const server = await startTrusting(t, provider);
  const token = await provider.token();
  assert.equal(await statusOf(server, token), 200);
  const stranger = await makeKey('stranger', 'ES256');
  const begun = Date.now();
  for (let i = 0; i < 20; ++i) {
    const tokens = await Promise.all(Array.from({length: 15}, (_, j) =>
        sign(claimsOf(provider), {...stranger, kid: `stranger-${i}-${j}`})));
    const answers = await Promise.all(tokens.map(one => statusOf(server, one)));
    assert.ok(answers.every(status => status === 401 || status === 503), answers.join());
  }
  const allowed = 2 + Math.floor((Date.now() - begun) / 10_000);
  assert.ok(provider.fetches() <= allowed, `${provider.fetches()} fetches`);
  assert.equal(await statusOf(server, token), 200);
});

test('new keys of the provider are followed, and those that it withdraws are no longer valid', async t => {
  const [old, next] = [await makeKey('old', 'RS256'), await makeKey('next', 'ES256')];
  const provider = await startProvider(t, [old], {claims: {roles: ['read']}});
  const server = await startTrusting(t, provider);
  assert.equal(await statusOf(server, await provider.token()), 200);
  provider.use([next]);
  const token = await provider.token();
  await until(async () => await statusOf(server, token) === 200, 'the new key');
  assert.equal(await statusOf(server, await sign(claimsOf(provider), old)), 401);
});

test('a server starts without its provider, serves others meanwhile, and goes on when that is gone again', async t => {
  const provider = await startProvider(t, [await makeKey('one', 'ES256')], {claims: {roles: ['read']}});
  const token = await provider.token();
  const unseen = await sign(claimsOf(provider), provider.keys[0]);
  await provider.stop();
  const server = await startServer(t, trusting(provider), user);
  assert.equal(await statusOf(server, token), 503);
  assert.equal((await server.fetch('/fetchKeys')).status, 200);
  assert.equal((await server.fetch('/health/ready')).status, 200);
  await until(() => server.stderr.includes('no keys of the OpenID Connect provider'), 'a warning');
  await provider.restart();
  await until(async () => await statusOf(server, token) === 200, 'the keys');
  await provider.stop();
  for (const one of [token, unseen]) assert.equal(await statusOf(server, one), 200);
  assert.equal(await server.stop(), 0);
});

test('a user of this server and a subject of the provider are never the same', async t => {
  const file = join(emptyFolder(t), 'users');
  addUser(file, 'ann', 'a-long-secret', 'admin');
  const provider = await startProvider(t, [await makeKey('one', 'ES256')]);
  const server = await startTrusting(t, provider, '--users', file, '--rate-limit', '2/h');
  const token = await sign(claimsOf(provider, {sub: 'ann'}), provider.keys[0]);
  assert.equal(await statusOf(server, token, '/metrics'), 403);
  for (const status of [200, 429]) assert.equal(await statusOf(server, token), status);
  assert.equal((await server.fetch('/fetchKeys', {credentials: 'ann:a-long-secret'})).status, 200);
});
