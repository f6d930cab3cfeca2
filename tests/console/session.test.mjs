// Signing in to the console and out again.
import assert from 'node:assert/strict';
import {gunzipSync} from 'node:zlib';
import {test} from 'node:test';
import {narrow, wide} from './page.mjs';
import {startConsole} from './setup.mjs';

const {server, open, makeKey} = await startConsole();
const signInForm = page => page.getByRole('heading', {name: 'Sign in to the console'});

test('the first page is at most 250 kB of compressed script, and is kept for a year', async () => {
  const page = await server.request('GET', '/console', {credentials: ''});
  assert.equal(page.status, 200);
  assert.match(page.headers['content-security-policy'], /^default-src 'none'; script-src 'self'; style-src 'self'; /);
  assert.doesNotMatch(page.headers['content-security-policy'], /unsafe/);
  let bytes = 0;
  for (const [, name] of page.text.matchAll(/(?:src|href)="(console\/[^"]+)"/g)) {
    const file = await server.request('GET', `/${name}`, {credentials: '', headers: {'Accept-Encoding': 'gzip'}});
    assert.equal(file.status, 200, name);
    assert.equal(file.headers['cache-control'], 'public, max-age=31536000, immutable');
    assert.equal(file.headers['content-encoding'], 'gzip');
    assert.ok(gunzipSync(file.bytes).length > file.bytes.length);
    bytes += file.bytes.length;
  }
  assert.ok(bytes > 5_000 && bytes <= 250_000, `${bytes} bytes`);
});

test('the landing page leads to the console, and a password opens it at the address that was asked for', async () => {
  const {page, signIn, bar, assertClean, close} = await open();
  await page.goto(server.url + '/');
  await page.getByRole('link', {name: 'Open the console'}).click();
  await signIn();
  await bar.waitFor();
  await page.waitForURL(/#\/records$/);  // After the bar is there, it goes to the first place.
  await page.getByRole('link', {name: 'measurements'}).first().waitFor();
  assertClean();
  await close();
});

test('a wrong password is said so on the page, without a dialogue of the browser', async () => {
  const {page, visit, signIn, assertClean, bar, close} = await open();
  await visit();
  await signIn(server.user, 'wrong');
  const alert = page.getByRole('alert');
  await alert.waitFor();
  assert.match(await alert.innerText(), /You are not signed in\s+The user or the password is wrong/);
  await signIn();
  await bar.waitFor();
  assertClean();
  await close();
});

/// The requests so far that have an Authorization of the scheme. A page can be asked for what it has
/// sent only while it is open.
async function withAuthorization(requests, scheme) {
  const sent = await Promise.all(requests.map(async request => ({
    path: new URL(request.url()).pathname, authorization: (await request.allHeaders()).authorization})));
  return sent.filter(({authorization}) => authorization?.startsWith(scheme));
}

test('the password is sent once and kept nowhere', async () => {
  const {page, context, visit, signIn, bar, close} = await open();
  const requests = [];
  page.on('request', request => requests.push(request));
  await visit();
  await signIn();
  await bar.waitFor();
  await page.getByRole('link', {name: 'measurements'}).first().waitFor();
  const basic = await withAuthorization(requests, 'Basic ');
  assert.deepEqual(basic.map(({path}) => path), ['/auth/token']);
  assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie]), [0, 0, '']);
  assert.deepEqual(await context.cookies(), []);
  await page.reload();
  await signInForm(page).waitFor();
  await close();
});

test('tokens are exchanged before they expire', async () => {
  const {page, visit, signIn, bar, go, asked, assertClean, close} = await open();
  // The server says that its tokens live for no time at all, so each is due at once.
  await page.route('**/auth/token', async route => {
    const answer = await route.fetch();
    await route.fulfill({response: answer, json: {...await answer.json(), expires_in: 0}});
  });
  await visit();
  await signIn();
  await bar.waitFor();
  await page.getByRole('link', {name: 'measurements'}).first().waitFor();
  await go('#/records?again=1');
  assert.equal(asked.filter(call => call === 'POST /auth/refresh').length, 1);
  assertClean();
  await close();
});

