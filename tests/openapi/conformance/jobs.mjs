// Long work: made, watched, listed, cancelled.
import assert from 'node:assert/strict';
import {test} from 'node:test';

export default function jobs(api) {
  const name = 'rivers';
  const call = async (expected, id, parameters = {}, body) => {
    const answer = await api.call(id, {parameters, body});
    assert.equal(answer.status, expected, answer.text);
    return answer;
  };
  const ended = async id => {
    for (;;) {
      const {json} = await call(200, 'getJob', {id});
      if (!['waiting', 'running'].includes(json.state)) return json;
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  };
  const deploy = pipeline => api.call('deployKind', {parameters: {name}, body: {pipeline}});

  test('what is stored is transformed again, and the job reports the result', async () => {
    await deploy([]);
    await call(207, 'storeRecords', {kind: name}, [{_id: 'a', level: 3}, {_id: 'b'}, 7]);
    await deploy([{require: {fields: ['level']}}, {set: {field: 'unit', value: 'm'}}]);

    const tried = await call(202, 'retransformKind', {name}, {dryRun: true});
    assert.equal(tried.headers.location, `../../jobs/${tried.json.jobId}`);
    const shown = await ended(tried.json.jobId);
    assert.deepEqual(shown.report.differences, [{_id: 'a', differences: [{pointer: '/unit', after: 'm'}]}]);
    assert.deepEqual(shown.progress, {done: 2, total: 2, current: 0, refused: 1, changed: 1, unchanged: 0});

    const made = await call(202, 'retransformKind', {name}, {maxPerSecond: 1000});
    const done = await ended(made.json.jobId);
    assert.deepEqual([done.state, done.type, done.kind, done.dryRun], ['succeeded', 'retransform', name, false]);
    assert.deepEqual(done.progress, {done: 2, total: 2, current: 0, refused: 1, transformed: 1, overtaken: 0});
    assert.deepEqual(done.report.refused, [{_id: 'b', code: 'missing_field', step: 'require', pointer: '/level'}]);
    assert.ok(done.finishedAt >= done.startedAt && done.startedAt >= done.createdAt);
    assert.equal((await call(200, 'getRecord', {id: 'a', kind: name})).json.unit, 'm');

    const {jobs, nextCursor} = (await call(200, 'listJobs', {kind: name, limit: 1})).json;
    assert.deepEqual(jobs.map(job => job.jobId), [made.json.jobId]);
    const next = (await call(200, 'listJobs', {kind: name, limit: 1, cursor: nextCursor})).json;
    assert.deepEqual(next.jobs.map(job => job.jobId), [tried.json.jobId]);
  });

  test('what a filter selects is deleted, at once or by a job', async () => {
    const numbers = Array.from({length: 1500}, (_, i) => ({_id: `del-${i}`, del: i}));
    await call(201, 'storeRecords', {kind: 'records', return: 'counts'}, numbers);
    const below = value => ({filter: {field: 'del', operator: '<', value}, kind: 'records'});
    const shown = (await call(200, 'deleteManyByBody', {}, {...below(3), dryRun: true})).json;
    assert.deepEqual(shown, {dryRun: true, selectedRecords: 3, _id: ['del-0', 'del-1', 'del-2']});
    assert.deepEqual((await call(200, 'deleteManyByBody', {}, below(300))).json, {deletedRecords: 300});
    assert.deepEqual((await call(200, 'deleteManyByBody', {}, below(300))).json, {deletedRecords: 0});
    const made = await call(202, 'deleteManyByBody', {}, below(1499));
    assert.equal(made.headers.location, `jobs/${made.json.jobId}`);
    const done = await ended(made.json.jobId);
    assert.deepEqual([done.state, done.type, done.kind], ['succeeded', 'delete', 'records']);
    assert.deepEqual(done.progress, {done: 1199, total: 1199, deleted: 1199});
    const left = (await call(200, 'filterRecords', {}, {field: 'del', operator: 'EXISTS', value: true})).json.records;
    assert.deepEqual(left.map(record => record._id), ['del-1499']);
    const paced = await call(202, 'deleteManyByBody', {}, {...below(1500), maxPerSecond: 1000});
    assert.equal((await ended(paced.json.jobId)).progress.deleted, 1);

    await deploy([]);
    await call(201, 'storeRecords', {kind: name, ifExists: 'replace'}, [{_id: 'all-1'}, {_id: 'all-2'}]);
    for (const body of [{filter: {}}, {filter: {}, all: false}, {filter: {field: 'level', operator: '=', value: 1}, all: true},
                        {filter: {}, all: true, _id: ['all-1']}, {filter: 3}, {dryRun: true},
                        {_id: ['all-1'], maxPerSecond: 1}, {filter: {}, all: true, maxPerSecond: 1.5}]) {
      assert.equal((await call(400, 'deleteManyByBody', {kind: name}, body)).json.code, 'invalid_request');
    }
    const {json} = await call(400, 'deleteManyByBody', {kind: name}, {filter: {field: 'level', operator: '~', value: 1}});
    assert.equal(json.pointer, '/filter/operator');
    const count = (await call(200, 'deleteManyByBody', {kind: name}, {filter: {}, all: true, dryRun: true})).json.selectedRecords;
    const {deletedRecords} = (await call(200, 'deleteManyByBody', {kind: name}, {filter: {}, all: true})).json;
    assert.deepEqual([deletedRecords, deletedRecords >= 2], [count, true]);
  });

  test('selected rejects are deleted, at once or by a job', async () => {
    const refuse = async (kind, count) => call(422, 'storeRecords', {kind, return: 'counts'},
                                               Array.from({length: count}, (_, i) => ({time_stamp: `x${i}`, data: [1, 2]})));
    await refuse('measurements', 1200);
    const of = {kind: 'measurements', code: 'invalid_time', step: 'parse_time'};
    const before = {...of, receivedBefore: '2020-01-01T00:00:00Z'};
    assert.deepEqual((await call(200, 'deleteRejects', before)).json, {deletedRejects: 0});
    const shown = (await call(200, 'deleteRejects', {...of, receivedAfter: '2020-01-01T00:00:00Z', dryRun: true})).json;
    assert.ok(shown.dryRun && shown.selectedRejects >= 1200 && shown.rejectId.length === 20, JSON.stringify(shown));
    const made = await call(202, 'deleteRejects', of);
    assert.equal(made.headers.location, `jobs/${made.json.jobId}`);
    const done = await ended(made.json.jobId);
    assert.deepEqual([done.state, done.type, done.kind], ['succeeded', 'delete', 'measurements']);
    assert.equal(done.progress.deleted, shown.selectedRejects);
    await refuse('measurements', 3);
    const rejectId = ['nothing', (await call(200, 'listRejects', of)).json.rejects[0].rejectId];
    assert.deepEqual((await call(200, 'deleteRejects', {rejectId, dryRun: true})).json,
                     {dryRun: true, selectedRejects: 1, rejectId: [rejectId[1]]});
    assert.deepEqual((await call(200, 'deleteRejects', {...of, dryRun: false})).json, {deletedRejects: 3});
    for (const wrong of [{}, {dryRun: true}, {rejectId: ['a'], kind: 'measurements'}]) {
      assert.equal((await call(400, 'deleteRejects', wrong)).json.code, 'invalid_request');
    }
  });

  test('a cancelled job ends, and one that has ended stays as it is', async () => {
    const filter = {field: '_id', operator: '>=', value: ''};
    const made = await call(202, 'retransformKind', {name}, {filter, maxPerSecond: 1});
    assert.equal((await call(200, 'cancelJob', {id: made.json.jobId})).json.state, 'cancelled');
    const done = await ended(made.json.jobId);
    assert.equal((await call(200, 'cancelJob', {id: done.jobId})).json.finishedAt, done.finishedAt);
    for (const state of ['waiting', 'running', 'succeeded', 'failed', 'cancelled']) {
      const {jobs} = (await call(200, 'listJobs', {kind: name, state})).json;
      assert.ok(jobs.every(job => job.state === state));
      assert.equal(jobs.some(job => job.jobId === done.jobId), state === 'cancelled');
    }
  });

  test('a job whose kind is taken out of service fails, and says why', async () => {
    const made = await call(202, 'retransformKind', {name}, {});
    await call(200, 'retireKind', {name});
    const failed = await ended(made.json.jobId);
    assert.deepEqual([failed.state, failed.error.code], ['failed', 'unknown_kind']);
  });

  test('a request for an unknown or impossible job is refused', async () => {
    await call(404, 'getJob', {id: 'CkQ4bT7mRx2VnW9pYs3HdE'});
    await call(404, 'cancelJob', {id: 'CkQ4bT7mRx2VnW9pYs3HdE'});
    await call(404, 'retransformKind', {name: 'nothing'}, {});
    for (const [body, pointer] of [[{dryrun: true}, '/dryrun'], [{maxPerSecond: 0}, '/maxPerSecond'], [{filter: 3}, '/filter'],
                                   [{filter: {field: 'mean', operator: '~', value: 1}}, '/filter/operator'],
                                   [{filter: {field: 'meen', operator: '=', value: 1}}, '/filter/field']]) {
      const {json} = await call(400, 'retransformKind', {name: 'measurements'}, body);
      assert.equal(json.pointer, pointer, JSON.stringify(json));
    }
    await call(400, 'listJobs', {state: 'done'});
  });
}
