// What the console shows of limits that Google Datastore alone has.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {startConsole} from './setup.mjs';

const {send, store, open} = await startConsole({args: ['--datastore-scan-limit', '100']});
await send('PUT', '/kinds/rooms', {pipeline: [{parse_time: {field: 'at'}}]});
await store('rooms', Array.from({length: 300}, (_, index) => ({
  _id: `r${String(index).padStart(3, '0')}`, at: new Date(Date.UTC(2026, 4, 4) + index * 60_000).toISOString(), n: index, even: index % 2 === 0})));
const {page, enter, go, assertClean} = await open();
await enter('#/records/rooms');
const says = text => page.waitForFunction(wanted => document.querySelector('.records-head [role=status]')?.textContent.startsWith(wanted), text);
const first = id => page.waitForFunction(wanted => document.querySelector('.table-body .cell a')?.textContent === wanted, id);
const filter = parts => encodeURIComponent(JSON.stringify(parts));

test('records are counted, sorted and paged beyond the scan limit, and what would be beyond it to plot says so', async () => {
  await says('300 of 300');
  await page.getByText('The store would have to read too many records for this plot').waitFor();
  await page.getByRole('button', {name: 'n', exact: true}).click();
  await first('r000');
  await page.getByRole('button', {name: 'n', exact: true}).click();
  await first('r299');
  assert.equal(await page.getByRole('table').getAttribute('aria-rowcount'), '301');
});

test('what is filtered down to the scan limit is plotted', async () => {
  await go(`#/records/rooms?filter=${filter({field: 'n', operator: '<', value: 90})}`);
  await says('90 of 300');
  await page.getByRole('region', {name: 'Plot'}).locator('canvas').waitFor();
});

test('a query that the store cannot answer says what to do', async () => {
  await go(`#/records/rooms?sort=-at&filter=${filter({or: [{field: 'n', operator: '>', value: 9}, {field: 'even', operator: '=', value: true}]})}`);
  const alert = page.getByRole('alert').filter({hasText: 'The records could not be read'});
  await alert.getByText('scan_limit').waitFor();
  assert.match(await alert.innerText(), /Narrow its filter/);
});

test('the browser had nothing to complain about, and no other origin was asked', assertClean);
