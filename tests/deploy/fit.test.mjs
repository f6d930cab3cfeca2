// What each manifest says fits what its platform does: memory, the sizes of answers, and times.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {inMemory, startServer, user} from '../server/process.mjs';
import {bytes, deployments, option, seconds} from './settings.mjs';

const MiB = 1024 ** 2;

for (const [name, deployment] of Object.entries(deployments)) {
  const {env, memory, grace, serves, cuts, keeps, largest, largestBody} = deployment;
  const size = option_ => bytes(option(deployment, option_));
  const time = option_ => seconds(option(deployment, option_));

  if (memory) {
    test(`${name}: the memory limit holds the accepted bodies, and 128 MiB`, () => {
      const needed = size('max-bodies') + 128 * MiB;
      assert.ok(memory >= needed, `${memory / MiB} MiB for ${needed / MiB} MiB`);
    });

    test(`${name}: a body of the largest size is accepted, with what is made of it`, () => {
      assert.ok(size('max-bodies') >= 16 * size('max-body'));
    });
  }

  if (grace) {
    test(`${name}: a stop is over two seconds before the kill`, () => {
      const needed = serves + time('shutdown-delay') + time('drain-timeout') + 2;
      assert.ok(grace >= needed, `${grace} s for ${needed} s`);
    });
  }

  if (cuts) {
    test(`${name}: the server answers 503 before it is cut off`, () => {
      assert.ok(cuts >= time('request-timeout') + 10, `${cuts} s for ${time('request-timeout')} s`);
      assert.ok(cuts >= time('body-timeout'));
    });
  }

  if (keeps) {
    test(`${name}: an idle connection is closed by what is before the server, and never by the server`, () => {
      assert.ok(time('idle-timeout') >= keeps + 20, `${time('idle-timeout')} s for ${keeps} s`);
    });
  }

  if (largest) {
    test(`${name}: a full page, with a record as large as Datastore takes, is let through`, () => {
      // A record's last MiB may be characters that JSON writes as six.
      assert.ok(size('max-page') + 6 * MiB < largest);
      assert.ok(size('max-body') <= largest, 'it takes no larger requests either');
    });
  }

  if (largestBody) {
    test(`${name}: what the server takes is not refused before it`, () => assert.ok(largestBody >= size('max-body')));
  }
}

test('what is behind a balancer of Google names its idle time-out, and what cuts leaves time for exports', () => {
  for (const name of ['Cloud Run', 'Google Kubernetes Engine', 'App Engine']) {
    assert.equal(deployments[name].env.DROPZONE_IDLE_TIMEOUT, '620s', name);
    assert.ok((deployments[name].cuts ?? 3600) >= 3600, name);
  }
});

test('clients behind a balancer are distinguished by the settings that Cloud Run gives', async t => {
  // Here the proxy is this test: Cloud Run's own is at another address.
  const proxies = `${deployments['Cloud Run'].env.DROPZONE_TRUSTED_PROXY},203.0.113.7/32`.replace('169.254.0.0/16', '127.0.0.0/8');
  assert.match(proxies, /^127/);
  const args = [...inMemory, '--audit-log', 'stderr', '--audit-reads', 'on', '--log-format', 'json'];
  const server = await startServer(t, args, {...user, DROPZONE_TRUSTED_PROXY: proxies});
  await server.fetch('/kinds', {headers: {'X-Forwarded-For': '192.0.2.1, 198.51.100.9, 203.0.113.7'}});
  await server.stop();
  assert.match(server.stderr, /"address": ?"198\.51\.100\.9"/);
});
