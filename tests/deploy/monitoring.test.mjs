// Dashboard and alerts: every metric, label and code in them is one that the server has.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {parse} from 'yaml';
import {root, startServer} from '../support/server.mjs';

const folder = join(root, 'deploy/monitoring');
const dashboard = JSON.parse(readFileSync(join(folder, 'dashboard.json'), 'utf8'));
const rules = parse(readFileSync(join(folder, 'alerts.yml'), 'utf8')).groups.flatMap(group => group.rules);
const recorded = new Set(rules.map(({record}) => record).filter(Boolean));
const panels = dashboard.panels.filter(({type}) => type !== 'row');
const queries = [...rules.map(({expr}) => expr), ...panels.flatMap(({targets}) => targets.map(({expr}) => expr))];

/// The manual's tables, which tests/server holds to the page in both directions.
const manual = new Map([...readFileSync(join(root, 'docs/metrics.md'), 'utf8').matchAll(/^\| `(\w+)` \| (\w+) \| ([^|]*)\|/gm)]
    .map(([, name, type, labels]) => [name, {type, labels: [...labels.matchAll(/`(\w+)`/g)].map(m => m[1])}]));
const withSuffixes = new Map([...manual].flatMap(([name, {type, labels}]) => type === 'histogram' ?
    ['_bucket', '_sum', '_count'].map(end => [name + end, {type, labels: end === '_bucket' ? [...labels, 'le'] : labels}]) :
    [[name, {type, labels}]]));
const scraped = ['job', 'instance'];  // Prometheus adds them.

/// The series of a query: name and labels that are matched, leaving out what was recorded.
const selectors = query => [...query.matchAll(/\b((?:dropzone|process)_\w+|up)\b(?:\{([^}]*)\})?/g)].map(
    ([, name, matchers]) => ({name, labels: [...(matchers ?? '').matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(m => m[1])}));

test('every metric in dashboard and alerts exists, with the labels that it is asked for', () => {
  let seen = 0;
  for (const query of queries) {
    for (const {name, labels} of selectors(query)) {
      if (name === 'up') continue;
      ++seen;
      assert.ok(withSuffixes.has(name), `${name} in ${query}`);
      for (const label of labels) assert.ok([...withSuffixes.get(name).labels, ...scraped].includes(label), `${label} of ${name}`);
    }
    for (const [, names] of query.matchAll(/\bby \(([^)]*)\)/g)) {
      const known = selectors(query).flatMap(({name}) => withSuffixes.get(name)?.labels ?? []);
      for (const name of names.split(/,\s*/)) assert.ok([...known, ...scraped].includes(name), `by ${name} in ${query}`);
    }
    for (const [name] of query.matchAll(/\bdropzone:\w+:\w+/g)) assert.ok(recorded.has(name), name);
  }
  assert.ok(seen > 30);
});

test('counters are asked for their rate, gauges for their value', () => {
  for (const query of queries) {
    for (const [, name] of query.matchAll(/rate\(([a-z_]+)/g)) {
      assert.notEqual(withSuffixes.get(name).type, 'gauge', name);
    }
    for (const [name, {type}] of withSuffixes) {
      if (type === 'gauge' || name === 'process_start_time_seconds') continue;
      const uses = query.match(new RegExp(`\\b${name}\\b`, 'g'))?.length ?? 0;
      const rates = query.match(new RegExp(`rate\\(${name}\\b`, 'g'))?.length ?? 0;
      assert.equal(uses, rates, `${name} in ${query}`);
    }
  }
});

test('routes and codes in them are routes and codes of the server', async () => {
  const codes = new Set([...readFileSync(join(root, 'core/src/error.cc'), 'utf8').matchAll(/return "(\w+)"/g)].map(m => m[1]));
  const server = await startServer();
  try {
    const paths = Object.keys((await server.request('GET', '/openapi.json')).json.paths);
    for (const query of queries) {
      for (const [, text] of query.matchAll(/\bcode=~?"([^"]+)"/g)) {
        for (const code of text.split('|')) assert.ok(codes.has(code), code);
      }
      for (const [, route] of query.matchAll(/\broute!?=~?"([^"]+)"/g)) assert.ok(paths.includes(route), route);
    }
  } finally {
    await server.stop();
  }
});

test('Prometheus understands every query', t => {
  if (spawnSync('promtool', ['--version']).status !== 0) return t.skip('promtool is not installed (script/bootstrap --test)');
  const rule = {groups: [{name: 'panels', rules: queries.map((expr, index) => ({
    record: `panel:${index}`, expr: expr.replaceAll('$__rate_interval', '5m')}))}]};
  const work = mkdtempSync(join(tmpdir(), 'dropzone-rules-'));
  t.after(() => rmSync(work, {recursive: true, force: true}));
  writeFileSync(join(work, 'panels.yml'), JSON.stringify(rule));
  const {status, stderr} = spawnSync('promtool', ['check', 'rules', join(work, 'panels.yml')], {encoding: 'utf8'});
  assert.equal(status, 0, stderr);
});

test('the alerts say what they should, and nothing else', t => {
  if (spawnSync('promtool', ['--version']).status !== 0) return t.skip('promtool is not installed (script/bootstrap --test)');
  for (const command of [['check', 'rules', 'alerts.yml'], ['test', 'rules', 'alerts.test.yml']]) {
    const {status, stdout, stderr} = spawnSync('promtool', command, {cwd: folder, encoding: 'utf8'});
    assert.equal(status, 0, stdout + stderr);
  }
  const tested = new Set([...readFileSync(join(folder, 'alerts.test.yml'), 'utf8').matchAll(/^\s+alertname: (\w+)$/gm)].map(m => m[1]));
  for (const {alert} of rules) assert.ok(!alert || tested.has(alert), `${alert} is tested`);
});

test('an alert says what happened and what to do', () => {
  for (const {alert, labels, annotations} of rules.filter(rule => rule.alert)) {
    assert.match(labels.severity, /^(page|ticket)$/, alert);
    assert.ok(annotations.summary && annotations.action, alert);
  }
});

test('the dashboard places its panels next to each other', () => {
  const taken = new Set();
  for (const {title, id, gridPos: {x, y, w, h}} of dashboard.panels) {
    assert.ok(x >= 0 && x + w <= 24, title);
    for (let i = x; i < x + w; ++i) {
      for (let j = y; j < y + h; ++j) {
        assert.ok(!taken.has(`${i}.${j}`), `${title} (${id}) lies on another panel`);
        taken.add(`${i}.${j}`);
      }
    }
  }
});
