/** The timeline under the map: a strip with the run's course, the record and the calendar's events; a slider, playing, steps. */

import { blocColor } from '../color.ts';
import { dayTicks } from '../chart.ts';
import type { Run, Series } from '../data.ts';
import { el, showTip, svg } from '../dom.ts';
import { rescale } from '../data.ts';

export interface DatedEvent { day: number; text: string }

const HEIGHT = 82;
const FOOT = 16;
const HEAD = 12;
const THUMB = 8; // half a slider's thumb: where the track of days begins [CSS pixels]
const DAYS_PER_S = 12;
const CALM_MS = 1200;

export class Timeline {
  readonly node: HTMLElement;
  day = 0;
  events: DatedEvent[] = [];
  private readonly strip = el('div', { class: 'strip-host' });
  readonly slider: HTMLInputElement;
  readonly play = el('button', { type: 'button', class: 'play', 'aria-pressed': 'false' }, '\u25b6 Play');
  private readonly output = el('output', {});
  private readonly note = el('p', { class: 'event', 'aria-live': 'off' });
  private readonly list = el('ol', { class: 'events' });
  private width = 0;
  private cursor: SVGElement | null = null;
  private frame = 0;
  private timer: ReturnType<typeof setInterval> | null = null;

  constructor(private readonly run: Run, private readonly series: { name: string; label: string; s: Series } | null, private readonly color: string, private readonly onDay: (day: number) => void) {
    this.slider = el('input', { type: 'range', min: '0', max: String(run.data.n_day - 1), step: '1', 'aria-label': 'Day' });
    this.node = el('div', { class: 'timeline', role: 'group', 'aria-label': 'Day shown' },
      this.strip, this.slider,
      el('div', { class: 'buttons' }, this.play, this.step('\u2212', 'One day back', -1), this.step('+', 'One day on', 1),
        this.jump('|\u25c0', 'Event before', -1), this.jump('\u25b6|', 'Next event', 1), this.output),
      this.note,
      el('details', { class: 'event-list' }, el('summary', {}, 'Events of the calendar'), this.list));
    this.slider.addEventListener('input', () => { this.stop(); this.go(Number(this.slider.value)); });
    this.play.addEventListener('click', () => (this.playing ? this.stop() : this.start()));
    this.strip.addEventListener('pointerdown', (e) => this.drag(e));
    this.strip.addEventListener('pointermove', (e) => (e.buttons ? this.drag(e) : this.tell(e)));
    this.strip.addEventListener('pointerleave', () => showTip(null));
    new ResizeObserver(() => {
      const width = Math.round(this.strip.clientWidth);
      if (width > 0 && width !== this.width) {
        this.width = width;
        this.draw();
      }
    }).observe(this.strip);
  }

  get playing(): boolean { return this.frame !== 0 || this.timer !== null; }

  private step(text: string, label: string, by: number): HTMLElement {
    const button = el('button', { type: 'button', 'aria-label': label, title: label }, text);
    button.addEventListener('click', () => { this.stop(); this.go(this.day + by); });
    return button;
  }

  private jump(text: string, label: string, way: number): HTMLElement {
    const button = el('button', { type: 'button', 'aria-label': label, title: label }, text);
    button.addEventListener('click', () => {
      this.stop();
      const days = this.events.map((e) => e.day).filter((d) => (d - this.day) * way > 0).sort((a, b) => way * (a - b));
      this.go(days[0] ?? (way > 0 ? this.run.data.n_day - 1 : 0));
    });
    return button;
  }

  private go(day: number): void {
    this.onDay(Math.min(this.run.data.n_day - 1, Math.max(0, day)));
  }

  setEvents(events: DatedEvent[]): void {
    this.events = events.filter((e) => e.day >= 0 && e.day < this.run.data.n_day).sort((a, b) => a.day - b.day);
    this.list.replaceChildren(...this.events.map((e) => {
      const button = el('button', { type: 'button', class: 'link' }, `${this.run.date(e.day)}  ${e.text}`);
      button.addEventListener('click', () => { this.stop(); this.go(e.day); });
      return el('li', {}, button);
    }));
    if (!this.events.length) this.list.replaceChildren(el('li', {}, 'none known'));
    this.draw();
    this.setDay(this.day);
  }

  private x(day: number): number {
    return THUMB + (day / Math.max(1, this.run.data.n_day - 1)) * (this.width - 2 * THUMB);
  }

  private at(e: PointerEvent): number {
    const box = this.strip.getBoundingClientRect();
    return Math.round(Math.min(1, Math.max(0, (e.clientX - box.left - THUMB) / Math.max(1, box.width - 2 * THUMB))) * (this.run.data.n_day - 1));
  }

  private drag(e: PointerEvent): void {
    e.preventDefault();
    this.stop();
    this.go(this.at(e));
  }

