// Whatever is sent, and whatever becomes of it: nothing secret is written anywhere.
import assert from 'node:assert/strict';
import {createHmac, randomBytes} from 'node:crypto';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {root} from '../support/server.mjs';
import {addUser, anyPort, emptyFolder, freePort, kinds, startServer, until} from './process.mjs';

const password = {root: 'password-of-the-first', ann: 'password-of-ann', wrong: 'password-that-is-wrong'};
const basic = (name, secret) => ({Authorization: 'Basic ' + btoa(`${name}:${secret}`)});

/// A server with everything that has a secret, and what it has written and answered so far.
async function startEverything(t, logFormat) {
  const folder = emptyFolder(t);
  const [users, secretFile, store, audit] = ['users', 'secret', 'zone.db', 'audit.jsonl'].map(name => join(folder, name));
  addUser(users, 'ann', password.ann, 'read');
  const shared = randomBytes(32).toString('base64');
  writeFileSync(secretFile, shared, {mode: 0o600});
  const port = await freePort();
  const server = await startServer(t, [
    ...anyPort, '--kinds', kinds, '--store', `sqlite:${store}`, '--users', users, '--secret-file', secretFile,
    '--metrics-listen', `127.0.0.1:${port}`, '--log-level', 'debug', '--log-format', logFormat,
    '--audit-log', audit, '--audit-reads', 'on', '--trusted-proxy', '127.0.0.1', '--deny-from', '192.0.2.0/24',
  ], {DROPZONE_USER: 'root', DROPZONE_PASSWORD: password.root});
  const answers = [];
  return {
    server, users, shared, store, audit, port,
    /// Asks, and keeps what is answered.
    async ask(path, {headers = {}, ...options} = {}, base = server.url) {
      const answer = await fetch(base + path, {...options, headers});
      answers.push(JSON.stringify([...answer.headers]), await answer.text());
      return answer.status;
    },
    /// Asks for what is secret itself, and keeps the head of the answer.
    async give(path, headers, body, type = 'application/json') {
      const answer = await fetch(server.url + path, {method: 'POST', body, headers: {...headers, 'Content-Type': type}});
      assert.ok(answer.ok, `${path}: ${answer.status}`);
      answers.push(JSON.stringify([...answer.headers]));
      return answer.json();
    },
    written: () => [...answers, server.stdout, server.stderr, readFileSync(audit, 'utf8')].join('\n'),
  };
}

