// deploy/kubernetes and deploy/gke: each object against the schema that is published for its kind, all of
// them as kubectl puts them together, and the promises of this project.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {test} from 'node:test';
import {parse, parseAllDocuments} from 'yaml';
import {root} from '../support/server.mjs';
import {passedOver} from './looked_at.mjs';

const require = createRequire(import.meta.url);
const {Ajv} = require('ajv');

const text = path => readFileSync(join(root, path), 'utf8');
const yaml = path => parse(text(path));
const documents = source => parseAllDocuments(source).map(one => one.toJS());
const objects = folder => readdirSync(join(root, folder)).filter(name => name !== 'kustomization.yaml')
                              .flatMap(name => documents(text(`${folder}/${name}`)));

const everywhere = objects('deploy/kubernetes');
const onGoogle = objects('deploy/gke');
const ofKind = kind => [...everywhere, ...onGoogle].find(object => object.kind === kind);

// ---- Schemas

const strict = properties => ({type: 'object', additionalProperties: false, properties});
const text_ = {type: 'string'};
const number = {type: 'integer'};

/// Those of Google's own kinds, which no package publishes: the fields that are used here and others
/// them, as kubernetes/ingress-gce has them in pkg/apis/backendconfig/v1/types.go (1498838) and
/// pkg/apis/frontendconfig/v1beta1/types.go, and the documentation of the others, looked up on
/// 29 November 2026.
const google = {
  'cloud.google.com/v1 BackendConfig': strict({
    iap: {}, cdn: {}, sessionAffinity: {}, customRequestHeaders: {}, customResponseHeaders: {}, logging: {},
    securityPolicy: strict({name: text_}), timeoutSec: number,
    connectionDraining: strict({drainingTimeoutSec: number}),
    healthCheck: strict({checkIntervalSec: number, timeoutSec: number, healthyThreshold: number,
                         unhealthyThreshold: number, type: {enum: ['HTTP', 'HTTPS', 'HTTP2']}, port: number,
                         requestPath: text_}),
  }),
  'monitoring.googleapis.com/v1 PodMonitoring': strict({
    selector: strict({matchLabels: {type: 'object', additionalProperties: text_}}),
    endpoints: {type: 'array', minItems: 1, items: strict({port: text_, path: text_, interval: text_})}}),
  'networking.gke.io/v1 ManagedCertificate': strict({domains: {type: 'array', items: text_, minItems: 1, maxItems: 100}}),
  'networking.gke.io/v1beta1 FrontendConfig': strict({
    sslPolicy: text_, redirectToHttps: strict({enabled: {type: 'boolean'}, responseCodeName: text_})}),
};

const models = dirname(require.resolve('kubernetes-models'));

/// What kubernetes-models checks an object of Kubernetes' own by: throws where it is wrong. Its classes
/// copy an object, and so hide which members are looked at.
function validatorOf({apiVersion, kind}) {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['core', apiVersion];
  const part = text => text[0].toUpperCase() + text.slice(1);
  const {validate} = require(join(models, '_schemas', `IoK8sApi${part(group.split('.')[0])}${part(version)}${kind}.js`));
  return object => assert.ok(validate(object), JSON.stringify(validate.errors));
}

for (const object of [...everywhere, ...onGoogle]) {
  test(`${object.kind} follows the schema of ${object.apiVersion}`, () => {
    const own = google[`${object.apiVersion} ${object.kind}`];
    if (own) {  // of Google's own
      const validate = new Ajv().compile(own);
      assert.ok(validate(object.spec), JSON.stringify(validate.errors));
      assert.ok(!validate({...object.spec, timeoutSecs: 1}), 'the schema does check');
      return;
    }
    const validate = validatorOf(object);
    assert.deepEqual(passedOver(object, validate), [], 'members that Kubernetes does not have');
    assert.throws(() => validate({...object, metadata: 1}), 'the schema does check');
    assert.deepEqual(passedOver({...object, specs: {}}, validate), ['specs'], 'and finds what is misspelt');
  });
}

for (const folder of ['deploy/kubernetes', 'deploy/gke']) {
  test(`all that is in ${folder} is applied`, () => {
    const {resources} = yaml(`${folder}/kustomization.yaml`);
    assert.deepEqual([...resources, 'kustomization.yaml'].filter(name => name !== '../kubernetes').sort(),
                     readdirSync(join(root, folder)).sort());
  });
}

// ---- As kubectl puts it together

const kustomize = folder => spawnSync('kubectl', ['kustomize', join(root, folder)], {encoding: 'utf8', timeout: 60_000});

