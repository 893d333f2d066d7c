/** Charts over time: counts against the record, how districts changed hands, the reproduction number, any other series. */

import { el, lazyDetails, num, sourceNode, table } from './dom.ts';
import { blocColor } from './color.ts';
import { Chart, type Line, type Point } from './chart.ts';
import { isCumulative, rescale, sourceGroup, topicOf, type Calendar, type Fact, type Num, type RecordRow, type Run, type Series } from './data.ts';
import { blocOf, recordLink, recordValue, rescaledText, spanText, title, unitText } from './facts.ts';
import { place } from './header.ts';

/** Colour-blind safe (Okabe and Ito 2008), each with its own dashes. */
export const MODE_STYLE: [string, string][] = [['#0072b2', ''], ['#d55e00', '7 4'], ['#009e73', '2 3'], ['#cc79a7', '10 3 2 3'], ['#e69f00', '5 2']];

const PLAIN_COLOR = '#5f6b8a';

function recordRows(run: Run, name: string): RecordRow[] {
  return run.data.record.filter((r) => r.observable === name && r.district < 0);
}

/** The scenario's facts on an observable that the record has no rows of; each with its day inside the run. */
function factLevels(run: Run, name: string): (Fact & { day: number })[] {
  if (recordRows(run, name).length) return [];
  return run.data.facts.filter((f): f is Fact & { day: number } => f.observable === name && f.day !== null && f.day >= 0 && f.day < run.data.n_day);
}

/** What a fact's number is here: counts of districts are the same share of this scenario's. */
function factValue(run: Run, f: Fact): number {
  return f.denominator !== null && run.observable(f.observable).unit === 'districts' ? (f.value / f.denominator) * run.n : f.value;
}

function factPoints(run: Run, name: string): Point[] {
  return factLevels(run, name).map((f) => {
    const value = factValue(run, f);
    return { start: f.day, end: f.day, low: value, high: value, who: 'the scenario\u2019s facts', sure: !f.is_report,
      text: `recorded ${num(f.value)}${f.denominator === null ? '' : ` of ${num(f.denominator)}`} (${f.definition})`, href: '' };
  });
}

function points(run: Run, name: string): Point[] {
  const facts = factPoints(run, name);
  if (facts.length || isCumulative(run.observable(name))) return facts;
  return recordRows(run, name).filter((r) => r.end !== null && r.end >= 0 && (r.start ?? r.end) < run.data.n_day && r.low !== null).map((r) => ({
    start: Math.max(0, r.start ?? r.end ?? 0), end: Math.min(run.data.n_day - 1, r.end ?? 0),
    low: rescale(r.low ?? 0, r, run.n), high: rescale(r.high ?? r.low ?? 0, r, run.n), who: sourceGroup(r.who), sure: r.confidence === 'high',
    text: `recorded ${recordValue(r)}${r.denominator === null ? '' : ` = ${rescaledText(r, run)} of ${run.n}`} (${r.who})`, href: '',
  }));
}

export function seriesTable(run: Calendar, title: string, s: Series): HTMLElement {
  const days = Array.from({ length: run.n_day }, (_, day) => day).filter((day) => s.mean[day] !== null && s.mean[day] !== undefined);
  const cell = (values: Num[]) => (day: number) => num(values[day] ?? null, 4);
  return table(`${title}: every day over the runs`, [
    { head: 'date', date: true, cell: (day) => run.date(day), row: true },
    { head: 'mean', num: true, cell: cell(s.mean) }, { head: 'its Monte Carlo error', num: true, cell: cell(s.mcse) },
    { head: '5 %', num: true, cell: cell(s.q05) }, { head: '25 %', num: true, cell: cell(s.q25) }, { head: 'median', num: true, cell: cell(s.q50) },
    { head: '75 %', num: true, cell: cell(s.q75) }, { head: '95 %', num: true, cell: cell(s.q95) },
  ], days, { tall: true });
}

function recordTable(run: Run, name: string): HTMLElement | null {
  const rows = recordRows(run, name);
  if (!rows.length) return null;
  return table('Recorded values beside the model', [
    { head: 'date', date: true, cell: (r) => spanText(r, run), row: true },
    { head: 'recorded', num: true, cell: (r) => recordLink(r, run, recordValue(r)) },
    { head: `of ${run.n} here`, num: true, cell: (r) => rescaledText(r, run) },
    { head: 'who', cell: (r) => r.who }, { head: 'the record is', cell: (r) => place(run, r)?.text ?? 'outside the run' },
    { head: 'known on', date: true, cell: (r) => r.known_on },
  ], rows, { tall: true });
}

