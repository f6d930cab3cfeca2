// Measures the server over Datastore: against a stub whose commits take 20 ms, and, if
// DATASTORE_EMULATOR_HOST is set, against the emulator next to bare calls of it in the same run, and with many clients
// that change one record.
//
//   node bench/datastore.mjs SERVER [SECONDS]
import {execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import http from 'node:http';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const [binary, seconds = '10'] = process.argv.slice(2);
const clients = 256;
const folder = mkdtempSync(join(tmpdir(), 'dropzone-bench-'));
const running = new Set();
process.on('exit', () => (running.forEach(child => child.kill('SIGKILL')), rmSync(folder, {recursive: true})));

/// Starts a process and waits for the line with its address.
async function start(command, args, env = {}) {
  const child = spawn(command, args, {env: {PATH: process.env.PATH, ...env}, stdio: ['ignore', 'pipe', 'ignore']});
  running.add(child);
  const [line] = await once(child.stdout, 'data');
  return {child, line: line.toString().trim()};
}

async function stop({child}) {
  let output = '';
  child.stdout.on('data', text => (output += text));
  child.kill('SIGTERM');
  await once(child, 'close');
  running.delete(child);
  return output;
}

const startServer = async (host, namespace = `n${Date.now()}`) => {
  const server = await start(binary, ['--listen', '127.0.0.1:0', '--kinds', join(here, '../kinds'), '--access-log', '0',
                                      '--workers', `${clients}`, '--store', `datastore:bench/${namespace}`],
                             {DATASTORE_EMULATOR_HOST: host, DROPZONE_USER: 'demo', DROPZONE_PASSWORD: 'secret'});
  return {...server, url: server.line.match(/http:\S+/)[0]};
};

/// How many seconds of CPU a process has used so far; Linux counts them in hundredths.
const cpuSeconds = ({child}) => {
  const [user, system] = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13);
  return (Number(user) + Number(system)) / 100;
};

async function singleRecords() {
  const stub = await start(process.execPath, [join(here, 'datastore_stub.mjs'), '20']);
  const server = await startServer(`127.0.0.1:${stub.line}`);
  const script = join(folder, 'store.lua');
  writeFileSync(script, `wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Basic ${Buffer.from('demo:secret').toString('base64')}"
wrk.body = '{"device": "a-17", "value": 21.5, "unit": "C", "ok": true}'\n`);
  const before = cpuSeconds(server);
  const report = execFileSync('wrk', ['-t1', `-c${clients}`, `-d${seconds}s`, '-s', script, `${server.url}/store`]).toString();
  const used = cpuSeconds(server) - before;
  await stop(server);
  const {commits, records} = JSON.parse(await stop(stub));
  const failed = Number(report.match(/Non-2xx or 3xx responses: (\d+)/)?.[1] ?? 0);
  console.log(`single records, ${clients} clients, commits of 20 ms: ` +
              `${Math.round(report.match(/Requests\/sec:\s+([\d.]+)/)[1])} records/s, ` +
              `${(used / records * 1e6).toFixed(0)} us of CPU a record, ` +
              `${(records / commits).toFixed(0)} records in a commit, ${failed} failed`);
}

const agent = new http.Agent({keepAlive: true, maxSockets: 4});
async function post(url, body, headers = {}) {
  const request = http.request(url, {agent, method: 'POST', headers: {'Content-Type': 'application/json', ...headers}});
  request.end(body);
  const [response] = await once(request, 'response');
  const chunks = [];
  for await (const chunk of response) chunks.push(chunk);
  if (response.statusCode >= 300) throw new Error(`${response.statusCode}: ${Buffer.concat(chunks)}`.slice(0, 500));
}

const rate = async (count, work) => {
  const begin = process.hrtime.bigint();
  await work();
  return Math.round(count / (Number(process.hrtime.bigint() - begin) / 1e9));
};

