// Starts the server under test, and sends requests to it.
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import http from 'node:http';
import {fileURLToPath} from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
const patience = 60_000;  // ms; a busy machine takes its time

const running = new Set();
process.on('exit', () => running.forEach(child => child.kill('SIGKILL')));

/// Starts DROPZONE_SERVER on a free port, with an empty memory store if no other is named.
export async function startServer({args = [], store = 'memory:', user = 'demo', password = 'secret'} = {}) {
  const binary = process.env.DROPZONE_SERVER;
  if (!binary) throw new Error('DROPZONE_SERVER must name the server to test');
  const clean = Object.entries(process.env).filter(([name]) => !name.startsWith('DROPZONE_'));
  const child = spawn(
      binary, ['--listen', '127.0.0.1:0', '--store', store, '--kinds', `${root}kinds`, ...args], {
        cwd: root,
        env: {...Object.fromEntries(clean), DROPZONE_USER: user, DROPZONE_PASSWORD: password},
        stdio: ['ignore', 'pipe', 'pipe'],
      });
  running.add(child);
  const exited = once(child, 'exit').then(([code, signal]) => (running.delete(child), signal ?? code));
  let log = '';
  child.stderr.setEncoding('utf8').on('data', text => (log = (log + text).slice(-20_000)));
  const url = await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no "listening on" in time\n${log}`)), patience);
    let output = '';
    child.stdout.setEncoding('utf8').on('data', text => {
      output += text;
      const line = output.match(/^listening on (http:\/\/\S+)$/m);
      if (line) clearTimeout(late), resolve(line[1]);
    });
    exited.then(code => (clearTimeout(late), reject(new Error(`the server ended with ${code}\n${log}`))));
  });

  const request = requestsTo(url, {user, password});
  return {
    url,
    pid: child.pid,
    user,
    password,
    log: () => log,
    signal: name => child.kill(name),
    exited,
    request,
    /// Ends the server as an operator would, and returns its exit status.
    async stop() {
      request.end();
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), patience);
      const status = await exited;
      clearTimeout(late);
      return status;
    },
  };
}

/// A function that sends one request to this address, as this user by default; `target`
/// goes into the request line as it is. Its end() closes what it holds open.
export function requestsTo(url, {user, password}) {
  const agent = new http.Agent({keepAlive: true});
  const authorization = 'Basic ' + Buffer.from(`${user}:${password}`).toString('base64');
  const request = (method, target, {headers = {}, body, credentials = authorization} = {}) =>
      send(agent, url, method, target,
           {...(credentials ? {Authorization: credentials} : {}), ...headers}, body);
  return Object.assign(request, {end: () => agent.destroy()});
}

function send(agent, url, method, target, headers, body) {
  return new Promise((resolve, reject) => {
    const {hostname, port} = new URL(url);
    const bytes = body === undefined ? undefined : Buffer.from(body);
    const request = http.request({
      agent, method, hostname, port, path: target, timeout: patience,
      headers: {...(bytes ? {'Content-Length': bytes.length} : {}), ...headers},
    });
    request.on('timeout', () => request.destroy(new Error(`no answer to ${method} ${target}`)));
    request.on('error', reject);
    request.on('response', response => {
      const chunks = [];
      response.on('data', chunk => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const data = Buffer.concat(chunks);
        resolve({
          status: response.statusCode,
          headers: response.headers,
          bytes: data,
          text: data.toString('utf8'),
          get json() { return JSON.parse(this.text); },
        });
      });
    });
    request.end(bytes);
  });
}
