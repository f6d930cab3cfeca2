// Plots above the records: what the server counts and computes, brushed into the filter.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {narrow, pageAlone} from './page.mjs';
import {startConsole} from './setup.mjs';

const {send, open: newPage, store} = await startConsole();
await send('PUT', '/kinds/sensors', {
  pipeline: [{require: {fields: ['at']}}, {parse_time: {field: 'at'}}], fields: {at: 'timestamp', celsius: 'number', humidity: 'number', room: 'string'}});
const start = Date.parse('2026-03-01T00:00:00Z');
const rooms = ['attic', 'cellar', 'study'];
// A reading every half hour for ten days, none on the third.
const readings = Array.from({length: 480}, (_, index) => ({
  at: new Date(start + index * 1_800_000).toISOString(), room: rooms[index % 3], celsius: Math.round(100 * (12 + 8 * Math.sin(index / 7.6) + (index % 3) * 2)) / 100,
  humidity: 40 + (index * 7) % 50})).filter(({at}) => !at.startsWith('2026-03-03'));
await store('sensors', readings);

const opened = await newPage();
const {page, enter, go, shoot, faults, assertClean, overhang, asked} = opened;
await enter('#/records/sensors');
const plot = page.getByRole('region', {name: 'Plot'});
const canvas = plot.locator('canvas');
const choose = (name, label) => plot.getByRole('combobox', {name, exact: true}).selectOption({label});
const rows = () => plot.getByRole('table').getByRole('row').allInnerTexts();
const hash = () => new URLSearchParams(new URL(page.url()).hash.split('?')[1] ?? '');
const save = async name => {
  await plot.getByRole('button', {name: 'Save the plot'}).click();
  const [download] = await Promise.all([page.waitForEvent('download'), plot.getByRole('button', {name}).click()]);
  return {name: download.suggestedFilename(), bytes: readFileSync(await download.path())};
};
/// What the plot has is replaced before the next look.
const shows = async pattern => plot.locator('.plot-foot').filter({hasText: pattern}).waitFor();
const says = text => page.waitForFunction(wanted => document.querySelector('.records-head [role=status]')?.textContent.startsWith(wanted), text);

test('records are counted over time by the server, without being asked to', async () => {
  await canvas.waitFor();
  await shows('count over at');
  await says(`${readings.length} of`);
  assert.match(await plot.getByRole('img').getAttribute('aria-label'), /^count over at\. The button Table/);
  await plot.getByRole('button', {name: 'Table'}).click();
  const table = await rows();
  // Ten days in spans of three hours, with the day without readings.
  assert.equal(table.length, 1 + 80);
  assert.match(table[1], /2026-03-01 00:00\s+6/);
  assert.match(table[17], /2026-03-03 00:00\s+0/);
  assert.deepEqual(await faults(), []);
  await plot.getByRole('button', {name: 'Chart'}).click();
  assert.ok(asked.filter(call => call === 'POST /filter').length < 8, 'no page after page');
});

test('a stretch that is brushed is filtered by, and the address has it', async () => {
  const box = await plot.locator('.u-over').boundingBox();
  await page.mouse.move(box.x + box.width * .2, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * .4, box.y + 30, {steps: 5});
  await page.mouse.up();
  await page.locator('.chip').nth(1).waitFor();
  const {and: [from, to]} = JSON.parse(hash().get('filter'));
  assert.deepEqual([from.field, from.operator, to.field, to.operator], ['at', '>=', 'at', '<']);
  assert.ok(from.value >= '2026-03-02' && from.value < '2026-03-04' && to.value > '2026-03-04' && to.value < '2026-03-06', `${from.value} ${to.value}`);
  const selected = readings.filter(({at}) => at >= from.value && at < to.value).length;
  await says(`${selected} of ${readings.length}`);
  await page.getByRole('button', {name: 'Clear'}).click();
  await says(`${readings.length} of`);
});

test('the keyboard filters by a row of the table', async () => {
  await plot.getByRole('button', {name: 'Table'}).press('Enter');
  // The table may still be that of the stretch, with shorter spans.
  await plot.getByRole('button', {name: 'Filter to 2026-03-01 00:00'}).waitFor();
  await plot.getByRole('button', {name: 'Filter to 2026-03-04 00:00'}).press('Enter');
  await says(`6 of ${readings.length}`);
  await plot.getByRole('button', {name: 'Chart'}).press('Enter');
  await page.getByRole('button', {name: 'Clear'}).press('Enter');
  await says(`${readings.length} of`);
});

