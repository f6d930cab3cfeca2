// Kinds that one instance deploys, and another over the same data has a little later.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {until} from '../server/process.mjs';
import {call, freshNamespace, startOver} from './store.mjs';

const set = value => ({pipeline: [{set: {field: 'a', value}}]});

test('what one instance deploys and retires, the other has within seconds', async t => {
  const namespace = freshNamespace();
  const [one, other] = await Promise.all([startOver(t, namespace), startOver(t, namespace)]);
  const made = async server => {
    const {json} = await call(server, 'POST', '/store?kind=things', {});
    return json.results?.[0].record?.a;
  };
  assert.equal((await call(one, 'PUT', '/kinds/things', set(1))).status, 201);
  assert.equal(await made(one), 1);
  await until(async () => await made(other) === 1, 'the kind on the other instance');
  const next = await call(other, 'PUT', '/kinds/things', set(2));
  assert.deepEqual([next.status, next.json.version], [200, 2]);
  await until(async () => await made(one) === 2, 'the version on the first instance');
  const {json} = await call(one, 'GET', '/kinds/things/versions');
  assert.deepEqual(json.versions.map(v => v.version), [1, 2]);
  const trial = await call(one, 'PUT', '/kinds/things?dryRun=true&sample=5', set(3));
  assert.equal(trial.json.sample.changed, trial.json.sample.records);
  assert.equal((await call(one, 'DELETE', '/kinds/things')).status, 200);
  await until(async () => (await call(other, 'GET', '/kinds/things')).status === 404, 'the end of the kind');
});

test('instances that deploy the same kind at the same time get a version each', async t => {
  const namespace = freshNamespace();
  const servers = await Promise.all([startOver(t, namespace), startOver(t, namespace)]);
  const answers = await Promise.all([0, 1, 2, 3].map(i => call(servers[i % 2], 'PUT', '/kinds/things', set(i))));
  assert.deepEqual(answers.map(a => a.json.version).sort(), [1, 2, 3, 4], JSON.stringify(answers.map(a => a.json)));
});
