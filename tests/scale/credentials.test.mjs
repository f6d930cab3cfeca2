// Two servers over one Datastore accept the same credentials: the other accepts what one issues, and what one
// revokes is invalid there at once, and within five seconds at the other.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {freshNamespace, startOver} from '../datastore/store.mjs';

const limit = 5_000;  // ms
const minute = 60_000;

async function startTwo(t) {
  const namespace = freshNamespace();
  return Promise.all([1, 2].map(() => startOver(t, namespace)));
}

const json = body => ({method: 'POST', body: JSON.stringify(body), headers: {'Content-Type': 'application/json'}});
const form = (server, path, fields) => server.fetch(path, {
  method: 'POST', credentials: null, body: new URLSearchParams(fields).toString(),
  headers: {'Content-Type': 'application/x-www-form-urlencoded'}});
const refresh = (server, token) => form(server, '/auth/refresh', {refresh_token: token});
const issue = async server => (await server.fetch('/auth/token', {method: 'POST'})).json();
const makeKey = async server => (await server.fetch('/auth/keys', json({name: 'device', roles: 'read'}))).json();

const byToken = ({access_token: token}) => ({Authorization: `Bearer ${token}`});
const byKey = ({key}) => ({'X-API-Key': key});
const statusOf = async (server, headers) => {
  const answer = await server.fetch('/fetchKeys', {credentials: null, headers});
  await answer.arrayBuffer();
  return answer.status;
};

/// Asks a server over and over, before the revocation and after it, until it refuses: which it must for whatever
/// was sent five seconds after the revocation was answered.
async function refusedInTime(server, headers, revoke, what) {
  let revoked = Infinity;
  const asking = (async () => {
    for (const end = Date.now() + minute; Date.now() < end;) {
      const sent = Date.now();
      const status = await statusOf(server, headers);
      if (status === 401) return;
      assert.equal(status, 200, what);
      assert.ok(sent - revoked < limit, `${what} was valid ${sent - revoked} ms after it was revoked`);
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    assert.fail(`${what} is good still`);
  })();
  assert.equal(await statusOf(server, headers), 200);
  await revoke();
  revoked = Date.now();
  return asking;
}

test('a key is good on both, and once revoked by one on neither', async t => {
  const [one, other] = await startTwo(t);
  const key = await makeKey(one);
  for (const server of [one, other]) assert.equal(await statusOf(server, byKey(key)), 200);
  await refusedInTime(other, byKey(key), async () => {
    const answer = await one.fetch(`/auth/keys?keyId=${key.id}`, {method: 'DELETE'});
    assert.equal((await answer.json()).revokedKeys, 1);
    assert.equal(await statusOf(one, byKey(key)), 401, 'at once on the server that revoked it');
  }, 'a key');
  assert.deepEqual((await (await other.fetch('/auth/keys')).json()).keys, []);
});

test('a token of one is good at the other, and once revoked at neither', async t => {
  const [one, other] = await startTwo(t);
  const revoke = token => form(one, '/auth/revoke', {token});
  const endings = {
    'access token was revoked': pair => revoke(pair.access_token),
    'refresh token was revoked': pair => revoke(pair.refresh_token),
    'session was ended': async () => {
      const {sessions: [{id}]} = await (await one.fetch('/auth/sessions')).json();
      return one.fetch(`/auth/sessions/${id}`, {method: 'DELETE'});
    },
  };
  for (const [ending, end] of Object.entries(endings)) {
    const pair = await issue(one);
    await refusedInTime(other, byToken(pair), async () => {
      assert.ok((await end(pair)).ok);
      assert.equal(await statusOf(one, byToken(pair)), 401, 'at once on the server that revoked it');
    }, `a token whose ${ending}`);
    assert.equal((await refresh(other, pair.refresh_token)).status, 401);
  }
});

test('both sign by the same keys, though both began at once', async t => {
  const servers = await startTwo(t);
  const pairs = await Promise.all([...servers, ...servers].map(issue));
  for (const pair of pairs) {
    for (const server of servers) assert.equal(await statusOf(server, byToken(pair)), 200);
  }
  const [one, other] = await Promise.all(servers.map(
      async server => (await fetch(`${server.url}/.well-known/jwks.json`)).json()));
  assert.deepEqual(one, other);
  assert.equal(one.keys.length, 1);
});

test('a refresh token that comes back at another server ends its family at both', async t => {
  const [one, other] = await startTwo(t);
  const first = await issue(one);
  const second = await (await refresh(other, first.refresh_token)).json();
  const third = await (await refresh(one, second.refresh_token)).json();
  const bystander = await issue(other);
  await refusedInTime(other, byToken(third), async () => {
    assert.equal((await refresh(one, first.refresh_token)).status, 401);
    for (const pair of [first, second, third]) assert.equal(await statusOf(one, byToken(pair)), 401);
  }, 'a token of a family that has ended');
  for (const server of [one, other]) {
    assert.equal((await refresh(server, third.refresh_token)).status, 401);
    assert.equal(await statusOf(server, byToken(bystander)), 200);
  }
});

test('those who use one refresh token at two servers at once get one and the same successor', async t => {
  const servers = await startTwo(t);
  for (let round = 0; round < 4; ++round) {
    const {refresh_token: token} = await issue(servers[round % 2]);
    const answers = await Promise.all([...servers, ...servers].map(server => refresh(server, token)));
    const pairs = await Promise.all(answers.map(answer => answer.json()));
    assert.equal(new Set(pairs.map(pair => pair.refresh_token)).size, 1, JSON.stringify(pairs));
    for (const server of servers) assert.equal(await statusOf(server, byToken(pairs[0])), 200);
  }
});
