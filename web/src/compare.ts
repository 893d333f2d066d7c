/** The page of two runs of a seed: both in each chart, their differences within pairs, what else came of it. */

import { el, grouped, num, lazyDetails, percent, table, type Column } from './dom.ts';
import { blocColor } from './color.ts';
import { Chart } from './chart.ts';
import { Calendar, type Comparison, type ComparisonPage, type Num, type Paired } from './data.ts';
import { limits, madeBy, navigation } from './facts.ts';
import { seriesTable } from './series.ts';

/** A and B, apart for the colour-blind too (Okabe and Ito 2008) and by their dashes; the difference in a third colour. */
const SIDE_COLOR = ['#0072b2', '#d55e00'] as const;
const DIFFERENCE_COLOR = '#7a5195';
const SAME_SEEDS = 'Difference = B minus A, same seeds';

type Row = Comparison['rows'][number];

const isShare = (unit: string): boolean => unit === 'share' || unit === 'probability' || unit === '0 or 1';

/** Decimals that a unit is worth; a difference has one more than what differs. */
function decimals(unit: string, difference: boolean): number {
  return unit === 'persons' ? 0 : isShare(unit) || unit === 'days' || !difference ? 1 : 2;
}

/** The number alone; shares in percent. A difference carries its sign. */
function bare(value: number, unit: string, difference: boolean): string {
  const size = isShare(unit) ? 100 * value : value;
  const digits = decimals(unit, difference);
  const text = grouped(Math.abs(size), digits);
  const zero = !/[1-9]/.test(text);
  return `${zero || size > 0 ? (difference && !zero ? '+' : '') : '\u2212'}${text}`;
}

function mean(value: Num, unit: string): string {
  return value === null ? '\u2013' : `${bare(value, unit, false)}${isShare(unit) ? '\u00a0%' : ''}`;
}

const points = (unit: string): string => (isShare(unit) ? '\u00a0points' : '');

function difference(value: Num, unit: string): string {
  return value === null ? '\u2013' : `${bare(value, unit, true)}${points(unit)}`;
}

function error(p: Paired, unit: string): string {
  return p.se === null ? '\u2013' : `\u00b1\u00a0${bare(p.se, unit, true).replace('+', '')}${points(unit)}`;
}

function range(p: Paired, unit: string): string {
  return p.q05 === null || p.q95 === null ? '\u2013' : `${bare(p.q05, unit, true)} to ${bare(p.q95, unit, true)}${points(unit)}`;
}

/** Numbers of a comparison as text. */
export const compareText = { mean, difference, error, range };

export function pairedColumns<T>(of: (row: T) => { paired: Paired; unit: string }): Column<T>[] {
  const cell = (text: (p: Paired, unit: string) => string) => (row: T): string => text(of(row).paired, of(row).unit);
  return [
    { head: 'A, mean', num: true, cell: cell((p, unit) => mean(p.mean_a, unit)) },
    { head: 'B, mean', num: true, cell: cell((p, unit) => mean(p.mean_b, unit)) },
    { head: 'B minus A', num: true, cell: (row) => el('strong', {}, difference(of(row).paired.difference, of(row).unit)) },
    { head: 'standard error', num: true, cell: cell(error) },
    { head: '90 % of pairs', num: true, cell: cell(range) },
    { head: 'B above', num: true, cell: cell((p) => percent(p.above)) },
    { head: 'B below', num: true, cell: cell((p) => percent(p.below)) },
  ];
}

/** ", at most +35.67 on 2021-08-03" of the first curve. */
function largest(c: Comparison, days: Calendar): string {
  const curve = c.curves[0];
  const values = curve?.difference.mean ?? [];
  const day = values.reduce<number>((best, v, at) => (Math.abs(v ?? 0) > Math.abs(values[best] ?? 0) ? at : best), c.n_day - 1);
  return day === c.n_day - 1 ? '' : `, at most ${difference(values[day] ?? null, c.observables[curve?.observable ?? 0]?.unit ?? '')} on ${days.date(day)}`;
}

