// Two servers behind nginx on one Datastore for as long as requested: mixed traffic, another fault every ten seconds,
// servers that are stopped, killed and started again. At the end the model must have explained every answer, and the
// server that was left alone must be as small as before.
import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import {setTimeout as sleep} from 'node:timers/promises';
import {startProxy} from '../datastore/fault_proxy.mjs';
import {emulator, freshNamespace, optionsOf} from '../datastore/store.mjs';
import {startNginx} from '../scale/nginx.mjs';
import {freePort, startServer, user} from '../server/process.mjs';
import {randomFaults} from './faults.mjs';
import {newCounts, runRounds, seeded, sender} from './storm.mjs';

const faultEvery = 10_000;       // ms
const restartEvery = 120_000;    // ms
const mostGrowth = 1.10;         // of the memory of the last quarter over the second's
const pauseBetweenRounds = 500;  // ms

/// What the system says of a process: bytes of memory, descriptors, threads.
function figuresOf({child}) {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  const number = name => Number(status.match(new RegExp(`^${name}:\\s+(\\d+)`, 'm'))[1]);
  return {memory: number('VmRSS') * 1024, threads: number('Threads'), descriptors: readdirSync(`/proc/${child.pid}/fd`).length};
}

const mean = values => values.reduce((sum, value) => sum + value, 0) / values.length;

/// A session, whose refresh token is used again until an answer comes: it must never end.
async function session(send, end, counts) {
  const login = async () => {
    for (;;) {
      const answer = await send('POST', '/auth/token');
      if (answer?.status === 200) return answer.json;
      await sleep(200);
    }
  };
  const form = {Authorization: '', 'Content-Type': 'application/x-www-form-urlencoded'};
  let pair = await login();
  while (Date.now() < end) {
    const text = new URLSearchParams({refresh_token: pair.refresh_token}).toString();
    const first = Date.now();
    let next;
    while (!next && Date.now() - first < 20_000) {
      const answer = await send('POST', '/auth/refresh', text, form);
      assert.notEqual(answer?.status, 401, `a refresh token was refused ${Date.now() - first} ms after it was first sent`);
      if (answer?.status === 200) next = answer.json; else await sleep(200);
    }
    pair = next ?? await login();
    ++counts.refreshes;
    const used = await send('GET', '/fetchKeys?limit=1', undefined, {Authorization: `Bearer ${pair.access_token}`});
    assert.notEqual(used?.status, 401, 'an access token was refused');
    await sleep(1_000);
  }
}

/// What else clients ask for, some of it nonsense.
const others = [
  ['GET', '/fetchAll?limit=50&original=true'], ['GET', '/export'], ['GET', '/metrics'], ['GET', '/health/ready'],
  ['GET', '/openapi.json'], ['POST', '/filter', {aggregate: {count: true, avg: ['n']}}],
  ['POST', '/filter', {field: 'n', operator: '>', value: 7, orderBy: ['-n'], limit: 20}],
  ['GET', '/fetchAll?cursor=forged'], ['POST', '/store', [[]]], ['GET', '/fetchKeys', undefined, {Authorization: 'Basic eDp5'}]];

async function lookAround(send, end, counts) {
  for (let turn = 0; Date.now() < end; ++turn) {
    const [method, path, body, headers] = others[turn % others.length];
    const answer = await send(method, path, body, headers);
    ++counts.others;
    assert.ok(!answer || answer.status < 500 || answer.status === 503, `${method} ${path}: ${answer?.status} ${answer?.text}`);
    await sleep(300);
  }
}

