// A short run of what tests/jobs/run does for longer.
import {test} from 'node:test';
import {runRounds} from './rounds.mjs';

const seed = Number(process.env.DROPZONE_JOBS_SEED ?? Math.floor(Math.random() * 2 ** 31));

test(`jobs among writers and kill -9 lose nothing and do nothing twice (seed ${seed})`, async t =>
    runRounds(t, {rounds: 4, seed, records: 600, writers: 3, shared: false}));
