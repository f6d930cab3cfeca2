// Tokens, from the first to the last.
import assert from 'node:assert/strict';
import {test} from 'node:test';

export default function tokens(api) {
  test('tokens are given, exchanged and taken back', async () => {
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

  test('a form must be one, and say what is wanted', async () => {
    for (const id of ['issueToken', 'refreshToken', 'revokeToken']) {
      assert.equal((await api.call(id, {body: '{}', type: 'application/json'})).status, 415);
      assert.equal((await api.call(id, {body: 'nothing=1'})).status, 400);
    }
  });
}
