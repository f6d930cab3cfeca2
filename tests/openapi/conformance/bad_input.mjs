// What clients send by mistake, or to do harm. Each answer is one that the specification describes,
// nothing is stored but what is confirmed, and the server goes on.
import assert from 'node:assert/strict';
import {gzipSync} from 'node:zlib';
import {test} from 'node:test';

const ndjson = 'application/x-ndjson';
const maxBody = 32 * 1024 * 1024;
const tenMegabytes = 10_000_000;

export default function badInput(api) {
  const kind = 'records';
  const figures = async () => {
    const {records, rejects} = (await api.call('getKind', {parameters: {name: kind}})).json;
    return {records, rejects};
  };
  /// Runs a test, after which there must be so many more records and rejects.
  const harmless = (name, {records = 0, rejects = 0}, run) => test(name, async () => {
    const before = await figures();
    await run();
    const after = await figures();
    assert.deepEqual({records: after.records - before.records, rejects: after.rejects - before.rejects},
                     {records, rejects});
    assert.equal((await api.call('getReadiness')).status, 200);
  });
  const store = (body, {type, headers, parameters} = {}) => api.call(
      type === ndjson ? 'storeNdjson' : 'storeRecords', {body, type, headers, parameters: {kind, ...parameters}});
  const refused = async (status, code, answer) => {
    assert.equal(answer.status, status, answer.text.slice(0, 300));
    assert.equal(answer.json.code ?? answer.json.results[0].error.code, code, answer.text.slice(0, 300));
    return answer.json;
  };
  const stored = async (body, more) => {
    const answer = await store(body, more);
    assert.equal(answer.status, 201, answer.text.slice(0, 300));
    const [{_id}] = answer.json.results;
    return (await api.call('getRecord', {parameters: {id: _id, kind, original: true}})).json;
  };

  harmless('JSON that is cut off anywhere stores nothing', {}, async () => {
    const text = '[{"a":"\\u00e9\\n","b":[1.5e3,true,null]},{"c":{}}]';
    for (let length = 1; length < text.length; ++length) {
      await refused(400, 'invalid_json', await store(text.slice(0, length)));
    }
  });

  harmless('NDJSON that is cut off keeps its whole lines, and the rest as a reject', {records: 1, rejects: 1}, async () => {
    const answer = await store('{"a":1}\n{"cut off":', {type: ndjson});
    assert.equal(answer.status, 207);
    assert.equal(answer.json.results[1].error.code, 'invalid_json');
  });

  harmless('bodies that are no records are refused', {}, async () => {
    for (const body of ['7', '"text"', 'true', 'null', '-0']) await refused(400, 'invalid_request', await store(body));
  });

  harmless('elements that are no objects are rejects', {records: 1, rejects: 5}, async () => {
    const answer = await store('[77,"text",null,[],true,{}]');
    assert.equal(answer.status, 207);
    assert.deepEqual(answer.json.results.map(r => r.error?.code),
                     [...Array(5).fill('not_an_object'), undefined]);
  });

  harmless('a string of 10 MB is stored whole', {records: 1}, async () => {
    const {_id, text} = await stored(`{"text":"${'x'.repeat(tenMegabytes)}"}`, {parameters: {return: 'ids'}});
    assert.equal(text.length, tenMegabytes);
    assert.equal((await api.call('deleteRecord', {parameters: {id: _id, kind}})).status, 204);
    await store('{}');
  });

  harmless('10 MB in place of a short text are refused', {rejects: 2}, async () => {
    const long = 'x'.repeat(tenMegabytes);
    await refused(422, 'invalid_id', await store({_id: long}));
    await refused(422, 'number_out_of_range', await store(`{"a":${'1'.repeat(tenMegabytes)}}`));
    const filter = body => api.call('filterRecords', {body});
    await refused(400, 'invalid_cursor', await filter({cursor: long}));
    await refused(400, 'unknown_member', await filter({[long]: 1}));
    await refused(400, 'invalid_filter', await filter({field: 'a', operator: long, value: 1}));
    await refused(404, 'unknown_kind', await filter({kind: long}));
    await refused(400, 'invalid_filter', await filter({field: long, operator: '=', value: 1}));
    const none = await filter({field: 'x'.repeat(1500), operator: '=', value: long});
    assert.deepEqual(none.json.records, []);
  });

  harmless('20 levels are stored, 21, 100 and 100,000 are rejects', {records: 1, rejects: 3}, async () => {
    const nested = levels => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);
    await stored(nested(20));
    for (const levels of [21, 100, 100_000]) await refused(422, 'too_deep', await store(nested(levels)));
  });

  harmless('a record of more values than the limit is a reject', {rejects: 1}, async () => {
    await refused(422, 'too_many_values', await store(`{"a":[${'0,'.repeat(1_048_576)}0]}`));
    api.coverage.see('code too_many_values');
  });

  harmless('nesting without end is refused in every body of ours', {}, async () => {
    for (const levels of [100, 100_000]) {
      for (const [open, close] of [['{"and":[', ']}'], ['[', ']'], ['{"a":', '}']]) {
        const body = open.repeat(levels) + '{}' + close.repeat(levels);
        for (const id of ['filterRecords', 'fetchManyByBody', 'deleteManyByBody']) {
          assert.ok((await api.call(id, {body})).status >= 400, `${id} ${body.slice(0, 20)}`);
        }
        const definition = await api.call('transformRecords', {body: `{"definition":${body},"records":[{}]}`});
        assert.ok(definition.status >= 400, definition.text.slice(0, 300));
      }
      await refused(400, 'invalid_json', await store('['.repeat(levels)));
    }
  });

  harmless('bytes that are no UTF-8 are refused', {}, async () => {
    for (const bytes of ['\xff', '\xc0\x80', '\xc3', '\xed\xa0\x80', '\xf4\x90\x80\x80', '\xe2\x82', '\xf8\x88\x80\x80\x80']) {
      for (const text of [`{"a":"${bytes}"}`, `{"${bytes}":1}`]) {
        await refused(400, 'invalid_json', await store(Buffer.from(text, 'latin1')));
      }
    }
  });

  harmless('a surrogate without its other half is refused', {}, async () => {
    for (const half of ['\\ud83d', '\\ude00', '\\ud83dx', '\\ud83d\\ud83d', '\\ude00\\ud83d']) {
      await refused(400, 'invalid_json', await store(`{"a":"${half}"}`));
      await refused(400, 'invalid_json', await store(`{"${half}":1}`));
    }
  });

  harmless('NUL is data if it is escaped, and not JSON if it is not', {records: 1, rejects: 1}, async () => {
    assert.equal((await stored('{"_id":"nul","a\\u0000b":"c\\u0000d"}'))['a\0b'], 'c\0d');
    const found = await api.call('filterRecords', {body: {field: 'a\0b', operator: '=', value: 'c\0d', fields: ['a\0b']}});
    assert.deepEqual(found.json.records, [{_id: 'nul', 'a\0b': 'c\0d'}]);
    for (const text of ['{"a":"\0"}', '{"a\0":1}', '\0{}', '{}\0', '{"a":\0 1}']) {
      await refused(400, 'invalid_json', await store(text));
    }
    await refused(422, 'invalid_id', await store('{"_id":"a\\u0000b"}'));
    await refused(422, 'invalid_id', await api.call('getRecord', {parameters: {id: 'a\0b', kind}}));
  });

  harmless('of members with one name the last counts, and all of them are kept', {records: 1, rejects: 2}, async () => {
    const original = '{"a":1,"_id":"twins","b":{"c":1,"c":2},"a":2,"\\u0061":3}';
    const answer = await store(original);
    assert.equal(answer.status, 201);
    const read = await api.call('getRecord', {parameters: {id: 'twins', kind, original: true}});
    assert.equal(read.text, `{"_id":"twins","a":3,"b":{"c":2},"_original":${original}}`);
    await refused(422, 'invalid_id', await store('{"_id":"x1","_id":"x1"}'));
    await refused(422, 'invalid_id', await store('{"_id":"x1","\\u005fid":"x2"}'));
  });

  harmless('NaN and infinities are no JSON', {}, async () => {
    for (const text of ['NaN', 'nan', '-NaN', 'Infinity', '-Infinity', 'inf', '1e', '.5', '5.', '+1', '0x10', '00', '-']) {
      await refused(400, 'invalid_json', await store(`{"a":${text}}`));
      await refused(400, 'invalid_json', await api.call('filterRecords', {body: `{"field":"a","operator":"=","value":${text}}`}));
    }
  });

  harmless('numbers beyond a double are refused, the largest and smallest are not', {records: 5, rejects: 4}, async () => {
    for (const text of ['1e400', '-1e400', '1.8e308', '1e99999999999999999999']) {
      await refused(422, 'number_out_of_range', await store(`{"a":${text}}`));
    }
    for (const [text, shown] of [['1.7976931348623157e308', '1.7976931348623157e+308'], ['5e-324', '5e-324'],
                                 ['1e-400', '0'], ['-1e-400', '0'], ['-0.0', '0']]) {
      const {_id} = await stored(`{"a":${text}}`);
      const read = await api.call('getRecord', {parameters: {id: _id, kind}});
      assert.equal(read.text, `{"_id":"${_id}","a":${shown}}`);
    }
  });

  harmless('integers of 30 digits keep their digits in the original', {records: 3}, async () => {
    for (const [text, shown] of [['123456789012345678901234567890', '1.2345678901234568e+29'],
                                 ['9223372036854775807', '9223372036854775807'],
                                 ['-9223372036854775808', '-9223372036854775808']]) {
      const {_id} = await stored(`{"a":${text}}`);
      const read = await api.call('getRecord', {parameters: {id: _id, kind, original: true}});
      assert.equal(read.text, `{"_id":"${_id}","a":${shown},"_original":{"a":${text}}}`);
    }
  });

  harmless('a byte order mark is skipped, one only and at the front only', {records: 2}, async () => {
    assert.equal((await store('\uFEFF{"_id":"mark"}')).status, 201);
    assert.equal((await store('\uFEFF{"_id":"mark2"}', {type: ndjson})).status, 201);
    for (const text of ['\uFEFF\uFEFF{}', '{}\uFEFF', ' \uFEFF{}']) await refused(400, 'invalid_json', await store(text));
  });

  harmless('bodies with nothing in them are refused', {}, async () => {
    for (const [body, type] of [['', undefined], [' \r\n\t', undefined], ['[]', undefined], [' [ ] ', undefined],
                                ['', ndjson], ['\n\r\n \n', ndjson], ['\uFEFF', ndjson]]) {
      await refused(400, 'empty_body', await store(body, {type}));
    }
  });

  harmless('a body of exactly the limit is taken, one byte more is not', {records: 2}, async () => {
    const body = Buffer.alloc(maxBody, ' ');
    body.write('{}');
    const more = Buffer.concat([body, Buffer.from(' ')]);
    const headers = {'Content-Encoding': 'gzip'};
    assert.equal((await store(body)).status, 201);
    await refused(413, 'body_too_large', await store(more));
    assert.equal((await store(gzipSync(body), {headers})).status, 201);
    await refused(413, 'body_too_large', await store(gzipSync(more), {headers}));
  });

  harmless('a gzip body that is broken stores none of its lines', {}, async () => {
    const lines = Array.from({length: 20_000}, (_, i) => `{"n":${i}}`).join('\n');
    const packed = gzipSync(lines);
    const flipped = Buffer.from(packed);
    flipped[flipped.length - 2] ^= 1;
    for (const broken of [packed.subarray(0, packed.length / 2), packed.subarray(0, -1), flipped]) {
      await refused(400, 'invalid_request', await store(broken, {type: ndjson, headers: {'Content-Encoding': 'gzip'}}));
    }
  });

  harmless('a gzip bomb is refused before it is unpacked', {}, async () => {
    let bomb = gzipSync(Buffer.alloc(maxBody * 8));
    assert.ok(bomb.length < maxBody / 100);
    await refused(413, 'body_too_large', await store(bomb, {headers: {'Content-Encoding': 'gzip'}}));
    bomb = Buffer.concat(Array(200).fill(gzipSync(Buffer.alloc(maxBody / 100, ' '))));
    await refused(413, 'body_too_large', await store(bomb, {headers: {'Content-Encoding': 'gzip'}}));
  });

  harmless('an id has 1 to 1,500 bytes, whatever their characters', {records: 3, rejects: 17}, async () => {
    for (const _id of ['x'.repeat(1500), '\u00e9'.repeat(750), '\u{1f600}'.repeat(375)]) {
      assert.equal((await stored({_id}))._id, _id);
      await refused(422, 'invalid_id', await store({_id: `${_id}x`}));
    }
    for (const _id of ['', 7, null, true, {}, ['a'], 'a/b', 'a,b', 'a\nb', 'a\u007fb', '__a__', '____', '.', '..']) {
      await refused(422, 'invalid_id', await store({_id}));
    }
  });

  harmless('ids with quotes, percent signs, blanks and emoji are ids', {records: 12}, async () => {
    const ids = ['"', '\'', '%', '%41', '%2F', ' ', 'a b', '+', '\u{1f600}', '\\', '...', '\'; DROP TABLE records; --'];
    for (const _id of ids) {
      assert.equal((await stored({_id, of: 'odd'}))._id, _id);
      const many = await api.call('fetchMany', {parameters: {_id: [_id], kind}});
      assert.deepEqual(many.json, {records: [{_id, of: 'odd'}], missing: []});
      const found = await api.call('filterRecords', {body: {field: '_id', operator: '=', value: _id, kind}});
      assert.equal(found.json.records.length, 1);
    }
    const posted = await api.call('fetchManyByBody', {body: {_id: ids}});
    assert.deepEqual(posted.json.records.map(r => r._id), ids);
  });

  harmless('a filter at each of its limits is answered, beyond it is refused', {}, async () => {
    const one = {field: 'none', operator: '=', value: 1};
    const nested = levels => levels === 0 ? one : {[levels % 2 ? 'and' : 'or']: [nested(levels - 1)]};
    const list = (count, make = i => `f${i}`) => Array.from({length: count}, (_, i) => make(i));
    for (const [limit, code, make] of [
      [20, 'invalid_filter', nested],
      [500, 'invalid_filter', count => ({or: list(count, () => one)})],
      [10_000, 'invalid_filter', count => ({field: 'a', operator: 'IN', value: list(count)})],
      [20, 'invalid_request', count => ({orderBy: list(count)})],
      [1000, 'invalid_request', count => ({fields: list(count)})],
      [1000, 'invalid_request', count => ({aggregate: {sum: list(count)}})],
      [1000, 'invalid_request', count => ({aggregate: {avg: list(count)}})],
    ]) {
      assert.equal((await api.call('filterRecords', {body: make(limit)})).status, 200, `${make} ${limit}`);
      await refused(400, code, await api.call('filterRecords', {body: make(limit + 1)}));
    }
    const twice = await api.call('filterRecords', {body: {aggregate: {sum: ['none', 'none'], count: true}}});
    assert.match(twice.text, /"sum":\{"none":0\}/);
  });

  harmless('a cursor with any of its bits changed is refused', {}, async () => {
    const page = {orderBy: ['a'], limit: 1};
    const {nextCursor} = (await api.call('filterRecords', {body: page})).json;
    assert.equal((await api.call('filterRecords', {body: {...page, cursor: nextCursor}})).status, 200);
    const bytes = Buffer.from(nextCursor, 'base64url');
    for (let bit = 0; bit < 8 * bytes.length; ++bit) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] ^= 1 << (bit & 7);
      await refused(400, 'invalid_cursor', await api.call('filterRecords', {body: {...page, cursor: changed.toString('base64url')}}));
    }
    for (const cursor of [nextCursor.slice(1), nextCursor.slice(0, -1), `${nextCursor}A`, `${nextCursor}=`,
                          nextCursor + nextCursor, ` ${nextCursor}`]) {
      await refused(400, 'invalid_cursor', await api.call('filterRecords', {body: {...page, cursor}}));
    }
  });

  harmless('a cursor belongs to its query, whatever the size of the page', {}, async () => {
    const page = {kind, field: 'a', operator: '>', value: 0, orderBy: ['a'], limit: 1};
    const {nextCursor: cursor} = (await api.call('filterRecords', {body: page})).json;
    assert.ok(cursor);
    const again = change => api.call('filterRecords', {body: {...page, ...change, cursor}});
    for (const change of [{kind: 'measurements', field: 'mean', orderBy: ['mean']}, {field: 'b'}, {operator: '>='}, {value: 1}, {value: '0'}, {orderBy: ['-a']},
                          {orderBy: ['a', 'b']}, {orderBy: ['b']}]) {
      await refused(400, 'invalid_cursor', await again(change));
    }
    for (const change of [{limit: 7}, {meta: true}, {fields: ['a']}]) assert.equal((await again(change)).status, 200);
    for (const id of ['fetchAll', 'fetchKeys', 'listRejects']) {
      await refused(400, 'invalid_cursor', await api.call(id, {parameters: {kind, cursor}}));
    }
  });
}
