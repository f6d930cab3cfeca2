// Programs that stand in for gcloud and docker: they note how they are called, and answer as a test says.
import {chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {root} from '../support/server.mjs';

const program = `#!/usr/bin/env node
const {appendFileSync, readFileSync} = require('node:fs');
const {basename} = require('node:path');
const folder = __dirname;
const line = [basename(__filename), ...process.argv.slice(2)].join(' ');
const files = process.argv.slice(2).filter(word => word.endsWith('.yaml'));
appendFileSync(folder + '/calls', JSON.stringify(
    {line, files: files.map(name => readFileSync(name, 'utf8'))}) + '\\n');
const answers = JSON.parse(readFileSync(folder + '/answers', 'utf8'));
const answer = answers.find(({when}) => new RegExp(when).test(line));
if (!answer) { console.error('nobody expects: ' + line); process.exit(99); }
if (answer.out) process.stdout.write(answer.out + '\\n');
process.exit(answer.status ?? 0);
`;

/// A folder with stand-ins of these names. `answers` is [{when: a regular expression over the command
/// line, out, status}], of which the first that fits counts; what fits none ends with status 99.
export function standIns(test, names, answers) {
  const folder = mkdtempSync(join(tmpdir(), 'dropzone-deploy-'));
  test.after(() => rmSync(folder, {recursive: true, force: true}));
  for (const name of names) {
    writeFileSync(join(folder, name), program);
    chmodSync(join(folder, name), 0o755);
  }
  writeFileSync(join(folder, 'answers'), JSON.stringify(answers));
  const calls = () => existsSync(join(folder, 'calls')) ?
      readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n').map(JSON.parse) : [];
  return {
    folder,
    calls,
    /// The command lines in order, white space as one blank.
    lines: () => calls().map(({line}) => line.replace(/\s+/g, ' ')),
    /// Runs a script of the tree with the stand-ins before everything else.
    async run(script, args = [], env = {}) {
      const child = spawn(join(root, script), args, {
        cwd: folder, stdio: ['ignore', 'pipe', 'pipe'],
        env: {PATH: `${folder}:${process.env.PATH}`, HOME: folder, TMPDIR: folder, ...env}});
      let output = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', text => (output += text));
      }
      const late = setTimeout(() => child.kill('SIGKILL'), 60_000);
      const [status, signal] = await once(child, 'close');
      clearTimeout(late);
      return {status: signal ?? status, output};
    },
  };
}