/** The finding, from data only: the first challenger's districts and the national capital on the last day. */
export function comparisonFinding(c: Comparison, days: Calendar): HTMLElement {
  const last = c.rows.filter((r) => r.day === c.n_day - 1);
  const districts = last[0];
  const observable = districts ? c.observables[districts.observable] : undefined;
  const capital = last.find((r) => c.observables[r.observable]?.name === 'national_capital_fallen');
  const parts = [`${num(c.n_pair)} pairs of simulated courses that drew the same numbers.`];
  if (districts && observable) {
    parts.push(`${observable.label} on ${days.date(c.n_day - 1)}: ${mean(districts.mean_a, observable.unit)} in A, ${mean(districts.mean_b, observable.unit)} in B, ` +
      `a difference of ${difference(districts.difference, observable.unit)} ${error(districts, observable.unit)} (standard error)${largest(c, days)}.`);
  }
  if (capital) parts.push(`On ${days.date(c.n_day - 1)} ${c.capital} is lost in ${mean(capital.mean_a, '0 or 1')} of courses in A and ${mean(capital.mean_b, '0 or 1')} in B.`);
  if (c.endings) parts.push(`${num(c.endings.n_changed)} of ${num(c.n_pair)} courses end otherwise.`);
  return el('p', { class: 'finding' }, parts.join(' '));
}

function runsSection(c: Comparison, days: Calendar): HTMLElement {
  const runs = table('The runs', [
    { head: 'run', cell: (r) => r.side, row: true }, { head: 'folder', cell: (r) => r.run.folder },
    { head: 'replicates', num: true, cell: (r) => num(r.run.n_replicate) }, { head: 'last day', date: true, cell: (r) => days.date(r.run.last_day) },
  ], c.runs.map((run, k) => ({ run, side: 'AB'[k] ?? '' })));
  const facts = c.facts.length ? table('What the runs differ in', [
    { head: 'what', cell: (f) => f.key.replaceAll('_', ' '), row: true }, { head: 'A', cell: (f) => f.a }, { head: 'B', cell: (f) => f.b },
  ], c.facts) : el('p', {}, 'They are of the same inputs and options.');
  return el('section', { id: 'runs', 'aria-labelledby': 'h-runs' }, el('h2', { id: 'h-runs' }, 'The two runs'),
    el('p', {}, `Scenario ${c.scenario}, seed ${c.seed}. Compared are the ${num(c.n_pair)} replicates and the days ${days.date(0)} to ${days.date(c.n_day - 1)} that both have.`),
    el('div', { class: 'grid2' }, runs, facts));
}

export function comparisonKeys(c: Comparison, days: Calendar): HTMLElement {
  const unit = (r: Row): string => c.observables[r.observable]?.unit ?? '';
  const columns = pairedColumns<Row>((r) => ({ paired: r, unit: unit(r) }));
  const whole = (r: Row): string => (unit(r) === '0 or 1' ? '% of courses' : isShare(unit(r)) ? '% of the whole' : unit(r));
  const what: Column<Row> = {
    head: 'quantity', cell: (r) => el('span', {}, c.observables[r.observable]?.label ?? '', ' ', el('span', { class: 'soft' }, `[${whole(r)}]`)), row: true,
  };
  const date: Column<Row> = { head: 'date', date: true, cell: (r) => days.date(r.day) };
  return el('section', { id: 'key', 'aria-labelledby': 'h-key' }, el('h2', { id: 'h-key' }, 'Key numbers'),
    el('p', {}, `${SAME_SEEDS}. A and B: means over pairs. 90 % of pairs: the differences from their 5 % to their 95 % quantile. B above, B below: shares of pairs.`),
    table(`On the last day, ${days.date(c.n_day - 1)}`, [what, ...columns], c.rows.filter((r) => r.day === c.n_day - 1)),
    lazyDetails('The same at the end of each month', () => table('At the end of each month and on the last day', [what, date, ...columns], c.rows, { tall: true })),
    lazyDetails('What is counted', () => table('Observables of the simulation', [
      { head: 'quantity', cell: (o) => o.label, row: true }, { head: 'unit', cell: (o) => o.unit }, { head: 'what is counted', wrap: true, cell: (o) => o.definition },
    ], c.observables)));
}

