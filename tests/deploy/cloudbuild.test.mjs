// What Cloud Build does on a push, carried out from cloudbuild.yaml itself: its steps in their order,
// with their arguments and variables, in a copy of the tree, with stand-ins for docker and gcloud.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {parse} from 'yaml';
import {root, startServer} from '../support/server.mjs';
import {standIns} from './stand_in.mjs';

const build = parse(readFileSync(join(root, 'deploy/cloudbuild.yaml'), 'utf8'));
const secrets = {DROPZONE_USER: 'demo', DROPZONE_PASSWORD: 'secret'};

/// The text with ${NAME} and ${NAME:FROM:LENGTH} filled in, as Cloud Build does it.
function fillIn(text, values) {
  for (let before; before !== text;) {
    before = text;
    text = text.replace(/\$\{(\w+)(?::(\d+):(\d+))?\}/g, (_, name, from, length) =>
        length ? values[name].slice(Number(from), Number(from) + Number(length)) : values[name]);
  }
  return text;
}

/// A copy of what the steps need, whose script/test notes how it was called.
function copyOfTree(folder, testStatus) {
  const tree = join(folder, 'workspace');
  for (const path of ['deploy', 'script/bootstrap']) cpSync(join(root, path), join(tree, path), {recursive: true});
  writeFileSync(join(tree, 'script/test'),
                `#!/bin/sh\necho "tested: CI=$CI emulator=$DROPZONE_REQUIRE_EMULATOR, $(git ls-files | wc -l) files"\nexit ${testStatus}\n`);
  chmodSync(join(tree, 'script/test'), 0o755);
  mkdirSync(join(folder, 'home'));
  return tree;
}

/// Runs the steps until one fails. Returns the stand-ins, what was printed, and the step that failed.
async function push(t, {testStatus = 0, substitutions = {}} = {}) {
  const server = await startServer();
  t.after(() => server.stop());
  const programs = standIns(t, ['docker', 'gcloud'], [
    {when: '^docker (build|run|rm|push)'},
    {when: '^gcloud run services list', out: 'dropzone'},
    {when: 'status.traffic.percent', out: '100\tdropzone-old'},
    {when: 'status.traffic.tag', out: `candidate\t${server.url}`},
    {when: '^gcloud run services (replace|update-traffic)'},
    {when: '^gcloud logging read', out: '200\n200'},
  ]);
  const tree = copyOfTree(programs.folder, testStatus);
  const values = {PROJECT_ID: 'zone-1', SHORT_SHA: 'abc', BUILD_ID: '0123456789abcdef', ...build.substitutions,
                  _CANARY_SECONDS: '0', ...substitutions};
  let output = '';
  for (const step of build.steps) {
    const fill = text => fillIn(text, values);
    const program = step.entrypoint ? join(tree, fill(step.entrypoint)) : step.name.split('/').pop();
    const variables = (step.env ?? []).map(entry => fill(entry).split(/=(.*)/s).slice(0, 2));
    const secret = Object.fromEntries((step.secretEnv ?? []).map(name => [name, secrets[name]]));
    // Where the names of a Docker network mean nothing, the test says where the containers are.
    const network = step.id === 'test-image' ?
        {EMULATOR_URL: `${server.url}/health/live`, SERVER_URL: server.url, ...secrets} : {};
    const {status, stdout, stderr} = spawnSync(program, (step.args ?? []).map(fill), {
      cwd: tree, encoding: 'utf8', timeout: 60_000,
      env: {PATH: `${programs.folder}:${process.env.PATH}`, HOME: join(programs.folder, 'home'),
            ...Object.fromEntries(variables), ...secret, ...network}});
    output += stdout + stderr;
    if (status !== 0) return {programs, output, failed: step.id};
  }
  return {programs, output};
}

const image = 'europe-west1-docker.pkg.dev/zone-1/dropzone/dropzone:abc';

test('a push is tested, built, tried, pushed, released and smoke-tested', async t => {
  const {programs, output, failed} = await push(t);
  assert.equal(failed, undefined, output);
  assert.match(output, /tested: CI=true emulator=1, [1-9]\d+ files/);
  const calls = programs.lines().map(line => line.split(' ').slice(0, line.startsWith('docker') ? 2 : 4).join(' '));
  assert.deepEqual(calls, [
    'docker build', 'docker run', 'docker run', 'docker rm', 'docker push',
    'gcloud run services list', 'gcloud run services describe', 'gcloud run services replace',
    'gcloud run services describe', 'gcloud run services update-traffic', 'gcloud logging read resource.type="cloud_run_revision"',
    'gcloud run services update-traffic',
  ]);
  const [built, , tried, , pushed] = programs.lines();
  for (const line of [built, tried, pushed]) assert.ok(line.includes(image), line);
  assert.match(tried, / --network cloudbuild /);
  const service = parse(programs.calls().find(({files}) => files.length).files[0]);
  assert.equal(service.spec.template.spec.containers[0].image, image);
  assert.equal(service.spec.template.metadata.name, 'dropzone-v-abc-01234567');
  assert.match(programs.lines().at(-1), /--to-revisions dropzone-v-abc-01234567=100 /);
});

test('what fails its tests is neither pushed nor released', async t => {
  const {programs, failed} = await push(t, {testStatus: 1});
  assert.equal(failed, 'test');
  assert.deepEqual(programs.lines().filter(line => /^docker push|^gcloud/.test(line)), []);
});

test('a canary of its own share and place, for those who say so', async t => {
  const {programs, output, failed} = await push(t, {
    substitutions: {_REGION: 'us-east1', _SERVICE: 'zone', _CANARY_PERCENT: '25'}});
  assert.equal(failed, undefined, output);
  const canary = programs.lines().find(line => line.includes('update-traffic'));
  assert.match(canary, /update-traffic zone --to-revisions zone-v-abc-01234567=25,dropzone-old=75 .*--region us-east1/);
});
