// Filters, export, pipelines, rejects, kinds and operations.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {startServer} from '../../support/server.mjs';

export default function questions(api) {
  const kind = 'measurements';
  const call = async (expected, id, parameters, body, more = {}) => {
    const answer = await api.call(id, {parameters, ...(body === undefined ? {} : {body}), ...more});
    assert.equal(answer.status, expected, answer.text);
    return answer;
  };
  const refused = async (code, body) => {
    const problem = (await call(400, 'filterRecords', {}, body)).json;
    assert.equal(problem.code, code, JSON.stringify(problem));
  };

  test('every operator and every form of filter selects what it says', async () => {
    await call(201, 'storeRecords', {kind: 'records', return: 'counts'}, [
      {_id: 'q1', q: 1, s: 'a'}, {_id: 'q2', q: 2, s: 'b'}, {_id: 'q3', q: 3.5, s: 'a', o: {p: true}},
      {_id: 'q4', q: 'x', n: null}, {_id: 'q5', q: [1, 9]}, {_id: 'q6', q: {r: 1}}, {_id: 'q7'},
    ]);
    const condition = (field, operator, value) => ({field, operator, value});
    for (const [filter, expected] of [
      [condition('q', '=', 1), 'q1 q5'], [condition('q', '==', 2.0), 'q2'], [condition('q', '!=', 1), 'q2 q3 q4 q5'],
      [condition('q', '<', 2), 'q1 q5'], [condition('q', '<=', 2), 'q1 q2 q5'], [condition('q', '>', 2), 'q3 q5'],
      [condition('q', '>=', 2), 'q2 q3 q5'], [condition('q', 'IN', [1, 'x']), 'q1 q4 q5'],
      [condition('q', 'NOT_IN', [1, 'x']), 'q2 q3 q5'], [condition('n', '=', null), 'q4'],
      [condition('n', 'EXISTS', true), 'q4'], [condition('o', 'EXISTS', true), 'q3'],
      [{and: [condition('q', 'EXISTS', false), condition('_id', 'IN', ['q6', 'q7'])]}, 'q7'],
      [{and: [condition('_id', 'STARTS_WITH', 'q'), condition('s', 'STARTS_WITH', 'a')]}, 'q1 q3'],
      [condition('o.p', '=', true), 'q3'], [condition('s', '>', 'a'), 'q2'],
      [condition('_id', 'IN', ['q7', 'q6']), 'q6 q7'],
      [{and: [condition('q', '>', 1), condition('s', '=', 'a')]}, 'q3'],
      [{and: [{or: [condition('q', '=', 1), condition('q', '=', 2)]}, condition('s', '=', 'b')]}, 'q2'],
      [{or: [condition('q', '=', 'x'), {and: [condition('s', '=', 'a'), condition('q', '<', 2)]}]}, 'q1 q4'],
    ]) {
      const answer = await call(200, 'filterRecords', {}, filter);
      assert.equal(answer.json.records.map(r => r._id).join(' '), expected, JSON.stringify(filter));
    }
    const {json} = await call(200, 'filterRecords', {kind: 'records'},
                              {...condition('q', '>', 0), kind: 'records', fields: ['q'], original: true, meta: true,
                               orderBy: ['-q', 's'], limit: 1});
    assert.equal(json.records.length, 1);
    assert.ok(json.records[0]._original && json.records[0]._meta);
    await call(200, 'filterRecords', {}, {limit: 5000});
  });

  test('an aggregate answers with numbers alone', async () => {
    const q = {field: 'q', operator: '>=', value: 2};
    const aggregate = async (filter, wanted) => (await call(200, 'filterRecords', {}, {...filter, aggregate: wanted})).json.aggregate;
    assert.deepEqual(await aggregate(q, {count: true, sum: ['q'], avg: ['q', 'none']}),
                     {count: 3, sum: {q: 5.5}, avg: {q: 2.75, none: null}});
    assert.deepEqual(await aggregate({field: 'q', operator: '=', value: 77}, {sum: ['q'], avg: ['q']}),
                     {sum: {q: 0}, avg: {q: null}});
    assert.deepEqual(await aggregate({}, {min: ['q', 'none'], max: ['q']}), {min: {q: 1, none: null}, max: {q: 3.5}});
    for (const more of [{limit: 1}, {cursor: 'x'}, {orderBy: ['q']}]) {
      await refused('invalid_request', {...more, aggregate: {count: true}});
    }
  });

  test('an aggregate by groups answers with the figures of each', async () => {
    const grouped = async (filter, wanted) => (await call(200, 'filterRecords', {}, {...filter, aggregate: wanted})).json;
    assert.deepEqual(await grouped({}, {groupBy: 's', count: true, sum: ['q'], avg: ['q'], min: ['q'], max: ['q', 'none']}),
                     {groups: [{key: 'a', count: 2, sum: {q: 4.5}, avg: {q: 2.25}, min: {q: 1}, max: {q: 3.5, none: null}},
                               {key: 'b', count: 1, sum: {q: 2}, avg: {q: 2}, min: {q: 2}, max: {q: 2, none: null}}]});
    assert.deepEqual(await grouped({}, {groupBy: ['s', {field: 'q', every: 2}], count: true}),
                     {groups: [{key: ['a', 0], count: 1}, {key: ['a', 2], count: 1}, {key: ['b', 2], count: 1}]});
    const none = await grouped({}, {groupBy: {field: 'nowhere', every: '1h'}});
    assert.deepEqual([none.groups, none.warnings[0].code, none.warnings[0].pointer], [[], 'absent_field', '/aggregate/groupBy']);
    await call(201, 'storeRecords', {kind: 'records', return: 'counts'}, Array.from({length: 1001}, (_, g) => ({g})));
    await refused('too_many_groups', {aggregate: {groupBy: 'g'}});
    assert.deepEqual((await grouped({}, {groupBy: {field: 'g', every: 1000}, count: true})).groups,
                     [{key: 0, count: 1000}, {key: 1000, count: 1}]);
    await call(200, 'deleteManyByBody', {}, {_id: (await call(200, 'filterRecords', {},
        {field: 'g', operator: 'EXISTS', value: true, limit: 1000})).json.records.map(r => r._id)});
    for (const groupBy of [1, [], {}, '', {field: 'q', every: 0}, {field: 'q', every: '1x'}, ['a', 'b', 'c'], '_id']) {
      await refused('invalid_request', {aggregate: {groupBy}});
    }
    for (const wanted of [{groupBy: 'data'}, {groupBy: {field: 'mean', every: '1h'}}, {groupBy: {field: 'timeUTC', every: 1}}]) {
      const problem = (await call(400, 'filterRecords', {kind}, {aggregate: wanted})).json;
      assert.ok(['invalid_request', 'unknown_field'].includes(problem.code), JSON.stringify(problem));
    }
  });

  test('a filter that is not well formed is refused', async () => {
    for (const filter of [
      {field: 'a'}, {field: 'a', operator: '='}, {operator: '=', value: 1}, {field: 'a', operator: '~', value: 1},
      {field: 'a', operator: '=', value: [1]}, {field: 'a', operator: '=', value: {}}, {field: 'a', operator: 'IN', value: 1},
      {field: 'a', operator: 'IN', value: [[1]]}, {field: 'a', operator: 'EXISTS', value: 1},
      {field: 'a', operator: 'STARTS_WITH', value: 1}, {field: '', operator: '=', value: 1}, {and: []}, {or: [1]}, {and: {}},
      {and: [{}], or: [{}]}, {field: 'a', operator: '=', value: 1, and: []}, {field: 7, operator: '=', value: 1},
    ]) {
      await refused('invalid_filter', filter);
    }
    for (const body of ['{"field":"a","operator":"=","value":1e400}', '{"field":"a","operator":"=","value":-1e999}']) {
      const answer = await api.call('filterRecords', {body});
      assert.ok([400, 422].includes(answer.status), answer.text);
    }
    for (const more of [{limit: 0}, {limit: '1'}, {limit: 1.5}, {orderBy: 'a'}, {orderBy: ['']}, {fields: [7]},
                        {original: 1}, {meta: 'true'}, {aggregate: {}}, {aggregate: {sum: 'a'}}, {kind: 7}]) {
      await refused('invalid_request', more);
    }
    await refused('invalid_cursor', {cursor: 'x'});
    const text = {field: 'timeUTC', operator: '>', value: 'yesterday', kind};
    await refused('invalid_filter', text);
  });

  test('an export has every record, one a line', async () => {
    const keys = (await call(200, 'fetchKeys', {kind, limit: 1000})).json.keys;
    const lines = async parameters => (await call(200, 'exportRecords', {kind, ...parameters})).text.trimEnd().split('\n')
                                          .map(line => JSON.parse(line));
    assert.deepEqual((await lines({})).map(r => r._id), keys);
    for (const record of await lines({original: true, meta: true})) {
      assert.deepEqual(api.faults('#/components/schemas/StoredRecord', record), []);
      assert.ok(record._original && record._meta);
    }
  });

  test('a record of several lines is one of an export, which has its bytes and an end', async () => {
    const originals = ['{\n "_id":"lines-1",\r\n"v":[1.10,\n2]}', '{\r"_id":"lines-2", "v": "\u2028\u0085"}'];
    for (const original of originals) await call(201, 'storeRecords', {kind: 'records'}, original);
    for (const form of [true, 'text']) {
      const {text} = await call(200, 'exportRecords', {kind: 'records', original: form, end: true});
      const lines = text.split(/[\n\r\u2028\u0085]/);
      assert.equal(lines.pop(), '');
      assert.deepEqual(JSON.parse(lines.pop()), {_export: {complete: true, records: lines.length}});
      const found = lines.map(line => JSON.parse(line)).filter(record => record._id.startsWith('lines-'));
      assert.deepEqual(found.map(r => r._original), form === 'text' ? originals : originals.map(text => JSON.parse(text)));
    }
    await call(200, 'deleteMany', {kind: 'records', _id: ['lines-1', 'lines-2']});
  });

  test('a dry run transforms, refuses and traces, and stores nothing', async () => {
    const before = (await call(200, 'getKind', {name: kind})).json;
    const lines = '{"time_stamp":"2020-01-01T00:00:00Z","data":[1,2]}\n{"data":[1]}\n[]\n';
    for (const type of ['application/x-ndjson', 'application/jsonl']) {
      const {results} = (await call(200, 'transformNdjson', {kind, trace: true}, lines, {type})).json;
      assert.deepEqual(results.map(r => [r.index, r.line, r.error?.code, r.trace?.length]),
                       [[0, 1, undefined, 4], [1, 2, 'missing_field', 0], [2, 3, 'not_an_object', 0]]);
    }
    const untraced = (await call(200, 'transformRecords', {kind, trace: false}, {_id: 'x', time_stamp: '2020-01-01T00:00:00Z', data: [1, 3]})).json;
    assert.deepEqual(untraced.results, [{index: 0, record: {timeUTC: '2020-01-01T00:00:00Z', mean: 2, stdev: Math.SQRT2}}]);
    assert.deepEqual((await call(200, 'getKind', {name: kind})).json, before);
  });

  test('a definition with a fault is refused, with a pointer to it', async () => {
    for (const [definition, pointer] of [
      [{name: 'x', version: 1, pipeline: [{parse_tiem: {}}]}, '/definition/pipeline/0'],
      [{name: 'x', version: 0}, '/definition/version'],
      [{name: 'x', version: 1, fields: {a: 'int'}}, '/definition/fields/a'],
    ]) {
      const problem = (await call(400, 'transformRecords', {}, {definition, records: [{}]})).json;
      assert.equal(problem.code, 'invalid_configuration');
      assert.ok(problem.pointer.startsWith(pointer), problem.pointer);
    }
    const definition = {name: 'x', version: 1, indexes: ['a', ['b', '-c']], fields: {a: 'number'}};
    await call(200, 'transformRecords', {}, {definition, records: [{a: 1}]});
    await call(400, 'transformRecords', {kind}, {definition, records: [{a: 1}]});
  });

  test('a field that is not of its declared type makes a reject', async () => {
    const definition = {name: 'x', version: 1, fields: {a: 'number'}, pipeline: []};
    const {results} = (await call(200, 'transformRecords', {}, {definition, records: [{a: 'text'}, {a: 1}]})).json;
    assert.deepEqual(results.map(r => r.error?.code), ['type_mismatch', undefined]);
  });

  test('rejects are listed page by page, with their bytes, and deleted', async () => {
    const found = [];
    let cursor;
    for (let pages = 0; pages < 100; ++pages) {
      const page = (await call(200, 'listRejects', {limit: 3, ...(cursor ? {cursor} : {})})).json;
      found.push(...page.rejects);
      if (!(cursor = page.nextCursor)) break;
    }
    assert.deepEqual(found.map(r => r.rejectId), found.map(r => r.rejectId).sort());
    assert.ok(found.some(r => Buffer.from(r.originalBase64 ?? '', 'base64').includes(0xff)));
    assert.ok(found.some(r => r.original === '7'));
    const ours = (await call(200, 'listRejects', {kind, limit: 1000})).json.rejects;
    assert.ok(ours.length > 0 && ours.length < found.length);
    assert.ok(ours.every(r => r.kind === kind));
    const counted = (await call(200, 'getKind', {name: kind})).json;
    assert.equal(counted.rejects, ours.length);
    const waiting = (code, step) => ours.filter(r => r.code === code && r.step === step).length;
    assert.ok(counted.rejectsBy.length > 1 && counted.rejectsBy.some(by => by.step));
    for (const {code, step, count} of counted.rejectsBy) assert.equal(count, waiting(code, step), `${code} ${step}`);
    const [first, second] = ours.map(r => r.rejectId);
    assert.deepEqual((await call(200, 'deleteRejects', {rejectId: [first, 'none']})).json,
                     {deletedRejects: 1, missing: ['none']});
    await api.call('deleteRejects', {raw: `rejectId=${second}&rejectId=${first}`});
    assert.equal((await call(200, 'listRejects', {kind, limit: 1000})).json.rejects.length, ours.length - 2);
  });

  test('the same bytes refused again are one reject, which says all that is known', async () => {
    const {json: before} = await call(422, 'storeRecords', {kind}, {series: [1]});
    const {json: after} = await call(422, 'storeRecords', {kind}, {series: [1]});
    const {rejectId, error} = after.results[0];
    assert.equal(before.results[0].rejectId, rejectId);
    const reject = (await call(200, 'getReject', {rejectId})).json;
    assert.equal(reject.times, 2);
    assert.ok(reject.firstReceivedAt < reject.receivedAt);
    assert.deepEqual(reject.errors.map(e => e.pointer), ['/time_stamp', '/data']);
    assert.deepEqual([reject.errorCount, reject.stepIndex, reject.stepPath], [2, 0, '/0']);
    for (const name of Object.keys(error)) assert.deepEqual(reject[name], error[name], name);
    assert.equal((await call(404, 'getReject', {rejectId: 'none'})).json.code, 'not_found');
    await call(400, 'getReject', {rejectId}, undefined, {raw: 'kind=measurements'});
    await call(422, 'putRecord', {id: 'refused', kind}, {series: [1]});
    await call(422, 'putRecord', {id: 'refused', kind}, {time_stamp: 7, data: []});
    const checked = {name: 'checked', pipeline: [{validate: {schema: {properties: {a: {type: 'string'}, b: {minimum: 9}}}}}]};
    const {json} = await call(200, 'transformRecords', {}, {definition: checked, records: [{a: 1, b: 2}]});
    assert.deepEqual(json.results[0].error.errors.map(e => [e.pointer, e.value, e.valueClass]), [['/a', '1', 'number'], ['/b', '2', 'number']]);
  });

  test('rejects are selected by code, step and time', async () => {
    const count = async parameters => (await call(200, 'listRejects', {kind, limit: 1000, ...parameters})).json.rejects.length;
    const all = await count({});
    assert.ok(await count({step: 'require'}) > 0 && await count({step: 'require'}) < all);
    assert.equal(await count({step: 'require', code: 'missing_field'}), await count({step: 'require'}));
    assert.equal(await count({step: 'require', code: 'invalid_time'}), 0);
    const now = new Date().toISOString();
    assert.equal(await count({receivedBefore: '2001-01-01T00:00:00Z'}), 0);
    assert.equal(await count({receivedAfter: '2001-01-01T00:00:00Z', receivedBefore: '2999-01-01T00:00:00Z'}), all);
    const {json} = await call(400, 'listRejects', {code: 'mising_field'});
    assert.match(json.detail, /missing_field/);
    await call(400, 'listRejects', {receivedBefore: now.slice(0, 10)});
    await call(400, 'listRejects', {format: 'xml'});
  });

  test('rejects are downloaded as NDJSON, as CSV, and as the originals alone', async () => {
    await call(422, 'storeRecords', {kind}, '{"time_stamp": "=1+1",\n "data": "\u2028"}');
    const {rejects} = (await call(200, 'listRejects', {kind, limit: 1000})).json;
    const lines = text => text.trimEnd().split('\n');
    for (const answer of [await call(200, 'listRejects', {kind, format: 'ndjson'}),
                          await call(200, 'listRejects', {kind}, undefined, {headers: {Accept: 'application/x-ndjson'}})]) {
      assert.deepEqual(lines(answer.text).map(JSON.parse), rejects);
    }
    const originals = lines((await call(200, 'listRejects', {kind, format: 'originals'})).text).map(JSON.parse);
    const whole = rejects.filter(r => r.original?.startsWith('{') && r.code !== 'invalid_json').map(r => JSON.parse(r.original));
    assert.deepEqual(originals, whole);
    for (const answer of [await call(200, 'listRejects', {kind, format: 'csv'}),
                          await call(200, 'listRejects', {kind}, undefined, {headers: {Accept: 'text/csv'}})]) {
      assert.ok(answer.text.startsWith('rejectId,kind,receivedAt,times,code,step,pointer,reason,value,original\r\n"'));
      assert.equal(answer.text.match(/^"\w{22}","measurements",/gm).length, rejects.length);
      assert.ok(answer.text.includes('"{""time_stamp"": ""=1+1"",\n'));
    }
    assert.equal((await call(200, 'listRejects', {kind, format: 'json'})).json.rejects.length, Math.min(100, rejects.length));
    await call(400, 'listRejects', {kind, format: 'csv', limit: 3});
  });

  test('kinds are shown as deployed, with their figures', async () => {
    const {kinds} = (await call(200, 'listKinds', {})).json;
    assert.deepEqual(kinds.map(k => k.name), ['measurements', 'records']);
    const one = (await call(200, 'getKind', {name: kind})).json;
    assert.deepEqual(one, kinds[0]);
    assert.deepEqual(one.pipeline.map(step => Object.keys(step)[0]), ['require', 'parse_time', 'statistics', 'keep']);
    assert.equal((await call(404, 'getKind', {name: 'measurment'})).json.code, 'unknown_kind');
  });

  test('the documentation is served whole, and not again to who has it', async () => {
    const get = (path, headers = {}) => api.server.request('GET', path, {headers, credentials: ''});
    for (const path of ['/', '/swagger', '/openapi.yaml', '/openapi.json', '/swagger/swagger-ui.css', '/swagger/icon.svg',
                        '/swagger/LICENSE', '/swagger/swagger-ui-bundle.js']) {
      const {status, headers, text} = await get(path);
      assert.equal(status, 200, path);
      assert.ok(text.length > 100, path);
      assert.equal((await get(path, {'If-None-Match': headers.etag})).status, 304, path);
      assert.equal((await get(path, {'Accept-Encoding': 'identity'})).text, text, path);
    }
    assert.deepEqual((await get('/openapi.json')).json, api.specification);
    const folder = await get('/swagger/');
    assert.deepEqual([folder.status, folder.headers.location], [308, '../swagger']);
    assert.equal((await get('/swagger/none.js')).status, 404);
  });

  test('the metrics count what was done', async () => {
    const {text} = await call(200, 'getMetrics', {});
    assert.match(text, /^# TYPE \w+ counter$/m);
    assert.match(text, /^# TYPE \w+ histogram$/m);
    for (const line of text.trimEnd().split('\n')) {
      assert.match(line, /^(# (HELP|TYPE) .+|[a-zA-Z_:][\w:]*(\{.*\})? [-+\w.]+)$/);
    }
    assert.match(text, /kind="measurements"/);
  });

  test('the options in force are shown with who set them, without secrets', async () => {
    const {json: {options}} = await call(200, 'getOptions', {});
    const of = wanted => options.find(({name}) => name === wanted);
    assert.deepEqual(of('listen'), {name: 'listen', group: 'Service', value: '127.0.0.1:0', origin: 'command line'});
    assert.deepEqual(of('user'), {name: 'user', group: 'Access', value: 'demo', origin: 'environment'});
    assert.deepEqual(of('password'), {name: 'password', group: 'Access', value: '', origin: 'environment'});
    assert.deepEqual(of('max-body'), {name: 'max-body', group: 'Limits of a request', value: '32MiB', origin: 'default'});
  });

  test('a server that is stopping is not ready, but still answers', async () => {
    const server = await startServer({args: ['--shutdown-delay', '1h']});
    const first = api.server;
    try {
      api.server = server;
      await call(200, 'getReadiness', {});
      server.signal('SIGTERM');
      const deadline = Date.now() + 60_000;
      let answer;
      do answer = await api.call('getReadiness'); while (answer.status === 200 && Date.now() < deadline);
      assert.equal(answer.status, 503);
      assert.equal(answer.json.code, 'shutting_down');
      await call(200, 'getLiveness', {});
      await call(200, 'fetchKeys', {});
    } finally {
      api.server = first;
      assert.equal(await server.stop(), 0);
    }
  });
}
