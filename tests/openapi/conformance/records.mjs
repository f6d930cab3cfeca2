// Storing, fetching, changing and deleting records.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';

const seed = n => readFileSync(new URL(`../../data/seed-records/file_${n}.json`, import.meta.url), 'utf8');
const ndjson = 'application/x-ndjson';

export default function records(api) {
  const kind = 'measurements';
  const call = (id, parameters = {}, more = {}) => api.call(id, {parameters, ...more});
  const status = async (expected, answer) => {
    answer = await answer;
    assert.equal(answer.status, expected, answer.text);
    return answer.bytes.length && answer.headers['content-type'].includes('json') &&
        !answer.headers['content-type'].includes('ndjson') ? answer.json : answer;
  };
  const refusal = async (expected, code, answer) => {
    const problem = await status(expected, answer);
    assert.equal(problem.code, code, JSON.stringify(problem));
    return problem;
  };

  test('a record that exists is refused, skipped or replaced', async () => {
    const body = `{"_id": "twice", ${seed(3).slice(1)}`;
    await status(201, call('storeRecords', {kind, ifExists: 'fail', mode: 'partial'}, {body}));
    const again = await status(409, call('storeRecords', {kind, ifExists: 'fail'}, {body}));
    assert.equal(again.results[0].error.code, 'already_exists');
    api.coverage.see('code already_exists');
    assert.equal(again.results[0].rejectId, null);
    assert.equal((await status(200, call('storeRecords', {kind, ifExists: 'skip'}, {body}))).skipped, 1);
    assert.equal((await status(200, call('storeRecords', {kind, ifExists: 'replace'}, {body}))).replaced, 1);
  });

  test('the reports of a store are as long as asked for', async () => {
    const body = [{_id: 'report', time_stamp: '2020-01-01T00:00:00Z', data: [1, 2]}, {data: []}];
    const results = async returned => (await status(
        207, call('storeRecords', {kind, ifExists: 'replace', return: returned}, {body}))).results;
    const full = await results('records');
    assert.equal(full[0].record.mean, 1.5);
    const ids = await results('ids');
    assert.ok(!('record' in ids[0]) && ids[0]._id === 'report' && ids.length === 2);
    assert.deepEqual((await results('counts')).map(r => r.status), ['rejected']);
  });

  test('an atomic store stores all or none', async () => {
    const good = {_id: 'atomic-1', time_stamp: '2020-01-01T00:00:00Z', data: [1, 2]};
    const before = (await status(200, call('getKind', {name: kind}))).rejects;
    const failed = await status(422, call('storeRecords', {kind, mode: 'atomic'}, {body: [good, {data: 1}]}));
    assert.deepEqual(failed.results.map(r => [r.status, r.rejectId]), [['aborted', undefined], ['rejected', null]]);
    assert.equal((await status(200, call('getKind', {name: kind}))).rejects, before);
    await refusal(404, 'not_found', call('getRecord', {id: 'atomic-1', kind}));
    await status(201, call('storeRecords', {kind, mode: 'atomic'}, {body: [good]}));
    await status(409, call('storeRecords', {kind, mode: 'atomic'}, {body: [{...good, _id: 'atomic-2'}, good]}));
    await refusal(404, 'not_found', call('getRecord', {id: 'atomic-2', kind}));
  });

  test('NDJSON is stored line by line, bad lines are kept as rejects', async () => {
    const lines = `\uFEFF{"a":1}\r\n\r\n{"a":\n7\n{"a":3}`;
    for (const type of [ndjson, 'application/jsonl']) {
      const report = await status(207, call('storeNdjson', {kind: 'records'}, {type, body: lines}));
      assert.deepEqual(report.results.map(r => [r.index, r.line, r.status, r.error?.code]), [
        [0, 1, 'stored', undefined], [1, 3, 'rejected', 'invalid_json'], [2, 4, 'rejected', 'not_an_object'],
        [3, 5, 'stored', undefined],
      ]);
      api.coverage.see('code not_an_object');
    }
    await status(207, call('storeNdjson', {kind: 'records'}, {
      type: ndjson, body: Buffer.from('{"a":"\xff"}\n{"a":1}\n', 'latin1'),
    }));
  });

  test('skipped and aborted lines tell their number', async () => {
    const body = '{"_id":"line-1"}\n{"_id":"line-2"}\n';
    await status(201, call('storeNdjson', {}, {type: ndjson, body}));
    const skipped = await status(200, call('storeNdjson', {ifExists: 'skip'}, {type: ndjson, body}));
    assert.deepEqual(skipped.results.map(r => r.line), [1, 2]);
    const aborted = await status(409, call('storeNdjson', {mode: 'atomic'}, {type: ndjson, body: '{"_id":"line-3"}\n' + body}));
    assert.deepEqual([aborted.results[0].status, aborted.results[0].line], ['aborted', 1]);
  });

  test('NDJSON is stored and reported as an array is', async () => {
    const store = parameters => call('storeNdjson', {kind: 'records', ...parameters}, {type: ndjson, body: '{"_id": "as-array"}\n'});
    await status(201, store({ifExists: 'fail', mode: 'partial', return: 'records'}));
    assert.equal((await status(409, store({ifExists: 'fail'}))).results[0].error.code, 'already_exists');
    const replaced = await status(200, store({ifExists: 'replace', mode: 'atomic', return: 'ids'}));
    assert.deepEqual(replaced.results, [{index: 0, line: 1, status: 'replaced', _id: 'as-array'}]);
    assert.equal((await status(200, store({ifExists: 'skip', return: 'counts'}))).skipped, 1);
    await status(422, call('storeNdjson', {}, {type: ndjson, body: '{\n'}));
    await refusal(415, 'unsupported_media_type', call('storeNdjson', {}, {type: 'application/json', body: {}}));
  });

  test('a request under an Idempotency-Key is stored once, and reported as often as it is sent', async () => {
    for (const [id, more] of [['storeRecords', {}], ['storeNdjson', {type: ndjson}]]) {
      const taken = `{"_id": "${id}-taken"}\n`;
      const send = (key, body, parameters = {}) =>
          call(id, {'Idempotency-Key': `"${id} ${key}"`, ...parameters}, {...more, body});
      const mixed = id === 'storeNdjson' ? `${taken}{"a": 1}\n` : `[${taken}, {"a": 1}]`;
      for (const [expected, body, parameters] of [
        [201, taken], [200, taken, {ifExists: 'skip'}], [207, mixed], [409, taken], [422, '{"_meta": 1}\n'],
      ]) {
        const first = await send(expected, body, parameters);
        assert.deepEqual([first.status, first.headers['idempotency-replayed']], [expected, undefined], first.text);
        const again = await send(expected, body, parameters);
        assert.deepEqual([again.status, again.text, again.headers['idempotency-replayed']], [expected, first.text, 'true']);
      }
      await refusal(422, 'idempotency_mismatch', send(201, '{"other": 1}\n'));
      await refusal(400, 'invalid_request', call(id, {'Idempotency-Key': 'two words'}, {...more, body: taken}));
      const large = Array.from({length: 3000}, (_, i) => JSON.stringify({i, text: 'x'.repeat(200)}));
      const body = id === 'storeNdjson' ? large.join('\n') : `[${large.join()}]`;
      let refused;
      for (let round = 0; !refused && round < 20; ++round) {
        const answers = await Promise.all(Array.from({length: 4}, () => send(`at once ${round}`, body, {return: 'counts'})));
        refused = answers.find(answer => answer.status === 409);
      }
      assert.equal(refused.json.code, 'idempotency_in_progress');
      assert.match(refused.headers['retry-after'], /^[1-9]\d*$/);
    }
  });

  test('a refused record says by which step, where and why', async () => {
    for (const [record, code, step, pointer] of [
      [{data: [1, 2]}, 'missing_field', 'require', '/time_stamp'],
      [{time_stamp: '2020-02-30T00:00:00Z', data: [1, 2]}, 'invalid_time', 'parse_time', '/time_stamp'],
      [{time_stamp: 7, data: [1, 2]}, 'type_mismatch', 'parse_time', '/time_stamp'],
      [{time_stamp: '2020-02-20T00:00:00Z', data: [1]}, 'too_few_numbers', 'statistics', '/data'],
      [{time_stamp: '2020-02-20T00:00:00Z', data: [1, true]}, 'type_mismatch', 'statistics', '/data/1'],
      [{_meta: 1}, 'reserved_name', undefined, '/_meta'],
      [{_original: 1}, 'reserved_name', undefined, '/_original'],
      [{_id: 'a/b'}, 'invalid_id', undefined, '/_id'],
      [{_id: 7}, 'invalid_id', undefined, '/_id'],
      [{_id: '.'}, 'invalid_id', undefined, '/_id'],
      [{_id: '..'}, 'invalid_id', undefined, '/_id'],
      ['{"_id":"a","_id":"b"}', 'invalid_id', undefined, undefined],
      ['{"a":1e400}', 'number_out_of_range', undefined, undefined],
      ['['.repeat(21) + ']'.repeat(21), undefined],
      ['{"a":' + '['.repeat(20) + ']'.repeat(20) + '}', 'too_deep', undefined, undefined],
    ]) {
      if (code === undefined) continue;
      const body = typeof record === 'string' ? record : JSON.stringify(record);
      const {results: [result]} = await status(422, call('storeRecords', {kind}, {body}));
      assert.deepEqual([result.error.code, result.error.step], [code, step], body);
      if (pointer) assert.equal(result.error.pointer, pointer, body);
      assert.match(result.rejectId, /^\w{22}$/, body);
      api.coverage.see(`code ${code}`);
    }
  });

  test('more records than the limit are refused, as many as the limit are not', async () => {
    const body = Array.from({length: 10_001}, () => ({}));
    await refusal(413, 'too_many_records', call('storeRecords', {return: 'counts'}, {body}));
    await refusal(413, 'too_many_records', call('transformRecords', {}, {body}));
    await status(201, call('storeRecords', {kind: 'records', return: 'counts'}, {body: body.slice(1)}));
  });

  test('an empty array is refused', async () => {
    await refusal(400, 'empty_body', call('storeRecords', {}, {body: []}));
    await refusal(400, 'empty_body', call('transformRecords', {}, {body: []}));
  });

  test('originals come back byte for byte, and meta with them', async () => {
    const body = ' {  "b":1.10, "a" : 123456789012345678901234567890,\n"b":2,"_id":"bytes"} ';
    await status(201, call('storeRecords', {}, {body}));
    for (const answer of [await call('getRecord', {id: 'bytes', original: true, meta: true}),
                          await call('fetchMany', {_id: ['bytes'], original: true, meta: true}),
                          await call('fetchManyByBody', {}, {body: {_id: ['bytes'], original: true, meta: true}}),
                          await call('filterRecords', {}, {body: {
                            field: '_id', operator: '=', value: 'bytes', original: true, meta: true}})]) {
      assert.ok(answer.text.includes(body.trim()), answer.text);
      assert.match(answer.text, /"pipeline": ?"records@1"/);
    }
  });

  test('fields chooses among the transformed data', async () => {
    await status(201, call('storeRecords', {}, {body: {_id: 'fields', a: 1, b: {c: 2, d: 3}, e: 4}}));
    const expected = {_id: 'fields', a: 1, b: {c: 2}};
    assert.deepEqual(await status(200, call('getRecord', {id: 'fields', fields: ['a', 'b.c']})), expected);
    const many = await status(200, call('fetchMany', {_id: ['fields'], fields: ['a', 'b.c']}));
    assert.deepEqual(many.records, [expected]);
    const twice = await status(200, api.call('fetchMany', {raw: '_id=fields&fields=a&fields=b.c'}));
    assert.deepEqual(twice.records, [expected]);
    const bracketed = await status(200, api.call('fetchMany', {raw: '_id%5B%5D=fields&fields[]=a&fields[]=b.c'}));
    assert.deepEqual(bracketed.records, [expected]);
    await refusal(400, 'unknown_parameter', api.call('fetchAll', {raw: 'limit[]=1'}));
    const posted = await status(200, call('fetchManyByBody', {}, {body: {_id: ['fields'], fields: ['a', 'b.c']}}));
    assert.deepEqual(posted.records, [expected]);
    await refusal(400, 'invalid_request', call('fetchAll', {fields: ['a..b']}));
  });

  test('pages follow one another without gap or repetition', async () => {
    await status(201, call('storeRecords', {kind, return: 'counts', ifExists: 'replace'}, {
      body: Array.from({length: 25}, (_, i) => (
          {_id: `page-${i}`, time_stamp: '2020-01-01T00:00:00Z', data: [i, i + 1]})),
    }));
    const all = async (id, member, request) => {
      const found = [];
      let cursor;
      for (let pages = 0; pages < 100; ++pages) {
        const page = await status(200, request(cursor ? {cursor} : {}));
        found.push(...page[member]);
        if (!(cursor = page.nextCursor)) return found;
      }
      throw new Error(`${id} does not end`);
    };
    const keys = await all('fetchKeys', 'keys', next => call('fetchKeys', {kind, limit: 7, ...next}));
    assert.deepEqual(keys, [...keys].sort());
    assert.equal(new Set(keys).size, keys.length);
    for (const flags of [{}, {original: true, meta: true, fields: ['mean']}]) {
      const found = await all('fetchAll', 'records', next => call('fetchAll', {kind, limit: 9, ...flags, ...next}));
      assert.deepEqual(found.map(r => r._id), keys);
    }
    const filtered = await all('filterRecords', 'records', next => call('filterRecords', {kind}, {
      body: {orderBy: ['-mean', 'timeUTC'], limit: 4, ...next}}));
    assert.deepEqual(filtered.map(r => r._id).sort(), keys);
    const means = filtered.map(r => r.mean);
    assert.deepEqual(means, [...means].sort((a, b) => b - a));
  });

  test('a page goes on where the last record was, though it is there no more', async () => {
    const ids = Array.from({length: 9}, (_, i) => `gone-${i}`);
    await status(201, call('storeRecords', {return: 'counts'}, {body: ids.map((_id, i) => ({_id, gone: i % 3}))}));
    const filter = {field: '_id', operator: 'IN', value: ids};
    for (const [orderBy, order] of [[undefined, ids], [['-gone'], [8, 5, 2, 7, 4, 1, 6, 3, 0].map(i => ids[i])]]) {
      const {records, nextCursor} = await status(200, call('filterRecords', {}, {body: {...filter, orderBy, limit: 4}}));
      assert.deepEqual(records.map(r => r._id), order.slice(0, 4));
      await status(200, call('deleteManyByBody', {}, {body: {_id: order.slice(2, 5)}}));
      const rest = await status(200, call('filterRecords', {}, {body: {...filter, orderBy, cursor: nextCursor}}));
      assert.deepEqual(rest.records.map(r => r._id), order.slice(5));
      await status(201, call('storeRecords', {return: 'counts', ifExists: 'replace'},
                            {body: ids.map((_id, i) => ({_id, gone: i % 3}))}));
    }
  });

  test('a cursor that was changed, or is of another query, is refused', async () => {
    const {nextCursor} = await status(200, call('fetchKeys', {kind, limit: 2}));
    for (let i = 0; i < nextCursor.length; ++i) {
      const other = nextCursor[i] === 'A' ? 'B' : 'A';
      const cursor = nextCursor.slice(0, i) + other + nextCursor.slice(i + 1);
      await refusal(400, 'invalid_cursor', call('fetchKeys', {kind, limit: 2, cursor}));
    }
    await refusal(400, 'invalid_cursor', call('fetchKeys', {kind: 'records', limit: 2, cursor: nextCursor}));
    await refusal(400, 'invalid_cursor', call('listRejects', {kind, limit: 2, cursor: nextCursor}));
    await refusal(400, 'invalid_cursor', call('filterRecords', {kind}, {body: {orderBy: ['mean'], cursor: nextCursor}}));
  });

  test('ids are fetched in the order asked, the others are missing', async () => {
    const answer = await status(200, call('fetchMany', {kind, _id: ['page-3', 'none', 'page-1', 'page-2']}));
    assert.deepEqual(answer.records.map(r => r._id), ['page-3', 'page-1', 'page-2']);
    assert.deepEqual(answer.missing, ['none']);
    const mixed = await status(200, api.call('fetchMany', {raw: `kind=${kind}&_id=page-3,none&_id=page-1`}));
    assert.deepEqual(mixed.records.map(r => r._id), ['page-3', 'page-1']);
    await refusal(400, 'invalid_request', api.call('fetchMany', {}));
  });

  test('more ids than the limit are refused', async () => {
    const ids = Array.from({length: 1001}, (_, i) => `${i}`);
    for (const id of ['fetchManyByBody', 'deleteManyByBody']) {
      await refusal(413, 'too_many_ids', call(id, {}, {body: {_id: ids}}));
      assert.equal((await status(200, call(id, {}, {body: {_id: ids.slice(1)}}))).missing.length, 1000);
    }
    for (const [id, name] of [['fetchMany', '_id'], ['deleteMany', '_id'], ['deleteRejects', 'rejectId'],
                            ['revokeKeys', 'keyId']]) {
      await refusal(413, 'too_many_ids', api.call(id, {raw: `${name}=${ids.join(',')}`}));
    }
  });

  test('an id that no record can have is refused', async () => {
    for (const _id of ['__x__', 'a\u0001', 'x'.repeat(1501), 'a,b', 'a/b']) {
      await refusal(422, 'invalid_id', call('putRecord', {id: _id, kind: 'records'}, {body: {}}));
      await refusal(422, 'invalid_id', call('getRecord', {id: _id, kind: 'records'}));
      await refusal(422, 'invalid_id', call('deleteRecord', {id: _id, kind: 'records'}));
      await status(422, call('headRecord', {id: _id, kind: 'records'}));
    }
    for (const _id of ['emoji 😀', '%', '"quoted"', 'x'.repeat(1500), '__', '...', '+', 'ä?&=#']) {
      await status(201, call('putRecord', {id: _id, kind: 'records'}, {body: {}}));
      assert.equal((await status(200, call('getRecord', {id: _id, kind: 'records'})))._id, _id);
      await status(204, call('deleteRecord', {id: _id, kind: 'records'}));
    }
  });

  const one = {id: 'one', kind};
  const measurement = {time_stamp: '2020-01-01T00:00:00Z', data: [1, 2]};

  test('a record is created by PUT, replaced, read, and known by its ETag', async () => {
    const created = await call('putRecord', {...one, 'If-None-Match': '*'}, {body: measurement});
    await status(201, created);
    await refusal(412, 'precondition_failed', call('putRecord', {...one, 'If-None-Match': '*'}, {body: measurement}));
    const etag = created.headers.etag;
    for (const id of ['getRecord', 'headRecord']) {
      assert.equal((await call(id, one)).headers.etag, etag);
      await status(304, call(id, {...one, 'If-None-Match': etag}));
      await status(304, call(id, {...one, 'If-None-Match': `"x", W/${etag}`}));
      await status(304, call(id, {...one, 'If-None-Match': '*'}));
      await status(200, call(id, {...one, 'If-None-Match': '"x"'}));
      await status(200, call(id, {...one, 'If-Match': etag}));
      await status(412, call(id, {...one, 'If-Match': '"x"'}));
      await status(200, call(id, {...one, original: true, meta: true, fields: ['mean']}));
      await status(404, call(id, {...one, id: 'none'}));
    }
    const replaced = await call('putRecord', {...one, 'If-Match': etag, original: true, meta: true, fields: ['mean']},
                                {body: {...measurement, _id: 'one', data: [3, 5]}});
    const record = await status(200, replaced);
    assert.equal(record.mean, 4);
    assert.equal(`"${record._meta.version}"`, replaced.headers.etag);
    assert.notEqual(replaced.headers.etag, etag);
    await refusal(412, 'precondition_failed', call('putRecord', {...one, 'If-Match': etag}, {body: measurement}));
    await refusal(412, 'precondition_failed',
                  call('putRecord', {kind, id: 'none', 'If-Match': '*'}, {body: measurement}));
  });

  test('PUT refuses what the pipeline refuses, and another id, and changes nothing', async () => {
    const before = await call('getRecord', one);
    const problem = await refusal(422, 'too_few_numbers',
                                  call('putRecord', one, {body: {...measurement, data: [1]}}));
    assert.deepEqual([problem.step, problem.pointer], ['statistics', '/data']);
    await refusal(422, 'id_mismatch', call('putRecord', one, {body: {...measurement, _id: 'two'}}));
    await refusal(422, 'not_an_object', call('putRecord', one, {body: [measurement]}));
    assert.equal((await call('getRecord', one)).headers.etag, before.headers.etag);
  });

  test('PATCH changes the original and runs the pipeline again', async () => {
    const original = '{ "data": [1.0, 3.00],  "time_stamp": "2020-01-01T00:00:00Z", "note": {"a": 1, "b": 2} }';
    await status(200, call('putRecord', one, {body: original}));
    const patched = await call('patchRecord', {...one, original: true, meta: true, fields: ['mean', 'timeUTC']},
                               {body: {time_stamp: '2020-01-02T00:00:00Z', note: {a: null}}});
    assert.equal((await status(200, patched)).timeUTC, '2020-01-02T00:00:00Z');
    assert.ok(patched.text.includes('{ "data": [1.0, 3.00],  "time_stamp": "2020-01-02T00:00:00Z", "note": {'), patched.text);
    assert.deepEqual(patched.json._original.note, {b: 2});
    const etag = patched.headers.etag;
    await refusal(422, 'missing_field', call('patchRecord', one, {body: {data: null}}));
    await refusal(422, 'id_mismatch', call('patchRecord', one, {body: {_id: 'two'}}));
    await refusal(412, 'precondition_failed', call('patchRecord', {...one, 'If-Match': '"x"'}, {body: {}}));
    assert.equal((await call('getRecord', one)).headers.etag, etag);
    await status(200, call('patchRecord', {...one, 'If-Match': etag}, {body: {}}));
    await refusal(404, 'not_found', call('patchRecord', {...one, id: 'none'}, {body: {}}));
    await status(200, call('patchRecord', one, {body: {}, type: 'application/json'}));
    await refusal(415, 'unsupported_media_type', call('patchRecord', one, {body: '[]', type: 'application/json-patch+json'}));
  });

  test('DELETE deletes one record, if it is the one that is meant', async () => {
    await refusal(412, 'precondition_failed', call('deleteRecord', {...one, 'If-Match': '"x"'}));
    const {headers: {etag}} = await call('getRecord', one);
    await status(204, call('deleteRecord', {...one, 'If-Match': etag}));
    await refusal(404, 'not_found', call('deleteRecord', one));
    await status(201, call('putRecord', one, {body: measurement}));
    await status(204, call('deleteRecord', {...one, 'If-Match': '*'}));
  });

  test('many are deleted, and those that are not there are reported', async () => {
    assert.deepEqual(await status(200, call('deleteMany', {kind, _id: ['page-1', 'none']})),
                     {deletedRecords: 1, missing: ['none']});
    assert.deepEqual(await status(200, call('deleteManyByBody', {kind}, {body: {_id: ['page-2', 'page-1']}})),
                     {deletedRecords: 1, missing: ['page-1']});
    await refusal(400, 'invalid_request', api.call('deleteMany', {}));
    await refusal(400, 'invalid_request', api.call('deleteRejects', {}));
  });

  test('integers that are rounded are reported wherever a record is sent', async () => {
    const large = '123456789012345678901234567890';
    const line = `{"_id": "rounded", "n": ${large}}`;
    const at = {kind: 'records', id: 'rounded'};
    for (const [code, id, body] of [
      [201, 'putRecord', line], [200, 'putRecord', line], [200, 'patchRecord', `{"n": ${large}}`],
    ]) {
      const {status: got, headers, text} = await call(id, at, {body});
      assert.equal(got, code, text);
      assert.equal(headers['x-rounded-integers'], '#/n');
    }
    const stored = await status(200, call('storeNdjson', {kind: 'records', ifExists: 'replace'}, {body: `${line}\n`, type: ndjson}));
    assert.deepEqual(stored.warnings.map(({line: at, code, pointer}) => [at, code, pointer]), [[1, 'integer_rounded', '/n']]);
    const tried = await status(200, call('transformRecords', {kind: 'records'}, {body: line}));
    assert.equal(tried.results[0].warnings[0].code, 'integer_rounded');
    await status(204, call('deleteRecord', at));
  });

  test('a record that lacks a field that was asked for says so wherever it is shown', async () => {
    const at = {kind: 'records', id: 'lacking', fields: ['n', 'tiem']};
    for (const [code, operation, body] of [
      [201, 'putRecord', {n: 1}], [200, 'putRecord', {n: 2}], [200, 'patchRecord', {n: 3}], [200, 'getRecord'], [200, 'headRecord'],
    ]) {
      const {status: got, headers, text} = await call(operation, at, body && {body: JSON.stringify(body)});
      assert.equal(got, code, text);
      assert.equal(headers['x-absent-fields'], '#/tiem');
    }
    await status(204, call('deleteRecord', {kind: 'records', id: 'lacking'}));
  });

  test('a query that finds nothing by a field that no record has says so', async () => {
    const found = await status(200, api.call('filterRecords', {body: {kind: 'records', field: 'nosuchfield', operator: '=', value: 1}}));
    assert.deepEqual(found.records, []);
    assert.equal(found.warnings[0].code, 'absent_field');
    const page = await status(200, call('fetchAll', {kind: 'records', fields: ['nosuchfield']}));
    assert.equal(page.warnings[0].code, 'absent_field');
    await status(201, call('putRecord', {kind: 'records', id: 'one-field'}, {body: {n: 1}}));
    const many = await status(200, call('fetchMany', {kind: 'records', _id: ['one-field'], fields: ['nosuchfield']}));
    assert.equal(many.warnings[0].code, 'absent_field');
    await status(204, call('deleteRecord', {kind: 'records', id: 'one-field'}));
  });

  test('a field that the records of a kind cannot have is refused with the nearest', async () => {
    const problem = await refusal(400, 'unknown_field', api.call('filterRecords', {body: {kind, field: 'maen', operator: '>', value: 1}}));
    assert.match(problem.detail, /"mean"/);
  });
}
