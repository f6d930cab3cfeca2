// Prism stands between client and server, and holds both to the document that the server serves. The
// examples of the document go through it.
import assert from 'node:assert/strict';
import {after, test} from 'node:test';
import prismHttp from '@stoplight/prism-http';
import prismServer from '@stoplight/prism-http-server';
import {Api} from '../openapi/api.mjs';
import examples from '../openapi/conformance/examples.mjs';
import {requestsTo, startServer} from '../support/server.mjs';

const server = await startServer();
const specification = (await server.request('GET', '/openapi.json')).json;
const quiet = Object.fromEntries(['trace', 'debug', 'info', 'success', 'warn', 'error', 'fatal'].map(level => [level, () => {}]));
const proxy = prismServer.createServer(await prismHttp.getHttpOperationsFromSpec(structuredClone(specification)), {
  cors: false,
  components: {logger: {...quiet, child: () => quiet}},
  config: {
    isProxy: true, upstream: new URL(server.url), checkSecurity: true, validateRequest: true, validateResponse: true, errors: false,
    mock: false, upstreamProxy: undefined,
  },
});
const url = await proxy.listen(0, '127.0.0.1');
after(async () => {
  through.end();
  await proxy.close();
  assert.equal(await server.stop(), 0);
});

const found = [];
let seen = 0;
const through = requestsTo(url, server);
const api = new Api(specification, {
  ...server,
  request: async (method, target, more) => {
    if (method === 'HEAD') return server.request(method, target, more);  // Prism wants JSON in its empty body.
    const answer = await through(method, target, more);
    seen += 1;
    if (answer.headers['sl-violations']) found.push(`${method} ${target}: ${answer.headers['sl-violations']}`);
    return answer;
  },
});
examples(api);

test('the proxy found nothing', () => {
  assert.ok(seen > 25, `${seen} calls`);
  assert.deepEqual(found, []);
});

test('it would have', async () => {
  const {headers} = await through('GET', '/fetchAll?limit=x');
  assert.match(headers['sl-violations'], /limit/);
});
