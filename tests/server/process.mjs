// Runs dropzone-server as a process: in an empty folder of its own, with the arguments and the
// environment of the test and nothing else.
import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import net from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {root} from '../support/server.mjs';

const limit = 120_000;  // ms, for whatever a server is waited for, however busy the machine
const running = new Set();
process.on('exit', () => running.forEach(child => child.kill('SIGKILL')));

export const kinds = join(root, 'kinds');
export const anyPort = ['--listen', '127.0.0.1:0'];
export const inMemory = [...anyPort, '--store', 'memory:', '--kinds', kinds];
export const user = {DROPZONE_USER: 'demo', DROPZONE_PASSWORD: 'secret'};

/// An empty folder that vanishes with the test.
export function emptyFolder(test) {
  const folder = mkdtempSync(join(tmpdir(), 'dropzone-server-'));
  test.after(() => rmSync(folder, {recursive: true, force: true}));
  return folder;
}

/// A port that nobody listens on just now.
export async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const {port} = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/// Starts a process that does not outlive this one, however this one ends.
function spawnBound(program, args, options) {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', program, ...args], options);
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/// Starts a server; what it prints gathers in `stdout` and `stderr`.
export function spawnServer(args, env = {}) {
  const child = spawnBound(process.env.DROPZONE_SERVER, args, {
    cwd: tmpdir(), env: {PATH: process.env.PATH, ...env}, stdio: ['ignore', 'pipe', 'pipe']});
  const server = {child, stdout: '', stderr: ''};
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', text => (server[name] += text));
  }
  server.ended = once(child, 'close').then(([code, signal]) => signal ?? code);
  return server;
}

/// Starts another program next to the servers, for as long as the test runs.
export function spawnBeside(test, program, args) {
  const child = spawnBound(program, args, {stdio: 'ignore'});
  const ended = once(child, 'exit');
  test.after(() => (child.kill('SIGKILL'), ended));
}

/// Waits until the condition holds, and fails if it does not in time.
export async function until(condition, what) {
  const end = Date.now() + limit;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not in time: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}

/// Starts a server that is meant to serve, and waits until it says where.
export async function startServer(test, args, env = {}) {
  const server = spawnServer(args, env);
  test.after(() => server.child.kill('SIGKILL'));
  let ended = false;
  server.ended.then(() => (ended = true));
  await until(() => ended || server.stdout.includes('\n'), 'the ready line');
  if (ended) throw new Error(`the server ended: ${server.stderr}`);
  server.url = server.stdout.match(/^listening on (https?:\/\/\S+)\n$/)?.[1];
  if (!server.url) throw new Error(`no ready line: ${server.stdout}`);
  server.stop = async signal => {
    server.child.kill(signal ?? 'SIGTERM');
    const late = setTimeout(() => server.child.kill('SIGKILL'), limit);
    const status = await server.ended;
    clearTimeout(late);
    return status;
  };
  server.fetch = (path, {credentials = 'demo:secret', headers = {}, ...options} = {}) =>
      fetch(server.url + path, {
        ...options,
        headers: {...(credentials && {Authorization: 'Basic ' + btoa(credentials)}), ...headers},
      });
  return server;
}

/// Starts a server that is meant not to, and returns the line that says why.
export async function faultOf(args, env = {}) {
  const server = spawnServer(args, env);
  const status = await server.ended;
  assert.equal(status, 2, `status ${status}: ${server.stderr}`);
  assert.equal(server.stdout, '');
  assert.match(server.stderr, /^dropzone-server: [^\n]+\n$/);
  return server.stderr;
}

/// Stores a record, or several.
export const store = (server, record, kind = 'records') => server.fetch(`/store?kind=${kind}`, {
  method: 'POST', body: JSON.stringify(record), headers: {'Content-Type': 'application/json'}});

/// Adds a user to a users file, as an operator would.
export function addUser(file, name, password, roles) {
  const done = spawnSync(process.env.DROPZONE_SERVER, ['user', 'add', name, '--users', file, '--roles', roles],
                         {input: `${password}\n`, encoding: 'utf8'});
  assert.equal(done.status, 0, done.stderr);
}
