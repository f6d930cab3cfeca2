// The releases, with a stand-in for gcloud and a real server as the version that is released.
import assert from 'node:assert/strict';
import {readdirSync} from 'node:fs';
import {after, before, test} from 'node:test';
import {parse} from 'yaml';
import {startServer} from '../support/server.mjs';
import {lacksSdk, unknownToGcloud} from './sdk.mjs';
import {privateService, standIns} from './stand_in.mjs';

let server;
before(async () => { server = await startServer(); });
after(() => server.stop());

const image = 'europe-west1-docker.pkg.dev/zone-1/dropzone/dropzone:abc';
const environment = {
  PROJECT: 'zone-1', REGION: 'europe-west1', IMAGE: image, VERSION: 'v-abc-1', DROPZONE_USER: 'demo',
  DROPZONE_PASSWORD: 'secret', CANARY_SECONDS: '0',
};
const statuses = (good, bad) => [...Array(good).fill('200'), ...Array(bad).fill('503')].join('\n');
/// Without the options that each call has.
const short = line => line.replace(/ --(project|region) \S+/g, '').replace(/ --quiet/, '')
                          .replace(/\/\S*\/(\S+\.yaml)/, '$1');

// ---- Cloud Run

const where = '--project zone-1 --region europe-west1';
const runScript = 'deploy/scripts/release-cloud-run';

function cloudRun(test, {exists = true, logs = statuses(1000, 5), fails = [], url = server.url,
                         token = 'of-the-releaser', personal = ''} = {}) {
  return standIns(test, ['gcloud'], [
    ...fails.map(when => ({when, status: 1})),
    {when: '^gcloud run services list', out: exists ? 'dropzone' : ''},
    {when: 'status.traffic.percent', out: '0\tdropzone-older\n100\tdropzone-old\n\tdropzone-tagged'},
    {when: 'status.traffic.tag', out: `\thttps://all.example\ncandidate\t${url}`},
    {when: 'status.url', out: 'https://all.example'},
    {when: '^gcloud auth print-identity-token --audiences https://all.example$', out: token, status: token ? 0 : 1},
    {when: '^gcloud auth print-identity-token$', out: personal, status: personal ? 0 : 1},
    {when: '^gcloud run services (replace|update-traffic)'},
    {when: '^gcloud logging read', out: logs},
  ]);
}
const trafficOf = gcloud => gcloud.lines().filter(line => /update-traffic/.test(line))
                                .map(line => line.match(/--to-revisions (\S+)/)[1]);

test('Cloud Run: deployed without traffic, tested, a tenth of the traffic, then all of it', async t => {
  const gcloud = cloudRun(t);
  const {status, output} = await gcloud.run(runScript, [], environment);
  assert.equal(status, 0, output);
  assert.ok(gcloud.lines().filter(line => line.includes('gcloud run')).every(line => line.includes(where)));
  assert.deepEqual(gcloud.lines().map(short), [
    'gcloud run services list --filter metadata.name=dropzone --format value(metadata.name)',
    'gcloud run services describe dropzone --flatten status.traffic ' +
        '--format value(status.traffic.percent,status.traffic.revisionName)',
    'gcloud run services replace service.yaml',
    'gcloud run services describe dropzone --flatten status.traffic ' +
        '--format value(status.traffic.tag,status.traffic.url)',
    'gcloud run services describe dropzone --format value(status.url)',
    'gcloud auth print-identity-token --audiences https://all.example',
    'gcloud run services update-traffic dropzone --to-revisions dropzone-v-abc-1=10,dropzone-old=90',
    'gcloud logging read resource.type="cloud_run_revision" ' +
        'resource.labels.revision_name="dropzone-v-abc-1" logName:"run.googleapis.com%2Frequests" ' +
        '--freshness 1h --limit 1000 --format value(httpRequest.status)',
    'gcloud run services update-traffic dropzone --to-revisions dropzone-v-abc-1=100',
  ]);
});

