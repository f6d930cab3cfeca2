// A round of rejects: many are refused, replayed by a job, and what is left is deleted by jobs, among those who send the same
// again, replay, correct and delete, and among kills.
import assert from 'node:assert/strict';
import {allJobsOf, amongWritersAndKills, ask, deploy, jobOf, slowRate, surely} from './servers.mjs';

const kind = 'scraps';
const patient = 'receivedBefore=2999-01-01T00:00:00Z';

/// What was refused, and the states in which it may be in the end: its reject is there or not, and its record has these bytes
/// or is not there.
class Scrap {
  constructor(round, i, random) {
    this.id = `s${round}-${i}`;
    this.passes = random() < 0.8;
    this.isNamed = random() < 0.7;
    const name = this.isNamed ? `"_id":"${this.id}", ` : '';
    this.original = `{ ${name}"i":"${this.id}", ${this.passes ? `"n":${i}` : '"k":1'}}`;  // Not as the server would write it.
    this.allowed = [this.passes ? {record: this.original} : {reject: true}];
    this.isTouched = false;
  }
  allow(...states) { this.allowed = states; }
  isAs(record, reject) {
    return this.allowed.some(state => state.record === record && Boolean(state.reject) === reject);
  }
}

const linesOf = text => text.split('\n').filter(Boolean).map(line => JSON.parse(line));
const rejectsOf = async servers => linesOf((await surely(servers, 'GET', `/rejects?kind=${kind}&format=ndjson`)).text);

/// What a writer may do to a scrap, each once.
const deeds = {
  async replay(servers, random, scrap) {
    await ask(servers.any(random), 'POST', '/rejects/replay', JSON.stringify({rejectIds: [scrap.rejectId]}));
  },
  /// Its sender repeats it: it is stored, or refused as before, or there already.
  async repeat(servers, random, scrap) {
    if (scrap.isNamed) await ask(servers.any(random), 'POST', `/store?kind=${kind}`, scrap.original);
  },
  /// Somebody stores another record under its id.
  async compete(servers, random, scrap) {
    if (!scrap.isNamed) return;
    const other = `{ "_id":"${scrap.id}","i":"${scrap.id}", "n":-1}`;
    const competing = {record: other, reject: true};
    const answer = await ask(servers.any(random), 'POST', `/store?kind=${kind}`, other);
    if (answer?.status === 201) scrap.allow(competing);
    else if (!answer || answer.status >= 500) scrap.allow(...scrap.allowed, competing);
    else assert.equal(answer.status, 409, answer.text);
  },
  async remove(servers, random, scrap) {
    const answer = await ask(servers.any(random), 'DELETE', `/rejects?rejectId=${scrap.rejectId}`);
    if (answer?.status === 200 && JSON.parse(answer.text).deletedRejects === 1) scrap.allow({});
    else if (!answer || answer.status >= 500) scrap.allow(...scrap.allowed, {});
    else assert.equal(answer.status, 200, answer.text);
  },
  async correct(servers, random, scrap) {
    const better = `{ ${scrap.isNamed ? `"_id":"${scrap.id}", ` : ''}"i":"${scrap.id}", "n": 0, "better":true}`;
    const answer = await ask(servers.any(random), 'PUT', `/rejects/${scrap.rejectId}`, better);
    if (answer?.status === 201) scrap.allow({record: better});
    else if (!answer || answer.status >= 500) scrap.allow(...scrap.allowed, {record: better});
    else assert.ok([404, 409].includes(answer.status), answer.text);
  },
};

/// A scrap of which no other writer knows gets one of those deeds.
async function meddle(servers, random, scraps, writer, writers) {
  const scrap = scraps[Math.floor(random() * scraps.length / writers) * writers + writer];
  if (!scrap || scrap.isTouched) return;
  scrap.isTouched = true;
  const all = Object.values(deeds);
  await all[Math.floor(random() * all.length)](servers, random, scrap);
}

/// Every scrap is in one of the states that it may be in.
async function check(servers, scraps) {
  const {text} = await surely(servers, 'GET', `/export?kind=${kind}&original=text`);
  const records = new Map();
  for (const {i, _original} of linesOf(text)) {
    assert.ok(!records.has(i), `${i} is there twice`);
    records.set(i, _original);
  }
  const rejects = new Map((await rejectsOf(servers)).map(reject => [JSON.parse(reject.original).i, reject]));
  for (const scrap of scraps) {
    const found = [records.get(scrap.id), rejects.has(scrap.id)];
    assert.ok(scrap.isAs(...found), `${scrap.id} is ${JSON.stringify(found)}, and must be one of ${JSON.stringify(scrap.allowed)}`);
    records.delete(scrap.id);
    rejects.delete(scrap.id);
  }
  assert.deepEqual([[...records.keys()], [...rejects.keys()]], [[], []], 'there is what must not be');
}

