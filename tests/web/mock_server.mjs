// A made-up server that answers as docs/api.md says, for tests of the viewer where the program cannot serve yet. Nothing it says is
// simulated: fields, histories and what-ifs are smooth functions of a report's data.
//
// usage: node mock_server.mjs [--port N] [--report REPORT.html]      (default: the made-up report of fixture.mjs, any free port)

import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { comparisonData, fixtureData } from './fixture.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const assets = path.join(here, '..', '..', 'server', 'assets');
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const EVERY = 7;

const base64 = (floats) => Buffer.from(Float32Array.from(floats).buffer).toString('base64');

/** Repeatable noise in 0..1 of some whole numbers. */
function noise(...keys) {
  let h = 2166136261;
  for (const k of keys) h = Math.imul(h ^ (k + 0x9e37), 16777619) >>> 0;
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d) >>> 0;
  return ((h ^ (h >>> 13)) >>> 0) / 2 ** 32;
}

export function reportData(file) {
  const html = fs.readFileSync(file, 'utf8');
  return JSON.parse(html.match(/<script type="application\/json" id="data">([\s\S]*?)<\/script>/)[1]);
}

class Mock {
  constructor(data) {
    this.data = data;
    this.n = data.districts.pcode.length;
    this.weeks = Array.from({ length: Math.floor((data.n_day - 1) / EVERY) + 1 }, (_, k) => k * EVERY);
    this.bytes = Buffer.from(data.control, 'base64');
    this.bloc = data.blocs.findIndex((_, k) => k !== data.home_bloc);
    const evaluated = data.evaluation.filter((e) => e.bloc !== data.home_bloc).sort((a, b) => b.n_dated - a.n_dated)[0];
    if (evaluated) this.bloc = evaluated.bloc;
    this.id = data.blocs[this.bloc].id;
    this.jobs = [];
    this.shift = new Map([['r0', 0], ['r1', 5]]);
  }

  p(day, district, bloc = this.bloc) {
    return this.bytes[(day * this.data.blocs.length + bloc) * this.n + district] / 255;
  }

  info() {
    const d = this.data;
    const run = (id, folder, n) => ({ id, name: d.scenario.name, folder, n_replicate: n, seed: d.meta.seed, digest: d.meta.digest, what_ifs: [], from_job: null });
    return { version: d.version, cores: 2, base: 'r0', scenario: { name: d.scenario.name, title: d.scenario.title, from: d.scenario.from, until: d.scenario.until, digest: d.scenario.digest },
      runs: [run('r0', 'runs/base', d.n_replicate), { ...run('r1', 'runs/later', d.n_replicate), what_ifs: ['slow'] }], flee: true };
  }

  /** The run with everything some days later (or earlier). */
  runData(id) {
    const shift = this.shift.get(id);
    if (shift === undefined) return null;
    if (shift === 0) return this.data;
    const { n_day } = this.data;
    const size = this.data.blocs.length * this.n;
    const moved = Buffer.alloc(this.bytes.length);
    for (let day = 0; day < n_day; day++) {
      const from = Math.min(n_day - 1, Math.max(0, Math.round(day - shift)));
      this.bytes.copy(moved, day * size, from * size, (from + 1) * size);
    }
    return { ...this.data, control: moved.toString('base64') };
  }

