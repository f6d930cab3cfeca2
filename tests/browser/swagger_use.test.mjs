// Each promise of the page of Swagger UI, in headless Chromium.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
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

const basic = {text: server.user, password: server.password};
/// A page of its own, which nobody has authorised.
async function newPage(t, options) {
  const opened = await openPage(browser, server, options);
  t.after(() => opened.page.close());
  await opened.visit();
  return opened;
}
const shared = await openPage(browser, server);
await shared.visit();
await shared.authorise('basic', basic);

const json = {'Content-Type': 'application/json'};
const store = (kind, records) => server.request('POST', `/store?kind=${kind}&return=counts&ifExists=replace`, {headers: json, body: records});
const saved = async (page, link) => {
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  return {name: download.suggestedFilename(), bytes: readFileSync(await download.path())};
};

test('without credentials a call shows its 401, and no dialogue of the browser opens', async t => {
  const {page, press} = await newPage(t);
  const [status, text] = await press('Fetch', 'fetchKeys');
  assert.equal(status, 401);
  assert.equal(JSON.parse(text).code, 'unauthenticated');
  const answer = await page.evaluate(() => fetch('/kinds').then(({status, headers}) => [status, headers.get('WWW-Authenticate')]));
  assert.deepEqual(answer, [401, 'Bearer realm="Data Dropzone"']);
});

test('nor does one where the page came without TLS from another machine', async t => {
  const {visit, press} = await newPage(t);
  await visit(server.url.replace('127.0.0.1', 'dropzone.test'));  // To a browser no trustworthy origin.
  const [status] = await press('Fetch', 'fetchKeys');
  assert.equal(status, 401);
});

test('a wrong password is reported at Authorize', async t => {
  const {page, visit, enter, scheme, close, press} = await newPage(t);
  await visit(server.url, '/swagger/');
  await enter('basic', {text: server.user, password: 'wrong'});
  await scheme('basic').locator('.errors').waitFor();
  assert.match(await scheme('basic').locator('.errors').innerText(), /password/);
  await close();
  await page.locator('.scheme-container .authorize.unlocked').waitFor();
  const [status] = await press('Fetch', 'fetchKeys');
  assert.equal(status, 401);
});

test('what is entered last goes out alone, and no password that the browser remembers', async t => {
  const {json: {key}} = await server.request('POST', '/auth/keys', {headers: json, body: '{"name": "page", "roles": "read"}'});
  const {page, visit, authorise, press} = await newPage(t);
  await page.goto(server.url.replace('//', `//${server.user}:${server.password}@`) + '/kinds');
  await visit();
  assert.equal((await press('Fetch', 'fetchKeys'))[0], 401);
  await authorise('basic', basic);
  assert.equal((await press('Fetch', 'fetchKeys'))[0], 200);
  await authorise('apiKey', {text: key});
  assert.equal((await press('Fetch', 'fetchKeys'))[0], 200);
});

