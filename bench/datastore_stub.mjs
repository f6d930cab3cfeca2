// A Datastore that takes every commit after a fixed time and keeps nothing: what is measured
// against it is the server. Prints its port, and on SIGTERM how many commits and records came.
import http from 'node:http';

const commitMilliseconds = Number(process.argv[2] ?? 20);
let begun = 0;
let commits = 0;
let records = 0;

const answer = (response, body) => {
  response.writeHead(200, {'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body)});
  response.end(body);
};

const server = http.createServer((request, response) => {
  const chunks = [];
  request.on('data', chunk => chunks.push(chunk));
  request.on('end', () => {
    if (request.url.endsWith(':beginTransaction')) return answer(response, `{"transaction":"${btoa(`t${++begun}`)}"}`);
    if (!request.url.endsWith(':commit')) return answer(response, '{}');
    const body = Buffer.concat(chunks).toString('latin1');
    const count = body.split('{"insert":').length - 1;
    commits += 1;
    records += count;
    const result = '{"version":"1"}';
    setTimeout(() => answer(response, `{"mutationResults":[${Array(count).fill(result).join()}]}`), commitMilliseconds);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.on('SIGTERM', () => (console.log(JSON.stringify({commits, records})), process.exit(0)));
