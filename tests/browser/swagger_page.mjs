// The page of Swagger UI, as a person uses it.
import {join} from 'node:path';

const output = process.env.DROPZONE_TEST_OUTPUT ?? '.';

/// Opens a page of the server, without a URL yet. `complaints` collects what the browser has to say,
/// `strangers` what was asked of another server.
export async function openPage(browser, server, options = {}) {
  const page = await browser.newPage({viewport: {width: 1280, height: 1000}, ...options});
  page.setDefaultTimeout(100_000);  // ms; a busy machine takes its time over the page
  const complaints = [];
  const strangers = [];
  await page.addInitScript(() => addEventListener('securitypolicyviolation', event =>
      console.error(`policy: ${event.violatedDirective} forbids ${event.blockedURI}`)));
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', error => complaints.push(error.message));
  page.on('request', request => {
    const url = new URL(request.url());
    if (url.origin !== server.url && !['data:', 'blob:'].includes(url.protocol)) strangers.push(request.url());
  });

  const block = (tag, id) => page.locator(`#operations-${tag.replaceAll(' ', '_')}-${id}`);

  /// Unfolds an operation; the block that it is.
  async function open(tag, id) {
    const found = block(tag, id);
    if (!await found.locator('.execute').isVisible()) await found.locator('.opblock-summary-control').click();
    await found.locator('.execute').waitFor();
    return found;
  }

  const fold = async (tag, id) => {
    await block(tag, id).locator('.opblock-summary-control').click();
    await block(tag, id).locator('.execute').waitFor({state: 'detached'});
  };

  /// Presses Execute in an operation, with its example as it stands or with a body of ours. Returns
  /// the answer that the page shows: [status, body as a text].
  async function press(tag, id, body) {
    const found = await open(tag, id);
    if (body !== undefined) await found.locator('textarea.body-param__text').fill(body);
    if (await found.locator('.btn-clear').isVisible()) await found.locator('.btn-clear').click();
    await found.locator('.execute').click();
    const shown = found.locator('.live-responses-table .response');
    const status = parseInt(await shown.locator('.response-col_status').innerText());
    const text = shown.locator('.highlight-code pre').first();
    return [status, await text.count() ? await text.innerText() : ''];
  }

  /// The same, of an answer that is JSON.
  async function execute(tag, id, body) {
    const [status, text] = await press(tag, id, body === undefined ? undefined : JSON.stringify(body));
    return [status, JSON.parse(text)];
  }

  const dialogue = page.locator('.scheme-container .auth-wrapper > .authorize');
  /// The part of the dialogue "Authorize" that is about one of the schemes.
  const scheme = name => page.locator('.auth-container').filter({has: page.locator('h4 code', {hasText: name})});
  const close = () => page.locator('.auth-btn-wrapper .btn-done').first().click();

  /// Fills in what the dialogue "Authorize" asks for, by type of the field, and sends it off.
  async function enter(name, fields) {
    await dialogue.click();
    for (const [type, text] of Object.entries(fields)) await scheme(name).locator(`input[type=${type}]`).fill(text);
    await scheme(name).locator('.auth-btn-wrapper .authorize').click();
  }

  async function authorise(name, fields) {
    await enter(name, fields);
    await scheme(name).locator('button', {hasText: 'Logout'}).waitFor();
    await close();
  }

  async function forget(name) {
    await dialogue.click();
    await scheme(name).locator('button', {hasText: 'Logout'}).click();
    await close();
  }

  async function visit(url = server.url, path = '/swagger') {
    await page.goto(url + path);
    await page.locator('.opblock').first().waitFor();
  }

  return {page, complaints, strangers, shoot: name => page.screenshot({path: join(output, `${name}.png`)}),
          visit, open, fold, press, execute, enter, scheme, close, authorise, forget};
}
