/** One district: who holds it with what probability, how and when it fell, its conditions and people, what is recorded. */

import { Chart } from '../chart.ts';
import { blocColor } from '../color.ts';
import { captures, type Num } from '../data.ts';
import { big, el, lazyDetails, num, sourceNode, table } from '../dom.ts';
import { recordLink, spanText, unitText } from '../facts.ts';
import { keySection } from '../header.ts';
import { fanFigure } from '../series.ts';
import { api, type Banded, type DistrictDetail } from './api.ts';
import { pending, type Bench } from './app.ts';
import { fieldText, withError } from './layers.ts';

const dash = '\u2013';
const PEOPLE: Record<string, [string, string]> = {
  arrivals: ['Arrivals', 'persons who arrived in the week before'], departures: ['Departures', 'persons who left in the week before'],
  hosted: ['Hosted from elsewhere', 'persons from elsewhere who are there'],
};
const OF_RUNS = 'share of replicates';
const CONDITION_COLOR = '#5f6b8a';

/** Probabilities of the day as a bar and in words. */
class Holding {
  readonly node = el('div', { class: 'holding' });
  constructor(private readonly b: Bench, private readonly district: number) {}

  setDay(day: number): void {
    const { run } = this.b;
    const rows = run.data.blocs.map((x, k) => ({ name: x.name, color: blocColor(x.color), p: run.control(day, k, this.district) })).filter((r) => r.p > 0);
    const bar = el('div', { class: 'stack', 'aria-hidden': 'true' }, rows.map((r) => {
      const part = el('span');
      part.style.width = `${100 * r.p}%`;
      part.style.background = r.color;
      return part;
    }));
    this.node.replaceChildren(el('p', { class: 'strong' }, `On ${run.date(day)}: `,
      rows.sort((a, c) => c.p - a.p).map((r) => `${r.name} in ${withError(r.p, run.data.n_replicate)} of runs`).join('; ')), bar);
  }
}

function controlChart(b: Bench, district: number): HTMLElement {
  const { run } = b;
  const d = run.data;
  const days = Array.from({ length: d.n_day }, (_, day) => day);
  const points = (captures(d, b.bloc)[district] ?? []).filter((c) => c.row.end !== null && c.row.end >= 0 && c.row.start !== null && c.row.start < d.n_day).map(({ row, own }) => ({
    start: Math.max(0, row.start ?? 0), end: Math.min(d.n_day - 1, row.end ?? 0), low: 0.5, high: 0.5, who: own ? 'taken' : 'taken back', sure: row.confidence === 'high',
    text: `recorded: ${own ? 'taken' : 'taken back'} ${spanText(row, run)}`, href: '',
  }));
  const chart = new Chart({
    run, label: `Probability of control of ${d.districts.name[district] ?? ''}`, unit: 'probability', top: 1, points,
    lines: d.blocs.map((x, k) => ({ label: x.name, color: blocColor(x.color), values: days.map((day) => run.control(day, k, district)), dash: k === b.bloc ? '' : '5 4' }))
      .filter((l) => l.values.some((v) => v >= 0.005)),
  });
  b.charts.push(chart);
  return el('figure', {}, el('h3', {}, 'Who holds it, day by day'), el('figcaption', {}, `Share of ${num(d.n_replicate)} runs; a share p of n runs is known to about \u00b1 the root of p (1 \u2212 p) / n.`), chart.node);
}

function recorded(b: Bench, district: number): HTMLElement {
  const rows = (captures(b.run.data, b.bloc)[district] ?? []).map((c) => c.row);
  if (!rows.length) return el('p', {}, 'Record unknown: no dated capture of this district is known. It is not guessed.');
  return el('ul', { class: 'plain' }, rows.map((r) => el('li', {}, 'Recorded: ', recordLink(r, b.run, spanText(r, b.run)), r.mode ? `, ${r.mode.replaceAll('_', ' ')}` : '',
    ` (${[r.who, r.confidence ? `confidence ${r.confidence}` : '', r.known_on ? `known ${r.known_on}` : ''].filter(Boolean).join(', ')}). Source: `, r.source ? sourceNode(r.source) : 'not named')));
}

