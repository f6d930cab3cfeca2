// The parts of the console that need no browser, bundled as the build does and then imported.
import {mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {build} from 'esbuild';

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
});
for (const name of readdirSync(folder).sort()) await import(pathToFileURL(join(folder, name)));