  private tell(e: PointerEvent): void {
    const day = this.at(e);
    const s = this.series?.s;
    const near = this.events.filter((x) => Math.abs(this.x(x.day) - this.x(day)) < 5).map((x) => `${this.run.date(x.day)} ${x.text}`);
    const value = s && s.q50[day] != null ? [`${this.series?.label}: ${Math.round(s.q50[day] ?? 0)} (90 % of runs: ${Math.round(s.q05[day] ?? 0)} to ${Math.round(s.q95[day] ?? 0)})`] : [];
    showTip([this.run.date(day), ...value, ...near].join('\n'), e.clientX, e.clientY);
  }

  draw(): void {
    if (this.width === 0) return;
    const root = svg('svg', { class: 'chart', viewBox: `0 0 ${this.width} ${HEIGHT}`, 'aria-hidden': 'true' });
    const bottom = HEIGHT - FOOT;
    const top = this.series && /^(districts|centres)/.test(this.series.name) ? this.run.n : Math.max(1, ...(this.series?.s.q95 ?? []).map((v) => v ?? 0));
    const y = (v: number): number => bottom - (Math.min(v, top) / top) * (bottom - HEAD);
    const s = this.series?.s;
    if (s) {
      const color = blocColor(this.color);
      const line = (values: (number | null)[]): string[] => values.map((v, day) => `${this.x(day).toFixed(1)} ${y(v ?? 0).toFixed(1)}`);
      root.append(svg('path', { d: `M${line(s.q95).join('L')}L${line(s.q05).reverse().join('L')}Z`, fill: color, 'fill-opacity': 0.25 }),
        svg('path', { d: `M${line(s.q50).join('L')}`, fill: 'none', stroke: color, 'stroke-width': 1.8 }));
      for (const r of this.run.data.record) {
        if (r.observable !== this.series?.name || r.district >= 0 || r.low === null || r.end === null || r.end < 0 || r.end >= this.run.data.n_day) continue;
        root.append(svg('circle', { class: 'record', cx: this.x(r.end), cy: y(rescale(((r.low ?? 0) + (r.high ?? r.low ?? 0)) / 2, r, this.run.n)), r: 2.6 }));
      }
      root.append(svg('text', { x: THUMB, y: HEAD - 2, class: 'strong' }, `${this.series?.label}${this.width < 480 ? '' : `, of ${Math.round(top)}: median, 90 % of runs, record \u25cb`}`));
    }
    root.append(svg('line', { class: 'axis', x1: THUMB, x2: this.width - THUMB, y1: bottom, y2: bottom }));
    for (const day of dayTicks(this.run, this.width)) root.append(svg('text', { x: this.x(day), y: HEIGHT - 3, 'text-anchor': this.x(day) < 30 ? 'start' : this.x(day) > this.width - 30 ? 'end' : 'middle' }, this.run.shortDate(day)));
    for (const e of this.events) root.append(svg('path', { d: `M${this.x(e.day)} ${bottom - 7}l4 7h-8z`, fill: 'var(--ink)' }));
    this.cursor = svg('line', { class: 'now', y1: HEAD, y2: bottom });
    root.append(this.cursor);
    this.strip.replaceChildren(root);
    this.setDay(this.day);
  }

  /** Shows a day; says nothing to anybody. */
  setDay(day: number): void {
    this.day = day;
    const date = this.run.date(day);
    this.slider.value = String(day);
    const today = this.events.filter((e) => e.day === day);
    const last = this.events.findLast((e) => e.day <= day);
    this.slider.setAttribute('aria-valuetext', [date, ...today.map((e) => e.text)].join(', '));
    this.output.textContent = date;
    this.note.textContent = last ? `${last.day === day ? 'Today' : this.run.date(last.day)}: ${last.text}` : '';
    this.cursor?.setAttribute('x1', String(this.x(day)));
    this.cursor?.setAttribute('x2', String(this.x(day)));
  }

  /** Plays from here, or from the start if at the end; with reduced motion a week at a time, slowly. */
  start(): void {
    const last = this.run.data.n_day - 1;
    if (this.day >= last) this.go(0);
    this.play.textContent = '\u275a\u275a Pause';
    this.play.setAttribute('aria-pressed', 'true');
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      this.timer = setInterval(() => { this.go(this.day + 7); if (this.day >= last) this.stop(); }, CALM_MS);
      return;
    }
    const from = this.day;
    const began = performance.now();
    const tick = (now: number): void => {
      const day = Math.min(last, from + Math.floor(((now - began) / 1000) * DAYS_PER_S));
      this.frame = requestAnimationFrame(tick);
      if (day !== this.day) this.go(day);
      if (day >= last) this.stop();
    };
    this.frame = requestAnimationFrame(tick);
  }

  stop(): void {
    if (this.frame) cancelAnimationFrame(this.frame);
    if (this.timer !== null) clearInterval(this.timer);
    const was = this.playing;
    this.frame = 0;
    this.timer = null;
    this.play.textContent = '\u25b6 Play';
    this.play.setAttribute('aria-pressed', 'false');
    if (was) this.node.dispatchEvent(new Event('stopped'));
  }
}
