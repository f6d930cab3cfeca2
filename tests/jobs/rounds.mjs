// Rounds of one job each, among writers and kills.
import assert from 'node:assert/strict';
import {seeded} from '../datastore/store.mjs';
import {Model, accepts, pipelineOf} from './model.mjs';
import {replayRound} from './replays.mjs';
import {Servers, allJobsOf, amongWritersAndKills, ask, deploy, jobOf, slowRate, surely} from './servers.mjs';

const kind = 'things';
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

async function retransform(servers, model, random, options, version) {
  await deploy(servers, kind, pipelineOf(version));
  const dryRun = random() < 0.1;
  const maxPerSecond = slowRate(servers, random, options.records);
  const {status, text} = await surely(servers, 'POST', `/kinds/${kind}/retransform`, JSON.stringify({dryRun, maxPerSecond}));
  assert.equal(status, 202, text);
  const job = await amongWritersAndKills(
      servers, random, options.writers,
      (ownRandom, writer) => writeOnce(servers, model, ownRandom, writer, options.writers, options.records, version),
      () => jobOf(servers, JSON.parse(text).jobId));
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
  await allJobsOf(servers, kind);
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
  await deploy(servers, kind, pipelineOf(1));
  await fill(servers, model, random, options.records, 1);
  const sums = {};
  let version = 1;
  for (let round = 1; round <= options.rounds; ++round) {
    const job = round % 2 === 0 ? await replayRound(servers, random, options, round)
                                : await retransform(servers, model, random, options, ++version);
    for (const [name, count] of Object.entries(job.progress)) {
      sums[job.type] = {...sums[job.type], [name]: (sums[job.type]?.[name] ?? 0) + count};
    }
    if (round % 10 === 0) options.say?.(`${round} rounds, ${servers.killed} kills, ${JSON.stringify(sums)}`);
  }
  options.say?.(`seed ${options.seed}: ${options.rounds} rounds, ${servers.killed} kills, nothing wrong: ${JSON.stringify(sums)}`);
}
