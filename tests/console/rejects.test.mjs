// Looking at what was refused, correcting it, replaying it and deleting it.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {hostile} from './hostile.mjs';
import {narrow, pageAlone, textsOf} from './page.mjs';
import {startConsole} from './setup.mjs';

const {server, open, openFor, send, store, storeRefused} = await startConsole();
const deploy = pipeline => send('PUT', '/kinds/readings', {pipeline});
const pipeline = comma => [
  {require: {fields: ['station', 'celsius']}},
  {convert: {field: 'celsius', type: 'number', ...(comma ? {decimal: ','} : {})}},
  {parse_time: {field: 'at', to: 'at'}},
];
await deploy(pipeline(false));
const reading = (_id, more) => ({_id, station: 'oslo-2', celsius: '7.5', at: '2026-05-04T06:00:00Z', ...more});
const refuse = records => storeRefused('readings', records);
await refuse(Array.from({length: 12}, (_, index) => reading(`comma-${index}`, {celsius: `${index},5`})));
await refuse([{_id: 'bare'}]);
await refuse([reading('late', {at: 'yesterday'})]);
await refuse([reading('late', {at: 'yesterday'})]);
await storeRefused('measurements', [{_id: 'm1', time_stamp: '2026-05-04T06:00:00Z', data: [1, 'two']},
                                    {_id: 'm2', time_stamp: '2026-05-04T06:00:00Z', data: [1, 2, 'three']}]);

const opened = await open();
const {page, enter, go, shoot, faults, assertClean, overhang} = opened;
await enter('#/rejects');
const groups = page.getByRole('list', {name: 'Groups'}).getByRole('button');
const inGroup = page.getByRole('list', {name: 'Rejects of this group'}).getByRole('button');
const says = text => page.locator('.page-head [role=status]').getByText(text).waitFor();
const result = page.locator('.try-result');
const editor = page.getByLabel('Correct it');
const dialog = page.getByRole('dialog');
const button = name => page.getByRole('button', {name, exact: true});
const marked = page.locator('.arrived .marked');
const choose = async (code, place) => {
  await groups.filter({has: page.getByText(code, {exact: true})}).filter({has: page.getByText(place, {exact: true})}).click();
  await page.getByRole('heading', {name: `${code} at ${place}`}).waitFor();
};
const rejectsOf = async kind => (await send('GET', `/rejects?kind=${kind}`)).rejects;

test('rejects are grouped by kind, step, code and place, the newest first, with counts', async () => {
  await says('16 rejects in 4 groups');
  const shown = await textsOf(groups);
  assert.deepEqual(shown.map(texts => texts.slice(0, 2)),
                   [['type_mismatch', '2'], ['invalid_time', '1'], ['missing_field', '1'], ['type_mismatch', '12']]);
  assert.deepEqual(shown[0].slice(3, 5), ['/data/*', 'measurements']);
  await choose('invalid_time', '/at');
  await page.getByText('1 reject, which arrived 2 times, of the kind readings, in the step parse_time').waitFor();
});

test('the bytes that arrived are shown with the place of the fault', async () => {
  assert.equal(await page.getByRole('region', {name: 'As it arrived'}).innerText(), JSON.stringify(reading('late', {at: 'yesterday'})));
  assert.equal(await marked.innerText(), '"yesterday"');
  await page.getByText('It was refused', {exact: true}).waitFor();
  await choose('type_mismatch', '/data/*');
  await inGroup.nth(1).click();
  await marked.filter({hasText: /^"(two|three)"$/}).waitFor();
  // What is missing has no place; all that is missing is listed.
  await choose('missing_field', '/station');
  const all = page.getByRole('list', {name: 'All faults'}).getByRole('button');
  await all.nth(1).waitFor();
  assert.deepEqual((await textsOf(all)).map(([place]) => place), ['/station', '/celsius']);
  await page.getByRole('region', {name: 'As it arrived'}).waitFor();
  assert.equal(await marked.count(), 0);
});

test('what the pipeline makes of a correction is shown while one types, and the reject stays as it is', async () => {
  await result.getByText('The field "station" is missing').waitFor();
  assert.ok(await button('Replay it').isDisabled());
  await editor.fill('{"_id": "bare",');
  await result.getByText(/not JSON at line 1, column 16/).waitFor();
  await editor.fill('[1]');
  await result.getByText('A record is one JSON object').waitFor();
  await editor.fill('{"_id": "bare", "station": "oslo-2", "celsius": "x", "definition": 1}');
  await result.getByText('The text is not a number').waitFor();
  await button('Undo').click();
  await result.getByText('The field "station" is missing').waitFor();
  assert.equal((await rejectsOf('readings')).length, 14);
});

