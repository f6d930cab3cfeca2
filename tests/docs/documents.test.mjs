// The documents tell the truth: every command in them is run against a fresh server, and prints
// what they show. They speak of a server at http://127.0.0.1:8080 with the user demo and the
// password secret; here it has another port.
import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {root, startServer} from '../support/server.mjs';
import {matches, readExamples} from './examples.mjs';
import {startShell} from './shell.mjs';

const documents = ['.', 'docs'].flatMap(folder => readdirSync(join(root, folder)).map(name => join(folder, name)))
                      .filter(name => name.endsWith('.md'));

for (const name of documents) {
  const examples = readExamples(readFileSync(join(root, name), 'utf8'));
  if (examples.length === 0) continue;
  test(`${name} shows what its ${examples.length} commands print`, async () => {
    const server = await startServer();
    const shell = startShell(root);
    const {host} = new URL(server.url);
    try {
      for (const {line, command, output} of examples) {
        const real = (await shell.run(command.replaceAll('127.0.0.1:8080', host)))
                         .replaceAll(host, '127.0.0.1:8080');
        assert.ok(matches(output, real), `${name}:${line}: $ ${command}\nprints\n${real}\n` +
                  `but the document shows\n${output}`);
      }
    } finally {
      shell.stop();
      await server.stop();
    }
  });
}
