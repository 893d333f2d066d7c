/** A chart over the days of a run: bands (50 and 90 %), lines, recorded points with their errors, and a cursor. */

import { axisText, big, el, showTip, svg } from './dom.ts';
import type { Bands, Calendar, Num, Series } from './data.ts';
import { offerSheet, type Sheet } from './sheet.ts';

/** values: the line, the median of `bands` unless `centre` says otherwise; `inner` is the 50 % band within the 90 % of `bands`; `of`: what the
 *  bands are taken over. */
export interface Line {
  label: string; color: string; dash?: string; values: Num[]; bands?: Bands; inner?: Pick<Series, 'q25' | 'q75'>; centre?: 'mean'; of?: string;
}
export interface Point { start: number; end: number; low: number; high: number; who: string; sure: boolean; text: string; href: string }
export interface ChartOptions {
  run: Calendar; label: string; unit: string; lines: Line[]; points: Point[];
  top?: number; reference?: { value: number; label: string };
  /** Say once, not with each line, what lines and bands are. */
  brief?: string;
}

const MARGIN = { left: 44, right: 14, top: 10, bottom: 26 };
/** Lines are named at their ends where there is room: in charts this wide, with so many lines, names of so many characters. */
const NAMED = { width: 480, lines: 5, characters: 22, apart: 14 };
/** Pixels of a character of an axis label, generously. */
const CHARACTER = 7;
/** Observables measured now and then are joined over at most this many days. */
const MAX_GAP = 15;
const SHAPES = ['circle', 'square', 'triangle', 'diamond', 'hexagon'] as const;
type Shape = (typeof SHAPES)[number];

export function shapeOf(who: string, all: string[]): Shape {
  return SHAPES[Math.max(0, all.indexOf(who)) % SHAPES.length] ?? 'circle';
}

export function marker(shape: Shape, x: number, y: number, sure: boolean, r = 4.2): SVGElement {
  const corner = (n: number, turn: number, size: number): string =>
    Array.from({ length: n }, (_, i) => {
      const a = ((i + turn) * 2 * Math.PI) / n;
      return `${(x + size * Math.sin(a)).toFixed(1)},${(y - size * Math.cos(a)).toFixed(1)}`;
    }).join(' ');
  const common = { class: sure ? 'record sure' : 'record' };
  if (shape === 'circle') return svg('circle', { cx: x, cy: y, r, ...common });
  if (shape === 'square') return svg('polygon', { points: corner(4, 0.5, r * 1.3), ...common });
  if (shape === 'triangle') return svg('polygon', { points: corner(3, 0, r * 1.35), ...common });
  if (shape === 'diamond') return svg('polygon', { points: corner(4, 0, r * 1.4), ...common });
  return svg('polygon', { points: corner(6, 0, r * 1.15), ...common });
}

/** Ticks in steps of 1, 2, 2.5 or 5 times a power of ten from at or below `low` (0 or less) to at or above `high`. */
export function niceTicks(low: number, high: number): number[] {
  const rough = (high > low ? high - low : 1) / 5;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((m) => m * unit >= rough * 0.999) ?? 10) * unit;
  const from = Math.floor(low / step + 1e-9);
  const to = Math.max(from + 1, Math.ceil(high / step - 1e-9));
  return Array.from({ length: to - from + 1 }, (_, i) => Number(((from + i) * step).toPrecision(6)));
}

/** Days with an axis label over `width` pixels: first of each month, mid-months and weeks where there is room. */
export function dayTicks(run: Calendar, width: number, first = 0, last = run.n_day - 1): number[] {
  const room = width / Math.max(1, last - first);
  const wanted = room > 7 ? [1, 8, 15, 22] : room > 4 ? [1, 15] : [1];
  const ticks: number[] = [];
  for (let day = first; day <= last; day++) if (wanted.includes(run.dayOfMonth(day))) ticks.push(day);
  return ticks.length > 1 ? ticks : [first, Math.floor((first + last) / 2), last];
}

/** The last day up to `day` with a value, or `day` if none is near. */
function measured(values: Num[], day: number): number {
  for (let at = day; at >= Math.max(0, day - MAX_GAP); at--) if (values[at] !== null && values[at] !== undefined) return at;
  return day;
}

/** Shares with a decimal where they are small. */
function percentText(p: number): string {
  return `${p > 0 && p < 0.0995 ? (100 * p).toFixed(1) : Math.round(100 * p)} %`;
}