test('a corrected record is stored in the place of its reject, byte for byte', async () => {
  const corrected = '{"_id": "bare",  "station": "oslo-2", "celsius": "7.50", "at": "2026-05-04T06:00:00Z", "n": 1.10}';
  await editor.fill(corrected);
  await result.getByText('It passes').waitFor();
  assert.deepEqual(await faults(), []);
  await button('Store the corrected one').click();
  await says('15 rejects in 3 groups');
  const {records} = await send('GET', '/fetchMany?kind=readings&_id=bare&original=text');
  assert.deepEqual([records[0]._original, records[0].celsius], [corrected, 7.5]);
  assert.ok((await rejectsOf('readings')).every(({code}) => code !== 'missing_field'));
});

test('a correction with an _id that is taken is not stored, and the page says why', async () => {
  await choose('invalid_time', '/at');
  await result.getByText('It would be refused').waitFor();
  await editor.fill(JSON.stringify(reading('bare')));
  await result.getByText('It passes').waitFor();
  await button('Store the corrected one').click();
  await page.getByText('It was not stored').waitFor();
  await page.locator('.result').getByText('already_exists').waitFor();
  await editor.fill(JSON.stringify(reading('late')));
  await result.getByText('It passes').waitFor();
  await button('Store the corrected one').click();
  await says('14 rejects in 2 groups');
});

