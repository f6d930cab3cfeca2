// No incomplete answer is used: whatever becomes of answers on their way, what the server
// says was stored is there, what it says is missing is not, and what it does not know it says so.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {answering, spoil, startProxy} from './fault_proxy.mjs';
import {call, emulator, freshNamespace, seeded, startOver} from './store.mjs';

const operations = Number(process.env.DROPZONE_MUTATED_OPERATIONS ?? 200);
const clients = Math.min(64, Math.ceil(operations / 25));
const seed = Number(process.env.DROPZONE_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));

/// An invalid answer with status 200.
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
  test(`a success that holds ${what} is not used`, async t => {
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

/// One client, which has records of its own, and what may be there by the answers that it got.
class Client {
  constructor(server, number) {
    this.server = server;
    this.random = seeded(seed + number);
    this.ids = Array.from({length: 12}, (_, i) => `c${number}r${i}`);
    this.model = new Map(this.ids.map(id => [id, new Set([undefined])]));
  }

  async run(count) {
    for (let n = 1; n <= count; ++n) {
      const id = this.ids[Math.floor(this.random() * this.ids.length)];
      const kind = this.random();
      await (kind < 0.5 ? this.store(id, n) : kind < 0.7 ? this.remove(id) : this.fetch(id));
      assert.ok(this.model.get(id).size > 0, `nothing can be at ${id}`);
    }
  }

  async store(id, n) {
    const may = this.model.get(id);
    const replace = this.random() < 0.5;
    const {status, json} = await call(this.server, 'POST', `/store${replace ? '?ifExists=replace' : ''}`, {_id: id, n});
    if (status === 200 || status === 201) {
      if (status === 201) assert.ok(may.has(undefined), `${id} was created though it is there`);
      this.model.set(id, new Set([n]));
    } else if (status === 409) {
      assert.equal(json.results[0].error.code, 'already_exists', JSON.stringify(json));
      may.delete(undefined);
    } else {
      assert.equal(status, 503, JSON.stringify(json));
      if (json.code === 'outcome_unknown' || json.code === 'deadline_exceeded') may.add(n);
    }
  }

  async remove(id) {
    const may = this.model.get(id);
    const {status, json} = await call(this.server, 'DELETE', `/delete?_id=${id}`);
    if (status === 200) {
      const there = json.deletedRecords === 1;
      assert.ok(there ? [...may].some(value => value !== undefined) : may.has(undefined), JSON.stringify([json, [...may]]));
      this.model.set(id, new Set([undefined]));
    } else {
      assert.equal(status, 503, JSON.stringify(json));
      if (json.code !== 'unavailable') may.add(undefined);
    }
  }

  async fetch(id) {
    const {status, json} = await call(this.server, 'GET', `/fetchMany?_id=${id}`);
    assert.ok(status === 200 || status === 503, JSON.stringify(json));
    if (status === 200) this.check(id, json.records[0]?.n);
  }

  check(id, value) {
    const may = this.model.get(id);
    assert.ok(may.has(value), `${id} is ${value}, not ${[...may]}`);
    this.model.set(id, new Set([value]));
  }
}

test('through answers that were changed on their way, a server and a model agree', async t => {
  const {proxy, server} = await start(t);
  const random = seeded(seed);
  let spoiled = 0;
  proxy.fault = method => method !== 'beginTransaction' && random() < 0.3 &&
                          answering(answer => (++spoiled, spoil(answer, random)));
  const all = Array.from({length: clients}, (_, number) => new Client(server, number));
  await Promise.race([
    Promise.all(all.map(client => client.run(Math.ceil(operations / clients)))),
    server.ended.then(how => assert.fail(`the server ended: ${how}: ${server.stderr}`)),
  ]);
  t.diagnostic(`${operations} operations of ${clients} clients, ${spoiled} changed answers, DROPZONE_TEST_SEED=${seed}`);
  assert.ok(spoiled > operations / 10, `${spoiled} answers were changed`);
  proxy.fault = () => undefined;
  for (const client of all) {
    const {json} = await call(server, 'POST', '/fetchMany', {_id: client.ids});
    const found = new Map(json.records.map(({_id, n}) => [_id, n]));
    for (const id of client.ids) client.check(id, found.get(id));
  }
  assert.equal(await server.stop(), 0);
});
