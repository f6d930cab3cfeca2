// Stands between a server and the emulator, and causes the faults that it is asked for.
import http from 'node:http';
import {once} from 'node:events';
import {setTimeout as pause} from 'node:timers/promises';

const problem = (code, status, message = `the test says ${status}`) => JSON.stringify({error: {code, status, message}});

function answerWith(response, code, body) {
  response.writeHead(code, {'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body)});
  response.end(body);
}

/// What can become of a call. `forward` carries it out and returns its answer.
export const faults = {
  dropped: ({request}) => request.socket.destroy(),
  delayed: async ({forward, pass}) => (await pause(300), pass(await forward())),
  unavailable: ({response}) => answerWith(response, 503, problem(503, 'UNAVAILABLE')),
  unavailableText: ({response}) => (response.writeHead(502), response.end('<html>bad gateway</html>')),
  aborted: ({response}) => answerWith(response, 409, problem(409, 'ABORTED')),
  cut: async ({forward, response}) => {
    const {status, body} = await forward();
    response.writeHead(status, {'Content-Type': 'application/json', 'Content-Length': body.length});
    response.write(body.subarray(0, body.length >> 1), () => response.destroy());
  },
  garbage: async ({forward, response}) => (await forward(), answerWith(response, 200, '}{ this is not JSON')),
  slow: async ({forward, response}) => {
    const {status, body} = await forward();
    response.writeHead(status, {'Content-Type': 'application/json', 'Content-Length': body.length});
    for (let i = 0; i < 10; ++i) {
      response.write(body.subarray(body.length * i / 10, body.length * (i + 1) / 10));
      await pause(20);
    }
    response.end();
  },
  lost: async ({forward, request}) => (await forward(), request.socket.destroy()),
};

/// A fault that Google's name of a status says.
export const saying = (code, status, message) => ({response}) => answerWith(response, code, problem(code, status, message));

/// A fault that changes what Datastore answered, an object.
export const answering = change => async ({forward, pass}) => {
  const {status, body} = await forward();
  pass({status, body: Buffer.from(JSON.stringify(change(JSON.parse(body))))});
};

/// The places of a value: of each, who holds it and by which name.
function* places(value, depth = 0) {
  if (typeof value !== 'object' || value === null || depth > 6) return;
  for (const name of Object.keys(value)) {
    yield [value, name];
    if (name !== 'properties') yield* places(value[name], depth + 1);
  }
}

/// A change of the frame of an answer, not of what the properties of its entities hold: that is
/// data, which nobody can tell from other data.
export function spoil(answer, random) {
  const spots = [...places(answer)].filter(([, name]) =>
      !/Value$|^properties$|^(path|kind|name|id|version|cursor|endCursor|readTime|createTime|updateTime|commitTime|transaction|figure|aggregateProperties|values)$/.test(name));
  if (spots.length === 0) return answer;
  const [holder, name] = spots[Math.floor(random() * spots.length)];
  const others = [undefined, null, {}, [], 'MAYBE', 7, {error: {status: 'INTERNAL'}}];
  const other = others[Math.floor(random() * others.length)];
  if (Array.isArray(holder) && other === undefined) holder.splice(Number(name), 1);
  else if (other === undefined) delete holder[name];
  else holder[name] = other;
  return answer;
}

/// A proxy on a free port. `proxy.fault = (method, body, headers) => a fault or its name, or nothing`
/// decides for each call; `proxy.counts` says what happened, `proxy.calls` what was called. `down()`
/// and `up()` take it away and bring it back.
export async function startProxy(test, target) {
  const [hostname, port] = target.split(':');
  const agent = new http.Agent({keepAlive: true});
  const proxy = {fault: () => undefined, counts: {}, calls: []};
  const serve = async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const sent = Buffer.concat(chunks);
    const forward = async () => {
      const onward = http.request({agent, hostname, port, method: request.method, path: request.url,
                                   headers: {'Content-Type': 'application/json'}});
      onward.end(sent);
      const [answer] = await once(onward, 'response');
      const body = [];
      for await (const chunk of answer) body.push(chunk);
      return {status: answer.statusCode, body: Buffer.concat(body)};
    };
    const pass = ({status, body}) => answerWith(response, status, body);
    const method = request.url.split(':').pop();
    const body = JSON.parse(sent);
    proxy.calls.push({method, body});
    const fault = proxy.fault(method, body, request.headers);
    const name = typeof fault === 'string' ? fault : fault ? 'other' : 'none';
    proxy.counts[name] = (proxy.counts[name] ?? 0) + 1;
    const carryOut = typeof fault === 'string' ? faults[fault] : fault;
    return carryOut ? carryOut({request, response, forward, pass}) : pass(await forward());
  };
  const sockets = new Set();
  let server;
  proxy.up = async (at = proxy.port ?? 0) => {
    server = http.createServer((request, response) => serve(request, response).catch(() => request.socket.destroy()));
    server.keepAliveTimeout = 60_000;
    server.on('connection', socket => (sockets.add(socket), socket.on('close', () => sockets.delete(socket))));
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
    proxy.port = server.address().port;
    proxy.host = `127.0.0.1:${proxy.port}`;
  };
  proxy.down = async () => {
    const closed = once(server, 'close');
    server.close();
    sockets.forEach(socket => socket.destroy());
    await closed;
  };
  await proxy.up();
  test.after(() => (agent.destroy(), proxy.down().catch(() => {})));
  return proxy;
}
