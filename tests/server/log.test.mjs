import assert from 'node:assert/strict';
import {test} from 'node:test';
import {inMemory, startServer, until, user} from './process.mjs';

const linesWith = (server, text) => server.stderr.split('\n').filter(line => line.includes(text));

test('if standard error is not a terminal, each line is a JSON object', async t => {
  const server = await startServer(t, inMemory, user);
  const trace = '0af7651916cd43dd8448eb211c80319c';
  await server.fetch('/kinds/%22%C3%A9', {headers: {
    'User-Agent': 'tést"', 'X-Request-Id': 'my-id',
    traceparent: `00-${trace}-b7ad6b7169203331-01`}});
  assert.equal(await server.stop(), 0);
  const lines = server.stderr.trimEnd().split('\n').map(line => JSON.parse(line));
  for (const line of lines) {
    assert.match(line.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
    assert.ok(['INFO', 'WARNING'].includes(line.severity));
    assert.equal(typeof line.message, 'string');
  }
  const line = lines.find(candidate => candidate.requestId === 'my-id');
  assert.equal(line.httpRequest.requestMethod, 'GET');
  assert.equal(line.httpRequest.requestUrl, '/kinds/%22%C3%A9');
  assert.equal(line.httpRequest.status, 404);
  assert.equal(line.httpRequest.remoteIp, '127.0.0.1');
  assert.match(line.httpRequest.latency, /^\d+\.\d{6}s$/);
  assert.equal(line['logging.googleapis.com/trace'], trace);
  assert.equal(line['logging.googleapis.com/trace_sampled'], true);
});

test('text is for people', async t => {
  const server = await startServer(t, [...inMemory, '--log-format', 'text'], user);
  await server.fetch('/kinds');
  assert.equal(await server.stop(), 0);
  assert.match(server.stderr, /^\S+Z INFO GET \/kinds 200 \d+\.\d{3}ms 127\.0\.0\.1 demo \S+$/m);
});

test('answers that went well are logged as often as is wanted', async t => {
  const server = await startServer(t, [...inMemory, '--access-log', '0'], user);
  for (let i = 0; i < 5; ++i) assert.equal((await server.fetch('/kinds')).status, 200);
  assert.equal((await server.fetch('/nowhere')).status, 404);
  await server.stop();
  assert.equal(linesWith(server, '/kinds').length, 0);
  assert.equal(linesWith(server, '/nowhere').length, 1);
});

test('a line is there soon after its request', async t => {
  const server = await startServer(t, inMemory, user);
  await server.fetch('/kinds');
  await until(() => linesWith(server, '/kinds').length === 1, 'the line');
});