test('Cloud Run: what is deployed is the manifest with its words filled in', async t => {
  const gcloud = cloudRun(t);
  await gcloud.run(runScript, [], environment);
  const [text] = gcloud.calls().find(({files}) => files.length).files;
  const service = parse(text);
  assert.deepEqual(service.spec.traffic, [
    {revisionName: 'dropzone-old', percent: 100},
    {revisionName: 'dropzone-v-abc-1', percent: 0, tag: 'candidate'},
  ]);
  const {template} = service.spec;
  assert.equal(template.metadata.name, 'dropzone-v-abc-1');
  assert.equal(template.spec.serviceAccountName, 'dropzone@zone-1.iam.gserviceaccount.com');
  const [container] = template.spec.containers;
  assert.equal(container.image, image);
  const variables = Object.fromEntries(container.env.map(({name, value}) => [name, value]));
  assert.equal(variables.DROPZONE_STORE, 'datastore:zone-1');
  assert.equal(variables.GOOGLE_CLOUD_PROJECT, 'zone-1');
  assert.doesNotMatch(text, /\b(PROJECT|REGION|SERVICE|REVISION|IMAGE)\b(?!_)/);
  const versions = text => parse(text).spec.template.spec.containers[0].env.flatMap(
      ({valueFrom}) => valueFrom ? [valueFrom.secretKeyRef.key] : []);
  assert.deepEqual(versions(text), ['1', '1']);
  const rotated = cloudRun(t);
  await rotated.run(runScript, [], {...environment, USER_VERSION: '2', PASSWORD_VERSION: '7'});
  assert.deepEqual(versions(rotated.calls().find(({files}) => files.length).files[0]), ['2', '7']);
});

test('Cloud Run: the server is configured for a load balancer', async t => {
  const proxies = async env => {
    const gcloud = cloudRun(t);
    await gcloud.run(runScript, [], {...environment, ...env});
    const [container] = parse(gcloud.calls().find(({files}) => files.length).files[0]).spec.template.spec.containers;
    return container.env.find(({name}) => name === 'DROPZONE_TRUSTED_PROXY').value;
  };
  assert.equal(await proxies({}), '169.254.0.0/16');
  assert.equal(await proxies({BALANCER: '203.0.113.7'}), '169.254.0.0/16,203.0.113.7/32');
});

test('Cloud Run: the first release is alone, and has all of the traffic', async t => {
  const gcloud = cloudRun(t, {exists: false});
  const {status, output} = await gcloud.run(runScript, [], environment);
  assert.equal(status, 0, output);
  assert.deepEqual(parse(gcloud.calls()[1].files[0]).spec.traffic,
                   [{revisionName: 'dropzone-v-abc-1', percent: 100, tag: 'candidate'}]);
  assert.deepEqual(trafficOf(gcloud), []);
});

test('Cloud Run: a private service is tested with an identity token, whose secret is in no command line', async t => {
  const url = await privateService(t, server.url, 'of-the-releaser');
  const gcloud = cloudRun(t, {exists: false, url});
  const {status, output} = await gcloud.run(runScript, [], environment);
  assert.equal(status, 0, output);
  assert.ok(gcloud.lines().every(line => !line.includes('of-the-releaser')));
});

test('Cloud Run: an account of a person has a token as well, and its token takes no audience', async t => {
  const url = await privateService(t, server.url, 'of-a-person');
  const gcloud = cloudRun(t, {exists: false, url, token: '', personal: 'of-a-person'});
  const {status, output} = await gcloud.run(runScript, [], environment);
  assert.equal(status, 0, output);
});

test('Cloud Run: who may not call the service gets a 403, and the release goes back', async t => {
  const url = await privateService(t, server.url, 'of-another');
  for (const scenario of [{url}, {url, token: ''}]) {
    const gcloud = cloudRun(t, scenario);
    const {status, output} = await gcloud.run(runScript, [], environment);
    assert.equal(status, 1);
    assert.match(output, /expected 200 .*got:[^]*403/);
    assert.equal(/no identity token/.test(output), scenario.token === '');
    assert.deepEqual(trafficOf(gcloud), ['dropzone-old=100']);
  }
});

