/** What the map can show: each layer gives a district its fill, its value for tables and files, its words, and the legend. */

import { cssColor, isDark, mix, ramp, rampAt } from '../color.ts';
import { captures, recordedState, type Capture, type Num, type Recorded, type Run } from '../data.ts';
import { num, percent } from '../dom.ts';
import { spanText } from '../facts.ts';
import type { Fill, Mark } from '../map.ts';
import type { BlocRef, Field, Fields, Flows, Replicate } from './api.ts';

export interface LegendItem { fill: Fill; text: string }
export interface Layer {
  label: string; unit: string; definition: string;
  fill: (district: number) => Fill;
  strong: (district: number) => boolean;
  value: (district: number) => Num | string;
  text: (district: number) => string;
  legend: LegendItem[];
  /** Said beside the legend. */
  more: string[];
  marks?: () => Mark[];
}
/** What layers are made from; `day` and `bloc` are those on the screen. */
export interface Scene {
  run: Run; day: number; bloc: number;
  fields: Fields | null; flows: Flows | null; replicate: Replicate | null; pair: { own: Run; other: Run } | null; otherName: string; shownName: string;
}
export interface Choice { id: string; label: string; group: string }

const CONTESTED = '#7a5195';
/** Colours of fields by what they speak of; all are read by lightness. */
const HUES: Record<string, string> = {
  contested: CONTESTED, displaced_per_head: '#b5523b', morale: '#0072b2', supply_days: '#00795b', garrison: '#2c6fbb', attackers: '#b5523b', people: '#5f6b8a',
};
const RECORD_TEXT: Record<Recorded, string> = {
  held: 'recorded as taken', not: 'recorded as not taken at this time', interval: 'taken at some time around now', unknown: 'record unknown',
};
const unknownFill = (): Fill => ({ hatch: 'unknown', color: cssColor('--unknown-ink') });
const half = 0.5;

export function choices(s: Scene, fieldNames: { name: string; label: string }[]): Choice[] {
  const control: Choice[] = s.run.hasControl ? [
    { id: 'control', label: 'Probability of control', group: 'Control' }, { id: 'holder', label: 'Most likely holder', group: 'Control' },
    { id: 'fall', label: 'Date of fall', group: 'Control' },
  ] : [];
  return [...control, { id: 'record', label: 'What is recorded', group: 'Control' },
    ...fieldNames.map((f) => ({ id: `field:${f.name}`, label: f.label, group: 'Conditions' })),
    { id: 'flow:arrivals', label: 'People arriving', group: 'People on the move' }, { id: 'flow:departures', label: 'People leaving', group: 'People on the move' },
    { id: 'flow:hosted', label: 'People hosted from elsewhere', group: 'People on the move' },
    { id: 'history', label: 'One history', group: 'Other runs' }, { id: 'difference', label: 'Difference to the base', group: 'Other runs' }];
}

/** Fields every server has, so that the list stands before they are fetched. */
export const USUAL_FIELDS = [
  { name: 'contested', label: 'Contested' }, { name: 'displaced_per_head', label: 'Displaced per head' }, { name: 'supply_days', label: 'Supply of the garrison' },
  { name: 'morale', label: 'Morale of the garrison' }, { name: 'garrison', label: 'Garrison' }, { name: 'attackers', label: 'Attackers' }, { name: 'people', label: 'People' },
];

/** "63 % (\u00b1 3 points)" of a share of replicates: one standard error of sampling. */
export function withError(p: number, n: number): string {
  const se = 100 * Math.sqrt(Math.max(0, p * (1 - p)) / Math.max(1, n));
  return se < 0.5 ? percent(p) : `${percent(p)} (\u00b1\u00a0${se.toFixed(0)}\u00a0point${se < 1.5 ? '' : 's'})`;
}

export function shares(s: Scene, district: number): string {
  return s.run.data.blocs.map((b, k) => [b.name, s.run.control(s.day, k, district)] as const)
    .filter(([, p], k) => p >= 0.005 || k === s.bloc).sort((a, b) => b[1] - a[1]).map(([name, p]) => `${name} ${percent(p)}`).join(', ');
}