  fields() {
    const make = (f) => base64(this.weeks.flatMap((day) => Array.from({ length: this.n }, (_, i) => f(day, i, this.p(day, i)))));
    const field = (name, label, unit, definition, f) => ({ name, label, unit, definition, values: make(f) });
    return { days: this.weeks, n_replicate: 100, fields: [
      field('contested', 'Contested', 'share of replicates', 'made up: share of replicates in which the centre is fought over', (_, __, p) => 4 * p * (1 - p)),
      field('displaced_per_head', 'Displaced per head', 'persons per head', 'made up', (day, i, p) => 0.2 * p * noise(i)),
      field('morale', 'Morale of the garrison', '0 to 1', 'made up', (day, i, p) => (p > 0.9 && noise(i, 2) < 0.3 ? NaN : 0.8 - 0.6 * p)),
      field('supply_days', 'Supply of the garrison', 'days', 'made up', (day, i, p) => (p > 0.97 ? NaN : 30 * (1 - p) * noise(i, 3))),
      field('garrison', 'Garrison', 'fighters', 'made up', (_, i, p) => 900 * noise(i, 4) ** 3 * (1.2 - p)),
      field('attackers', 'Attackers', 'fighters', 'made up', (_, i, p) => 500 * noise(i, 5) ** 2 * p),
      field('people', 'People', 'persons', 'made up', (_, i, p) => 60000 * (0.2 + noise(i, 6) ** 3) * (1 - 0.2 * p))] };
  }

  flows() {
    const districts = (f) => base64(this.weeks.flatMap((day) => Array.from({ length: this.n }, (_, i) => { const v = f(day, i, this.p(day, i)); return v < 50 ? 0 : v; })));
    return { days: this.weeks, neighbours: ['Utopia', 'Arcadia'], measures: [
      { name: 'arrivals', places: 'districts', mean: districts((day, i, p) => 3000 * noise(i) ** 6 * (1 - p) * (0.3 + day / 60)) },
      { name: 'departures', places: 'districts', mean: districts((_, i, p) => 600 * 4 * p * (1 - p) * noise(i, 1)) },
      { name: 'hosted', places: 'districts', mean: districts((day, i) => 200 * day * noise(i) ** 6) },
      { name: 'crossed', places: 'neighbours', mean: base64(this.weeks.flatMap((day) => [300 * day, 20 * day])) }] };
  }

  district(d) {
    const n = this.data.n_replicate;
    const at = (share) => { for (let day = 0; day < this.data.n_day; day++) if (this.p(day, d) >= share) return day; return null; };
    const fell = Math.round(n * this.p(this.data.n_day - 1, d));
    const banded = (f) => { const mean = this.weeks.map(f); return { mean, q05: mean.map((v) => 0.6 * v), q95: mean.map((v) => 1.4 * v) }; };
    return { district: d, n_replicate: n, never: n - fell,
      falls: [{ to: this.id, n_fell: fell, q05: at(0.05), q25: at(0.25), q50: at(0.5), q75: at(0.75), q95: at(0.95), by_mode: { fought: Math.floor(fell / 3), negotiated: fell - Math.floor(fell / 3) } }],
      fields: { days: this.weeks, morale: banded((day) => 0.8 - 0.5 * this.p(day, d)), garrison: banded((day) => 400 * (1.1 - this.p(day, d))) },
      people: { days: this.weeks, arrivals: banded((day) => 10 + 30 * day * noise(d)), departures: banded((day) => 400 * this.p(day, d)), hosted: banded((day) => 100 * day * noise(d)) } };
  }

  replicate(k) {
    const home = this.data.home_bloc;
    const start = Array.from({ length: this.n }, (_, i) => (this.p(0, i) > noise(k, i) ? this.bloc : home));
    const changes = [];
    for (let i = 0; i < this.n; i++) {
      if (start[i] === this.bloc) continue;
      for (let day = 1; day < this.data.n_day; day++) {
        if (this.p(day, i) > noise(k, i)) { changes.push([day, i, home, this.bloc, noise(i) < 0.4 ? 'fought' : 'negotiated']); break; }
      }
    }
    changes.sort((a, b) => a[0] - b[0]);
    const held = Array.from({ length: this.data.n_day }, (_, day) => start.filter((b) => b === this.bloc).length + changes.filter((c) => c[0] <= day).length);
    const capital = changes.find((c) => c[1] === this.data.scenario.national_capital)?.[0] ?? Infinity;
    const name = this.data.series[`districts_controlled.${this.id}`] ? `districts_controlled.${this.id}` : `centres_held.${this.id}`;
    const told = this.weeks.slice(1).map((day) => ({ day, text: `This week ${this.data.blocs[this.bloc].name} took ${changes.filter((c) => c[0] > day - EVERY && c[0] <= day).length} centres and now holds ${held[day]} of ${this.n}.` }));
    for (const [day, i] of changes) if (this.data.districts.capital[i]) told.push({ day, text: `${this.data.districts.name[i]} falls to ${this.data.blocs[this.bloc].name}.` });
    return { replicate: k, n_replicate: this.data.n_replicate, start, changes, told: told.sort((a, b) => a.day - b.day), series: { [name]: held, national_capital_fallen: held.map((_, day) => Number(day >= capital)) } };
  }