test('after one is stored the next one is open, with a link to the record', async () => {
  await choose('type_mismatch', '/celsius');
  const [first] = await textsOf(inGroup);
  await editor.fill('{"station": "lima-1", "celsius": 3, "at": "2026-05-04T06:00:00Z"}');
  await result.getByText('It passes').waitFor();
  await button('Store the corrected one').click();
  await says('13 rejects in 2 groups');
  await page.getByText('It is not a reject any more').waitFor();
  assert.match(await page.locator('.notice a').getAttribute('href'), /^#\/records\/readings\?record=/);
  await inGroup.nth(11).waitFor({state: 'detached'});
  assert.notDeepEqual((await textsOf(inGroup))[0], first);
  assert.equal(await inGroup.count(), 11);
});

test('a replay shows first what would become of the rejects, and changes nothing until one says so', async () => {
  await button('Replay all').click();
  await dialog.getByText('None would pass').waitFor();
  assert.deepEqual((await dialog.locator('.sums').innerText()).split(/\n+/), ['Would be stored', '0', 'Stored already', '0', 'Refused again', '11']);
  assert.deepEqual(await faults(), []);
  await page.keyboard.press('Escape');
  await deploy(pipeline(true));
  await button('Refresh').click();
  await result.getByText('It passes').waitFor();
  await button('Replay all').click();
  await button('Replay, store 11').waitFor();
  await shoot('console-replay');
  await dialog.getByRole('button', {name: 'Cancel'}).click();
  assert.equal((await rejectsOf('readings')).length, 11);
  await button('Replay all').click();
  await button('Replay, store 11').click();
  await dialog.getByText('11 records stored').waitFor();
  assert.deepEqual(await faults(), []);
  await dialog.getByRole('button', {name: 'Close'}).last().click();
  await says('2 rejects in 1 group');
  assert.deepEqual(await rejectsOf('readings'), []);
  assert.equal((await send('GET', '/records/comma-11?kind=readings')).celsius, 11.5);
});

test('a single reject that passes by now is replayed', async () => {
  await refuse([reading('again', {celsius: 'x'})]);
  await deploy([{require: {fields: ['station', 'celsius']}}]);
  await button('Refresh').click();
  await says('3 rejects in 2 groups');
  await choose('type_mismatch', '/celsius');
  await result.getByText('It passes').waitFor();
  await button('Replay it').click();
  await says('2 rejects in 1 group');
  assert.equal((await send('GET', '/records/again?kind=readings')).celsius, 'x');
});

test('deleting shows first how many are selected, and one may still say no', async () => {
  await deploy(pipeline(false));
  await refuse(Array.from({length: 3}, (_, index) => reading(`d${index}`, {celsius: `x${index}`})));
  await button('Refresh').click();
  await choose('type_mismatch', '/celsius');
  await button('Delete all').click();
  await dialog.getByText('3 rejects would be deleted').waitFor();
  await dialog.getByRole('button', {name: 'Cancel'}).click();
  assert.equal((await rejectsOf('readings')).length, 3);
  await button('Delete').click();
  await button('Delete 1 reject for good').click();
  await dialog.getByText('1 reject deleted').waitFor();
  await page.keyboard.press('Escape');
  await says('4 rejects in 2 groups');
  // One that comes meanwhile was not looked at: it stays.
  await refuse([reading('newer', {celsius: 'x9'})]);
  await button('Delete all').click();
  await button('Delete 2 rejects for good').click();
  await dialog.getByText('2 rejects deleted').waitFor();
  await page.keyboard.press('Escape');
  assert.equal((await rejectsOf('readings')).length, 1);
});

test('more than a thousand are replayed by a job, whose progress is shown', pageAlone, async () => {
  await send('DELETE', '/rejects?kind=readings');
  for (let part = 0; part < 2; ++part) {
    await refuse(Array.from({length: 600}, (_, index) => reading(`q${part}-${index}`, {celsius: `${index},5`})));
  }
  await deploy(pipeline(true));
  await go('#/rejects/readings');
  await says('1,200 rejects in 1 group');
  await button('Replay all').click();
  await button('Replay, store 1,200').click();
  await dialog.getByText('1,200 records stored').waitFor();
  assert.deepEqual(await faults(), []);
  await page.keyboard.press('Escape');
  await page.getByRole('heading', {name: 'Nothing was refused'}).waitFor();
  assert.equal((await send('GET', '/records/q1-599?kind=readings')).celsius, 599.5);
  const {jobs} = await send('GET', '/jobs?kind=readings');
  assert.deepEqual(jobs.map(({type, dryRun, state}) => [type, dryRun, state]), [['replay', false, 'succeeded'], ['replay', true, 'succeeded']]);
  await deploy(pipeline(false));
});

test('more than a thousand are deleted by a job, whose progress is shown', async () => {
  await send('DELETE', '/rejects?kind=readings');
  await go('#/rejects/readings');
  for (let part = 0; part < 3; ++part) {
    await refuse(Array.from({length: 500}, (_, index) => reading(`j${part}-${index}`, {celsius: `y${index}`})));
  }
  await button('Refresh').click();
  await says('1,500 rejects in 1 group');
  await button('Delete all').click();
  const seen = page.waitForResponse(answer => answer.status() === 202);
  await button('Delete 1,500 rejects for good').click();
  await seen;
  await dialog.getByText('1,500 rejects deleted').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('heading', {name: 'Nothing was refused'}).waitFor();
  assert.deepEqual(await faults(), []);
});

test('the rejects are downloaded as NDJSON, as CSV, or as the originals alone', async () => {
  await go('#/rejects/measurements');
  await says('2 rejects in 1 group');
  const download = async format => {
    await button('Download').click();
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', {name: format}).click()]);
    return {name: file.suggestedFilename(), text: readFileSync(await file.path(), 'utf8')};
  };
  const lines = await download(/^NDJSON/);
  assert.equal(lines.name, 'measurements-rejects.ndjson');
  assert.deepEqual(lines.text.trim().split('\n').map(line => JSON.parse(line).code), ['type_mismatch', 'type_mismatch']);
  assert.match((await download(/^CSV/)).text, /^rejectId,kind,receivedAt/);
  assert.match((await download(/^Originals/)).text, /^\{"_id":"m[12]"/);
});

test('a reject leads to the page of its kind, to make a rule of it', async () => {
  const [{rejectId}] = await rejectsOf('measurements');
  await go(`#/rejects?reject=${rejectId}`);
  await page.locator('.arrived').waitFor();
  assert.equal(await page.getByRole('link', {name: 'Make a rule of it'}).getAttribute('href'), `#/kinds/measurements?reject=${rejectId}`);
});

test('a reject that somebody else has stored meanwhile is said to be gone', async () => {
  await refuse([reading('gone', {celsius: 'z'})]);
  await button('Refresh').click();
  await says('3 rejects in 2 groups');
  await choose('type_mismatch', '/data/*');
  const [{rejectId}] = await rejectsOf('readings');
  await send('DELETE', `/rejects?rejectId=${rejectId}`);
  await choose('type_mismatch', '/celsius');
  await page.getByText('This reject is gone').waitFor();
  await button('Go on').click();
  await says('2 rejects in 1 group');
});

test('what cannot be read is said so, and can be tried again', pageAlone, async () => {
  await page.route('**/rejects?**', route => route.abort());
  await button('Refresh').click();
  await page.getByText('The rejects could not be read').waitFor();
  assert.deepEqual(await faults(), []);
  await page.unroute('**/rejects?**');
  await button('Try again').click();
  await says('2 rejects in 1 group');
});

test('nothing is offered that the roles do not allow', async () => {
  await refuse([reading('roles', {celsius: 'r'})]);
  const reader = await openFor('read:readings', '#/rejects');
  await reader.page.getByText('1 reject in 1 group').waitFor();
  await reader.page.getByLabel('Try a correction').waitFor();
  for (const name of ['Replay all', 'Delete all', 'Replay it', 'Delete']) {
    assert.equal(await reader.page.getByRole('button', {name, exact: true}).count(), 0, name);
  }
  assert.equal(await reader.page.getByRole('link', {name: 'Make a rule of it'}).count(), 0);
  reader.assertClean();
  await reader.close();
  await refuse([reading('by its id', {celsius: 'r'})]);
  const keeper = await openFor('read:readings,write:readings,delete:readings', '#/rejects/readings');
  await keeper.page.getByRole('button', {name: 'Replay all'}).waitFor();
  await keeper.page.getByRole('button', {name: 'Delete', exact: true}).click();
  await keeper.page.getByRole('button', {name: 'Delete 1 reject for good'}).click();
  await keeper.page.getByText('1 reject deleted').waitFor();
  await keeper.page.keyboard.press('Escape');
  await keeper.page.getByRole('button', {name: 'Delete all'}).click();
  await keeper.page.getByRole('button', {name: 'Delete 1 reject for good'}).click();
  await keeper.page.getByText('1 reject deleted').waitFor();
  keeper.assertClean();
  await keeper.close();
});

test('hostile rejects are text wherever they are shown', pageAlone, async () => {
  const odd = hostile.slice(0, 2).concat(hostile.slice(3));
  const lines = [...odd.map(record => JSON.stringify(record)), '{"<img src=x onerror=window.hit=1>": <script>window.hit=1</script>}',
                 JSON.stringify(reading('\u202egpj', {celsius: '<img src=x onerror="window.hit=1">\u202e'}))].map(line => Buffer.from(`${line}\n`));
  const broken = Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x3c, 0x62, 0x3e, 0x0a]);
  await server.request('POST', '/store/ndjson?kind=readings&return=counts', {
    headers: {'Content-Type': 'application/x-ndjson'}, body: Buffer.concat([...lines, broken])});
  await go('#/rejects/readings');
  await says(`${odd.length + 3} rejects`);
  let replaced = 0;
  for (let group = 0; group < await groups.count(); ++group) {
    await groups.nth(group).click();
    for (let index = 0; index < await inGroup.count(); ++index) {
      await inGroup.nth(index).click();
      await page.getByRole('region', {name: 'As it arrived'}).waitFor();
      await result.getByText('It would be refused').waitFor();
      replaced += await page.getByText('Some bytes are not UTF-8').count();
    }
  }
  assert.equal(replaced, 1);
  assert.equal(await page.evaluate(() => window.hit), undefined);
  assert.equal(await page.locator('main img, main script').count(), 0);
  assert.equal(await overhang(), 0);
  assert.deepEqual(await faults(), []);
});