function control(s: Scene): Layer {
  const bloc = s.run.data.blocs[s.bloc];
  const colors = ramp(bloc?.color ?? '#888888');
  const p = (i: number): number => s.run.control(s.day, s.bloc, i);
  return {
    label: `Probability of control: ${bloc?.name ?? ''}`, unit: 'share of runs', definition: `share of the runs in which ${bloc?.name ?? ''} holds the district's centre at the end of the day`,
    fill: (i) => rampAt(colors, p(i)), strong: (i) => p(i) >= half, value: (i) => Number(p(i).toFixed(3)), text: (i) => shares(s, i),
    legend: [0, 0.25, 0.5, 0.75, 1].map((v) => ({ fill: rampAt(colors, v), text: `${100 * v} %` })),
    more: [`\u25a0 capital held by ${bloc?.name ?? ''} in half of the runs or more \u25a1 less`],
  };
}

function holder(s: Scene): Layer {
  const { blocs } = s.run.data;
  const colors = blocs.map((b) => ramp(b.color));
  const best = (i: number): [number, number] => blocs.reduce<[number, number]>((top, _, k) => (s.run.control(s.day, k, i) > top[1] ? [k, s.run.control(s.day, k, i)] : top), [0, -1]);
  const shade = (k: number, p: number): string => rampAt(colors[k] ?? [], 0.2 + 0.8 * Math.max(0, (p - half) / half));
  return {
    label: 'Most likely holder', unit: 'side', definition: 'the side that holds the centre in most runs; the paler, the less sure',
    fill: (i) => shade(...best(i)), strong: (i) => best(i)[0] !== s.run.data.home_bloc,
    value: (i) => { const [k, p] = best(i); return `${blocs[k]?.name ?? ''} ${p.toFixed(2)}`; }, text: (i) => shares(s, i),
    legend: blocs.flatMap((b, k) => [0.55, 0.75, 1].map((p) => ({ fill: shade(k, p), text: p === 0.55 ? `${b.name}: 55` : p === 1 ? '100 %' : String(100 * p) }))),
    more: [],
  };
}

/** First day from which a bloc holds a district in at least this share of the runs; -1: on no day. */
export function dayOfShare(s: Scene, district: number, share: number): number {
  for (let day = 0; day < s.run.data.n_day; day++) if (s.run.control(day, s.bloc, district) >= share) return day;
  return -1;
}

function fall(s: Scene): Layer {
  const name = s.run.data.blocs[s.bloc]?.name ?? '';
  const days = Array.from({ length: s.run.n }, (_, i) => dayOfShare(s, i, half));
  const dated = days.filter((d) => d > 0);
  const [first, last] = [Math.min(...dated, s.run.data.n_day - 1), Math.max(...dated, 1)];
  const colors = ramp(CONTESTED);
  const shade = (day: number): string => rampAt(colors, day === 0 ? 1 : 0.95 - 0.8 * ((day - first) / Math.max(1, last - first)));
  const at = (q: number): number => Math.round(first + q * (last - first));
  const said = (day: number): string => (day < 0 ? 'not by the end' : day === 0 ? 'from the start' : s.run.date(day));
  return {
    label: `Date of fall to ${name}`, unit: 'date', definition: `first day on which ${name} holds the centre in half of the runs or more`,
    fill: (i) => { const d = days[i] ?? -1; return d < 0 ? unknownFill() : shade(d); }, strong: (i) => (days[i] ?? -1) >= 0,
    value: (i) => said(days[i] ?? -1),
    text: (i) => `in 10 % of runs: ${said(dayOfShare(s, i, 0.1))}\nin half: ${said(days[i] ?? -1)}\nin 90 %: ${said(dayOfShare(s, i, 0.9))}`,
    legend: [{ fill: shade(0), text: 'from the start' }, ...[0, 0.33, 0.67, 1].map((q) => ({ fill: shade(at(q)), text: s.run.shortDate(at(q)) })),
      { fill: unknownFill(), text: 'not by the end in half of the runs' }],
    more: [],
  };
}