function fallsTable(b: Bench, detail: DistrictDetail): HTMLElement {
  const { run } = b;
  const day = (v: Num): string => (v === null ? dash : run.date(v));
  const name = (to: string): string => run.data.blocs.find((x) => x.id === to)?.name ?? to;
  const modes = [...new Set(detail.falls.flatMap((f) => Object.keys(f.by_mode)))];
  const never = withError(detail.never / Math.max(1, detail.n_replicate), detail.n_replicate);
  return el('div', {}, el('h3', {}, 'How it first fell'),
    el('p', {}, `First loss by whoever held it at the start${detail.start ? ` (${Object.entries(detail.start).map(([id, n]) => `${name(id)} in ${num(n)}`).join(', ')} of ${num(detail.n_replicate)} runs)` : ''}. It never falls in ${num(detail.never)} runs: ${never}.`),
    detail.falls.some((f) => f.n_fell) ? table('First fall of the district: to whom, when, how', [
      { head: 'to', cell: (f) => name(f.to), row: true }, { head: 'runs', num: true, cell: (f) => num(f.n_fell) },
      { head: 'median', date: true, cell: (f) => day(f.q50) }, { head: '90 % of these runs', date: true, cell: (f) => `${day(f.q05)} to ${day(f.q95)}` },
      ...modes.map((m) => ({ head: m.replaceAll('_', ' '), num: true, cell: (f: (typeof detail.falls)[number]) => num(f.by_mode[m] ?? 0) })),
    ], detail.falls.filter((f) => f.n_fell)) : null,
    modes.length ? el('p', { class: 'note' }, modes.map((m) => `${m.replaceAll('_', ' ')}: ${run.data.modes[m] ?? m}`).join('; '), '.') : null);
}

/** Values of some days on all days. */
function spread(days: number[], values: Num[], n: number): Num[] {
  const out: Num[] = Array.from({ length: n }, () => null);
  days.forEach((day, k) => { if (day < n) out[day] = values[k] ?? null; });
  return out;
}

function bandChart(b: Bench, label: string, unit: string, what: string, days: number[], banded: Banded, color: string): HTMLElement {
  const n = b.run.data.n_day;
  const share = /^share/.test(unit);
  const either = unit === OF_RUNS; // quantiles of what is 0 or 1 in a run say nothing
  const chart = new Chart({
    run: b.run, label, unit: share ? 'share' : unit, points: [], ...((share || unit === '0 to 1') && banded.q95.some((v) => v !== null && v > 0.5) ? { top: 1 } : {}),
    lines: [{ label: either ? 'share of the runs' : 'mean', color: blocColor(color), values: spread(days, banded.mean, n), centre: 'mean',
      ...(either ? {} : { bands: { q05: spread(days, banded.q05, n), q95: spread(days, banded.q95, n), mcse: [] } }) }], brief: either ? '' : 'line: mean; band: 90 % of the runs',
  });
  b.charts.push(chart);
  return el('figure', {}, el('h4', {}, label), el('figcaption', {}, `${what} [${unitText(unit)}]`), chart.node);
}

const isBanded = (x: Banded | number[] | undefined): x is Banded => x !== undefined && !Array.isArray(x) && Array.isArray(x.mean);

async function detailNode(b: Bench, district: number, day: () => number): Promise<Node> {
  const [detail, fields] = await Promise.all([api.district(b.runId, district), b.app.fields(b.runId).catch(() => null)]);
  const about = (name: string): { label: string; unit: string; definition: string } =>
    fields?.fields.find((f) => f.name === name) ?? { label: name.replaceAll('_', ' '), unit: '', definition: '' };
  const conditions = Object.keys(detail.fields).filter((k) => isBanded(detail.fields[k]));
  const people = Object.keys(detail.people).filter((k) => isBanded(detail.people[k]));
  const charts = el('div', { class: 'small-charts' },
    conditions.map((k) => bandChart(b, about(k).label, about(k).unit, about(k).definition, detail.fields.days, detail.fields[k] as Banded, CONDITION_COLOR)));
  const moving = el('div', { class: 'small-charts' }, people.map((k) => bandChart(b, PEOPLE[k]?.[0] ?? k, 'persons', PEOPLE[k]?.[1] ?? k, detail.people.days, detail.people[k] as Banded, '#0072b2')));
  const now = table(`On or before ${b.run.date(day())}: mean (5 to 95 % of runs)`, [
    { head: 'what', cell: (r) => r.what, row: true }, { head: 'mean (90 % of runs)', num: true, cell: (r) => r.text }, { head: 'unit', cell: (r) => unitText(r.unit) },
  ], [...conditions.map((k) => ({ what: about(k).label, unit: about(k).unit, text: rangeOn(detail.fields.days, detail.fields[k] as Banded, day(), about(k).unit, fields?.n_replicate ?? 1) })),
    ...people.map((k) => ({ what: PEOPLE[k]?.[0] ?? k, unit: 'persons', text: rangeOn(detail.people.days, detail.people[k] as Banded, day(), 'persons', 1) }))]);
  b.charts.forEach((c) => c.setDay(day()));
  return el('div', {}, fallsTable(b, detail), el('h3', {}, 'Conditions and people'), now, charts, moving);
}