test('Cloud Run: a public service is tested without a token, if none is to be had', async t => {
  const gcloud = cloudRun(t, {token: ''});
  assert.equal((await gcloud.run(runScript, [], environment)).status, 0);
});

test('Cloud Run: a first release that fails leaves no tag behind', async t => {
  const gcloud = cloudRun(t, {exists: false, url: 'http://127.0.0.1:1'});
  const {status, output} = await gcloud.run(runScript, [], environment);
  assert.equal(status, 1);
  assert.match(output, /no earlier revision/);
  assert.equal(short(gcloud.lines().at(-1)), 'gcloud run services update-traffic dropzone --remove-tags candidate');
});

test('Cloud Run: a quiet service may do without users in its canary', async t => {
  const gcloud = cloudRun(t, {logs: ''});
  const {status} = await gcloud.run(runScript, [], {...environment, CANARY_REQUESTS: '0'});
  assert.equal(status, 0);
  assert.equal(trafficOf(gcloud).at(-1), 'dropzone-v-abc-1=100');
});

for (const moving of [image.replace(/:abc$/, ''), image.replace(/:abc$/, ':latest')]) {
  test(`an image whose name may mean another one tomorrow is not released: ${moving.split('/').pop()}`, async t => {
    for (const [gcloud, script] of [[cloudRun(t), runScript], [appEngine(t), appScript]]) {
      const {status, output} = await gcloud.run(script, [], {...environment, IMAGE: moving});
      assert.equal(status, 1);
      assert.match(output, /by its digest or by a tag of its own/);
      assert.equal(gcloud.calls().length, 0);
    }
  });
}

test('Cloud Run: a canary of its own share, for those who say so', async t => {
  const gcloud = cloudRun(t, {logs: statuses(96, 4)});
  const {status} = await gcloud.run(
      runScript, [], {...environment, CANARY_PERCENT: '25', MAX_ERROR_PERCENT: '5', SERVICE: 'dropzone'});
  assert.equal(status, 0);
  assert.deepEqual(trafficOf(gcloud), ['dropzone-v-abc-1=25,dropzone-old=75', 'dropzone-v-abc-1=100']);
});

for (const [what, scenario] of [
  ['a canary with too many errors', {logs: statuses(980, 20)}],
  ['a canary that nobody came to', {logs: ''}],
  ['logs that cannot be read', {fails: ['^gcloud logging']}],
  ['a share of the traffic that cannot be given', {fails: ['to-revisions dropzone-v-abc-1=10']}],
  ['the rest of the traffic that cannot be given', {fails: ['to-revisions dropzone-v-abc-1=100']}],
]) {
  test(`Cloud Run: after ${what}, all traffic is back where it was`, async t => {
    const gcloud = cloudRun(t, scenario);
    const {status, output} = await gcloud.run(runScript, [], environment);
    assert.equal(status, 1);
    assert.match(output, /rolling back/);
    assert.equal(trafficOf(gcloud).at(-1), 'dropzone-old=100');
    assert.match(gcloud.lines().at(-1), / --remove-tags candidate( |$)/, 'a tag would keep the failed revision');
  });
}

test('Cloud Run: what fails the smoke test never has traffic of users', async t => {
  const gcloud = cloudRun(t, {url: 'http://127.0.0.1:1'});
  const {status, output} = await gcloud.run(runScript, [], environment);
  assert.equal(status, 1);
  assert.match(output, /127\.0\.0\.1:1 is silent/);
  assert.deepEqual(trafficOf(gcloud), ['dropzone-old=100']);
});

test('Cloud Run: a deployment that fails is rolled back, and one that never began is not', async t => {
  const fails = cloudRun(t, {fails: ['^gcloud run services replace']});
  assert.equal((await fails.run(runScript, [], environment)).status, 1);
  assert.deepEqual(trafficOf(fails), ['dropzone-old=100']);
  const denied = cloudRun(t, {fails: ['^gcloud run services list']});
  assert.equal((await denied.run(runScript, [], environment)).status, 1);
  assert.equal(denied.calls().length, 1);
});