function record(s: Scene): Layer {
  const name = s.run.data.blocs[s.bloc]?.name ?? '';
  const rows: Capture[][] = captures(s.run.data, s.bloc);
  const colors = ramp(s.run.data.blocs[s.bloc]?.color ?? '#888888');
  const full = colors[colors.length - 1] ?? '#808080';
  const state = (i: number): Recorded => recordedState(rows[i] ?? [], s.day);
  const fills: Record<Recorded, Fill> = { held: full, not: colors[0] ?? '#eeeeee', interval: { hatch: 'interval', color: full }, unknown: unknownFill() };
  return {
    label: `Record: ${name}`, unit: 'recorded state', definition: 'what sources give for the day; a district without a date is hatched, never guessed',
    fill: (i) => fills[state(i)], strong: (i) => state(i) === 'held', value: (i) => RECORD_TEXT[state(i)],
    text: (i) => { const own = rows[i]?.find((c) => c.own)?.row; return `${RECORD_TEXT[state(i)]}${own ? `\nrecorded capture: ${spanText(own, s.run)}` : ''}`; },
    legend: [{ fill: fills.held, text: 'taken' }, { fill: fills.not, text: 'not taken' }, { fill: fills.interval, text: 'date within an interval' }, { fill: fills.unknown, text: 'record unknown' }],
    more: [],
  };
}

/** The largest value worth a colour: the 98 % quantile of all values, rounded up to one figure. */
function ceiling(values: Float32Array): number {
  const sorted = values.filter((v) => v > 0).sort();
  const top = sorted[Math.floor(0.98 * (sorted.length - 1))] ?? 1;
  const unit = 10 ** Math.floor(Math.log10(top));
  return Math.ceil(top / unit) * unit || 1;
}

/** Position in a list of days that covers a day. */
const slot = (days: number[], day: number): number => Math.max(0, days.findLastIndex((d) => d <= day));
/** A value of a field; shares in percent. */
export function fieldText(v: number, unit: string): string {
  if (!/^share/.test(unit)) return num(v);
  const p = 100 * v;
  return `${p > 0 && p < 9.95 ? p.toFixed(1) : p.toFixed(0)}\u00a0%`;
}
const fieldUnit = (unit: string): string => (/^share/.test(unit) ? '' : ` ${unit}`);

const isCount = (unit: string): boolean => /persons|fighters|people/.test(unit);

function field(s: Scene, f: Field, fields: Fields): Layer {
  const colors = ramp(HUES[f.name] ?? '#0072b2');
  const high = ceiling(f.values);
  const whole = /share|0 to 1|probability/.test(f.unit) && high > half;
  const top = whole ? 1 : high;
  const root = isCount(f.unit);
  const v = (i: number): number => f.values[slot(fields.days, s.day) * s.run.n + i] ?? NaN;
  const at = (x: number): string => rampAt(colors, root ? Math.sqrt(x / top) : x / top);
  const ticks = (root ? [0, 1 / 16, 1 / 4, 9 / 16, 1] : [0, 0.25, 0.5, 0.75, 1]).map((t) => t * top);
  const nothing = f.name === 'morale' || f.name === 'supply_days' ? 'no garrison' : 'nothing to measure';
  return {
    label: f.label, unit: f.unit, definition: `${f.definition}; mean over ${fields.n_replicate} runs, week of ${s.run.date(fields.days[slot(fields.days, s.day)] ?? 0)}`,
    fill: (i) => (Number.isFinite(v(i)) ? at(v(i)) : unknownFill()), strong: (i) => s.run.control(s.day, s.bloc, i) >= half,
    value: (i) => (Number.isFinite(v(i)) ? Number(v(i).toPrecision(4)) : null),
    text: (i) => (Number.isFinite(v(i)) ? `${f.label}: ${fieldText(v(i), f.unit)}${fieldUnit(f.unit)}\n(a mean; its range is at the district)` : nothing),
    legend: [...ticks.map((t, k) => ({ fill: at(t), text: `${fieldText(t, f.unit)}${k === 4 && !whole ? ` and more${fieldUnit(f.unit) ? ` [${f.unit}]` : ''}` : ''}` })), { fill: unknownFill(), text: nothing }],
    more: [],
  };
}

const FLOW_TEXT: Record<string, [string, string]> = {
  arrivals: ['People arriving', 'arrived in the week up to the day'], departures: ['People leaving', 'left in the week up to the day'], hosted: ['People hosted from elsewhere', 'from elsewhere and there on the day'],
};

