#!/usr/bin/env bash
# @stoplight/prism-http-server 5.12.0 (npm): as a proxy it answers HEAD with 500 where GET is JSON.
#
# The answer to HEAD has the Content-Type of GET's and no body, and one expects a proxy to pass it on. Prism
# parses the empty body as JSON, fails, and answers a problem of its own, though the server said 200.
#
# Seen with Node.js 20.20.2:
#
#   GET 200 passed on
#   HEAD 500 its own
#
# Exits with 0 while this is so, and with 1 once it has changed.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
cd -- "$work"
npm install --no-audit --no-fund --ignore-scripts --silent @stoplight/prism-http@5.12.0 @stoplight/prism-http-server@5.12.0

cat >check.mjs <<'JS'
import http from 'node:http';
import {once} from 'node:events';
import prismHttp from '@stoplight/prism-http';
import prismServer from '@stoplight/prism-http-server';

const upstream = http.createServer((request, response) =>
    response.writeHead(200, {'Content-Type': 'application/json', 'X-From': 'upstream'}).end('{}')).listen(0, '127.0.0.1');
await once(upstream, 'listening');
const answer = {responses: {200: {description: 'Done.'}}};
const document = {openapi: '3.1.0', info: {title: 'heads', version: '1'}, paths: {'/one': {get: answer, head: answer}}};
const quiet = Object.fromEntries(['trace', 'debug', 'info', 'success', 'warn', 'error', 'fatal'].map(level => [level, () => {}]));
const proxy = prismServer.createServer(await prismHttp.getHttpOperationsFromSpec(document), {
  cors: false, components: {logger: {...quiet, child: () => quiet}},
  config: {isProxy: true, upstream: new URL(`http://127.0.0.1:${upstream.address().port}`), mock: false, errors: false,
           checkSecurity: false, validateRequest: true, validateResponse: true}});
const url = await proxy.listen(0, '127.0.0.1');
for (const method of ['GET', 'HEAD']) {
  const {status, headers} = await fetch(`${url}/one`, {method});
  console.log(`${method} ${status} ${headers.get('x-from') ? 'passed on' : 'its own'}`);
}
process.exit(0);
JS

node check.mjs | tee seen
diff - seen <<'END'
GET 200 passed on
HEAD 500 its own
END
