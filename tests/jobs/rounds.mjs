// Rounds of one job each, among writers and kills.
import assert from 'node:assert/strict';
import {join} from 'node:path';
import {freshNamespace, optionsOf, seeded} from '../datastore/store.mjs';
import {anyPort, emptyFolder, kinds, startServer, user} from '../server/process.mjs';
import {Model, accepts, pipelineOf} from './model.mjs';

const kind = 'things';
const life = 3_600_000;  // ms, of a server
const patience = 120_000;  // ms, for a job
const sleep = time => new Promise(resolve => setTimeout(resolve, time));

/// The servers, which are killed and started again.
class Servers {
  #test;
  #args;
  #env;
  #servers = [];
  killed = 0;

  constructor(test, shared) {
    this.#test = test;
    this.shared = shared;
    this.#args = shared ? optionsOf(freshNamespace())
                        : [...anyPort, '--kinds', kinds, '--store', `sqlite:${join(emptyFolder(test), 'store.db')}`];
    this.#env = {...user, ...(shared && {DATASTORE_EMULATOR_HOST: process.env.DATASTORE_EMULATOR_HOST})};
  }
  async start() {
    for (let i = 0; i < (this.shared ? 2 : 1); ++i) this.#servers.push(await this.#startOne());
  }
  #startOne() { return startServer(this.#test, this.#args, this.#env, life); }
  /// Kills one of them, and starts it again after a while.
  async kill(random, pause) {
    const i = Math.floor(random() * this.#servers.length);
    await this.#servers[i].stop('SIGKILL');
    ++this.killed;
    await sleep(pause);
    this.#servers[i] = await this.#startOne();
  }
  any(random) { return this.#servers[Math.floor(random() * this.#servers.length)]; }
}

/// Sends a request, and returns the answer, or nothing if there was none: whether it was done is not known then.
async function ask(server, method, path, body) {
  try {
    const answer = await server.fetch(path, {
      method, body, headers: {Connection: 'close', ...(body !== undefined && {'Content-Type': 'application/json'})}});
    return {status: answer.status, text: await answer.text()};
  } catch {
    return undefined;
  }
}

/// Asks until there is an answer; for requests that may be repeated.
async function surely(servers, method, path, body) {
  const end = Date.now() + patience;
  for (;;) {
    const answer = await ask(servers.any(Math.random), method, path, body);
    if (answer && answer.status < 500 && answer.status !== 404) return answer;  // 404: it does not know the kind yet.
    assert.ok(Date.now() < end, `${method} ${path}: ${answer?.text}`);
    await sleep(50);
  }
}

let made = 0;
const originalOf = (random, id) => {
  const fill = 'x'.repeat(Math.floor(random() * 60));
  const rest = random() < 0.8 ? `"n":${Math.floor(random() * 1000)}, "s": "${fill}"` : `"s":"${fill}"`;
  return `{ "_id": "${id}",  ${rest}, "m":${++made}}`;  // Not as the server would write it.
};

async function fill(servers, model, random, records, version) {
  for (let first = 0; first < records; first += 500) {
    const ids = Array.from({length: Math.min(500, records - first)}, (_, i) => `r${String(first + i).padStart(6, '0')}`);
    const originals = ids.map(id => originalOf(random, id));
    const from = Date.now();
    const {status, text} = await surely(servers, 'POST', `/store?kind=${kind}&ifExists=replace`, `[${originals.join(',')}]`);
    assert.equal(status, 201, text);
    ids.forEach((id, i) => model.set(id, [{original: originals[i], version, from, to: Date.now()}]));
  }
}

/// One change of a random record, of which no other writer knows.
async function writeOnce(servers, model, random, writer, writers, records, version) {
  const n = Math.floor(random() * records / writers) * writers + writer;
  const id = `r${String(n).padStart(6, '0')}`;
  if (model.has(id) && !model.isSure(id)) return;
  const before = model.get(id);
  const path = `/records/${id}?kind=${kind}`;
  const from = Date.now();
  if (before && random() < 0.15) {
    const answer = await ask(servers.any(random), 'DELETE', path);
    if (answer?.status === 204 || answer?.status === 200) return model.set(id, [undefined]);
    if (answer?.status === 404) return undefined;  // Of the kind: a server that has begun just now may not know it.
    assert.ok(!answer || answer.status >= 500, answer?.text);
    return model.set(id, [before, undefined]);
  }
  const original = originalOf(random, id);
  const answer = await ask(servers.any(random), 'PUT', path, original);
  const after = {original, version, from: before?.from ?? from, to: before?.to ?? Date.now()};
  if (answer?.status === 200 || answer?.status === 201) return model.set(id, [after]);
  if (answer?.status === 404 || answer?.status === 422 && !accepts(version, original)) return undefined;
  assert.ok(!answer || answer.status >= 500, answer?.text);
  return model.set(id, accepts(version, original) ? [before, after] : [before]);
}

/// Kills servers now and then until a server reports that the job has ended.
async function killNowAndThen(servers, random, state) {
  const kills = Math.floor(random() * 3);
  for (let i = 0; i < kills; ++i) {
    await sleep(servers.shared ? 6_500 + random() * 5_000 : 900 + random() * 900);
    if (state.ended) return;
    await servers.kill(random, random() * 300);
  }
}

async function jobOf(servers, id) {
  const end = Date.now() + patience;
  for (;;) {
    const job = JSON.parse((await surely(servers, 'GET', `/jobs/${id}`)).text);
    if (job.finishedAt) return job;
    assert.ok(Date.now() < end, `the job does not end: ${JSON.stringify(job)}`);
    await sleep(100);
  }
}

async function runRound(servers, model, random, options, version) {
  const deployed = await surely(servers, 'PUT', `/kinds/${kind}`, JSON.stringify({pipeline: pipelineOf(version)}));
  assert.ok(deployed.status <= 201, deployed.text);
  if (servers.shared) await sleep(6_000);  // Until both write with it.
  const dryRun = random() < 0.1;
  const share = servers.shared ? 0.06 + random() / 10 : 0.4 + random();  // So that it is there to be interrupted.
  const maxPerSecond = Math.ceil(options.records * share);
  const {status, text} = await surely(servers, 'POST', `/kinds/${kind}/retransform`, JSON.stringify({dryRun, maxPerSecond}));
  assert.equal(status, 202, text);
  const state = {ended: false};
  const writing = Array.from({length: options.writers}, async (_, writer) => {
    const ownRandom = seeded(Math.floor(random() * 2 ** 31));
    while (!state.ended) {
      await writeOnce(servers, model, ownRandom, writer, options.writers, options.records, version);
      await sleep(ownRandom() * 20);
    }
  });
  const killing = killNowAndThen(servers, random, state);
  const job = await jobOf(servers, JSON.parse(text).jobId).finally(() => (state.ended = true));
  await Promise.all([...writing, killing]);
  assert.equal(job.state, 'succeeded', JSON.stringify(job));
  if (!dryRun) model.transform(version);
  const {done, total, ...counts} = job.progress;
  assert.equal(done, Object.values(counts).reduce((sum, count) => sum + count), JSON.stringify(job.progress));
  await check(servers, model);
  if (random() < 0.3) await deleteSome(servers, model, random);
  return job;
}

/// Deletes what a filter selects, with a kill in the middle of it, and waits until no job of it is left.
async function deleteSome(servers, model, random) {
  const least = Math.floor(random() * 100);
  const killing = servers.kill(random, random() * 300);
  const body = JSON.stringify({kind, filter: {field: 'n', operator: '<', value: least}});
  const {status, text} = await surely(servers, 'POST', '/delete', body);
  assert.ok(status === 200 || status === 202, text);
  await killing;
  for (const state of ['waiting', 'running']) {
    const {jobs} = JSON.parse((await surely(servers, 'GET', `/jobs?kind=${kind}&state=${state}`)).text);
    for (const {jobId} of jobs) assert.equal((await jobOf(servers, jobId)).state, 'succeeded');
  }
  for (const id of model.ids()) {
    const {n} = JSON.parse(model.get(id).original);
    if (n < least) model.set(id, [undefined]);
  }
  await check(servers, model);
}

async function check(servers, model) {
  const stored = await surely(servers, 'GET', `/export?kind=${kind}&original=text&meta=true`);
  model.check(kind, stored.text.split('\n').filter(Boolean).map(line => JSON.parse(line)));
}

/// Runs so many rounds, and fails with the first thing that must not be.
export async function runRounds(test, options) {
  options.say?.(`seed ${options.seed}`);
  const random = seeded(options.seed);
  const servers = new Servers(test, options.shared);
  await servers.start();
  const model = new Model();
  const deployed = await surely(servers, 'PUT', `/kinds/${kind}`, JSON.stringify({pipeline: pipelineOf(1)}));
  assert.equal(deployed.status, 201, deployed.text);
  if (servers.shared) await sleep(6_000);
  await fill(servers, model, random, options.records, 1);
  const sums = {};
  for (let round = 1; round <= options.rounds; ++round) {
    const {progress} = await runRound(servers, model, random, options, round + 1);
    for (const [name, count] of Object.entries(progress)) sums[name] = (sums[name] ?? 0) + count;
    if (round % 10 === 0) options.say?.(`${round} rounds, ${servers.killed} kills, ${JSON.stringify(sums)}`);
  }
  options.say?.(`seed ${options.seed}: ${options.rounds} rounds, ${servers.killed} kills, nothing wrong: ${JSON.stringify(sums)}`);
}
