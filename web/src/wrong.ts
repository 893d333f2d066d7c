/** Where the model is wrong: which districts, which order, how they fell, and the worst misses. */

import { el, lazyDetails, num, percent, table } from './dom.ts';
import { blocColor } from './color.ts';
import { Chart } from './chart.ts';
import { captures, recordedState, type Auc, type Evaluation, type Num, type Run } from './data.ts';
import { recordLink } from './facts.ts';
import { capitalRows, recordedText } from './capitals.ts';

const N_WORST = 10;
const two = (v: Num): string => (v === null ? '\u2013' : v.toFixed(2));

function aucTable(run: Run, rows: Auc[]): HTMLElement {
  return table('Area under the curve: does the model rank what had fallen above what had not? 1 is perfect, 0.5 is chance', [
    { head: 'date', date: true, cell: (a) => run.date(a.day), row: true },
    { head: 'fallen', num: true, cell: (a) => num(a.n_fallen) }, { head: 'not fallen', num: true, cell: (a) => num(a.n_held) },
    { head: 'model', num: true, cell: (a) => el('strong', {}, two(a.model)) },
    { head: 'older map', num: true, cell: (a) => two(a.map) },
    { head: 'model, no capitals', num: true, cell: (a) => el('strong', {}, two(a.model_no_capitals)) },
    { head: 'older map, no capitals', num: true, cell: (a) => two(a.map_no_capitals) },
  ], rows, { tall: rows.length > 12 });
}

/** The same for every day with enough districts of each kind. */
function aucFigure(run: Run, e: Evaluation, charts: Chart[]): HTMLElement {
  const column = (pick: (a: Auc) => Num): Num[] => {
    const values: Num[] = Array.from({ length: run.data.n_day }, () => null);
    for (const a of e.auc) values[a.day] = pick(a);
    return values;
  };
  const chart = new Chart({
    run, label: 'Area under the curve by day', unit: 'area', top: 1, points: [], reference: { value: 0.5, label: '0.5: chance' },
    lines: [{ label: 'model', color: blocColor('#0072b2'), values: column((a) => a.model) },
      { label: 'model, no capitals', color: blocColor('#009e73'), dash: '2 3', values: column((a) => a.model_no_capitals) },
      { label: 'older map alone', color: blocColor('#d55e00'), dash: '7 4', values: column((a) => a.map) },
      { label: 'older map, no capitals', color: blocColor('#cc79a7'), dash: '10 3 2 3', values: column((a) => a.map_no_capitals) }],
  });
  charts.push(chart);
  return el('figure', {}, el('figcaption', {}, 'Area under the curve by day; days with fewer than 5 districts of either kind are left out.'), chart.node,
    lazyDetails('Table behind this chart', () => aucTable(run, e.auc)));
}

function orderText(e: Evaluation): HTMLElement {
  const o = e.order;
  const error = o.se === null ? '' : ` (standard error of the mean ${o.se.toFixed(3)})`;
  return el('p', {}, o.n_pair === 0 ? 'No pair of capitals has recorded days that differ.' :
    `Of ${num(o.n_pair)} pairs among ${o.n_capital} capitals with different recorded days, a run puts ${percent(o.concordance)} in the recorded order on average${error}; ` +
    `ordering capitals by their median day gives ${percent(o.by_median)}. Chance is 50 %.`);
}

function foughtTable(e: Evaluation): HTMLElement {
  const f = e.fought;
  const range = (a: Num, b: Num): string => (a === null ? '\u2013' : `${percent(a)} to ${percent(b)}`);
  const count = (c: { n: number; n_fought: number }): string => (c.n ? `${percent(c.n_fought / c.n)} (${c.n_fought} of ${c.n} with a recorded mode)` : 'no recorded modes');
  return table('Share of falls that were fought, before the fall of the regime', [
    { head: 'among', cell: (r) => r.what, row: true }, { head: 'model', num: true, cell: (r) => r.model },
    { head: '90 % of runs', cell: (r) => r.range }, { head: 'record', cell: (r) => r.record },
  ], [
    { what: 'all districts', model: percent(f.model.share), range: range(f.model.q05, f.model.q95), record: f.record.all.n === f.record.capitals.n ? 'modes are recorded for capitals only' : count(f.record.all) },
    { what: 'capitals', model: percent(f.model.capitals), range: range(f.model.capitals_q05, f.model.capitals_q95), record: count(f.record.capitals) },
  ]);
}

