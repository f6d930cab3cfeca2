// A request is judged by its head: what is refused is refused before its body is read, and before
// "100 Continue" is sent.
import assert from 'node:assert/strict';
import {once} from 'node:events';
import net from 'node:net';
import {join} from 'node:path';
import {test} from 'node:test';
import {addUser, emptyFolder, inMemory, startServer, user} from './process.mjs';

/// Sends a head alone, and returns what comes until the connection ends or an answer is there.
async function answerToHead(server, lines) {
  const {hostname, port} = new URL(server.url);
  const socket = net.connect({host: hostname, port: Number(port)}).setEncoding('latin1');
  socket.write([...lines, '', ''].join('\r\n'));
  let answer = '';
  socket.on('data', piece => (answer += piece));
  const ended = once(socket, 'close').then(() => (answer += '(closed)'));
  while (!answer.includes('\r\n\r\n') && !answer.endsWith('(closed)')) {
    await Promise.race([once(socket, 'data'), ended]);
  }
  socket.destroy();
  return answer;
}

const json = 'Content-Type: application/json';
const as = name => `Authorization: Basic ${btoa(`${name}:a-long-secret`)}`;

const cases = [
  ['no credentials', 401, 'POST /store', [json]],
  ['a wrong password', 401, 'POST /store', [json, `Authorization: Basic ${btoa('ada:wrong')}`]],
  ['a role that is lacking', 403, 'POST /store?kind=measurements', [json, as('ada')]],
  ['a kind that there is not', 404, 'POST /store?kind=nonesuch', [json, as('root')]],
  ['a path that there is not', 404, 'POST /nowhere', [json]],
  ['a method that there is not', 405, 'PUT /store', [json]],
  ['a misspelt parameter', 400, 'POST /store?knd=records', [json]],
  ['a parameter that it cannot have', 400, 'POST /store?kind=records&mode=best', [json, as('root')]],
  ['a media type that it does not take', 415, 'POST /store', ['Content-Type: text/csv', as('root')]],
  ['a coding that it does not know', 415, 'POST /store', [json, 'Content-Encoding: br', as('root')]],
  ['a patch of another type', 415, 'PATCH /records/a', ['Content-Type: application/json-patch+json', as('root')]],
  ['an answer that it cannot give', 406, 'POST /store', [json, 'Accept: text/csv', as('root')]],
  ['a filter for a kind that is not theirs', 403, 'POST /filter?kind=measurements', [json, as('ada')]],
  ['a form with an invalid token', 413, 'POST /auth/refresh', ['Content-Type: application/x-www-form-urlencoded']],
];

test('what can be refused by the head is refused by it', async t => {
  const users = join(emptyFolder(t), 'users');
  addUser(users, 'ada', 'a-long-secret', 'write:records,read:records');
  addUser(users, 'root', 'a-long-secret', 'admin');
  const server = await startServer(t, [...inMemory, '--users', users, '--access-log', '0'], user);
  for (const [what, status, line, fields] of cases) {
    for (const framing of [['Content-Length: 30000000'], ['Content-Length: 30000000', 'Expect: 100-continue'],
                           ['Transfer-Encoding: chunked', 'Expect: 100-continue']]) {
      if (status === 413 && framing[0].startsWith('Transfer')) continue;  // Its length is not known.
      const answer = await answerToHead(server, [`${line} HTTP/1.1`, 'Host: x', ...fields, ...framing]);
      assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `), `${what}, ${framing}: ${answer}`);
    }
  }
  const wanted = await answerToHead(
      server, ['POST /store HTTP/1.1', 'Host: x', json, as('root'), 'Content-Length: 2', 'Expect: 100-continue']);
  assert.equal(wanted, 'HTTP/1.1 100 Continue\r\n\r\n');
});

test('who asks too often is refused by the head', async t => {
  const server = await startServer(t, [...inMemory, '--rate-limit', '1/h'], user);
  assert.equal((await server.fetch('/kinds')).status, 200);
  const answer = await answerToHead(server, [
    'POST /store HTTP/1.1', 'Host: x', json, `Authorization: Basic ${btoa('demo:secret')}`,
    'Content-Length: 30000000', 'Expect: 100-continue']);
  assert.match(answer, /^HTTP\/1\.1 429 [^]*Retry-After/);
});
