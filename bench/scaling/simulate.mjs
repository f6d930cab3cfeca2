// What automatic scaling does with a day's load and with a spike: how many instances there are, what
// waits, and what it costs. A model, second by second, of what deploy/ sets up; no server runs.
//
//   node bench/scaling/simulate.mjs              writes the table in docs/scaling.md, and docs/scaling.svg
//   node bench/scaling/simulate.mjs --check      fails if they are not what this would write
import {readFileSync, writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

const path = name => fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));

/// The assumptions. Costs of requests are measured (bench/scaling/measure.mjs); prices are list prices in
/// US dollars of a European region, which change: look them up before you rely on them.
export const assumptions = {
  target: 0.65,                // of an instance's one CPU
  cpuOfRequest: 600e-6,        // s: storing one record on Datastore, with TLS and network to spare
  startSeconds: 10,            // from the decision until a new instance serves
  decideEvery: 15,             // s
  quietSeconds: 300,           // the autoscaler goes down to the most it wanted within this time
  queue: 1024,                 // requests that wait in one instance; beyond, 503
  vcpuSecond: 0.000018, gibSecond: 0.000002, gibOfInstance: 0.5,
  writesPer100k: 0.108, readsPer100k: 0.036,
  rampStart: 500, rampFactor: 1.5, rampSeconds: 300,  // Datastore: 500 a second, and half more every 5 minutes
};

export const day = 86_400;

/// Requests a second at a time of the day: quiet at night, most at 14 h.
export const dayCurve = peak => t => peak * (0.1 + 0.9 * Math.max(0, Math.sin((t / 3600 - 6) / 16 * Math.PI)) ** 2);

/// A quiet load that is ten times as much for ten minutes from noon on, within a minute.
export const spike = peak => t => {
  const since = t - day / 2;
  const rise = since < 0 || since > 660 ? 0 : since < 60 ? since / 60 : since < 600 ? 1 : (660 - since) / 60;
  return peak * (0.1 + 0.9 * rise);
};

/// Runs a load over a day with so many instances at least and at most.
export function simulate(load, least, most, a = assumptions) {
  const capacity = 1 / a.cpuOfRequest;  // requests a second that an instance can do
  // As many as the night before had come to.
  let instances = Math.min(most, Math.max(least, Math.ceil(load(0) / capacity / a.target)));
  let backlog = 0;
  const starting = [];  // times at which instances come to serve
  const wanted = [];    // [time, instances] of the quiet time
  const result = {requests: 0, refused: 0, instanceSeconds: 0, most: 0, longestWait: 0, series: []};
  for (let t = 0; t < day; ++t) {
    while (starting.length && starting[0] <= t) { starting.shift(); ++instances; }
    const arriving = load(t);
    const able = instances * capacity;
    const done = Math.min(backlog + arriving, able);
    backlog += arriving - done;
    const refused = Math.max(0, backlog - instances * a.queue);
    backlog -= refused;
    result.requests += arriving;
    result.refused += refused;
    result.instanceSeconds += instances + starting.length;
    result.longestWait = Math.max(result.longestWait, backlog / able);
    result.most = Math.max(result.most, instances);
    if (t % a.decideEvery === 0) {
      // As Kubernetes' autoscaler and its like: in proportion to how far the use is from its target. A CPU
      // that is full shows no more than 1, so that a spike is followed in several steps.
      const want = Math.min(most, Math.max(least, Math.ceil(instances * (done / able) / a.target - 1e-9)));
      wanted.push([t, want]);
      while (wanted[0][0] < t - a.quietSeconds) wanted.shift();
      const total = instances + starting.length;
      for (let i = total; i < want; ++i) starting.push(t + a.startSeconds);
      if (starting.length === 0) instances = Math.min(instances, Math.max(...wanted.map(([, n]) => n)));
    }
    if (t % 5 === 0) result.series.push({t, load: arriving, instances});
  }
  return result;
}

/// Dollars for a million requests of one written record each, with a read if `reads` says so.
export function cost({requests, refused, instanceSeconds}, reads = 0, a = assumptions) {
  const instances = instanceSeconds * (a.vcpuSecond + a.gibOfInstance * a.gibSecond);
  const served = requests - refused;
  return {instances: instances / served * 1e6, datastore: (a.writesPer100k + reads * a.readsPer100k) * 10};
}

/// Minutes until Datastore takes so many writes a second from a kind that was idle.
export const rampMinutes = (rate, a = assumptions) =>
    rate <= a.rampStart ? 0 : Math.ceil(Math.log(rate / a.rampStart) / Math.log(a.rampFactor)) * a.rampSeconds / 60;