test('the keyboard is enough: it chooses a group and a reject, corrects it, and stores it', pageAlone, async () => {
  await send('DELETE', '/rejects?kind=readings');
  await refuse([reading('k1', {celsius: 'k'}), reading('k2', {celsius: 'l'})]);
  await go('#/rejects');
  await says('4 rejects in 2 groups');
  await groups.first().focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await page.getByText('2 rejects, of the kind readings').waitFor();
  const focus = async target => {
    for (let presses = 0; presses < 30; ++presses) {
      if (await target.evaluate(element => element === document.activeElement)) return;
      await page.keyboard.press('Tab');
    }
    assert.fail('the keyboard does not get there');
  };
  await focus(inGroup.first());
  await page.keyboard.press('ArrowDown');
  await focus(editor);
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(JSON.stringify(reading('keys')));
  await result.getByText('It passes').waitFor();
  await focus(button('Store the corrected one'));
  await page.keyboard.press('Enter');
  await says('3 rejects in 2 groups');
});

test('narrow and dark, the page is whole', pageAlone, async () => {
  await deploy(pipeline(false));
  await send('DELETE', '/rejects?kind=readings');
  await refuse([...Array.from({length: 23}, (_, index) => reading(`p${index}`, {celsius: `${10 + index},${index % 10}`, station: ['oslo-2', 'lima-1'][index % 2]})),
                reading('t1', {at: '04.05.2026 06:00'}), reading('t2', {at: '04.05.2026 07:00'}), {_id: 'none', degrees: 20}]);
  await button('Refresh').click();
  await says('28 rejects in 4 groups');
  await choose('invalid_time', '/at');
  await choose('type_mismatch', '/celsius');
  await result.getByText('It would be refused').waitFor();
  await editor.fill(await editor.inputValue().then(text => text.replace(/(\d+),(\d)/, '$1.$2')));
  await result.getByText('It passes').waitFor();
  await shoot('console-rejects');
  const small = await open({viewport: narrow, colorScheme: 'dark'});
  await small.enter('#/rejects');
  await small.page.getByText('It would be refused').waitFor();
  assert.deepEqual(await small.faults(), []);
  assert.equal(await small.overhang(), 0);
  await small.shoot('console-rejects-narrow');
  small.assertClean();
  await small.close();
});

test('the browser had nothing to complain about, and no other origin was asked', assertClean);
