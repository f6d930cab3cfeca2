// The image's scripts, with a stand-in for docker and a real server as the container.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {parse} from 'yaml';
import {root, startServer} from '../support/server.mjs';
import {standIns} from './stand_in.mjs';

const imageTest = 'deploy/scripts/test-image';

test('an image is built from the whole tree by the Dockerfile', async t => {
  const docker = standIns(t, ['docker'], [{when: '^docker build'}]);
  const {status, output} = await docker.run('deploy/scripts/build-image', ['dropzone:1']);
  assert.equal(status, 0, output);
  const tree = root.replace(/\/$/, '');
  assert.deepEqual(docker.lines(),
                   [`docker build --file ${tree}/deploy/Dockerfile --tag dropzone:1 ${tree}`]);
});

test('an image runs next to the emulator, with a root file system that it cannot write', async t => {
  const docker = standIns(t, ['docker'], [{when: '^docker (run|rm|logs)'}]);
  const server = await startServer();
  t.after(() => server.stop());
  const {status, output} = await docker.run(imageTest, ['dropzone:1', 'net'], {
    EMULATOR_URL: `${server.url}/health/live`, SERVER_URL: server.url, WAIT_SECONDS: '2',
    DROPZONE_USER: 'demo', DROPZONE_PASSWORD: 'secret'});
  assert.equal(status, 0, output);
  const [emulator, image, removal] = docker.lines();
  assert.match(emulator, /^docker run --detach --name (\S+)-emulator --network net \S+:[\d.]+-emulators gcloud /);
  assert.match(image, /^docker run --detach --name \S+ --network net --read-only --cap-drop ALL .* dropzone:1$/);
  assert.ok(image.includes(` --env DATASTORE_EMULATOR_HOST=${new URL(server.url).host} `), 'where the caller finds it');
  assert.doesNotMatch(image, /secret/, 'everybody on the machine can read command lines');
  assert.match(removal, /^docker rm --force (\S+) \1-emulator$/);
});

test('an image that fails the smoke test shows its log', async t => {
  const docker = standIns(t, ['docker'], [{when: '^docker (run|rm|logs)'}]);
  const server = await startServer();
  t.after(() => server.stop());
  const {status, output} = await docker.run(imageTest, ['dropzone:1', 'net'], {
    EMULATOR_URL: `${server.url}/health/live`, SERVER_URL: server.url, WAIT_SECONDS: '2'});
  assert.equal(status, 1, 'the server does not know the user that the script makes');
  assert.match(output, /expected 201 .*got:[^]*401$/m);
  assert.deepEqual(docker.lines().slice(2).map(line => line.split(' ')[1]), ['logs', 'rm']);
});

test('an image that does not answer fails, and its containers are removed', async t => {
  const docker = standIns(t, ['docker'], [{when: '^docker (run|rm|logs)'}]);
  const {status, output} = await docker.run(
      imageTest, ['dropzone:1'], {EMULATOR_URL: 'http://127.0.0.1:1/', WAIT_SECONDS: '1'});
  assert.equal(status, 1);
  assert.match(output, /127\.0\.0\.1:1\/ does not answer/);
  assert.match(docker.lines().at(-1), /^docker rm --force/);
});

test("Docker Compose's health check tells a server that is ready from one that is not", async () => {
  const compose = parse(readFileSync(join(root, 'deploy/docker-compose.yml'), 'utf8'));
  const [, shell, option, script] = compose.services.server.healthcheck.test;
  const healthy = url => {
    const {port} = new URL(url);
    const command = script.replaceAll('$$', '$').replace('/127.0.0.1/8080', `/127.0.0.1/${port}`);
    assert.notEqual(command, script);
    return spawnSync(shell, [option, command], {timeout: 10_000}).status === 0;
  };
  const server = await startServer();
  assert.equal(healthy(server.url), true);
  await server.stop();
  assert.equal(healthy(server.url), false);
});

test('a smoke test leaves nothing behind', async t => {
  const server = await startServer();
  t.after(() => server.stop());
  const {status, output} = await standIns(t, [], []).run(
      'deploy/scripts/smoke-test', [`${server.url}/`], {DROPZONE_USER: 'demo', DROPZONE_PASSWORD: 'secret'});
  assert.equal(status, 0, output);
  assert.deepEqual((await server.request('GET', '/fetchKeys?kind=measurements')).json.keys, []);
  assert.deepEqual((await server.request('GET', '/rejects?kind=measurements')).json.rejects, []);
});

test('what the Dockerfile copies is not kept from it', () => {
  const kept = readFileSync(join(root, 'deploy/Dockerfile.dockerignore'), 'utf8').split('\n')
                   .filter(line => line.startsWith('!')).map(line => line.slice(1));
  for (const path of ['script/bootstrap', 'deploy/scripts', 'kinds', 'docs/openapi', 'LICENSE']) {
    assert.ok(kept.includes(path), path);
  }
  // The pages of the server are made of files of the whole tree.
  const assets = readFileSync(join(root, 'adapters/http/assets/assets.cmake'), 'utf8');
  const read = [...assets.matchAll(/PROJECT_SOURCE_DIR\}\/([\w./-]+)/g)].map(([, path]) => path);
  assert.ok(read.includes('docs/steps.md'));
  for (const path of read) assert.ok(kept.some(one => path === one || path.startsWith(`${one}/`)), path);
});
