// A deletion by filter that is killed in the middle goes on with the next process, and deletes what it should.
import assert from 'node:assert/strict';
import {join} from 'node:path';
import {test} from 'node:test';
import {anyPort, emptyFolder, kinds, startServer, user} from '../server/process.mjs';

const records = 10_000;
const patience = 120_000;  // ms
const sleep = time => new Promise(resolve => setTimeout(resolve, time));
const idOf = n => `r${String(n).padStart(6, '0')}`;

test('a deletion by filter goes on after kill -9, and leaves what the filter does not select', async t => {
  const args = [...anyPort, '--kinds', kinds, '--store', `sqlite:${join(emptyFolder(t), 'store.db')}`];
  let server = await startServer(t, args, user);
  const call = async (method, path, body, type = 'application/json') => {
    const answer = await server.fetch(path, {method, body, ...(body !== undefined && {headers: {'Content-Type': type}})});
    const text = await answer.text();
    assert.ok(answer.status < 400, text);
    return {status: answer.status, json: JSON.parse(text)};
  };
  const left = async () => (await call('POST', '/filter', '{"aggregate": {"count": true}}')).json.aggregate.count;
  const lines = Array.from({length: records}, (_, i) => JSON.stringify({_id: idOf(i), n: i % 10}));
  await call('POST', '/store?return=counts', lines.join('\n'), 'application/x-ndjson');

  const made = await call('POST', '/delete', '{"filter": {"field": "n", "operator": "<", "value": 9}}');
  assert.equal(made.status, 202);
  const last = idOf(records - 10);  // The last one that is selected, until somebody changes it.
  await call('PUT', `/records/${last}`, '{"n": 9}');
  let seen = records;
  while (seen === records) seen = await left();
  await server.stop('SIGKILL');
  assert.ok(seen > records / 10 + 1, `the job had ended before it was killed: ${seen} were left`);

  server = await startServer(t, args, user);
  const end = Date.now() + patience;
  let job;
  do {
    await sleep(50);
    job = (await call('GET', `/jobs/${made.json.jobId}`)).json;
    assert.ok(Date.now() < end, JSON.stringify(job));
  } while (!job.finishedAt);
  assert.equal(job.state, 'succeeded', JSON.stringify(job));
  assert.equal(await left(), records / 10 + 1);
  const {groups} = (await call('POST', '/filter', '{"aggregate": {"groupBy": "n", "count": true}}')).json;
  assert.deepEqual(groups, [{key: 9, count: records / 10 + 1}]);
  assert.equal((await call('GET', `/records/${last}`)).json.n, 9);
});
