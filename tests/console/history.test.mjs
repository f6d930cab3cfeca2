// What a record was before: looked at, compared and restored.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {narrow, textsOf} from './page.mjs';
import {startConsole} from './setup.mjs';

const {open, openFor, send, server} = await startConsole();
const json = {'Content-Type': 'application/json'};
await send('PUT', '/kinds/notes', {history: 100});
const put = async (id, text) => {
  const answer = await server.request('PUT', `/records/${id}?kind=notes`, {headers: json, body: text});
  assert.ok(answer.status < 300, answer.text);
};
const first = '{"text": "Buy milk",  "price": 1.50}';
await put('n1', first);
await put('n1', '{"text": "Buy bread"}');
await put('n1', '{"text": "<img src=x onerror=window.hit=1>"}');
await put('n2', '{"text": "never changed"}');
for (let count = 0; count < 60; ++count) await put('busy', `{"count": ${count}}`);

const opened = await open();
const {page, enter, go, shoot, faults, assertClean} = opened;
await enter('#/records/notes?record=n1');
const drawer = page.locator('.drawer');
const entries = drawer.getByRole('list', {name: 'History'}).getByRole('button');
const openHistory = () => drawer.getByRole('tab', {name: 'History'}).click();
const original = async id => (await send('GET', `/fetchMany?kind=notes&_id=${id}&original=text`)).records[0]?._original;

test('a record has the originals that it had before, the newest first, and what is different now', async () => {
  await openHistory();
  await entries.first().waitFor();
  assert.deepEqual((await textsOf(entries)).map(texts => texts.slice(0, 3)), [['2', 'replaced', 'by demo'], ['1', 'replaced', 'by demo']]);
  await entries.first().press('ArrowDown');
  await drawer.getByRole('region', {name: 'The original as it was'}).getByText('Buy milk').waitFor();
  assert.equal(await drawer.getByRole('region', {name: 'The original as it was'}).innerText(), first);
  await drawer.getByRole('row').filter({hasText: /\/text\s*Buy milk\s*<img src=x/}).waitFor();
  await drawer.getByRole('row').filter({hasText: /\/price\s*1\.5\s*–/}).waitFor();
  assert.equal(await page.evaluate(() => window.hit), undefined);
  assert.deepEqual(await faults(), []);
  await shoot('console-history');
});

test('an original is restored byte for byte, over the version that one has seen', async () => {
  await put('n1', '{"text": "somebody else"}');
  await drawer.getByRole('button', {name: 'Restore number 1'}).click();
  await drawer.getByText('Somebody else has changed the record meanwhile').waitFor();
  assert.equal(await original('n1'), '{"text": "somebody else"}');
  await drawer.getByRole('button', {name: 'Close the record'}).click();
  await go('#/records/notes?record=n1');
  await openHistory();
  await entries.nth(2).click();
  await drawer.getByRole('button', {name: 'Restore number 1'}).click();
  await drawer.getByText('Restored.').waitFor();
  assert.equal(await original('n1'), first);
});

const toast = page.getByRole('group', {name: 'Deleted'});
async function remove() {
  await drawer.getByRole('button', {name: 'Delete'}).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('The kind keeps a history').waitFor();
  await dialog.getByRole('button', {name: 'Delete', exact: true}).press('Enter');
  await toast.getByText('n1 is deleted.').waitFor();
  assert.equal(await original('n1'), undefined);
}

test('a deletion is undone by the keyboard, byte for byte', async () => {
  await remove();
  assert.deepEqual(await faults(), []);
  await page.waitForFunction(() => document.activeElement.textContent === 'Undo');
  await page.keyboard.press('Enter');
  await drawer.getByRole('heading', {name: 'n1'}).waitFor();
  await toast.waitFor({state: 'detached'});
  await page.getByRole('link', {name: 'n1', exact: true}).waitFor();
  assert.equal(await original('n1'), first);
});

test('a deletion is not undone over what somebody else has stored meanwhile', async () => {
  await remove();
  await put('n1', '{"text": "somebody else"}');
  await toast.getByRole('button', {name: 'Undo'}).click();
  await toast.getByText('Somebody else has stored a record with this id meanwhile').waitFor();
  assert.equal(await original('n1'), '{"text": "somebody else"}');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await toast.waitFor({state: 'detached'});
  await go('#/records/notes?record=n1');
});

test('a record that was deleted before can be restored', async () => {
  await drawer.getByRole('heading', {name: 'n1'}).waitFor();
  await remove();
  await toast.getByRole('button', {name: 'Close'}).click();
  await go('#/records/notes?record=n1');
  await drawer.getByText('This record is deleted').waitFor();
  await entries.first().getByText('deleted').waitFor();
  assert.deepEqual(await faults(), []);
  await drawer.getByRole('button', {name: /^Restore number/}).click();
  await drawer.getByText('Restored.').waitFor();
  assert.equal(await original('n1'), '{"text": "somebody else"}');
});

test('who may not write is not offered to undo a deletion', async () => {
  await put('short', '{"text": "soon gone"}');
  const remover = await openFor('read,delete', '#/records/notes?record=short');
  await remover.page.locator('.drawer').getByRole('button', {name: 'Delete'}).click();
  await remover.page.getByRole('dialog').getByRole('button', {name: 'Delete', exact: true}).click();
  await remover.page.locator('.drawer').waitFor({state: 'detached'});
  assert.equal(await remover.page.getByRole('group', {name: 'Deleted'}).count(), 0);
  remover.assertClean();
  await remover.close();
});

test('a long history is read in parts, and a record that was never changed has none', async () => {
  await go('#/records/notes?record=busy');
  await drawer.getByRole('heading', {name: 'busy'}).waitFor();
  await openHistory();
  await entries.nth(49).waitFor();
  await drawer.getByRole('button', {name: 'Show older'}).click();
  await entries.nth(58).waitFor();
  assert.equal(await entries.count(), 59);
  await go('#/records/notes?record=n2');
  await drawer.getByRole('heading', {name: 'n2'}).waitFor();
  await openHistory();
  await drawer.getByText('This record was never changed').waitFor();
});

test('only who may write is offered to restore, and only kinds with a history have the tab', async () => {
  const reader = await openFor('read', '#/records/notes?record=n1', {viewport: narrow, colorScheme: 'dark'});
  await reader.page.getByRole('tab', {name: 'History'}).click();
  await reader.page.getByRole('list', {name: 'History'}).waitFor();
  assert.equal(await reader.page.getByRole('button', {name: /^Restore/}).count(), 0);
  assert.deepEqual(await reader.faults(), []);
  assert.equal(await reader.overhang(), 0);
  reader.assertClean();
  await reader.close();
  await send('POST', '/store', {_id: 'plain'});
  await go('#/records/records?record=plain');
  await drawer.getByRole('tab', {name: 'Meta'}).waitFor();
  assert.equal(await drawer.getByRole('tab', {name: 'History'}).count(), 0);
});

test('the browser had nothing to complain about, and no other origin was asked', assertClean);
