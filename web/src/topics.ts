/** People, money and endings: what the war does to those who live in it, who can pay for it, and how it would end. Which observables belong
 *  to a topic goes by their names and units, so that a new one finds its place by itself. */

import { big, el, lazyDetails, num, percent, table } from './dom.ts';
import { blocColor } from './color.ts';
import { Chart, type Line } from './chart.ts';
import { topicOf, type Endings, type Num, type Observable, type Run, type Topic } from './data.ts';
import { blocOf, capitalised, observableLink, title, unitText } from './facts.ts';
import { fanFigure, MODE_STYLE } from './series.ts';

/** What the endings' section draws beside the classes, in this order. */
const ENDING_NAMES = ['rulers_effective', 'settled', 'national_capital_fallen', 'holdout_holds', 'local_ceasefires', 'local_ceasefires_broken'];
/** The first of people and of money; the others follow in the run's order. */
const FIRST = ['displaced_since_start', 'displaced_now', 'displaced_reported', 'arrivals_national_capital', 'crossed_border', 'crossed_border.', 'evacuated_by_air',
  'returned', 'civilians_killed.', 'income.', 'cash.', 'customs.', 'arrears_days.', 'pay_reaching.'];
const z95 = 1.96;

/** Observables of one name, one for each bloc, faction or neighbour; or a single one. */
interface Family { stem: string; names: string[] }

function families(run: Run, observables: Observable[]): Family[] {
  const all = new Map<string, Family>();
  for (const { name } of observables) {
    if (!run.data.series[name]) continue;
    const at = name.lastIndexOf('.');
    const key = at < 0 ? name : name.slice(0, at + 1);
    const family = all.get(key) ?? { stem: at < 0 ? name : name.slice(0, at), names: [] };
    family.names.push(name);
    all.set(key, family);
  }
  const place = (key: string): number => (FIRST.includes(key) ? FIRST.indexOf(key) : FIRST.length);
  return [...all.entries()].sort(([a], [b]) => place(a) - place(b)).map(([, family]) => family);
}

/** Does it never leave 0, in hardly any run? */
function isEmpty(run: Run, name: string): boolean {
  const s = run.data.series[name];
  return !s || [...s.q05, ...s.q95].every((v) => v === null || v === 0);
}

/** "Iran" of "crossed_border.iran". */
const ofWhom = (run: Run, name: string): string => title(run, name).replace(/^.*: /, '');

function lineOf(run: Run, name: string, k: number, bands: boolean): Line {
  const s = run.data.series[name];
  const bloc = run.data.blocs[blocOf(run, name)];
  const [color, dash] = MODE_STYLE[k % MODE_STYLE.length] ?? ['#888888', ''];
  return { label: ofWhom(run, name), color: blocColor(bloc?.color ?? color), dash: bloc ? '' : dash, values: s?.q50 ?? [], ...(bands && s ? { bands: s } : {}) };
}

/** "1,230 (40 to 5,600)" of a day. */
function rangeText(run: Run, name: string, day: number): string {
  const s = run.data.series[name];
  const o = run.observable(name);
  const show = (v: Num | undefined): string => (o.unit === 'share' ? percent(v) : big(v));
  return s?.q50[day] == null ? '\u2013' : `${show(s.q50[day])} (${show(s.q05[day])} to ${show(s.q95[day])})`;
}

/** Several observables of one name in one chart; those that stay 0 are named in the caption instead. */
function familyFigure(run: Run, family: Family, charts: Chart[]): HTMLElement {
  const drawn = family.names.filter((n) => !isEmpty(run, n));
  const none = family.names.filter((n) => isEmpty(run, n));
  const o = run.observable(family.names[0] ?? '');
  const bands = drawn.length <= 3;
  const heading = title(run, family.names[0] ?? '').replace(/: .*$/, '') + (family.stem === 'crossed_border' ? ', by neighbour' : '');
  const caption = `${o.definition} [${unitText(o.unit)}]${drawn.length && none.length ? `; 0 in nearly all runs: ${none.map((n) => ofWhom(run, n)).join(', ')}` : ''}`;
  if (!drawn.length) return el('figure', {}, el('h3', {}, heading), el('figcaption', {}, caption), el('p', {}, '0 in nearly all runs, on every day.'));
  const chart = new Chart({
    run, label: `${heading} over time: ${o.definition}`, unit: o.unit, lines: drawn.map((n, k) => lineOf(run, n, k, bands)), points: [],
    brief: bands ? 'line: median; band: 90 % of the runs' : 'lines: medians; ranges are in the table', ...(o.unit === 'share' ? { top: 1 } : {}),
  });
  charts.push(chart);
  return el('figure', {}, el('h3', {}, heading), el('figcaption', {}, caption), chart.node,
    lazyDetails('Table behind this chart', () => table(`${heading}: median and 90 % of the runs, every day [${unitText(o.unit)}]`, [
      { head: 'date', date: true, cell: (day: number) => run.date(day), row: true },
      ...family.names.map((n) => ({ head: ofWhom(run, n), num: true, cell: (day: number) => rangeText(run, n, day) })),
    ], Array.from({ length: run.data.n_day }, (_, day) => day), { tall: true })));
}

function figures(run: Run, list: Family[], charts: Chart[]): HTMLElement[] {
  return list.map((f) => (f.names.length === 1 && f.names[0] ? fanFigure(run, f.names[0], charts) : familyFigure(run, f, charts)));
}