function rangeOn(days: number[], x: Banded, day: number, unit: string, n_replicate: number): string {
  const k = Math.max(0, days.findLastIndex((d) => d <= day));
  const show = (v: Num | undefined): string => (v === null || v === undefined ? dash : /^share/.test(unit) ? fieldText(v, unit) : big(Number(v.toPrecision(3))));
  if (unit === OF_RUNS && x.mean[k] != null) return withError(x.mean[k] ?? 0, n_replicate);
  return x.mean[k] == null ? dash : `${show(x.mean[k])} (${show(x.q05[k])} to ${show(x.q95[k])})`;
}

export class DistrictPanel {
  readonly node = el('div', { class: 'district-panel' });
  private shown = '';
  private holding: Holding | null = null;

  constructor(private readonly b: Bench, private readonly day: () => number) {}

  update(): void {
    const pcode = this.b.app.store.view.district;
    if (pcode === this.shown && this.node.childElementCount) {
      this.holding?.setDay(this.day());
      return;
    }
    this.shown = pcode;
    this.b.charts.length = 0;
    this.node.replaceChildren(...this.make(this.b.run.data.districts.pcode.indexOf(pcode)));
  }

  private make(district: number): HTMLElement[] {
    const { run } = this.b;
    if (district < 0) return this.empty();
    this.holding = run.hasControl ? new Holding(this.b, district) : null;
    this.holding?.setDay(this.day());
    const d = run.data.districts;
    return [el('h2', {}, d.name[district] ?? ''),
      el('p', { class: 'note' }, [run.data.provinces[d.province[district] ?? -1]?.name ?? '', d.pcode[district], d.capital[district] ? 'capital of its province' : '', district === run.data.scenario.national_capital ? 'national capital' : ''].filter(Boolean).join(' \u00b7 ')),
      ...(this.holding ? [this.holding.node] : []), recorded(this.b, district), ...(run.hasControl ? [controlChart(this.b, district)] : []),
      pending('Reading this district from every run \u2026', detailNode(this.b, district, this.day))];
  }

  /** Nothing chosen: what to do, and the key numbers of the day. */
  private empty(): HTMLElement[] {
    this.holding = null;
    const { run } = this.b;
    const end = run.data.series['national_capital_fallen']?.mean[run.data.n_day - 1];
    const capital = run.data.districts.name[run.data.scenario.national_capital] ?? 'The national capital';
    const id = run.data.blocs[this.b.bloc]?.id ?? '';
    const name = [`districts_controlled.${id}`, `centres_held.${id}`].find((n) => run.data.series[n]);
    return [el('h2', {}, 'The whole country'),
      el('p', {}, 'No district is chosen: click one on the map, type its name above it, or focus the map and use the arrow keys.'),
      end == null ? el('p') : el('p', {}, `${capital} is lost by ${run.date(run.data.n_day - 1)} in ${withError(end, run.data.n_replicate)} of ${num(run.data.n_replicate)} runs.`),
      ...(name ? [fanFigure(run, name, this.b.charts)] : []),
      lazyDetails('Key numbers, model beside record', () => keySection(run, this.b.bloc)),
      el('p', { class: 'note' }, 'Probabilities are shares of simulated courses, \u00b1 one standard error of sampling. Where half of the courses agree the model does not know.')];
  }
}
