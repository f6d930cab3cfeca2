// Datastore is asked by HTTP/2 where it is offered: all calls share one connection, and none is lost
// with it.
import assert from 'node:assert/strict';
import http2 from 'node:http2';
import {test} from 'node:test';
import {emptyFolder} from '../server/process.mjs';
import {credentialsFile, probe, user} from './credentials.mjs';
import {startGoogle} from './google.mjs';

/// A Google that offers HTTP/2, and HTTP/1.1 to those who do not know it.
async function startHttp2(t, {settings, onSession = () => {}} = {}) {
  const folder = emptyFolder(t);
  const google = await startGoogle(t, folder, (tls, serve) => {
    const server = http2.createSecureServer({...tls, allowHTTP1: true, settings}, serve);
    return server.on('session', onSession);
  });
  return {google, folder};
}

/// What came of a second of calls by four threads, each of which takes a while.
async function call({google, folder}) {
  google.lookupDelay = 40;
  const report = await probe(google, folder, credentialsFile(folder, user(google)), {seconds: 1});
  assert.equal(report.failed, 0, report.error);
  assert.ok(google.calls.length > 12, `${google.calls.length} calls`);
  return new Set(google.calls.map(({version}) => version));
}

test('one connection of HTTP/2 carries all calls at once, and those for tokens', async t => {
  const {google, folder} = await startHttp2(t);
  assert.deepEqual(await call({google, folder}), new Set(['2.0']));
  assert.deepEqual(google.connections, ['h2']);
  assert.ok(google.mostUnderWay > 1, 'calls do not wait for each other');
});

test('a few connections of HTTP/1.1 are kept where HTTP/2 is not offered', async t => {
  const folder = emptyFolder(t);
  const google = await startGoogle(t, folder);
  assert.deepEqual(await call({google, folder}), new Set(['1.1']));
  assert.ok(google.connections.length <= 4, `${google.connections.length} connections for four threads`);
  assert.ok(google.connections.every(protocol => protocol !== 'h2'));
});

test('calls that are more than a connection of HTTP/2 takes are answered all the same', async t => {
  const {google, folder} = await startHttp2(t, {settings: {maxConcurrentStreams: 1}});
  assert.deepEqual(await call({google, folder}), new Set(['2.0']));
});

for (const [what, end] of [['leave', session => session.close()], ['break off', session => session.destroy()]]) {
  test(`no call is lost with connections of HTTP/2 that ${what}`, async t => {
    const {google, folder} = await startHttp2(t, {onSession: session => setTimeout(() => end(session), 200)});
    assert.deepEqual(await call({google, folder}), new Set(['2.0']));
    assert.ok(google.connections.length > 2, `${google.connections.length} connections`);
  });
}
