// Dropping files and pasted text: a dry run first, then storing in chunks.
import assert from 'node:assert/strict';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {test} from 'node:test';
import {hostile} from './hostile.mjs';
import {narrow, pageAlone, textsOf} from './page.mjs';
import {startConsole} from './setup.mjs';

const {server, open, openFor, folder} = await startConsole();
const opened = await open();
const {page, enter, go, shoot, faults, assertClean, overhang} = opened;
await enter('#/drop?kind=measurements');

const measurement = index => `{"_id": "m${index}", "time_stamp": "2026-05-04T06:00:00Z", "data": [${index}, 2, 4.5]}`;
const file = (name, content) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const choose = path => page.getByLabel('File').setInputFiles(path);
const trials = page.getByRole('list', {name: 'Records'}).getByRole('listitem');
const marks = text => page.locator('.json .marked').filter({hasText: text}).waitFor();
const storeButton = page.getByRole('button', {name: 'Store'});
const sums = async () => Object.fromEntries((await page.locator('.sums > div').allInnerTexts()).map(text => text.split(/\s+/)));
const done = () => page.getByRole('heading', {name: /^Done/}).waitFor();
const again = () => page.getByRole('button', {name: 'Drop another'}).click();
const countOf = async kind => (await server.request('GET', `/kinds/${kind}`)).json.records;

const mixed = [measurement(1), '{"_id": "late", "time_stamp": "yesterday", "data": [1, 2]}', '',
               '{"_id": "odd", "time_stamp": "2026-05-04T06:00:00Z", "data": [1, "two"]}', '{"_id": "broken"', measurement(2)].join('\r\n');

test('a dry run shows each record with its state, its result and the place of the fault, and stores nothing', async () => {
  await choose(file('mixed.ndjson', mixed));
  await trials.nth(4).waitFor();
  assert.deepEqual((await textsOf(trials)).map(([state]) => state), ['Fine', 'Refused', 'Refused', 'Refused', 'Fine']);
  await marks('"yesterday"');
  await page.getByText('It would be refused').waitFor();
  await trials.nth(2).getByRole('button').click();
  await marks('"two"');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await page.getByRole('region', {name: 'Result'}).filter({hasText: '"mean": 2.5'}).waitFor();
  assert.deepEqual(await faults(), []);
  await shoot('console-drop');
  assert.equal(await countOf('measurements'), 0);
});

test('storing shows sums, lists what was not stored, and has a report', async () => {
  await storeButton.click();
  await done();
  assert.deepEqual(await sums(), {Stored: '2', Replaced: '0', Skipped: '0', Refused: '3'});
  assert.match(await page.getByRole('table').innerText(), /2\s+late\s+invalid_time/);
  assert.deepEqual(await faults(), []);
  await shoot('console-drop-done');
  const [report] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', {name: 'Report'}).click()]);
  const lines = readFileSync(await report.path(), 'utf8').trim().split('\n').map(JSON.parse);
  assert.deepEqual(lines[0], {source: 'mixed.ndjson', kind: 'measurements', stored: 2, replaced: 0, skipped: 0, rejected: 3, complete: true});
  assert.deepEqual(lines.slice(1).map(({record, code}) => [record, code]), [[2, 'invalid_time'], [3, 'type_mismatch'], [4, 'invalid_json']]);
  assert.equal(await countOf('measurements'), 2);
  await again();
});

test('what exists already is reported, skipped or replaced, as one chooses', async () => {
  for (const [choice, expected] of [['report it', 'Refused'], ['skip it', 'Skipped'], ['replace the record', 'Replaced']]) {
    await page.getByLabel('If an _id exists').selectOption({label: choice});
    await choose(file('same.json', `[${measurement(1)},\n ${measurement(2)}]`));
    await trials.first().waitFor();
    await storeButton.click();
    await done();
    assert.equal((await sums())[expected], '2', choice);
    await again();
  }
});

test('pasted text, arrays, several objects, and gzip of joined files keep their bytes', async () => {
  await go('#/drop?kind=records');
  const odd = '{ "_id" : "odd",\n\n  "n": 1.10, "n": 2, "s": "]},[{\\"" }';
  const paste = async text => {
    await page.getByLabel('Or paste records').fill(text);
    await page.getByRole('button', {name: 'Try them'}).click();
  };
  const gzip = Buffer.concat([gzipSync('{"_id":"g1"}\n'), gzipSync('{"_id":"g2"}')]);
  const pretty = '{\n  "_id": "p1"\n}\n{\n  "_id": "p2"\n}';
  for (const [give, count] of [[() => paste(`\ufeff [${odd}, {"_id":"x"}]`), 2], [() => paste(pretty), 2],
                               [() => choose(file('packed.ndjson.gz', gzip)), 2]]) {
    await give();
    await trials.nth(count - 1).waitFor();
    assert.equal(await trials.count(), count);
    await storeButton.click();
    await done();
    assert.equal((await sums()).Stored, String(count));
    await again();
  }
  const {json} = await server.request('GET', '/fetchMany?_id=odd&original=text');
  assert.equal(json.records[0]._original, odd);
});

