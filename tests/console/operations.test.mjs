// How the server is, what it works on, and who has keys.
import assert from 'node:assert/strict';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {after, test} from 'node:test';
import {addUser} from '../server/process.mjs';
import {hostile} from './hostile.mjs';
import {emulated, eventually, narrow, pageAlone} from './page.mjs';
import {startConsole} from './setup.mjs';

const users = join(mkdtempSync(join(tmpdir(), 'dropzone-console.')), 'users');
after(() => rmSync(dirname(users), {recursive: true}));
addUser(users, 'ann', 'a-long-secret', 'write:records');
const {server, open, openFor, send, store, storeRefused} = await startConsole({args: ['--max-ids', '500', '--users', users]});
const measurement = (_id, more) => ({_id, time_stamp: '2026-05-04T06:00:00Z', data: [1, 2], ...more});
await store('measurements', Array.from({length: 30}, (_, index) => measurement(`m${index}`)));
await storeRefused('measurements', [measurement('bad', {time_stamp: 'yesterday'})]);

const opened = await open();
const {page, enter, go, shoot, faults, assertClean, overhang} = opened;
await enter('#/operations');
const button = name => page.getByRole('button', {name, exact: true});
const dialog = page.getByRole('dialog');
const figure = title => page.locator('.stat').filter({has: page.getByText(title, {exact: true})}).locator('b');
const shows = (locator, pattern) => locator.filter({hasText: pattern}).waitFor();
const section = name => page.getByRole('navigation', {name: 'Operations'}).getByRole('link', {name});

test('the overview counts records and rejects, and leads to them', async () => {
  await shows(figure('Records'), /^30$/);
  await shows(figure('Rejects waiting'), /^1$/);
  assert.equal(await figure('Rejects waiting').getByRole('link').getAttribute('href'), '#/rejects');
  await page.getByText((await send('GET', '/version')).version, {exact: true}).waitFor();
  await page.getByText(emulated ? /^datastore:console-test/ : /^sqlite:.*console\.db$/).waitFor();
});

test('rates and latencies follow the metrics', async () => {
  await shows(figure('Requests a second'), /^[\d.,]+$/);
  const records = page.waitForFunction(() => [...document.querySelectorAll('.stat')]
      .some(stat => stat.querySelector('dt').textContent === 'Records a second' && /[1-9]/.test(stat.querySelector('b').textContent)), undefined, {polling: 100});
  let going = true;
  const storing = (async () => { for (let index = 0; going; ++index) await store('records', [{_id: `r${index % 50}`}]); })();
  try {
    await records;
    await shows(figure('Latency, 95 %'), /m?s$/);
    await shows(figure('Commit, 95 %'), /m?s$/);
  } finally {
    going = false;
    await storing;
  }
  const table = page.getByRole('region', {name: 'Latencies'}).getByRole('row');
  await table.filter({hasText: '/store'}).first().waitFor();
  await page.getByRole('tab', {name: 'Store'}).click();
  await table.filter({hasText: 'write'}).first().waitFor();
  assert.deepEqual(await faults(), []);
  await shoot('console-operations');
});

test('if the server cannot be asked, the last figures stay, and the page says so', pageAlone, async () => {
  await page.route('**/metrics', route => route.abort());
  await page.getByText('These figures are from a moment ago').waitFor();
  await shows(figure('Rejects waiting'), /^1$/);
  await page.unroute('**/metrics');
  await page.getByText('These figures are from a moment ago').waitFor({state: 'detached'});
});