const scenarios = [
  ['a day, 4,000/s at most', dayCurve(4000), 1, 5, 4000],
  ['a day, 6,500/s at most', dayCurve(6500), 1, 5, 6500],
  ['a day, 400,000/s at most', dayCurve(400_000), 1, 500, 400_000],
  ['a spike, 400/s to 4,000/s', spike(4000), 1, 5, 4000],
  ['a spike, 400/s to 4,000/s', spike(4000), 3, 5, 4000],
  ['a spike, 40,000/s to 400,000/s', spike(400_000), 1, 500, 400_000],
];

const group = (number, digits = 0) => number.toLocaleString('en-US', {minimumFractionDigits: digits, maximumFractionDigits: digits});

function table(results) {
  const lines = ['| load | instances allowed | used at most | instance hours | longest wait | refused | a million records: instances + Datastore | Datastore warm after |',
                 '| --- | --- | --- | --- | --- | --- | --- | --- |'];
  for (const [[name, , least, most, peak], result] of results) {
    const {instances, datastore} = cost(result);
    lines.push(`| ${name} | ${least} to ${most} | ${result.most} | ${group(result.instanceSeconds / 3600)} | ` +
               `${group(result.longestWait, 1)} s | ${group(100 * result.refused / result.requests, 3)} % | ` +
               `$${group(instances, 3)} + $${group(datastore, 2)} | ${rampMinutes(peak)} min |`);
  }
  return lines.join('\n');
}

const clock = hours => `${Math.floor(hours + 1e-6)}:${String(Math.round(hours % 1 * 60) % 60).padStart(2, '0')}`;

/// Load and instances over the day, one picture for each scenario.
function plot(results) {
  const [width, height, left, top] = [420, 130, 70, 34];
  const pictures = results.map(([[name, , least, most], {series: all}], index) => {
    const [from, to] = name.includes('spike') ? [11.8, 12.4] : [0, 24];  // h
    const inside = all.filter(({t}) => t >= from * 3600 && t <= to * 3600);
    const series = inside.filter((_, i) => i % Math.ceil(inside.length / 400) === 0);
    const [x0, y0] = [left + (index % 2) * (width + 110), top + Math.floor(index / 2) * (height + 70)];
    const [loads, counts] = [series.map(s => s.load), series.map(s => s.instances)];
    const line = (values, largest) => values.map((value, i) => `${i ? 'L' : 'M'}${(x0 + i / values.length * width).toFixed(1)} ` +
        (y0 + height - value / largest * height).toFixed(1)).join('');
    const hours = [0, 0.25, 0.5, 0.75, 1].map(part => [part, from + part * (to - from)]).map(([part, h]) => `<text x="${x0 + part * width}" y="${y0 + height + 16}" text-anchor="middle">${clock(h)}</text>`);
    return `<text x="${x0}" y="${y0 - 10}" font-weight="bold">${name}; ${least} to ${most} instances</text>
<rect x="${x0}" y="${y0}" width="${width}" height="${height}" fill="none" stroke="#999"/>
<path d="${line(loads, Math.max(...loads))}" fill="none" stroke="#d9480f" stroke-width="1.5"/>
<path d="${line(counts, Math.max(...counts))}" fill="none" stroke="#1c5fb0" stroke-width="1.5"/>
<text x="${x0 - 5}" y="${y0 + 10}" text-anchor="end" fill="#d9480f">${group(Math.max(...loads))}</text>
<text x="${x0 + width + 5}" y="${y0 + 10}" fill="#1c5fb0">${Math.max(...counts)}</text>
${hours.join('')}`;
  });
  const [w, h] = [2 * (width + 110) + 10, Math.ceil(results.length / 2) * (height + 70) + 40];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" font-family="sans-serif" font-size="12">
<rect width="${w}" height="${h}" fill="#fff"/>
${pictures.join('\n')}
<text x="${left}" y="${h - 10}"><tspan fill="#d9480f">requests a second</tspan>, <tspan fill="#1c5fb0">instances</tspan></text>
</svg>
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const results = scenarios.map(one => [one, simulate(one[1], one[2], one[3])]);
  const manual = readFileSync(path('scaling.md'), 'utf8');
  const written = new Map([
    ['scaling.md', manual.replace(/(<!-- simulate -->\n)[^]*?(\n<!-- end -->)/, (_, begin, end) => begin + table(results) + end)],
    ['scaling.svg', plot(results)],
  ]);
  for (const [name, text] of written) {
    if (!process.argv.includes('--check')) writeFileSync(path(name), text);
    else if (readFileSync(path(name), 'utf8') !== text) throw new Error(`docs/${name} is out of date: run bench/scaling/simulate.mjs`);
  }
}
