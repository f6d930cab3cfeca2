#!/usr/bin/env bash
# libcurl 7.88.1 (Debian 12): a POST is sent twice when a kept connection breaks before its answer.
#
# RFC 9110 (9.2.2) has clients not repeat by themselves what is not idempotent, and CURLOPT_POST's manual says nothing
# of repetitions. But if the connection was used before and closes before the first byte of the answer, libcurl
# sends the request again over a new one, and reports the second answer as the only one. The server below has
# carried out both: a client that goes by the answer does not learn that it was done twice.
# CURLOPT_PREREQFUNCTION is called before each sending and can forbid the second.
#
# Seen with curl 7.88.1:
#
#   carried out: x (a new connection)
#   carried out: y (a kept connection, closed without an answer)
#   carried out: y (a new connection)
#   curl: exit status 0
#
# Exits with 0 while this is so, and with 1 once it has changed.
set -euo pipefail

work=$(mktemp -d)
server=
trap '[[ -z $server ]] || kill "$server"; rm -rf -- "$work"' EXIT
cd -- "$work"

cat >server.mjs <<'JS'
import http from 'node:http';
import {writeFileSync} from 'node:fs';
const seen = new Set();
let closed = false;
http.createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const kept = seen.has(request.socket);
  seen.add(request.socket);
  const closes = kept && !closed;
  console.log(`carried out: ${body} (a ${kept ? 'kept' : 'new'} connection${closes ? ', closed without an answer' : ''})`);
  if (!closes) return response.end('done');
  closed = true;
  request.socket.destroy();
}).listen(0, '127.0.0.1', function () { writeFileSync('port', `${this.address().port}`); });
JS

node server.mjs >seen &
server=$!
for ((i = 0; i < 100; ++i)); do [[ -s port ]] && break; sleep 0.1; done
url=http://127.0.0.1:$(<port)/
status=0
curl --silent --noproxy '*' --max-time 10 --data x "$url" --next --silent --noproxy '*' --max-time 10 --data y "$url" >/dev/null || status=$?
echo "curl: exit status $status" >>seen
cat seen
diff - seen <<'END'
carried out: x (a new connection)
carried out: y (a kept connection, closed without an answer)
carried out: y (a new connection)
curl: exit status 0
END
