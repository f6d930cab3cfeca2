// `dropzone-server copy`: all that a store has comes into another, also if it is killed on the way.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {anyPort, emptyFolder, faultOf, kinds, spawnServer, startServer, store, until, user} from './process.mjs';

const url = file => `sqlite:${file}`;
const on = file => [...anyPort, '--store', url(file), '--kinds', kinds];
const copyArgs = (from, to, ...more) => ['copy', '--from', url(from), '--to', url(to), '--kinds', kinds, ...more];

async function copied(...args) {
  const copy = spawnServer(copyArgs(...args));
  copy.status = await copy.ended;
  return copy;
}

/// All that a server shows of its records and rejects, as text.
async function everything(server) {
  const texts = [];
  for (const kind of ['records', 'measurements']) {
    texts.push(await (await server.fetch(`/export?kind=${kind}&original=true&meta=true`)).text());
  }
  texts.push(await (await server.fetch('/rejects?limit=1000')).text());
  return texts;
}

/// Stores what is hard to copy. Returns a key for a device.
async function fill(server) {
  const put = (path, body, type) => server.fetch(path, {method: 'POST', body, headers: {'Content-Type': type}});
  const odd = '[{"_id":"odd", "n" : 1.10, "n":123456789012345678901234567890, "t":"2020-01-01T00:00:00Z"},\n' +
      '{"_id":"nested","a":[[1,{"b":null}],"\\u00e9\\ud83d\\ude00"]}, {"no":"id"}]';
  assert.equal((await put('/store', odd, 'application/json')).status, 201);
  const lines = Buffer.concat([
    Buffer.from('{"_id":"m1","time_stamp":"2019-05-01T06:00:00.25-04:00","data":[4.5,5.0,6.10]}\n'),
    Buffer.from('{"_id":"m2","time_stamp":"never","data":[1,2]}\n'),
    Buffer.from([0x7b, 0xff, 0xfe, 0x0a])]);
  assert.equal((await put('/store?kind=measurements', lines, 'application/x-ndjson')).status, 207);
  const patched = await server.fetch('/records/nested', {
    method: 'PATCH', body: '{"later":true}', headers: {'Content-Type': 'application/merge-patch+json'}});
  assert.equal(patched.status, 200);
  const made = await put('/auth/keys', '{"name":"sensor","roles":"read"}', 'application/json');
  assert.equal(made.status, 201, await made.clone().text());
  return (await made.json()).key;
}

test('a copy is the store to the byte, with ETags and rejects, and with keys on request', async t => {
  const folder = emptyFolder(t);
  const [source, target] = ['source.db', 'target.db'].map(name => join(folder, name));
  const first = await startServer(t, on(source), user);
  const key = await fill(first);
  const before = await everything(first);
  const etag = (await first.fetch('/records/odd')).headers.get('etag');
  assert.equal(await first.stop(), 0);

  const plain = await copied(source, target);
  assert.equal(plain.status, 0, plain.stdout + plain.stderr);
  assert.match(plain.stdout, /^records: the same, 3 records, checksum [0-9a-f]{64}; 3 copied, 0 were there$/m);
  assert.match(plain.stdout, /^_dropzone_rejects: the same, 2 records/m);
  assert.match(plain.stdout, /^_dropzone_api_keys: left out; it has secrets, which --secrets copies$/m);
  assert.match(plain.stderr, /^copying records: 3 of 3 \(100 %\)$/m);
  const askWithKey = server => server.fetch('/fetchKeys', {credentials: null, headers: {'X-API-Key': key}});

  let second = await startServer(t, on(target), user);
  assert.deepEqual(await everything(second), before);
  assert.equal((await second.fetch('/records/odd', {headers: {'If-None-Match': etag}})).status, 304);
  assert.equal((await askWithKey(second)).status, 401);
  assert.equal(await second.stop(), 0);

  const withSecrets = await copied(source, join(folder, 'moved.db'), '--secrets');
  assert.equal(withSecrets.status, 0, withSecrets.stdout + withSecrets.stderr);
  second = await startServer(t, on(join(folder, 'moved.db')), user);
  assert.deepEqual(await everything(second), before);
  assert.equal((await askWithKey(second)).status, 200);
  assert.equal(await second.stop(), 0);
});

test('kinds that requests have deployed are copied with their records and versions', async t => {
  const folder = emptyFolder(t);
  const [source, target] = ['source.db', 'target.db'].map(name => join(folder, name));
  const serve = file => startServer(t, [...anyPort, '--kinds', kinds, '--store', url(file)], user);
  const deploy = (server, value) => server.fetch('/kinds/things', {
    method: 'PUT', body: JSON.stringify({pipeline: [{set: {field: 'a', value}}]}), headers: {'Content-Type': 'application/json'}});
  const from = await serve(source);
  await deploy(from, 1);
  assert.equal((await store(from, {_id: 'one'}, 'things')).status, 201);
  await deploy(from, 2);
  await from.stop();
  assert.equal((await copied(source, target)).status, 0);
  const to = await serve(target);
  assert.deepEqual((await (await to.fetch('/fetchAll?kind=things')).json()).records, [{_id: 'one', a: 1}]);
  assert.equal((await (await to.fetch('/kinds/things/versions')).json()).versions.length, 2);
  assert.equal((await (await deploy(to, 3)).json()).version, 3);
});

