// What becomes of rejects: corrections and replays.
import assert from 'node:assert/strict';
import {test} from 'node:test';

export default function replay(api) {
  const kind = 'replayed';
  const call = async (expected, id, parameters, body) => {
    const answer = await api.call(id, {parameters, ...(body === undefined ? {} : {body})});
    assert.equal(answer.status, expected, answer.text);
    return answer.json;
  };
  const deploy = (expected, ...pipeline) => call(expected, 'deployKind', {name: kind}, {pipeline});
  const refuse = async body => (await call(422, 'storeRecords', {kind}, body)).results[0].rejectId;
  const rejects = async () => (await call(200, 'listRejects', {kind, limit: 1000})).rejects;
  const strict = {require: {fields: ['n', 'm']}};
  const lenient = {require: {fields: ['n']}};

  test('a corrected record takes the place of its reject', async () => {
    await deploy(201, strict);
    const rejectId = await refuse({_id: 'c1'});
    const again = await call(422, 'correctReject', {rejectId}, {_id: 'c1', n: 1});
    assert.equal(again.results[0].rejectId, rejectId);
    assert.equal(again.results[0].error.pointer, '/m');
    assert.equal((await call(200, 'getReject', {rejectId})).original, '{"_id":"c1"}');
    const corrected = await call(201, 'correctReject', {rejectId}, {_id: 'c1', n: 1, m: 2});
    assert.deepEqual(corrected.results, [{index: 0, status: 'stored', _id: 'c1', record: {_id: 'c1', n: 1, m: 2}}]);
    for (const id of ['getReject', 'correctReject']) {
      const body = id === 'correctReject' ? {n: 1, m: 2} : undefined;
      assert.equal((await call(404, id, {rejectId}, body)).code, 'not_found');
    }
    const other = await refuse({_id: 'c2'});
    await call(400, 'correctReject', {rejectId: other}, '{"n":');
    assert.equal((await call(409, 'correctReject', {rejectId: other}, {_id: 'c1', n: 1, m: 2})).results[0].error.code, 'already_exists');
    const unnamed = await call(201, 'correctReject', {rejectId: other}, {n: 1, m: 2});
    assert.equal(unnamed.results[0]._id, other);
    assert.deepEqual(await rejects(), []);
  });

  test('a replay makes records of the rejects that pass now, and keeps the others', async () => {
    const named = await refuse({_id: 'p1', n: 1});
    const unnamed = await refuse({n: 2});
    const bad = await refuse({_id: 'p3'});
    await deploy(200, lenient);
    const dry = await call(200, 'replayRejects', {}, {kind, dryRun: true});
    assert.deepEqual([dry.dryRun, dry.stored, dry.refused], [true, 2, 1]);
    assert.equal((await rejects()).length, 3);
    const before = (await rejects()).find(r => r.rejectId === bad);
    const report = await call(200, 'replayRejects', {}, {rejectIds: [named, unnamed, bad, 'none']});
    assert.deepEqual(report.results.map(r => [r.rejectId, r.status, r.kind, r._id, r.error?.code]), [
      [named, 'stored', kind, 'p1', undefined], [unnamed, 'stored', kind, unnamed, undefined],
      [bad, 'refused', kind, undefined, 'missing_field'], ['none', 'missing', undefined, undefined, undefined]]);
    assert.deepEqual([report.dryRun, report.stored, report.alreadyStored, report.refused, report.missing], [false, 2, 0, 1, 1]);
    assert.equal((await call(200, 'getRecord', {id: unnamed, kind, original: true}))._original.n, 2);
    const [after] = await rejects();
    assert.equal(after.errorCount, undefined);
    assert.deepEqual([after.times, after.receivedAt], [before.times, before.receivedAt]);
    const second = await call(200, 'replayRejects', {}, {rejectIds: [named]});
    assert.deepEqual([second.missing, second.stored], [1, 0]);
  });

  test('a replay of what is stored already ends the reject if it is the same, and keeps it if not', async () => {
    await deploy(200, strict);
    const same = await refuse('{"_id":"same","n":1}');
    const other = await refuse('{"_id":"other","n":1}');
    await deploy(200, lenient);
    await call(201, 'storeRecords', {kind}, '[{"_id":"same","n":1},{"_id":"other","n":2}]');
    const selection = {kind, code: 'missing_field', step: 'require', receivedAfter: '2001-01-01T00:00:00Z', receivedBefore: '2999-01-01T00:00:00Z'};
    for (const dryRun of [true, false]) {
      const {results} = await call(200, 'replayRejects', {}, {...selection, dryRun});
      assert.equal(results.find(r => r.rejectId === same).status, 'alreadyStored');
      assert.equal(results.find(r => r.rejectId === other).error.code, 'already_exists');
    }
    const before = await call(200, 'replayRejects', {}, {...selection, receivedBefore: '2001-01-01T00:00:01Z'});
    assert.deepEqual(before.results, []);
    const left = await rejects();
    assert.equal(left.find(r => r.rejectId === other).code, 'already_exists');
    assert.ok(!left.some(r => r.rejectId === same));
    assert.deepEqual(await call(200, 'getRecord', {id: 'other', kind}), {_id: 'other', n: 2});
  });

  test('who may not see a reject gets 404', async () => {
    const rejectId = await refuse({_id: 'hidden'});
    const requests = [['getReject', {}], ['correctReject', {body: {_id: 'hidden', n: 1}}]];
    for (const [roles, status] of [['delete:records', 403], ['read:records,write:records', 404]]) {
      const {json: {key}} = await api.call('makeKey', {body: {name: roles, roles}});
      for (const [id, more] of requests) {
        const answer = await api.call(id, {parameters: {rejectId}, ...more, credentials: '', headers: {'X-API-Key': key}});
        assert.equal(answer.status, status, answer.text);
      }
    }
    await call(200, 'deleteRejects', {rejectId: [rejectId]});
  });

  test('more than a thousand selected rejects, or at a certain rate, are replayed by a job', async () => {
    const replayed = async selection => {
      const made = await api.call('replayRejects', {body: {kind, ...selection}});
      assert.equal(made.status, 202, made.text);
      assert.equal(made.headers.location, `../jobs/${made.json.jobId}`);
      for (;;) {
        const job = await call(200, 'getJob', {id: made.json.jobId});
        if (!['waiting', 'running'].includes(job.state)) return job;
        await new Promise(resolve => setTimeout(resolve, 50));
      }
    };
    const code = 'missing_field';
    await call(200, 'deleteRejects', {kind, code});
    await deploy(200, strict);
    const many = Array.from({length: 1001}, (_, n) => n < 1000 ? {_id: `many-${n}`, n} : {_id: 'bad'});
    await call(422, 'storeRecords', {kind, return: 'counts'}, many);
    await deploy(200, lenient);
    const tried = await replayed({code, dryRun: true});
    assert.deepEqual(tried.progress, {done: 1001, total: 1001, stored: 1000, alreadyStored: 0, refused: 1, overtaken: 0});
    const done = await replayed({code});
    assert.deepEqual([done.state, done.type, done.kind, done.dryRun], ['succeeded', 'replay', kind, false]);
    assert.deepEqual(done.progress, tried.progress);
    const [bad] = (await call(200, 'listRejects', {kind, code})).rejects;
    assert.deepEqual(done.report, {refusedBy: [{code, step: 'require', count: 1}],
                                   refused: [{rejectId: bad.rejectId, code, step: 'require', pointer: '/n'}]});
    assert.deepEqual(await call(200, 'getRecord', {id: 'many-7', kind}), {_id: 'many-7', n: 7});
    const paced = await replayed({code, maxPerSecond: 1000});
    assert.equal(paced.progress.refused, 1);
    const deleted = await api.call('deleteRejects', {parameters: {kind, code, maxPerSecond: 1000}});
    assert.deepEqual([deleted.status, deleted.json.type], [202, 'delete']);
    for (const wrong of [{kind, maxPerSecond: 0}, {rejectId: [bad.rejectId], maxPerSecond: 1}]) {
      assert.equal((await call(400, 'deleteRejects', wrong)).code, 'invalid_request');
    }
  });

  test('a replay that is not well said is refused', async () => {
    for (const [body, code] of [[{rejectIds: ['a'], kind}, 'invalid_request'], [{code: 'mising_field'}, 'invalid_request'],
                                [{receivedBefore: 'yesterday'}, 'invalid_request'], [{kinds: kind}, 'unknown_member'],
                                [{rejectIds: []}, 'invalid_request'], [{rejectIds: ['a'], maxPerSecond: 1}, 'invalid_request'],
                                [{kind, maxPerSecond: 0}, 'invalid_request']]) {
      assert.equal((await call(400, 'replayRejects', {}, body)).code, code, JSON.stringify(body));
    }
    assert.equal((await call(413, 'replayRejects', {}, {rejectIds: Array.from({length: 1001}, (_, i) => `${i}`)})).code, 'too_many_ids');
    await call(200, 'retireKind', {name: kind});
    const {results: [result]} = await call(200, 'replayRejects', {}, {rejectIds: [(await call(200, 'listRejects', {code: 'already_exists'})).rejects[0].rejectId]});
    assert.deepEqual([result.status, result.error.code], ['refused', 'unknown_kind']);
  });
}
