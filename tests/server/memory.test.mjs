// What requests hold together is what the process has: the worst mix of them that we know, sent by
// clients without credentials and with, keeps to --max-bodies and 128 MiB, and leaves nothing behind.
import assert from 'node:assert/strict';
import {once} from 'node:events';
import {readFileSync} from 'node:fs';
import net from 'node:net';
import {join} from 'node:path';
import {test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';
import {gzipSync} from 'node:zlib';
import {anyPort, emptyFolder, kinds, startServer, store, until, user} from './process.mjs';

const megabyte = 2 ** 20;

/// Memory that is the server's own: files that it has mapped are not.
function ownMemory(server) {
  const status = readFileSync(`/proc/${server.child.pid}/status`, 'utf8');
  return Number(status.match(/^RssAnon:\s+(\d+) kB$/m)[1]) * 1024;
}

const authorization = `Authorization: Basic ${btoa('demo:secret')}\r\n`;

/// Sends bytes on a connection of their own, whatever comes back, and stops reading if asked to.
/// Resolves once the connection has ended, or the time is up.
async function send(server, pieces, {reads = true, time = 15_000} = {}) {
  const {hostname, port} = new URL(server.url);
  const socket = net.connect({host: hostname, port: Number(port)});
  socket.on('error', () => {});
  reads ? socket.resume() : socket.pause();
  const closed = once(socket, 'close').catch(() => {});
  const late = setTimeout(() => socket.destroy(), time);
  for (const piece of pieces) {
    if (socket.destroyed) break;
    if (!socket.write(piece)) await Promise.race([once(socket, 'drain').catch(() => {}), closed]);
  }
  await closed;
  clearTimeout(late);
}

const post = (path, length, more = '') =>
    `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n` +
    `${more}Content-Length: ${length}\r\n\r\n`;

const large = Buffer.from(JSON.stringify({text: 'x'.repeat(31 * megabyte)}));
const text = gzipSync(large, {level: 9});
const zeros = gzipSync(`{"a":[${'0,'.repeat(900_000)}0]}`, {level: 9});
const manyZeros = gzipSync(`[${Array(9).fill(`{"a":[${'0,'.repeat(900_000)}0]}`)}]`, {level: 9});
const copies = Buffer.from(JSON.stringify({
  definition: {name: 'x', version: 1, pipeline: Array.from({length: 60}, (_, i) => ({copy: {from: 'a', to: `b${i}`}}))},
  records: [{a: 'x'.repeat(megabyte)}]}));

/// One of each, several times: what the mix is made of.
const mix = [
  // Bodies without credentials, whole and cut off.
  server => send(server, [post('/store', large.length), large]),
  server => send(server, [post('/store', large.length), large.subarray(0, 17 * megabyte)], {time: 2_000}),
  // Large stores, whole and cut off, and packed ones.
  server => send(server, [post('/store?ifExists=replace', large.length, authorization), large]),
  server => send(server, [post('/store', large.length, authorization), large.subarray(0, 30 * megabyte)],
                 {time: 3_000}),
  server => send(server, [post('/transform', text.length, `${authorization}Content-Encoding: gzip\r\n`), text]),
  // Texts of few bytes with many values, and pipelines that make much of little.
  server => send(server, [post('/store', zeros.length, `${authorization}Content-Encoding: gzip\r\n`), zeros]),
  server => send(server, [post('/filter', manyZeros.length, `${authorization}Content-Encoding: gzip\r\n`), manyZeros]),
  server => send(server, [post('/store', manyZeros.length, `${authorization}Content-Encoding: gzip\r\n`), manyZeros]),
  server => send(server, [post('/transform?trace=true', copies.length, authorization), copies]),
  // Pages and an export that nobody reads.
  server => send(server, [`GET /fetchAll?kind=records HTTP/1.1\r\nHost: x\r\n${authorization}\r\n`],
                 {reads: false, time: 3_000}),
  server => send(server, [`GET /export?kind=records HTTP/1.1\r\nHost: x\r\n${authorization}\r\n`],
                 {reads: false, time: 3_000}),
];

for (const limit of [128, 512]) {
  test(`--max-bodies ${limit}MiB is what all requests hold together`, async t => {
    const file = join(emptyFolder(t), 'store.db');
    const server = await startServer(
        t, [...anyPort, '--kinds', kinds, '--store', `sqlite:${file}`, '--max-bodies', `${limit}MiB`], user);
    for (let i = 0; i < 4; ++i) {
      const answer = await store(server, {_id: `page-${i}`, text: 'y'.repeat(9 * megabyte)});
      assert.equal(answer.status, 201);
      await answer.arrayBuffer();
    }
    const idle = ownMemory(server);
    let peak = 0;
    const watch = setInterval(() => (peak = Math.max(peak, ownMemory(server))), 10);
    const clients = [];
    for (let i = 0; i < 6; ++i) clients.push(...mix.map(one => one(server)));
    await Promise.all(clients);
    clearInterval(watch);
    t.diagnostic(`idle ${Math.round(idle / megabyte)} MiB, peak ${Math.round(peak / megabyte)} MiB`);
    assert.ok(peak <= (limit + 128) * megabyte, `${Math.round(peak / megabyte)} MiB`);

    // What the requests held is given back, to the account and to the system.
    const held = async () => (await (await server.fetch('/metrics')).text())
        .match(/^dropzone_request_memory_bytes (\S+)$/m)[1];
    await until(async () => await held() === '0', 'no request holds memory');
    await until(() => ownMemory(server) <= idle + 50 * megabyte, 'the memory is the system\'s again');
    assert.equal((await store(server, {_id: 'last'})).status, 201);
    assert.equal(await server.stop(), 0);
  });
}