test('a release without its settings says which is missing, and calls nobody', async t => {
  const gcloud = cloudRun(t);
  const {status, output} = await gcloud.run(runScript, [], {...environment, IMAGE: ''});
  assert.equal(status, 2);
  assert.match(output, /set IMAGE/);
  assert.equal(gcloud.calls().length, 0);
});

// ---- App Engine

const appScript = 'deploy/scripts/release-app-engine';

function appEngine(test, {versions = '0.10\tolder\n0.90\told', logs = statuses(500, 1), fails = [],
                          url = server.url} = {}) {
  return standIns(test, ['gcloud'], [
    ...fails.map(when => ({when, status: 1})),
    {when: '^gcloud app versions list', out: versions},
    {when: '^gcloud app versions describe', out: url},
    {when: '^gcloud app (deploy|services set-traffic|versions stop)'},
    {when: '^gcloud logging read', out: logs},
  ]);
}
const splitsOf = gcloud => gcloud.lines().filter(line => /set-traffic/.test(line))
                               .map(line => line.match(/--splits (\S+)/)[1]);

test('App Engine: versions side by side, a tenth of the traffic, then all of it', async t => {
  const gcloud = appEngine(t);
  const {status, output} = await gcloud.run(appScript, [], environment);
  assert.equal(status, 0, output);
  assert.deepEqual(gcloud.lines().map(short), [
    'gcloud app versions list --service default --filter traffic_split>0 --format value(traffic_split,id)',
    `gcloud app deploy app.yaml --image-url ${image} --version v-abc-1 --no-promote`,
    'gcloud app versions describe v-abc-1 --service default --format value(versionUrl)',
    'gcloud app services set-traffic default --splits v-abc-1=0.10,old=0.90 --split-by random',
    'gcloud logging read resource.type="gae_app" resource.labels.module_id="default" ' +
        'resource.labels.version_id="v-abc-1" logName:"nginx.request" ' +
        '--freshness 1h --limit 1000 --format value(httpRequest.status)',
    'gcloud app services set-traffic default --splits v-abc-1=1 --split-by random',
    'gcloud app versions stop old --service default',
  ]);
  const [text] = gcloud.calls().find(({files}) => files.length).files;
  const {env_variables: variables, service} = parse(text);
  assert.equal(service, 'default');
  assert.equal(variables.DROPZONE_STORE, 'datastore:zone-1');
  assert.deepEqual([variables.DROPZONE_USER, variables.DROPZONE_PASSWORD], ['demo', 'secret']);
});

test('App Engine: a password of odd characters arrives as it is', async t => {
  const password = 'a "quoted" \\ one: #1 {x} $HOME é';
  const gcloud = appEngine(t, {url: 'http://127.0.0.1:1'});
  await gcloud.run(appScript, [], {...environment, DROPZONE_PASSWORD: password});
  const [text] = gcloud.calls().find(({files}) => files.length).files;
  assert.equal(parse(text).env_variables.DROPZONE_PASSWORD, password);
});

for (const [what, scenario] of [
  ['a canary with too many errors', {logs: statuses(10, 1)}],
  ['a smoke test that fails', {url: 'http://127.0.0.1:1'}],
]) {
  test(`App Engine: after ${what}, the old version has all traffic and the new one stops`, async t => {
    const gcloud = appEngine(t, scenario);
    assert.equal((await gcloud.run(appScript, [], environment)).status, 1);
    assert.equal(splitsOf(gcloud).at(-1), 'old=1');
    assert.equal(short(gcloud.lines().at(-1)), 'gcloud app versions stop v-abc-1 --service default');
  });
}

test('App Engine: the first version is tested, and then has all of the traffic', async t => {
  const gcloud = appEngine(t, {versions: ''});
  const {status, output} = await gcloud.run(appScript, [], environment);
  assert.equal(status, 0, output);
  assert.deepEqual(splitsOf(gcloud), ['v-abc-1=1']);
});