/** The last day in numbers. */
function lastDay(run: Run, list: Family[]): HTMLElement {
  const day = run.data.n_day - 1;
  return table(`On the last day, ${run.date(day)}`, [
    { head: 'quantity', cell: (n) => observableLink(n, title(run, n)), row: true },
    { head: 'unit', cell: (n) => unitText(run.observable(n).unit) },
    { head: 'median (90 % of the runs)', num: true, cell: (n) => rangeText(run, n, day) },
  ], list.flatMap((f) => f.names), { tall: list.length > 8 });
}

function topicSection(run: Run, topic: Topic, head: string, note: string, charts: Chart[]): HTMLElement | null {
  const list = families(run, run.data.observables.filter((o) => topicOf(o) === topic));
  if (!list.length) return null;
  return el('section', { id: topic, 'aria-labelledby': `h-${topic}` }, el('h2', { id: `h-${topic}` }, head), el('p', {}, note),
    el('div', { class: 'grid2' }, figures(run, list, charts)), lazyDetails('All of these on the last day', () => lastDay(run, list)));
}

export function peopleSection(run: Run, charts: Chart[]): HTMLElement | null {
  return topicSection(run, 'people', 'People', 'Those who flee, cross a border, are flown out, come home or are killed. Most rates behind these numbers are ' +
    'judgement, so the bands are wide; recorded deaths are floors. Records count by other rules than the model: read the definitions first.', charts);
}

export function moneySection(run: Run, charts: Chart[]): HTMLElement | null {
  return topicSection(run, 'money', 'Money', 'What each side takes in, holds and owes. Income is from all sources: taxes, customs, trade and patrons. Pay owed is in days of wages. ' +
    'Hardly any of this was recorded by day, so there is little to compare it with.', charts);
}

/** The 95 % interval of a share of n runs (Wilson 1927). */
export function wilson(k: number, n: number): [number, number] {
  if (n <= 0) return [0, 1];
  const p = k / n;
  const middle = p + (z95 * z95) / (2 * n);
  const half = z95 * Math.sqrt((p * (1 - p)) / n + (z95 * z95) / (4 * n * n));
  const whole = 1 + (z95 * z95) / n;
  return [k === 0 ? 0 : (middle - half) / whole, k === n ? 1 : (middle + half) / whole];
}

function classTable(run: Run, endings: Endings): HTMLElement {
  const day = run.data.n_day - 1;
  const n = endings.n.reduce((sum, days) => sum + (days[day] ?? 0), 0);
  const rows = endings.names.map((name, k) => ({ name, meaning: endings.meanings[k] ?? '', k: endings.n[k]?.[day] ?? 0 }));
  const interval = (k: number): string => wilson(k, n).map((p) => percent(p)).join(' to ');
  const meanings = el('ul', { class: 'note' }, rows.map((r) => el('li', {}, el('strong', {}, capitalised(r.name)), `: ${r.meaning}.`)));
  return el('div', { class: 'grid2' }, table(`How the runs stand on the last day, ${run.date(day)}`, [
    { head: 'class', cell: (r) => r.name, row: true }, { head: 'runs', num: true, cell: (r) => `${num(r.k)} of ${num(n)}` },
    { head: 'share', num: true, cell: (r) => percent(r.k / Math.max(1, n)) }, { head: 'Monte Carlo interval (95 %)', date: true, cell: (r) => interval(r.k) },
  ], rows), meanings);
}

function classFigure(run: Run, endings: Endings, charts: Chart[]): HTMLElement {
  const total = (day: number): number => Math.max(1, endings.n.reduce((sum, days) => sum + (days[day] ?? 0), 0));
  const share = (k: number): Num[] => (endings.n[k] ?? []).map((n, day) => n / total(day));
  const lines: Line[] = endings.names.map((label, k) => {
    const [color, dash] = MODE_STYLE[k % MODE_STYLE.length] ?? ['#888888', ''];
    return { label, color: blocColor(color), dash, values: share(k) };
  });
  const chart = new Chart({ run, label: 'Share of the runs in each class of ending, were each day the last', unit: 'share', lines, points: [], top: 1 });
  charts.push(chart);
  return el('figure', {}, el('h3', {}, 'Were this day the last'), el('figcaption', {}, 'Share of the runs in each class, day by day.'), chart.node,
    lazyDetails('Table behind this chart', () => table('Runs in each class, every day', [
      { head: 'date', date: true, cell: (day: number) => run.date(day), row: true },
      ...endings.names.map((head, k) => ({ head, num: true, cell: (day: number) => num(endings.n[k]?.[day] ?? null) })),
    ], Array.from({ length: run.data.n_day }, (_, day) => day), { tall: true })));
}

export function endingsSection(run: Run, charts: Chart[]): HTMLElement | null {
  const endings = run.data.endings;
  const names = ENDING_NAMES.filter((n) => run.data.series[n]);
  if (!endings && !names.length) return null;
  return el('section', { id: 'endings', 'aria-labelledby': 'h-endings' }, el('h2', { id: 'h-endings' }, 'Endings'),
    el('p', {}, 'Each run is put into one class by who rules whom on its last day; the thresholds are the scenario\u2019s. A class says where a run stands when the ' +
      'simulation stops, not that the war is over.'),
    endings && classTable(run, endings),
    el('div', { class: 'grid2' }, endings && classFigure(run, endings, charts), names.map((n) => fanFigure(run, n, charts))));
}