test('the average of a number is a line for each group, saved as a picture and as a table', async () => {
  await choose('of', 'average of celsius');
  await choose('by', 'room');
  await plot.getByRole('list', {name: 'Series'}).getByText('attic').waitFor();
  await shows('average of celsius over at by room');
  assert.deepEqual(JSON.parse(hash().get('plot')), {type: 'time', x: 'at', y: 'celsius', figure: 'avg', by: 'room'});
  const series = (await plot.getByRole('list', {name: 'Series'}).getByRole('listitem').allInnerTexts()).map(text => text.trim());
  assert.deepEqual([...series].sort(), [...rooms].sort());
  assert.deepEqual(await faults(), []);
  await shoot('console-plot');
  await page.emulateMedia({colorScheme: 'dark'});
  assert.deepEqual(await faults(), []);
  await shoot('console-plot-dark');
  await page.emulateMedia({colorScheme: 'light'});
  const csv = await save('What is shown (CSV)');
  assert.equal(csv.name, 'plot.csv');
  const lines = csv.bytes.toString().trim().split('\r\n');
  const column = lines[0].split(',').indexOf('"attic"');
  const attic = readings.filter(({room, at}) => room === 'attic' && at < '2026-03-01T03');
  assert.equal(lines[1].split(',')[0], '"2026-03-01T00:00:00.000Z"');
  assert.ok(Math.abs(Number(lines[1].split(',')[column]) - attic.reduce((sum, {celsius}) => sum + celsius, 0) / attic.length) < 1e-9, lines[1]);
  const png = await save('Picture (PNG)');
  assert.deepEqual([png.name, png.bytes.subarray(1, 4).toString()], ['plot.png', 'PNG']);
});

test('a histogram counts how often a number has which value', async () => {
  await choose('Plot', 'histogram');
  await shows('how often celsius has which value');
  await choose('of', 'humidity');
  await choose('by', 'nothing');
  await shows('how often humidity has which value');
  await plot.getByRole('button', {name: 'Table'}).click();
  const counts = (await rows()).slice(1).map(row => Number(row.trim().split(/\s+/).at(-2)));
  assert.equal(counts.reduce((sum, one) => sum + one), readings.length);
  await plot.getByRole('button', {name: 'Chart'}).click();
});

test('dots are cells of two numbers, or averages of groups', async () => {
  await choose('Plot', 'scatter');
  await choose('against', 'humidity');
  await choose('of', 'celsius');
  await shows('celsius against humidity');
  await shoot('console-plot-scatter');
  const box = await plot.locator('.u-over').boundingBox();
  await page.mouse.move(box.x + box.width * .3, box.y + box.height * .2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * .7, box.y + box.height * .8, {steps: 5});
  await page.mouse.up();
  await page.locator('.chip').nth(3).waitFor();
  const {and: conditions} = JSON.parse(hash().get('filter'));
  assert.deepEqual(conditions.map(({field}) => field), ['humidity', 'humidity', 'celsius', 'celsius']);
  await page.getByRole('button', {name: 'Clear'}).click();
  await choose('by', 'room');
  await shows('averages by room');
  await plot.getByRole('button', {name: 'Table'}).click();
  await plot.getByRole('rowheader', {name: 'cellar'}).waitFor();
  assert.equal((await rows()).length, 1 + rooms.length);
  await plot.getByRole('button', {name: 'Chart'}).click();
});

test('hostile names are shown as text', pageAlone, async () => {
  const markup = '<img src=x onerror="window.hit=1">';
  await store('sensors', [{_id: 'hostile', at: '2026-03-05T00:00:00Z', room: markup, [markup.replaceAll('.', ' ')]: 7}]);
  await go(`#/records/sensors?plot=${encodeURIComponent('{"type":"time","x":"at","by":"room"}')}`);
  await page.getByRole('button', {name: 'Refresh'}).click();
  await plot.getByRole('list', {name: 'Series'}).getByText(markup).waitFor();
  await plot.getByRole('button', {name: 'Table'}).click();
  await plot.getByRole('columnheader', {name: markup}).waitFor();
  await plot.getByRole('button', {name: 'Chart'}).click();
  assert.deepEqual([await page.evaluate(() => window.hit), await page.locator('img[src=x]').count()], [undefined, 0]);
});

test('what cannot be plotted says why, and the plot can be closed', async () => {
  await go(`#/records/sensors?plot=${encodeURIComponent('{"type":"histogram","x":"room"}')}`);
  await page.getByText(/None of these records has a value to plot|This cannot be plotted/).waitFor();
  await go(`#/records/sensors?plot=${encodeURIComponent('{"type":"time","x":"nowhere.at"}')}`);
  await page.getByText(/None of these records has a value to plot|This cannot be plotted/).waitFor();
  await plot.getByRole('button', {name: 'Close the plot'}).click();
  await plot.waitFor({state: 'detached'});
  assert.equal(hash().get('plot'), 'none');
  await page.getByRole('button', {name: 'Plot', exact: true}).click();
  await canvas.waitFor();
  assertClean();
});

test('narrow, light and dark, the plot is shown when it is asked for', pageAlone, async () => {
  const small = await newPage({viewport: narrow, colorScheme: 'dark'});
  await small.enter('#/records/sensors');
  await small.page.locator('.table-body a').first().waitFor();
  assert.equal(await small.page.locator('.plot').count(), 0);
  await small.page.getByRole('button', {name: 'Plot', exact: true}).click();
  await small.page.locator('.plot canvas').waitFor();
  assert.deepEqual(await small.faults(), []);
  assert.equal(await small.overhang(), 0);
  await small.shoot('console-plot-narrow');
  await small.page.emulateMedia({colorScheme: 'light'});
  assert.deepEqual(await small.faults(), []);
  small.assertClean();
  await small.close();
  assert.equal(await overhang(), 0);
});
