// A person's first minutes with the pages, in headless Chromium.
import assert from 'node:assert/strict';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {startServer} from '../support/server.mjs';
import {launch} from './chromium.mjs';

const output = process.env.DROPZONE_TEST_OUTPUT ?? '.';
const server = await startServer();
const browser = await launch();
after(async () => {
  await browser.close();
  await server.stop();
});

const page = await browser.newPage({viewport: {width: 1280, height: 1000}});
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
  if (url.origin !== server.url && url.protocol !== 'data:') strangers.push(request.url());
});

const shoot = name => page.screenshot({path: join(output, `${name}.png`)});

/// Presses Execute in an operation, with its example as it stands or with a body of ours. Returns
/// the answer that the page shows: [status, body].
async function execute(tag, id, body) {
  const block = page.locator(`#operations-${tag}-${id}`);
  if (!await block.locator('.execute').isVisible()) await block.locator('.opblock-summary-control').click();
  if (body !== undefined) await block.locator('textarea.body-param__text').fill(JSON.stringify(body));
  if (await block.locator('.btn-clear').isVisible()) await block.locator('.btn-clear').click();
  await block.locator('.execute').click();
  const shown = block.locator('.live-responses-table .response');
  const status = await shown.locator('.response-col_status').innerText();
  const text = await shown.locator('.highlight-code pre').first().innerText();
  return [parseInt(status), JSON.parse(text)];
}

const dialogue = page.locator('.scheme-container .auth-wrapper > .authorize');

/// The part of the dialogue "Authorize" that is about one of the schemes.
const scheme = name => page.locator('.auth-container').filter({has: page.locator('h4 code', {hasText: name})});

/// Fills in what the dialogue "Authorize" asks for: by type of the field.
async function authorise(name, fields) {
  await dialogue.click();
  for (const [type, text] of Object.entries(fields)) {
    await scheme(name).locator(`input[type=${type}]`).fill(text);
  }
  await scheme(name).locator('.auth-btn-wrapper .authorize').click();
  await scheme(name).locator('button', {hasText: 'Logout'}).waitFor();
  await page.locator('.auth-btn-wrapper .btn-done').first().click();
}

async function forget(name) {
  await dialogue.click();
  await scheme(name).locator('button', {hasText: 'Logout'}).click();
  await page.locator('.auth-btn-wrapper .btn-done').first().click();
}

test('the landing page leads to Swagger UI', async () => {
  await page.goto(server.url + '/');
  await page.waitForFunction(origin => document.querySelector('pre').textContent.includes(origin), server.url);
  await shoot('landing');
  await page.getByRole('link', {name: 'Try it in the browser'}).click();
  await page.locator('.opblock').first().waitFor();
  assert.equal(new URL(page.url()).pathname, '/swagger');
  assert.ok(await page.locator('.opblock').count() > 20);
  await shoot('swagger');
});

test('somebody who has authorised stays so after a reload', async () => {
  await authorise('basic', {text: server.user, password: server.password});
  await page.reload();
  await page.locator('.scheme-container .auth-wrapper > .authorize.locked').waitFor();
});

test('the sample is stored, fetched, filtered and deleted as it stands', async () => {
  const [stored, report] = await execute('Store', 'storeRecords');
  assert.equal(stored, 201);
  const file3 = report.results[2].record;
  assert.equal(file3._id, 'file_3');
  assert.equal(Math.floor(file3.mean * 100), 368);

  const [fetched, many] = await execute('Fetch', 'fetchMany');
  assert.equal(fetched, 200);
  assert.deepEqual(many.records, [file3, report.results[0].record]);
  assert.deepEqual(many.missing, []);

  const [filtered, selection] = await execute('Filter', 'filterRecords');
  assert.equal(filtered, 200);
  assert.deepEqual(selection, {records: [report.results[3].record], nextCursor: null});
  await page.locator('#operations-Filter-filterRecords .live-responses-table').evaluate(answer => answer.scrollIntoView());
  await shoot('swagger-filter');
  const [, none] = await execute('Filter', 'filterRecords', {field: 'mean', operator: '>', value: 5});
  assert.deepEqual(none.records, []);

  const [deleted, gone] = await execute('Delete', 'deleteMany');
  assert.equal(deleted, 200);
  assert.deepEqual(gone, {deletedRecords: 1, missing: ['file_5']});
  const [, rest] = await execute('Fetch', 'fetchAll');
  assert.deepEqual(rest.records.map(record => record._id), ['file_1', 'file_3', 'file_4']);
});

test('each scheme that the page offers lets one in, alone', async () => {
  const json = {'Content-Type': 'application/json'};
  const {key} = (await server.request('POST', '/auth/keys', {headers: json, body: '{"name": "page", "roles": "read"}'})).json;
  const {access_token: token} = (await server.request('POST', '/auth/token')).json;
  await forget('basic');
  for (const [name, text] of [['apiKey', key], ['bearer', token]]) {
    await authorise(name, {text});
    const [status] = await execute('Fetch', 'fetchKeys');
    assert.equal(status, 200, name);
    await forget(name);
  }
  await authorise('basic', {text: server.user, password: server.password});
});

test('the page is the same with a slash at its end', async () => {
  await page.goto(server.url + '/swagger/');
  await page.locator('.opblock').first().waitFor();
});

test('nothing was asked of another server, and the browser had nothing to complain about', () => {
  assert.deepEqual(strangers, []);
  assert.deepEqual(complaints, []);
});
