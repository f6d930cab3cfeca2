// Servers whose store is the emulator that DATASTORE_EMULATOR_HOST names, each in a namespace of
// its own.
import {randomBytes} from 'node:crypto';
import {anyPort, kinds, startServer, user} from '../server/process.mjs';

export const emulator = process.env.DATASTORE_EMULATOR_HOST;
export const project = 'dropzone-test';
export const freshNamespace = () => `n${randomBytes(6).toString('hex')}`;

export const optionsOf = (namespace, more = []) =>
    [...anyPort, '--kinds', kinds, '--store', `datastore:${project}/${namespace}`, ...more];

/// Starts a server over the namespace, which reaches the emulator by `host`.
export const startOver = (test, namespace, {host = emulator, more = []} = {}) =>
    startServer(test, optionsOf(namespace, more), {...user, DATASTORE_EMULATOR_HOST: host});

/// Sends a request, on a connection of its own, and reads its answer as JSON. A connection that had been kept could be
/// closed for its age just when the request is sent.
export async function call(server, method, path, body) {
  const response = await server.fetch(path, {
    method, headers: {Connection: 'close', ...(body !== undefined && {'Content-Type': 'application/json'})},
    ...(body !== undefined && {body: JSON.stringify(body)})})
      .catch(({cause, message}) => assert.fail(`${method} ${path}: ${cause?.message ?? message}`));
  return {status: response.status, headers: response.headers, json: await response.json()};
}

/// The same numbers for the same seed.
export function seeded(seed) {
  return () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
}

/// A new seed in each run unless one is given; the test prints it.
export function seedOf(t) {
  const seed = Number(process.env.DROPZONE_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
  t.diagnostic(`DROPZONE_TEST_SEED=${seed}`);
  return seed;
}