  levers() {
    const date = (day) => new Date(Date.parse(this.data.scenario.from) + day * 86400000).toISOString().slice(0, 10);
    const last = this.data.n_day - 1;
    return { groups: ['Dates', 'Air support', 'Pay', 'Borders', 'Mechanisms'], levers: [
      { id: 'parameter.restraint_day', group: 'Dates', label: 'Day from which capitals are attacked', help: 'Made up: each day later makes everything later by a fifth of a day.', kind: 'number', value: 30, min: 0, max: last, step: 1, unit: 'd' },
      { id: 'calendar.contractors-end', group: 'Dates', label: 'Last maintainers leave', help: 'Made up.', kind: 'date', value: date(20), min: date(0), max: date(last) },
      { id: 'calendar.mission-ends', group: 'Dates', label: 'The end of the mission is announced', help: 'Made up.', kind: 'date', value: date(12), min: date(0), max: date(last) },
      { id: 'parameter.air_sorties', group: 'Air support', label: 'Sorties a day', help: 'Made up: each makes everything later by half a day.', kind: 'number', value: 4, min: 0, max: 40, step: 0.5, unit: '1/d' },
      { id: 'parameter.leak_pay', group: 'Pay', label: 'Share of the pay that is taken', help: 'Made up.', kind: 'number', value: 0.3, min: 0, max: 1, step: 0.01, unit: 'share' },
      { id: 'border.utopia', group: 'Borders', label: 'Border of Utopia', help: 'Made up.', kind: 'choice', value: 'limited', choices: ['open', 'limited', 'closed'] },
      { id: 'mechanism.contagion', group: 'Mechanisms', label: 'Contagion of falls', help: 'Made up: without it everything is later by eight days.', kind: 'switch', value: true }],
    what_ifs: [{ name: 'full-pay', title: 'Full pay, no ghosts', why: 'assumption: made up', changes: 'pay' }, { name: 'slow', title: 'Slower by five days', why: 'assumption: made up', changes: 'all' }] };
  }

  /** By how many days a what-if moves everything; positive is later. */
  shiftOf({ levers, what_ifs }) {
    return ((levers['parameter.restraint_day'] ?? 30) - 30) / 5 + ((levers['parameter.air_sorties'] ?? 4) - 4) / 2 - 20 * ((levers['parameter.leak_pay'] ?? 0.3) - 0.3) +
      (levers['mechanism.contagion'] === false ? 8 : 0) + 5 * what_ifs.length;
  }

  compare(a, b) {
    const [from, to] = [this.shift.get(a), this.shift.get(b)];
    if (from === undefined || to === undefined) return null;
    const { n_day } = this.data;
    const s = this.data.series[`districts_controlled.${this.id}`] ?? this.data.series[`centres_held.${this.id}`];
    const clamp = (day) => Math.min(n_day - 1, Math.max(0, Math.round(day)));
    const moved = (shift) => Object.fromEntries(Object.entries(s).map(([key, values]) => [key, values.map((_, day) => values[clamp(day - shift)])]));
    const [A, B] = [moved(from), moved(to)];
    const c = comparisonData().comparison;
    const difference = { mean: A.mean.map((v, day) => B.mean[day] - v), q05: A.mean.map((v, day) => 1.5 * (B.mean[day] - v) - 6), q95: A.mean.map((v, day) => 0.5 * (B.mean[day] - v) + 6), mcse: A.mean.map(() => 0.6) };
    const rows = c.rows.map((r) => {
      if (r.observable !== 0) return { ...r, day: Math.min(r.day, n_day - 1) === 30 ? 30 : n_day - 1 };
      const day = r.day === 30 ? 30 : n_day - 1;
      return { ...r, day, mean_a: A.mean[day], mean_b: B.mean[day], difference: difference.mean[day], se: 0.6, q05: difference.q05[day], q95: difference.q95[day] };
    });
    return { ...c, scenario: this.data.scenario.name, title: this.data.scenario.title, from: this.data.scenario.from, n_day, rows, curves: [{ observable: 0, a: A, b: B, difference }] };
  }

