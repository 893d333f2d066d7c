// A made-up report: a square country of 20 x 20 districts in 16 provinces, two sides, a front that moves. The same bytes every time.
// The data has the shape that src/report writes (web/src/data.ts); the page is src/report/template.html.

import fs from 'node:fs';

const SIDE = 20;
const N_DAY = 60;
const N = SIDE * SIDE;
const SCALE = 1000;

/** A small generator of repeatable numbers in 0..1 (Numerical Recipes' linear congruence). */
function numbers(seed) {
  let word = seed >>> 0;
  return () => {
    word = (Math.imul(word, 1664525) + 1013904223) >>> 0;
    return word / 2 ** 32;
  };
}

const provinceOf = (i) => Math.floor(Math.floor(i / SIDE) / 5) * 4 + Math.floor((i % SIDE) / 5);
const isCapital = (i) => Math.floor(i / SIDE) % 5 === 2 && (i % SIDE) % 5 === 2;

function outlines() {
  return Array.from({ length: N }, (_, i) => {
    const x = 60000 + (i % SIDE) * 300;
    const y = 30000 + Math.floor(i / SIDE) * 300;
    return [i, [x, y, 300, 0, 0, 300, -300, 0, 0, -300]];
  });
}

/** Day on which the front passes a district, with what is recorded of it. */
function fronts(random) {
  return Array.from({ length: N }, (_, i) => Math.round(2 * (i % SIDE) + 10 * random() + (isCapital(i) ? 14 : 0)));
}

function recordRows(day, random) {
  const row = (more) => ({
    observable: '', district: -1, start: null, end: null, low: null, high: null, denominator: null, mode: '', definition: 'made up',
    who: 'Gazette', confidence: 'high', known_on: '2031-06-01', source: 'https://example.org/gazette', note: '', line: 0, ...more,
  });
  const rows = [];
  for (const d of [5, 20, 35, 50]) {
    const n = day.filter((x) => x <= d).length;
    rows.push(row({ observable: 'centres_held.rising', start: d, end: d, low: n, high: n + 4, denominator: 410, who: d % 2 ? 'Gazette (late)' : 'Observer' }));
  }
  day.forEach((d, i) => {
    const sort = random();
    const start = sort < 0.3 ? null : sort < 0.5 ? d - 3 : d;
    rows.push(row({ observable: 'captured.rising', district: i, start, end: start === null ? N_DAY - 8 : d + (start < d ? 4 : 0),
      mode: isCapital(i) ? (i % 2 ? 'fought' : 'given_up') : '', confidence: start === null ? 'low' : 'high', note: i === 3 ? '</script><b>not markup</b>' : '' }));
  });
  rows.push(row({ observable: 'captured.crown', district: 5, start: 30, end: 30 }));
  rows.forEach((r, i) => { r.line = i + 2; });
  return rows;
}

function seriesOf(at) {
  const keys = ['mean', 'q05', 'q25', 'q50', 'q75', 'q95', 'mcse'];
  const out = Object.fromEntries(keys.map((k) => [k, []]));
  for (let d = 0; d < N_DAY; d++) {
    const [middle, width] = at(d);
    [0, -2, -1, 0, 1, 2].forEach((z, k) => out[keys[k]].push(middle === null ? null : Math.max(0, middle + z * width)));
    out.mcse.push(middle === null ? null : width / 10);
  }
  return out;
}

function controlBytes(day) {
  const bytes = Buffer.alloc(N_DAY * 2 * N);
  for (let d = 0; d < N_DAY; d++) {
    for (let i = 0; i < N; i++) {
      const p = 1 / (1 + Math.exp((day[i] - d) / 4));
      bytes[(d * 2 + 1) * N + i] = Math.round(255 * p);
      bytes[d * 2 * N + i] = 255 - Math.round(255 * p);
    }
  }
  return bytes.toString('base64');
}

function evaluationOf(day) {
  const auc = [15, 25, 40].map((d) => ({ day: d, n_fallen: day.filter((x) => x <= d).length, n_held: day.filter((x) => x > d).length,
    model: 0.8, model_no_capitals: 0.75, map: 0.6, map_no_capitals: null }));
  return [{ bloc: 1, n_dated: 280, n_undated: 120, auc, days: [15, 25, 40],
    order: { n_capital: 16, n_pair: 100, concordance: 0.6, se: 0.01, by_median: 0.7 },
    fought: { model: { share: 0.3, q05: 0.1, q95: 0.5, capitals: 0.2, capitals_q05: 0, capitals_q95: 0.6 },
      record: { all: { n: 16, n_fought: 8 }, capitals: { n: 16, n_fought: 8 } } } }];
}

