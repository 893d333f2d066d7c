/** A case of FLEE: its places and routes on a map, its camps' curves with what was counted, its errors. */

import { Chart } from '../chart.ts';
import { blocColor, cssColor } from '../color.ts';
import { Calendar, type Num } from '../data.ts';
import { el, num, showTip, svg, table } from '../dom.ts';
import { projection } from '../geometry.ts';
import type { FleeCase } from './api.ts';

const PAD = 46;
const CAMP = '#0072b2';
const KIND: Record<string, string> = { camp: 'camp', 'idp camp': 'camp of displaced people', conflict: 'place of conflict', conflict_zone: 'place of conflict', town: 'town', marker: 'crossroads', forwarding_hub: 'hub' };
const STEP_MS = 90;
const CALM_MS = 1200;
type Box = [number, number, number, number];
const isConflict = (kind: string): boolean => kind.startsWith('conflict');

export class FleeView {
  readonly mapNode: HTMLElement;
  readonly node: HTMLElement;
  private day: number;
  private readonly calendar: Calendar;
  private readonly charts: Chart[] = [];
  private at: [number, number][] = [];
  private width = 0;
  private height = 0;
  private readonly host = el('div', { class: 'map' });
  private readonly output = el('output', {});
  private readonly slider: HTMLInputElement;
  private readonly play = el('button', { type: 'button', class: 'play', 'aria-pressed': 'false' }, '\u25b6 Play');
  private readonly largest: number;
  private timer: ReturnType<typeof setInterval> | null = null;

  constructor(private readonly c: FleeCase) {
    this.calendar = new Calendar(c.from, c.days);
    this.day = c.days - 1;
    this.largest = Math.max(1, ...c.curves.flatMap((x) => x.mean.map((v) => v ?? 0)));
    this.slider = el('input', { type: 'range', min: '0', max: String(c.days - 1), step: '1', 'aria-label': 'Day' });
    this.mapNode = el('section', { class: 'map-panel', 'aria-labelledby': 'flee-title' }, el('h2', { id: 'flee-title' }, `${c.name}: camps and routes`), this.host,
      el('ul', { class: 'legend' }, el('li', {}, `\u25cf camp: area by people, mean of ${num(c.n_run)} runs`), el('li', {}, '\u25cb ring: counted'), el('li', {}, '\u25b2 place of conflict'), el('li', {}, '\u25aa town')),
      el('div', { class: 'timeline' }, this.slider, el('div', { class: 'buttons' }, this.play, this.output)),
      el('p', { class: 'note' }, 'People as counts moved by FLEE\u2019s law along the routes; no person is followed. Routes are those of the case.'));
    this.node = this.side();
    this.slider.addEventListener('input', () => { this.stop(); this.setDay(Number(this.slider.value)); });
    this.play.addEventListener('click', () => (this.timer === null ? this.start() : this.stop()));
    new ResizeObserver(() => {
      const width = Math.round(this.host.clientWidth);
      if (width === 0 || width === this.width) return;
      this.width = width;
      [this.at, this.height] = this.place();
      this.draw();
    }).observe(this.host);
    this.setDay(this.day);
  }

  private place(): [[number, number][], number] {
    const { places } = this.c;
    const project = projection(places.map((p) => p.lon), places.map((p) => p.lat));
    const raw = places.map((p) => project(p.lon, p.lat));
    const [x0, x1] = [Math.min(...raw.map((p) => p[0])), Math.max(...raw.map((p) => p[0]))];
    const [y0, y1] = [Math.min(...raw.map((p) => p[1])), Math.max(...raw.map((p) => p[1]))];
    const scale = (this.width - 2 * PAD) / Math.max(1e-9, x1 - x0, (y1 - y0) * 0.9);
    const shift = (this.width - 2 * PAD - (x1 - x0) * scale) / 2;
    return [raw.map(([x, y]) => [PAD + shift + (x - x0) * scale, PAD + (y - y0) * scale]), (y1 - y0) * scale + 2 * PAD];
  }

  private radius(people: Num | undefined): number {
    return 0.042 * this.width * Math.sqrt(Math.max(0, people ?? 0) / this.largest);
  }

