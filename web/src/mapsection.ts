/** Two maps by day: where the model puts control, and what is recorded; a slider, playing, and a district in detail. */

import { el, lazyDetails, percent, showTip, table } from './dom.ts';
import { blocColor, cssColor, ramp, rampAt } from './color.ts';
import { captures, ownCapture, recordedState, type Capture, type Recorded, type Run } from './data.ts';
import { buildGeometry } from './geometry.ts';
import { hatchSample, MapView, type Fill } from './map.ts';
import { Chart } from './chart.ts';
import { recordLink, spanText } from './facts.ts';

const STATE_TEXT: Record<Recorded, string> = {
  held: 'recorded as taken', not: 'recorded as not taken at this time', interval: 'taken at some time around now (date known within an interval)', unknown: 'record unknown',
};
const FRAME_MS = 130;

export class MapSection {
  readonly node: HTMLElement;
  day: number;
  private selected = -1;
  private colors: string[] = [];
  private rows: Capture[][];
  private readonly modelTitle = el('h3', {});
  private readonly slider = el('input', { type: 'range', min: '0', step: '1', 'aria-label': 'Day' });
  private readonly output = el('output', {});
  private readonly play = el('button', { type: 'button', 'aria-pressed': 'false' }, '\u25b6 Play');
  private readonly detail = el('div', { class: 'district', 'aria-live': 'polite' });
  private readonly modelLegend = el('ul', { class: 'legend' });
  private readonly recordLegend = el('ul', { class: 'legend' });
  private readonly status = el('p', { class: 'readout' });
  private readonly model: MapView;
  private readonly record: MapView;
  private timer: ReturnType<typeof setInterval> | null = null;
  private chart: Chart | null = null;

  constructor(private readonly run: Run, private bloc: number, day: number, private readonly onDay: (day: number) => void) {
    this.day = day;
    this.rows = captures(run.data, bloc);
    const geometry = buildGeometry(run.data);
    const capitals = run.data.districts.capital.flatMap((c, i) => (c ? [i] : []));
    const shared = {
      geometry, capitals, selected: () => this.selected,
      onPick: (district: number) => this.pick(district),
      onHover: (district: number, x: number, y: number) => showTip(district < 0 ? null : this.describe(district), x, y),
    };
    this.model = new MapView({ ...shared, fill: (i) => rampAt(this.colors, this.p(i)), strong: (i) => this.p(i) >= 0.5 },
      'Map of the probability of control of each district in the model; the table below has the same numbers');
    this.record = new MapView({ ...shared, fill: (i) => this.recordedFill(i), strong: (i) => this.state(i) === 'held' },
      'Map of what is recorded of each district; the table below has the same');
    this.node = this.layout();
    this.wire();
    this.recolor();
  }

  private get blocName(): string { return this.run.data.blocs[this.bloc]?.name ?? ''; }
  private p(district: number): number { return this.run.control(this.day, this.bloc, district); }
  private state(district: number): Recorded { return recordedState(this.rows[district] ?? [], this.day); }

  private recordedFill(district: number): Fill {
    const state = this.state(district);
    if (state === 'held') return this.colors[this.colors.length - 1] ?? '#808080';
    if (state === 'not') return this.colors[0] ?? '#eeeeee';
    if (state === 'interval') return { hatch: 'interval', color: this.colors[this.colors.length - 1] ?? '#808080' };
    return { hatch: 'unknown', color: cssColor('--unknown-ink') };
  }

  private layout(): HTMLElement {
    const step = (text: string, by: number): HTMLElement => {
      const label = `${Math.abs(by) === 1 ? 'One day' : 'One week'} ${by < 0 ? 'back' : 'on'}`;
      const button = el('button', { type: 'button', 'aria-label': label, title: label }, text);
      button.addEventListener('click', () => { this.stop(); this.setDay(this.day + by); });
      return button;
    };
    const d = this.run.data;
    return el('section', { id: 'map', 'aria-labelledby': 'h-map' },
      el('h2', { id: 'h-map' }, `Who controls what, day by day`),
      el('p', { class: 'note' }, d.map.note ?? 'Circles mark district centres; no outlines were given.'),
      el('div', { class: 'maps' },
        el('figure', {}, this.modelTitle, el('div', { class: 'map', id: 'map-model' }, this.model.canvas), this.modelLegend),
        el('figure', {}, el('h3', {}, 'Record: what is known of the same day'), el('div', { class: 'map', id: 'map-record' }, this.record.canvas), this.recordLegend)),
      el('div', { class: 'controls', role: 'group', 'aria-label': 'Day shown' },
        this.play, step('\u2212', -1), this.slider, step('+', 1), this.output),
      this.status,
      el('p', { class: 'note' }, 'A low probability is not safety. Places taken back are shown as unknown from then on unless a later capture is dated.'),
      this.picker(),
      this.detail,
      this.tableBehind());
  }

