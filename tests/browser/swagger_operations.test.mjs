// Every operation, tried in Swagger UI with its example, in headless Chromium.
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

test('the operations work from top to bottom as they stand', async () => {
  const {page, visit, authorise, open, press, fold} = await openPage(browser, server);
  await visit();
  await authorise('basic', {text: server.user, password: server.password});
  const ids = await page.locator('.opblock').evaluateAll(blocks => blocks.map(block => block.id));
  assert.ok(ids.length > 25);
  const send = (method, target, body) => server.request(
    method, target, {headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body)});
  // The id of a job or a session cannot be known before, nor the version of a kept original.
  const job = await send('POST', '/kinds/measurements/retransform', {});
  assert.equal(job.status, 202, job.text);
  assert.equal((await send('PUT', '/kinds/notes', {history: 10})).status, 201);
  for (const text of ['Buy milk', 'Buy bread']) await send('PUT', '/records/n1?kind=notes', {text});
  const {version} = (await server.request('GET', '/records/n1/history?kind=notes')).json.history[0]._meta;
  assert.equal((await server.request('POST', '/auth/token')).status, 200);
  const {sessions: [session]} = (await server.request('GET', '/auth/sessions')).json;
  const bodies = {restoreRecord: JSON.stringify({version})};
  const failed = [];
  for (const id of ids) {
    const [, tag, operation] = id.match(/^operations-(.+)-(\w+)$/);
    if (['getJob', 'cancelJob'].includes(operation)) {
      await (await open(tag, operation)).locator('tr[data-param-name="id"] input').fill(job.json.jobId);
    }
    if (operation === 'endSession') await (await open(tag, operation)).locator('tr[data-param-name="id"] input').fill(session.id);
    if (['getHistory', 'restoreRecord'].includes(operation)) {
      const parameters = await open(tag, operation);
      await parameters.locator('tr[data-param-name="id"] input').fill('n1');
      await parameters.locator('tr[data-param-name="kind"] input').fill('notes');
    }
    const [status, text] = await press(tag, operation, bodies[operation]);
    if (status >= 300) failed.push(`${operation}: ${status} ${text}`);
    await fold(tag, operation);
  }
  assert.deepEqual(failed, []);
});