  private draw(): void {
    const { c } = this;
    if (this.width === 0) return;
    const root = svg('svg', { class: 'chart', viewBox: `0 0 ${this.width} ${this.height.toFixed(0)}`, role: 'img', 'aria-label': `Map of ${c.places.length} places and ${c.routes.length} routes on ${this.calendar.date(this.day)}; the table has the numbers` });
    for (const [a, b] of c.routes) {
      const [x1, y1] = this.at[a] ?? [0, 0];
      const [x2, y2] = this.at[b] ?? [0, 0];
      root.append(svg('line', { x1, y1, x2, y2, stroke: 'var(--cell)', 'stroke-width': 1.3 }));
    }
    const ink = cssColor('--ink');
    const taken: Box[] = c.places.map((_, i) => {
      const [x, y] = this.at[i] ?? [0, 0];
      const r = this.reach(i);
      return [x - r, y - r, x + r, y + r];
    });
    c.places.forEach((p, i) => {
      const [x, y] = this.at[i] ?? [0, 0];
      const curve = c.curves.find((k) => k.place === i);
      let node: SVGElement;
      if (curve || p.kind.includes('camp')) {
        root.append(svg('circle', { cx: x, cy: y, r: Math.max(2, this.radius(curve?.mean[this.day])), fill: blocColor(CAMP), 'fill-opacity': 0.55 }));
        node = svg('circle', { cx: x, cy: y, r: Math.max(2, this.radius(curve?.data[this.day])), fill: 'none', stroke: ink, 'stroke-width': 1.4 });
      } else if (isConflict(p.kind)) node = svg('path', { d: `M${x} ${y - 6}l6 10h-12z`, fill: blocColor('#d55e00') });
      else node = svg('rect', { x: x - 2.5, y: y - 2.5, width: 5, height: 5, fill: 'var(--soft)' });
      node.addEventListener('pointermove', (e) => showTip(this.describe(i), (e as PointerEvent).clientX, (e as PointerEvent).clientY));
      node.addEventListener('pointerleave', () => showTip(null));
      root.append(node);
      if (curve || isConflict(p.kind)) root.append(this.label(p.name.replaceAll('_', ' '), x, y, this.reach(i), curve !== undefined, taken));
    });
    this.host.replaceChildren(root);
  }

  /** How far a place's sign reaches on the day. */
  private reach(i: number): number {
    const curve = this.c.curves.find((k) => k.place === i);
    return Math.max(4, this.radius(curve?.mean[this.day]), this.radius(curve?.data[this.day]));
  }

  /** A name beside its sign, on the side where it hides least. */
  private label(words: string, x: number, y: number, reach: number, strong: boolean, taken: Box[]): SVGElement {
    const wide = 6.6 * words.length;
    const sides: [number, number, string][] = [[x + reach + 4, y + 4, 'start'], [x - reach - 4, y + 4, 'end'], [x, y - reach - 5, 'middle'], [x, y + reach + 13, 'middle']];
    const boxOf = ([sx, sy, anchor]: [number, number, string]): Box => {
      const left = anchor === 'start' ? sx : anchor === 'end' ? sx - wide : sx - wide / 2;
      return [left, sy - 10, left + wide, sy + 3];
    };
    const hidden = (b: Box): number => taken.filter((t) => b[0] < t[2] && t[0] < b[2] && b[1] < t[3] && t[1] < b[3]).length + (b[0] < 0 || b[2] > this.width ? 9 : 0);
    const best = sides.reduce((a, b) => (hidden(boxOf(b)) < hidden(boxOf(a)) ? b : a));
    taken.push(boxOf(best));
    return svg('text', { x: best[0], y: best[1], 'text-anchor': best[2], class: strong ? 'strong halo' : 'halo' }, words);
  }

