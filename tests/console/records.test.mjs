// Looking at records, selecting, changing and deleting them.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {hostile} from './hostile.mjs';
import {eventually, narrow, pageAlone} from './page.mjs';
import {startConsole} from './setup.mjs';

const {server, open: newPage, send, store} = await startConsole();
const json = {'Content-Type': 'application/json'};
const cities = ['Oslo', 'Lima', 'Cairo'];
const orders = Array.from({length: 250}, (_, index) => ({
  _id: `order-${String(index).padStart(3, '0')}`, city: cities[index % 3], total: index * 1.5, paid: index % 2 === 0, items: [{sku: index}]}));
await store('records', [...orders, {_id: 'big', total: 1, n: 0}].map(record => record));
await server.request('PUT', '/records/big', {headers: json, body: '{"_id":"big", "n": 9007199254740993,\n  "price": 1.10}'});
await send('PUT', '/kinds/codes', {});
await store('codes', [{_id: 'a', code: '=HYPERLINK("http://x")', n: -1}, ...Array.from({length: 1_100}, (_, index) => ({_id: `c${index}`, code: `c${index}`}))]);
await store('measurements', [
  {_id: 'old', time_stamp: '2019-05-04T06:00:00-04:00', data: [1, 2, 4.5]},
  {_id: 'new', time_stamp: new Date(Date.now() - 3_600_000).toISOString(), data: [1, 3]},
]);

const opened = await newPage();
const {page, enter, go, shoot, assertClean, faults} = opened;
await enter('#/records/records');
const rows = page.locator('.table-body .table-row');
const ids = () => page.locator('.table-body .cell:first-child a').allInnerTexts();
const says = text => page.waitForFunction(
    wanted => document.querySelector('.records-head [role=status]')?.textContent.startsWith(wanted), text);
const drawer = page.locator('.drawer');
const tab = name => drawer.getByRole('tab', {name});

test('a kind has its count, and the columns that its records have', async () => {
  await says('251 of 251');
  await page.getByRole('link', {name: 'big'}).waitFor();
  await page.getByRole('navigation', {name: 'Kinds'}).filter({hasText: /measurements\s*2\s*records\s*251/}).waitFor();
  const heads = (await page.getByRole('columnheader').allInnerTexts()).map(text => text.trim());
  assert.deepEqual(heads.slice(0, 3), ['_id', 'n', 'price']);
  assert.equal(await rows.first().getByRole('cell').nth(1).innerText(), '9007199254740993');
  for (const name of ['city', 'total', 'paid', 'items']) assert.ok(heads.includes(name), name);
});

test('a click on a column sorts on the server, and the address has it', async () => {
  await page.getByRole('button', {name: 'total', exact: true}).click();
  await page.getByRole('button', {name: 'total', exact: true}).click();
  await page.waitForFunction(() => document.querySelector('.table-body .cell a')?.textContent === 'order-249');
  assert.equal(new URL(page.url()).hash, '#/records/records?sort=-total');
  assert.deepEqual((await ids()).slice(0, 2), ['order-249', 'order-248']);
  await page.goBack();
  await page.goBack();
  await page.waitForFunction(() => document.querySelector('.table-body .cell a')?.textContent === 'big');
});

async function addCondition(opener, field, condition, value) {
  await page.locator('.filter-bar').getByRole('button', {name: opener, exact: true}).first().click();
  const form = page.locator('form.condition');
  await form.getByLabel('Field').fill(field);
  await form.getByLabel('Condition').selectOption({label: condition});
  const input = form.getByLabel('Value');
  if (await input.evaluate(element => element.tagName) === 'SELECT') await input.selectOption(value);
  else await input.fill(value);
  await form.getByRole('button', {name: 'Apply'}).click();
}

