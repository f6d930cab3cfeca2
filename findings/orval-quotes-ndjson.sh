#!/usr/bin/env bash
# orval 7.13.2 (npm): its fetch client sends a text body of the media type application/x-ndjson as one JSON string.
#
# A body of `type: string` under a media type that is not JSON is a text already, so one expects the client
# to send it as it is; with text/plain it does. With application/x-ndjson it goes through JSON.stringify:
# the server gets one line, which begins and ends with a quotation mark. The client for axios sends the text as it is.
#
# Seen with Node.js 20.20.2:
#
#   fetch, application/x-ndjson: quoted
#   fetch, text/plain: as it is
#   axios-functions, application/x-ndjson: as it is
#
# Exits with 0 while this is so, and with 1 once it has changed.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
cd -- "$work"
npm install --no-audit --no-fund --ignore-scripts --silent orval@7.13.2

cat >check.mjs <<'JS'
import {readFileSync, writeFileSync} from 'node:fs';
import {generate} from 'orval';

for (const [client, type] of [['fetch', 'application/x-ndjson'], ['fetch', 'text/plain'], ['axios-functions', 'application/x-ndjson']]) {
  writeFileSync('api.json', JSON.stringify({
    openapi: '3.1.0', info: {title: 'lines', version: '1'}, paths: {'/lines': {post: {
      operationId: 'sendLines', requestBody: {required: true, content: {[type]: {schema: {type: 'string'}}}},
      responses: {200: {description: 'Done.', content: {'application/json': {schema: {type: 'object'}}}}}}}}}));
  await generate({input: {target: 'api.json'}, output: {target: 'api.ts', client, prettier: false}}, process.cwd(), {});
  const quoted = /JSON\.stringify\(/.test(readFileSync('api.ts', 'utf8'));
  console.log(`${client}, ${type}: ${quoted ? 'quoted' : 'as it is'}`);
}
JS

node check.mjs | grep , | tee seen  # It greets, too.
diff - seen <<'END'
fetch, application/x-ndjson: quoted
fetch, text/plain: as it is
axios-functions, application/x-ndjson: as it is
END
