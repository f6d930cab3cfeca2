// Datastore is asked by HTTP/2 where it is offered: all calls share one connection, and none is lost
// with it.
import assert from 'node:assert/strict';
import {once} from 'node:events';
import http2 from 'node:http2';
import net from 'node:net';
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

/// The versions of HTTP of calls by four threads, each of which takes a while.
async function call({google, folder}, connections = 1) {
  google.lookupDelay = 40;
  const enough = () => google.calls.length > 12 && google.connections.length >= connections;
  const report = await probe(google, folder, credentialsFile(folder, user(google)), {enough});
  assert.equal(report.failed, 0, report.error);
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

test('calls that are more than a connection of HTTP/2 takes are still answered', async t => {
  const {google, folder} = await startHttp2(t, {settings: {maxConcurrentStreams: 1}});
  assert.deepEqual(await call({google, folder}), new Set(['2.0']));
});

for (const [what, end] of [['leave', session => session.close()], ['cut', session => session.destroy()]]) {
  test(`no call is lost with connections of HTTP/2 that ${what}`, async t => {
    const {google, folder} = await startHttp2(t, {onSession: session => setTimeout(() => end(session), 200)});
    assert.deepEqual(await call({google, folder}, 3), new Set(['2.0']));
  });
}

/// Stands between the calls and Google. `wire.silence()` lets the connections that there are carry
/// nothing more, without a word; later ones are as good as new.
async function startWire(t, google) {
  const pairs = new Set();
  const port = Number(new URL(google.url).port);
  const server = net.createServer(near => {
    const far = net.connect(port, '127.0.0.1');
    pairs.add([near, far]);
    near.pipe(far).on('error', () => near.destroy());
    far.pipe(near).on('error', () => far.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => (server.close(), pairs.forEach(pair => pair.forEach(socket => socket.destroy()))));
  return {
    url: `https://localhost:${server.address().port}`,
    silence: () => pairs.forEach(([near, far]) => [[near, far], [far, near]].forEach(
        ([from, to]) => (from.unpipe(to), from.resume()))),
    halfClose: () => pairs.forEach(([near, far]) => (far.unpipe(near), far.resume(), near.end())),
  };
}

const patience = 3000;
const threads = 4;

/// The results of calls of which each may take three seconds.
async function callImpatiently({google, folder}, enough) {
  const report = await probe(google, folder, credentialsFile(folder, user(google)), {enough, patience});
  assert.ok(report.slowestMs < 2 * patience, `${report.slowestMs} ms`);
  return report;
}

/// Does harm after twenty calls. Enough are twenty more, since there is another connection.
function afterHarm(google, harm) {
  let connections;
  let calls;
  return () => {
    if (connections === undefined && google.calls.length > 20) {
      connections = google.connections.length;
      harm();
    }
    if (google.connections.length > connections) calls ??= google.calls.length;
    return google.calls.length > calls + 20;
  };
}

for (const [what, end] of [['falls silent', 'silence'], ['is half closed', 'halfClose']]) {
  test(`a connection of HTTP/2 that ${what} costs each call at most its own time`, async t => {
    const {google, folder} = await startHttp2(t);
    const wire = await startWire(t, google);
    google.url = wire.url;
    const {failed, error} = await callImpatiently({google, folder}, afterHarm(google, wire[end]));
    assert.ok(failed <= threads, `${failed} of the calls failed: ${error}`);
  });
}

test('a connection that takes no more of a request is given up', async t => {
  const sessions = [];
  const {google, folder} = await startHttp2(t, {onSession: session => sessions.push(session)});
  const {failed, error} = await callImpatiently(
      {google, folder}, afterHarm(google, () => sessions[0].settings({initialWindowSize: 0})));
  assert.ok(failed <= threads, `${failed} of the calls failed: ${error}`);
});

test('a stream that is reset is repeated, and one that stalls costs its own call', async t => {
  const {google, folder} = await startHttp2(t);
  let calls = 0;
  google.spoil = stream => {
    ++calls;
    if (calls % 10 === 5) return stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR), true;
    return calls === 12;  // Never answered.
  };
  const {failed, error} = await callImpatiently({google, folder}, () => calls > 100);
  assert.ok(failed <= 1, `${failed} of the calls failed: ${error}`);
});
