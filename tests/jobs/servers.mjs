// Servers that are killed and started again, and requests to them.
import assert from 'node:assert/strict';
import {join} from 'node:path';
import {freshNamespace, optionsOf, seeded} from '../datastore/store.mjs';
import {anyPort, emptyFolder, kinds, startServer, user} from '../server/process.mjs';

const patience = 120_000;  // ms, for a job
export const sleep = time => new Promise(resolve => setTimeout(resolve, time));

/// The servers, which are killed and started again.
export class Servers {
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
  #startOne() { return startServer(this.#test, this.#args, this.#env); }
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
export async function ask(server, method, path, body) {
  try {
    const answer = await server.fetch(path, {
      method, body, headers: {Connection: 'close', ...(body !== undefined && {'Content-Type': 'application/json'})}});
    return {status: answer.status, text: await answer.text()};
  } catch {
    return undefined;
  }
}

/// Asks until there is an answer; for requests that may be repeated.
export async function surely(servers, method, path, body) {
  const end = Date.now() + patience;
  for (;;) {
    const answer = await ask(servers.any(Math.random), method, path, body);
    if (answer && answer.status < 500 && answer.status !== 404) return answer;  // 404: it does not know the kind yet.
    assert.ok(Date.now() < end, `${method} ${path}: ${answer?.text}`);
    await sleep(50);
  }
}

/// Kills servers now and then until a server reports that the job has ended.
export async function killNowAndThen(servers, random, state) {
  const kills = Math.floor(random() * 3);
  for (let i = 0; i < kills; ++i) {
    await sleep(servers.shared ? 6_500 + random() * 5_000 : 900 + random() * 900);
    if (state.ended) return;
    await servers.kill(random, random() * 300);
  }
}

export async function jobOf(servers, id) {
  const end = Date.now() + patience;
  for (;;) {
    const job = JSON.parse((await surely(servers, 'GET', `/jobs/${id}`)).text);
    if (job.finishedAt) return job;
    assert.ok(Date.now() < end, `the job does not end: ${JSON.stringify(job)}`);
    await sleep(100);
  }
}

/// So many records a second that a job is there to be interrupted.
export function slowRate(servers, random, records) {
  return Math.ceil(records * (servers.shared ? 0.06 + random() / 10 : 0.4 + random()));
}

/// Deploys a kind, and waits until all servers write with it.
export async function deploy(servers, kind, pipeline) {
  const {status, text} = await surely(servers, 'PUT', `/kinds/${kind}`, JSON.stringify({pipeline}));
  assert.ok(status <= 201, text);
  if (servers.shared) await sleep(6_000);
}

/// Waits for all jobs of a kind, which must succeed.
export async function allJobsOf(servers, kind) {
  const jobs = [];
  for (const state of ['waiting', 'running']) {
    const found = JSON.parse((await surely(servers, 'GET', `/jobs?kind=${kind}&state=${state}`)).text).jobs;
    for (const {jobId} of found) jobs.push(await jobOf(servers, jobId));
  }
  for (const job of jobs) assert.equal(job.state, 'succeeded', JSON.stringify(job));
  return jobs;
}

/// Lets `write` run for each of several writers again and again, and kills servers now and then, until `work` is done.
export async function amongWritersAndKills(servers, random, writers, write, work) {
  const state = {ended: false};
  const writing = Array.from({length: writers}, async (_, writer) => {
    const ownRandom = seeded(Math.floor(random() * 2 ** 31));
    while (!state.ended) {
      await write(ownRandom, writer);
      await sleep(ownRandom() * 20);
    }
  });
  const killing = killNowAndThen(servers, random, state);
  const result = await work().finally(() => (state.ended = true));
  await Promise.all([...writing, killing]);
  return result;
}