export class Chart {
  readonly node: HTMLElement;
  private readonly host = el('div');
  private readonly readout = el('p', { class: 'readout' });
  private readonly whos: string[];
  private day = 0;
  private width = 0;
  private cursor: SVGElement | null = null;
  private readonly ticks: number[];
  private readonly bottom: number;
  private readonly top: number;

  constructor(private readonly o: ChartOptions) {
    this.whos = [...new Set(o.points.map((p) => p.who))];
    const [low, high] = this.range();
    this.ticks = niceTicks(low, o.top ?? high);
    this.bottom = this.ticks[0] ?? 0;
    this.top = this.ticks[this.ticks.length - 1] ?? 1;
    this.node = el('div', {}, this.legend(), this.host, this.readout);
    offerSheet(this.node, () => this.sheet());
    new ResizeObserver(() => this.resize()).observe(this.host);
  }

  /** Lowest (at most 0) and highest value drawn. */
  private range(): [number, number] {
    const seen = [0, this.o.reference?.value ?? 0];
    const see = (values: Num[]): void => { for (const v of values) if (v !== null) seen.push(v); };
    for (const line of this.o.lines) {
      see(line.values);
      see(line.bands?.q05 ?? []);
      see(line.bands?.q95 ?? []);
    }
    for (const p of this.o.points) seen.push(p.high);
    return [seen.reduce((a, b) => Math.min(a, b), 0), seen.reduce((a, b) => Math.max(a, b), 0)];
  }

  private resize(): void {
    const width = Math.round(this.host.clientWidth);
    if (width > 0 && width !== this.width) {
      this.width = width;
      this.draw();
    }
  }

  private get isShare(): boolean { return this.o.unit === 'share' || this.o.unit === 'probability'; }
  /** Text of a tick, and the room on the left that the longest one needs. */
  private tickText(value: number): string {
    return this.isShare ? `${Math.round(value * 100)} %` : axisText(value, Math.max(this.top, -this.bottom));
  }
  private get left(): number { return Math.max(MARGIN.left, 8 + CHARACTER * Math.max(...this.ticks.map((v) => this.tickText(v).length))); }
  private get named(): boolean {
    const { lines } = this.o;
    return this.width >= NAMED.width && lines.length > 1 && lines.length <= NAMED.lines && lines.every((l) => l.label.length <= NAMED.characters);
  }
  private get right(): number { return this.named ? 10 + CHARACTER * Math.max(...this.o.lines.map((l) => l.label.length)) : MARGIN.right; }
  private get height(): number { return Math.round(Math.min(340, Math.max(210, this.width * 0.5))); }
  private x(day: number): number {
    const last = Math.max(1, this.o.run.n_day - 1);
    return this.left + (day / last) * (this.width - this.left - this.right);
  }
  private y(value: number): number {
    const foot = this.height - MARGIN.bottom;
    return foot - ((Math.min(value, this.top) - this.bottom) / (this.top - this.bottom)) * (foot - MARGIN.top);
  }

  draw(): void {
    if (this.width === 0) return;
    const root = svg('svg', {
      class: 'chart', viewBox: `0 0 ${this.width} ${this.height}`, role: 'img', 'aria-label': this.o.label,
    });
    this.drawAxes(root);
    for (const line of this.o.lines) this.drawLine(root, line);
    for (const point of this.o.points) this.drawPoint(root, point);
    if (this.named) this.drawNames(root);
    this.cursor = svg('line', { class: 'cursor', y1: MARGIN.top, y2: this.height - MARGIN.bottom });
    root.append(this.cursor);
    root.addEventListener('pointermove', (e) => this.hover(e));
    root.addEventListener('pointerleave', () => showTip(null));
    this.host.replaceChildren(root);
    this.setDay(this.day);
  }

  private drawAxes(root: SVGElement): void {
    const right = this.width - this.right;
    for (const value of this.ticks) {
      const y = this.y(value);
      root.append(svg('line', { class: value ? 'gridline' : 'axis', x1: this.left, x2: right, y1: y, y2: y }),
        svg('text', { x: this.left - 6, y: y + 4, 'text-anchor': 'end' }, this.tickText(value)));
    }
    for (const day of dayTicks(this.o.run, this.width)) {
      const x = this.x(day);
      root.append(svg('line', { class: 'axis', x1: x, x2: x, y1: this.height - MARGIN.bottom, y2: this.height - MARGIN.bottom + 4 }),
        svg('text', { x, y: this.height - 7, 'text-anchor': x > right - 12 ? 'end' : 'middle' }, this.o.run.shortDate(day)));
    }
    const ref = this.o.reference;
    if (ref) {
      const y = this.y(ref.value);
      root.append(svg('line', { x1: this.left, x2: right, y1: y, y2: y, stroke: 'var(--ink)', 'stroke-dasharray': '6 4' }),
        svg('text', { x: right, y: y - 5, 'text-anchor': 'end', class: 'strong' }, ref.label));
    }
  }

