// What every operation refuses, derived from the specification.
import assert from 'node:assert/strict';
import {gzipSync} from 'node:zlib';
import {test} from 'node:test';

// What is not one's own, or of other kinds, does not exist.
const hidden = new Set(['correctReject', 'endSession']);
// The members' names for ids that are not a record's.
const idOf = {deleteRejects: 'rejectId', revokeKeys: 'keyId'};
const verbs = ['GET', 'PUT', 'POST', 'PATCH', 'DELETE'];

/// A call of an operation that would succeed, or nearly: its examples.
export function sample(operation) {
  const parameters = Object.fromEntries(
      operation.parameters.filter(p => p.example !== undefined).map(p => [p.name, p.example]));
  const [type, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  const body = content && Object.values(content.examples)[0].value;
  return {parameters, ...(body === undefined ? {} : {type, body})};
}

export default function faults(api) {
  const all = [...api.operations.values()];
  const problem = async (operation, request, status, code) => {
    const answer = await api.call(operation.operationId, request);
    assert.equal(answer.status, status, `${operation.operationId}: ${answer.text}`);
    if (operation.method === 'head') return '';
    assert.equal(answer.json.code, code, `${operation.operationId}: ${answer.text}`);
    return answer.json.detail;
  };
  const withParameters = (operation, more) => {
    const call = sample(operation);
    return {...call, parameters: {...call.parameters, ...more}};
  };
  const having = name => all.filter(o => o.parameters.some(p => p.name === name && p.in === 'query'));

  test('without credentials there is a challenge, but for the open operations', async () => {
    for (const operation of all) {
      const answer = await api.call(operation.operationId, {...sample(operation), credentials: ''});
      // A refresh token is a credential itself, and the one of the example is never valid.
      const refused = operation.secured || operation.operationId === 'refreshToken';
      assert.equal(answer.status === 401, refused, operation.operationId);
    }
  });

  test('wrong credentials of any sort are refused', async () => {
    const basic = text => 'Basic ' + Buffer.from(text).toString('base64');
    const {user, password} = api.server;
    for (const credentials of [basic(`${user}:wrong`), basic(`nobody:${password}`), basic(user), basic(':'),
                               'Basic', 'Basic !!!', 'Bearer abc', basic(`${user}:${password}x`)]) {
      await problem(api.operation('fetchKeys'), {credentials}, 401, 'unauthenticated');
    }
  });

  test('an empty credential does not count, and two others are refused', async () => {
    const call = headers => api.server.request('GET', '/fetchKeys', {headers, credentials: ''});
    const basic = 'Basic ' + Buffer.from(`${api.server.user}:${api.server.password}`).toString('base64');
    assert.equal((await call({Authorization: basic, 'X-API-Key': ''})).status, 200);
    const none = await call({Authorization: '', 'X-API-Key': ''});
    assert.equal(none.status, 401);
    assert.match(none.json.detail, /^This needs a user and a password/);
  });

  test('two credentials in one request are refused by every operation that takes one', async () => {
    for (const operation of all.filter(one => one.secured)) {
      await problem(operation, {...sample(operation), headers: {'X-API-Key': 'dzk_x'}}, 400, 'ambiguous_credentials');
    }
  });

  test('credentials without the role are refused, but for the open operations', async () => {
    for (const operation of all.filter(one => one.secured && !['issueToken', 'getPrincipal', 'listSessions'].includes(one.operationId))) {
      const [status, code] = hidden.has(operation.operationId) ? [404, 'not_found'] : [403, 'forbidden'];
      await problem(operation, {...sample(operation), credentials: api.server.guest}, status, code);
    }
  });

  test('an unknown query parameter is refused, with the nearest known one', async () => {
    for (const operation of all) {
      const call = sample(operation);
      await problem(operation, {...call, raw: 'frobnicate=1'}, 400, 'unknown_parameter');
    }
    for (const [id, typo, meant] of [['fetchAll', 'limti', 'limit'], ['storeRecords', 'ifExist', 'ifExists'],
                                     ['fetchMany', 'id', '_id'], ['transformRecords', 'traces', 'trace']]) {
      const detail = await problem(
          api.operation(id), {...sample(api.operation(id)), raw: `${typo}=1`}, 400, 'unknown_parameter');
      assert.ok(detail.includes(meant), detail);
    }
  });

  test('all unknown parameters are named at once', async () => {
    const {json} = await api.call('fetchAll', {raw: 'limti=1&crusor=x&meta=true&meta=true'});
    assert.equal(json.status, 400);
    assert.deepEqual(json.errors.map(e => e.code), ['unknown_parameter', 'unknown_parameter', 'invalid_request']);
    assert.equal(json.detail, json.errors[0].detail);
  });

  test('no operation takes a query parameter of another', async () => {
    const inQuery = operation => operation.parameters.filter(p => p.in === 'query').map(p => p.name);
    const names = new Set(all.flatMap(inQuery));
    for (const operation of all) {
      for (const name of [...names].filter(n => !inQuery(operation).includes(n))) {
        await problem(operation, {...sample(operation), raw: `${name}=1`}, 400, 'unknown_parameter');
      }
    }
  });

  test('an unknown kind is not found, with the nearest known one', async () => {
    for (const operation of having('kind')) {
      const call = withParameters(operation, {kind: 'measurement'});
      // A definition in the body may have any name; a record may not choose its kind.
      const detail = await problem(operation, call, 404, 'unknown_kind');
      assert.ok(operation.method === 'head' || detail.includes('measurements'), detail);
    }
  });

  test('the kinds of the server itself are unknown', async () => {
    for (const kind of ['_dropzone_rejects', '_dropzone_secrets']) {
      for (const operation of having('kind')) {
        const answer = await api.call(operation.operationId, withParameters(operation, {kind}));
        assert.equal(answer.status, 404, operation.operationId);
      }
    }
  });

  test('a limit below 1 or that is not a number is refused, one above the maximum is lowered', async () => {
    for (const operation of having('limit')) {
      for (const limit of ['0', '-1', 'x', '1.5', '1e2', '', ' 1', '+1', '99999999999999999999999x']) {
        await problem(operation, withParameters(operation, {limit}), 400, 'invalid_request');
      }
      if (operation.operationId === 'getHistory') continue;  // The tests of histories do that, of a record.
      for (const limit of [1000, 1001, 99999999999999999999n]) {
        const answer = await api.call(operation.operationId, {raw: `kind=records&limit=${limit}`});
        assert.equal(answer.status, 200);
      }
    }
  });

  test('a cursor that the server did not make is refused', async () => {
    for (const operation of having('cursor')) {
      for (const cursor of ['x', '', 'AAAA', '%', 'ä', 'A'.repeat(5000)]) {
        await problem(operation, withParameters(operation, {cursor}), 400, 'invalid_cursor');
      }
    }
  });

  test('a boolean parameter is true or false', async () => {
    await api.call('putRecord', sample(api.operation('putRecord')));
    for (const operation of all) {
      for (const parameter of operation.parameters.filter(p => p.schema?.type === 'boolean')) {
        for (const value of ['1', 'yes', 'TRUE', ' true']) {
          const call = withParameters(operation, {[parameter.name]: value});
          await problem(operation, call, 400, 'invalid_request');
        }
        for (const value of [true, false]) {
          await api.call(operation.operationId, withParameters(operation, {[parameter.name]: value}));
        }
        const {[parameter.name]: _, ...others} = sample(operation).parameters;
        const bare = await api.call(operation.operationId, {...sample(operation), parameters: others, raw: parameter.name});
        assert.notEqual(bare.status, 400, operation.operationId);
      }
    }
  });

  test('a parameter with a closed list of values takes no other', async () => {
    for (const operation of all) {
      for (const parameter of operation.parameters.filter(p => p.in === 'query' && p.schema?.enum)) {
        for (const value of ['', 'other', parameter.schema.enum[0].toUpperCase()]) {
          const call = withParameters(operation, {[parameter.name]: value});
          await problem(operation, call, 400, 'invalid_request');
        }
      }
    }
  });

  test('a parameter that makes sense once is refused twice', async () => {
    for (const [id, raw] of [['fetchAll', 'limit=1&limit=2'], ['fetchKeys', 'kind=records&kind=measurements'],
                             ['fetchAll', 'meta=true&meta=false']]) {
      await problem(api.operation(id), {raw}, 400, 'invalid_request');
    }
  });

  const isForm = o => 'application/x-www-form-urlencoded' in o.requestBody.content;
  const bodied = all.filter(o => o.requestBody && !isForm(o));

  test('a body without a content type, or of another, is refused', async () => {
    for (const operation of bodied) {
      const call = sample(operation);
      for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'json',
                          'application/jsonx']) {
        await problem(operation, {...call, body: '{}', type}, 415, 'unsupported_media_type');
      }
      const path = operation.path.replace('{id}', 'file_3').replace('{name}', 'weather');
      const bare = await api.server.request(operation.method.toUpperCase(), path, {body: '{}'});
      assert.equal(bare.status, 415, operation.operationId);
      assert.equal(bare.json.code, 'unsupported_media_type');
    }
  });

  test('a content type may have parameters and any case', async () => {
    for (const operation of bodied) {
      const call = sample(operation);
      const [type] = Object.keys(operation.requestBody.content);
      for (const spelled of [`${type}; charset=utf-8`, type.toUpperCase(), `${type} ;charset="UTF-8"`]) {
        const answer = await api.call(operation.operationId, {...call, type, headers: {'Content-Type': spelled}});
        assert.notEqual(answer.status, 415, `${operation.operationId} ${spelled}`);
      }
    }
  });

  test('a gzip body is unpacked; broken ones and other encodings are refused', async () => {
    for (const operation of bodied) {
      const {body, ...call} = {...sample(operation), headers: {'Content-Encoding': 'gzip'}};
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const packed = gzipSync(text);
      for (const [encoding, sent] of [['gzip', packed], ['identity', body]]) {
        const headers = {'Content-Encoding': encoding};
        const answer = await api.call(operation.operationId, {...call, headers, body: sent});
        // Of a reject the correction may be stored already, and the example's version is nobody's.
        const mayFail = ['correctReject', 'restoreRecord'].includes(operation.operationId);
        assert.ok(answer.status < 300 || mayFail, `${operation.operationId} ${answer.text}`);
      }
      const flipped = Buffer.from(packed);
      flipped[flipped.length - 6] ^= 1;
      for (const broken of [packed.subarray(0, -3), flipped, Buffer.from(text),
                            Buffer.concat([packed, Buffer.from('x')])]) {
        await problem(operation, {...call, body: broken}, 400, 'invalid_request');
      }
      for (const encoding of ['br', 'deflate', 'gzip, gzip', 'x']) {
        const headers = {'Content-Encoding': encoding};
        await problem(operation, {...sample(operation), headers}, 415, 'unsupported_encoding');
      }
    }
  });

  test('an Accept that cannot be met is refused', async () => {
    const indifferent = ['getLiveness', 'getReadiness', 'getKeySet', 'deleteRecord', 'endSession'];
    for (const operation of all.filter(one => !indifferent.includes(one.operationId))) {
      await problem(operation, {...sample(operation), headers: {Accept: 'image/png, application/*;q=0, text/*;q=0'}},
                    406, 'not_acceptable');
    }
  });

  test('a body that is empty or no JSON is refused', async () => {
    for (const operation of bodied) {
      const {type, parameters} = sample(operation);
      for (const body of ['', '  \n', '\uFEFF']) {
        await problem(operation, {type, parameters, body}, 400, 'empty_body');
      }
      if (type.includes('ndjson')) continue;  // A line that is not JSON is a reject.
      for (const body of ['{', '{"a":1', '{"a":1}}', '{"a":NaN}', '{\'a\':1}', '{"a":1,}', '{"a":"\n"}',
                          '{"a":01}', '{"a":"\\ud800"}', 'nonsense',
                          Buffer.from('{"a":"\xff"}', 'latin1')]) {
        const detail = await problem(operation, {type, parameters, body}, 400, 'invalid_json');
        assert.match(detail, /line \d+, column \d+ \(byte offset \d+\)/);
      }
    }
  });

  test('a body of more than 32 MiB is too large, also one that is packed', async () => {
    for (const operation of bodied) {
      const {type, parameters} = sample(operation);
      const large = Buffer.alloc(32 * 1024 * 1024 + 1, ' ');
      await problem(operation, {type, parameters, body: large}, 413, 'body_too_large');
      await problem(operation,
                    {type, parameters, headers: {'Content-Encoding': 'gzip'}, body: gzipSync(large)},
                    413, 'body_too_large');
    }
  });

  test('what the specification does not allow in our own bodies is refused', async () => {
    for (const id of ['filterRecords', 'fetchManyByBody', 'deleteManyByBody', 'transformRecords']) {
      const operation = api.operation(id);
      const [type, content] = Object.entries(operation.requestBody.content)[0];
      const schema = `${operation.pointer}/requestBody/content/${encodeURIComponent(type.replace('/', '~1'))}/schema`;
      for (const {value} of Object.values(content.examples)) {
        for (const body of mutations(value)) {
          if (id === 'transformRecords' && !('definition' in body)) continue;
          if (api.faults(id === 'transformRecords' ? '#/components/schemas/TransformRequest' : schema, body).length === 0) continue;
          const answer = await api.call(id, {type, body, parameters: {kind: 'measurements'}});
          const reported = id === 'transformRecords' && answer.text.includes('"error":');
          assert.ok(reported || [400, 422].includes(answer.status), `${id} ${JSON.stringify(body)} → ${answer.status}`);
        }
      }
    }
  });

  test('an unknown member is refused with the nearest known one', async () => {
    for (const [id, body, meant] of [
      ['filterRecords', {filed: 'mean', operator: '>', value: 4}, 'field'],
      ['filterRecords', {limits: 4}, 'limit'],
      ['filterRecords', {and: [{field: 'a', operator: '=', vaule: 4}]}, 'value'],
      ['filterRecords', {aggregate: {cuont: true}}, 'count'],
      ['fetchManyByBody', {_id: ['a'], originals: true}, 'original'],
      ['deleteManyByBody', {_ids: ['a']}, '_id'],
      ['transformRecords', {definition: {}, recods: []}, 'records'],
    ]) {
      const detail = await problem(api.operation(id), {body}, 400, 'unknown_member');
      assert.ok(detail.includes(meant), detail);
    }
  });

  test('a kind in the query and another in the body do not agree', async () => {
    for (const [id, body] of [['filterRecords', {}], ['fetchManyByBody', {_id: ['a']}], ['deleteManyByBody', {_id: ['a']}]]) {
      const call = {parameters: {kind: 'measurements'}, body: {...body, kind: 'records'}};
      await problem(api.operation(id), call, 400, 'invalid_request');
      assert.equal((await api.call(id, {...call, body: {...body, kind: 'measurements'}})).status, 200);
      assert.equal((await api.call(id, {body: {...body, kind: 'measurements'}})).status, 200);
    }
  });

  test('a path has exactly the methods of the specification, and HEAD if it has GET', async () => {
    const paths = new Map();
    for (const {path, method} of all) paths.set(path, [...paths.get(path) ?? [], method.toUpperCase()]);
    for (const [path, specified] of paths) {
      const target = path.replace('{id}', 'x').replace('{name}', 'records');
      const expected = new Set([...specified, ...specified.includes('GET') ? ['HEAD'] : []]);
      for (const verb of verbs.filter(v => !expected.has(v))) {
        const answer = await api.server.request(verb, target);
        assert.equal(answer.status, 405, `${verb} ${target}`);
        assert.equal(answer.json.code, 'method_not_allowed');
        const allowed = answer.headers.allow.split(/,\s*/).filter(v => v !== 'OPTIONS');
        assert.deepEqual(allowed.sort(), [...expected].sort(), target);
        api.coverage.see('code method_not_allowed');
      }
      if (!specified.includes('GET') || specified.includes('HEAD')) continue;
      const operation = all.find(o => o.path === path && o.method === 'get');
      const query = operation.parameters.filter(p => p.in === 'query' && p.required)
                        .map(p => `?${p.name}=x`).join('');
      const got = await api.server.request('GET', target + query);
      const head = await api.server.request('HEAD', target + query);
      assert.equal(head.status, got.status, target);
      assert.equal(head.headers['content-type'], got.headers['content-type'], target);
      assert.equal(head.bytes.length, 0);
    }
  });

  test('a path that is not in the specification is not found', async () => {
    for (const target of ['/store/', '/Store', '/stores', '/fetch', '/records', '/records/a/b',
                          '/kinds/records/x', '/health', '/health/', '/healthz', '/swagger/none',
                          '/swagger/a/b', '/swagger/../openapi.yaml', '/openapi', '/openapi.yml', '/metrics/',
                          '/rejects/replay/now', '/tasks', '/reload', '/admin', '/api', '//',
                          '/robots.txt', '/index.html', '/%2e%2e/etc/passwd', '/fetchAll%2F']) {
      const answer = await api.server.request('GET', target);
      assert.equal(answer.status, 404, target);
      assert.equal(answer.json.code, 'not_found', target);
    }
    for (const [target, meant] of [
      ['/fetchall', '/fetchAll'], ['/fetchAl', '/fetchAll'], ['/store/', '/store'], ['/stores', '/store'], ['/expert', '/export'],
      ['/records', '/records/{id}'], ['/record/a%20b', '/records/{id}'], ['/kind/measurements', '/kinds/{name}'], ['/health', '/health/live'],
      ['/openapi.yml', '/openapi.yaml'],
    ]) {
      const {json} = await api.server.request('GET', target);
      assert.equal(json.detail, `There is no such path. Did you mean "${meant}"? See "/swagger".`, target);
    }
    for (const target of ['/zzz', '/nothing/like/it', `/${'x'.repeat(5000)}`, '/%00']) {
      const {json} = await api.server.request('GET', target);
      assert.equal(json.detail, 'There is no such path. See "/swagger".', target);
    }
  });

  test('a URL beyond 8 KB is too long', async () => {
    for (const operation of all.filter(o => o.responses[414])) {
      const raw = Array.from({length: 300}, (_, i) => `${idOf[operation.operationId] ?? '_id'}=${'x'.repeat(30)}${i}`).join('&');
      await problem(operation, {raw}, 414, 'uri_too_long');
    }
  });

  test('headers beyond 16 KB are too large', async () => {
    const answer = await api.server.request('GET', '/version', {headers: {'X-Long': 'x'.repeat(17_000)}});
    assert.equal(answer.status, 431);
    assert.equal(answer.json.code, 'header_too_large');
    api.coverage.see('code header_too_large');
  });

  test('a request id of the caller is kept if it is sane, and replaced if not', async () => {
    for (const [sent, kept] of [['my-request.1', true], ['a b', false], ['x'.repeat(200), false], ['ü', false]]) {
      const headers = {'X-Request-Id': Buffer.from(sent).toString('latin1')};
      const answer = await api.server.request('GET', '/version', {headers});
      assert.equal(answer.headers['x-request-id'] === sent, kept, sent);
      assert.match(answer.headers['x-request-id'], /^[A-Za-z0-9._-]+$/);
    }
  });
}

/// Values near a valid one: each member left out, of another type, and one too many.
function* mutations(value) {
  const wrong = [null, true, 7, -1, 1.5, '', 'text', [], [[]], {}, [null], [7]];
  if (Array.isArray(value)) {
    for (let i = 0; i < Math.min(value.length, 3); i++) {
      for (const changed of mutations(value[i])) yield Object.assign([...value], {[i]: changed});
    }
  } else if (value !== null && typeof value === 'object') {
    yield {...value, surplus: 1};
    for (const key of Object.keys(value)) {
      const {[key]: _, ...rest} = value;
      yield rest;
      for (const other of wrong) yield {...value, [key]: other};
      for (const changed of mutations(value[key])) yield {...value, [key]: changed};
    }
  }
}
