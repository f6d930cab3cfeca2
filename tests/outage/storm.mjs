// Clients that store all the time, and remember what they sent and what was confirmed.

const batchSize = 20;
const atomicSize = 10;
const groupSize = 5;

/// What a storm of requests has sent and been promised, over any number of rounds.
export class Ledger {
  confirmed = new Map();  ///< _id to the original's text.
  attempted = new Map();
  atomicBatches = [];     ///< {ids, confirmed}
  counters = new Map();   ///< _id of a record that is replaced to {sent, confirmed}.
  groups = new Map();     ///< Name of records that are replaced together to {ids, sent, confirmed}.
  removed = new Map();    ///< _id of a record that was to be deleted to whether that was confirmed.

  /// Runs `clients` loops against the server until it does not answer any more.
  async storm(server, round, clients) {
    await Promise.all(Array.from({length: clients}, (_, client) => this.#run(server, round, client)));
  }

  async #run(server, round, client) {
    const work = [this.#storeOne, this.#storeBatch, this.#storeAtomic, this.#replace, this.#replaceGroup,
                  this.#remove];
    for (let turn = 0; turn < 100_000; ++turn) {
      try {
        await work[(turn + client) % work.length].call(this, server, `r${round}-c${client}-${turn}`);
      } catch (error) {
        if (error.code === 'ERR_ASSERTION' || error instanceof TypeError) throw error;
        return;  // The connection is gone: the server has been killed.
      }
    }
  }

  async #storeOne(server, name) {
    await this.#store(server, '/store', [name], original => original[0]);
  }

  async #storeBatch(server, name) {
    const ids = Array.from({length: batchSize}, (_, i) => `${name}-${i}`);
    await this.#store(server, '/store?return=counts', ids, originals => `[${originals.join(',\n')}]`);
  }

  async #storeAtomic(server, name) {
    const batch = {ids: Array.from({length: atomicSize}, (_, i) => `${name}-${i}`), confirmed: false};
    this.atomicBatches.push(batch);
    await this.#store(server, '/store?mode=atomic&return=counts', batch.ids,
                      originals => `[${originals.join(',')}]`);
    batch.confirmed = true;
  }

  async #store(server, target, ids, bodyOf) {
    const originals = ids.map(id => `{"_id": "${id}",  "text": "${id.repeat(20)}" }`);
    ids.forEach((id, i) => this.attempted.set(id, originals[i]));
    const answer = await post(server, target, bodyOf(originals));
    if (answer.status !== 201) throw new TypeError(`${answer.status} ${answer.text}`);
    ids.forEach((id, i) => this.confirmed.set(id, originals[i]));
  }

  /// Replaces a record of the client's own by the next number, twice in it: a mix would show.
  async #replace(server, name) {
    const id = `counter-${name.split('-')[1]}`;
    if (!this.counters.has(id)) this.counters.set(id, {sent: 0, confirmed: 0});
    const counter = this.counters.get(id);
    const next = ++counter.sent;
    const answer = await post(server, '/store?ifExists=replace',
                              JSON.stringify({_id: id, first: next, pad: 'x'.repeat(3000), last: next}));
    if (![200, 201].includes(answer.status)) throw new TypeError(`${answer.status} ${answer.text}`);
    counter.confirmed = next;
  }

  /// Replaces all records of a group of the client's own by the next number, in one atomic request.
  async #replaceGroup(server, name) {
    const key = `group-${name.split('-')[1]}`;
    const ids = Array.from({length: groupSize}, (_, i) => `${key}-${i}`);
    if (!this.groups.has(key)) this.groups.set(key, {ids, sent: 0, confirmed: 0});
    const group = this.groups.get(key);
    const number = ++group.sent;
    const answer = await post(server, '/store?ifExists=replace&mode=atomic&return=counts',
                              JSON.stringify(ids.map(_id => ({_id, number, pad: 'x'.repeat(1000)}))));
    if (![200, 201].includes(answer.status)) throw new TypeError(`${answer.status} ${answer.text}`);
    group.confirmed = number;
  }

  async #remove(server, name) {
    const id = `${name}-gone`;
    await this.#store(server, '/store', [id], original => original[0]);
    this.confirmed.delete(id);
    this.removed.set(id, false);
    const answer = await server.request('DELETE', `/delete?_id=${id}`);
    if (answer.status !== 200 || answer.json.deletedRecords !== 1) throw new TypeError(answer.text);
    this.removed.set(id, true);
  }
}

export function post(server, target, body) {
  return server.request('POST', target, {headers: {'Content-Type': 'application/json'}, body});
}

/// All records of these ids that are there, by _id.
export async function fetchRecords(server, ids) {
  const found = new Map();
  for (let i = 0; i < ids.length; i += 500) {
    const answer = await post(server, '/fetchMany',
                              JSON.stringify({_id: ids.slice(i, i + 500), original: true}));
    for (const record of answer.json.records) found.set(record._id, record);
    for (const [, id, text] of answer.text.matchAll(/"_id":"([^"]+)"[^{}]*"_original":(\{[^{}]*\})/g)) {
      found.get(id).originalText = text;
    }
  }
  return found;
}

export async function allKeys(server) {
  const keys = [];
  for (let cursor = ''; cursor !== null;) {
    const page = (await server.request('GET', `/fetchKeys?limit=1000${cursor && `&cursor=${cursor}`}`)).json;
    keys.push(...page.keys);
    cursor = page.nextCursor;
  }
  return keys;
}