test('no credentials are left in temporary files', async t => {
  for (const [gcloud, script] of [[appEngine(t), appScript],
                                  [appEngine(t, {fails: ['^gcloud app deploy']}), appScript]]) {
    await gcloud.run(script, [], environment);
    assert.deepEqual(readdirSync(gcloud.folder).sort(), ['answers', 'calls', 'gcloud']);
  }
});

test('what the releases ask of gcloud is what it can do', {skip: lacksSdk}, async t => {
  const lines = [];
  for (const [gcloud, script] of [[cloudRun(t), runScript], [cloudRun(t, {logs: ''}), runScript],
                                  [appEngine(t), appScript], [appEngine(t, {logs: ''}), appScript]]) {
    await gcloud.run(script, [], environment);
    lines.push(...gcloud.lines());
  }
  assert.ok(lines.length > 20);
  assert.deepEqual(unknownToGcloud(lines), []);
});

// ---- Google Kubernetes Engine

const kubernetesScript = 'deploy/scripts/release-gke';
const domain = {DOMAIN: 'dropzone.example.com', ADDRESS: '203.0.113.7'};

function kubernetes(test, {revisions = ['3', '4'], fails = []} = {}) {
  return standIns(test, ['kubectl'], [
    ...fails.map(when => ({when, status: 1})),
    {when: ' get deployment ', out: revisions},
    {when: '^kubectl apply --kustomize'},
    {when: ' rollout (status|undo) '},
  ]);
}

test('GKE: pods are replaced and waited for, and then the service is tested', async t => {
  const kubectl = kubernetes(t);
  const {status, output} = await kubectl.run(kubernetesScript, [], {...environment, ...domain, SMOKE_URL: server.url});
  assert.equal(status, 0, output);
  assert.deepEqual(kubectl.lines().map(line => line.split(' ').filter(word => !word.startsWith('/')).slice(0, 5).join(' ')), [
    'kubectl --namespace dropzone get deployment', 'kubectl apply --kustomize',
    'kubectl --namespace dropzone rollout status',
  ]);
  const texts = kubectl.calls().flatMap(({files}) => files);
  assert.ok(texts.some(text => text.includes('dropzone@zone-1.iam.gserviceaccount.com')));
  assert.ok(texts.some(text => text.includes('host: dropzone.example.com')));
  for (const text of texts) assert.doesNotMatch(text.replace(/^\s*#.*$/gm, ''), /(?<![A-Z_])(PROJECT|DOMAIN|IMAGE|ADDRESS)(?![A-Z_])/);
});

for (const [what, scenario, env] of [
  ['pods that do not come up', {fails: ['rollout status']}, {}],
  ['a smoke test that fails', {}, {SMOKE_URL: 'http://127.0.0.1:1'}],
]) {
  test(`GKE: after ${what}, the pods from before come back`, async t => {
    const kubectl = kubernetes(t, scenario);
    const {status, output} = await kubectl.run(kubernetesScript, [], {...environment, ...domain, ...env});
    assert.equal(status, 1);
    assert.match(output, /rolling back/);
    assert.equal(kubectl.lines().at(-1), 'kubectl --namespace dropzone rollout undo deployment/dropzone --to-revision 3');
  });
}

test('GKE: if nothing was applied, nothing is undone', async t => {
  const kubectl = kubernetes(t, {revisions: ['3', '3'], fails: ['apply']});
  const {status, output} = await kubectl.run(kubernetesScript, [], {...environment, ...domain});
  assert.equal(status, 1);
  assert.match(output, /still those from before/);
  assert.ok(!kubectl.lines().some(line => line.includes('undo')));
});

test('GKE: the first release has nothing to go back to', async t => {
  const kubectl = kubernetes(t, {revisions: [''], fails: ['rollout status']});
  const {status, output} = await kubectl.run(kubernetesScript, [], {...environment, ...domain});
  assert.equal(status, 1);
  assert.match(output, /no earlier release/);
  assert.ok(!kubectl.lines().some(line => line.includes('undo')));
});
