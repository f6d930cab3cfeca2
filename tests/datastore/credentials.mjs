// Calls a store that wants credentials.
import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {until} from '../server/process.mjs';

export const secret = 'hush-hush';

/// Calls the store with these credentials until the condition holds, and returns the report; nothing secret is in it.
/// A call may take as long as `patience` says, in milliseconds.
export async function probe(google, folder, environment, {enough = () => true, ca = google.ca, patience = 5000} = {}) {
  const probing = promisify(execFile)(process.env.DROPZONE_CREDENTIALS_PROBE, [google.url, ca, `${patience}`],
                                      {env: {HOME: folder, NO_GCE_CHECK: 'true', ...environment}});
  let ended = false;
  probing.child.on('exit', () => (ended = true));
  try {
    await until(() => ended || enough(), 'enough calls');
  } finally {
    probing.child.stdin.end();
  }
  const {stdout, stderr} = await probing;
  for (const hidden of [secret, 'PRIVATE KEY', '-token-']) assert.ok(!(stdout + stderr).includes(hidden), stdout + stderr);
  return JSON.parse(stdout);
}

export function credentialsFile(folder, content) {
  const file = join(folder, 'credentials.json');
  writeFileSync(file, JSON.stringify(content));
  return {GOOGLE_APPLICATION_CREDENTIALS: file};
}

export const user = google => ({type: 'authorized_user', client_id: 'id', client_secret: secret, refresh_token: secret,
                                token_uri: `${google.url}/token`});
