// Google's Cloud SDK, if it is installed: what it knows of manifests and of its own commands.
import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {root} from '../support/server.mjs';

/// Its folder; undefined if it is not installed.
export const sdk = ['/usr/lib/google-cloud-sdk', join(process.env.HOME ?? '/root', 'google-cloud-sdk')]
                       .find(folder => existsSync(join(folder, 'lib/googlecloudsdk')));
export const lacksSdk = sdk ? false : "Google's Cloud SDK is not installed";

const bundled = join(sdk ?? '', 'platform/bundledpythonunix/bin/python3');

/// Runs a program of this folder with the SDK's own Python.
export function withSdk(script, args, input) {
  const python = existsSync(bundled) ? bundled : 'python3';
  return spawnSync(python, ['-B', join(root, 'tests/deploy', script), sdk, ...args],
                   {input, encoding: 'utf8', timeout: 60_000});
}

/// What the SDK does not know of these command lines: [] where all is well.
export function unknownToGcloud(lines) {
  const {status, stdout, stderr} = withSdk('gcloud_commands.py', [], lines.join('\n') + '\n');
  if (status !== 0) throw new Error(stderr);
  return stdout.split('\n').filter(Boolean);
}
