// A person's first minutes with the pages, in headless Chromium.
import assert from 'node:assert/strict';
import {after, test} from 'node:test';
import {startServer} from '../support/server.mjs';
import {launch} from './chromium.mjs';
import {openPage} from './swagger_page.mjs';

const server = await startServer();
const browser = await launch();
after(async () => {
  await browser.close();
  await server.stop();
});
const {page, complaints, strangers, shoot, execute, authorise, forget} = await openPage(browser, server);

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
