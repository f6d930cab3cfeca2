// The settings that each manifest of deploy/ gives the server, and what its platform does around it:
// read from the manifests, so that tests hold the one to the other.
import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {parse, parseAllDocuments} from 'yaml';
import {root} from '../support/server.mjs';

export const text = path => readFileSync(join(root, 'deploy', path), 'utf8');
const documents = path => parseAllDocuments(text(path)).map(one => one.toJS());

export function seconds(duration) {
  const [, count, unit] = /^(\d+)(ms|s|m|h)?$/.exec(duration) ?? [];
  if (!count) throw new Error(`no duration: ${duration}`);
  return Number(count) * {ms: 0.001, s: 1, m: 60, h: 3600}[unit ?? 's'];
}

export function bytes(size) {
  const [, count, unit] = /^([\d.]+)([KMG]?)(?:i?B?)$/i.exec(size) ?? [];
  if (!count) throw new Error(`no size: ${size}`);
  return Number(count) * 1024 ** ' KMG'.indexOf(unit.toUpperCase() || ' ');
}

/// What the server takes where a manifest is silent, by its own manual: {'max-page': '32MiB', …}.
const defaults = Object.fromEntries([...spawnSync(process.env.DROPZONE_SERVER, ['--manual'], {encoding: 'utf8'})
    .stdout.matchAll(/^\| `--([a-z-]+)[^`]*` \| `\w+` \| ([^|]*) \|/gm)].map(([, name, value]) => [name, value]));

/// An option of a deployment: what its manifest says, else what the server says.
export function option({env}, name) {
  const value = env[`DROPZONE_${name.toUpperCase().replaceAll('-', '_')}`] ?? defaults[name];
  if (value === undefined) throw new Error(`no such option: ${name}`);
  return value;
}

/// The variables of a container that have a value of their own.
const variables = entries => Object.fromEntries(entries.filter(({value}) => value !== undefined)
                                                    .map(({name, value}) => [name, value]));

const run = parse(text('cloudrun/service.yaml')).spec.template.spec;
const pod = documents('kubernetes/deployment.yaml').find(({kind}) => kind === 'Deployment').spec.template.spec;
const app = parse(text('appengine/app.yaml'));
const compose = parse(text('docker-compose.yml')).services.server;
const unit = text('systemd/dropzone-server.service');
const site = text('nginx/dropzone.conf');

// GKE: the manifests for every cluster, with the patches of deploy/gke.
const patches = parse(text('gke/kustomization.yaml')).patches.flatMap(({patch}) => parse(patch));
const patched = path => patches.find(one => one.path.endsWith(path)).value;
const backend = documents('gke/backend.yaml')[0].spec;

/// env: what the server is given. memory: its limit in bytes. grace: seconds from the first word of the
/// stop to the kill, of which `serves` pass before SIGTERM. cuts: seconds after which whatever is before
/// the server cuts an answer. keeps: seconds for which it keeps an idle connection. largest: bytes of an
/// answer that is not chunked. What a platform does not have is undefined.
export const deployments = {
  'Cloud Run': {
    env: variables(run.containers[0].env), memory: bytes(run.containers[0].resources.limits.memory),
    grace: 10, serves: 0, cuts: run.timeoutSeconds, keeps: 600, largest: bytes('32MiB'),
  },
  Kubernetes: {
    env: variables(pod.containers[0].env), memory: bytes(pod.containers[0].resources.limits.memory),
    grace: pod.terminationGracePeriodSeconds, preStop: pod.containers[0].lifecycle.preStop.exec.command,
    serves: Number(pod.containers[0].lifecycle.preStop.exec.command[1]),
  },
  'Google Kubernetes Engine': {
    env: variables(pod.containers[0].env), memory: bytes(pod.containers[0].resources.limits.memory),
    grace: patched('terminationGracePeriodSeconds'), serves: Number(patched('preStop/exec/command')[1]),
    cuts: backend.timeoutSec, keeps: 600,
  },
  'App Engine': {
    // How long it waits after SIGTERM was not to be found: the shortest that Google has, Cloud Run's.
    env: app.env_variables, memory: app.resources.memory_gb * 1e9, grace: 10, serves: 0, keeps: 600,
  },
  'Docker Compose': {
    env: compose.environment, memory: bytes(compose.mem_limit), grace: seconds(compose.stop_grace_period), serves: 0,
  },
  systemd: {env: {}, grace: seconds(unit.match(/^TimeoutStopSec=(\S+)$/m)[1]), serves: 0},
  nginx: {
    env: {}, cuts: seconds(site.match(/proxy_read_timeout (\S+);/)[1]),
    keeps: seconds(site.match(/^\s+keepalive_timeout (\S+);/m)[1]),
    largestBody: bytes(site.match(/client_max_body_size (\S+);/)[1]),
  },
};