/** Both runs in one chart. */
export function sidesFigure(c: Comparison, days: Calendar, k: number, charts: Chart[], names: [string, string] = ['A', 'B']): HTMLElement {
  const curve = c.curves[k] as Comparison['curves'][number];
  const o = c.observables[curve.observable] ?? { label: '', unit: '', definition: '' };
  const chart = new Chart({
    run: days, label: `${o.label} over time in ${names[0]} and in ${names[1]}`, unit: o.unit, points: [],
    lines: [curve.a, curve.b].map((s, side) => ({ label: names[side] ?? '', color: blocColor(SIDE_COLOR[side] ?? ''), dash: side ? '7 4' : '', values: s.q50, bands: s })),
  });
  charts.push(chart);
  return el('figure', {}, el('h3', {}, o.label), el('figcaption', {}, `${o.definition} [${o.unit}]`), chart.node,
    lazyDetails('Tables behind this chart', () => el('div', {}, seriesTable(days, `${names[0]}: ${o.label}`, curve.a), seriesTable(days, `${names[1]}: ${o.label}`, curve.b))));
}

export function differenceFigure(c: Comparison, days: Calendar, k: number, charts: Chart[], names: [string, string] = ['A', 'B']): HTMLElement {
  const { difference: by_day, observable } = c.curves[k] as Comparison['curves'][number];
  const o = c.observables[observable] ?? { label: '', unit: '', definition: '' };
  const chart = new Chart({
    run: days, label: `${o.label}: ${names[1]} minus ${names[0]} over time`, unit: o.unit, points: [],
    lines: [{ label: `${names[1]} minus ${names[0]}`, color: blocColor(DIFFERENCE_COLOR), values: by_day.mean, bands: by_day, centre: 'mean', of: 'pairs' }],
  });
  charts.push(chart);
  const cell = (values: Num[]) => (day: number) => difference(values[day] ?? null, o.unit);
  return el('figure', {}, el('h3', {}, `${o.label}: difference`), el('figcaption', {}, `Difference = ${names[1]} minus ${names[0]}, same seeds; mean and 90 % of pairs [${o.unit}]`), chart.node,
    lazyDetails('Table behind this chart', () => table(`${o.label}: ${names[1]} minus ${names[0]} by day`, [
      { head: 'date', date: true, cell: (day: number) => days.date(day), row: true }, { head: 'mean', num: true, cell: cell(by_day.mean) },
      { head: 'standard error', num: true, cell: (day: number) => num(by_day.mcse[day] ?? null) },
      { head: '5 %', num: true, cell: cell(by_day.q05) }, { head: '95 %', num: true, cell: cell(by_day.q95) },
    ], Array.from({ length: c.n_day }, (_, day) => day), { tall: true })));
}

function seriesSection(c: Comparison, days: Calendar, charts: Chart[]): HTMLElement {
  const figures = c.curves.flatMap((_, k) => [sidesFigure(c, days, k, charts), differenceFigure(c, days, k, charts)]);
  return el('section', { id: 'series', 'aria-labelledby': 'h-series' }, el('h2', { id: 'h-series' }, 'Districts over time'),
    el('p', {}, 'Bands hold 90 % of the runs in the charts of A and B, 90 % of the pairs in those of the difference. The bands of A and B may overlap although nearly every pair differs the same way: ' +
      'the two of a pair share their draws.'),
    el('div', { class: 'grid2' }, figures));
}

