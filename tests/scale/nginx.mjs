// nginx before several servers, with the example that users are given: deploy/nginx/dropzone.conf.
import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {root} from '../support/server.mjs';
import {emptyFolder, freePort, spawnBeside, until} from '../server/process.mjs';

const binary = ['/usr/sbin/nginx', '/usr/local/sbin/nginx'].find(existsSync);

/// Whether the test has to be skipped; a missing nginx is a fault if tests must not be skipped.
export function lacksNginx() {
  if (binary) return false;
  if (process.env.CI) throw new Error('nginx is not installed (script/bootstrap --test)');
  return 'nginx is not installed (script/bootstrap --test)';
}

/// The example with these servers and this port in it.
function site(urls, port) {
  const example = readFileSync(join(root, 'deploy/nginx/dropzone.conf'), 'utf8');
  const servers = urls.map(url => `server ${new URL(url).host} max_fails=2 fail_timeout=2s;`).join('\n    ');
  const text = example.replace(/^ {4}server 127\.0\.0\.1:8080.*$/m, `    ${servers}`)
                   .replace(/^ {4}listen 80;$/m, `    listen 127.0.0.1:${port};`);
  if (!text.includes(servers) || !text.includes(`:${port};`)) throw new Error('the example has changed its form');
  return text;
}

/// Starts nginx before the servers of these URLs, and returns its own.
export async function startNginx(test, urls) {
  const url = await runNginx(test, port => site(urls, port));
  await until(() => fetch(`${url}/health/live`).then(({ok}) => ok, () => false), 'nginx answers');
  return url;
}

/// Starts nginx with the site that is made for a port, and returns its URL. It need not listen yet.
export async function runNginx(test, siteAt) {
  const folder = emptyFolder(test);
  mkdirSync(join(folder, 'temporary'));
  const port = await freePort();
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
                    .map(name => `${name}_temp_path ${folder}/temporary/${name};`).join('\n');
  writeFileSync(join(folder, 'nginx.conf'), `${process.getuid() === 0 ? 'user root;' : ''}
    daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
    events { worker_connections 1024; }
    http { access_log off; ${paths}\n${siteAt(port)} }`);
  const check = spawnSync(binary, ['-t', '-p', folder, '-c', 'nginx.conf'], {encoding: 'utf8'});
  if (check.status !== 0) throw new Error(check.stderr);
  spawnBeside(test, binary, ['-p', folder, '-c', 'nginx.conf']);
  return `http://127.0.0.1:${port}`;
}
