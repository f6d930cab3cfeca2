// A server that is stopped as each platform stops it, with the settings that it is given there:
// what has begun is finished, what hangs is given up, and it is gone before it would be killed.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {parse, parseAllDocuments} from 'yaml';
import {halfARequest} from '../server/half_request.mjs';
import {inMemory, startServer, user} from '../server/process.mjs';
import {root} from '../support/server.mjs';

const text = path => readFileSync(join(root, 'deploy', path), 'utf8');
const seconds = duration => Number(/^(\d+)s?$/.exec(duration)[1]);

/// The variables of a container that have a value, without those that this test decides.
function variables(entries) {
  const decided = ['DROPZONE_STORE', 'DROPZONE_METRICS_LISTEN'];
  return Object.fromEntries(entries.filter(({name, value}) => value && !decided.includes(name))
                                .map(({name, value}) => [name, value]));
}

const run = parse(text('cloudrun/service.yaml')).spec.template.spec;
const pod = parseAllDocuments(text('kubernetes/deployment.yaml')).map(one => one.toJS())
                .find(({kind}) => kind === 'Deployment').spec.template.spec;
const platforms = {
  'Cloud Run': {env: variables(run.containers[0].env), grace: 10},
  Kubernetes: {env: variables(pod.containers[0].env), grace: pod.terminationGracePeriodSeconds,
               preStop: pod.containers[0].lifecycle.preStop.exec.command},
  systemd: {env: {}, grace: seconds(text('systemd/dropzone-server.service').match(/^TimeoutStopSec=(\S+)$/m)[1])},
  'Docker Compose': {env: {}, grace: seconds(parse(text('docker-compose.yml')).services.server.stop_grace_period)},
};

/// Runs a command of the pod's, while requests go on being answered.
async function preStop(command, server) {
  const child = spawn(command[0], command.slice(1), {stdio: 'ignore'});
  const ended = once(child, 'exit');
  let status;
  ended.then(([code]) => (status = code));
  let served = 0;
  while (status === undefined) {
    assert.equal((await server.fetch('/kinds')).status, 200);
    ++served;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  assert.equal(status, 0);
  assert.ok(served > 10, 'it served while load balancers learn of its end');
}

test('a stop loses nothing, and is over in time', async t => {
  await Promise.all(Object.entries(platforms).map(([name, {env, grace, preStop: command}]) =>
    t.test(`under ${name}, which kills after ${grace} s`, async t => {
      const server = await startServer(t, inMemory, {...env, ...user}, 60_000);
      const finishes = await halfARequest(server);
      await halfARequest(server, 'hangs');
      const kill = setTimeout(() => server.child.kill('SIGKILL'), grace * 1000);
      if (command) await preStop(command, server);
      server.child.kill('SIGTERM');
      assert.match(await finishes.finish(), /^HTTP\/1\.1 201 /);
      assert.equal(await server.ended, 0, 'it ended by itself');
      clearTimeout(kill);
      assert.match(server.stderr, /not all requests could finish in time/);
    })));
});
