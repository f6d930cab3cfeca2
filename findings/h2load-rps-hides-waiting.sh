#!/usr/bin/env bash
# h2load 1.52.0 (nghttp2-client, Debian 12): with --rps, the time that requests wait for a stalled server is not measured.
#
# --rps fixes how many requests a second a client sends, which is how one measures what users of a service feel: they
# arrive whether the server is slow or not. While a connection waits for a response, h2load only counts the requests
# that have become due. It sends them in a burst afterwards, and takes each one's time from when it was sent. So a pause of the
# server appears in a single request for each connection, the rate appears to be reached, and percentiles stay low.
#
# Here a server stops for two seconds in the middle of six, at 100 requests a second on one connection. About 200
# requests become due in the pause. They wait for one second on average, and 190 of them for more than 100 ms.
#
# Seen with nghttp2-client 1.52.0-1+deb12u3:
#
#   601 requests, 100 a second; longest 2 s; longer than 100 ms: 1
#
# Exits with 0 while this is so, and with 1 once it has changed.
set -euo pipefail

work=$(mktemp -d)
server=
trap '[[ -z $server ]] || kill "$server"; rm -rf -- "$work"' EXIT
cd -- "$work"

apt-get download nghttp2-client=1.52.0-1+deb12u3 libjemalloc2=5.3.0-1 libev4=1:4.33-1 >/dev/null 2>&1
for package in *.deb; do dpkg -x "$package" root; done
libraries=$(echo root/usr/lib/*-linux-gnu)

cat >server.mjs <<'JS'
import http from 'node:http';

let begun = false;
const server = http.createServer((request, response) => {
  if (!begun) {
    begun = true;
    setTimeout(() => {
      const end = Date.now() + 2000;
      while (Date.now() < end);
    }, 2000);
  }
  response.setHeader('Content-Length', 2);
  response.end('ok');
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
JS
node server.mjs >port &
server=$!
until [[ -s port ]]; do sleep 0.1; done

LD_LIBRARY_PATH=$libraries root/usr/bin/h2load --h1 -c1 --rps=100 -D 6 --log-file=times \
  "http://127.0.0.1:$(cat port)/" >report

# Columns of the log: start, status, duration; times in microseconds.
read -r total longest slow < <(awk '$3 > longest { longest = $3 } $3 > 100000 { ++slow }
  END { print NR, longest / 1e6, slow + 0 }' times)
echo "$total requests, $((total / 6)) a second; longest $(printf %.0f "$longest") s; longer than 100 ms: $slow"
((total > 550 && slow < 20)) && awk "BEGIN { exit !($longest > 1.5) }"