export function fixtureData() {
  const random = numbers(7);
  const day = fronts(random);
  const capitals = day.flatMap((_, i) => (isCapital(i) ? [i] : []));
  const count = (d) => day.filter((x) => x <= d).length;
  const whole = 'since the first day';
  const observables = [
    { name: 'centres_held.rising', unit: 'districts', definition: 'districts whose centre the bloc holds' },
    { name: 'lost_fought.crown', unit: 'districts', definition: `losses by assault, ${whole}` },
    { name: 'lost_negotiated.crown', unit: 'districts', definition: `losses by agreement, ${whole}` },
    { name: 'area_share.rising', unit: 'share', definition: 'share of the area' },
    { name: 'national_capital_fallen', unit: '0 or 1', definition: '1 on days when it is lost' },
    ...['crown', 'rising'].flatMap((b) => [{ name: `cash.${b}`, unit: 'USD', definition: 'money in hand' },
      { name: `civilians_killed.${b}`, unit: 'persons', definition: `civilians killed, ${whole}` }]),
    { name: 'reserves_frozen', unit: 'USD', definition: 'reserves that nobody can reach' },
    { name: 'displaced_reported', unit: 'persons', definition: 'newly displaced as agencies would report them' },
    { name: 'crossed_border.utopia', unit: 'persons', definition: `people who crossed to this neighbour ${whole}` },
    { name: 'crossed_border.arcadia', unit: 'persons', definition: `people who crossed to this neighbour ${whole}` },
    { name: 'rulers_effective', unit: 'rulers', definition: 'effective number of rulers' },
    { name: 'ending', unit: 'class', definition: 'how the war would have ended' },
    { name: 'reproduction_number', unit: 'districts per district', definition: 'further falls caused by one extra fall' },
  ];
  const series = {
    'centres_held.rising': seriesOf((d) => [count(d), 12]),
    'lost_fought.crown': seriesOf((d) => [count(d) * 0.3, 4]),
    'lost_negotiated.crown': seriesOf((d) => [count(d) * 0.7, 6]),
    'area_share.rising': seriesOf((d) => [count(d) / N, 0.02]),
    national_capital_fallen: seriesOf((d) => [d > 40 ? 0.6 : d / 80, 0.2]),
    'cash.crown': seriesOf((d) => [1.5e9 - 2e7 * d, 5e7]), 'cash.rising': seriesOf((d) => [2e6 * d, 1e6]),
    'civilians_killed.crown': seriesOf(() => [0, 0]), 'civilians_killed.rising': seriesOf((d) => [9 * d, d]),
    reserves_frozen: seriesOf((d) => [d > 40 ? 9e9 : 0, 0]),
    displaced_reported: seriesOf((d) => [1e5 + 9000 * d, 20000]),
    'crossed_border.utopia': seriesOf((d) => [300 * d, 40 * d]), 'crossed_border.arcadia': seriesOf((d) => [20 * d, 5 * d]),
    rulers_effective: seriesOf((d) => [1 + d / 60, 0.1]), ending: seriesOf(() => [2, 0]),
    reproduction_number: seriesOf((d) => [d % 7 ? null : 0.5 + d / 60, 0.2]),
  };
  return {
    format: 1, version: '0.0.0',
    meta: { seed: '7', digest: '00', version: '0.0.0', settings: '["contact_rate=0.03"]', without: '[]', known_by: '', state: 'finished' },
    scenario: { name: 'square', title: 'A square country', notes: 'made up', from: '2031-05-01', until: '2031-06-29', digest: '00',
      national_capital: capitals[15], holdout: null },
    blocs: [{ id: 'crown', name: 'Crown', color: '#2c6fbb' }, { id: 'rising', name: 'Rising', color: '#b5523b' }],
    home_bloc: 0,
    provinces: Array.from({ length: 16 }, (_, p) => ({ pcode: `P${p}`, name: `Province ${p}`, capital: capitals[p] })),
    districts: { pcode: day.map((_, i) => `D${i}`), name: day.map((_, i) => `District ${i}`), province: day.map((_, i) => provinceOf(i)),
      capital: day.map((_, i) => Number(isCapital(i))), lon: day.map((_, i) => 60.15 + (i % SIDE) * 0.3), lat: day.map((_, i) => 30.15 + Math.floor(i / SIDE) * 0.3) },
    map: { note: 'Made-up squares.', scale: SCALE, features: outlines() },
    n_day: N_DAY, n_replicate: 100, control: controlBytes(day), observables, series,
    modes: { fought: 'taken by assault', negotiated: 'surrendered by agreement' },
    record: recordRows(day, random),
    facts: [{ id: 'f1', observable: 'displaced_reported', day: 20, value: 270000, denominator: null, is_report: false, definition: 'made up', source: 'https://example.org/fact', known_on: '2031-05-21' },
      { id: 'f2', observable: 'displaced_reported', day: 500, value: 1, denominator: null, is_report: false, definition: 'outside the run', source: 'made up', known_on: '2032-09-01' }],
    endings: { names: ['insurgent victory', 'settlement', 'stalemate'], meanings: ['one', 'two', 'three </script><b>not markup</b>'],
      n: [0, 1, 2].map((k) => Array.from({ length: N_DAY }, (_, d) => (k === 0 ? d : k === 1 ? 0 : 100 - d))) },
    parameters: ['contact_rate', 'init_noise'].map((name, k) => ({ name, unit: '1/day', meaning: 'made up', mechanism: 'surrender', prior: 'lognormal(0.02, 0.7)',
      source: 'made up', known_on: k ? '2030-12-31' : '', from_scenario: !k, held: !k })),
    capitals: capitals.map((district) => ({ district, bloc: 1, n: 100, n_fell: 97, q05: Math.max(0, day[district] - 9), q25: day[district] - 3, q50: day[district], q75: day[district] + 4, q95: null })),
    evaluation: evaluationOf(day),
    statements: statementsOf(),
  };
}

