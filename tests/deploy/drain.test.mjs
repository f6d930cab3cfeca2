// A server that is stopped as each platform stops it, with the settings that it is given there:
// what has begun is finished, what hangs is given up, and it is gone before it would be killed.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {test} from 'node:test';
import {halfARequest} from '../server/half_request.mjs';
import {inMemory, startServer, user} from '../server/process.mjs';
import {deployments} from './settings.mjs';

/// The variables that a platform gives, without those that this test decides.
function settings({env}) {
  const decided = ['DROPZONE_STORE', 'DATASTORE_EMULATOR_HOST', 'DROPZONE_METRICS_LISTEN', 'DROPZONE_USER',
                   'DROPZONE_PASSWORD'];
  return Object.fromEntries(Object.entries(env).filter(([name]) => !decided.includes(name)));
}

// Google Kubernetes Engine differs by a longer preStop alone, which fit.test.mjs adds up.
const platforms = ['Cloud Run', 'Kubernetes', 'App Engine', 'systemd', 'Docker Compose'];

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
  assert.ok(served > 0, 'it served while load balancers learn of its end');
}

test('a stop loses nothing, and is over in time', async t => {
  await Promise.all(platforms.map(name => [name, deployments[name]]).map(([name, {env, grace, preStop: command}]) =>
    t.test(`under ${name}, which kills after ${grace} s`, async t => {
      const server = await startServer(t, inMemory, {...settings({env}), ...user});
      const finishes = await halfARequest(server);
      await halfARequest(server, 'hangs');
      const kill = setTimeout(() => server.child.kill('SIGKILL'), grace * 1000);
      if (command) await preStop(command, server);
      server.child.kill('SIGTERM');
      assert.match(await finishes.finish(), /^HTTP\/1\.1 201 /);
      assert.equal(await server.ended, 0, 'it ended by itself');
      clearTimeout(kill);
      assert.match(server.stderr, /some requests did not finish in time/);
    })));
});