/** Circles whose area is the number of people, over the control of the day kept pale. */
function flow(s: Scene, name: string, flows: Flows): Layer | null {
  const m = flows.measures.find((x) => x.name === name && x.places === 'districts');
  if (!m) return null;
  const under = ramp(s.run.data.blocs[s.bloc]?.color ?? '#888888');
  const [label, what] = FLOW_TEXT[name] ?? [name, 'persons'];
  const n = s.run.n;
  const top = m.mean.reduce((a, b) => Math.max(a, b), 1);
  const v = (i: number): number => m.mean[slot(flows.days, s.day) * n + i] ?? 0;
  const radius = (x: number): number => 27 * Math.sqrt(x / top);
  const color = ramp('#0072b2')[17] ?? '#0072b2';
  return {
    label, unit: 'persons', definition: `${what}, mean over the runs; circles: area by number; fewer than 50 are not shown`,
    fill: (i) => mix(cssColor('--bg'), rampAt(under, s.run.hasControl ? s.run.control(s.day, s.bloc, i) : 0), 0.45), strong: (i) => s.run.control(s.day, s.bloc, i) >= half,
    value: (i) => (v(i) < 50 ? null : Math.round(v(i))), text: (i) => `${label}: ${v(i) < 50 ? 'fewer than 50' : num(Math.round(v(i)))} persons (a mean; its range is at the district)`,
    legend: [{ fill: color, text: `largest circle on any day: ${num(Math.round(top))} persons` }],
    more: [neighboursText(s, flows)],
    marks: () => Array.from({ length: n }, (_, i) => i).filter((i) => v(i) >= 50).sort((a, b) => v(b) - v(a))
      .map((i) => ({ district: i, radius: Math.max(1.2, radius(v(i))), fill: color, stroke: radius(v(i)) > 3 ? cssColor('--bg') : '', opacity: 0.6 })),
  };
}

function neighboursText(s: Scene, flows: Flows): string {
  const m = flows.measures.find((x) => x.places === 'neighbours');
  if (!m) return '';
  const at = slot(flows.days, s.day) * flows.neighbours.length;
  return `Crossed a border in the week up to ${s.run.date(flows.days[slot(flows.days, s.day)] ?? 0)}: ${flows.neighbours.map((name, k) => `${name} ${(m.mean[at + k] ?? 0) < 50 ? 'under 50' : num(Math.round(m.mean[at + k] ?? 0))}`).join(', ')}.`;
}

const blocNumber = (s: Scene, ref: BlocRef): number => (typeof ref === 'number' ? ref : s.run.data.blocs.findIndex((b) => b.id === ref));

/** Holder of each district on a day of one history. */
export function holdersOf(s: Scene, r: Replicate, day: number): { holder: number[]; since: number[]; mode: string[] } {
  const holder_ = r.start.map((b) => blocNumber(s, b));
  const since = r.start.map(() => -1);
  const mode = r.start.map(() => '');
  for (const [d, district, , to, how] of r.changes) {
    if (d > day) continue;
    holder_[district] = blocNumber(s, to);
    since[district] = d;
    mode[district] = how;
  }
  return { holder: holder_, since, mode };
}

function oneHistory(s: Scene, r: Replicate): Layer {
  const { blocs } = s.run.data;
  const colors = blocs.map((b) => ramp(b.color)[15] ?? b.color);
  const now = holdersOf(s, r, s.day);
  const fresh = (i: number): boolean => (now.since[i] ?? -1) > s.day - 7 && (now.since[i] ?? -1) >= 0;
  return {
    label: `History ${r.replicate}`, unit: 'side', definition: `who holds each centre in replicate ${r.replicate}, one of ${r.n_replicate} equally likely courses; dots: changed hands within seven days`,
    fill: (i) => colors[now.holder[i] ?? 0] ?? '#888888', strong: (i) => now.holder[i] !== s.run.data.home_bloc,
    value: (i) => blocs[now.holder[i] ?? 0]?.name ?? '',
    text: (i) => `${blocs[now.holder[i] ?? 0]?.name ?? ''} in this history${(now.since[i] ?? -1) >= 0 ? `, since ${s.run.date(now.since[i] ?? 0)} (${(now.mode[i] ?? '').replaceAll('_', ' ')})` : ', from the start'}`,
    legend: blocs.map((b, k) => ({ fill: colors[k] ?? '#888888', text: b.name })),
    more: ['\u25cf changed hands within seven days'],
    marks: () => now.holder.map((_, i) => i).filter(fresh).map((i) => ({ district: i, radius: 3.4, fill: cssColor('--bg'), stroke: cssColor('--ink') })),
  };
}