  private describe(i: number): string {
    const p = this.c.places[i];
    const k = this.c.curves.find((x) => x.place === i);
    const day = this.day;
    return [`${p?.name ?? ''} (${KIND[p?.kind ?? ''] ?? p?.kind ?? ''})`, ...(k ? [`model ${num(Math.round(k.mean[day] ?? 0))} (90 % of runs: ${num(Math.round(k.q05[day] ?? 0))} to ${num(Math.round(k.q95[day] ?? 0))})`,
      k.data[day] == null ? 'not counted' : `counted ${num(Math.round(k.data[day] ?? 0))}`] : []), p?.capacity ? `capacity ${num(p.capacity)}` : ''].filter(Boolean).join('\n');
  }

  private side(): HTMLElement {
    const { c, calendar } = this;
    const last = c.days - 1;
    const figures = c.curves.map((k) => {
      const chart = new Chart({
        run: calendar, label: `People in ${c.places[k.place]?.name ?? ''}`, unit: 'persons', points: [],
        lines: [{ label: 'model', color: blocColor(CAMP), values: k.mean, bands: { q05: k.q05, q95: k.q95, mcse: [] }, centre: 'mean' },
          { label: 'counted', color: cssColor('--ink'), values: k.data, dash: '5 3' }], brief: 'line: mean; band: 90 % of the runs',
      });
      this.charts.push(chart);
      return el('figure', {}, el('h3', {}, (c.places[k.place]?.name ?? '').replaceAll('_', ' ')), chart.node);
    });
    return el('div', {}, el('h2', {}, `FLEE case ${c.name}`),
      el('p', {}, `${num(c.n_run)} runs of ${num(c.days)} days from ${c.from}. The law is FLEE\u2019s, simulated with counts of people.`),
      table(`Camps on the last day, ${calendar.date(last)}`, [
        { head: 'camp', cell: (k) => (c.places[k.place]?.name ?? '').replaceAll('_', ' '), row: true },
        { head: 'model (90 % of runs)', num: true, cell: (k) => `${num(Math.round(k.mean[last] ?? 0))} (${num(Math.round(k.q05[last] ?? 0))} to ${num(Math.round(k.q95[last] ?? 0))})` },
        { head: 'counted', num: true, cell: (k) => (k.data[last] == null ? '\u2013' : num(Math.round(k.data[last] ?? 0))) },
      ], c.curves), el('h3', {}, 'Errors'), this.errors(), figures);
  }

  private errors(): HTMLElement {
    const rows = Object.entries(errorNumbers(this.c.errors));
    return rows.length ? table('Relative difference between model and count, mean over days; 0 is best', [
      { head: 'measure', cell: ([name]) => name, row: true }, { head: 'value', num: true, cell: ([, v]) => v.toFixed(3) },
    ], rows) : el('p', {}, 'The server gave no errors.');
  }

  setDay(day: number): void {
    this.day = day;
    this.slider.value = String(day);
    this.slider.setAttribute('aria-valuetext', this.calendar.date(day));
    this.output.textContent = this.calendar.date(day);
    this.draw();
    this.charts.forEach((chart) => chart.setDay(day));
  }

  private start(): void {
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (this.day >= this.c.days - 1) this.setDay(0);
    this.play.textContent = '\u275a\u275a Pause';
    this.play.setAttribute('aria-pressed', 'true');
    this.timer = setInterval(() => {
      this.setDay(Math.min(this.c.days - 1, this.day + (calm ? 7 : 1)));
      if (this.day >= this.c.days - 1) this.stop();
    }, calm ? CALM_MS : STEP_MS);
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    this.play.textContent = '\u25b6 Play';
    this.play.setAttribute('aria-pressed', 'false');
  }
}

/** The numbers of the errors, one level deep: "error of runs: total". */
function errorNumbers(errors: Record<string, unknown>): Record<string, number> {
  const out: Record<string, number> = {};
  for (const [key, value] of Object.entries(errors)) {
    if (!/error/.test(key)) continue;
    if (typeof value === 'number') out[key.replaceAll('_', ' ')] = value;
    else if (value && typeof value === 'object' && !Array.isArray(value)) {
      for (const [name, v] of Object.entries(value)) if (typeof v === 'number') out[`${key.replaceAll('_', ' ')}: ${name}`] = v;
    }
  }
  return out;
}