test('kubectl puts the manifests for Google together, and every patch finds what it changes', t => {
  const {error, status, stdout, stderr} = kustomize('deploy/gke');
  if (error?.code === 'ENOENT') return t.skip('kubectl is not installed');
  assert.equal(status, 0, stderr);
  const made = documents(stdout);
  assert.equal(made.length, everywhere.length + onGoogle.length);
  const one = kind => made.find(object => object.kind === kind);
  for (const {kind, metadata} of made) assert.equal(metadata.namespace, 'dropzone', kind);
  assert.deepEqual(one('ServiceAccount').metadata.annotations,
                   {'iam.gke.io/gcp-service-account': 'dropzone@PROJECT.iam.gserviceaccount.com'});
  const service = one('Service').metadata.annotations;
  assert.deepEqual(JSON.parse(service['cloud.google.com/backend-config']), {default: one('BackendConfig').metadata.name});
  assert.deepEqual(JSON.parse(service['cloud.google.com/neg']), {ingress: true});
  const ingress = one('Ingress').metadata.annotations;
  assert.equal(ingress['networking.gke.io/managed-certificates'], one('ManagedCertificate').metadata.name);
  assert.equal(ingress['networking.gke.io/v1beta1.FrontendConfig'], one('FrontendConfig').metadata.name);
  const pod = one('Deployment').spec.template.spec;
  assert.deepEqual([pod.containers[0].lifecycle.preStop.exec.command, pod.terminationGracePeriodSeconds],
                   [['sleep', '25'], 60]);
});

test('the load balancer waits for a pod that stops, and its address is the one that Terraform reserves', () => {
  const {spec} = ofKind('BackendConfig');
  assert.ok(spec.connectionDraining.drainingTimeoutSec >= 25 + 10);
  assert.equal(spec.healthCheck.requestPath, '/health/live');
  assert.equal(spec.healthCheck.port, ofKind('Deployment').spec.template.spec.containers[0].ports[0].containerPort);
  const name = ofKind('Ingress').metadata.annotations['kubernetes.io/ingress.global-static-ip-name'];
  assert.ok(text('deploy/terraform/kubernetes.tf').includes(`name       = "${name}"`));
});

// ---- Promises

test('two to five pods at 65 % of the one CPU that each requests', () => {
  const {spec} = ofKind('HorizontalPodAutoscaler');
  assert.deepEqual([spec.minReplicas, spec.maxReplicas], [2, 5]);
  assert.deepEqual(spec.metrics.map(({resource}) => resource),
                   [{name: 'cpu', target: {type: 'Utilization', averageUtilization: 65}}]);
  const deployment = ofKind('Deployment');
  assert.equal(spec.scaleTargetRef.name, deployment.metadata.name);
  // docs/scaling.md counts with 65 % of one CPU.
  assert.equal(deployment.spec.template.spec.containers[0].resources.requests.cpu, '1');
  assert.equal(deployment.spec.replicas, undefined);
});

test('a node can be drained without an outage', () => {
  const most = ofKind('PodDisruptionBudget').spec.maxUnavailable;
  assert.ok(ofKind('HorizontalPodAutoscaler').spec.minReplicas > most);
  assert.equal(ofKind('Deployment').spec.strategy.rollingUpdate.maxUnavailable, 0);
});

test('no probe asks for Datastore, so that an outage there takes no pod away', () => {
  const [container] = ofKind('Deployment').spec.template.spec.containers;
  for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
    assert.equal(container[probe].httpGet.path, '/health/live', probe);
  }
});

test('pods are not root, write nothing, and are of an image that is named for each release', () => {
  const pod = ofKind('Deployment').spec.template.spec;
  const [container] = pod.containers;
  assert.equal(pod.securityContext.runAsNonRoot, true);
  assert.equal(container.securityContext.readOnlyRootFilesystem, true);
  assert.deepEqual(container.securityContext.capabilities, {drop: ['ALL']});
  assert.equal(container.image, 'IMAGE');
  // The number is the image's.
  assert.ok(text('deploy/scripts/install-image').includes(`ID=${pod.securityContext.runAsUser}`));
  assert.ok(text('deploy/Dockerfile').includes(`USER ${pod.securityContext.runAsUser}:`));
});

test('services, policies, budgets and autoscalers mean the pods that there are', () => {
  const {labels} = ofKind('Deployment').spec.template.metadata;
  for (const selector of [ofKind('Service').spec.selector, ofKind('PodDisruptionBudget').spec.selector.matchLabels,
                          ofKind('NetworkPolicy').spec.podSelector.matchLabels,
                          ofKind('Deployment').spec.selector.matchLabels]) {
    for (const [name, value] of Object.entries(selector)) assert.equal(labels[name], value);
  }
});

test('metrics are for collectors, and the service is for everybody', () => {
  const {ingress, policyTypes} = ofKind('NetworkPolicy').spec;
  assert.deepEqual(policyTypes, ['Ingress']);
  const open = ingress.filter(({from}) => !from).flatMap(({ports}) => ports.map(({port}) => port));
  assert.deepEqual(open, ['http']);
  const ports = ofKind('Deployment').spec.template.spec.containers[0].ports.map(({name}) => name);
  assert.ok(ports.includes(ofKind('PodMonitoring').spec.endpoints[0].port));
  assert.deepEqual(ingress.flatMap(({ports}) => ports.map(({port}) => port)).sort(), ports.sort());
});
