// `dropzone-server copy` into Datastore and back: nothing is lost, changed or doubled on the way.
import assert from 'node:assert/strict';
import {join} from 'node:path';
import {test} from 'node:test';
import {anyPort, emptyFolder, kinds, spawnServer, startServer, store, until, user} from '../server/process.mjs';
import {startProxy} from './fault_proxy.mjs';
import {emulator, freshNamespace, project, startOver} from './store.mjs';

const onFile = file => [...anyPort, '--store', `sqlite:${file}`, '--kinds', kinds];
const inDatastore = namespace => `datastore:${project}/${namespace}`;

function spawnCopy(from, to, host = emulator) {
  return spawnServer(['copy', '--from', from, '--to', to, '--kinds', kinds, '--secrets'],
                     {DATASTORE_EMULATOR_HOST: host});
}

async function everything(server) {
  const texts = [];
  for (const kind of ['records', 'measurements']) {
    texts.push(await (await server.fetch(`/export?kind=${kind}&original=true&meta=true`)).text());
  }
  return [...texts, await (await server.fetch('/rejects?limit=1000')).text()];
}

const held = () => new Promise(() => {});  // Until the one who called is gone.

/// A file with records of both kinds, and a reject.
async function fillFile(t, file, count) {
  const server = await startServer(t, onFile(file), user);
  const odd = '{"_id":"odd", "n" : 1.10, "n":123456789012345678901234567890, "e": 1e3, "t":"2020-01-01T00:00:00Z"}';
  assert.equal((await server.fetch('/store', {
    method: 'POST', body: odd, headers: {'Content-Type': 'application/json'}})).status, 201);
  for (let i = 0; i < count; i += 500) {
    const records = Array.from({length: Math.min(500, count - i)}, (_, n) =>
        ({_id: `r${i + n}`, n: i + n, 'a.b': [[n]], text: 'ä'.repeat(n)}));
    assert.equal((await store(server, records)).status, 201);
  }
  const measured = [{_id: 'm', time_stamp: '2019-05-01T06:00:00.25-04:00', data: [4.5, 5, 6.1]},
                    {_id: 'x', time_stamp: 'never', data: [1, 2]}];
  assert.equal((await store(server, measured, 'measurements')).status, 207);
  const shown = await everything(server);
  assert.equal(await server.stop(), 0);
  return shown;
}

test('from a file to Datastore and back, every byte is the same', async t => {
  const folder = emptyFolder(t);
  const [source, back] = ['source.db', 'back.db'].map(name => join(folder, name));
  const shown = await fillFile(t, source, 700);
  const namespace = freshNamespace();
  const there = spawnCopy(`sqlite:${source}`, inDatastore(namespace));
  assert.equal(await there.ended, 0, there.stdout + there.stderr);
  assert.match(there.stdout, /^records: the same, 701 records, checksum [0-9a-f]{64}; 701 copied, 0 were there$/m);
  assert.match(there.stdout, /^_dropzone_secrets: the same, 1 records/m);

  const server = await startOver(t, namespace);
  assert.deepEqual(await everything(server), shown);
  assert.equal(await server.stop(), 0);

  const again = spawnCopy(inDatastore(namespace), `sqlite:${back}`);
  assert.equal(await again.ended, 0, again.stdout + again.stderr);
  // The emulator does not tell its kinds: those that it could have come back, some of them empty.
  const tallies = text => text.match(/\b[1-9]\d* records, checksum [0-9a-f]{64}/g).sort();
  assert.deepEqual(tallies(again.stdout), tallies(there.stdout));
  const restored = await startServer(t, onFile(back), user);
  assert.deepEqual(await everything(restored), shown);
  assert.equal(await restored.stop(), 0);
});

