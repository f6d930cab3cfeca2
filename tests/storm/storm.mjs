// Random clients on one, two or more servers over one Datastore, random faults between them, and a model that has to
// find an order of events by which every answer is true.
import assert from 'node:assert/strict';
import {startProxy} from '../datastore/fault_proxy.mjs';
import {emulator, freshNamespace, optionsOf} from '../datastore/store.mjs';
import {startServer, user} from '../server/process.mjs';
import {Client, listed} from './clients.mjs';
import {randomFaults} from './faults.mjs';
import {describe, explain, on, Undecided} from './history.mjs';

/// Numbers from 0 to 1, the same for the same seed (mulberry32).
export function seeded(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let x = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

const credentials = 'Basic ' + Buffer.from('demo:secret').toString('base64');

/// Sends requests to one of the URLs at random; an answer that does not come is nothing.
export function sender(urls, random, patience = 100_000) {
  return async (method, path, body, headers = {}) => {
    const url = urls[Math.floor(random() * urls.length)];
    try {
      const answer = await fetch(url + path, {
        method, body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
        headers: {Authorization: credentials, ...(body !== undefined && {'Content-Type': 'application/json'}), ...headers},
        signal: AbortSignal.timeout(patience)});
      const text = await answer.text();
      const isJson = /^application\/(problem\+)?json/.test(answer.headers.get('content-type') ?? '');
      return {status: answer.status, headers: answer.headers, json: isJson && text ? JSON.parse(text) : undefined, text};
    } catch (error) {
      if (error instanceof SyntaxError) throw error;
      return undefined;
    }
  };
}

/// Whether there is an order of events that explains the responses to clients. If the search gives up, that is counted,
/// and may happen to one round of a hundred.
function isExplained(history, counts) {
  try {
    return explain(history, [null, null, null]) !== undefined;
  } catch (error) {
    if (!(error instanceof Undecided)) throw error;
    console.log(`undecided:\n${describe(history)}`);
    return ++counts.undecided <= 1 + counts.rounds / 100;
  }
}

/// A few clients do a few things at once to records that nobody else knows, and the model looks at their responses.
async function round({send, witness, settled, random, counts, clients, turns}) {
  const name = `${counts.rounds++}-${Math.floor(random() * 1e9)}`;
  const ids = ['a', 'b', 'c'].map(letter => `${name}-${letter}`);
  const history = [];
  await Promise.all(Array.from({length: clients}, async () => {
    const client = new Client(send, ids, random, history, counts);
    for (let turn = 0; turn < turns; ++turn) await client.act();
  }));
  await settled();  // Nothing that a network holds will come any more.
  const began = performance.now();
  const {status, json} = await witness('POST', '/fetchMany', {_id: ids});
  assert.equal(status, 200, JSON.stringify(json));
  for (const step of listed(ids, json.records)) {
    history.push({began, ended: began, what: `at the end ${JSON.stringify(json.records)}`, apply: on(...step)});
  }
  counts.unknown += history.filter(({maybe}) => maybe).length;
  assert.ok(isExplained(history, counts), `no order of events explains this:\n${describe(history)}`);
  await witness('POST', '/delete', {_id: ids});
}

/// Runs until so many requests have been made, or, if `end` is given, until then (ms, of Date.now()).
export async function runRounds({requests = Infinity, end = Infinity, parallel = 8, pause = () => {}, ...parts}) {
  await Promise.all(Array.from({length: parallel}, async () => {
    while (parts.counts.requests < requests && Date.now() < end) {
      await round(parts);
      await pause();
    }
  }));
}

export const newCounts = () => ({requests: 0, rounds: 0, values: 0, unknown: 0, undecided: 0, answers: {}});

/// A storm on so many servers, with a share `faulty` of the calls of Datastore gone wrong. Fails at the first answer
/// that cannot be true. `scope.after(work)` takes what is to be done at the end; `say` reports the progress.
export async function storm(scope, {servers, requests, seed, faulty = 0.12, say = () => {}}) {
  const random = seeded(seed);
  const proxy = await startProxy(scope, emulator);
  const namespace = freshNamespace();
  const start = host => startServer(scope, optionsOf(namespace, ['--access-log', '0']),
                                    {...user, DATASTORE_EMULATOR_HOST: host});
  const started = await Promise.all(Array.from({length: servers}, () => start(proxy.host)));
  const clean = await start(emulator);
  const faults = randomFaults(random);
  let spoiled = 0;
  proxy.fault = method => {
    proxy.calls.length = 0;
    // The locks of a transaction whose rollback is lost would only keep everybody waiting.
    return method !== 'rollback' && random() < faulty && ++spoiled ? faults.any() : undefined;
  };
  const counts = newCounts();
  const begin = Date.now();
  const rate = () => Math.round(counts.requests / (Date.now() - begin) * 1000);
  const figures = () => `${counts.requests} requests, ${rate()} a second, ${counts.rounds} rounds, ${spoiled} faults, ` +
                        `${counts.unknown} unknown, ${counts.undecided} undecided; ${JSON.stringify(counts.answers)}`;
  const ticker = setInterval(() => say(figures()), 30_000).unref();
  try {
    await runRounds({requests, random, counts, clients: 6, turns: 5, send: sender(started.map(({url}) => url), random),
                     witness: sender([clean.url], random), settled: () => Promise.all(faults.pending)});
  } finally {
    clearInterval(ticker);
  }
  for (const server of [...started, clean]) assert.equal(await server.stop(), 0);
  return {...counts, spoiled, figures: figures()};
}
