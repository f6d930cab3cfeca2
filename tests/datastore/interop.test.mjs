// Google's own client for Node.js reads what the server wrote, and the server what the client wrote.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Datastore, PropertyFilter} from '@google-cloud/datastore';
import {call, emulator, freshNamespace, project, startOver} from './store.mjs';

process.env.METADATA_SERVER_DETECTION = 'none';  // The emulator wants no credentials: none are looked for.

function clientOf(t, namespace) {
  const [host, port] = emulator.split(':');
  const client = new Datastore({projectId: project, namespace, apiEndpoint: `${host}:${port}`});
  t.after(() => client.clients_.forEach(each => each.close()));
  return client;
}

const original = '{"_id": "may-1", "time_stamp": "2019-05-01T06:00:00-04:00",  "data": [4.5, 5.0, 6.10]}';

test('the client finds typed properties that it can filter by, and the original as it was sent', async t => {
  const namespace = freshNamespace();
  const server = await startOver(t, namespace);
  const headers = {'Content-Type': 'application/json'};
  const stored = await server.fetch('/store?kind=measurements', {method: 'POST', headers, body: original});
  assert.equal(stored.status, 201);
  const nested = {_id: 'odd', 'a.b': 1, list: [1, [2, 3]], __x__: true, long: 'x'.repeat(2000), deep: {city: 'Bonn'}, n: 3};
  assert.equal((await call(server, 'POST', '/store', nested)).status, 201);

  const client = clientOf(t, namespace);
  const [entity] = await client.get(client.key(['measurements', 'may-1']));
  assert.deepEqual(entity.timeUTC, new Date('2019-05-01T10:00:00Z'));
  assert.equal(entity.mean, 5.2);
  assert.equal(entity._original, original);
  assert.equal(entity._meta.pipeline, 'measurements@1');
  const query = client.createQuery('measurements')
      .filter(new PropertyFilter('timeUTC', '>', new Date('2019-05-01T00:00:00Z'))).order('timeUTC');
  const [found] = await client.runQuery(query);
  assert.deepEqual(found.map(e => e[client.KEY].name), ['may-1']);
  const [inBonn] = await client.runQuery(
      client.createQuery('records').filter(new PropertyFilter('deep.city', '=', 'Bonn')));
  assert.deepEqual(inBonn.map(e => e.n), [3]);
  const back = await call(server, 'GET', '/records/odd?original=true');
  assert.deepEqual(back.json, {...nested, _original: nested}, 'what Datastore has no form for comes back unchanged');
  assert.equal(await server.stop(), 0);
});

test('the server finds what the client wrote, without an original and with numeric keys', async t => {
  const namespace = freshNamespace();
  const client = clientOf(t, namespace);
  const when = new Date('2020-02-03T04:05:06.789Z');
  const data = {name: 'Ada', n: 7, share: Datastore.double(0.5), at: when, tags: ['x', 'y'], deep: {city: 'Bonn'}};
  await client.save([
    {key: client.key(['records', 'by-name']), data},
    {key: client.key(['records', 123]), data: {n: 8}},
    {key: client.key(['records', 'parent', 'records', 'child']), data: {n: 9}},
  ]);
  const server = await startOver(t, namespace);
  const record = {_id: 'by-name', ...data, share: 0.5, at: '2020-02-03T04:05:06.789Z'};
  assert.deepEqual((await call(server, 'GET', '/records/by-name')).json, record);
  assert.deepEqual((await call(server, 'GET', '/fetchKeys')).json.keys, ['__id123__', 'by-name']);
  const many = await call(server, 'GET', '/fetchMany?_id=__id123__,by-name&original=true&meta=true');
  assert.deepEqual(many.json.records[0]._original, {n: 8});
  assert.ok(many.json.records.every(r => r._meta.version && r._meta.createdAt));
  const where = (field, operator, value) => call(server, 'POST', '/filter', {field, operator, value});
  assert.deepEqual((await where('n', '<=', 8)).json.records.map(r => r._id), ['__id123__', 'by-name']);
  assert.deepEqual((await where('share', '=', 0.5)).json.records, [record]);
  assert.deepEqual((await where('tags', '=', 'y')).json.records, [record]);
  assert.equal((await call(server, 'POST', '/store', {_id: 'by-name'})).json.results[0].error.code, 'already_exists');
  assert.equal((await call(server, 'POST', '/store?ifExists=replace', {_id: 'by-name', n: 1})).json.replaced, 1);
  const gone = await call(server, 'DELETE', '/delete?_id=__id123__');
  assert.equal(gone.json.deletedRecords, 1, JSON.stringify(gone.json));
  assert.deepEqual((await client.get(client.key(['records', 123])))[0], undefined);
  assert.equal((await client.get(client.key(['records', 'by-name'])))[0].n, 1);
  assert.equal(await server.stop(), 0);
});
