// Beyond --max-rejects the oldest rejects of a kind go, and the server says so.
import assert from 'node:assert/strict';
import {join} from 'node:path';
import {test} from 'node:test';
import {anyPort, emptyFolder, kinds, startServer, store, until, user} from './process.mjs';

test('rejects beyond the bound are erased, the oldest first, and the log and the metrics say how many', async t => {
  const file = join(emptyFolder(t), 'bound.db');
  const server = await startServer(t, [...anyPort, '--kinds', kinds, '--store', `sqlite:${file}`, '--max-rejects', '2'], user);
  const json = async path => (await server.fetch(path)).json();
  for (let i = 0; i < 5; ++i) assert.equal((await store(server, [{data: [i]}], 'measurements')).status, 422);
  await until(async () => (await json('/rejects?kind=measurements')).rejects.length === 2, 'the bound');
  const left = (await json('/rejects?kind=measurements')).rejects.map(reject => JSON.parse(reject.original).data[0]);
  assert.deepEqual(left.sort(), [3, 4]);
  const counted = /^dropzone_rejects_erased_total\{kind="measurements"\} 3$/m;
  await until(async () => counted.test(await (await server.fetch('/metrics')).text()), 'the metric');
  await until(() => server.stderr.includes('3 rejects of the kind measurements were erased'), 'the line in the log');
  assert.equal(await server.stop(), 0);
});
