// The harness finds what does not conform.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Api} from './api.mjs';
import {readSpecification} from './specification.mjs';

const good = {
  status: 200,
  headers: {'content-type': 'application/json', 'x-request-id': 'r1'},
  json: {keys: ['a'], nextCursor: null},
};
const problem = {
  type: 'about:blank', title: 'Not Found', status: 404, detail: 'No.', instance: '/fetchKeys',
  code: 'unknown_kind', requestId: 'r1',
};
const bad = {status: 404, headers: {...good.headers, 'content-type': 'application/problem+json'}, json: problem};

const api = new Api(readSpecification(), undefined);

async function call(answer, id = 'fetchKeys', request = {}) {
  const text = JSON.stringify(answer.json);
  api.server = {request: () => ({...answer, text, bytes: Buffer.from(text)})};
  await api.call(id, request);
}

test('an answer that conforms passes', async () => {
  await call(good);
  await call(bad);
});

test('an answer that does not conform is found', async () => {
  for (const [answer, fault] of [
    [{...good, status: 201}, /status 201 is not documented/],
    [{...bad, status: 409, json: {...problem, status: 409}}, /status 409 is not documented/],
    [{...good, headers: {'content-type': 'application/json'}}, /header X-Request-Id is missing/],
    [{...good, headers: {...good.headers, 'content-type': 'text/html'}}, /"text\/html" is not documented/],
    [{...good, json: {keys: ['a']}}, /must have required property 'nextCursor'/],
    [{...good, json: {...good.json, more: 1}}, /must NOT have additional properties/],
    [{...good, json: {keys: [1], nextCursor: null}}, /\/keys\/0 must be string/],
    [{...bad, json: {...problem, code: 'new_code'}}, /must be equal to one of the allowed values/],
    [{...bad, json: {...problem, code: 'not_an_object'}}, /status of not_an_object/],
    [{...bad, json: {...problem, status: 400}}, /400 !== 404/],
    [{...bad, json: {...problem, requestId: 'r2'}}, /'r2'/],
    [{...bad, headers: {...bad.headers, 'content-type': 'application/json'}}, /"application\/json" is not documented/],
  ]) {
    await assert.rejects(call(answer), fault, JSON.stringify(answer));
  }
});

test('a request that is accepted against the specification is found', async () => {
  await assert.rejects(call(good, 'fetchKeys', {parameters: {limit: 0}}), /accepted the parameter limit/);
  const many = {...good, json: {records: [], missing: []}};
  await assert.rejects(call(many, 'fetchManyByBody', {body: {_id: ['a'], surplus: 1}}),
                       /accepted a body that the specification does not allow/);
  await assert.rejects(call(many, 'fetchMany'), /accepted without the parameter _id/);
});

test('what was not exercised is known', async () => {
  api.coverage.seen.clear();
  await call(good, 'fetchKeys', {parameters: {limit: 1}});
  await call(bad, 'fetchKeys', {parameters: {cursor: 'x'}});
  const {coverage} = api;
  for (const name of ['operation fetchKeys', 'status fetchKeys 200', 'parameter fetchKeys limit', 'header fetchKeys 200 X-Request-Id',
                      'status fetchKeys 404',
                      'answer fetchKeys 200 application/json', 'schema KeyPage', 'schema KeyPage.keys']) {
    assert.ok(!coverage.missing.includes(name), name);
  }
  for (const name of ['operation storeRecords', 'status fetchKeys 401', 'parameter fetchKeys cursor', 'schema Meta.sha256',
                      'parameter storeRecords mode=atomic', 'parameter fetchAll meta=true', 'header getRecord 200 ETag',
                      'request storeNdjson application/jsonl', 'code empty_body', 'schema AcceptedResult.line']) {
    assert.ok(coverage.missing.includes(name), name);
  }
});