function factTable(run: Run, name: string): HTMLElement | null {
  const rows = factLevels(run, name);
  if (!rows.length) return null;
  const s = run.data.series[name];
  return table('The scenario\u2019s facts beside the model', [
    { head: 'date', date: true, cell: (f) => run.date(f.day), row: true },
    { head: 'recorded', num: true, cell: (f) => `${num(f.value)}${f.denominator === null ? '' : ` of ${num(f.denominator)}`}` },
    { head: 'model, 5 %', num: true, cell: (f) => num(s?.q05[f.day] ?? null) }, { head: 'median', num: true, cell: (f) => num(s?.q50[f.day] ?? null) },
    { head: '95 %', num: true, cell: (f) => num(s?.q95[f.day] ?? null) },
    { head: 'what it is', wrap: true, cell: (f) => f.definition }, { head: 'source', wrap: true, cell: (f) => sourceNode(f.source) },
    { head: 'known on', date: true, cell: (f) => f.known_on },
  ], rows, { tall: rows.length > 12 });
}

/** One observable with its bands, recorded points and the table behind. */
export function fanFigure(run: Run, name: string, charts: Chart[]): HTMLElement {
  const o = run.observable(name);
  const s = run.data.series[name];
  if (!s) return el('div');
  const bloc = blocOf(run, name);
  const color = blocColor(run.data.blocs[bloc]?.color ?? PLAIN_COLOR);
  const either = o.unit === '0 or 1'; // quantiles of it say nothing: the mean is the share of runs
  const line: Line = either ? { label: 'share of the runs', color, values: s.mean } :
    { label: run.data.blocs[bloc]?.name ?? title(run, name), color, values: s.q50, bands: s, inner: s };
  const chart = new Chart({
    run, label: `${title(run, name)}: ${o.definition}`, unit: either ? 'share' : o.unit, lines: [line], points: points(run, name),
    ...(either || o.unit === 'share' || o.unit === 'probability' ? { top: 1 } : {}),
  });
  charts.push(chart);
  return el('figure', {}, el('h3', {}, title(run, name)), el('figcaption', {}, `${o.definition} [${unitText(o.unit)}]`), chart.node,
    lazyDetails('Table behind this chart', () => el('div', {}, recordTable(run, name), factTable(run, name), seriesTable(run, name, s))));
}

/** The observables that have something recorded, then the usual ones of the bloc. */
function mainNames(run: Run, bloc: number): string[] {
  const id = run.data.blocs[bloc]?.id ?? '';
  const usual = ['districts_controlled', 'centres_held', 'districts_contested', 'capitals_held'].map((n) => `${n}.${id}`);
  const recorded = run.data.record.filter((r) => r.district < 0 && !isCumulative(run.observable(r.observable)) && !topicOf(run.observable(r.observable))).map((r) => r.observable);
  return [...new Set([...usual.slice(0, 2), ...recorded, ...usual])].filter((n) => run.data.series[n]);
}

export function seriesSection(run: Run, bloc: number, charts: Chart[]): HTMLElement {
  const names = mainNames(run, bloc);
  const host = el('div');
  const select = el('select', { id: 'series' }, el('option', { value: '' }, 'choose a series'),
    run.data.observables.filter((o) => run.data.series[o.name] && o.unit !== 'class').map((o) => el('option', { value: o.name }, title(run, o.name))));
  let shown: Chart[] = [];
  select.addEventListener('change', () => {
    for (const chart of shown) charts.splice(charts.indexOf(chart), 1);
    shown = [];
    host.replaceChildren(select.value ? fanFigure(run, select.value, shown) : el('div'));
    charts.push(...shown);
  });
  return el('section', { id: 'series-section', 'aria-labelledby': 'h-series' },
    el('h2', { id: 'h-series' }, 'Counts over time against the record'),
    el('p', {}, 'Bands hold 50 % and 90 % of the runs. Recorded values are drawn as the source\u2019s share of its own denominator times ' +
      `${run.n} districts; each source keeps its definition. The dotted line is the day chosen at the map.`),
    el('div', { class: 'grid2' }, names.map((name) => fanFigure(run, name, charts))),
    el('div', { class: 'pick' }, el('label', { for: 'series' }, 'Any other series', select)), host);
}

export function howSection(run: Run, bloc: number, charts: Chart[]): HTMLElement {
  const section = el('section', { id: 'how', 'aria-labelledby': 'h-how' }, el('h2', { id: 'h-how' }, 'How districts changed hands'));
  const grid = el('div', { class: 'grid2' });
  run.data.blocs.forEach((b, k) => {
    if (k === bloc) return;
    const figure = modesFigure(run, b.id, b.name, charts);
    if (figure) grid.append(figure);
  });
  if (run.data.series['reproduction_number']) grid.append(reproductionFigure(run, charts));
  section.append(grid);
  const periods = periodsTable(run);
  if (periods) section.append(periods);
  return section;
}