/** A round number that few differences exceed, the same for all days. */
function largestDifference(s: Scene, own: Run, other: Run): number {
  const sizes: number[] = [];
  for (let day = 0; day < s.run.data.n_day; day += 5) for (let i = 0; i < s.run.n; i++) sizes.push(Math.abs(other.control(day, s.bloc, i) - own.control(day, s.bloc, i)));
  const high = sizes.sort((a, b) => a - b)[Math.floor(0.97 * (sizes.length - 1))] ?? 1;
  return [0.1, 0.2, 0.4, 0.6].find((t) => t >= high) ?? 1;
}

/** Probability of control in another run less that of this one, both over the same replicates. */
function difference(s: Scene, own: Run, other: Run): Layer {
  const name = s.run.data.blocs[s.bloc]?.name ?? '';
  const [less, zero, more] = isDark() ? ['#b9a8ea', cssColor('--zero'), '#fdb863'] : ['#4d2c91', cssColor('--zero'), '#b35806']; // apart for the colour-blind (ColorBrewer PuOr)
  const v = (i: number): number => other.control(s.day, s.bloc, i) - own.control(s.day, s.bloc, i);
  const top = largestDifference(s, own, other);
  const shade = (x: number): string => mix(zero, x < 0 ? less : more, Math.min(1, Math.abs(x) / top));
  const points = (x: number): string => `${x > 0 ? '+' : x < 0 ? '\u2212' : ''}${Math.abs(100 * x).toFixed(0)}`;
  const se = (i: number): number => Math.sqrt(Math.max(0, v(i) === 0 ? 0 : 2 * 0.25 / Math.max(1, own.data.n_replicate)));
  return {
    label: `Difference: ${s.otherName} less ${s.shownName}`, unit: 'points of probability', definition: `probability that ${name} holds the centre in ${s.otherName}, less that in ${s.shownName}, over ${own.data.n_replicate} pairs of the same seed`,
    fill: (i) => shade(v(i)), strong: (i) => other.control(s.day, s.bloc, i) >= half, value: (i) => Number((100 * v(i)).toFixed(1)),
    text: (i) => `${s.shownName} ${percent(own.control(s.day, s.bloc, i))}, ${s.otherName} ${percent(other.control(s.day, s.bloc, i))}\ndifference ${points(v(i))} points (at most \u00b1 ${(100 * se(i)).toFixed(0)} of sampling)`,
    legend: [-1, -0.5, 0, 0.5, 1].map((t) => t * top).map((x) => ({ fill: shade(x), text: x === 0 ? '0' : `${points(x)}${x < top ? '' : top < 1 ? ' points or more' : ' points'}` })), more: [],
  };
}

function missing(label: string, why: string): Layer {
  const fill = unknownFill();
  return { label, unit: '', definition: why, fill: () => fill, strong: () => false, value: () => null, text: () => why, legend: [], more: [why] };
}

/** The layer of a name, or an empty map that says why there is nothing. */
export function makeLayer(id: string, s: Scene): Layer {
  const [kind, name = ''] = id.split(':');
  if (kind === 'record') return record(s);
  if (kind === 'field') {
    const f = s.fields?.fields.find((x) => x.name === name);
    const label = USUAL_FIELDS.find((x) => x.name === name)?.label ?? name;
    return f && s.fields ? field(s, f, s.fields) : missing(label, s.fields ? 'This run has no such layer.' : 'Simulating the first replicates again for this layer \u2026');
  }
  if (kind === 'flow') return (s.flows && flow(s, name, s.flows)) ?? missing(FLOW_TEXT[name]?.[0] ?? name, s.flows ? 'This run keeps no such flow.' : 'Fetching \u2026');
  if (kind === 'history') return s.replicate ? oneHistory(s, s.replicate) : missing('One history', 'Fetching the history \u2026');
  if (!s.run.hasControl) return missing('Control', 'This run gives no districts: its scenario is too recent, or nothing was kept.');
  if (kind === 'difference') return s.pair ? difference(s, s.pair.own, s.pair.other) : missing('Difference to the base', 'No other run yet, or it is on its way: change something under What-if, or choose a run under Compare.');
  return kind === 'holder' ? holder(s) : kind === 'fall' ? fall(s) : control(s);
}