  private picker(): HTMLElement {
    const d = this.run.data;
    const select = el('select', { id: 'district' }, el('option', { value: '-1' }, 'choose a district'));
    d.provinces.forEach((province, p) => {
      const group = el('optgroup', { label: province.name });
      d.districts.province.forEach((of, i) => {
        if (of === p) group.append(el('option', { value: i }, (d.districts.name[i] ?? '') + (d.districts.capital[i] ? ' (capital)' : '')));
      });
      select.append(group);
    });
    select.addEventListener('change', () => this.pick(Number(select.value)));
    return el('div', { class: 'pick' }, el('label', { for: 'district' }, 'District', select), this.blocPicker());
  }

  /** With more than two sides: whose control the maps show. */
  private blocPicker(): HTMLElement | null {
    const { blocs } = this.run.data;
    if (blocs.length < 3) return null;
    const select = el('select', { id: 'bloc' }, blocs.map((b, k) => el('option', { value: k, selected: k === this.bloc }, b.name)));
    select.addEventListener('change', () => {
      this.bloc = Number(select.value);
      this.rows = captures(this.run.data, this.bloc);
      this.recolor();
      this.refresh();
      this.pick(this.selected);
    });
    return el('label', { for: 'bloc' }, 'Maps show control by', select);
  }

  private tableBehind(): HTMLElement {
    let box: HTMLElement | null = null;
    const fill = (): HTMLElement => table(`Every district on ${this.run.date(this.day)}`, [
      { head: 'district', cell: (i: number) => this.run.districtName(i), row: true },
      { head: `P(${this.blocName})`, num: true, cell: (i) => percent(this.p(i)) },
      { head: 'record that day', cell: (i) => STATE_TEXT[this.state(i)] },
      { head: 'recorded capture', cell: (i) => this.recordNode(i) },
    ], this.run.data.districts.pcode.map((_, i) => i), { tall: true });
    const details = lazyDetails('Table behind the maps: every district on this day', () => {
      box = fill();
      return box;
    });
    details.addEventListener('refresh', () => {
      if (!box || !details.open) return;
      const fresh = fill();
      box.replaceWith(fresh);
      box = fresh;
    });
    details.id = 'map-table';
    return details;
  }

  private recordNode(district: number): Node {
    const row = ownCapture(this.rows, district);
    return row ? recordLink(row, this.run, spanText(row, this.run)) : document.createTextNode('unknown');
  }

  private describe(district: number): string {
    const shares = this.run.data.blocs.map((b, k) => `${b.name} ${percent(this.run.control(this.day, k, district))}`);
    return `${this.run.districtName(district)}\n${shares.join(', ')}\n${STATE_TEXT[this.state(district)]}`;
  }