/** Recorded numbers of a period of observables that count from the first day: the model's growth over the same days. */
function periodsTable(run: Run): HTMLElement | null {
  const rows = run.data.record.filter((r) => {
    const o = run.data.observables.find((x) => x.name === r.observable);
    return o && isCumulative(o) && run.data.series[o.name] && r.district < 0 && r.low !== null && r.start !== null && r.end !== null && r.start >= 0 && r.start < run.data.n_day;
  });
  if (!rows.length) return null;
  const grown = (r: RecordRow): number | null => {
    const mean = run.data.series[r.observable]?.mean ?? [];
    const [from, to] = [r.start ?? 0, Math.min(run.data.n_day - 1, r.end ?? 0)];
    const before = from > 0 ? mean[from - 1] ?? null : 0;
    const after = mean[to] ?? null;
    return before === null || after === null ? null : after - before;
  };
  return el('div', {}, el('h3', {}, 'Numbers of a period'),
    el('p', { class: 'note' }, 'Recorded casualties are floors: what sources could confirm. Real losses were higher, so a model above them is not thereby wrong.'),
    table('Recorded numbers of a period beside the model\u2019s mean growth over the same days', [
      { head: 'quantity', cell: (r) => title(run, r.observable), row: true }, { head: 'period', date: true, cell: (r) => spanText(r, run) },
      { head: 'model mean', num: true, cell: (r) => { const g = grown(r); return g === null ? '\u2013' : num(Math.round(g)); } },
      { head: 'recorded', num: true, cell: (r) => recordLink(r, run, recordValue(r)) },
      { head: 'who', cell: (r) => r.who }, { head: 'definition', cell: (r) => r.definition }, { head: 'known on', date: true, cell: (r) => r.known_on },
    ], rows, { tall: rows.length > 12 }));
}

function modesFigure(run: Run, id: string, name: string, charts: Chart[]): HTMLElement | null {
  const names = run.data.observables.map((o) => o.name).filter((n) => n.startsWith('lost_') && n.endsWith(`.${id}`) && run.data.series[n]);
  if (!names.length) return null;
  const lines: Line[] = names.map((n, i) => {
    const [color, dash] = MODE_STYLE[i % MODE_STYLE.length] ?? ['#888888', ''];
    return { label: n.slice(5, n.lastIndexOf('.')).replaceAll('_', ' '), color: blocColor(color), dash, values: run.data.series[n]?.mean ?? [] };
  });
  const chart = new Chart({ run, label: `Districts lost by ${name} so far, by how they were lost; mean over the runs`, unit: 'districts', lines, points: [] });
  charts.push(chart);
  const meaning = (n: string): string => run.data.modes[n.slice(5, n.lastIndexOf('.'))] ?? '';
  return el('figure', {}, el('h3', {}, `Districts lost by ${name} so far, by mode`), el('figcaption', {}, 'Mean over the runs, since the first day; a district lost twice counts twice.'),
    chart.node, lazyDetails('Table behind this chart', () => el('div', {},
      el('ul', {}, names.map((n, i) => el('li', {}, el('strong', {}, lines[i]?.label ?? n), `: ${meaning(n)}`))),
      table('Mean number of districts lost so far, by mode', [
        { head: 'date', date: true, cell: (day: number) => run.date(day), row: true },
        ...names.map((n, i) => ({ head: lines[i]?.label ?? n, num: true, cell: (day: number) => num(run.data.series[n]?.mean[day] ?? null) })),
      ], Array.from({ length: run.data.n_day }, (_, day) => day), { tall: true }))));
}

function reproductionFigure(run: Run, charts: Chart[]): HTMLElement {
  const name = 'reproduction_number';
  const s = run.data.series[name] as Series;
  const o = run.observable(name);
  const chart = new Chart({
    run, label: `Reproduction number of falls over time: ${o.definition}`, unit: o.unit,
    lines: [{ label: 'further falls per fall', color: blocColor('#7a5195'), values: s.mean, bands: s, inner: s, centre: 'mean' }],
    points: [], reference: { value: 1, label: '1: each fall replaces itself' },
  });
  charts.push(chart);
  return el('figure', {}, el('h3', {}, 'Reproduction number of falls'), el('figcaption', {}, `${o.definition} [${o.unit}]`), chart.node,
    lazyDetails('Table behind this chart', () => seriesTable(run, name, s)));
}
