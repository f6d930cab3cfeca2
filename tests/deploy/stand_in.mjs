// Programs that stand in for gcloud, docker and kubectl: they note how they are called, and answer as a
// test says. And what stands in for the places where they are: an image with its tools, a private service.
import {chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import http from 'node:http';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import {root} from '../support/server.mjs';

const program = `#!/usr/bin/env node
const {appendFileSync, existsSync, readdirSync, readFileSync, statSync} = require('node:fs');
const {basename, join} = require('node:path');
const folder = __dirname;
const line = [basename(__filename), ...process.argv.slice(2)].join(' ');
const isFolder = name => { try { return statSync(name).isDirectory(); } catch { return false; } };
const files = process.argv.slice(2).flatMap(word => word.endsWith('.yaml') ? [word] :
    word.startsWith('/') && isFolder(word) ? readdirSync(word).filter(name => name.endsWith('.yaml')).map(name => join(word, name)) : []);
const before = existsSync(folder + '/calls') ?
    readFileSync(folder + '/calls', 'utf8').trim().split('\\n').map(text => JSON.parse(text).line) : [];
appendFileSync(folder + '/calls', JSON.stringify(
    {line, files: files.map(name => readFileSync(name, 'utf8'))}) + '\\n');
const answers = JSON.parse(readFileSync(folder + '/answers', 'utf8'));
const answer = answers.find(({when}) => new RegExp(when).test(line));
if (!answer) { console.error('nobody expects: ' + line); process.exit(99); }
const same = before.filter(line => new RegExp(answer.when).test(line)).length;
const out = Array.isArray(answer.out) ? answer.out[Math.min(same, answer.out.length - 1)] : answer.out;
if (out) process.stdout.write(out + '\\n');
process.exit(answer.status ?? 0);
`;

function writeProgram(path, text) {
  writeFileSync(path, text);
  chmodSync(path, 0o755);
}

/// Runs a program to its end, and returns its status or signal and all that it printed.
export async function runProgram(path, args, options) {
  const child = spawn(path, args, {stdio: ['ignore', 'pipe', 'pipe'], ...options});
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', text => (output += text));
  }
  const late = setTimeout(() => child.kill('SIGKILL'), 60_000);
  const [status, signal] = await once(child, 'close');
  clearTimeout(late);
  return {status: signal ?? status, output};
}

/// A folder with stand-ins of these names. `answers` is [{when: a regular expression over the command
/// line, out, status}], of which the first that fits counts; what fits none ends with status 99. Where
/// `out` is an array, the first call gets its first element, and so on.
export function standIns(test, names, answers) {
  const folder = mkdtempSync(join(tmpdir(), 'dropzone-deploy-'));
  test.after(() => rmSync(folder, {recursive: true, force: true}));
  for (const name of names) writeProgram(join(folder, name), program);
  writeFileSync(join(folder, 'answers'), JSON.stringify(answers));
  const calls = () => existsSync(join(folder, 'calls')) ?
      readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n').map(JSON.parse) : [];
  return {
    folder,
    calls,
    /// The command lines in order, white space as one blank.
    lines: () => calls().map(({line}) => line.replace(/\s+/g, ' ')),
    /// Runs a script of the tree with the stand-ins before everything else.
    run: (script, args = [], env = {}) => runProgram(join(root, script), args, {
      cwd: folder,
      env: {PATH: `${folder}:${process.env.PATH}`, HOME: folder, TMPDIR: folder, ...env}}),
  };
}

// ---- Images

/// What every Debian image has: its essential packages, with apt, and awk, which is an alternative.
const essential = ['apt', 'bash', 'bsdutils', 'coreutils', 'dash', 'debianutils', 'diffutils', 'dpkg', 'findutils',
                   'grep', 'gzip', 'hostname', 'libc-bin', 'mawk', 'perl-base', 'sed', 'tar', 'util-linux'];
let essentialTools;
function debianTools() {
  essentialTools ??= [...new Set(spawnSync('dpkg-query', ['--listfiles', ...essential], {encoding: 'utf8'}).stdout
      .split('\n').filter(path => /^(\/usr)?\/s?bin\/[^/]+$/.test(path) && existsSync(path)).map(path => basename(path)))]
      .filter(name => name !== 'apt-get').concat('awk');
  return essentialTools;
}

const find = name => spawnSync('sh', ['-c', `command -v ${name}`], {encoding: 'utf8'}).stdout.trim();

/// Which program a Debian package brings.
const programs = {curl: 'curl', git: 'git', 'openjdk-17-jre-headless': 'java'};

/// A folder of programs as an image of Debian has them: what is essential, the stand-ins of `folder`
/// that are named, and the programs that are named; and an apt-get that adds others. Everything else that
/// is installed here is not found by whoever has this folder alone as their PATH.
export function imageOf(folder, name, {standIns: stood = [], tools = []} = {}) {
  const bin = join(folder, 'images', name, 'bin');
  mkdirSync(bin, {recursive: true});
  const link = (target, as) => existsSync(join(bin, as)) || symlinkSync(target, join(bin, as));
  for (const tool of [...debianTools(), ...tools]) link(find(tool), tool);
  link(process.execPath, 'node');  // for the stand-ins themselves
  for (const program of stood) link(join(folder, program), program);
  const installs = Object.entries(programs).map(([debian, tool]) =>
      `    ${debian}) ln -sf '${find(tool) || '/bin/true'}' '${bin}/${tool}' ;;`).join('\n');
  writeProgram(join(bin, 'apt-get'), `#!/bin/sh\nfor word; do\n  case $word in\n${installs}\n  esac\ndone\n`);
  return bin;
}

// ---- Cloud Run

/// A server as Cloud Run shows it to those who may call it: whoever does not have `token` gets the 403
/// that Cloud Run gives, and the server never hears of it.
export async function privateService(test, url, token) {
  const front = http.createServer((request, response) => {
    if (request.headers['x-serverless-authorization'] !== `Bearer ${token}`) {
      response.writeHead(403, {'Content-Type': 'text/html'});
      response.end('<title>403 Forbidden</title>Your client does not have permission to get this URL from this server.');
      return;
    }
    const {hostname, port} = new URL(url);
    const {'x-serverless-authorization': _, ...headers} = request.headers;
    const passedOn = http.request({hostname, port, method: request.method, path: request.url, headers}, answer => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    passedOn.on('error', () => response.destroy());
    request.pipe(passedOn);
  }).listen(0, '127.0.0.1');
  await once(front, 'listening');
  test.after(() => (front.closeAllConnections(), front.close()));
  return `http://127.0.0.1:${front.address().port}`;
}
