// The Debian package, made from the server under test. tests/chroot installs, upgrades and purges it.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {after, before, test} from 'node:test';
import {root} from '../support/server.mjs';

const build = join(dirname(process.env.DROPZONE_SERVER), '../..');
const folder = mkdtempSync(join(tmpdir(), 'dropzone-package-'));
after(() => rmSync(folder, {recursive: true, force: true}));

function run(...command) {
  const {status, stdout, stderr, error} = spawnSync(command[0], command.slice(1), {encoding: 'utf8'});
  assert.equal(status, 0, `${command.join(' ')}: ${error ?? stderr + stdout}`);
  return stdout;
}

let file;
before(() => {
  run('cpack', '--config', join(build, 'CPackConfig.cmake'), '-G', 'DEB', '-B', folder);
  file = join(folder, readdirSync(folder).find(name => name.endsWith('.deb')));
});
const field = name => run('dpkg-deb', '--field', file, name).trim();

test('the package is named as Debian names packages, and depends on the libraries that it uses', () => {
  assert.match(file, /\/dropzone-server_\d+\.\d+\.\d+_[a-z0-9]+\.deb$/);
  assert.equal(field('Package'), 'dropzone-server');
  for (const library of ['libpistache', 'libcurl4', 'libdate-tz3', 'liblua5.4-0', 'libre2-9', 'libsqlite3-0', 'libssl3', 'libc6', 'ca-certificates', 'adduser']) {
    assert.ok(field('Depends').includes(library), library);
  }
  assert.doesNotMatch(field('Depends'), /-dev\b/);
});

test('the package holds the server, its kinds, its settings and its unit, and no more', () => {
  const files = run('dpkg-deb', '--contents', file).split('\n').filter(line => line.startsWith('-'))
                    .map(line => line.split(/\s+/)).map(([mode, owner, , , , name]) => ({mode, owner, name}));
  const kinds = readdirSync(join(root, 'kinds'));
  assert.deepEqual(files.map(({name}) => name).sort(), [
    ...kinds.map(name => `./etc/dropzone/kinds/${name}`),
    ...kinds.map(name => `./usr/share/dropzone/kinds/${name}`),
    './etc/dropzone/server.toml',
    './lib/systemd/system/dropzone-server.service',
    './usr/bin/dropzone-server',
    './usr/share/doc/dropzone-server/copyright',
  ].sort());
  for (const {mode, owner, name} of files) {
    assert.equal(owner, 'root/root', name);
    assert.equal(mode, name.includes('/bin/') ? '-rwxr-xr-x' : '-rw-r--r--', name);
  }
});

test('all files below /etc are conffiles, which an upgrade leaves as their owner made them', () => {
  const conffiles = run('dpkg-deb', '--ctrl-tarfile', file) && run('dpkg-deb', '--info', file, 'conffiles');
  const shipped = run('dpkg-deb', '--contents', file).split('\n').map(line => line.split(/\s+/)[5])
                      .filter(name => /^\.\/etc\/.*[^/]$/.test(name ?? '')).map(name => name.slice(1));
  assert.deepEqual(conffiles.trim().split('\n').sort(), shipped.sort());
});

test("the package's scripts are without fault", () => {
  run('shellcheck', ...['postinst', 'prerm', 'postrm'].map(name => join(root, 'deploy/debian', name)));
});

test('the unit is one that systemd understands', t => {
  if (spawnSync('systemd-analyze', ['--version']).status !== 0) return t.skip('systemd is not installed');
  const {stdout, stderr} = spawnSync('systemd-analyze',
      ['verify', '--man=no', join(root, 'deploy/systemd/dropzone-server.service')], {encoding: 'utf8'});
  const complaints = (stdout + stderr).split('\n').filter(line => /dropzone-server\.service/.test(line))
                         .filter(line => !/is not executable|does not exist/.test(line));
  assert.deepEqual(complaints, []);
});