  start(asked) {
    const known = new Map(this.levers().levers.map((l) => [l.id, l]));
    for (const id of Object.keys(asked.levers)) if (!known.has(id)) return { status: 400, body: { error: `There is no lever ${id}.` } };
    const job = { id: `j${this.jobs.length + 1}`, state: 'running', done: 0, n: asked.n_replicate, eta_s: 1, error: null, run: null, digest: null, command: null, wall_s: null };
    this.jobs.push(job);
    job.began = Date.now();
    job.shift = this.shiftOf(asked);
    job.own = Object.keys(asked.levers).length > 0;
    job.timer = setInterval(() => {
      job.done = Math.min(job.n, job.done + 40);
      job.eta_s = (job.n - job.done) / 400;
      if (job.done < job.n) return;
      clearInterval(job.timer);
      const run = `w${job.id.slice(1)}`;
      this.shift.set(run, job.shift);
      Object.assign(job, { state: 'done', run, digest: '0'.repeat(64), command: 'holdout run SCENARIO --what-if FILE.yml -n 200 --seed 7', wall_s: (Date.now() - job.began) / 1000, comparison: this.compare('r0', run) });
    }, 60);
    return { status: 202, body: this.show(job, false) };
  }

  show(job, whole) {
    const { timer, began, shift, own, comparison, ...rest } = job;
    return whole && comparison ? { ...rest, comparison } : rest;
  }

  scores() {
    const score = (value, difference = null) => ({ value, difference, low: difference === null ? null : difference - 0.05, high: difference === null ? null : difference + 0.05 });
    return { origin: this.data.scenario.from, note: 'Made up: nothing was scored.', replicates: this.data.n_replicate, targets: [{ target: 'districts held, Gazette', what: 'counts of the Gazette', cases: 12, units: 12,
      forecasters: [{ name: 'run', given: true, note: null, scores: { CRPS: score(0.03), cover: score(0.91) } }, { name: 'persistence', given: true, note: null, scores: { CRPS: score(0.2, -0.17), cover: score(0) } }] }] };
  }

  flee() {
    const days = 120;
    const place = (name, kind, lon, lat, capacity = null) => ({ name, kind, lon, lat, capacity });
    const curve = (p, top) => { const mean = Array.from({ length: days }, (_, d) => top * (1 - Math.exp(-d / 50))); return { place: p, mean, q05: mean.map((v) => 0.9 * v), q95: mean.map((v) => 1.1 * v), data: mean.map((v, d) => (d < 10 ? null : v * (0.8 + 0.002 * d))) }; };
    return { name: 'square', days, from: '2012-02-29', n_run: 50, places: [place('Kidal', 'conflict_zone', 1.4, 18.4), place('Gao', 'conflict_zone', -0.04, 16.27), place('Town', 'town', -2, 15.8), place('Camp One', 'camp', -5.8, 15.6, 50000), place('Camp Two', 'camp', 0.9, 14.2, 12000)],
      routes: [[0, 1, 300], [1, 2, 250], [2, 3, 400], [1, 4, 280]], curves: [curve(3, 40000), curve(4, 9000)],
      errors: { error_of_runs: { n: 0.3, r: 0.25, total: 0.2 }, error_of_mean: { n: 0.29, r: 0.24, total: 0.2 } } };
  }