  private drawLine(root: SVGElement, line: Line): void {
    if (line.bands) root.append(this.band(line.bands.q05, line.bands.q95, line.color, 0.2));
    if (line.inner) root.append(this.band(line.inner.q25, line.inner.q75, line.color, 0.32));
    let d = '';
    let last = -Infinity;
    line.values.forEach((v, day) => {
      if (v === null) return;
      d += `${day - last <= MAX_GAP ? 'L' : 'M'}${this.x(day).toFixed(1)} ${this.y(v).toFixed(1)}`;
      last = day;
    });
    root.append(svg('path', { d, fill: 'none', stroke: line.color, 'stroke-width': 2.2, ...(line.dash ? { 'stroke-dasharray': line.dash } : {}) }));
  }

  /** Names beside the ends of lines, moved apart where they would touch. */
  private drawNames(root: SVGElement): void {
    const names = this.o.lines.flatMap((line) => {
      const end = line.values.findLastIndex((v) => v !== null);
      return end < 0 ? [] : [{ text: line.label, color: line.color, x: this.x(end) + 6, y: this.y(line.values[end] ?? 0) + 4 }];
    }).sort((a, b) => a.y - b.y);
    const foot = this.height - MARGIN.bottom + 4;
    names.forEach((name, k) => { name.y = Math.max(name.y, (names[k - 1]?.y ?? -Infinity) + NAMED.apart); });
    for (let k = names.length - 1; k >= 0; k--) {
      const name = names[k];
      if (name) name.y = Math.min(name.y, (names[k + 1]?.y ?? foot + NAMED.apart) - NAMED.apart);
    }
    for (const name of names) root.append(svg('text', { x: name.x, y: name.y, style: `fill:${name.color}` }, name.text));
  }

  /** Area between two rows of quantiles; a gap of more than MAX_GAP days breaks it. */
  private band(low: Num[], high: Num[], color: string, opacity: number): SVGElement {
    let d = '';
    let up: string[] = [];
    let down: string[] = [];
    let last = -Infinity;
    const flush = (): void => {
      if (up.length) d += `M${up.join('L')}L${down.reverse().join('L')}Z`;
      [up, down] = [[], []];
    };
    low.forEach((v, day) => {
      const w = high[day] ?? null;
      if (v === null || w === null) return;
      if (day - last > MAX_GAP) flush();
      up.push(`${this.x(day).toFixed(1)} ${this.y(w).toFixed(1)}`);
      down.push(`${this.x(day).toFixed(1)} ${this.y(v).toFixed(1)}`);
      last = day;
    });
    flush();
    return svg('path', { d, fill: color, 'fill-opacity': opacity, stroke: 'none' });
  }

  private drawPoint(root: SVGElement, p: Point): void {
    const x = this.x((p.start + p.end) / 2);
    const y = this.y((p.low + p.high) / 2);
    if (p.end > p.start) root.append(svg('line', { class: 'bar', x1: this.x(p.start), x2: this.x(p.end), y1: y, y2: y }));
    if (p.high > p.low) root.append(svg('line', { class: 'bar', x1: x, x2: x, y1: this.y(p.low), y2: this.y(p.high) }));
    root.append(marker(shapeOf(p.who, this.whos), x, y, p.sure));
  }

