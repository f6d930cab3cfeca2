// What the tests of the console have in common: a server with an empty store, and a browser. The store is SQLite's, or that
// of the Datastore emulator if there is one.
import assert from 'node:assert/strict';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after} from 'node:test';
import {launch} from '../browser/chromium.mjs';
import {startServer} from '../support/server.mjs';
import {emulated, openConsole} from './page.mjs';

const json = {'Content-Type': 'application/json'};

/// Both are there until the last test has ended. `folder` is for files of the tests.
export async function startConsole({args = []} = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'dropzone-console.'));
  const server = await startServer({args, store: emulated ? `datastore:console-test/n${process.pid}` : `sqlite:${join(folder, 'console.db')}`});
  const browser = await launch();
  after(async () => {
    await browser.close();
    await server.stop();
    rmSync(folder, {recursive: true});
  });

  /// Sends a value as JSON. The answer must be a success, unless `status` says otherwise.
  async function send(method, target, value, {status} = {}) {
    const answer = await server.request(method, target, {headers: json, ...(value === undefined ? {} : {body: JSON.stringify(value)})});
    assert.ok(status ? answer.status === status : answer.status < 300, `${method} ${target}: ${answer.status} ${answer.text.slice(0, 500)}`);
    return answer.text === '' ? undefined : answer.json;
  }

  return {
    server, browser, folder, send,
    store: (kind, records) => send('POST', `/store?kind=${kind}&return=counts&ifExists=replace`, records),
    /// Stores what the kind refuses.
    storeRefused: (kind, records) => send('POST', `/store?kind=${kind}&return=counts`, records, {status: 422}),
    makeKey: roles => send('POST', '/auth/keys', {name: 'page', roles}),
    /// A page of a new profile, as openConsole() gives it.
    open: options => openConsole(browser, server, options),
    /// The same, signed in by a key with these roles.
    async openFor(roles, hash, options) {
      const opened = await openConsole(browser, server, options);
      const {key} = await send('POST', '/auth/keys', {name: 'page', roles});
      await opened.visit(hash);
      await opened.signInByKey(key);
      return opened;
    },
  };
}