/// Runs for so many minutes. `scope` and `say` as storm() has them.
export async function soak(scope, {minutes, seed, say}) {
  const random = seeded(seed);
  const end = Date.now() + minutes * 60_000;
  const proxy = await startProxy(scope, emulator);
  const namespace = freshNamespace();
  const more = ['--access-log', '0', '--trusted-proxy', '127.0.0.1', '--drain-timeout', '5s'];
  const ports = [await freePort(), await freePort()];
  const start = port => startServer(scope, optionsOf(namespace, more).with(1, `127.0.0.1:${port}`),
                                    {...user, DATASTORE_EMULATOR_HOST: proxy.host});
  const servers = await Promise.all(ports.map(start));
  const clean = await startServer(scope, optionsOf(namespace, more), {...user, DATASTORE_EMULATOR_HOST: emulator});
  const url = await startNginx(scope, servers.map(server => server.url));

  const faults = randomFaults(random);
  const events = {faults: 0, stops: 0, kills: 0};
  proxy.fault = () => (proxy.calls.length = 0, undefined);
  const spoil = async () => {
    for (let turn = 0; Date.now() < end; ++turn) {
      const name = faults.names[Math.floor(random() * faults.names.length)];
      const share = random() < 0.3 ? 1 : 0.3;  // Sometimes all calls fail.
      const until = Date.now() + 500 + random() * 2500;
      proxy.fault = method => {
        proxy.calls.length = 0;
        if (Date.now() > until || method === 'rollback' || random() > share) return undefined;
        ++events.faults;
        return faults.kinds[name];
      };
      await sleep(faultEvery);
    }
  };
  const restart = async (index, signal) => {
    const status = await servers[index].stop(signal);
    if (signal === 'SIGTERM') assert.equal(status, 0);
    ++events[signal === 'SIGTERM' ? 'stops' : 'kills'];
    servers[index] = await start(ports[index]);
  };
  const roll = async () => {
    for (let turn = 1; Date.now() + restartEvery < end; ++turn) {
      await sleep(restartEvery);
      await restart(0, turn % 3 === 0 ? 'SIGKILL' : 'SIGTERM');
      if (turn === 1) await restart(1, 'SIGTERM');  // From then on it is left alone.
    }
  };

  const counts = {...newCounts(), others: 0, refreshes: 0};
  const ask = sender([url], random);
  // What nginx says if a server does not answer does not count as an answer.
  const send = async (...request) => {
    const answer = await ask(...request);
    return answer && [502, 504].includes(answer.status) && !answer.json ? undefined : answer;
  };
  const taken = [];
  const sample = async () => {
    await sleep(Math.min(restartEvery + 30_000, minutes * 20_000));
    while (Date.now() < end) {
      taken.push(figuresOf(servers[1]));
      const {memory, descriptors, threads} = taken.at(-1);
      if (taken.length % 6 === 1) {
        say(`${(memory / 1e6).toFixed(1)} MB, ${descriptors} descriptors, ${threads} threads; ${counts.requests} requests, ` +
            `${counts.rounds} rounds, ${counts.unknown} unknown, ${counts.undecided} undecided, ${counts.others} others, ${counts.refreshes} refreshes, ` +
            JSON.stringify(events));
      }
      await sleep(10_000);
    }
  };
  await Promise.all([
    spoil(), roll(), sample(), session(send, end, counts), lookAround(send, end, counts),
    runRounds({end, parallel: 3, pause: () => sleep(pauseBetweenRounds), random, counts, clients: 5, turns: 5, send,
               witness: sender([clean.url], random), settled: () => Promise.all(faults.pending)})]);
  proxy.fault = () => undefined;
  for (const server of [...servers, clean]) assert.equal(await server.stop(), 0);

  const quarter = Math.floor(taken.length / 4);
  const of = name => [taken.slice(quarter, 2 * quarter), taken.slice(-quarter)].map(part => mean(part.map(each => each[name])));
  say(JSON.stringify({...counts, ...events}));
  for (const name of ['memory', 'descriptors', 'threads']) {
    say(`${name}: ${of(name).map(Math.round).join(' in the second quarter, ')} in the last`);
  }
  const [before, after] = of('memory');
  assert.ok(after < before * mostGrowth, 'the memory is flat');
  for (const name of ['descriptors', 'threads']) {
    const [earlier, later] = of(name);
    assert.ok(later < earlier * 1.2 + 4, `no ${name} are leaked`);
  }
}
