// Signing in to the console at an OpenID Connect provider.
import assert from 'node:assert/strict';
import {after, test} from 'node:test';
import {audience, makeKey, startProvider} from '../server/provider.mjs';
import {narrow} from './page.mjs';
import {startConsole} from './setup.mjs';

const provider = await startProvider({after}, [await makeKey('one', 'ES256')], {claims: {roles: ['read', 'write:records']}, pages: true});
const {server, open} = await startConsole({
  args: ['--oidc-issuer', provider.issuer, '--oidc-audience', audience, '--console-oidc-client', 'page']});
provider.letReturn(`${server.url}/console`);
const host = new URL(provider.issuer).host;
const name = `Sign in with ${host}`;

/// A new page, on its way to the provider.
async function leave(hash, options) {
  const opened = await open(options);
  await opened.visit(hash);
  await opened.page.getByRole('button', {name}).click();
  return opened;
}

/// What a person does at the provider's own pages.
async function signInThere({page}) {
  await page.getByPlaceholder('Enter any login').fill('ann');
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', {name: 'Sign-in'}).click();
  await page.getByRole('button', {name: 'Continue'}).click();
}

const alert = page => page.getByRole('alert');

test('the page may ask the provider, and no other server', async () => {
  const {headers} = await server.request('GET', '/console', {credentials: ''});
  assert.match(headers['content-security-policy'], new RegExp(`connect-src 'self' ${provider.issuer};`));
  assert.doesNotMatch(headers['content-security-policy'], /unsafe/);
  const offered = await server.request('GET', '/console/sign-in.json', {credentials: ''});
  assert.deepEqual(offered.json, {issuer: provider.issuer, client: 'page', scope: 'openid'});
  // Other pages keep to themselves.
  assert.match((await server.request('GET', '/', {credentials: ''})).headers['content-security-policy'], /connect-src 'self';/);
});

test('somebody signs in at the provider, comes back where they wanted to go, and may do what their roles say', async () => {
  const opened = await leave('#/records/measurements');
  const {page, bar} = opened;
  await signInThere(opened);
  await bar.waitFor();
  await page.getByRole('heading', {name: 'measurements'}).waitFor();
  assert.equal(page.url(), `${server.url}/console#/records/measurements`);
  await page.getByRole('button', {name: 'Signed in as oidc:ann'}).click();
  await page.getByText('Signed in by single sign-on').waitFor();
  // Nothing of it is kept, and no server has seen the code in an address.
  assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie]), [0, 0, '']);
  assert.ok(opened.asked.every(call => !call.includes('code=')));
  assert.deepEqual(opened.complaints.filter(said => !said.includes('fonts.googleapis.com')), []);
  // Signing out revokes the tokens at the provider.
  const revoked = page.waitForResponse(answer => answer.url().endsWith('/token/revocation') && answer.request().method() === 'POST');
  await page.getByRole('button', {name: 'Sign out'}).click();
  assert.equal((await revoked).status(), 200);
  await page.getByRole('heading', {name: 'Sign in to the console'}).waitFor();
  await opened.close();
});

test('tokens are exchanged before they expire, and the session ends when the provider gives no more', async () => {
  const opened = await leave('#/records');
  const {page, bar, go} = opened;
  await page.route(`${provider.issuer}/token`, async route => {
    const answer = await route.fetch();
    await route.fulfill({response: answer, json: {...await answer.json(), expires_in: 0}});
  });
  const before = provider.asked.filter(path => path === '/token').length;
  await signInThere(opened);
  await bar.waitFor();
  await page.getByRole('link', {name: 'measurements'}).first().waitFor();
  assert.ok(provider.asked.filter(path => path === '/token').length >= before + 2);
  await page.unroute(`${provider.issuer}/token`);
  await page.route(`${provider.issuer}/token`, route => route.fulfill({
    status: 400, headers: {'Access-Control-Allow-Origin': '*'}, json: {error: 'invalid_grant'}}));
  await go('#/nowhere');
  await go('#/records/records');
  await page.getByText('Your session has ended').waitFor();
  await opened.close();
});

test('a sign-in that is refused, forged or begun elsewhere opens nothing, and the page says why', async () => {
  const opened = await leave();
  const {page, visit} = opened;
  await page.getByRole('link', {name: '[ Cancel ]'}).click();
  await alert(page).getByText(/End-User aborted interaction/).waitFor();
  assert.deepEqual(await opened.faults(), []);
  for (const hash of ['#state=forged&code=stolen', '#state=&error=x']) {
    await page.goto('about:blank');
    await visit(hash);
    await alert(page).getByText('was not begun on this page').waitFor();
    assert.equal(new URL(page.url()).hash, '');
  }
  await opened.close();
});

test('a provider that does not answer leaves the other ways to sign in', async () => {
  const opened = await open();
  const {page, visit, signIn, bar} = opened;
  await page.route(`${provider.issuer}/**`, route => route.abort());
  await visit();
  await page.getByRole('button', {name}).click();
  await alert(page).getByText('cannot be reached').waitFor();
  await signIn();
  await bar.waitFor();
  await opened.close();
});

for (const [look, options] of [['wide and light', {}], ['narrow and dark', {viewport: narrow, colorScheme: 'dark'}]]) {
  test(`axe-core finds nothing wrong, ${look}`, async () => {
    const {page, visit, faults, overhang, shoot, assertClean, close} = await open(options);
    await visit();
    await page.getByRole('button', {name}).waitFor();
    assert.deepEqual(await faults(), []);
    assert.equal(await overhang(), 0);
    await shoot(`console-sign-in-${look.split(' ')[0]}`);
    assertClean();
    await close();
  });
}
