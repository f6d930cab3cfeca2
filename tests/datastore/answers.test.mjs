// No answer is believed that is not whole: whatever becomes of answers on their way, what the server
// says was stored is there, what it says is missing is not, and what it does not know it says so.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {answering, spoil, startProxy} from './fault_proxy.mjs';
import {call, emulator, freshNamespace, seeded, startOver} from './store.mjs';

const operations = Number(process.env.DROPZONE_MUTATED_OPERATIONS ?? 200);

/// An answer that is none, with status 200.
const hollow = {
  'an error': {error: {code: 503, status: 'UNAVAILABLE', message: 'away'}},
  'an error of an unknown name': {error: {code: 200, status: 'FINE', message: 'what'}},
  nothing: {},
  'something else': {hello: 'world'},
  'an empty batch': {batch: {}},
  'no results': {mutationResults: [], found: [], missing: [], batch: {entityResults: []}},
};

async function start(t) {
  const proxy = await startProxy(t, emulator);
  const server = await startOver(t, freshNamespace(), {host: proxy.host});
  return {proxy, server};
}

for (const [what, answer] of Object.entries(hollow)) {
  test(`a success that holds ${what} is not believed`, async t => {
    const {proxy, server} = await start(t);
    assert.equal((await call(server, 'POST', '/store', {_id: 'there', v: 7})).status, 201);
    proxy.fault = method => ['commit', 'lookup', 'runQuery', 'runAggregationQuery'].includes(method) &&
                            (async ({pass}) => pass({status: 200, body: Buffer.from(JSON.stringify(answer))}));
    for (const [method, path, body] of [
      ['POST', '/store', {_id: 'new', v: 1}], ['POST', '/store?ifExists=skip', {_id: 'there', v: 667}],
      ['POST', '/store?ifExists=replace', {_id: 'there', v: 668}], ['DELETE', '/delete?_id=there'],
      ['GET', '/records/there'], ['GET', '/fetchMany?_id=there'], ['GET', '/fetchAll'],
      ['POST', '/filter', {aggregate: {count: true}}]]) {
      const {status, headers, json} = await call(server, method, path, body);
      assert.equal(status, 503, `${method} ${path}: ${JSON.stringify(json)}`);
      assert.match(headers.get('retry-after') ?? '', /^[1-9]\d*$/);
    }
    proxy.fault = () => undefined;
    assert.deepEqual((await call(server, 'GET', '/fetchAll')).json.records, [{_id: 'there', v: 7}]);
    assert.equal(await server.stop(), 0);
  });
}

test('through answers that were changed on their way, a server and a model agree', async t => {
  const {proxy, server} = await start(t);
  const random = seeded(20);
  let spoiled = 0;
  proxy.fault = method => method !== 'beginTransaction' && random() < 0.3 &&
                          answering(answer => (++spoiled, spoil(answer, random)));
  const ids = Array.from({length: 12}, (_, i) => `r${i}`);
  const model = new Map(ids.map(id => [id, new Set([undefined])]));  // What may be there.
  for (let n = 1; n <= operations; ++n) {
    const id = ids[Math.floor(random() * ids.length)];
    const may = model.get(id);
    const kind = random();
    if (kind < 0.5) {
      const replace = random() < 0.5;
      const {status, json} = await call(server, 'POST', `/store${replace ? '?ifExists=replace' : ''}`, {_id: id, n});
      if (status === 200 || status === 201) {
        if (status === 201) assert.ok(may.has(undefined), `${id} was created though it is there`);
        model.set(id, new Set([n]));
      } else if (status === 409) {
        assert.equal(json.results[0].error.code, 'already_exists', JSON.stringify(json));
        may.delete(undefined);
      } else {
        assert.equal(status, 503, JSON.stringify(json));
        if (json.code === 'outcome_unknown' || json.code === 'deadline_exceeded') may.add(n);
      }
    } else if (kind < 0.7) {
      const {status, json} = await call(server, 'DELETE', `/delete?_id=${id}`);
      if (status === 200) {
        const there = json.deletedRecords === 1;
        assert.ok(there ? [...may].some(value => value !== undefined) : may.has(undefined), JSON.stringify([json, [...may]]));
        model.set(id, new Set([undefined]));
      } else {
        assert.equal(status, 503, JSON.stringify(json));
        if (json.code !== 'unavailable') may.add(undefined);
      }
    } else {
      const {status, json} = await call(server, 'GET', `/fetchMany?_id=${id}`);
      assert.ok(status === 200 || status === 503, JSON.stringify(json));
      if (status === 200) {
        const value = json.records[0]?.n;
        assert.ok(may.has(value), `${id} is ${value}, not ${[...may]}`);
        model.set(id, new Set([value]));
      }
    }
    assert.ok(model.get(id).size > 0, `nothing can be at ${id}`);
  }
  assert.ok(spoiled > operations / 10, `${spoiled} answers were changed`);
  proxy.fault = () => undefined;
  const {json} = await call(server, 'POST', '/fetchMany', {_id: ids});
  const found = new Map(json.records.map(({_id, n}) => [_id, n]));
  for (const id of ids) assert.ok(model.get(id).has(found.get(id)), `${id} is ${found.get(id)}, not ${[...model.get(id)]}`);
  assert.equal(await server.stop(), 0);
});
