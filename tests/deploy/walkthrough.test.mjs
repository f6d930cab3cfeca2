// docs/deployment.md as a person walks through it who has nothing yet: each command is one that there
// is, and what it names was made by one before it.
import assert from 'node:assert/strict';
import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {parse} from 'yaml';
import {root} from '../support/server.mjs';
import {lacksSdk, unknownToGcloud} from './sdk.mjs';

const text = path => readFileSync(join(root, path), 'utf8');
const manual = text('docs/deployment.md');

/// The commands of a part of the manual in order, each with its continuation lines and what it reads.
function commandsOf(part) {
  return [...part.matchAll(/^```sh\n([^]*?)^```$/gm)].flatMap(([, block]) => {
    const lines = block.replace(/\\\n\s*/g, ' ').split('\n').filter(Boolean);
    const commands = [];
    for (let i = 0; i < lines.length; ++i) {
      const here = lines[i].match(/<<(\w+)$/)?.[1];
      let command = lines[i].replace(/\s+# .*$/, '');
      while (here && lines[++i] !== here) command += '\n' + lines[i];
      commands.push(command);
    }
    return commands;
  });
}

const part = (from, to) => manual.slice(manual.indexOf(`\n${from}`), manual.indexOf(`\n${to}`));
const walk = commandsOf(part('## Google Cloud, from an empty', '## What a release does'));
const all = commandsOf(manual);

/// The calls of a program in a command, also those in $(…) and behind a pipe.
const calls = (command, program) => command.split(/\$\(|\||&&|;|\n/).map(one => one.replace(/\)["'\s].*$|\)$/, '').trim())
    .map(one => one.replace(/^(?:export )?(?:[A-Z_]+=\S*\s+)+/, '')).filter(one => one.startsWith(`${program} `));

test('from nothing to a service that is watched, and to nothing again', () => {
  const stages = [
    /^gcloud projects create/, /^gcloud billing projects link/, /services enable cloudresourcemanager/,
    /^gcloud auth application-default login/, /terraform\.tfvars <</, /^terraform .* init/, /^terraform .* apply/,
    /secrets versions add dropzone-user/, /secrets versions add dropzone-password/, /^gcloud builds submit/,
    /smoke-test "\$URL"/, /'public = true/, /^gcloud builds connections create/, /'repository = /, /'domain = /,
    /'alert_email = /, /uptime create/, /'password_version = /, /terraform .* destroy/, /^gcloud projects delete/,
  ];
  let at = -1;
  for (const stage of stages) {
    const next = walk.findIndex((command, index) => index > at && stage.test(command));
    assert.ok(next > at, `${stage} after ${walk[at]}`);
    at = next;
  }
  assert.ok(walk.findIndex(command => command.includes("'public = true")) >
            walk.findIndex(command => command.startsWith('gcloud builds submit')), 'the service must be there');
});

test('a variable of the shell is set before it is used', () => {
  const known = new Set(['BILLING_ACCOUNT']);  // chosen from the list above it
  for (const command of walk) {
    const assigned = [...command.matchAll(/(?:^|\s)([A-Z_]+)=/g)].map(match => match[1]);
    const prefixed = !/^[A-Z_]+=\S*(?:\$\([^)]*\))?\S*$|^export /.test(command);
    for (const [, name] of command.matchAll(/\$([A-Z_]+)/g)) {
      assert.ok(known.has(name) || (prefixed && assigned.includes(name)), `$${name} in ${command}`);
    }
    if (!prefixed || /^[A-Z_]+=\$\(/.test(command)) assigned.forEach(name => known.add(name));
  }
});

test('each option of gcloud is one that it has', {skip: lacksSdk}, () => {
  const lines = all.flatMap(command => calls(command, 'gcloud')).map(line => line.replace(/"?\$\w+"?|["'<>]/g, 'x'));
  assert.ok(lines.length > 25);
  assert.deepEqual(unknownToGcloud(lines), []);
  assert.deepEqual(unknownToGcloud(['gcloud run services remove x', 'gcloud builds submit --cofig x']),
                   ['gcloud run services has no remove', 'gcloud builds submit has no --cofig'], 'it does check');
});

test('each script is there, and has what it asks for', () => {
  let seen = 0;
  const exported = new Set();
  for (const command of all) {
    for (const [, assignments] of command.matchAll(/^export (.*)$/gm)) {
      for (const [, name] of assignments.matchAll(/([A-Z_]+)=/g)) exported.add(name);
    }
    for (const [, script] of command.matchAll(/(?:^|\s)((?:deploy\/scripts|script)\/[\w-]+)/g)) {
      ++seen;
      assert.ok(statSync(join(root, script)).mode & 0o100, script);
      const needed = text(script).match(/^require (.+)$/m)?.[1].split(' ') ?? [];
      for (const name of needed) {
        assert.ok(exported.has(name) || new RegExp(`(?:^|\\s)${name}=`).test(command), `${script} needs ${name}: ${command}`);
      }
    }
  }
  assert.ok(seen >= 6);
});

test("Terraform's variables, outputs and resources are those that there are", () => {
  const files = readdirSync(join(root, 'deploy/terraform')).filter(name => name.endsWith('.tf'));
  const source = files.map(name => text(`deploy/terraform/${name}`)).join('\n');
  const said = all.flatMap(command => [...command.matchAll(/(?:^|'|\\n)([a-z_]+) +?= ?(?:"|true)/gm)].map(match => match[1]));
  assert.ok(said.length >= 8);
  for (const name of said) assert.ok(source.includes(`variable "${name}" {`), name);
  for (const [, name] of manual.matchAll(/terraform .* output (\w+)/g)) assert.ok(source.includes(`output "${name}" {`), name);
  for (const [, type, name] of manual.matchAll(/ import '(\w+)\.(\w+)/g)) assert.ok(source.includes(`resource "${type}" "${name}"`));
});

test('secrets, accounts, buckets and substitutions have one name everywhere', () => {
  const terraform = text('deploy/terraform/main.tf') + text('deploy/terraform/accounts.tf');
  for (const [, secret] of all.join('\n').matchAll(/(?:versions add|--secret) ([\w-]+)/g)) {
    assert.ok(terraform.includes(`"${secret}"`), secret);
  }
  for (const [, account] of manual.matchAll(/serviceAccounts\/([\w-]+)@/g)) assert.ok(terraform.includes(`"${account}"`), account);
  for (const [, bucket] of manual.matchAll(/gs:\/\/\$PROJECT(-[\w-]+)/g)) assert.ok(terraform.includes(`\${var.project}${bucket}"`));
  const {substitutions} = parse(text('deploy/cloudbuild.yaml'));
  for (const [, name] of manual.matchAll(/\b(_[A-Z_]+)=/g)) assert.ok(name in substitutions, name);
});

test('files that the manual names are there', () => {
  for (const [, file] of manual.matchAll(/`(deploy\/[\w/.-]+)`/g)) {
    const made = ['deploy/terraform/terraform.tfvars', 'deploy/terraform/terraform.tfstate'];  // by the commands
    assert.ok(made.includes(file) || existsSync(join(root, file)), file);
  }
});