  private legend(): HTMLElement {
    const list = el('ul', { class: 'legend' });
    for (const line of this.o.lines) {
      const sample = svg('svg', { width: 30, height: 14, 'aria-hidden': 'true' },
        line.bands ? svg('rect', { x: 0, y: 1, width: 30, height: 12, fill: line.color, 'fill-opacity': 0.2 }) : null,
        line.inner ? svg('rect', { x: 0, y: 4, width: 30, height: 6, fill: line.color, 'fill-opacity': 0.32 }) : null,
        svg('line', { x1: 0, x2: 30, y1: 7, y2: 7, stroke: line.color, 'stroke-width': 2.2, ...(line.dash ? { 'stroke-dasharray': line.dash } : {}) }));
      list.append(el('li', {}, sample, line.bands && !this.o.brief ? `${line.label}: ${line.centre ?? 'median'}, ${line.inner ? '50 % and ' : ''}90 % of ${line.of ?? 'runs'}` : line.label));
    }
    if (this.o.brief) list.append(el('li', {}, this.o.brief));
    for (const who of this.whos) {
      list.append(el('li', {}, svg('svg', { width: 14, height: 14, class: 'chart', style: 'width:14px;height:14px', 'aria-hidden': 'true' }, marker(shapeOf(who, this.whos), 7, 7, true)), `recorded: ${who}`));
    }
    if (this.o.points.some((p) => !p.sure)) {
      list.append(el('li', {}, svg('svg', { width: 14, height: 14, class: 'chart', style: 'width:14px;height:14px', 'aria-hidden': 'true' }, marker('circle', 7, 7, false)), 'hollow: recorded with less confidence'));
    }
    return list;
  }

  private describe(day: number): string {
    const show = (v: Num | undefined): string => (this.isShare ? (v === null || v === undefined ? '\u2013' : percentText(v)) : big(v));
    const parts = this.o.lines.map((line) => {
      const at = measured(line.values, day);
      const range = line.bands ? ` (90 %: ${show(line.bands.q05[at])} to ${show(line.bands.q95[at])})` : '';
      const error = line.centre === 'mean' && line.bands?.mcse.length ? ` \u00b1 ${show(line.bands.mcse[at])} Monte Carlo error` : '';
      return `${line.label} ${show(line.values[at])}${error}${range}${at === day || line.values[at] == null ? '' : `, measured ${this.o.run.date(at)}`}`;
    });
    const near = this.o.points.filter((p) => p.start <= day && day <= p.end).map((p) => p.text);
    return `${this.o.run.date(day)}: ${[...parts, ...near].join('; ')}`;
  }

  /** Every day that has a value, a column each for lines, the ends of their bands, and what is recorded. */
  private sheet(): Sheet {
    const { lines, points, unit, run } = this.o;
    const of = lines.flatMap((l): [string, Num[]][] => [[l.label, l.values],
      ...(l.bands ? [[`${l.label}: 5 %`, l.bands.q05], [`${l.label}: 95 %`, l.bands.q95]] as [string, Num[]][] : [])]);
    const recorded = (day: number): string => points.filter((p) => Math.round((p.start + p.end) / 2) === day).map((p) => p.text).join('; ');
    const days = Array.from({ length: run.n_day }, (_, day) => day).filter((day) => of.some(([, v]) => v[day] !== null && v[day] !== undefined) || recorded(day));
    return {
      name: this.o.label, title: this.o.label, notes: [...lines.map((l) => `${l.label}: ${l.centre ?? 'median or share'}${l.bands ? `; band: ${l.inner ? '50 % and ' : ''}90 % of ${l.of ?? 'runs'}` : ''}`),
        ...(points.length ? [`recorded: ${this.whos.map((who) => `${shapeOf(who, this.whos)} ${who}`).join(', ')}; hollow: with less confidence`] : [])],
      columns: [{ head: 'date', unit: '' }, ...of.map(([head]) => ({ head, unit })), ...(points.length ? [{ head: 'recorded', unit: 'text' }] : [])],
      rows: days.map((day) => [run.date(day), ...of.map(([, v]) => v[day] ?? null), ...(points.length ? [recorded(day)] : [])]),
      legend: lines.map((l) => ({ color: l.color, text: l.label, ...(l.dash ? { dash: l.dash } : {}) })),
    };
  }

  private hover(event: PointerEvent): void {
    const box = this.host.getBoundingClientRect();
    const last = this.o.run.n_day - 1;
    const at = ((event.clientX - box.left - this.left) / Math.max(1, box.width - this.left - this.right)) * last;
    let day = Math.round(Math.min(last, Math.max(0, at)));
    const near = this.o.points.map((p) => Math.round((p.start + p.end) / 2)).sort((a, b) => Math.abs(a - at) - Math.abs(b - at))[0];
    if (near !== undefined && Math.abs(this.x(near) - this.x(at)) < 5) day = near;
    showTip(this.describe(day).replace(': ', '\n').replaceAll('; ', '\n'), event.clientX, event.clientY);
  }

  /** Moves the cursor and the line of text below the chart. */
  setDay(day: number): void {
    this.day = day;
    const x = this.x(day);
    this.cursor?.setAttribute('x1', String(x));
    this.cursor?.setAttribute('x2', String(x));
    this.readout.textContent = this.describe(day);
  }
}