test('chips select on the server, by the type of the field, joined by and or or', async () => {
  await addCondition('Filter', 'city', 'is', 'Oslo');
  await says('84 of 251');
  await addCondition('Condition', 'total', 'is over', '300');
  await says('17 of 251');
  await page.getByRole('button', {name: 'and', exact: true}).click();
  await says('116 of 251');
  const {hash} = new URL(page.url());
  assert.deepEqual(JSON.parse(new URLSearchParams(hash.split('?')[1]).get('filter')),
                   {or: [{field: 'city', operator: '=', value: 'Oslo'}, {field: 'total', operator: '>', value: 300}]});
  await addCondition('Condition', 'paid', 'is', 'true');
  await page.getByRole('button', {name: 'Group the last'}).click();
  await page.locator('.chip-group').waitFor();
  await shoot('console-records-filter');
  assert.deepEqual(await faults(), []);
  await page.reload();
  await opened.signIn();
  await page.locator('.chip-group').waitFor();
  await page.getByRole('button', {name: 'Clear'}).click();
  await says('251 of 251');
});

test('an integer that a double cannot hold is filtered by with every digit', async () => {
  await addCondition('Filter', 'n', 'is', '9007199254740993');
  await says('1 of 251');
  await page.reload();
  await opened.signIn();
  await says('1 of 251');
  await page.getByRole('button', {name: 'Clear'}).click();
  await says('251 of 251');
});

test('a value of the wrong type is refused in the form, and a filter that matches nothing says so', pageAlone, async () => {
  await addCondition('Filter', 'total', 'is over', 'much');
  assert.match(await page.locator('form.condition').getByRole('alert').innerText(), /Write a number/);
  await page.locator('form.condition').getByLabel('Value').fill('1e9');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', {name: 'No record matches'}).waitFor();
  await page.getByRole('button', {name: 'Show all records'}).click();
  await says('251 of 251');
});

test('times may count back from now', async () => {
  await go('#/records/measurements');
  await says('2 of 2');
  await addCondition('Filter', 'timeUTC', 'in the last', '7d');
  await says('1 of 2');
  await eventually(async () => assert.deepEqual(await ids(), ['new']));
  assert.match(await page.locator('.chip').innerText(), /timeUTC in the last 7d/);
});

test('the drawer shows the very bytes, the transformed record, what differs, and what the server knows', async () => {
  await go('#/records/records');
  await page.getByRole('link', {name: 'big'}).click();
  const original = drawer.getByRole('region', {name: 'Original, byte for byte'});
  await original.waitFor();
  assert.equal(await original.evaluate(element => element.textContent), '{"_id":"big", "n": 9007199254740993,\n  "price": 1.10}');
  await tab('Transformed').click();
  assert.match(await drawer.getByRole('region', {name: 'Transformed'}).evaluate(element => element.textContent),
               /"n": 9007199254740993,\n {2}"price": 1\.1\n/);
  await tab('Difference').click();
  await drawer.getByText('By value, the transformed record is the original.').waitFor();
  await tab('Meta').click();
  assert.match(await drawer.locator('dl').innerText(), /records@1/);
  await go('#/records/measurements?record=old');
  await tab('Difference').click();
  const table = drawer.getByRole('table');
  await table.waitFor();
  assert.match(await table.innerText(), /\/time_stamp\s+2019-05-04T06:00:00-04:00\s+–/);
  assert.match(await table.innerText(), /\/mean\s+–\s+2\.5/);
  assert.deepEqual(await faults(), []);
  await shoot('console-record');
});

test('an edit is saved over the version that was read, and the pipeline\'s objection is shown', async () => {
  await drawer.getByRole('button', {name: 'Edit'}).click();
  const area = drawer.getByLabel('Original');
  await area.fill('{"_id": "old", "time_stamp": "soon", "data": [1, 2]}');
  await drawer.getByRole('button', {name: 'Save'}).click();
  assert.match(await drawer.getByRole('alert').innerText(), /Nothing was saved[^]*invalid_time/);
  await area.fill('{"_id": "old", "time_stamp": "2019-05-04T06:00:00-04:00", "data": [1, 2]}');
  await drawer.getByRole('button', {name: 'Save'}).click();
  await drawer.getByText('Saved.').waitFor();
  assert.equal((await server.request('GET', '/records/old?kind=measurements')).json.mean, 1.5);
});

