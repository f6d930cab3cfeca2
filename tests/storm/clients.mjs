// What clients do to a few records, and what each answer says about them: operations of a history (see history.mjs).
import assert from 'node:assert/strict';
import {on} from './history.mjs';

/// Codes of 503 that say that nothing was done, and those that leave it open.
const undone = new Set(['unavailable', 'overloaded', 'shutting_down']);
const open = new Set(['outcome_unknown', 'deadline_exceeded']);

const sorted = record => record && Object.fromEntries(Object.entries(record).sort());
const same = (record, other) => JSON.stringify(sorted(record)) === JSON.stringify(sorted(other));
const without = ({_id, ...record}) => record;

/// The changes that answers and questions stand for. Each takes a record, null if there is none.
const change = {
  create: value => record => record === null ? value : undefined,
  replace: value => record => record === null ? undefined : value,
  set: value => () => value,
  erase: record => record === null ? undefined : null,
  patch: patch => record => record === null ? undefined : {...record, ...patch},
  present: record => record === null ? undefined : record,
  absent: record => record === null ? record : undefined,
  is: value => record => same(record, value) ? record : undefined,
  isNot: value => record => same(record, value) ? undefined : record,
};
const after = (first, second) => record => {
  const between = first(record);
  return between === undefined ? undefined : second(between);
};

/// What a list of records says about each of those with these ids.
export function listed(ids, list) {
  const found = new Map(list.map(record => [record._id, without(record)]));
  assert.equal(found.size, list.length, 'none comes twice');
  return ids.map((id, index) => [index, found.has(id) ? change.is(found.get(id)) : change.absent]);
}

/// A client of some records, with ids of their own. `send(method, path, body, headers)` asks one of the servers, and
/// returns {status, headers, json}, or nothing if no answer came. What happened gathers in `history`.
export class Client {
  constructor(send, ids, random, history, counts) {
    Object.assign(this, {send, ids, random, history, counts});
    this.seen = new Map();  // By index: the version and the record that were last read.
  }

  pick(list) {
    return list[Math.floor(this.random() * list.length)];
  }

  /// Carries out one operation.
  async act() {
    const weights = {store: 6, put: 4, patch: 4, erase: 2, eraseOne: 3, get: 4, getMany: 1, query: 1};
    await this[this.pick(Object.entries(weights).flatMap(([name, weight]) => Array(weight).fill(name)))]();
  }

  value() {
    return {n: ++this.counts.values};
  }

