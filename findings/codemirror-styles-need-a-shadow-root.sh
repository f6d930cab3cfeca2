#!/usr/bin/env bash
# @codemirror/view 6.43.15 (npm): under a strict policy for styles the editor is bare in a document, and whole in a shadow root.
#
# CodeMirror brings its style sheets along as text. Browsers let a script construct sheets and adopt them, for a document
# as for a shadow root, and "style-src 'self'" allows that. One expects both places to work, or neither.
# In a document CodeMirror adds a style element, which the policy refuses: the editor has no layout, and its cursor no place.
# In a shadow root it adopts sheets, and all is well. So an application that cannot give each page a nonce
# (EditorView.cspNonce), say because the page is a file that is cached, opens the editor in a shadow root.
#
# Seen with Chromium 156 and Node.js 20.20.2: what the policy refused, and how the editor's scroller is laid out.
#
#   document: refused style-src-elem, display block
#   shadow root: refused nothing, display flex
#
# Exits with 0 while this is so, and with 1 once it has changed. Needs /usr/bin/chromium.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
cd -- "$work"
npm install --no-audit --no-fund --ignore-scripts --silent @codemirror/view@6.43.15 @codemirror/state@6.7.6 style-mod@4.1.5 \
  esbuild@0.28.2 playwright-core@1.56.1

cat >editor.mjs <<'JS'
import {EditorView} from '@codemirror/view';
const host = document.body.appendChild(document.createElement('div'));
const root = location.hash === '#shadow' ? host.attachShadow({mode: 'open'}) : document;
const parent = root === document ? host : root;
new EditorView({root, parent, doc: 'text'});
document.title = getComputedStyle(parent.querySelector('.cm-scroller')).display;
JS

cat >check.mjs <<'JS'
import http from 'node:http';
import {build} from 'esbuild';
import {chromium} from 'playwright-core';

const {outputFiles: [{text: script}]} = await build({entryPoints: ['editor.mjs'], bundle: true, write: false, logLevel: 'error'});
const server = http.createServer((request, response) => {
  const isScript = request.url === '/editor.js';
  response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
  response.setHeader('Content-Security-Policy', "default-src 'none'; script-src 'self'; style-src 'self'");
  response.end(isScript ? script : '<!doctype html><body><script src="/editor.js"></script></body>');
});
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
const browser = await chromium.launch({executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu']});
for (const [name, hash] of [['document', ''], ['shadow root', '#shadow']]) {
  const page = await browser.newPage();
  await page.addInitScript(() => {
    window.refused = new Set();
    addEventListener('securitypolicyviolation', event => window.refused.add(event.violatedDirective));
  });
  await page.goto(`http://127.0.0.1:${server.address().port}/${hash}`);
  await page.waitForFunction(() => document.title !== '');
  const refused = await page.evaluate(() => [...window.refused].join(' '));
  console.log(`${name}: refused ${refused || 'nothing'}, display ${await page.title()}`);
  await page.close();
}
await browser.close();
server.close();
server.closeAllConnections();
JS

node check.mjs | tee seen
diff - seen <<'END'
document: refused style-src-elem, display block
shadow root: refused nothing, display flex
END
