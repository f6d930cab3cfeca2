// What a client learns if a proxy, or its own library, is in the way.
import assert from 'node:assert/strict';
import http from 'node:http';
import {test} from 'node:test';
import {faultOf, inMemory, startServer, user} from './process.mjs';

test('a weak tag in If-Match is named, in every call that takes one', async t => {
  const server = await startServer(t, inMemory, user);
  const json = {'Content-Type': 'application/json'};
  const made = await server.fetch('/records/a', {method: 'PUT', body: '{"v":1}', headers: json});
  const tag = made.headers.get('etag');
  const detailOf = async (method, value) => {
    const answer = await server.fetch('/records/a', {
      method, headers: {...json, 'If-Match': value}, ...(['PUT', 'PATCH'].includes(method) && {body: '{}'})});
    assert.equal(answer.status, 412, `${method} ${value}`);
    return (await answer.json()).detail;
  };
  for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
    for (const value of [`W/${tag}`, `W/"old", W/${tag}`, `"old", W/${tag}`, 'W/"old"']) {
      assert.match(await detailOf(method, value), /weak tag.*proxy that compresses/, `${method} ${value}`);
    }
    assert.doesNotMatch(await detailOf(method, '"old"'), /weak/);
  }
  assert.equal((await server.fetch('/records/a', {headers: {'If-None-Match': `W/${tag}`}})).status, 304);
});

test('an answer says how long the connection stays open', async t => {
  const server = await startServer(t, [...inMemory, '--idle-timeout', '620s'], user);
  const answer = await server.fetch('/health/live');
  assert.equal(answer.headers.get('keep-alive'), 'timeout=620');
  const last = await new Promise((resolve, reject) => http.get(`${server.url}/health/live`, {
    agent: false, headers: {Connection: 'close'}}, resolve).on('error', reject));
  last.resume();
  assert.equal(last.headers['keep-alive'], undefined);
});

test('credentials in another encoding than UTF-8 are named, and are no guess', async t => {
  const server = await startServer(t, inMemory, {DROPZONE_USER: 'demo', DROPZONE_PASSWORD: 'p\u00e4ssw\u00f6rd'});
  const ask = encoding => server.fetch('/kinds', {credentials: null, headers: {
    Authorization: 'Basic ' + Buffer.from('demo:p\u00e4ssw\u00f6rd', encoding).toString('base64')}});
  for (let i = 0; i < 20; ++i) {
    const refused = await ask('latin1');
    assert.equal(refused.status, 401);
    assert.match((await refused.json()).detail, /not UTF-8.*Latin-1/);
  }
  assert.equal((await ask('utf8')).status, 200, 'nothing was counted');
});

test('a base path is one', async () => {
  for (const path of ['dz', '/a//b', '/../a', '/a b']) {
    assert.match(await faultOf([...inMemory, '--base-path', path], user), /--base-path.*such as \/dropzone/);
  }
});
