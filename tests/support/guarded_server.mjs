// A server under test with a user besides its first one.
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {startServer} from './server.mjs';

const [name, password] = ['guest', 'a-long-secret'];

/// Starts a server with a user who may do nothing with any kind that there is: `guest` is how they
/// authorize themselves.
export async function startGuardedServer(options = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'dropzone-users-'));
  const file = join(folder, 'users');
  const added = spawnSync(
      process.env.DROPZONE_SERVER,
      ['user', 'add', name, '--users', file, '--roles', 'write:no-such-kind'],
      {input: `${password}\n`, encoding: 'utf8'});
  if (added.status !== 0) throw new Error(added.stderr);
  const server = await startServer({...options, args: [...(options.args ?? []), '--users', file]});
  rmSync(folder, {recursive: true});
  return {...server, guest: 'Basic ' + Buffer.from(`${name}:${password}`).toString('base64')};
}
