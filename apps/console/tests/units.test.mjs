// The parts of the console that need no browser, bundled as the build does and then imported.
import {mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {build} from 'esbuild';
import {stepCataloguePlugin} from '../step_catalogue.mjs';

const here = fileURLToPath(new URL('unit', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'dropzone-console.'));
process.on('exit', () => rmSync(folder, {recursive: true}));
await build({
  entryPoints: readdirSync(here).map(name => join(here, name)),
  outdir: folder,
  outExtension: {'.js': '.mjs'},
  bundle: true,
  format: 'esm',
  platform: 'node',
  sourcemap: 'inline',
  plugins: [stepCataloguePlugin(fileURLToPath(new URL('../../../docs/steps.md', import.meta.url)))],
});
for (const name of readdirSync(folder).sort()) await import(pathToFileURL(join(folder, name)));