test('NDJSON can be tried as it stands, and sent from a file', async () => {
  const [status, report] = await shared.execute('Store', 'storeNdjson');
  assert.equal(status, 207);
  assert.deepEqual(report.results.map(result => result.status), ['stored', 'rejected']);

  const block = await shared.open('Store', 'storeNdjson');
  const line = n => `{"_id": "sent_${n}", "time_stamp": "2019-05-06T06:00:00Z", "data": [${n}, 12345678901234567]}`;
  await block.locator('input[type=file]').setInputFiles({
    name: 'sent.ndjson', mimeType: 'application/x-ndjson', buffer: Buffer.from([1, 2, 3].map(line).join('\n'))});
  await block.getByText('sent.ndjson').first().waitFor();
  const [sent, {stored}] = await shared.execute('Store', 'storeNdjson');
  assert.deepEqual([sent, stored], [201, 3]);
  const kept = await server.request('GET', '/records/sent_2?kind=measurements&original');
  assert.ok(kept.text.includes(line(2)));
  await block.getByText('Write lines instead').click();
  assert.match(await block.locator('textarea.body-param__text').inputValue(), /^\{"_id": "file_5"/);
  await server.request('DELETE', '/delete?kind=measurements&_id=sent_1,sent_2,sent_3,file_5');
});

test('each answer has an example of its own', async () => {
  const block = await shared.open('One record', 'getRecord');
  for (const status of [400, 401, 403, 404, 412, 422]) {
    const row = block.locator(`.responses-inner .response[data-code="${status}"]`);
    await row.locator('.more').click();
    assert.equal(JSON.parse(await row.locator('pre.example').innerText()).status, status);
  }
  const text = await block.locator('.responses-inner .response[data-code="200"] pre.example').innerText();
  assert.equal(JSON.parse(text)._id, 'file_3');
  await shared.fold('One record', 'getRecord');
});

test('integers beyond 2^53 show all their digits, and a download has the bytes that came', async () => {
  const record = '{"_id": "big", "n": 12345678901234567, "text": "a, \\"b\\": [1]", "none": {}, "list": [9007199254740993, -1.50]}';
  await store('records', record);
  const block = await shared.open('One record', 'getRecord');
  await block.locator('tr[data-param-name=id] input').fill('big');
  await block.locator('tr[data-param-name=kind] input').fill('records');
  await block.locator('tr[data-param-name=original] select').selectOption('true');
  const [status, text] = await shared.press('One record', 'getRecord');
  assert.equal(status, 200);
  assert.match(text, /"n": 12345678901234567,/);
  assert.match(text, /9007199254740993,\s+-1\.50\n/);
  assert.match(text, /"text": "a, \\"b\\": \[1\]"/);
  const {name, bytes} = await saved(shared.page, block.locator('a.download-contents'));
  assert.equal(name, 'big.json');
  assert.deepEqual(bytes, (await server.request('GET', '/records/big?original')).bytes);
  await shared.fold('One record', 'getRecord');
});

test('an export is saved as the bytes that came', async () => {
  await store('measurements', '[{"_id": "é", "time_stamp": "2019-05-06T06:00:00Z", "data": [1, 2]}]');
  const block = await shared.open('Fetch', 'exportRecords');
  await block.locator('.execute').click();
  const {name, bytes} = await saved(shared.page, block.getByText('Download file'));
  assert.equal(name, 'measurements.ndjson');
  assert.deepEqual(bytes, (await server.request('GET', '/export?kind=measurements')).bytes);
  await server.request('DELETE', `/delete?kind=measurements&_id=${encodeURIComponent('é')}`);
  await shared.fold('Fetch', 'exportRecords');
});

test('of a large answer the page shows a part, and saves all', async () => {
  const many = Array.from({length: 1000}, (_, i) => ({_id: `large_${i}`, text: 'x'.repeat(10_000)}));
  await store('records', JSON.stringify(many));
  const block = await shared.open('Fetch', 'fetchAll');
  await block.locator('tr[data-param-name=kind] input').fill('records');
  await block.locator('tr[data-param-name=limit] input').fill('1000');
  const [status, text] = await shared.press('Fetch', 'fetchAll');
  assert.equal(status, 200);
  assert.ok(text.length < 200_000, `${text.length}`);
  assert.match(await block.locator('.cut').innerText(), /The first 100,000 of 10,[\d,]+ characters/);
  const {bytes} = await saved(shared.page, block.locator('a.download-contents'));
  assert.deepEqual(bytes, (await server.request('GET', '/fetchAll?limit=1000')).bytes);
  await shared.fold('Fetch', 'fetchAll');
});

test('what cannot work in a browser is not offered', async () => {
  const block = await shared.open('Store', 'storeRecords');
  const names = await block.locator('tr[data-param-name]').evaluateAll(rows => rows.map(row => row.dataset.paramName));
  assert.deepEqual(names, ['kind', 'ifExists', 'mode', 'return', 'Idempotency-Key']);
  assert.equal(await block.locator('select.content-type').first().locator('option').count(), 1);
  assert.equal(await shared.page.locator('#operations-tag-Documentation').count(), 0);
  await shared.fold('Store', 'storeRecords');
});

test('the page is dark if the reader wants that', async () => {
  const lightness = () => shared.page.locator('.info .title').evaluate(title => {
    const of = colour => Math.max(...colour.match(/\d+/g).slice(0, 3).map(Number));
    return [of(getComputedStyle(title).color), of(getComputedStyle(document.body).backgroundColor)];
  });
  const [ink, paper] = await lightness();
  assert.ok(ink < paper - 100, `${ink} on ${paper}`);
  await shared.page.emulateMedia({colorScheme: 'dark'});
  await shared.page.locator('html.dark-mode').waitFor();
  const [light, dark] = await lightness();
  assert.ok(dark < light - 100, `${light} on ${dark}`);
  await shared.shoot('swagger-dark');
  await shared.page.emulateMedia({colorScheme: 'light'});
});

test('the page fits a telephone', async t => {
  const {page, open, fold, shoot} = await newPage(t, {viewport: {width: 390, height: 844}});
  const width = () => page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(await width() <= 390, `${await width()}`);
  for (const [tag, id] of [['Store', 'storeRecords'], ['Fetch', 'fetchAll'], ['Filter', 'filterRecords'], ['One record', 'putRecord']]) {
    await open(tag, id);
    assert.ok(await width() <= 390, `${id}: ${await width()}`);
    if (id === 'fetchAll') await shoot('swagger-390');
    await fold(tag, id);
  }
});

test('a mistyped address is answered with the one that was meant, and an icon is there', async t => {
  const {page} = await newPage(t);
  await page.goto(`${server.url}/fetchall`);
  assert.match(await page.locator('body').innerText(), /Did you mean \\"\/fetchAll\\"\?/);
  const icon = await page.goto(`${server.url}/favicon.ico`);
  assert.deepEqual([icon.status(), icon.headers()['content-type']], [200, 'image/svg+xml']);
});

test('the page shows the schema of each item of a stream, which only OpenAPI 3.2 has', async () => {
  assert.match(await shared.page.locator('.info .version-stamp, .info .title').allInnerTexts().then(texts => texts.join()), /OAS ?3\.2/);
  for (const [tag, id, part, member] of [['Store', 'storeNdjson', '.opblock-section-request-body', '_original'],
                                         ['Fetch', 'exportRecords', '.response[data-code="200"]', 'Any of']]) {
    const shown = (await shared.open(tag, id)).locator(part);
    await shown.getByRole('tab', {name: 'Schema'}).click();
    const schema = shown.locator('.model-box, .json-schema-2020-12').first();
    await schema.getByText('One item of the stream').waitFor();
    assert.ok((await schema.innerText()).includes(member), id);
    await shared.fold(tag, id);
  }
});