test('a copy that is killed between two commits goes on from there', async t => {
  const folder = emptyFolder(t);
  const source = join(folder, 'source.db');
  const shown = await fillFile(t, source, 4_000);
  const namespace = freshNamespace();
  const proxy = await startProxy(t, emulator);
  let commits = 0;  // Of the kind that has most; four of the first page.
  const ofRecords = body => (body.mutations[0].insert ?? body.mutations[0].update).key.path[0].kind === 'records';
  proxy.fault = (method, body) => method === 'commit' && ofRecords(body) && ++commits > 4 ? held : undefined;
  const killed = spawnCopy(`sqlite:${source}`, inDatastore(namespace), proxy.host);
  await until(() => commits > 4, 'the commits of the first page, and one more');
  killed.child.kill('SIGKILL');
  assert.equal(await killed.ended, 'SIGKILL');

  const again = spawnCopy(`sqlite:${source}`, inDatastore(namespace));
  assert.equal(await again.ended, 0, again.stdout + again.stderr);
  const [, now, present] = again.stdout.match(/^records: the same, 4001 records, .*; (\d+) copied, (\d+) were there$/m);
  assert.equal(Number(now) + Number(present), 4_001);
  assert.ok(Number(present) >= 2_000 && Number(now) >= 500, again.stdout);
  const server = await startOver(t, namespace);
  assert.deepEqual(await everything(server), shown);
  assert.equal(await server.stop(), 0);
});

test('what Datastore does not take is named, and all else is copied', async t => {
  const folder = emptyFolder(t);
  const source = join(folder, 'source.db');
  const server = await startServer(t, onFile(source), user);
  assert.equal((await store(server, [{_id: 'large', text: 'x'.repeat(1_100_000)}, {_id: 'small'}])).status, 201);
  assert.equal(await server.stop(), 0);
  const copy = spawnCopy(`sqlite:${source}`, inDatastore(freshNamespace()));
  assert.equal(await copy.ended, 1, copy.stdout + copy.stderr);
  assert.match(copy.stdout, /^records: DIFFERENT; 1 copied, 0 were there$/m);
  assert.match(copy.stdout, /only in sqlite:\S+: "large"$/m);
  assert.match(copy.stdout, /not taken by datastore:\S+ \(.*\): "large"$/m);
});

/// What Datastore answers where it is asked for its kinds; the emulator does not know them.
const kindsAnswer = names => JSON.stringify({batch: {
  entityResultType: 'KEY_ONLY', moreResults: 'NO_MORE_RESULTS',
  entityResults: names.map(name => ({entity: {key: {partitionId: {}, path: [{kind: '__kind__', name}]}}}))}});

test('a kind that is not deployed is not passed over in silence', async t => {
  const namespace = freshNamespace();
  const server = await startOver(t, namespace);
  assert.equal((await store(server, {_id: 'a'})).status, 201);
  assert.equal(await server.stop(), 0);
  const proxy = await startProxy(t, emulator);
  proxy.fault = (method, body) => method !== 'runQuery' || !JSON.stringify(body).includes('__kind__') ? undefined :
      ({response}) => response.end(kindsAnswer(['__Stat_Kind__', 'others', 'records']));
  const args = more => ['copy', '--from', inDatastore(namespace), '--kinds', kinds, ...more,
                        '--to', `sqlite:${join(emptyFolder(t), 'target.db')}`];
  const refused = spawnServer(args([]), {DATASTORE_EMULATOR_HOST: proxy.host});
  assert.equal(await refused.ended, 2, refused.stdout);
  assert.match(refused.stderr, /records of the kind "others", which no file in --kinds and no request has defined/);
  const chosen = spawnServer(args(['--only', 'records']), {DATASTORE_EMULATOR_HOST: proxy.host});
  assert.equal(await chosen.ended, 0, chosen.stderr);
  assert.match(chosen.stdout, /^records: the same, 1 records/);
});

test('a Datastore that goes away is said, and the way to go on', async t => {
  const folder = emptyFolder(t);
  const source = join(folder, 'source.db');
  await fillFile(t, source, 10);
  const proxy = await startProxy(t, emulator);
  proxy.fault = method => method === 'commit' ? 'aborted' : undefined;
  const copy = spawnCopy(`sqlite:${source}`, inDatastore(freshNamespace()), proxy.host);
  assert.equal(await copy.ended, 2, copy.stdout);
  assert.match(copy.stderr, /dropzone-server: copy: _dropzone_pipelines: .* run the same command again to resume\.\n$/);
});
