// Jobs of two servers that share a store.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {until} from '../server/process.mjs';
import {call, freshNamespace, startOver} from './store.mjs';

const kind = 'rivers';

test('a job whose server is killed goes on with another one, and does each record once', async t => {
  const namespace = freshNamespace();
  const servers = [await startOver(t, namespace), await startOver(t, namespace)];
  const [one] = servers;
  const deploy = async pipeline => {
    const {status} = await call(one, 'PUT', `/kinds/${kind}`, {pipeline});
    assert.ok(status === 200 || status === 201);
  };
  await deploy([]);
  const records = Array.from({length: 100}, (_, i) => ({_id: `r${i}`, level: i}));
  assert.equal((await call(one, 'POST', `/store?kind=${kind}`, records)).status, 201);
  await deploy([{set: {field: 'unit', value: 'm'}}]);
  const {json: {jobId}, status} = await call(one, 'POST', `/kinds/${kind}/retransform`, {maxPerSecond: 10});
  assert.equal(status, 202);
  const jobBy = async server => (await call(server, 'GET', `/jobs/${jobId}`)).json;

  await until(async () => (await jobBy(one)).progress.done >= 20, 'the first records');
  const holder = servers.find(server => server.stderr.includes(`${jobId} (retransform) runs here`));
  const other = servers.find(server => server !== holder);
  assert.ok(holder);
  await holder.stop('SIGKILL');
  const killed = Date.now();
  const {done} = (await jobBy(other)).progress;
  await until(async () => (await jobBy(other)).progress.done > done, 'the take-over');
  t.diagnostic(`taken over after ${Date.now() - killed} ms`);
  assert.ok(other.stderr.includes(`${jobId} (retransform) goes on here`));

  const job = await until(async () => {
    const now = await jobBy(other);
    return now.finishedAt && now;
  }, 'the end of the job');
  assert.equal(job.state, 'succeeded');
  assert.equal(job.progress.done, 100);
  assert.equal(job.progress.transformed + job.progress.current, 100);
  const page = await call(other, 'GET', `/fetchAll?kind=${kind}&limit=1000&meta=true`);
  assert.equal(page.json.records.length, 100);
  for (const record of page.json.records) {
    assert.equal(record.unit, 'm');
    assert.equal(record._meta.pipeline, `${kind}@2`);
  }
});