  /** Answers of GET: an object, or null for 404. */
  get(parts, query) {
    const [what, id, more, k] = parts;
    if (what === 'info') return this.info();
    if (what === 'levers') return this.levers();
    if (what === 'flee') return this.flee();
    if (what === 'compare') return this.compare(query.get('a'), query.get('b'));
    if (what === 'jobs') { const job = this.jobs.find((j) => j.id === id); return job ? this.show(job, true) : null; }
    if (what !== 'runs' || !this.shift.has(id)) return null;
    if (more === 'data') return this.runData(id);
    if (more === 'fields') return this.fields();
    if (more === 'flows') return this.flows();
    if (more === 'scores') return this.scores();
    if (more === 'districts' && Number(k) < this.n) return this.district(Number(k));
    return more === 'replicates' && Number(k) < this.data.n_replicate ? this.replicate(Number(k)) : null;
  }

  events(id, response) {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    const job = this.jobs.find((j) => j.id === id);
    const timer = setInterval(() => {
      const over = job.state !== 'running';
      response.write(`event: ${over ? 'end' : 'progress'}\ndata: ${JSON.stringify(this.show(job, over))}\n\n`);
      if (over) { clearInterval(timer); response.end(); }
    }, 50);
    response.on('close', () => clearInterval(timer));
  }
}

function json(response, status, body) {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Security-Policy': POLICY });
  response.end(JSON.stringify(body));
}

function post(mock, request, response) {
  let text = '';
  request.on('data', (chunk) => { text += chunk; });
  request.on('end', () => { const { status, body } = mock.start(JSON.parse(text)); json(response, status, body); });
}

function answer(mock, request, response) {
  const url = new URL(request.url, 'http://127.0.0.1');
  const parts = url.pathname.split('/').slice(2).map(decodeURIComponent);
  if (!url.pathname.startsWith('/api/')) {
    const name = url.pathname === '/' ? 'index.html' : url.pathname.slice(1);
    if (!fs.readdirSync(assets).includes(name)) return json(response, 404, { error: 'There is no such page.' });
    response.writeHead(200, { 'Content-Type': TYPES[path.extname(name)], 'Content-Security-Policy': POLICY });
    return response.end(fs.readFileSync(path.join(assets, name)));
  }
  if (request.method === 'POST' && parts[0] === 'jobs') return post(mock, request, response);
  if (parts[0] === 'jobs' && parts[2] === 'events' && mock.jobs.some((j) => j.id === parts[1])) return mock.events(parts[1], response);
  if (parts[0] === 'jobs' && parts[2] === 'overlay' && mock.jobs.some((j) => j.id === parts[1] && j.own)) {
    response.writeHead(200, { 'Content-Type': 'application/yaml', 'Content-Disposition': 'attachment; filename="what-if.yml"' });
    return response.end('format: 1\ntitle: made up\n');
  }
  if (request.method === 'DELETE') {
    const job = mock.jobs.find((j) => j.id === parts[1]);
    if (job) { clearInterval(job.timer); if (job.state === 'running') job.state = 'stopped'; }
    return json(response, job ? 200 : 404, job ? mock.show(job, false) : { error: 'There is no such job.' });
  }
  const body = mock.get(parts, url.searchParams);
  return json(response, body ? 200 : 404, body ?? { error: `There is no ${url.pathname}.` });
}

/** Starts it; resolves to its address and what stops it. */
export function startMock(data = fixtureData(), port = 0) {
  const mock = new Mock(data);
  const server = http.createServer((request, response) => answer(mock, request, response));
  return new Promise((done) => server.listen(port, '127.0.0.1', () => done({ url: `http://127.0.0.1:${server.address().port}/`, stop: () => { server.closeAllConnections(); server.close(); } })));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const option = (name) => { const at = process.argv.indexOf(name); return at < 0 ? null : process.argv[at + 1]; };
  const { url } = await startMock(option('--report') ? reportData(option('--report')) : undefined, Number(option('--port') ?? 0));
  console.log(url);
}
