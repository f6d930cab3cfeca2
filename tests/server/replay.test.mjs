// A replay makes one record of each reject, whoever else replays and whenever the server is killed.
import assert from 'node:assert/strict';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {startServer} from '../support/server.mjs';

const kind = 'replayed';
const count = 10_000;
const each = 500;  // rejects a request
const kills = 3;

const json = {'Content-Type': 'application/json'};

async function ask(server, method, target, body) {
  const answer = await server.request(method, target, {headers: json, body: body && JSON.stringify(body)});
  assert.ok(answer.status < 300 || answer.status === 422, `${method} ${target}: ${answer.status} ${answer.text.slice(0, 500)}`);
  return answer;
}

const deploy = (server, ...fields) => ask(server, 'PUT', `/kinds/${kind}`, {pipeline: [{require: {fields}}]});
const lines = answer => answer.text.split('\n').filter(Boolean).map(line => JSON.parse(line));
const rejectsOf = async server => lines(await ask(server, 'GET', `/rejects?kind=${kind}&format=ndjson`));
const recordsOf = async server => lines(await ask(server, 'GET', `/export?kind=${kind}&original=true`));

/// Replays the rejects in this order; ends with the server.
async function replay(server, ids, answered) {
  for (let i = 0; i < ids.length; i += each) {
    try {
      answered((await ask(server, 'POST', '/rejects/replay', {rejectIds: ids.slice(i, i + each)})).json);
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      return;  // The server was killed.
    }
  }
}

/// Lets two replay at the same time, one from the front and one from the back.
const replayTwice = (server, ids, answered) =>
    Promise.all([replay(server, ids, answered), replay(server, ids.toReversed(), answered)]);

test('each reject becomes one record or stays, through kills and two replays at the same time', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dropzone-replay.'));
  const store = `sqlite:${join(folder, 'replay.db')}`;
  let server = await startServer({store});
  try {
    await deploy(server, 'n', 'never');
    // Every other one has an id of its own; every seventh is never fit.
    const records = Array.from({length: count}, (_, i) => ({...(i % 2 ? {_id: `named-${i}`} : {}), i, ...(i % 7 ? {n: i} : {})}));
    for (let i = 0; i < count; i += 5_000) await ask(server, 'POST', `/store?kind=${kind}&return=counts`, records.slice(i, i + 5_000));
    await deploy(server, 'n');
    const ids = (await rejectsOf(server)).map(reject => reject.rejectId);
    assert.equal(ids.length, count);

    let stored = 0;
    for (let kill = 0; kill < kills; ++kill) {
      let answers = 0;
      await replayTwice(server, ids, report => {
        stored += report.stored;
        if (++answers === 3 + kill) server.signal('SIGKILL');
      });
      await server.exited;
      server.request.end();
      server = await startServer({store});
      const left = await rejectsOf(server);
      const there = await recordsOf(server);
      assert.equal(left.length + there.length, count, 'a reject is lost, or twice there');
      assert.ok(there.length >= stored, 'a record that was confirmed is lost');
      stored = there.length;
    }
    let refused = 0;
    await replayTwice(server, ids, report => { stored += report.stored; refused += report.refused; });

    const there = await recordsOf(server);
    assert.equal(stored, there.length);
    assert.deepEqual(there.map(record => record._original.i).sort((a, b) => a - b), records.filter(r => r.n).map(r => r.i));
    const left = await rejectsOf(server);
    assert.deepEqual(left.map(reject => JSON.parse(reject.original).i).sort((a, b) => a - b), records.filter(r => !r.n).map(r => r.i));
    assert.equal(refused, 2 * left.length);
    assert.ok(left.every(reject => reject.times === 1 && reject.detail.includes('"n"') && !reject.errors));
  } finally {
    await server.stop();
    rmSync(folder, {recursive: true});
  }
});