/** Three statements: one with readings that say otherwise, one against it, one that nothing can be asked of. */
function statementsOf() {
  const claim = (id, quantity, verdict, against, readings) => ({ id, document: 'D1', kind: 'quantity', start: null, end: 20, quantity, low: 85, high: 85, text: '',
    unit: '% of squares', who: 'Rising', assessment: 'the Gazette counted half', verdict, n_measured: readings.length, n_agree: 1, against, readings });
  const reading = (name, median, verdict) => ({ reading: name, expression: `100 * share(rising, of=${name})`, note: 'made up', reason: '', verdict, record: 'is below',
    record_line: null, day: 20, cause: false, low: 82.5, high: 87.5, median, q05: median - 10, q95: median + 10, holds: 0.1, holds_se: 0.03, below: 0.8, above: 0.1,
    recorded_low: 48, recorded_high: 52 });
  return [claim('C1', 'Squares held </script><b>not markup</b>', 'depends on the reading', ['C2'], [reading('area', 50, 'overstated'), reading('people', 84, 'supported')]),
    claim('C2', 'Half of the squares', 'overstated', ['C1'], [reading('area', 50, 'overstated')]), claim('C3', 'What ought to be', 'outside the model', [], [])];
}

/** Two made-up runs of the square country compared; B is a little later than A. */
export function comparisonData() {
  const paired = (a, b, se) => ({ n: 100, mean_a: a, mean_b: b, difference: b - a, se, q05: b - a - 3 * se, q95: b - a + 3 * se, above: 0.25, below: 0.5 });
  const side = (late) => seriesOf((d) => [Math.max(0, 6 * (d - late)), 4 + d / 4]);
  const observable = (name, label, unit) => ({ name, label, unit, definition: `${label}, made up </script><b>not markup</b>` });
  const observables = [observable('districts_controlled.rising', 'Districts controlled: Rising', 'districts'),
    observable('people_share.rising', 'People share: Rising', 'share'), observable('national_capital_fallen', 'National capital fallen: Square Town', '0 or 1'),
    observable('killed.crown', 'Killed: Crown', 'persons')];
  const rows = observables.flatMap((_, k) => [30, N_DAY - 1].map((day) => ({ observable: k, day, ...[paired(90, 84.5, 1.2), paired(0.4, 0.35, 0.02), paired(0.6, 0.5, 0.04), paired(1234, 1300, 30)][k] })));
  const difference = { mean: [], q05: [], q95: [], mcse: [] };
  for (let d = 0; d < N_DAY; d++) Object.entries({ mean: -d / 4, q05: -d, q95: d / 3, mcse: d / 50 }).forEach(([key, value]) => difference[key].push(value));
  const names = ['insurgent victory', 'settlement', 'stalemate', 'fragmentation', 'state recovery'];
  return { format: 1, version: '0.0.0', comparison: {
    scenario: 'square', title: 'A square country', seed: '7', capital: 'Square Town', from: '2031-05-01', n_day: N_DAY, n_pair: 100,
    runs: [{ folder: 'runs/square', n_replicate: 100, last_day: N_DAY - 1 }, { folder: 'runs/a-very-long-name-of-a-run-without-a-space', n_replicate: 120, last_day: N_DAY + 9 }],
    facts: [{ key: 'settings', a: 'none', b: 'contact_rate=0.03' }], observables, rows,
    curves: [{ observable: 0, a: side(2), b: side(5), difference }],
    fall: { n_both: 40, n_only_a: 20, n_only_b: 10, n_neither: 30, day: paired(40, 44.5, 0.7) },
    endings: { names, pairs: names.map((_, a) => names.map((__, b) => (a === b ? 18 : b === a + 1 ? 2 : 0))), n_changed: 8 },
  } };
}

function write(template, file, data) {
  const json = JSON.stringify(data).replaceAll('<', '\\u003c');
  fs.writeFileSync(file, fs.readFileSync(template, 'utf8').replace('@HOLDOUT_DATA@', () => json));
}

/** Writes the page of a run to a file. */
export function writeFixture(template, file) {
  write(template, file, fixtureData());
}

/** Writes the page of a comparison to a file. */
export function writeComparison(template, file) {
  write(template, file, comparisonData());
}