test('signing out revokes the tokens', async () => {
  const {page, enter, assertClean, close} = await open();
  const requests = [];
  page.on('request', request => requests.push(request));
  await enter();
  await page.getByRole('link', {name: 'measurements'}).first().waitFor();
  const token = (await withAuthorization(requests, 'Bearer ')).at(-1).authorization;
  assert.equal((await server.request('GET', '/auth/whoami', {credentials: token})).status, 200);
  const revoked = page.waitForResponse('**/auth/revoke');
  await page.getByRole('button', {name: 'Signed in as demo'}).click();
  await page.getByRole('button', {name: 'Sign out'}).click();
  await signInForm(page).waitFor();
  assert.equal((await revoked).status(), 200);
  assert.equal((await server.request('GET', '/auth/whoami', {credentials: token})).status, 401);
  assertClean();
  await close();
});

test('a key opens what its roles allow, and nothing else is offered', async () => {
  const {key} = await makeKey('read:measurements');
  const {page, visit, signInByKey, bar, assertClean, close} = await open();
  await visit();
  await signInByKey('dzk_wrong');
  await page.getByRole('alert').waitFor();
  await page.getByRole('textbox', {name: 'API key'}).fill(key);
  await page.getByRole('button', {name: 'Sign in', exact: true}).click();
  await bar.waitFor();
  await page.getByRole('link', {name: 'measurements'}).first().waitFor();
  assert.equal(await page.getByRole('link', {name: /^records/}).count(), 0);
  assertClean();
  await close();
});

test('somebody whose key is revoked meanwhile is asked to sign in again', async () => {
  const {id, key} = await makeKey('read');
  const {page, visit, signInByKey, bar, go, assertClean, close} = await open();
  await visit();
  await signInByKey(key);
  await bar.waitFor();
  await page.getByRole('link', {name: 'measurements'}).first().waitFor();
  await server.request('DELETE', `/auth/keys?keyId=${id}`);
  await go('#/nowhere');
  await page.getByText('There is no such page').waitFor();
  await go('#/records');
  await signInForm(page).waitFor();
  assert.match(await page.getByRole('status').innerText(), /Your session has ended/);
  assertClean();
  await close();
});

test('the keyboard is enough: it signs in, moves about and signs out', async () => {
  const {page, visit, bar, assertClean, close} = await open();
  await visit();
  await signInForm(page).waitFor();
  const focus = async target => {
    for (let presses = 0; presses < 30; ++presses) {
      if (await target.evaluate(element => element === document.activeElement)) return;
      await page.keyboard.press('Tab');
    }
    assert.fail('the keyboard does not get there');
  };
  await focus(page.getByLabel('User'));
  await page.keyboard.type(server.user);
  await page.keyboard.press('Tab');
  await page.keyboard.type(server.password);
  await page.keyboard.press('Enter');
  await bar.waitFor();
  const menu = page.getByRole('button', {name: 'Signed in as demo'});
  await focus(menu);
  await page.keyboard.press('Enter');
  await page.getByRole('button', {name: 'Sign out'}).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', {name: 'Sign out'}).waitFor({state: 'detached'});
  await page.keyboard.press('Enter');
  await focus(page.getByRole('button', {name: 'Sign out'}));
  await page.keyboard.press('Enter');
  await signInForm(page).waitFor();
  assertClean();
  await close();
});

for (const [name, options] of [['wide and light', {viewport: wide}], ['wide and dark', {viewport: wide, colorScheme: 'dark'}],
                               ['narrow and light', {viewport: narrow}], ['narrow and dark', {viewport: narrow, colorScheme: 'dark'}]]) {
  test(`axe-core finds nothing wrong, ${name}`, async () => {
    const {page, visit, signIn, bar, faults, overhang, assertClean, close} = await open(options);
    await visit();
    await signInForm(page).waitFor();
    assert.deepEqual(await faults(), []);
    assert.equal(await overhang(), 0);
    await signIn();
    await bar.waitFor();
    await page.getByRole('link', {name: 'measurements'}).first().waitFor();
    assert.deepEqual(await faults(), []);
    assert.equal(await overhang(), 0);
    assertClean();
    await close();
  });
}
