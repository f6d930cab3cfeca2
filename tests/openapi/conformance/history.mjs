// What became of originals that were replaced or deleted.
import assert from 'node:assert/strict';
import {test} from 'node:test';

export default function history(api) {
  const kind = 'remembered';
  const call = async (expected, id, parameters, body) => {
    const answer = await api.call(id, {parameters: {kind, ...parameters}, ...(body === undefined ? {} : {body})});
    assert.equal(answer.status, expected, answer.text);
    return answer;
  };
  const deploy = async (expected, definition) =>
      assert.equal((await api.call('deployKind', {parameters: {name: kind}, body: definition})).status, expected);
  const entries = async parameters => (await call(200, 'getHistory', parameters)).json;
  const first = '{ "_id": "h1", "n": 1.50, "big": 123456789012345678901234567890 }';
  let versions;

  test('a history shows what was replaced and deleted, the newest first', async () => {
    await deploy(201, {history: '90d'});
    await deploy(200, {history: 10});
    const shown = (await api.call('getKind', {parameters: {name: kind}})).json;
    assert.equal(shown.history, 10);
    await call(201, 'putRecord', {id: 'h1'}, first);
    assert.deepEqual((await entries({id: 'h1'})), {history: [], nextCursor: null});
    await call(200, 'patchRecord', {id: 'h1'}, {n: 2});
    await call(204, 'deleteRecord', {id: 'h1', history: false});
    const {history: [newest, oldest], nextCursor} = await entries({id: 'h1'});
    assert.deepEqual([newest._id, newest.number, newest.change, newest._original.n], ['h1', 2, 'deleted', 2]);
    assert.deepEqual([oldest.number, oldest.change, oldest._original.n], [1, 'replaced', 1.5]);
    assert.equal(nextCursor, null);
    assert.ok(newest.changedBy && newest.changedAt >= newest._meta.updatedAt);
    const texts = await entries({id: 'h1', original: 'text', limit: 1001});
    assert.equal(texts.history[1]._original, first);
    const page = await entries({id: 'h1', original: false, limit: 1});
    assert.equal(page.history[0]._original, undefined);
    const rest = await entries({id: 'h1', original: true, limit: 1, cursor: page.nextCursor});
    assert.deepEqual([rest.history.map(entry => entry.number), rest.nextCursor], [[1], null]);
    assert.equal((await call(404, 'getHistory', {id: 'nobody'})).json.code, 'not_found');
    assert.equal((await call(422, 'getHistory', {id: 'a,b'})).json.code, 'invalid_id');
    versions = [oldest, newest].map(entry => entry._meta.version);
  });

  test('an original is restored as if it were sent again', async () => {
    const restore = (expected, parameters, version = versions[0]) =>
        call(expected, 'restoreRecord', {id: 'h1', ...parameters}, {version});
    const created = await restore(201, {original: 'text', meta: true, fields: ['n', 'none']});
    assert.deepEqual([created.json.n, created.json._original], [1.5, first]);
    assert.equal(created.headers['x-absent-fields'], '#/none');
    assert.equal(created.headers['x-rounded-integers'], '#/big');
    await restore(412, {'If-None-Match': '*'}, versions[1]);
    await restore(412, {'If-Match': '"stale"'}, versions[1]);
    const replaced = await restore(200, {'If-Match': created.headers.etag, 'If-None-Match': '"other"', meta: false, fields: ['n', 'none']}, versions[1]);
    assert.equal(replaced.json.n, 2);
    assert.equal(replaced.headers['x-rounded-integers'], '#/big');
    assert.equal(replaced.headers['x-absent-fields'], '#/none');
    const {history} = await entries({id: 'h1'});
    assert.deepEqual(history.map(entry => [entry.number, entry._original.n]), [[3, 1.5], [2, 2], [1, 1.5]]);
    assert.equal(history[0]._meta.version, created.json._meta.version);
    assert.equal((await restore(404, {}, 'none')).json.code, 'not_found');
    await deploy(200, {history: 10, pipeline: [{require: {fields: ['m']}}]});
    assert.equal((await restore(422, {})).json.code, 'missing_field');
    assert.equal((await call(200, 'getRecord', {id: 'h1'})).json.n, 2);
    for (const [body, code] of [[{}, 'invalid_request'], [{versoin: 'a'}, 'unknown_member'], [{version: 1}, 'invalid_request']]) {
      assert.equal((await call(400, 'restoreRecord', {id: 'h1'}, body)).json.code, code);
    }
  });

  test('a record is deleted with its history', async () => {
    await call(412, 'deleteRecord', {id: 'h1', history: true, 'If-Match': '"stale"'});
    await call(204, 'deleteRecord', {id: 'h1', history: true});
    assert.equal((await call(404, 'getHistory', {id: 'h1'})).json.code, 'not_found');
    assert.equal((await call(404, 'deleteRecord', {id: 'h1', history: true})).json.code, 'not_found');
  });
}
