// A page of another origin, in headless Chromium: what it may do with the API, and what not.
import assert from 'node:assert/strict';
import {once} from 'node:events';
import http from 'node:http';
import {after, test} from 'node:test';
import {startServer} from '../support/server.mjs';
import {launch} from './chromium.mjs';

/// A page of an origin of its own.
async function serveAPage() {
  const pages = http.createServer((request, response) => response.setHeader('Content-Type', 'text/html').end('<!doctype html>'));
  pages.listen(0, '127.0.0.1');
  await once(pages, 'listening');
  return {origin: `http://127.0.0.1:${pages.address().port}`, close: () => pages.close()};
}

const friend = await serveAPage();
const stranger = await serveAPage();
const server = await startServer({args: ['--cors-origin', friend.origin, '--rate-limit', '1000/h']});
const browser = await launch();
after(async () => {
  await browser.close();
  await server.stop();
  friend.close();
  stranger.close();
});

const {json: {key}} = await server.request('POST', '/auth/keys', {
  headers: {'Content-Type': 'application/json'}, body: JSON.stringify({name: 'page', roles: 'read,write:records'})});

/// Runs in the page: stores a record with a key, reads its ETag, and replaces it.
async function use([url, apiKey]) {
  const call = (method, path, more = {}) => fetch(url + path, {
    method, ...more, headers: {'X-API-Key': apiKey, 'Content-Type': 'application/json', ...more.headers}});
  const put = await call('PUT', '/records/page', {body: '{"a": 1}', headers: {traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`}});
  const got = await call('GET', '/records/page');
  const stale = await call('PUT', '/records/page', {body: '{}', headers: {'If-Match': '"stale"'}});
  const replaced = await call('PUT', '/records/page', {body: '{"a": 2}', headers: {'If-Match': got.headers.get('ETag')}});
  const nobody = await fetch(`${url}/kinds`);
  return {
    statuses: [put, got, stale, replaced, nobody].map(answer => answer.status), record: await got.json(),
    requestId: got.headers.get('X-Request-Id'), left: got.headers.get('RateLimit'),
    challenge: nobody.headers.get('WWW-Authenticate'), problem: (await nobody.json()).code,
  };
}

async function pageOf({origin}) {
  const page = await browser.newPage();
  page.setDefaultTimeout(100_000);
  await page.goto(origin);
  return page;
}

test('a page of a configured origin works with a key, and sees tags, limits and problems', async () => {
  const page = await pageOf(friend);
  const seen = await page.evaluate(use, [server.url, key]);
  assert.deepEqual(seen.statuses, [201, 200, 412, 200, 401]);
  assert.deepEqual(seen.record, {_id: 'page', a: 1});
  assert.ok(seen.requestId);
  assert.match(seen.left, /"principal";r=\d+;t=\d+/);
  assert.match(seen.challenge, /^Bearer realm="[^"]+"$/);
  assert.equal(seen.problem, 'unauthenticated');
});

test('a page of another origin sees nothing, and changes nothing', async () => {
  const page = await pageOf(stranger);
  const failed = await page.evaluate(
      ([url, apiKey]) => fetch(`${url}/records/stranger`, {method: 'PUT', body: '{}', headers: {
        'X-API-Key': apiKey, 'Content-Type': 'application/json'}}).then(() => 'answered', error => error.name),
      [server.url, key]);
  assert.equal(failed, 'TypeError');
  const opaque = await page.evaluate(url => fetch(`${url}/version`, {mode: 'no-cors'}).then(() => 'shown', error => error.name), server.url);
  assert.equal(opaque, 'TypeError');  // Cross-Origin-Resource-Policy
  assert.equal((await server.request('GET', '/records/stranger')).status, 404);
});
