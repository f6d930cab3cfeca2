// Several servers behind nginx on one Datastore are one service: whichever answers, it answers the same.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {call, freshNamespace, startOver} from '../datastore/store.mjs';
import {lacksNginx, startNginx} from './nginx.mjs';

const credentials = {Authorization: 'Basic ' + btoa('demo:secret')};

/// So many servers over one namespace, and a way to send requests to one or another of them.
async function startService(t, count) {
  const namespace = freshNamespace();
  const servers = await Promise.all(Array.from({length: count}, () => startOver(t, namespace)));
  const url = await startNginx(t, servers.map(server => server.url));
  return {
    servers,
    fetch: (path, {headers = {}, ...options} = {}) =>
        fetch(url + path, {...options, headers: {...credentials, ...headers}, signal: AbortSignal.timeout(60_000)}),
  };
}

/// How many requests of these routes a server has answered.
async function answered(server, ...routes) {
  const page = await (await server.fetch('/metrics')).text();
  return [...page.matchAll(/^dropzone_http_requests_total\{(.*)\} (\d+)$/gm)]
      .filter(([, labels]) => routes.some(route => labels.includes(`route="${route}"`))).reduce((sum, [, , value]) => sum + Number(value), 0);
}

for (const count of [1, 2, 4]) {
  test(`${count} behind nginx: what was stored by one is read from any, at once`, {skip: lacksNginx()}, async t => {
    const service = await startService(t, count);
    for (let i = 0; i < 40; ++i) {
      assert.equal((await call(service, 'POST', '/store', {_id: `r${i}`, i})).status, 201);
      const read = await call(service, 'GET', `/records/r${i}`);
      assert.deepEqual([read.status, read.json], [200, {_id: `r${i}`, i}]);
      if (i % 4) continue;
      assert.equal((await call(service, 'DELETE', `/delete?_id=r${i}`)).json.deletedRecords, 1);
      assert.equal((await call(service, 'GET', `/records/r${i}`)).status, 404);
    }
    for (const server of service.servers) {
      assert.ok(await answered(server, '/store', '/records/{id}') > 0, 'each had its part');
    }
  });

  test(`${count} behind nginx: of those who change one version, one wins`, {skip: lacksNginx()}, async t => {
    const service = await startService(t, count);
    await call(service, 'POST', '/store', {_id: 'one', writer: 'nobody'});
    for (let round = 0; round < 8; ++round) {
      const etag = (await call(service, 'GET', '/records/one')).headers.get('etag');
      const answers = await Promise.all([0, 1, 2, 3].map(async writer => {
        const answer = await service.fetch('/records/one', {
          method: 'PUT', headers: {'If-Match': etag, 'Content-Type': 'application/json'},
          body: JSON.stringify({writer: `${round}.${writer}`})});
        await answer.arrayBuffer();
        return answer.status;
      }));
      assert.deepEqual(answers.sort(), [200, 412, 412, 412]);
      const winner = (await call(service, 'GET', '/records/one')).json.writer;
      assert.match(winner, new RegExp(`^${round}\\.`));
    }
  });

  test(`${count} behind nginx: of those who store one id, one does`, {skip: lacksNginx()}, async t => {
    const service = await startService(t, count);
    for (let round = 0; round < 8; ++round) {
      const answers = await Promise.all([0, 1, 2, 3].map(
          writer => call(service, 'POST', '/store', {_id: `round-${round}`, writer})));
      const stored = answers.filter(({status}) => status === 201);
      assert.equal(stored.length, 1, JSON.stringify(answers.map(({status, json}) => [status, json.results])));
      const {writer} = (await call(service, 'GET', `/records/round-${round}`)).json;
      assert.equal(writer, stored[0].json.results[0].record.writer);
    }
  });

  test(`${count} behind nginx: a cursor of one leads on at any other`, {skip: lacksNginx()}, async t => {
    const service = await startService(t, count);
    const ids = Array.from({length: 100}, (_, i) => `k${String(i).padStart(3, '0')}`);
    await call(service, 'POST', '/store?return=counts', ids.map((_id, i) => ({_id, i})));
    const keys = [];
    for (let cursor = ''; cursor !== null;) {
      const page = await call(service, 'GET', `/fetchKeys?limit=7${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      assert.equal(page.status, 200, JSON.stringify(page.json));
      keys.push(...page.json.keys);
      cursor = page.json.nextCursor;
    }
    assert.deepEqual(keys, ids);
    for (const server of service.servers) assert.ok(await answered(server, '/fetchKeys') > 0, 'each had its part');
  });
}

test('one of four is killed under load, and every record is there once', {skip: lacksNginx()}, async t => {
  const service = await startService(t, 4);
  const clients = 8;
  const batches = 15;
  const size = 5;
  let done = 0;
  let repeated = 0;
  const sent = new Map();

  /// Repeats with the same ids until it hears that all are there: stored just now, or before.
  async function storeSurely(records) {
    let last = 'nothing';
    for (const end = Date.now() + 90_000; Date.now() < end; ++repeated) {
      try {
        const {status, json} = await call(service, 'POST', '/store?return=counts&ifExists=skip', records);
        if (json.stored + json.skipped === records.length) return;
        last = `${status} ${JSON.stringify(json)}`;
      } catch (error) {
        last = String(error);
      }  // The connection broke, or nginx had no answer: nobody knows what became of it.
      await new Promise(resolve => setTimeout(resolve, 200));
    }
    throw new Error(`not stored in a minute and a half; the last answer: ${last}`);
  }

  const load = Promise.all(Array.from({length: clients}, async (_, client) => {
    for (let batch = 0; batch < batches; ++batch) {
      const records = Array.from({length: size}, (_, i) => ({_id: `c${client}-${batch}-${i}`, n: client * 1000 + batch}));
      records.forEach(record => sent.set(record._id, record));
      await storeSurely(records);
      ++done;
    }
  }));
  while (done < clients * batches / 4) await new Promise(resolve => setTimeout(resolve, 5));
  service.servers[0].child.kill('SIGKILL');
  const before = done;
  await load;
  assert.ok(before < clients * batches, 'the load went on after the kill');
  t.diagnostic(`${before} of ${clients * batches} batches were stored at the kill; ${repeated} were repeated`);

  const found = [];
  for (let cursor = ''; cursor !== null;) {
    const {json} = await call(service, 'GET', `/fetchAll?limit=1000${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    found.push(...json.records);
    cursor = json.nextCursor;
  }
  assert.equal(found.length, sent.size, 'none is lost, none is there twice');
  for (const record of found) assert.deepEqual(record, sent.get(record._id));
  const count = await call(service, 'POST', '/filter', {aggregate: {count: true}});
  assert.equal(count.json.aggregate.count, sent.size);
});