test('the live tail shows what is stored as it is stored, until it is paused', async () => {
  await send('PUT', '/kinds/events', {pipeline: [{parse_time: {field: 'at'}}]});
  const event = (_id, minute, more) => ({_id, at: `2026-05-04T07:0${minute}:00Z`, ...more});
  await store('events', [event('first', 1)]);
  await go('#/operations/tail?kind=events');
  const tail = page.getByRole('list', {name: 'The newest records'}).getByRole('listitem');
  await tail.first().waitFor();
  await store('events', [event('fresh', 2, {n: 17})]);
  await tail.first().filter({hasText: /fresh\s*\{.*n: 17/}).waitFor();
  assert.equal(await tail.first().getByRole('link').getAttribute('href'), '#/records/events?record=fresh');
  await button('Pause').click();
  await page.getByText('Paused', {exact: true}).waitFor();
  await store('events', [event('later', 3)]);
  await button('Go on').waitFor();
  assert.equal(await tail.filter({hasText: 'later'}).count(), 0);
  await button('Go on').click();
  await tail.first().filter({hasText: 'later'}).waitFor();
  assert.deepEqual(await faults(), []);
  await page.getByLabel('Kind').selectOption('measurements');
  await tail.first().filter({hasText: 'mean'}).waitFor();
  // Datastore has no order by the time of storage. There it takes a time of the records.
  assert.equal(await page.getByText('Those with the latest timeUTC').count(), emulated ? 1 : 0);
  await page.getByLabel('Kind').selectOption('records');
  if (emulated) await page.getByText('This store cannot tell which records were stored last').waitFor();
  else await tail.first().waitFor();
});

test('the live tail shows rejects as they arrive, and one that arrives again at its top', async () => {
  await page.getByLabel('Show').selectOption('rejects');
  await page.getByRole('heading', {name: 'Nothing was refused of late'}).waitFor();
  assert.deepEqual(await faults(), []);
  await page.getByLabel('Kind').selectOption('measurements');
  const tail = page.getByRole('list', {name: 'The newest rejects'}).getByRole('listitem');
  await tail.first().filter({hasText: /invalid_time\s*parse_time at \/time_stamp: /}).waitFor();
  await storeRefused('measurements', [measurement('short', {data: [1]})]);
  await tail.first().filter({hasText: 'too_few_numbers'}).waitFor();
  await storeRefused('measurements', [measurement('bad', {time_stamp: 'yesterday'})]);
  await tail.first().filter({hasText: 'invalid_time'}).waitFor();
  assert.equal(await tail.count(), 2);
  assert.deepEqual(await faults(), []);
  await tail.first().getByRole('link').click();
  await page.getByRole('region', {name: 'As it arrived'}).getByText('yesterday').waitFor();
  await send('DELETE', '/rejects?kind=measurements&code=too_few_numbers');
  await go('#/operations/tail?kind=measurements&what=rejects');
  await tail.first().filter({hasText: 'invalid_time'}).waitFor();
  // More than it reads at once.
  await storeRefused('events', Array.from({length: 250}, (_, index) => ({_id: `flood-${index}`, at: 'soon'})));
  await page.getByLabel('Kind').selectOption('events');
  await tail.nth(49).waitFor();
  await storeRefused('events', [{_id: 'after the flood', note: 'no time'}]);
  await tail.first().filter({hasText: 'missing_field'}).waitFor();
  assert.equal(await tail.count(), 50);
});

test('a job shows its progress, is cancelled, and has a report', async () => {
  await section('Jobs').click();
  await page.getByRole('heading', {name: 'There are no jobs'}).waitFor();
  assert.deepEqual(await faults(), []);
  await section('Options').click();  // While there is no job the page seldom looks for one.
  await store('events', Array.from({length: 600}, (_, index) => ({_id: `e${index}`, at: '2026-05-04T06:00:00Z'})));
  await send('POST', '/kinds/measurements/retransform', {filter: {}, dryRun: true});
  await send('POST', '/kinds/events/retransform', {filter: {}, maxPerSecond: 1});  // It would take ten minutes.
  await section('Jobs').click();
  const rows = page.getByRole('region', {name: 'Jobs'}).getByRole('row');
  await rows.nth(1).getByText('running').waitFor();
  await rows.nth(1).getByText(/^\d+ of 6\d\d/).waitFor();
  await rows.nth(2).getByText('succeeded').waitFor();
  assert.deepEqual(await faults(), []);
  await shoot('console-jobs');
  const reader = await openFor('read', '#/operations/jobs');
  await reader.page.getByText('running').waitFor();
  assert.equal(await reader.page.getByRole('button', {name: 'Cancel'}).count(), 0);
  reader.assertClean();
  await reader.close();
  await rows.nth(1).getByRole('button', {name: 'Cancel'}).click();
  await rows.nth(1).getByText('cancelled').waitFor();
  assert.equal(await rows.nth(1).getByRole('button', {name: 'Cancel'}).count(), 0);
  await rows.nth(2).getByRole('button', {name: 'Report'}).click();
  await dialog.getByText('"measurements@1"').waitFor();
  assert.deepEqual(await faults(), []);
  await page.keyboard.press('Escape');
});

test('a key is made with its roles and bounds, shown once, and revoked', async () => {
  await section('API keys').click();
  await button('Make a key').click();
  await dialog.getByLabel('Name').fill('logger in hall 3');
  await dialog.getByLabel('Kind').selectOption('measurements');
  await dialog.getByLabel('write').check();
  await button('For another kind').click();
  await dialog.getByLabel('Kind').last().selectOption('records');
  await dialog.getByLabel('Only from these addresses').fill('not an address');
  await button('Make the key').click();
  await dialog.getByText('No key was made').waitFor();
  await dialog.getByLabel('Only from these addresses').fill('127.0.0.0/8, 2001:db8::/32');
  assert.deepEqual(await faults(), []);
  await button('Make the key').click();
  await dialog.getByText('Copy it now').waitFor();
  assert.deepEqual(await faults(), []);
  const key = await dialog.getByLabel('The key').inputValue();
  await dialog.getByRole('button', {name: 'Copy'}).click();
  await dialog.getByText('Copied.').waitFor();
  await dialog.getByRole('button', {name: 'Done'}).click();
  const whoami = () => server.request('GET', '/auth/whoami', {credentials: '', headers: {'X-API-Key': key}});
  assert.deepEqual((await whoami()).json.kinds, {measurements: ['read', 'write'], records: ['read']});
  const row = page.getByRole('row').filter({hasText: 'logger in hall 3'});
  await row.waitFor();
  assert.match(await row.innerText(), /read:measurements,write:measurements,read:records\s+127\.0\.0\.0\/8\s+2001:db8::\/32/);
  assert.ok(!(await page.content()).includes(key));
  assert.deepEqual(await faults(), []);
  await shoot('console-keys');
  await button('Revoke logger in hall 3').click();
  assert.deepEqual(await faults(), []);
  await button('Revoke for good').click();
  await row.waitFor({state: 'detached'});
  assert.equal((await whoami()).status, 401);
});

test('sessions are listed, and one is ended', async () => {
  const {access_token: token} = (await server.request('POST', '/auth/token')).json;
  const {sid} = JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
  await section('Sessions').click();
  const row = page.getByRole('row').filter({hasText: sid});
  await row.waitFor();
  await page.getByRole('row').filter({hasText: 'this one'}).waitFor();
  assert.match(await row.innerText(), /^demo\s+\S+\s+(now|\d+ s ago)\s+(now|\d+ s ago)\s+20/);
  assert.deepEqual(await faults(), []);
  await shoot('console-sessions');
  await button(`End ${sid} of demo`).click();
  await dialog.getByText('Whoever uses this session of demo has to sign in again').waitFor();
  assert.deepEqual(await faults(), []);
  await button('End the session').click();
  await row.waitFor({state: 'detached'});
  assert.equal((await server.request('GET', '/auth/whoami', {credentials: `Bearer ${token}`})).status, 401);
});

test('users without roles see their own sessions alone, and may end the one that they are in', async () => {
  const ann = await open();
  await ann.visit('#/operations');
  await ann.signIn('ann', 'a-long-secret');
  const rows = ann.page.getByRole('region', {name: 'Sessions'}).getByRole('row');
  await rows.nth(1).getByText('this one').waitFor();
  assert.equal(await rows.count(), 2);
  assert.deepEqual(await ann.page.getByRole('navigation', {name: 'Operations'}).getByRole('link').allInnerTexts(), ['Sessions']);
  assert.deepEqual(await ann.page.getByRole('navigation', {name: 'Console'}).getByRole('link').allInnerTexts(), ['Drop', 'Operations']);
  await rows.nth(1).getByRole('button').click();
  await ann.page.getByText('you will have to sign in again').waitFor();
  await ann.page.getByRole('button', {name: 'End the session'}).click();
  await ann.page.getByText('Your session has ended. Please sign in.').waitFor();
  ann.assertClean();
  await ann.close();
});

test('the options in force are shown with who set them, and no secret', pageAlone, async () => {
  await section('Options').click();
  const row = name => page.getByRole('row').filter({has: page.getByText(name, {exact: true})});
  await row('max-ids').waitFor();
  assert.match(await row('max-ids').innerText(), /500\s+command line/);
  assert.match(await row('password').innerText(), /not shown\s+environment/);
  assert.ok(!(await page.getByRole('main').innerText()).includes(server.password));
  assert.equal(await row('max-body').count(), 0);
  await page.getByLabel(/^Defaults, too/).check();
  assert.match(await row('max-body').innerText(), /32MiB\s+default/);
  assert.deepEqual(await faults(), []);
});

test('nothing is offered that the roles do not allow', async () => {
  const reader = await openFor('read:measurements', '#/operations/keys');
  await reader.page.locator('.stat').first().waitFor();
  assert.deepEqual(await reader.page.getByRole('navigation', {name: 'Operations'}).getByRole('link').allInnerTexts(), ['Overview', 'Live tail', 'Jobs']);
  await eventually(async () => assert.deepEqual(await reader.page.locator('.stat dt').allInnerTexts(), ['Records', 'Rejects waiting']));
  assert.ok(!reader.asked.includes('GET /metrics') && !reader.asked.includes('GET /auth/keys'));
  reader.assertClean();
  await reader.close();
});

test('hostile records and names are text', pageAlone, async () => {
  const markup = '<img src=x onerror=window.hit=1>';
  await send('POST', '/auth/keys', {name: `${markup}\u202egnp`, roles: 'read'});
  await store('records', hostile);
  await send('PUT', '/kinds/strict', {pipeline: [{require: {fields: [markup.replaceAll('.', ' ')]}}]});
  await storeRefused('strict', [{}]);
  await go('#/operations/keys');
  await page.getByText('<img src=x onerror=window.hit=1>').first().waitFor();
  await go('#/operations/tail?kind=records');
  await page.getByRole('list', {name: 'The newest records'}).getByRole('listitem').nth(hostile.length - 1).waitFor();
  await go('#/operations/tail?kind=strict&what=rejects');
  await page.getByRole('list', {name: 'The newest rejects'}).getByText('<img src=x').waitFor();
  assert.equal(await page.evaluate(() => window.hit), undefined);
  assert.equal(await page.locator('main img, main script').count(), 0);
  assert.equal(await overhang(), 0);
  assert.deepEqual(await faults(), []);
});

test('narrow and dark, every part is whole, and the keyboard gets to it', pageAlone, async () => {
  const small = await open({viewport: narrow, colorScheme: 'dark'});
  await small.enter('#/operations');
  for (const name of ['Overview', 'Live tail', 'Jobs', 'API keys', 'Sessions', 'Options']) {
    const link = small.page.getByRole('navigation', {name: 'Operations'}).getByRole('link', {name});
    await link.focus();
    await small.page.keyboard.press('Enter');
    await small.page.locator('.operations [aria-current]', {hasText: name}).waitFor();
    await small.page.locator('.skeleton').waitFor({state: 'detached'});
    assert.deepEqual(await small.faults(), [], name);
    assert.equal(await small.overhang(), 0, name);
    await small.shoot(`console-operations-narrow-${name.replace(' ', '-')}`);
  }
  small.assertClean();
  await small.close();
});

test('the browser had nothing to complain about, and no other origin was asked', assertClean);
