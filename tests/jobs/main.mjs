// The command line of tests/jobs/run.
import {parseArgs} from 'node:util';
import {runRounds} from './rounds.mjs';

const {values} = parseArgs({options: {
  rounds: {type: 'string', default: '200'}, seed: {type: 'string'}, records: {type: 'string', default: '1500'},
  writers: {type: 'string', default: '4'}, store: {type: 'string', default: 'sqlite'}}});
const cleanUps = [];
const life = {after: cleanUp => cleanUps.push(cleanUp)};
try {
  await runRounds(life, {
    rounds: Number(values.rounds), seed: Number(values.seed ?? Math.floor(Math.random() * 2 ** 31)),
    records: Number(values.records), writers: Number(values.writers), shared: values.store === 'datastore', say: console.log});
} finally {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
}
