// build.mjs SOURCE OUTPUT
//
// Bundles the console in SOURCE into the empty folder OUTPUT: index.html, which names the files of
// assets/, and these, each with a hash of its bytes in its name. Packages come from node_modules of
// the working directory, so that a build need not write into its sources.
import {createHash} from 'node:crypto';
import {mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {basename, join, resolve} from 'node:path';
import {stepCataloguePlugin} from './step_catalogue.mjs';

const [source, output] = process.argv.slice(2).map(path => resolve(path));
const packages = resolve('node_modules');
const esbuild = createRequire(join(packages, 'x.js'))('esbuild');

rmSync(output, {recursive: true, force: true});
const assets = join(output, 'assets');
mkdirSync(assets, {recursive: true});
const {metafile} = await esbuild.build({
  entryPoints: {console: join(source, 'src/main.tsx'), style: join(source, 'src/style/all.css')},
  absWorkingDir: source,
  outdir: assets,
  bundle: true,
  minify: true,
  splitting: true,
  format: 'esm',
  target: ['chrome110', 'firefox115', 'safari16.4'],
  charset: 'utf8',
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  nodePaths: [packages],
  legalComments: 'none',
  plugins: [stepCataloguePlugin(join(source, '../../docs/steps.md'))],
  metafile: true,
  logLevel: 'warning',
});

/// The licences of what is in the bundle, as they ask for.
function licences() {
  const names = new Set(Object.keys(metafile.inputs).map(input =>
      input.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1]).filter(Boolean));
  return [...names].sort().map(name => {
    const folder = join(packages, name);
    const file = readdirSync(folder).find(entry => /^licen[cs]e/i.test(entry));
    if (!file) throw new Error(`${name} has no licence file`);
    const {version} = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return `${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
  }).join(`\n${'-'.repeat(80)}\n\n`);
}

function keep(name, extension, text) {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8);
  writeFileSync(join(assets, `${name}-${hash}${extension}`), text);
}
keep('licences', '.txt', licences());

let page = readFileSync(join(source, 'index.html'), 'utf8');
for (const file of readdirSync(assets)) {
  const plain = basename(file).replace(/-[A-Za-z0-9]{8}(?=\.)/, '');
  page = page.replaceAll(`"console/${plain}"`, `"console/${file}"`);
}
writeFileSync(join(output, 'index.html'), page);