async function refuseAll(servers, scraps) {
  await deploy(servers, kind, [{require: {fields: ['n', 'never']}}]);
  for (let first = 0; first < scraps.length; first += 500) {
    const body = `[${scraps.slice(first, first + 500).map(scrap => scrap.original).join(',')}]`;
    const {status, text} = await surely(servers, 'POST', `/store?kind=${kind}&return=counts`, body);
    assert.equal(status, 422, text);
  }
  const ids = new Map((await rejectsOf(servers)).map(reject => [JSON.parse(reject.original).i, reject.rejectId]));
  for (const scrap of scraps) scrap.rejectId = ids.get(scrap.id);
  assert.equal(ids.size, scraps.length);
  await deploy(servers, kind, [{require: {fields: ['n']}}]);
}

/// Deletes all records while some are changed so that they stay, and then all rejects, with a kill in the middle of each.
async function deleteAll(servers, random, options) {
  const {text} = await surely(servers, 'GET', `/export?kind=${kind}`);
  const ids = linesOf(text).map(record => record._id);
  const saved = new Set();
  const unsure = new Set();
  const save = async (ownRandom, writer) => {
    const id = ids[Math.floor(ownRandom() * ids.length / options.writers) * options.writers + writer];
    if (!id || saved.has(id)) return;
    const answer = await ask(servers.any(ownRandom), 'PUT', `/records/${id}?kind=${kind}`, '{"n": 1000000000}');
    if (answer && answer.status < 300) saved.add(id);
    else if (!answer || answer.status >= 500) unsure.add(id);
    else assert.equal(answer.status, 404, answer.text);  // Of the kind: a server that has begun just now may not know it.
  };
  const maxPerSecond = slowRate(servers, random, options.records);
  const body = JSON.stringify({kind, filter: {field: 'n', operator: '<', value: 1e9}, maxPerSecond});
  await amongWritersAndKills(servers, random, options.writers, save, async () => {
    assert.equal((await surely(servers, 'POST', '/delete', body)).status, 202);
    await allJobsOf(servers, kind);
  });
  const left = new Set(linesOf((await surely(servers, 'GET', `/export?kind=${kind}`)).text).map(record => record._id));
  for (const id of saved) assert.ok(left.has(id), `${id} was deleted, though the filter does not select it`);
  for (const id of left) assert.ok(saved.has(id) || unsure.has(id), `${id} was not deleted`);

  const killing = servers.kill(random, random() * 300);
  const selected = `/rejects?kind=${kind}&${patient}&maxPerSecond=${maxPerSecond}`;
  assert.equal((await surely(servers, 'DELETE', selected)).status, 202);
  await killing;
  await allJobsOf(servers, kind);
  assert.deepEqual(await rejectsOf(servers), []);
  await surely(servers, 'POST', '/delete', JSON.stringify({kind, filter: {}, all: true}));
}

/// One round; returns the job that replayed.
export async function replayRound(servers, random, options, round) {
  const scraps = Array.from({length: options.records}, (_, i) => new Scrap(round, i, random));
  await refuseAll(servers, scraps);
  const body = JSON.stringify({kind, maxPerSecond: slowRate(servers, random, options.records)});
  const job = await amongWritersAndKills(
      servers, random, options.writers,
      (ownRandom, writer) => meddle(servers, ownRandom, scraps, writer, options.writers),
      async () => {
        const {status, text} = await surely(servers, 'POST', '/rejects/replay', body);
        assert.equal(status, 202, text);
        return jobOf(servers, JSON.parse(text).jobId);
      });
  assert.equal(job.state, 'succeeded', JSON.stringify(job));
  const {done, total, ...counts} = job.progress;
  assert.equal(done, Object.values(counts).reduce((sum, count) => sum + count), JSON.stringify(job.progress));
  await allJobsOf(servers, kind);  // Of a request that was not answered, and repeated.
  await check(servers, scraps);
  await deleteAll(servers, random, options);
  return job;
}
