// The trace of a request goes on into the calls of Datastore that it causes.
import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import {test} from 'node:test';
import {startProxy} from './fault_proxy.mjs';
import {emulator, freshNamespace, startOver} from './store.mjs';

const traceId = () => randomBytes(16).toString('hex');
const w3c = (trace, sampled = true) => `00-${trace}-b7ad6b7169203331-${sampled ? '01' : '00'}`;

/// A server whose calls of Datastore are noted: method, trace, and the ids that a commit inserts.
async function noted(t, fault = () => undefined) {
  const proxy = await startProxy(t, emulator);
  const server = await startOver(t, freshNamespace(), {host: proxy.host});
  const calls = [];
  proxy.fault = (method, body, headers) => {
    const mutations = method === 'commit' ? body.mutations : [];
    const ids = mutations.map(({insert, update}) => (insert ?? update)?.key.path[0].name);
    // A transaction is begun ahead, for whichever commit comes next.
    if (method !== 'beginTransaction') calls.push({method, trace: headers.traceparent, ids});
    return fault(method);
  };
  return {server, calls};
}

function send(server, method, path, headers, body) {
  return server.fetch(path, {method, headers: {...headers, ...(body && {'Content-Type': 'application/json'})},
                             ...(body && {body: JSON.stringify(body)})});
}

test('each call has the trace of the request that caused it', async t => {
  const {server, calls} = await noted(t);
  for (const [method, path, body, status, expected] of [
    ['POST', '/store', [{_id: 'a', n: 1}, {_id: 'b', n: 2}], 201, ['commit']],
    ['POST', '/store', {_id: 'a'}, 409, ['commit', 'lookup']],
    ['POST', '/store?ifExists=skip', {_id: 'a'}, 200, ['commit', 'lookup']],
    ['PUT', '/records/a', {n: 3}, 200, ['lookup', 'commit']],
    ['GET', '/fetchMany?_id=a', undefined, 200, ['lookup']],
    ['GET', '/records/a', undefined, 200, ['lookup']],
    ['GET', '/fetchAll', undefined, 200, ['runQuery']],
    ['GET', '/export', undefined, 200, ['runQuery']],
    ['POST', '/filter', {field: 'n', operator: '=', value: 2}, 200, ['runQuery']],
    ['POST', '/filter', {aggregate: {count: true}}, 200, ['runAggregationQuery']],
    ['GET', '/kinds/records', undefined, 200, ['runAggregationQuery']],
    ['DELETE', '/delete?_id=a', undefined, 200, ['lookup', 'commit']],
    ['GET', '/health/ready', undefined, 200, ['lookup']],
  ]) {
    calls.length = 0;
    const traceparent = w3c(traceId());
    const answer = await send(server, method, path, {traceparent}, body);
    assert.equal(answer.status, status, `${method} ${path}: ${await answer.text()}`);
    await answer.body?.cancel().catch(() => {});
    for (const name of expected) assert.ok(calls.some(call => call.method === name), `${method} ${path}: ${name}`);
    for (const call of calls) assert.equal(call.trace, traceparent, `${method} ${path}: ${call.method}`);
  }
  assert.equal(await server.stop(), 0);
});

test("Cloud Trace's header is joined, and nothing is made of none or of a wrong one", async t => {
  const {server, calls} = await noted(t);
  const traces = async headers => {
    calls.length = 0;
    assert.equal((await send(server, 'GET', '/fetchMany?_id=a', headers)).status, 200);
    return calls.map(({trace}) => trace);
  };
  const trace = traceId();
  assert.deepEqual(await traces({'X-Cloud-Trace-Context': `${trace}/255;o=1`}), [`00-${trace}-00000000000000ff-01`]);
  assert.deepEqual(await traces({'X-Cloud-Trace-Context': `${trace}/255`, traceparent: w3c(trace)}), [w3c(trace)]);
  assert.deepEqual(await traces({}), [undefined]);
  assert.deepEqual(await traces({traceparent: `00-${trace}-xyz-01`}), [undefined]);
  assert.equal(await server.stop(), 0);
  const line = server.stderr.split('\n').filter(Boolean).map(text => JSON.parse(text))
                   .find(({httpRequest}) => httpRequest?.requestUrl === '/fetchMany?_id=a');
  assert.equal(line['logging.googleapis.com/trace'], trace, 'the log has the same');
});

test('a commit for several requests is in the trace of one of them, a sampled one if there is any', async t => {
  const {server, calls} = await noted(t, method => method === 'commit' ? 'delayed' : undefined);
  const requests = Array.from({length: 60}, (_, i) => ({id: `r${i}`, sampled: i % 3 === 0, trace: traceId()}));
  const answers = await Promise.all(requests.map(({id, sampled, trace}) =>
      send(server, 'POST', '/store', {traceparent: w3c(trace, sampled)}, {_id: id})));
  for (const {status} of answers) assert.equal(status, 201);
  const commits = calls.filter(({method}) => method === 'commit');
  assert.ok(commits.length < requests.length, 'some shared a commit');
  for (const {ids, trace} of commits) {
    const served = requests.filter(({id}) => ids.includes(id));
    const sampled = served.filter(request => request.sampled);
    const expected = (sampled.length ? sampled : served).map(request => w3c(request.trace, request.sampled));
    assert.ok(expected.includes(trace), `${trace} for ${ids}`);
  }
  assert.equal(await server.stop(), 0);
});