test('hostile records are text in the dry run', pageAlone, async () => {
  await choose(file('hostile.ndjson', hostile.map(record => JSON.stringify(record)).join('\n') + '\n{"<b>": <img src=x onerror=alert(1)>}'));
  await trials.nth(hostile.length).waitFor();
  assert.equal(await trials.count(), hostile.length + 1);
  for (let index = 0; index <= hostile.length; ++index) {
    await trials.nth(index).getByRole('button').click();
    await page.getByRole('region', {name: 'Original'}).waitFor();
  }
  assert.equal(await page.evaluate(() => window.hit), undefined);
  assert.equal(await page.locator('main img, main script').count(), 0);
  await page.getByRole('button', {name: 'Choose another'}).click();
});

test('a pause holds, a lost connection resumes without a double, and what was stored stays after a stop', async () => {
  await page.getByLabel('If an _id exists').selectOption({label: 'skip it'});
  const before = await countOf('records');
  const total = 3_000;
  const many = Array.from({length: total}, (_, index) => `{"_id":"c${index}","n":${index}}\n`).join('');
  let answered = 0;
  const keys = [];
  await page.route('**/store/ndjson?**', async route => {
    keys.push(route.request().headers()['idempotency-key']);
    const answer = await route.fetch();
    answered += 1;
    // The server has stored this one, but its answer is lost.
    if (answered === 2) await route.abort('connectionreset');
    else await route.fulfill({response: answer});
  });
  await choose(file('many.ndjson', many));
  await trials.first().waitFor();
  await storeButton.click();
  await done();
  assert.equal(await countOf('records') - before, total);
  assert.equal(keys.length, 4);
  assert.equal(keys[1], keys[2]);
  assert.equal(new Set(keys).size, 3);
  await again();

  // Held at its first chunk, until it was paused.
  let release;
  const held = new Promise(go => { release = go; });
  await page.unroute('**/store/ndjson?**');
  await page.route('**/store/ndjson?**', async route => {
    await held;
    await route.continue();
  });
  await choose(file('more.ndjson', many.replaceAll('"c', '"d')));
  await trials.first().waitFor();
  await storeButton.click();
  await page.getByRole('button', {name: 'Pause'}).click();
  release();
  await page.getByRole('heading', {name: /^Paused/}).waitFor();
  await page.waitForFunction(() => document.querySelector('.sums dd').textContent === '1,000');
  assert.deepEqual(await faults(), []);
  await page.getByRole('button', {name: 'Stop'}).click();
  await page.getByRole('heading', {name: /^Stopped/}).waitFor();
  assert.equal(await countOf('records') - before, total + 1000);
  await again();
});

test('a large file passes in bounded memory', pageAlone, async () => {
  // A gigabyte would take minutes. The heap stays far below the size of this file.
  const line = index => `{"_id":"L${index}","text":"${'x'.repeat(1000)}"}\n`;
  const size = 24_000;
  await page.unroute('**/store/ndjson?**');
  await choose(file('large.ndjson', Array.from({length: size}, (_, index) => line(index)).join('')));
  await trials.first().waitFor();
  await storeButton.click();
  await done();
  assert.equal((await sums()).Stored, '24,000');
  const session = await opened.context.newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const {usedSize} = await session.send('Runtime.getHeapUsage');
  assert.ok(usedSize < 12_000_000, `${usedSize} bytes`);
  console.log(`heap after 25 MB: ${usedSize} bytes`);
  await again();
});

test('a key that may only read is not offered to drop, and the page fits a phone', pageAlone, async () => {
  assert.deepEqual(await faults(), []);
  await page.setViewportSize(narrow);
  assert.equal(await overhang(), 0);
  const reader = await openFor('read', '#/drop', {viewport: narrow, colorScheme: 'dark'});
  await reader.page.getByText('There is no such page').waitFor();
  assert.equal(await reader.page.getByRole('link', {name: 'Drop', exact: true}).count(), 0);
  await reader.close();
});

test('the browser had nothing to complain about, and no other origin was asked', assertClean);