for (const logFormat of ['json', 'text']) {
  test(`no secret is in any log, audit log, metric or answer (${logFormat})`, async t => {
    const zone = await startEverything(t, logFormat);
    const {ask, give, server} = zone;
    const root = basic('root', password.root);
    const makeKey = async more => (await give('/auth/keys', root, JSON.stringify({name: 'key', roles: 'read', ...more}))).key;
    const keys = {good: await makeKey(), elsewhere: await makeKey({addresses: ['198.51.100.0/24']}), revoked: await makeKey()};
    assert.equal(await ask(`/auth/keys?keyId=${keys.revoked.slice(4, 26)}`, {method: 'DELETE', headers: root}), 200);
    const exchange = token => give('/auth/refresh', {}, `refresh_token=${token}`, 'application/x-www-form-urlencoded');
    const pairs = [await give('/auth/token', root), await give('/auth/token', basic('ann', password.ann))];
    pairs.push(await exchange(pairs[0].refresh_token));
    const madeUp = {key: `dzk_${'k'.repeat(66)}`, refresh: `dzr_${'r'.repeat(66)}`, other: 'a-secret-of-another-service'};
    const tokens = pairs.flatMap(pair => [pair.access_token, pair.refresh_token]);

    const secrets = [...Object.values(password), ...Object.values(keys), ...tokens, ...Object.values(madeUp)];
    const credentials = [
      root, basic('ann', password.ann), basic('ann', password.wrong), basic('nobody', password.wrong),
      basic(password.ann, 'ann'), {Authorization: `basic ${password.root}`}, {Authorization: password.root},
      {...root, 'X-API-Key': keys.good}, {Cookie: `session=${madeUp.other}`}, {Authorization: `Digest response="${madeUp.other}"`},
      ...Object.values(keys).map(key => ({'X-API-Key': key})), {'X-API-Key': keys.good.slice(0, 26) + 's'.repeat(44)},
      {'X-API-Key': madeUp.key}, {'X-API-Key': password.root}, {Authorization: keys.good}, {Authorization: `ApiKey ${keys.good}`},
      ...[...tokens, `${tokens[0]}x`, madeUp.refresh, madeUp.other].map(token => ({Authorization: `Bearer ${token}`})),
    ];
    for (const headers of credentials) {
      for (const [path, options] of [
        ['/fetchKeys'], ['/store', {method: 'POST', body: '{'}], ['/nowhere'], ['/fetchAll?limit=0'], ['/auth/keys'],
        ['/metrics'], ['/records/a', {method: 'DELETE'}], ['/health/ready'],
      ]) {
        await ask(path, {...options, headers});
      }
    }
    assert.equal(await ask('/fetchKeys', {headers: {...root, 'X-Forwarded-For': '192.0.2.1'}}), 403);

    // Secrets in the wrong place: parameters, bodies, and other routes.
    for (const secret of secrets) {
      const text = encodeURIComponent(secret);
      for (const path of [`/fetchKeys?access_token=${text}`, `/nowhere?key=${text}`, `/fetchAll?limit=1&limit=2&password=${text}`,
                          `/auth/refresh?refresh_token=${text}`, `/fetchKeys?${text}`]) {
        const headers = {'Content-Type': 'application/x-www-form-urlencoded'};
        const answer = await fetch(server.url + path, {method: path.startsWith('/auth') ? 'POST' : 'GET', headers});
        assert.ok(answer.status >= 400, path);  // Who sent it may see its name again.
        await answer.text();
      }
      for (const [path, body] of [['/auth/refresh', `refresh_token=${text}&refresh_token=${text}`], ['/auth/refresh', text],
                                  ['/auth/token', `grant_type=${text}`], ['/auth/token', `grant_type=password&password=${text}`]]) {
        await ask(path, {method: 'POST', body, headers: {...root, 'Content-Type': 'application/x-www-form-urlencoded'}});
      }
    }
    // Keys and tokens in paths, in parameters that are known, and in fields that are logged.
    const encodedWhole = text => text.replace(/[^]/g, c => '%' + c.charCodeAt(0).toString(16));
    for (const secret of [keys.good, tokens[0], tokens[1], madeUp.key, madeUp.refresh]) {
      for (const text of [secret, secret.replace('_', '%5F'), encodedWhole(secret), encodedWhole(secret).replace(/%/g, '%25')]) {
        for (const path of [`/${text}`, `/records/${text}`, `/fetchAll?cursor=${text}`, `/fetchAll?kind=${text}`]) {
          await ask(path, {headers: {...root, 'User-Agent': secret, Referer: `https://a.example/${secret}`, 'X-Request-Id': secret.slice(0, 128)}});
        }
        await ask(`/records/${text}`, {method: 'DELETE', headers: root});
        await (await fetch(`${server.url}/fetchMany?_id=a,${text}`, {headers: root})).text();  // Lists what is missing.
      }
      await ask('/kinds', {headers: basic(secret, password.wrong)});
    }
    for (const token of tokens) {  // Each is used up, or comes back.
      await ask('/auth/revoke', {method: 'POST', body: `token=${token}`, headers: {'Content-Type': 'application/x-www-form-urlencoded'}});
      await fetch(`${server.url}/auth/refresh`, {
        method: 'POST', body: `refresh_token=${token}`, headers: {'Content-Type': 'application/x-www-form-urlencoded'}});
    }
    await ask('/.well-known/jwks.json');
    await ask('/metrics', {headers: root});
    assert.equal(await ask('/metrics', {}, `http://127.0.0.1:${zone.port}`), 200);
    server.child.kill('SIGHUP');
    await until(() => server.stderr.includes('reloaded the users'), 'the end of the reload');
    assert.equal(await server.stop(), 0);

    const decoded = text => text.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
    const all = zone.written() + decoded(zone.written()) + decoded(decoded(zone.written()));
    for (const word of ['unauthenticated', 'forbidden', '/auth/keys', 'users read', 'dropzone_http_requests_total', '"kty"']) {
      assert.ok(all.includes(word), `${word}: what was searched is not what was to be searched`);
    }
    // The store has the keys that sign tokens; nothing else may.
    const signingKeys = [...readFileSync(zone.store, 'latin1').matchAll(/\\?"d\\?":\s?\\?"([\w-]{43})\\?"/g)].map(m => m[1]);
    assert.ok(signingKeys.length > 0);
    const hashes = readFileSync(zone.users, 'utf8').match(/\$argon2id\$[^:\n]+/g);
    const cursorKey = createHmac('sha256', zone.shared).update('cursors').digest();
    secrets.push(...signingKeys, ...hashes, zone.shared, 's'.repeat(44),
                 ...['base64', 'base64url', 'hex'].map(encoding => cursorKey.toString(encoding)),
                 ...credentials.flatMap(({Authorization}) => Authorization?.split(' ')[1] ?? []),
                 ...Object.values(keys).map(key => key.slice(-44)), ...tokens.map(token => token.slice(-44)));
    for (const secret of secrets) {
      const at = all.indexOf(secret);
      assert.ok(at < 0, `${secret} in ${all.slice(Math.max(0, at - 300), at + 100)}`);
    }
  });
}

test('docs/security.md names tests that are there', () => {
  const page = readFileSync(join(root, 'docs/security.md'), 'utf8');
  let named = 0;
  for (const [, path, rest] of page.matchAll(/`(tests\/[\w./]+)`((?:: |, )"[^|]*)?/g)) {
    assert.ok(existsSync(join(root, path)), path);
    for (const [, name] of (rest ?? '').matchAll(/"([^"]+)"/g)) {
      assert.ok(readFileSync(join(root, path), 'utf8').includes(name), `${path}: ${name}`);
      ++named;
    }
  }
  assert.ok(named >= 3);
  const rows = [...page.matchAll(/^\| API(\d+) .*\|([^|]*)\|$/gm)];
  assert.deepEqual(rows.map(([, number]) => Number(number)), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  for (const [, number, tests] of rows) assert.match(tests, /`tests\/[\w./]+`/, `API${number}`);
});
