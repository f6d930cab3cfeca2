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

test('what another program changes has another ETag, says so, and is not undone unasked', async t => {
  const namespace = freshNamespace();
  const server = await startOver(t, namespace);
  const client = clientOf(t, namespace);
  const key = client.key(['records', 'shared']);
  const large = 'x'.repeat(2_000);
  assert.equal((await call(server, 'PUT', '/records/shared', {city: 'Bonn', n: 7, share: 0.5, large})).status, 201);
  const read = (headers = {}) => server.fetch('/records/shared?meta=true', {headers});
  const first = await read();
  const etag = first.headers.get('etag');
  assert.equal((await first.json())._meta.changedElsewhere, undefined);

  const [same] = await client.get(key);
  await client.save({key, data: same, excludeLargeProperties: true});
  assert.equal((await read({'If-None-Match': etag})).status, 304, 'the same values are no change');

  const [entity] = await client.get(key);
  await client.save({key, data: {...entity, city: 'Ulm'}, excludeLargeProperties: true});
  const changed = await read({'If-None-Match': etag});
  assert.equal(changed.status, 200);
  const tag = changed.headers.get('etag');
  assert.notEqual(tag, etag);
  const body = await changed.json();
  assert.equal(body.city, 'Ulm');
  assert.equal(`"${body._meta.version}"`, tag);
  assert.equal(body._meta.changedElsewhere, true);
  assert.equal((await read({'If-None-Match': tag})).status, 304);
  const many = await call(server, 'GET', '/fetchMany?_id=shared&meta=true&fields=n');
  assert.deepEqual(many.json.records[0]._meta, body._meta);
  const found = await call(server, 'POST', '/filter', {field: 'city', operator: '=', value: 'Ulm', meta: true});
  assert.deepEqual(found.json.records[0]._meta, body._meta);

  const json = {'Content-Type': 'application/json'};
  const put = version => server.fetch('/records/shared', {
    method: 'PUT', headers: {...json, 'If-Match': version}, body: JSON.stringify({city: 'Kiel'})});
  assert.equal((await put(etag)).status, 412);
  const remove = version => server.fetch('/records/shared', {method: 'DELETE', headers: {'If-Match': version}});
  assert.equal((await remove(etag)).status, 412);
  const patch = (conditions, change = {n: 8}) => server.fetch('/records/shared?meta=true', {
    method: 'PATCH', headers: {'Content-Type': 'application/merge-patch+json', ...conditions}, body: JSON.stringify(change)});
  assert.equal((await patch({'If-Match': etag})).status, 412);
  for (const conditions of [{}, {'If-Match': '*'}]) {
    const refused = await patch(conditions);
    assert.equal(refused.status, 409);
    const {code, detail} = await refused.json();
    assert.equal(code, 'changed_elsewhere');
    assert.ok(detail.includes(`If-Match: ${tag};`), detail);
  }
  assert.equal((await (await read()).json()).city, 'Ulm');

  const undone = await patch({'If-Match': tag});
  assert.equal(undone.status, 200);
  const patched = await undone.json();
  assert.deepEqual([patched.city, patched.n, patched._meta.changedElsewhere], ['Bonn', 8, undefined]);
  assert.equal((await patch({}, {n: 9})).status, 200, 'the change is gone, so nothing is undone');

  const [again] = await client.get(key);
  await client.save({key, data: {...again, city: 'Trier'}, excludeLargeProperties: true});
  assert.equal((await put((await read()).headers.get('etag'))).status, 200);
  const replaced = await (await read()).json();
  assert.equal(replaced.city, 'Kiel');
  assert.equal(replaced._meta.changedElsewhere, undefined);
  assert.equal(replaced._meta.version.length, 22, 'the version is ours again');
  assert.equal(await server.stop(), 0);
});

test('no record as the server wrote it counts as changed, whatever its shape', async t => {
  const server = await startOver(t, freshNamespace());
  const deep = levels => levels ? {z: 1, a: deep(levels - 1)} : [1.5, [null, {q: [], b: {}}]];
  const shapes = `[{"_id":"order","z":1,"a":{"y":[3,1,[2,{"q":1.50,"b":null}]],"x":"\u00e4"},"m":true},
    {"_id":"names","a.b":1,"":2,"__x__":3,"%":{"a.b":[{"c.d":4}]}},
    {"_id":"numbers","a":-0.0,"b":5.0,"c":1e300,"d":5e-324,"e":12345678901234567,"f":-9223372036854775808,"g":1.10},
    {"_id":"texts","long":"${'x'.repeat(3_000)}","zero":"a\\u0000b","date":"2020-01-01T00:00:00.123456Z"},
    {"_id":"twice","a":1,"a":2}, {"_id":"empty"}, {"_id":"deep","d":${JSON.stringify(deep(8))}}]`;
  const stored = await server.fetch('/store?return=ids', {
    method: 'POST', headers: {'Content-Type': 'application/json'}, body: shapes});
  assert.equal(stored.status, 201, JSON.stringify(await stored.json()));
  await call(server, 'POST', '/store?kind=measurements', {_id: 'm', time_stamp: '1960-01-01T00:00:00.123456Z', data: [1, 2]});
  for (const kind of ['records', 'measurements']) {
    const {json} = await call(server, 'GET', `/fetchAll?kind=${kind}&meta=true`);
    assert.ok(json.records.length > 0);
    assert.deepEqual(json.records.filter(({_meta}) => _meta.changedElsewhere).map(({_id}) => _id), []);
  }
  assert.equal(await server.stop(), 0);
});

test('an array of entities that another program has indexed fails no filter over its field', async t => {
  const namespace = freshNamespace();
  const server = await startOver(t, namespace);
  const client = clientOf(t, namespace);
  assert.equal((await call(server, 'POST', '/store', [{_id: 'a', list: 1}, {_id: 'b', list: 2}])).status, 201);
  await client.save({key: client.key(['records', 'odd']), data: {list: [{city: 'Bonn'}]}});
  const filter = body => call(server, 'POST', '/filter', body);
  const ids = answer => answer.json.records.map(record => record._id);
  assert.deepEqual(ids(await filter({field: 'list', operator: '>=', value: 1})), ['a', 'b']);
  assert.deepEqual(ids(await filter({orderBy: ['-list']})), ['b', 'a']);
  const sum = await filter({aggregate: {count: true, sum: ['list']}});
  assert.deepEqual(sum.json.aggregate, {count: 3, sum: {list: 3}});
  assert.equal(await server.stop(), 0);
});