test('if somebody else was faster, both changes are shown and nothing is overwritten unasked', async () => {
  await drawer.getByRole('button', {name: 'Edit'}).click();
  await drawer.getByLabel('Original').fill('{"_id": "old", "time_stamp": "2019-05-04T06:00:00-04:00", "data": [10, 20]}');
  await store('measurements', [{_id: 'old', time_stamp: '2020-05-04T06:00:00-04:00', data: [5, 7]}]);
  await drawer.getByRole('button', {name: 'Save'}).click();
  await drawer.getByText('Somebody else changed this record meanwhile').waitFor();
  const table = await drawer.getByRole('table').innerText();
  assert.match(table, /\/data\/0\s*both\s+1\s+5\s+10/);
  assert.match(table, /\/time_stamp\s+2019-05-04T06:00:00-04:00\s+2020-05-04T06:00:00-04:00\s+2019/);
  assert.deepEqual(await faults(), []);
  await shoot('console-conflict');
  assert.equal((await server.request('GET', '/records/old?kind=measurements')).json.mean, 6);
  await drawer.getByRole('button', {name: 'Save yours over theirs'}).click();
  await drawer.getByText('Saved.').waitFor();
  assert.equal((await server.request('GET', '/records/old?kind=measurements')).json.mean, 15);
});

test('a delete warns plainly first', async () => {
  await drawer.getByRole('button', {name: 'Delete'}).click();
  const dialog = page.getByRole('dialog');
  assert.match(await dialog.innerText(), /old is deleted from measurements[^]*cannot be undone/);
  assert.deepEqual(await faults(), []);
  await page.keyboard.press('Escape');
  assert.equal((await server.request('GET', '/records/old?kind=measurements')).status, 200);
  await drawer.getByRole('button', {name: 'Delete'}).click();
  await dialog.getByRole('button', {name: 'Delete for good'}).click();
  await drawer.waitFor({state: 'detached'});
  assert.equal((await server.request('GET', '/records/old?kind=measurements')).status, 404);
});