export function fallSection(c: Comparison): HTMLElement {
  const f = c.fall;
  const unit = 'days';
  return el('section', { id: 'fall', 'aria-labelledby': 'h-fall' }, el('h2', { id: 'h-fall' }, `The fall of ${c.capital}`),
    el('p', {}, 'First loss of the national capital by the bloc that held it at the start, by the last day compared.'),
    table('Pairs in which it falls', [
      { head: 'in both', num: true, cell: (x) => num(x.n_both) }, { head: 'in A only', num: true, cell: (x) => num(x.n_only_a) },
      { head: 'in B only', num: true, cell: (x) => num(x.n_only_b) }, { head: 'in neither', num: true, cell: (x) => num(x.n_neither) },
    ], [f]),
    f.n_both ? table(`Days from the first day to its fall; the ${num(f.n_both)} pairs in which it falls in both`, pairedColumns<Paired>((paired) => ({ paired, unit })), [f.day]) : null);
}

export function endingsSection(c: Comparison, days: Calendar): HTMLElement | null {
  const e = c.endings;
  if (!e) return null;
  const sum = (list: number[]): number => list.reduce((a, b) => a + b, 0);
  const rows = e.names.map((name, a) => ({ name, pairs: e.pairs[a] ?? [], a }));
  return el('section', { id: 'endings', 'aria-labelledby': 'h-endings' }, el('h2', { id: 'h-endings' }, 'How the courses end'),
    el('p', {}, `Class of ending on ${days.date(c.n_day - 1)}. ${num(e.n_changed)} of ${num(c.n_pair)} courses end otherwise in B than in A.`),
    table('Pairs by ending in A (rows) and in B (columns)', [
      { head: 'A \\ B', cell: (r) => r.name, row: true },
      ...e.names.map((name, b): Column<(typeof rows)[number]> => ({
        head: name, num: true, cell: (r) => (r.a === b ? el('strong', {}, num(r.pairs[b] ?? 0)) : num(r.pairs[b] ?? 0)),
      })),
      { head: 'all in A', num: true, cell: (r) => num(sum(r.pairs)) },
    ], [...rows, { name: 'all in B', pairs: e.names.map((_, b) => sum(e.pairs.map((row) => row[b] ?? 0))), a: -1 }]));
}

/** What a comparison shows, in the order of the page. */
export function comparisonSections(c: Comparison, days: Calendar, charts: Chart[]): HTMLElement[] {
  return [runsSection(c, days), comparisonKeys(c, days), seriesSection(c, days, charts), fallSection(c), endingsSection(c, days)].filter((s): s is HTMLElement => s !== null);
}

export function startComparison(page: ComparisonPage): void {
  const c = page.comparison;
  const days = new Calendar(c.from, c.n_day);
  const charts: Chart[] = [];
  document.title = `${c.title}, A and B \u2013 holdout`;
  const main = el('main', { id: 'main', tabindex: '-1' }, comparisonSections(c, days, charts));
  const entries: [string, string][] = [['runs', 'The runs'], ['key', 'Key numbers'], ['series', 'Over time'], ['fall', 'National capital'], ['endings', 'Endings'], ['limits', 'Limits']];
  const header = el('header', {}, el('h1', {}, `${c.title}: two runs compared`), comparisonFinding(c, days),
    el('p', { class: 'note' }, 'A simulation looking back, not a forecast: a difference says what the model makes of a change. ', el('a', { href: '#limits' }, 'Intended use and limits'), '.'));
  document.getElementById('page')?.append(header, navigation(entries.filter(([id]) => main.querySelector(`#${id}`) || id === 'limits')), main,
    el('footer', { id: 'limits' }, limits(), madeBy(page.version)));
  charts.forEach((chart) => chart.setDay(c.n_day - 1));
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => charts.forEach((chart) => chart.draw()));
}
