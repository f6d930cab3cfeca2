// What the store must have: for each id the states that its record can be in. There is one, but for records whose last
// request was not answered because the server was killed: either it was done or not.
import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';

/// The pipeline of a version: it marks what it makes, and some versions refuse records without a field.
export const pipelineOf = version => [
  ...(version % 3 === 0 ? [{require: {fields: ['n']}}] : []), {set: {field: 'v', value: version}}];
export const accepts = (version, original) => version % 3 !== 0 || 'n' in JSON.parse(original);

const dataOf = (original, version) => {
  const {_id, ...data} = JSON.parse(original);
  return {...data, v: version};
};

/// What a record can be: its original, the version that made its data, and between which times it was created.
export class Model {
  #states = new Map();

  ids() { return [...this.#states.keys()]; }
  has(id) { return this.#states.has(id); }
  /// Whether it is known what the record is.
  isSure(id) { return this.#states.get(id)?.length === 1; }
  get(id) { return this.#states.get(id)?.[0]; }
  /// States: undefined stands for no record.
  set(id, states) {
    if (states.length === 1 && !states[0]) this.#states.delete(id);
    else this.#states.set(id, states);
  }

  /// A job has run the pipeline of this version over all records.
  transform(version) {
    for (const [id, states] of this.#states) {
      this.#states.set(id, states.map(state => state && accepts(version, state.original) ? {...state, version} : state));
    }
  }

  /// How many records a version refuses, if that is known of all.
  refusedBy(version) {
    return [...this.#states.values()].filter(([state]) => !accepts(version, state.original)).length;
  }

  /// Holds what is stored to the model, and takes it as what is known.
  check(kind, lines) {
    const stored = new Map();
    for (const {_id, _original, _meta, ...data} of lines) {
      assert.ok(!stored.has(_id), `${_id} is there twice`);
      stored.set(_id, {data, original: _original, meta: _meta});
    }
    for (const id of stored.keys()) assert.ok(this.#states.has(id), `${id} is there, and must not be`);
    for (const [id, states] of this.#states) {
      const found = stored.get(id);
      const state = states.find(each => each ? found && isThis(kind, each, found) : !found);
      assert.ok(states.includes(undefined) && !found || state,
                `${id} is ${JSON.stringify(found)}, and must be one of ${JSON.stringify(states)}`);
      this.set(id, [found && state]);
    }
  }
}

function isThis(kind, {original, version, from, to}, found) {
  const created = Date.parse(found.meta.createdAt);
  return found.original === original && found.meta.pipeline === `${kind}@${version}` &&
      JSON.stringify(sorted(found.data)) === JSON.stringify(sorted(dataOf(original, version))) &&
      found.meta.sha256 === createHash('sha256').update(original).digest('hex') && created >= from - 1 && created <= to + 1;
}

const sorted = object => Object.fromEntries(Object.entries(object).sort(([a], [b]) => a < b ? -1 : 1));
