#!/usr/bin/env bash
# undici 6.21.0, got 14.4.5 and axios 1.7.9 (npm): an escaped ".." in a path is not sent, it goes up.
#
# A program that puts an identifier into a path escapes it, and one expects "%2e%2e" to arrive as it was escaped,
# as "%2F" does. The URL standard (https://url.spec.whatwg.org/#double-dot-path-segment) reads "%2e" as a dot
# where it stands alone or doubled in a segment, so the clients drop the segment, and the one before it.
# A GET of the record ".." asks for the start page, and a DELETE of "." for the folder: with 200, if there is one.
# No escape helps. A service that lets its users choose names for paths has to refuse these two, or offer them in a body.
#
# Seen with Node.js 20.20.2: what the server was asked for.
#
#   undici fetch: /records/%2e%2e -> /
#   undici fetch: /records/%2E -> /records/
#   undici fetch: /records/a%2Fb -> /records/a%2Fb
#   undici fetch: /records/... -> /records/...
#   got: /records/%2e%2e -> /
#   got: /records/%2E -> /records/
#   got: /records/a%2Fb -> /records/a%2Fb
#   got: /records/... -> /records/...
#   axios: /records/%2e%2e -> /
#   axios: /records/%2E -> /records/
#   axios: /records/a%2Fb -> /records/a%2Fb
#   axios: /records/... -> /records/...
#
# Exits with 0 while this is so, and with 1 once it has changed.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
cd -- "$work"
npm install --no-audit --no-fund --ignore-scripts --silent undici@6.21.0 got@14.4.5 axios@1.7.9

cat >check.mjs <<'JS'
import http from 'node:http';
import axios from 'axios';
import got from 'got';
import {fetch} from 'undici';

const server = http.createServer((request, response) => response.end(request.url));
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
const root = `http://127.0.0.1:${server.address().port}`;
for (const [name, get] of [['undici fetch', async url => (await fetch(url)).text()], ['got', url => got(url).text()],
                           ['axios', async url => (await axios.get(url)).data]]) {
  for (const path of ['/records/%2e%2e', '/records/%2E', '/records/a%2Fb', '/records/...']) {
    console.log(`${name}: ${path} -> ${await get(root + path)}`);
  }
}
server.close();
server.closeAllConnections();
JS

node check.mjs | tee seen
diff - seen <<'END'
undici fetch: /records/%2e%2e -> /
undici fetch: /records/%2E -> /records/
undici fetch: /records/a%2Fb -> /records/a%2Fb
undici fetch: /records/... -> /records/...
got: /records/%2e%2e -> /
got: /records/%2E -> /records/
got: /records/a%2Fb -> /records/a%2Fb
got: /records/... -> /records/...
axios: /records/%2e%2e -> /
axios: /records/%2E -> /records/
axios: /records/a%2Fb -> /records/a%2Fb
axios: /records/... -> /records/...
END
