// deploy/terraform: it parses, whatever it refers to is there, and it allows what is needed and no more.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {test} from 'node:test';
import {parse} from 'yaml';
import {root} from '../support/server.mjs';

const {parse: parseHcl} = createRequire(import.meta.url)('@cdktf/hcl2json');
const text = path => readFileSync(join(root, path), 'utf8');
const yaml = path => parse(text(path));

const terraform = Object.assign({}, ...await Promise.all(
    readdirSync(join(root, 'deploy/terraform')).filter(name => name.endsWith('.tf'))
        .map(async name => ({[name]: await parseHcl(name, text(`deploy/terraform/${name}`))}))));
const blocks = kind => Object.values(terraform).flatMap(file => Object.entries(file[kind] ?? {}));
const resources = new Map(blocks('resource').flatMap(
    ([type, named]) => Object.entries(named).map(([name, [body]]) => [`${type}.${name}`, body])));

test('whatever a file refers to is defined', () => {
  const variables = new Set(blocks('variable').map(([name]) => name));
  const locals = new Set(Object.values(terraform).flatMap(file => (file.locals ?? []).flatMap(Object.keys)));
  const source = JSON.stringify(terraform);
  for (const [, name] of source.matchAll(/\bvar\.(\w+)/g)) assert.ok(variables.has(name), `var.${name}`);
  for (const [, name] of source.matchAll(/\blocal\.(\w+)/g)) assert.ok(locals.has(name), `local.${name}`);
  for (const [, name] of source.matchAll(/\b(google_\w+\.\w+)/g)) assert.ok(resources.has(name), name);
});

test('the server may use the database, and nobody is an owner or an editor', () => {
  const roles = [...resources.values()].flatMap(
      ({role, for_each: each}) => role?.startsWith('roles/') ? [role] : [...(each ?? '').matchAll(/roles\/[\w.]+/g)].flat());
  assert.ok(roles.includes('roles/datastore.user'));
  for (const role of roles) assert.doesNotMatch(role, /owner|editor|\badmin$/i);
  const server = resources.get('google_project_iam_member.server');
  assert.deepEqual([...server.for_each.matchAll(/roles\/[\w.]+/g)].flat(),
                   ['roles/datastore.user', 'roles/logging.logWriter']);
});

test('a Datastore database, and a trigger for the build that is here', () => {
  assert.equal(resources.get('google_firestore_database.records').type, 'DATASTORE_MODE');
  const trigger = resources.get('google_cloudbuild_trigger.release');
  assert.ok(existsSync(join(root, trigger.filename)));
  const {substitutions} = yaml('deploy/cloudbuild.yaml');
  for (const name of Object.keys(trigger.substitutions)) assert.ok(name in substitutions, name);
});

const rolesOf = name => [...JSON.stringify(resources.get(name)).matchAll(/roles\/[\w.]+/g)].flat();

test('the service can be released, called and smoke-tested', () => {
  // roles/run.developer may deploy and may not say who calls: docs "Access control with IAM" of Cloud Run.
  for (const role of ['roles/run.developer', 'roles/run.invoker', 'roles/logging.viewer']) {
    assert.ok(rolesOf('google_project_iam_member.releaser').includes(role), role);
  }
  // An identity token of one's own: "Authorize service-to-service access" of Cloud Build.
  assert.deepEqual(rolesOf('google_service_account_iam_member.releaser_identifies_itself'),
                   ['roles/iam.serviceAccountOpenIdTokenCreator']);
  const everybody = resources.get('google_cloud_run_v2_service_iam_member.everybody');
  assert.deepEqual([everybody.member, everybody.role], ['allUsers', 'roles/run.invoker']);
  assert.match(everybody.count, /var\.public/);
});

test('the pods are the account that may use the database', () => {
  const bound = resources.get('google_service_account_iam_member.pods_are_server');
  assert.equal(bound.role, 'roles/iam.workloadIdentityUser');
  const {namespace} = yaml('deploy/gke/kustomization.yaml');
  const account = yaml('deploy/gke/kustomization.yaml').patches[0].target.name;
  assert.ok(bound.member.endsWith(`.svc.id.goog[${namespace}/${account}]`), bound.member);
  assert.match(bound.depends_on.join(), /google_container_cluster/, 'the pool comes with the cluster');
});

test('App Engine may fetch the image, and releases on it are allowed', () => {
  assert.deepEqual(rolesOf('google_artifact_registry_repository_iam_member.server'), ['roles/artifactregistry.reader']);
  assert.deepEqual(rolesOf('google_project_iam_member.releaser_app_engine').sort(),
                   ['roles/appengine.deployer', 'roles/appengine.serviceAdmin', 'roles/storage.objectAdmin']);
  assert.ok(resources.has('google_app_engine_application.app'));
});

test('what enabling services and granting roles is a call of is enabled first', () => {
  const first = resources.get('google_project_service.first');
  for (const api of ['cloudresourcemanager', 'serviceusage']) assert.ok(first.for_each.includes(`"${api}"`), api);
  assert.match(resources.get('google_project_service.api').depends_on.join(), /google_project_service\.first/);
});

/// Which service of Google's a resource is a call of.
const apiOf = type => ({
  app: 'appengine', artifact: 'artifactregistry', cloud: 'run', cloudbuild: 'cloudbuild', compute: 'compute',
  container: 'container', firestore: 'firestore', monitoring: 'monitoring', secret: 'secretmanager', service: 'iam', storage: 'storage',
})[type.split('_')[1]];

test('every resource has its service enabled, and waits for that', () => {
  const apis = text('deploy/terraform/apis.tf');
  const waits = name => {
    const body = JSON.stringify(resources.get(name));
    if (body.includes('google_project_service.api')) return true;
    return [...body.matchAll(/\b(google_\w+\.\w+)/g)].some(([, other]) => other !== name && waits(other));
  };
  for (const name of resources.keys()) {
    const type = name.split('.')[0];
    if (type.startsWith('google_project_')) continue;
    const api = apiOf(type);
    assert.ok(api && apis.includes(`"${api}"`), `${name} needs ${api}`);
    if (name === 'google_cloud_run_v2_service_iam_member.everybody') continue;  // after the first release
    assert.ok(waits(name), `${name} does not wait for its service`);
  }
});

test('the files are formatted as Terraform does it', t => {
  const {error, status, stdout} = spawnSync('terraform', ['fmt', '-check', '-diff', join(root, 'deploy/terraform')],
                                            {encoding: 'utf8', timeout: 60_000});
  if (error?.code === 'ENOENT') return t.skip('terraform is not installed');
  assert.equal(status, 0, stdout);
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