  /// Asks, and notes what `meaning(answer)` makes of the answer: pairs of an index and a change. `unknown` is what may
  /// have been done if nobody knows. Both may be empty.
  async ask(what, [method, path, body, headers], meaning, unknown = []) {
    const began = performance.now();
    const answer = await this.send(method, path, body, headers);
    const ended = performance.now();
    ++this.counts.requests;
    const name = answer ? `${answer.status}${answer.json?.code ? ` ${answer.json.code}` : ''}` : 'no answer';
    this.counts.answers[name] = (this.counts.answers[name] ?? 0) + 1;
    const text = `${what} -> ${name}`;
    const note = (applies, maybe) => applies.forEach(apply => this.history.push({
      began, ended: maybe ? Infinity : ended, maybe, apply: typeof apply === 'function' ? apply : on(...apply),
      what: `${text} ${answer?.status < 300 ? JSON.stringify(answer.json) ?? '' : ''}`}));
    if (!answer || open.has(answer.json?.code)) return note(unknown, true);
    if (answer.status === 503) {
      assert.ok(undone.has(answer.json?.code), text);
      assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/, text);
      return;
    }
    const applies = meaning(answer);
    assert.ok(applies, `${text}: ${JSON.stringify(answer.json)}`);
    note(applies, false);
  }

  async store() {
    const ifExists = this.pick(['fail', 'replace', 'skip']);
    const mode = this.pick(['partial', 'partial', 'atomic']);
    const indexes = [...this.ids.keys()].filter(() => this.random() < 0.5);
    if (indexes.length === 0) indexes.push(0);
    const values = indexes.map(() => this.value());
    const body = indexes.map((index, i) => ({_id: this.ids[index], ...values[i]}));
    const outcomes = {
      stored: i => change.create(values[i]), replaced: i => change.replace(values[i]),
      skipped: () => change.present, rejected: () => change.present, aborted: () => undefined};
    const supposed = {
      fail: i => change.create(values[i]), replace: i => change.set(values[i]),
      // Of an atomic batch, what is there is left out.
      skip: i => mode === 'atomic' ? record => record ?? values[i] : change.create(values[i])};
    // All at once, or each by itself.
    const joined = pairs => mode === 'partial' ? pairs :
        [records => pairs.reduce((state, [index, step]) => state && on(index, step)(state), records)];
    const sent = body.length === 1 && mode === 'partial' ? body[0] : body;
    await this.ask(`store ${mode} ${ifExists} ${JSON.stringify(body)}`,
                   ['POST', `/store?ifExists=${ifExists}&mode=${mode}`, sent],
                   ({status, json}) => {
                     if (![200, 201, 207, 409, 422].includes(status)) return undefined;
                     const steps = json.results.map(({status: word, error}, i) => {
                       if (word === 'rejected') assert.equal(error.code, 'already_exists');
                       return [indexes[i], outcomes[word](i)];
                     });
                     return joined(steps.filter(([, step]) => step));
                   },
                   joined(indexes.map((index, i) => [index, supposed[ifExists](i)])));
  }

  /// A condition on what was read last, if that is requested and anything was.
  condition(index) {
    const seen = this.random() < 0.5 ? this.seen.get(index) : undefined;
    if (!seen) return {headers: {}, holds: record => record, fails: undefined, words: ''};
    const {etag, record} = seen;
    return {headers: {'If-Match': etag}, holds: change.is(record), fails: change.isNot(record),
            words: `if ${JSON.stringify(record)}`};
  }

  async put() {
    const index = this.pick([...this.ids.keys()]);
    const value = this.value();
    const ifNone = {headers: {'If-None-Match': '*'}, holds: change.absent, fails: change.present, words: 'if none'};
    const {headers, holds, fails, words} = this.random() < 0.2 ? ifNone : this.condition(index);
    await this.ask(`put ${index} ${JSON.stringify(value)} ${words}`,
                   ['PUT', `/records/${this.ids[index]}`, value, headers],
                   ({status}) => ({200: [[index, after(holds, change.replace(value))]],
                                   201: [[index, after(holds, change.create(value))]],
                                   412: fails && [[index, fails]]})[status],
                   [[index, after(holds, change.set(value))]]);
  }

  async patch() {
    const index = this.pick([...this.ids.keys()]);
    const patch = {[`p${Math.floor(this.random() * 3)}`]: ++this.counts.values};
    const {headers, holds, fails, words} = this.condition(index);
    const step = after(holds, change.patch(patch));
    await this.ask(`patch ${index} ${JSON.stringify(patch)} ${words}`,
                   ['PATCH', `/records/${this.ids[index]}`, patch,
                    {...headers, 'Content-Type': 'application/merge-patch+json'}],
                   ({status, json}) => ({200: [[index, after(step, change.is(without(json)))]],
                                         404: [[index, change.absent]],
                                         412: fails && [[index, fails]]})[status],
                   [[index, step]]);
  }

  async eraseOne() {
    const index = this.pick([...this.ids.keys()]);
    const {headers, holds, fails, words} = this.condition(index);
    await this.ask(`delete ${index} ${words}`, ['DELETE', `/records/${this.ids[index]}`, undefined, headers],
                   ({status}) => ({204: [[index, after(holds, change.erase)]],
                                   404: [[index, change.absent]],
                                   412: fails && [[index, fails]]})[status],
                   [[index, after(holds, change.erase)]]);
  }

  async erase() {
    const indexes = [...this.ids.keys()].filter(() => this.random() < 0.6);
    if (indexes.length === 0) return this.eraseOne();
    await this.ask(`delete ${indexes}`, ['POST', '/delete', {_id: indexes.map(index => this.ids[index])}],
                   ({status, json}) => {
                     if (status !== 200) return undefined;
                     assert.equal(json.deletedRecords + json.missing.length, indexes.length);
                     const isMissing = index => json.missing.includes(this.ids[index]);
                     return indexes.map(index => [index, isMissing(index) ? change.absent : change.erase]);
                   },
                   indexes.map(index => [index, change.erase]));
  }

  async get() {
    const index = this.pick([...this.ids.keys()]);
    await this.ask(`get ${index}`, ['GET', `/records/${this.ids[index]}`], ({status, json, headers}) => {
      if (status === 404) return [[index, change.absent]];
      if (status !== 200) return undefined;
      const record = without(json);
      this.seen.set(index, {etag: headers.get('etag'), record});
      return [[index, change.is(record)]];
    });
  }

  async getMany() {
    await this.ask('fetch all', ['POST', '/fetchMany', {_id: this.ids}],
                   ({status, json}) => status === 200 ? listed(this.ids, json.records) : undefined);
  }

  async query() {
    await this.ask('filter', ['POST', '/filter', {field: '_id', operator: 'IN', value: this.ids}],
                   ({status, json}) => status === 200 ? listed(this.ids, json.records) : undefined);
  }
}
