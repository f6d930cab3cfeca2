// Kinds that are deployed, judged, looked up and retired by requests.
import assert from 'node:assert/strict';
import {test} from 'node:test';

export default function kinds(api) {
  const name = 'climate';
  const call = async (expected, id, parameters = {}, body) => {
    const answer = await api.call(id, {parameters, body});
    assert.equal(answer.status, expected, answer.text);
    return answer;
  };
  const refusal = async (expected, code, id, parameters, body) => {
    const problem = (await call(expected, id, parameters, body)).json;
    assert.equal(problem.code, code, JSON.stringify(problem));
    return problem;
  };
  const cold = {set: {field: 'cold', value: true}, if: {field: 'celsius', operator: '<', value: 0}, description: 'Frost.'};
  const definition = {
    description: 'Readings of the weather stations.',
    pipeline: [{require: {fields: ['station', 'at']}}, {parse_time: {field: 'at'}}, cold],
    fields: {at: 'timestamp'},
    indexes: ['at'],
    id: {from: ['station', 'at']},
    retention: '90d',
    history: 10,
    examples: [
      {description: 'A cold morning.', original: {station: 's1', at: '2024-01-06T07:00:00+01:00', celsius: -3},
       record: {station: 's1', at: '2024-01-06T06:00:00Z', celsius: -3, cold: true}},
      {original: {station: 's1'}, error: {code: 'missing_field', step: 'require'}}]};
  const reading = {station: 's1', at: '2024-01-06T07:00:00Z', celsius: 4};

  test('a kind is deployed, and a record that is sent twice is stored once', async () => {
    const deployed = await call(201, 'deployKind', {name, 'If-None-Match': '*'}, {...definition, name});
    assert.deepEqual([deployed.json.version, deployed.json.managedBy, deployed.json.records], [1, 'api', 0]);
    assert.deepEqual(deployed.json.examples, definition.examples);
    const shown = await call(200, 'getKind', {name});
    const settled = ({indexBuilds, ...kind}) => kind;
    assert.deepEqual(settled(shown.json), settled(deployed.json));
    assert.equal(shown.headers.etag, deployed.headers.etag);
    const stored = (await call(201, 'storeRecords', {kind: name}, reading)).json.results[0];
    assert.equal(stored.record.at, '2024-01-06T07:00:00Z');
    const again = (await call(409, 'storeRecords', {kind: name}, reading)).json.results[0];
    assert.deepEqual([again.error.code, again._id], ['already_exists', stored._id]);
    assert.ok((await call(200, 'listKinds')).json.kinds.some(k => k.name === name));
  });

  test('a change is judged on what is stored before it is deployed', async () => {
    const warmer = {...definition, pipeline: [...definition.pipeline.slice(0, 2),
                                              {set: {field: 'warm', value: true}}], examples: []};
    const judged = (await call(200, 'deployKind', {name, dryRun: true, sample: 10}, warmer)).json;
    assert.deepEqual([judged.kind.version, judged.sample.records, judged.sample.changed], [2, 1, 1]);
    assert.deepEqual(judged.sample.differences[0].differences, [{pointer: '/warm', after: true}]);
    const strict = {...definition, pipeline: [{require: {fields: ['humidity']}}], id: {field: 'station'}, fields: {}, examples: []};
    const refusing = (await call(200, 'deployKind', {name, dryRun: true}, strict)).json;
    assert.equal(refusing.sample.refused, 1);
    assert.equal(refusing.sample.differences[0].error.code, 'missing_field');
    assert.equal((await call(200, 'getKind', {name})).json.version, 1);

    const tried = (await call(200, 'transformRecords', {}, {
      definition: {name, pipeline: [{remove: {fields: ['celsius']}}]}, sample: 10, against: 'deployed'})).json;
    assert.deepEqual(tried.comparison, {records: 1, same: 0, changed: 1, refused: 0, accepted: 0});
    assert.equal(tried.results[0].deployed.record.celsius, 4);
    assert.ok(tried.results[0]._id);
    const mixed = (await call(200, 'transformRecords', {}, {
      definition: {name, pipeline: [{require: {fields: ['humidity']}}]}, against: 'deployed',
      records: [{humidity: 1}, reading, {}]})).json;
    assert.deepEqual(mixed.results.map(r => r.outcome), ['accepted', 'refused', 'same']);
    assert.equal(mixed.results[0].deployed.error.code, 'missing_field');
  });

  test('a trace shows what was skipped and what was handled', async () => {
    const {results} = (await call(200, 'transformRecords', {trace: true}, {
      definition: {name: 'trial', pipeline: [cold, {parse_time: {field: 'at'}, onError: 'skip'},
                                             {parse_time: {field: 'at'}, onError: [{set: {field: 'at', value: null}}]}]},
      records: [{celsius: 4, at: 'noon'}]})).json;
    assert.deepEqual(results[0].record, {celsius: 4, at: null});
    assert.deepEqual(results[0].trace.map(s => [s.skipped, s.error?.code]),
                     [[true, undefined], [undefined, 'invalid_time'], [undefined, 'invalid_time']]);
  });

  test('what is not right is not deployed, and the answer says where it is wrong', async () => {
    const failed = await refusal(422, 'example_failed', 'deployKind', {name},
                                 {...definition, pipeline: definition.pipeline.slice(0, 2)});
    assert.equal(failed.failedExample.index, 0);
    assert.equal(failed.failedExample.expected.cold, true);
    assert.equal(failed.failedExample.trace.length, 2);
    const fault = await refusal(400, 'invalid_configuration', 'deployKind', {name}, {pipeline: [{parsetime: {}}]});
    assert.equal(fault.pointer, '/pipeline/0/parsetime');
    await refusal(400, 'invalid_configuration', 'deployKind', {name}, {name: 'other'});
    await refusal(400, 'invalid_request', 'deployKind', {name: '7up'}, {});
    await refusal(400, 'invalid_request', 'deployKind', {name, sample: 0}, {});
    await refusal(409, 'version_conflict', 'deployKind', {name}, {...definition, version: 7});
    await refusal(409, 'managed_by_file', 'deployKind', {name: 'records'}, {});
    await refusal(409, 'managed_by_file', 'retireKind', {name: 'records'});
    await refusal(412, 'precondition_failed', 'deployKind', {name, 'If-None-Match': '*'}, definition);
    await refusal(412, 'precondition_failed', 'deployKind', {name, 'If-Match': '"other"'}, definition);
    await refusal(412, 'precondition_failed', 'retireKind', {name, 'If-Match': '"other"'});
    assert.equal((await call(200, 'getKind', {name})).json.version, 1);
  });

  test('every version can be looked up, also after the kind was retired', async () => {
    const {headers} = await call(200, 'getKind', {name});
    const second = await call(200, 'deployKind', {name, 'If-Match': headers.etag},
                              {name, version: 2, pipeline: [], id: {field: 'station'}});
    assert.equal(second.json.version, 2);
    assert.notEqual(second.headers.etag, headers.etag);
    const {versions} = (await call(200, 'listKindVersions', {name})).json;
    assert.deepEqual(versions.map(v => [v.version, v.deployedBy]), [[1, api.server.user], [2, api.server.user]]);
    assert.deepEqual((await call(200, 'getKindVersion', {name, version: 1})).json, versions[0]);
    await refusal(404, 'not_found', 'getKindVersion', {name, version: 3});
    const retired = (await call(200, 'retireKind', {name, 'If-Match': second.headers.etag})).json;
    assert.deepEqual([retired.version, retired.records], [2, 1]);
    await refusal(404, 'unknown_kind', 'getKind', {name});
    await refusal(404, 'unknown_kind', 'retireKind', {name});
    assert.equal((await call(200, 'listKindVersions', {name})).json.versions.length, 2);
    await refusal(404, 'unknown_kind', 'listKindVersions', {name: 'climat'});
  });
}
