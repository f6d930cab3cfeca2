// Two servers race on one record of a kind with a history, while calls of theirs fail.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {until} from '../server/process.mjs';
import {faults, startProxy} from './fault_proxy.mjs';
import {call, emulator, freshNamespace, seeded, startOver} from './store.mjs';

const kind = 'raced';
const each = 20;

const historyOf = async server => (await call(server, 'GET', `/records/hot/history?kind=${kind}&limit=1000`)).json.history;

test('of the versions that two servers replace each is in the history exactly once', async t => {
  const namespace = freshNamespace();
  const proxy = await startProxy(t, emulator);
  const servers = [await startOver(t, namespace, {host: proxy.host}), await startOver(t, namespace, {host: proxy.host})];
  const deploy = history => call(servers[0], 'PUT', `/kinds/${kind}`, {history});
  assert.equal((await deploy(1_000)).status, 201);
  await until(async () => (await call(servers[1], 'GET', `/kinds/${kind}`)).json.history === 1_000, 'the kind on the other server');

  const random = seeded(7);
  const names = Object.keys(faults);
  proxy.fault = method => method === 'commit' && random() < 0.2 ? names[Math.floor(random() * names.length)] : undefined;
  const confirmed = [];
  const unsure = new Set();  // What an answer left open.
  await Promise.all(servers.map(async (server, which) => {
    for (let i = 0; i < each; ++i) {
      const n = which * 1_000 + i;
      const {status, json} = await call(server, 'POST', `/store?kind=${kind}&ifExists=replace`, {_id: 'hot', n});
      if (status < 300) {
        confirmed.push(n);
      } else {
        assert.ok([503, 504].includes(status), `${status} ${JSON.stringify(json)}`);
        unsure.add(n);
      }
    }
  }));
  proxy.fault = () => undefined;

  const entries = await historyOf(servers[1]);
  assert.deepEqual(entries.map(entry => entry.number), entries.map((_, i) => entries.length - i));
  const present = (await call(servers[0], 'GET', `/records/hot?kind=${kind}&original=true&meta=true`)).json;
  const found = [present._original.n, ...entries.map(entry => entry._original.n)];
  assert.equal(new Set(found).size, found.length, 'an original is there twice');
  for (const n of confirmed) assert.ok(found.includes(n), `${n} was confirmed, and is lost`);
  for (const n of found) assert.ok(confirmed.includes(n) || unsure.has(n), `${n} was refused, and is there`);
  assert.ok(confirmed.length > each, 'most succeed');

  await deploy(5);
  await until(async () => (await call(servers[1], 'GET', `/kinds/${kind}`)).json.history === 5, 'the kind on the other server');
  await until(async () => {
    assert.equal((await call(servers[1], 'PUT', `/records/hot?kind=${kind}`, {n: 5_000 + Math.random()})).status, 200);
    return (await historyOf(servers[0])).length === 5;
  }, 'the history is cut to its new bound');
  const {json: restored} = await call(servers[0], 'POST', `/records/hot/restore?kind=${kind}`, {version: (await historyOf(servers[0]))[4]._meta.version});
  assert.ok(restored.n >= 0);
  for (const server of servers) assert.equal(await server.stop(), 0);
});
