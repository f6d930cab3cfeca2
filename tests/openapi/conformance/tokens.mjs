// Tokens, from the first to the last.
import assert from 'node:assert/strict';
import {test} from 'node:test';

export default function tokens(api) {
  test('tokens are issued, exchanged and revoked', async () => {
    const {json: first} = await api.call('issueToken');
    const second = await api.call('refreshToken', {body: `refresh_token=${first.refresh_token}`});
    assert.equal(second.status, 200);
    const credentials = `Bearer ${second.json.access_token}`;
    assert.equal((await api.call('fetchKeys', {credentials})).status, 200);
    assert.equal((await api.call('issueToken', {credentials})).status, 403);
    assert.equal((await api.call('revokeToken', {body: `token=${second.json.access_token}`})).status, 200);
    assert.equal((await api.call('fetchKeys', {credentials})).status, 401);
    assert.equal((await api.call('refreshToken', {body: 'refresh_token=dzr_x'})).status, 401);
  });

  test('sessions are listed and ended, those of others by administrators alone', async () => {
    const {json: {access_token: token}} = await api.call('issueToken');
    const id = JSON.parse(Buffer.from(token.split('.')[1], 'base64url')).sid;
    const listed = (await api.call('listSessions')).json.sessions.find(session => session.id === id);
    assert.equal(listed.user, api.server.user);
    assert.equal((await api.call('endSession', {parameters: {id}, credentials: api.server.guest})).status, 404);
    assert.equal((await api.call('endSession', {parameters: {id}})).status, 204);
    assert.equal((await api.call('listSessions', {credentials: `Bearer ${token}`})).status, 401);
  });

  test('who somebody is, by which credential, and what they may do', async () => {
    const who = async credentials => (await api.call('getPrincipal', {credentials})).json;
    const all = ['read', 'write', 'delete', 'admin'];
    const {json: operator} = await api.call('getPrincipal');
    assert.deepEqual([operator.credential, operator.roles, operator.kinds.measurements], ['password', all, all]);
    const {json: {access_token: token}} = await api.call('issueToken');
    assert.deepEqual(await who(`Bearer ${token}`), {...operator, credential: 'access_token'});
    const {json: {id, key}} = await api.call('makeKey', {body: {name: 'one kind', roles: 'write:measurements,read:measurements'}});
    const answer = await api.call('getPrincipal', {credentials: '', headers: {'X-API-Key': key}});
    assert.deepEqual(answer.json, {principal: `key:${id}`, credential: 'api_key', roles: [], kinds: {measurements: ['read', 'write']}});
    assert.equal((await api.call('getPrincipal', {credentials: 'Bearer x'})).status, 401);
    assert.equal((await api.call('getPrincipal', {raw: 'kind=records'})).status, 400);
    assert.equal((await api.call('revokeKeys', {parameters: {keyId: [id]}})).status, 200);
  });

  test('a form must be one, and say what is wanted', async () => {
    for (const id of ['issueToken', 'refreshToken', 'revokeToken']) {
      assert.equal((await api.call(id, {body: '{}', type: 'application/json'})).status, 415);
      assert.equal((await api.call(id, {body: 'nothing=1'})).status, 400);
    }
  });
}