  private wire(): void {
    this.slider.max = String(this.run.data.n_day - 1);
    this.slider.addEventListener('input', () => { this.stop(); this.setDay(Number(this.slider.value)); });
    this.play.addEventListener('click', () => (this.timer === null ? this.start() : this.stop()));
    this.node.addEventListener('keydown', (e) => {
      if (e.target instanceof HTMLCanvasElement || e.target === this.slider) {
        if (e.key === ' ') { e.preventDefault(); this.play.click(); }
      }
    });
    new ResizeObserver(() => this.redraw()).observe(this.model.canvas.parentElement ?? this.node);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.recolor());
  }

  /** Plays from here, or from the start if at the end; with reduced motion a week at a time, slowly. */
  private start(): void {
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const last = this.run.data.n_day - 1;
    if (this.day >= last) this.setDay(0);
    this.play.textContent = '\u275a\u275a Pause';
    this.play.setAttribute('aria-pressed', 'true');
    this.timer = setInterval(() => {
      this.setDay(Math.min(last, this.day + (calm ? 7 : 1)));
      if (this.day >= last) this.stop();
    }, calm ? 1200 : FRAME_MS);
  }

  private stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    this.play.textContent = '\u25b6 Play';
    this.play.setAttribute('aria-pressed', 'false');
    this.node.querySelector('#map-table')?.dispatchEvent(new Event('refresh'));
  }

  setDay(day: number): void {
    this.day = Math.min(this.run.data.n_day - 1, Math.max(0, day));
    this.refresh();
    this.onDay(this.day);
  }

  /** Brings slider, text, maps and table to the present day. */
  refresh(): void {
    const date = this.run.date(this.day);
    this.slider.value = String(this.day);
    this.slider.setAttribute('aria-valuetext', date);
    this.output.textContent = date;
    this.status.textContent = this.summary(date);
    this.chart?.setDay(this.day);
    this.redraw();
    if (this.timer === null) this.node.querySelector('#map-table')?.dispatchEvent(new Event('refresh'));
  }

  private summary(date: string): string {
    let expected = 0;
    const count: Record<Recorded, number> = { held: 0, not: 0, interval: 0, unknown: 0 };
    for (let i = 0; i < this.run.n; i++) {
      expected += this.p(i);
      count[this.state(i)]++;
    }
    return `${date}: model expects ${expected.toFixed(0)} of ${this.run.n} districts held; record: ${count.held} taken, ${count.not} not taken, ` +
      `${count.interval} within an interval, ${count.unknown} unknown.`;
  }

  private recolor(): void {
    this.modelTitle.textContent = `Model: probability of control by ${this.blocName}`;
    this.colors = ramp(this.run.data.blocs[this.bloc]?.color ?? '#888888');
    const swatch = (color: string): HTMLElement => el('span', { class: 'swatch', style: `background:${color}`, 'aria-hidden': 'true' });
    this.modelLegend.replaceChildren(...[0, 0.25, 0.5, 0.75, 1].map((p) => el('li', {}, swatch(rampAt(this.colors, p)), `${100 * p} %`)),
      el('li', {}, '\u25a0 capital, 50 % or more  \u25a1 less'));
    const full = this.colors[this.colors.length - 1] ?? '';
    this.recordLegend.replaceChildren(
      el('li', {}, swatch(full), 'taken'), el('li', {}, swatch(this.colors[0] ?? ''), 'not taken'),
      el('li', {}, hatchSample('interval', full), 'date within an interval'),
      el('li', {}, hatchSample('unknown', cssColor('--unknown-ink')), 'record unknown'));
    this.redraw();
  }

  redraw(): void {
    this.model.draw();
    this.record.draw();
  }

  pick(district: number): void {
    this.selected = district;
    const select = this.node.querySelector<HTMLSelectElement>('#district');
    if (select) select.value = String(district);
    this.redraw();
    this.chart = null;
    if (district < 0) { this.detail.replaceChildren(); return; }
    const d = this.run.data;
    const days = Array.from({ length: d.n_day }, (_, day) => day);
    const lines = d.blocs.map((b, k) => ({
      label: b.name, color: blocColor(b.color), values: days.map((day) => this.run.control(day, k, district)), dash: k === this.bloc ? '' : '5 4',
    }));
    const points = (this.rows[district] ?? []).map((c) => ({ ...c.row, own: c.own })).filter((r) => r.end !== null && r.end >= 0 && r.start !== null && r.start < d.n_day).map((r) => ({
      start: Math.max(0, r.start ?? 0), end: Math.min(d.n_day - 1, r.end ?? 0), low: 0.5, high: 0.5, who: r.own ? 'taken' : 'taken back', sure: r.confidence === 'high',
      text: `recorded: ${r.own ? 'taken' : 'taken back'} ${spanText(r, this.run)}`, href: '',
    }));
    this.chart = new Chart({ run: this.run, label: `Probability of control of ${d.districts.name[district] ?? ''} by day`, unit: 'probability', lines, points, top: 1 });
    this.chart.setDay(this.day);
    const mode = ownCapture(this.rows, district)?.mode;
    this.detail.replaceChildren(el('h3', {}, this.run.districtName(district)),
      el('p', {}, 'Recorded capture: ', this.recordNode(district), mode ? ` (${mode.replaceAll('_', ' ')})` : ''), this.chart.node);
  }
}