test('the query can be copied as code that asks for the same', pageAlone, async () => {
  await go('#/records/records?sort=-total&filter=' + encodeURIComponent(JSON.stringify({field: 'city', operator: '=', value: "O'slo \"<b>"})));
  await page.getByRole('button', {name: 'Copy as code'}).click();
  const code = page.getByRole('dialog').getByRole('textbox');
  const curl = await code.inputValue();
  assert.match(curl, /^curl --user USER:PASSWORD --json '\{/);
  assert.match(curl, /O'\\''slo/);
  await page.getByRole('tab', {name: 'JavaScript'}).click();
  const [, literal] = (await code.inputValue()).match(/JSON\.parse\((".*")\)/);
  assert.deepEqual(JSON.parse(JSON.parse(literal)),
                   {kind: 'records', and: [{field: 'city', operator: '=', value: "O'slo \"<b>"}], orderBy: ['-total']});
  await page.getByRole('tab', {name: 'Python'}).click();
  assert.match(await code.inputValue(), /^import json\n/);
  assert.deepEqual(await faults(), []);
  await page.keyboard.press('Escape');
});

/// What is saved after a click on an entry of the menu.
async function download(entry, name) {
  await page.getByRole('button', {name: 'Download'}).click();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', {name: entry}).press('Enter')]);
  assert.equal(file.suggestedFilename(), name);
  return readFileSync(await file.path(), 'utf8');
}
const oslo = encodeURIComponent('{"field":"city","operator":"=","value":"Oslo"}');

test('what is selected is downloaded as NDJSON, every digit of it', async () => {
  const lines = async () => (await download('NDJSON', 'records.ndjson')).trimEnd().split('\n');
  await go(`#/records/records?sort=-total&filter=${oslo}`);
  await says('84 of 251');
  const some = (await lines()).map(JSON.parse);
  assert.deepEqual(some.map(({_id}) => _id), orders.filter(({city}) => city === 'Oslo').map(({_id}) => _id).reverse());
  await go('#/records/records');
  await says('251 of 251');
  const all = await lines();
  assert.equal(all.length, 251);
  assert.ok(all.includes('{"_id":"big","n":9007199254740993,"price":1.1}'), all[0]);
});

test('what is selected is downloaded as CSV, with the columns that are shown', pageAlone, async () => {
  await go(`#/records/records?sort=-total&filter=${oslo}&columns=${encodeURIComponent('["city","items","paid"]')}`);
  await says('84 of 251');
  const [head, first, ...more] = (await download('CSV', 'records.csv')).split('\r\n');
  assert.equal(head, '"_id","city","paid","items"');
  assert.equal(first, '"order-249","Oslo",false,"[{""sku"":249}]"');
  assert.deepEqual([more.length, more.at(-1)], [84, '']);
});

test('a download as CSV has all pages, and no formula', async () => {
  let letPass;
  const passing = new Promise(resolve => { letPass = resolve; });
  await page.route('**/filter', async route => {
    if (!route.request().postDataJSON().aggregate) await passing;
    await route.continue();
  });
  await go('#/records/codes');
  await says('1,101 of');
  assert.ok(await page.getByRole('button', {name: 'Download'}).isDisabled(), 'its columns are not known yet');
  letPass();
  const lines = (await download('CSV', 'codes.csv')).trimEnd().split('\r\n');
  await page.unroute('**/filter');
  assert.deepEqual([lines.length, lines[0]], [1_102, '"_id","code","n"']);
  assert.equal(lines.find(line => line.startsWith('"a"')), `"a","'=HYPERLINK(""http://x"")",-1`);
  assert.equal(lines.find(line => line.startsWith('"c1099"')), '"c1099","c1099",');
});

test('the most frequent values of a field are suggested, unless it has too many', async () => {
  await go('#/records/records');
  const form = page.locator('form.condition');
  await page.locator('.filter-bar').getByRole('button', {name: 'Filter', exact: true}).press('Enter');
  const suggested = () => form.locator('datalist').nth(1).locator('option').evaluateAll(options => options.map(({value}) => value));
  const grouped = field => page.waitForResponse(answer => answer.request().postData()?.includes(`"groupBy":"${field}"`));
  const answerFor = async (field, type) => {
    const [answer] = await Promise.all([grouped(field), type()]);
    await answer.finished();
    return answer.status();
  };
  const field = form.getByLabel('Field');
  assert.equal(await answerFor('city', () => field.fill('city')), 200);
  await form.locator('option[value="Oslo"]').waitFor({state: 'attached'});
  assert.deepEqual(await suggested(), ['Oslo', 'Cairo', 'Lima']);
  await form.getByLabel('Condition').selectOption({label: 'is one of'});
  await form.getByLabel('Value').fill('Oslo, ');
  assert.deepEqual(await suggested(), ['Oslo, Cairo', 'Oslo, Lima']);
  await form.getByLabel('Value').fill('Oslo, Lima');
  await page.keyboard.press('Enter');
  await says('167 of');
  await go('#/records/codes');
  await says('1,101 of');
  await page.locator('.filter-bar').getByRole('button', {name: 'Filter', exact: true}).press('Enter');
  assert.equal(await answerFor('code', () => field.fill('code')), 400);
  assert.deepEqual(await suggested(), []);
  await page.keyboard.press('Escape');
});

test('the keyboard opens a record, goes through its views and comes back', pageAlone, async () => {
  await go('#/records/records?sort=total');
  await page.waitForFunction(() => document.querySelector('.table-body .cell a')?.textContent === 'order-000');
  await page.locator('.table-body a').first().focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await drawer.getByRole('heading', {name: 'order-001'}).waitFor();
  await tab('Original').focus();
  await page.keyboard.press('ArrowRight');
  await drawer.getByRole('region', {name: 'Transformed'}).waitFor();
  await page.keyboard.press('Escape');
  await drawer.waitFor({state: 'detached'});
  await page.waitForFunction(() => document.activeElement.textContent === 'order-001');
});

test('a hostile record is text everywhere, and breaks nothing', pageAlone, async () => {
  const sent = await server.request('POST', '/store?kind=records&return=counts&ifExists=replace', {headers: json, body: JSON.stringify(hostile)});
  assert.equal(sent.json.stored, hostile.length, sent.text);
  const filter = encodeURIComponent(JSON.stringify({field: '_id', operator: 'IN', value: hostile.map(({_id}) => _id)}));
  await go(`#/records/records?filter=${filter}`);
  await says(`${hostile.length} of`);
  for (const {_id} of hostile) {
    await go(`#/records/records?filter=${filter}&record=${encodeURIComponent(_id)}`);
    await drawer.getByRole('heading', {name: _id.replaceAll(/\s+/g, ' ').trim(), exact: true}).waitFor();
    for (const name of ['Original', 'Transformed', 'Difference', 'Meta']) {
      await tab(name).click();
      await drawer.getByRole('tabpanel').locator(':scope > *').first().waitFor();
    }
    await drawer.getByRole('button', {name: 'Edit'}).click();
    assert.deepEqual(JSON.parse(await drawer.getByLabel('Original').inputValue())._id, _id);
    await drawer.getByRole('button', {name: 'Cancel'}).click();
  }
  await page.getByRole('button', {name: 'Columns'}).click();
  await page.getByRole('checkbox').first().waitFor();
  await page.keyboard.press('Escape');
  assert.equal(await page.evaluate(() => window.hit), undefined);
  assert.equal(await page.locator('main img, main script, main b.txt').count(), 0);
});

test('a hundred thousand records scroll, and the page draws only those that are seen', pageAlone, async () => {
  for (let chunk = 0; chunk < 10; ++chunk) {
    const lines = Array.from({length: 10_000}, (_, index) => `{"_id":"z${String(chunk * 10_000 + index).padStart(6, '0')}","n":${index}}\n`);
    const answer = await server.request('POST', '/store?return=counts', {headers: {'Content-Type': 'application/x-ndjson'}, body: lines.join('')});
    assert.equal(answer.status, 201);
  }
  await go('#/records/measurements');
  await says('1 of');
  await go('#/records/records');
  await says('100,');
  const frames = await page.evaluate(async () => {
    const table = document.querySelector('.table');
    const times = [];
    for (let step = 0; step < 60; ++step) {
      table.scrollTop += 300;
      times.push(await new Promise(done => requestAnimationFrame(done)));
    }
    table.scrollTop = 20_000 * 36;
    return times.slice(1).map((time, index) => time - times[index]).sort((a, b) => a - b);
  });
  console.log(`frames while scrolling: median ${frames[29].toFixed(1)} ms, longest ${frames.at(-1).toFixed(1)} ms`);
  await page.getByRole('link', {name: /^z0(19[5-9]|20[0-4])/}).first().waitFor();
  assert.ok(Number(await page.getByRole('table').getAttribute('aria-rowcount')) > 100_000);
  assert.ok(await rows.count() < 100);
});

test('narrow and dark, the page is whole', pageAlone, async () => {
  const {page: small, enter: open, faults: wrong, overhang, assertClean: clean, shoot: take, close} =
    await newPage({viewport: narrow, colorScheme: 'dark'});
  await open('#/records/measurements');
  await small.getByRole('link', {name: 'new'}).waitFor();
  assert.deepEqual(await wrong(), []);
  assert.equal(await overhang(), 0);
  await small.getByRole('link', {name: 'new'}).click();
  await small.locator('.drawer').getByRole('region', {name: 'Original'}).waitFor();
  assert.deepEqual(await wrong(), []);
  assert.equal(await overhang(), 0);
  await take('console-record-narrow');
  clean();
  await close();
});

test('the browser had nothing to complain about, and no other origin was asked', assertClean);
