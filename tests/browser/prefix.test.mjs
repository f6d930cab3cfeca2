// The pages below a path of somebody else's host, behind an nginx that cuts its prefix off, in headless Chromium.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {lacksNginx, runNginx} from '../scale/nginx.mjs';
import {inMemory, startServer, until, user} from '../server/process.mjs';
import {launch} from './chromium.mjs';

test('Swagger UI and the console below a path call the server below that path', {skip: lacksNginx(), timeout: 200_000}, async t => {
  const server = await startServer(t, inMemory, user, 200_000);
  const host = await runNginx(t, port => `server {
    listen 127.0.0.1:${port}; location / { return 404; }
    location /dz/ { proxy_pass ${server.url}/; proxy_http_version 1.1; } }`);
  await until(() => fetch(`${host}/dz/health/live`).then(({ok}) => ok, () => false), 'nginx answers');
  const browser = await launch();
  t.after(() => browser.close());
  const page = await browser.newPage();
  page.setDefaultTimeout(100_000);
  const asked = [];
  const failed = [];
  page.on('response', answer => {
    asked.push(answer.url());
    if (answer.status() >= 400 && !answer.url().endsWith('/favicon.ico')) failed.push(answer.url());
  });
  await page.goto(`${host}/dz/`);
  await page.waitForFunction(root => document.querySelector('pre').textContent.includes(`${root}/store`), `${host}/dz`);
  await page.getByRole('link', {name: 'Try it in the browser'}).click();
  const block = page.locator('#operations-Operations-getVersion');
  await block.locator('.opblock-summary-control').click();
  await block.locator('.execute').click();
  const status = await block.locator('.live-responses-table .response .response-col_status').innerText();
  assert.equal(parseInt(status), 200);
  assert.ok(asked.includes(`${host}/dz/version`), asked.join('\n'));
  await page.goto(`${host}/dz/console/`);
  await page.getByLabel('User').fill('demo');
  assert.equal(new URL(page.url()).pathname, '/dz/console');
  assert.deepEqual(failed, []);
});