/** Capitals by the distance between recorded day and median day; those that stand in most runs first. */
function worstCapitals(run: Run, e: Evaluation): HTMLElement {
  const rows = capitalRows(run, e.bloc).flatMap((r) => {
    if (!r.record || r.record.end === null || r.record.start === null || r.record.start >= run.data.n_day) return [];
    const { start, end } = r.record;
    const median = r.fall.q50;
    const miss = median === null ? Infinity : median < start ? start - median : median > end ? median - end : 0;
    return [{ ...r, miss, early: median !== null && median < start, record: r.record }];
  }).sort((a, b) => b.miss - a.miss || a.fall.n_fell - b.fall.n_fell).slice(0, N_WORST);
  return table('Capitals furthest from the record', [
    { head: 'capital', cell: (r) => run.districtName(r.fall.district), row: true },
    { head: 'recorded', date: true, cell: (r) => recordLink(r.record, run, recordedText(run, r.record)) },
    { head: 'median', date: true, cell: (r) => (r.fall.q50 === null ? 'not by the end' : run.date(r.fall.q50)) },
    { head: 'off by', cell: (r) => (r.miss === Infinity ? `stands in ${percent(1 - r.fall.n_fell / Math.max(1, r.fall.n))} of runs` : `${num(Math.round(r.miss))} d ${r.miss === 0 ? '' : r.early ? 'early' : 'late'}`) },
  ], rows);
}

/** Provinces by mean squared difference between probability and record over their dated districts on a day. */
function worstProvinces(run: Run, e: Evaluation, day: number): HTMLElement {
  const rows = captures(run.data, e.bloc);
  const sums = run.data.provinces.map((p) => ({ name: p.name, n: 0, square: 0, p: 0, held: 0 }));
  for (let i = 0; i < run.n; i++) {
    const state = recordedState(rows[i] ?? [], day);
    const sum = sums[run.data.districts.province[i] ?? -1];
    if (!sum || (state !== 'held' && state !== 'not')) continue;
    const p = run.control(day, e.bloc, i);
    const truth = state === 'held' ? 1 : 0;
    sum.n++;
    sum.square += (p - truth) ** 2;
    sum.p += p;
    sum.held += truth;
  }
  const worst = sums.filter((s) => s.n > 0).sort((a, b) => b.square / b.n - a.square / a.n || b.n - a.n).slice(0, N_WORST);
  return table(`Furthest from the record on ${run.date(day)}; districts with a known state`, [
    { head: 'province', cell: (s) => s.name, row: true }, { head: 'districts', num: true, cell: (s) => num(s.n) },
    { head: 'taken: model', num: true, cell: (s) => s.p.toFixed(1) }, { head: 'taken: record', num: true, cell: (s) => num(s.held) },
    { head: 'Brier', num: true, cell: (s) => (s.square / s.n).toFixed(2) },
  ], worst);
}

export function wrongSection(run: Run, e: Evaluation, charts: Chart[]): HTMLElement {
  const middle = e.days[Math.floor(e.days.length / 2)];
  return el('section', { id: 'wrong', 'aria-labelledby': 'h-wrong' },
    el('h2', { id: 'h-wrong' }, 'Where it is wrong'),
    el('p', { class: 'warn' }, 'Fitting the national count is no evidence by itself, and the shipped defaults may be informed by the outcome. ' +
      'So here is what was not fitted, with the same defaults: which districts, in what order, and how.'),
    el('h3', {}, 'Which districts'),
    el('p', {}, `Districts with a dated capture of good confidence (${num(e.n_dated)}); ${num(e.n_undated)} without such a date are left out. Dated districts are no random sample. Where a date is an interval, the days inside it are left out.`),
    e.auc.length ? el('div', { class: 'grid2' }, aucTable(run, e.auc.filter((a) => e.days.includes(a.day))), aucFigure(run, e, charts)) : el('p', {}, 'Too few dated districts on any day.'),
    el('h3', {}, 'Which order'), orderText(e),
    el('h3', {}, 'Fought or not'), foughtTable(e),
    el('div', { class: 'grid2' },
      el('div', {}, el('h3', {}, 'Worst misses among capitals'), worstCapitals(run, e)),
      middle === undefined || !run.hasControl ? null : el('div', {}, el('h3', {}, 'Worst misses among provinces'), worstProvinces(run, e, middle))));
}
