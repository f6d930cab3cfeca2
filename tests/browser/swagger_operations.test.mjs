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
  // The id of a job cannot be known before.
  const job = await server.request('POST', '/kinds/measurements/retransform', {headers: {'Content-Type': 'application/json'}, body: '{}'});
  assert.equal(job.status, 202, job.text);
  const failed = [];
  for (const id of ids) {
    const [, tag, operation] = id.match(/^operations-(.+)-(\w+)$/);
    if (['getJob', 'cancelJob'].includes(operation)) {
      await (await open(tag, operation)).locator('tr[data-param-name="id"] input').fill(job.json.jobId);
    }
    const [status, text] = await press(tag, operation);
    if (status >= 300) failed.push(`${operation}: ${status} ${text}`);
    await fold(tag, operation);
  }
  assert.deepEqual(failed, []);
});