test('a copy that is killed goes on where it was, doubles nothing, and needs little memory', async t => {
  const folder = emptyFolder(t);
  const [source, target] = ['source.db', 'target.db'].map(name => join(folder, name));
  const first = await startServer(t, on(source), user);
  const batches = 60;
  for (let i = 0; i < batches; ++i) {
    const records = Array.from({length: 20}, (_, n) => ({_id: `r-${i}-${n}`, text: `${n}`.repeat(50_000)}));
    assert.equal((await store(first, records)).status, 201);
  }
  assert.equal(await first.stop(), 0);
  assert.ok(statSync(source).size > 60e6);

  const killed = spawnServer(copyArgs(source, target));
  const written = () => statSync(`${target}-wal`, {throwIfNoEntry: false})?.size ?? 0;
  await until(() => written() > 20e6 || killed.child.exitCode !== null, 'the first pages');
  killed.child.kill('SIGKILL');
  assert.equal(await killed.ended, 'SIGKILL', 'it was still at work');

  const again = spawnServer(copyArgs(source, target));
  let most = 0;
  const watch = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${again.child.pid}/status`, 'utf8');
      most = Math.max(most, Number(status.match(/RssAnon:\s+(\d+) kB/)?.[1] ?? 0));
    } catch { /* It has ended. */ }
  }, 5);
  assert.equal(await again.ended, 0, again.stdout + again.stderr);
  clearInterval(watch);
  const [, now, there] = again.stdout.match(/records: the same, 1200 records, .*; (\d+) copied, (\d+) were there/);
  assert.equal(Number(now) + Number(there), 20 * batches);
  assert.ok(Number(there) > 0, 'what was there was not copied again');
  assert.ok(Number(now) > 0, 'something was left to copy');
  t.diagnostic(`${most} kB of memory at most`);
  assert.ok(most > 0 && most < 60_000, `${most} kB`);
});

test('a store that differs is named, left as it is, and the status says so', async t => {
  const folder = emptyFolder(t);
  const [source, target] = ['source.db', 'target.db'].map(name => join(folder, name));
  for (const [file, records] of [[source, [{_id: 'a', n: 1}, {_id: 'b', n: 1}]], [target, [{_id: 'b', n: 2}, {_id: 'c'}]]]) {
    const server = await startServer(t, on(file), user);
    assert.equal((await store(server, records)).status, 201);
    assert.equal(await server.stop(), 0);
  }
  const copy = await copied(source, target);
  assert.equal(copy.status, 1, copy.stderr);
  assert.match(copy.stdout, /^records: DIFFERENT; 1 copied, 1 were there$/m);
  assert.match(copy.stdout, /source\.db: 2 records, checksum [0-9a-f]{64}\n.*target\.db: 3 records, checksum/);
  assert.match(copy.stdout, /^ {2}only in sqlite:\S+target\.db: "c"$/m);
  assert.match(copy.stdout, /^ {2}in both, and not the same: "b"$/m);
  assert.match(copy.stdout, /DIFFER\.\n$/);
  const server = await startServer(t, on(target), user);
  const {records} = await (await server.fetch('/fetchAll')).json();
  assert.deepEqual(records, [{_id: 'a', n: 1}, {_id: 'b', n: 2}, {_id: 'c'}]);
  assert.equal(await server.stop(), 0);
});

test('on a terminal there is a bar', async t => {
  const folder = emptyFolder(t);
  const source = join(folder, 'source.db');
  const server = await startServer(t, on(source), user);
  assert.equal((await store(server, {_id: 'a'})).status, 201);
  assert.equal(await server.stop(), 0);
  const command = [process.env.DROPZONE_SERVER, ...copyArgs(source, join(folder, 'target.db'))].join(' ');
  const {status, stdout} = spawnSync('script', ['-qec', command, '/dev/null'], {encoding: 'utf8', timeout: 60_000});
  assert.equal(status, 0, stdout);
  assert.match(stdout, /\r\x1b\[Kcopying records \[#{20}\] 100 %, 1 of 1/);
  assert.match(stdout, /\r\x1b\[Kcomparing records \[#{20}\] 100 %, 2 of 2/);
});

test('what cannot be copied is said in one line', async t => {
  const folder = emptyFolder(t);
  const file = join(folder, 'live.db');
  const closed = join(folder, 'closed.db');
  const first = await startServer(t, on(closed), user);
  assert.equal(await first.stop(), 0);
  const live = await startServer(t, on(file), user);
  const other = url(join(folder, 'other.db'));
  for (const [args, pattern] of [
    [['--to', other], /No store to copy from/],
    [['--from', url(file)], /No store to copy to/],
    [['--from', 'memory:', '--to', other], /a memory: store .* cannot be copied/],
    [['--from', url(file), '--to', 'memory:'], /keeps nothing/],
    [['--from', url(join(folder, 'none.db')), '--to', other], /there is no store \S+none\.db/],
    [['--from', url(file), '--to', url(file)], /it is the store that --from names/],
    [['--from', url(file), '--to', other], /--from sqlite:\S+live\.db: Another process has the store open/],
    [['--from', url(closed), '--to', url(file)], /--to sqlite:\S+live\.db: Another process has the store open/],
    [['--from', url(file), '--to', 'sqlit:x'], /is not a store.*sqlite/],
    [['--from', url(closed), '--to', other, '--only', 'record'], /record.*records/],
  ]) {
    assert.match(await faultOf(['copy', ...args, '--kinds', kinds]), pattern);
  }
  assert.equal(await live.stop(), 0);
  const help = spawnServer(['copy', '--help']);
  assert.equal(await help.ended, 0);
  assert.match(help.stdout, /to resume a copy that\nwas interrupted, run it again/);
});
