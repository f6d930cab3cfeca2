// The console in headless Chromium, as a person uses it.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';

const output = process.env.DROPZONE_TEST_OUTPUT ?? '.';
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/// The store is Google Datastore's emulator. A page looks the same on every store, so tests look at it on SQLite alone.
export const emulated = process.env.DATASTORE_EMULATOR_HOST !== undefined;

/// For tests that ask nothing of the store that others do not.
export const pageAlone = {skip: emulated && 'the store makes no difference'};

const patience = 60_000;  // ms; a busy machine takes its time

export const wide = {width: 1440, height: 900};
export const narrow = {width: 390, height: 844};

/// For each element the texts of the innermost elements in it, in their order. Unlike innerText it does not need the element to
/// be rendered, and the entries of a pick list are not before a frame has shown them (content-visibility: auto).
export const textsOf = locator => locator.evaluateAll(elements => elements.map(element =>
    [...element.querySelectorAll('*')].filter(({childElementCount}) => childElementCount === 0)
        .map(({textContent}) => textContent).filter(text => text !== '')));

/// Repeats the check until it does not throw. After a minute its fault stands.
export async function eventually(check) {
  const end = Date.now() + patience;
  for (;;) {
    try {
      return await check();
    } catch (fault) {
      if (Date.now() > end) throw fault;
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

/// A new page of a new browser profile. `complaints` collects what the browser has to say,
/// `strangers` what was asked of another origin, `asked` every path that was asked of the server.
/// A status of 400 or more does not count as a complaint of the page: it shows what the server said.
export async function openConsole(browser, server, options = {}) {
  const context = await browser.newContext({viewport: wide, ...options});
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  const complaints = [];
  const strangers = [];
  const asked = [];
  await page.addInitScript(() => addEventListener('securitypolicyviolation', event =>
      console.error(`policy: ${event.violatedDirective} forbids ${event.blockedURI}`)));
  page.on('console', message => {
    const said = message.text();
    if (['error', 'warning'].includes(message.type()) && !said.startsWith('Failed to load resource')) complaints.push(said);
  });
  page.on('pageerror', error => complaints.push(error.message));
  page.on('dialog', dialog => { complaints.push(`dialogue: ${dialog.message()}`); dialog.dismiss(); });
  page.on('request', request => {
    const url = new URL(request.url());
    if (url.origin !== server.url && !['data:', 'blob:'].includes(url.protocol)) strangers.push(request.url());
    asked.push(`${request.method()} ${url.pathname}`);
  });

  const visit = (hash = '') => page.goto(`${server.url}/console${hash}`);
  const bar = page.locator('header.bar');

  async function signIn(user = server.user, password = server.password) {
    await page.getByLabel('User').fill(user);
    await page.getByLabel('Password', {exact: true}).fill(password);
    await page.getByRole('button', {name: 'Sign in', exact: true}).click();
  }

  async function signInByKey(key) {
    await page.getByRole('button', {name: 'API key'}).click();
    await page.getByRole('textbox', {name: 'API key'}).fill(key);
    await page.getByRole('button', {name: 'Sign in', exact: true}).click();
  }

  /// Opens the console at a place, signed in.
  async function enter(hash = '') {
    await visit(hash);
    await signIn();
    await bar.waitFor();
  }

  /// Goes to another place without loading the page again, as a link would, and waits until the page has learnt of it.
  const go = hash => page.evaluate(to => new Promise(resolve => {
    const from = location.href;
    addEventListener('hashchange', () => resolve(), {once: true});
    location.hash = to;
    if (location.href === from) resolve();
  }), hash);

  /// What axe-core finds wrong with the page as it stands.
  async function faults() {
    if (emulated) return [];
    await page.evaluate(axe);
    const {violations} = await page.evaluate(() => axe.run(document, {resultTypes: ['violations']}));
    return violations.map(({id, nodes}) => `${id}: ${nodes.map(({html}) => html.slice(0, 160)).join(' | ')}`);
  }

  /// Nobody can be proud of a page with these.
  function assertClean() {
    assert.deepEqual(complaints, []);
    assert.deepEqual(strangers, []);
  }

  /// Nothing is wider than the screen.
  const overhang = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

  return {page, context, bar, complaints, strangers, asked, visit, signIn, signInByKey, enter, go, faults, assertClean, overhang,
          shoot: async name => { if (!emulated) await page.screenshot({path: join(output, `${name}.png`)}); },
          close: () => context.close()};
}
