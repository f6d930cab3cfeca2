// See run.
import {parseArgs} from 'node:util';
import {soak} from './soak.mjs';
import {storm} from './storm.mjs';

const {values} = parseArgs({options: {
  servers: {type: 'string', default: '1,2,4'}, requests: {type: 'string', default: '100000'}, minutes: {type: 'string'},
  seed: {type: 'string', default: `${Date.now() % 1e9}`}, faulty: {type: 'string', default: '0.12'}}});
const seed = Number(values.seed);

/// Carries out the work in a scope of its own.
async function within(work) {
  const tasks = [];
  await work({after: task => tasks.push(task)});
  for (const task of tasks.reverse()) await task();
}

console.log(`seed ${seed}`);
if (values.minutes) {
  await within(scope => soak(scope, {minutes: Number(values.minutes), seed, say: console.log}));
} else {
  for (const servers of values.servers.split(',').map(Number)) {
    await within(async scope => {
      console.log(`${servers} servers`);
      const {figures} = await storm(scope, {
        servers, requests: Number(values.requests), seed, faulty: Number(values.faulty), say: console.log});
      console.log(`no answer was false: ${figures}`);
    });
  }
}
process.exit(0);