const batchSize = 10_000;
const record = i => ({device: `a-${i}`, value: i + 0.5, unit: 'C', ok: true});

/// Entities as the server writes them, but for its lists of fields.
function entity(path, i) {
  const original = JSON.stringify(record(i));
  const plain = text => ({stringValue: text, excludeFromIndexes: true});
  return {key: {path: [{kind: 'records', name: path}]}, properties: {
    device: {stringValue: `a-${i}`}, value: {doubleValue: i + 0.5}, unit: {stringValue: 'C'}, ok: {booleanValue: true},
    _original: plain(original), _meta: {entityValue: {properties: {version: plain(`v${i}`), pipeline: plain('records@1')}}}}};
}

async function batches(host) {
  const server = await startServer(host);
  const authorization = 'Basic ' + Buffer.from('demo:secret').toString('base64');
  const body = JSON.stringify(Array.from({length: batchSize}, (_, i) => record(i)));
  const call = (method, request) => post(`http://${host}/v1/projects/bench:${method}`, JSON.stringify(request));
  const bare = async run => {
    for (let first = 0; first < batchSize; first += 500) {
      await call('commit', {mode: 'NON_TRANSACTIONAL', mutations: Array.from(
          {length: 500}, (_, i) => ({insert: entity(`${run}-${first + i}`, first + i)}))});
    }
  };
  const single = async run => {
    for (let i = 0; i < 500; ++i) {
      const one = entity(`${run}-single-${i}`, i);
      await call('commit', {mode: 'NON_TRANSACTIONAL', mutations: [{upsert: one}]});
      await call('lookup', {keys: [one.key]});
    }
  };
  for (const run of ['warm-up', 'run 1', 'run 2']) {
    const loop = await rate(batchSize, () => bare(`${run}-${Date.now()}`));
    const ours = await rate(batchSize, () => post(`${server.url}/store?return=counts`, body, {Authorization: authorization}));
    const each = await rate(500, () => single(`${run}-${Date.now()}`));
    console.log(`emulator, ${run}: a batch of ${batchSize} ${ours} records/s; bare commits of 500 ${loop} records/s ` +
                `(${(ours / loop).toFixed(2)}); a put and a get for each record ${each} records/s`);
  }
  await stop(server);
}

/// Clients of two servers that all change one record.
async function contention(host) {
  const writers = 50;
  const namespace = `c${Date.now()}`;
  const servers = [await startServer(host, namespace), await startServer(host, namespace)];
  const send = ({url}, method, type, body) => fetch(`${url}/records/hot`, {method, body, headers: {
    'Content-Type': type, Authorization: 'Basic ' + Buffer.from('demo:secret').toString('base64')}});
  await send(servers[0], 'PUT', 'application/json', '{}');
  const answers = {};
  let longest = 0;
  const begin = performance.now();
  const end = begin + Number(seconds) * 1000;
  await Promise.all(Array.from({length: writers}, async (_, writer) => {
    for (let n = 1; performance.now() < end; ++n) {
      const sent = performance.now();
      const answer = await send(servers[writer % 2], 'PATCH', 'application/merge-patch+json', JSON.stringify({[`w${writer}`]: n}));
      await answer.arrayBuffer();
      answers[answer.status] = (answers[answer.status] ?? 0) + 1;
      longest = Math.max(longest, performance.now() - sent);
    }
  }));
  const took = (performance.now() - begin) / 1000;
  console.log(`emulator, ${writers} clients that change one record through two servers: ${((answers[200] ?? 0) / took).toFixed(0)} changes/s, ` +
              `the longest wait ${(longest / 1000).toFixed(1)} s; answers by status: ${JSON.stringify(answers)}`);
  for (const server of servers) await stop(server);
}

await singleRecords();
const emulator = process.env.DATASTORE_EMULATOR_HOST;
if (emulator) {
  await batches(emulator);
  await contention(emulator);
} else {
  console.log('emulator: not installed, left out');
}
agent.destroy();
process.exit(0);
