// A job rests while clients send requests, and ends although they never stop.
import assert from 'node:assert/strict';
import {join} from 'node:path';
import {test} from 'node:test';
import {anyPort, emptyFolder, kinds, startServer, user} from '../server/process.mjs';

const records = 5_000;
const patience = 120_000;  // ms

test('a job rests while clients send requests, and ends although they never stop', async t => {
  const server = await startServer(
      t, [...anyPort, '--kinds', kinds, '--store', `sqlite:${join(emptyFolder(t), 'store.db')}`], user);
  const call = async (method, path, body, type = 'application/json') => {
    const answer = await server.fetch(path, {method, body, ...(body !== undefined && {headers: {'Content-Type': type}})});
    const text = await answer.text();
    assert.ok(answer.status < 400, text);
    return text;
  };
  const lines = Array.from({length: records}, (_, i) => JSON.stringify({_id: `r${i}`, old: true}));
  await call('POST', '/store?return=counts', lines.join('\n'), 'application/x-ndjson');

  const {jobId} = JSON.parse(await call('POST', '/delete', '{"filter": {"field": "old", "operator": "=", "value": true}}'));
  const end = Date.now() + patience;
  let job;
  do {
    await call('GET', '/fetchMany?_id=none');
    job = JSON.parse(await call('GET', `/jobs/${jobId}`));
    assert.ok(Date.now() < end, JSON.stringify(job));
  } while (!job.finishedAt);
  assert.equal(job.state, 'succeeded', JSON.stringify(job));
  const [, rested] = /^dropzone_job_rest_seconds_total (\S+)$/m.exec(await call('GET', '/metrics'));
  assert.ok(Number(rested) > 0, rested);
});
