// What fails and what crashes can be found in the log by the request's id.
import assert from 'node:assert/strict';
import {once} from 'node:events';
import {closeSync, openSync, statSync, writeSync} from 'node:fs';
import net from 'node:net';
import {join} from 'node:path';
import {test} from 'node:test';
import {anyPort, emptyFolder, inMemory, kinds, spawnServer, startServer, store, until, user} from './process.mjs';

/// The server's log as objects.
const lines = server => server.stderr.split('\n').filter(line => line.startsWith('{')).map(line => JSON.parse(line));

/// A connection that asks for more than it takes, so that its request stays under way.
async function unreadExport(t, server, id) {
  const socket = net.connect(new URL(server.url).port, '127.0.0.1');
  t.after(() => socket.destroy());
  socket.on('error', () => {});
  socket.write(`GET /export HTTP/1.1\r\nHost: x\r\nX-Request-Id: ${id}\r\n` +
               `Authorization: Basic ${btoa('demo:secret')}\r\n\r\n`);
  await once(socket, 'readable');
  return socket;
}

for (const signal of ['SIGSEGV', 'SIGABRT']) {
  test(`${signal} leaves the ids of the requests under way`, async t => {
    const server = await startServer(t, inMemory, user);
    const records = Array.from({length: 200}, (_, i) => ({_id: `r${i}`, text: 'x'.repeat(100_000)}));
    for (let i = 0; i < records.length; i += 100) {
      assert.equal((await store(server, records.slice(i, i + 100))).status, 201);
    }
    await unreadExport(t, server, 'the-first');
    await unreadExport(t, server, 'the-second');
    assert.equal((await server.fetch('/version', {headers: {'X-Request-Id': 'answered'}})).status, 200);
    server.child.kill(signal);
    assert.equal(await server.ended, signal);
    const critical = lines(server).filter(line => line.severity === 'CRITICAL');
    assert.match(critical[0].message, new RegExp(`crashes by ${signal}, requests under way: 2`));
    assert.deepEqual(critical.slice(1).map(line => line.requestId).sort(), ['the-first', 'the-second']);
    for (const line of critical.slice(1)) {
      assert.match(line.message, /GET \/export/);
      assert.equal(line.principal, 'demo');
      assert.equal(line.address, '127.0.0.1');
      assert.ok(line.ageMs >= 0);
    }
  });
}

test('a store that is damaged while it is open leaves its own words, and no client sees them', async t => {
  const file = join(emptyFolder(t), 'store.db');
  const server = await startServer(t, [...anyPort, '--store', `sqlite:${file}`, '--kinds', kinds], user);
  const records = Array.from({length: 500}, (_, i) => ({_id: `r${i}`, text: 'x'.repeat(2_000)}));
  assert.equal((await store(server, records)).status, 201);
  assert.equal(await server.stop(), 0);
  const again = spawnServer([...anyPort, '--store', `sqlite:${file}`, '--kinds', kinds], user);
  t.after(() => again.child.kill('SIGKILL'));
  await until(() => again.stdout.includes('\n'), 'the ready line');
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.alloc(statSync(file).size - 16_384, 0x5a), 0, undefined, 16_384);
  closeSync(descriptor);
  const url = again.stdout.match(/(http:\S+)/)[1];
  const answer = await fetch(`${url}/fetchAll`, {
    headers: {Authorization: 'Basic ' + btoa('demo:secret'), 'X-Request-Id': 'corrupt'}});
  assert.equal(answer.status, 500);
  const body = await answer.json();
  assert.equal(body.code, 'store_corrupt');
  const line = await until(() => lines(again).find(line => line.requestId === 'corrupt'), 'the line');
  assert.equal(line.severity, 'ERROR');
  assert.equal(line.route, '/fetchAll');
  assert.equal(line.code, 'store_corrupt');
  assert.equal(line.detail, body.detail);
  assert.match(line.cause, /malformed/);
  assert.doesNotMatch(JSON.stringify(body), /malformed|cause/);
});
