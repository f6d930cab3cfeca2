// What Cloud Build does on a push, carried out from cloudbuild.yaml itself: its steps in their order,
// with their arguments and variables, in a copy of the tree, with stand-ins for docker and gcloud. Each
// step finds the programs of its image and no others.
import assert from 'node:assert/strict';
import {chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {parse} from 'yaml';
import {root, startServer} from '../support/server.mjs';
import {imageOf, privateService, runProgram, standIns} from './stand_in.mjs';

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

/// A copy of what the steps need. Its script/test says what it finds, and its script/bootstrap installs.
function copyOfTree(folder, testStatus) {
  const tree = join(folder, 'workspace');
  cpSync(join(root, 'deploy'), join(tree, 'deploy'), {recursive: true});
  mkdirSync(join(tree, 'script'));
  mkdirSync(join(folder, 'home'));
  const write = (name, text) => (writeFileSync(join(tree, 'script', name), `#!/bin/sh\n${text}`), chmodSync(join(tree, 'script', name), 0o755));
  write('bootstrap', 'exec apt-get install git\n');
  write('test', `
    echo "tested: CI=$CI emulator=$DROPZONE_REQUIRE_EMULATOR, $(git ls-files | wc -l) files"
    command -v java >/dev/null && [ -r "$VOLUMES/emulator/cloud-firestore-emulator/cloud-firestore-emulator.jar" ] || exit 77
    exit ${testStatus}\n`);
  return tree;
}

/// The programs of the images as their makers publish them; docs/deployment.md says where. What each
/// starts by itself is `starts`: one that installs APT_PACKAGES is `installs`.
const images = [
  {name: /^debian:(12|bookworm)/, tools: []},
  {name: /\/docker(:|$)/, stood: ['docker'], tools: ['curl'], starts: 'docker'},
  {name: /google-cloud-cli:.*stable$/, stood: ['gcloud'], tools: [], installs: true},
  {name: /google-cloud-cli:.*emulators$/, stood: [], tools: [], emulator: true},
];

/// The folder of programs of a step's image.
function programsOf(step, programs) {
  const image = images.find(({name}) => name.test(step.name));
  assert.ok(image, `nobody knows what is in ${step.name}`);
  const bin = imageOf(programs.folder, step.id, {standIns: image.stood, tools: image.tools});
  if (image.emulator) {
    writeFileSync(join(bin, 'gcloud'), '#!/bin/sh\nexit 1\n', {mode: 0o755});
    const jars = join(bin, '../platform/cloud-firestore-emulator');
    mkdirSync(jars, {recursive: true});
    writeFileSync(join(jars, 'cloud-firestore-emulator.jar'), 'jar');
  }
  return {bin, image};
}

/// Runs one step as Cloud Build does, and returns its status and output.
async function runStep(step, {values, tree, programs, env}) {
  const {bin, image} = programsOf(step, programs);
  const fill = text => fillIn(text, values);
  const volumes = join(programs.folder, 'volumes');
  const inVolume = text => (step.volumes ?? []).reduce(
      (result, {name, path}) => result.replace(path, join(volumes, name)), text);
  const words = (step.args ?? []).map(fill).map(inVolume);
  const variables = Object.fromEntries((step.env ?? []).map(entry => fill(entry).split(/=(.*)/s).slice(0, 2)));
  const secret = Object.fromEntries((step.secretEnv ?? []).map(name => [name, secrets[name]]));
  const options = {cwd: tree, env: {PATH: bin, HOME: join(programs.folder, 'home'), VOLUMES: volumes,
                                    ...variables, ...secret, ...env}};
  if (!step.entrypoint && image.installs && variables.APT_PACKAGES) {
    await runProgram(join(bin, 'apt-get'), ['install', ...variables.APT_PACKAGES.split(' ')], options);
  }
  const [program, ...args] = step.entrypoint ? [fill(step.entrypoint), ...words] :
      image.starts ? [image.starts, ...words] : words;
  return runProgram(program.includes('/') ? join(tree, program) : join(bin, program), args, options);
}

/// Runs the steps until one fails. Returns the stand-ins, what was printed, and the step that failed.
/// `edit` changes the build before.
async function push(t, {testStatus = 0, substitutions = {}, edit = steps => steps} = {}) {
  const server = await startServer();
  t.after(() => server.stop());
  // Private, as a service of Cloud Run is at first.
  const service = await privateService(t, server.url, 'of-the-releaser');
  const programs = standIns(t, ['docker', 'gcloud'], [
    {when: '^docker (build|run|rm|push)'},
    {when: '^gcloud run services list', out: 'dropzone'},
    {when: 'status.traffic.percent', out: '100\tdropzone-old'},
    {when: 'status.traffic.tag', out: `candidate\t${service}`},
    {when: 'status.url', out: 'https://all.example'},
    {when: '^gcloud auth print-identity-token --audiences', out: 'of-the-releaser'},
    {when: '^gcloud run services (replace|update-traffic)'},
    {when: '^gcloud logging read', out: '200\n200'},
  ]);
  const tree = copyOfTree(programs.folder, testStatus);
  const values = {PROJECT_ID: 'zone-1', SHORT_SHA: 'abc', BUILD_ID: '0123456789abcdef', ...build.substitutions,
                  _CANARY_SECONDS: '0', ...substitutions};
  let output = '';
  for (const step of edit(structuredClone(build.steps))) {
    // Where the names of a Docker network mean nothing, the test says where the containers are.
    const env = step.id === 'test-image' ?
        {EMULATOR_URL: `${server.url}/health/live`, SERVER_URL: server.url, ...secrets, WAIT_SECONDS: '5'} : {};
    const result = await runStep(step, {values, tree, programs, env});
    output += result.output;
    if (result.status !== 0) return {programs, output, failed: step.id};
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
    'gcloud run services describe', 'gcloud run services describe',
    'gcloud auth print-identity-token --audiences', 'gcloud run services update-traffic',
    'gcloud logging read resource.type="cloud_run_revision"',
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

// What an image lacks is noticed here, as it would be there.
for (const [id, image, missing] of [
  ['build', 'gcr.io/google.com/cloudsdktool/google-cloud-cli:stable', /docker: not found/],
  ['test-image', 'gcr.io/google.com/cloudsdktool/google-cloud-cli:stable', /docker: command not found/],
]) {
  test(`the step ${id} fails in an image without its tools, ${image.split('/').pop()}`, async t => {
    const {output, failed} = await push(t, {edit: steps => steps.map(step => step.id === id ? {...step, name: image} : step)});
    assert.match(output, missing);
    assert.equal(failed, id);
  });
}

test('a release without curl ends before anything is deployed', async t => {
  const {programs, output, failed} = await push(t, {edit: steps => steps.map(
      step => step.id === 'release' ? {...step, env: step.env.filter(entry => !entry.startsWith('APT_'))} : step)});
  assert.equal(failed, 'release');
  assert.match(output, /needs curl, which is not installed/);
  assert.ok(!programs.lines().some(line => line.startsWith('gcloud')));
});

test('the tests are given the emulator where they look for it, and on Debian 12', () => {
  const [taken, tested] = ['emulator', 'test'].map(id => build.steps.find(step => step.id === id));
  assert.equal(taken.volumes[0].name, tested.volumes[0].name);
  assert.deepEqual(taken.args, [taken.volumes[0].path]);
  const looks = readFileSync(join(root, 'tests/emulator/with_datastore_emulator'), 'utf8');
  assert.ok(looks.includes(tested.volumes[0].path.replace(/\/platform$/, '')));
  assert.match(tested.name, /^debian:bookworm-/);
});

test('every image is one of a version, and those of the SDK of the same', () => {
  for (const {name} of build.steps) assert.match(name, /:[a-z-]*\d|@sha256:[0-9a-f]{64}$/, name);
  const versions = text => [...text.matchAll(/google-cloud-cli:(\d[\d.]*)/g)].map(([, version]) => version);
  const all = ['deploy/cloudbuild.yaml', 'deploy/docker-compose.yml', 'deploy/scripts/test-image']
                  .flatMap(path => versions(readFileSync(join(root, path), 'utf8')));
  assert.ok(all.length >= 4);
  assert.equal(new Set(all).size, 1);
});

test("the emulator is taken out of Google's own SDK", async t => {
  const {folder, run} = standIns(t, [], []);
  const {status, output} = await run('deploy/scripts/take-emulator', [join(folder, 'taken')]);
  if (status !== 0) return t.skip(output);
  assert.ok(existsSync(join(folder, 'taken/cloud-firestore-emulator/cloud-firestore-emulator.jar')));
});
