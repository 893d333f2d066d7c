/** The left side: what the map shows, the map itself with its keys, legend, timeline, and the table that says the same in words. */

import type { MapView as View_ } from '../map.ts';
import type { Run } from '../data.ts';
import { el, lazyDetails, num, showTip, table } from '../dom.ts';
import { buildGeometry, type Geometry } from '../geometry.ts';
import { hatchSample, MapView } from '../map.ts';
import type { Sheet } from '../sheet.ts';
import type { Bench } from './app.ts';
import { dayOf } from './app.ts';
import { LIMIT, mapSvg, saveButtons } from './export.ts';
import { choices, makeLayer, USUAL_FIELDS, type Layer, type Scene } from './layers.ts';
import type { Key, View } from './state.ts';
import { Timeline } from './timeline.ts';

const ARROWS: Record<string, number> = { ArrowRight: 0, ArrowDown: 1, ArrowLeft: 2, ArrowUp: 3 };
/** What stands above and below the map in a window that shows both [CSS pixels], and the least height of a map. */
const AROUND = 382;
const LEAST = 260;
/** Up to this width a window is a phone's. */
const PHONE = 740;
const ONE_COLUMN = '(max-width: 62rem)'; // as in app.css

export class MapPanel {
  readonly node: HTMLElement;
  readonly timeline: Timeline;
  readonly geometry: Geometry;
  readonly map: View_;
  private readonly scene: Scene;
  private layer: Layer;
  private pairing = 0;
  private against: Run | null = null; // what the difference is drawn against, or will be when its pairs have come
  private layerId = '';
  private readonly title = el('h2', { id: 'map-title' });
  private readonly definition = el('p', { class: 'note' });
  private readonly legend = el('ul', { class: 'legend' });
  private readonly more = el('p', { class: 'note more' });
  private readonly said = el('p', { class: 'readout', role: 'status' });
  private readonly layers = el('select', { id: 'layer' });
  private readonly blocs = el('select', { id: 'bloc' });
  private readonly find = el('input', { id: 'find', type: 'search', list: 'district-names', placeholder: 'a district', 'aria-label': 'Find a district', autocomplete: 'off' });
  private readonly frame: HTMLElement;
  private readonly capitals: number[];
  private selected = -1;

  constructor(private readonly b: Bench, private readonly usualDay: number) {
    const { run, app } = b;
    const view = app.store.view;
    this.scene = { run, day: dayOf(run, view, usualDay), bloc: b.bloc, fields: null, flows: null, replicate: null, pair: null, otherName: '', shownName: b.runId === app.info.base ? 'base' : 'the run shown' };
    this.geometry = buildGeometry(run.data);
    this.capitals = run.data.districts.capital.flatMap((c, i) => (c ? [i] : []));
    this.layer = makeLayer('control', this.scene);
    this.map = new MapView({
      geometry: this.geometry, capitals: this.capitals, fill: (i) => this.layer.fill(i), strong: (i) => this.layer.strong(i), selected: () => this.selected,
      onPick: (i) => this.pick(i), onHover: (i, x, y) => showTip(i < 0 ? null : this.describe(i), x, y), marks: () => this.layer.marks?.() ?? [],
      maxHeight: () => Math.max(LEAST, innerHeight - AROUND),
    }, 'Map of districts; the table below has the same in words');
    const main = this.stripSeries();
    this.timeline = new Timeline(run, main, run.data.blocs[b.bloc]?.color ?? '#5f6b8a', (day) => app.store.set({ date: run.date(day) }));
    this.timeline.node.addEventListener('stopped', () => { app.store.flush(); this.refreshTable(); });
    this.frame = el('div', { class: 'map', id: 'map', tabindex: '0', role: 'group', 'aria-label': 'Map of districts. Arrow keys go to the next district, Escape lets go, space plays.' }, this.map.canvas, this.map.overlay);
    this.node = this.layout();
    this.wire();
    this.update(view, new Set(['layer', 'date', 'district', 'replicate']));
  }

  private stripSeries(): { name: string; label: string; s: Bench['run']['data']['series'][string] } | null {
    const { data } = this.b.run;
    const bloc = data.blocs[this.b.bloc];
    const name = [`districts_controlled.${bloc?.id}`, `centres_held.${bloc?.id}`].find((n) => data.series[n]);
    const s = name ? data.series[name] : undefined;
    return name && s ? { name, label: name.startsWith('districts') ? `Districts controlled by ${bloc?.name}` : `Centres held by ${bloc?.name}`, s } : null;
  }

  private layout(): HTMLElement {
    const { run } = this.b;
    this.fillLayers(USUAL_FIELDS);
    this.blocs.append(...run.data.blocs.map((x, k) => el('option', { value: x.id, selected: k === this.b.bloc }, x.name)));
    const names = el('datalist', { id: 'district-names' }, run.data.districts.pcode.map((_, i) => el('option', { value: run.districtName(i) })));
    return el('section', { class: 'map-panel', 'aria-labelledby': 'map-title' },
      el('div', { class: 'pick' }, el('label', { for: 'layer' }, 'Map shows', this.layers), el('label', { for: 'bloc' }, 'of', this.blocs), el('label', { for: 'find' }, 'Find', this.find), names),
      this.title, this.frame, this.legend, this.more, this.timeline.node, this.said,
      el('details', { class: 'about-map', ...(innerWidth > PHONE ? { open: true } : {}) }, el('summary', {}, 'About this map'),
        el('div', { class: 'under' }, this.definition, saveButtons(() => this.saved(), () => this.source(), 'the map')),
        lazyDetails('The map as a table', () => this.makeTable()),
        el('p', { class: 'note' }, `${run.data.map.note ?? 'Circles mark district centres; no outlines were given.'}`)));
  }

  private fillLayers(fields: { name: string; label: string }[]): void {
    const groups = new Map<string, HTMLElement>();
    for (const c of choices(this.scene, fields)) {
      if (!groups.has(c.group)) groups.set(c.group, el('optgroup', { label: c.group }));
      groups.get(c.group)?.append(el('option', { value: c.id }, c.label));
    }
    this.layers.replaceChildren(...groups.values());
    this.layers.value = this.layerId || 'control';
  }

  private wire(): void {
    const { store } = this.b.app;
    this.layers.addEventListener('change', () => store.set({ layer: this.layers.value }));
    this.blocs.addEventListener('change', () => store.set({ bloc: this.blocs.value }));
    this.find.addEventListener('change', () => {
      const text = this.find.value.trim().toLowerCase();
      const { run } = this.b;
      const found = text ? run.data.districts.pcode.findIndex((p, i) => run.districtName(i).toLowerCase() === text || p.toLowerCase() === text) : -1;
      const begins = found < 0 && text ? run.data.districts.name.findIndex((n) => n.toLowerCase().startsWith(text)) : found;
      if (begins >= 0) this.pick(begins);
      else if (text) this.said.textContent = `No district is called ${this.find.value}.`;
    });
    this.frame.addEventListener('keydown', (e) => this.key(e));
    new ResizeObserver(() => this.map.draw()).observe(this.frame);
  }

  private key(e: KeyboardEvent): void {
    const quarter = ARROWS[e.key];
    if (e.key === ' ') this.timeline.play.click();
    else if (e.key === 'Escape') this.b.app.store.set({ district: '' });
    else if (quarter !== undefined) this.pick(this.selected < 0 ? this.b.run.data.scenario.national_capital : this.map.neighbour(this.selected, quarter));
    else return;
    e.preventDefault();
  }

  private pick(district: number): void {
    const view = this.b.app.store.view;
    const stays = view.tab === 'history' || view.tab === 'what-if'; // a click there asks about the map, not for another tab
    this.b.app.store.set({ district: this.b.run.data.districts.pcode[district] ?? '', ...(stays ? {} : { tab: 'district' }) });
    this.said.textContent = `${this.describe(district).replaceAll('\n', '; ')}. `;
    if (matchMedia(ONE_COLUMN).matches) this.said.append(this.toPanel());
  }

  /** In one column the tabs are below the map. */
  private toPanel(): HTMLElement {
    const button = el('button', { type: 'button', class: 'small' }, 'More below');
    button.addEventListener('click', () => {
      const panel = document.getElementById('panel');
      panel?.focus({ preventScroll: true });
      panel?.previousElementSibling?.scrollIntoView();
    });
    return button;
  }

  private describe(district: number): string {
    return `${this.b.run.districtName(district)}\n${this.b.run.date(this.scene.day)}\n${this.layer.text(district)}`;
  }

  get day(): number { return this.scene.day; }

  /** Brings the map to the view. */
  update(view: View, changed: ReadonlySet<Key>): void {
    const { run } = this.b;
    if (changed.has('district')) this.selected = run.data.districts.pcode.indexOf(view.district);
    if (changed.has('date')) {
      this.scene.day = dayOf(run, view, this.usualDay);
      this.timeline.setDay(this.scene.day);
    }
    if (changed.has('layer') || changed.has('replicate')) this.need(view);
    if (!['layer', 'date', 'district', 'replicate'].some((k) => changed.has(k as Key))) return;
    this.show();
    if (!this.timeline.playing) this.refreshTable();
  }

  /** Sets the other run that the difference is drawn against. */
  setOther(other: Bench['other']): void {
    const { app, run, runId } = this.b;
    this.scene.otherName = other?.name ?? '';
    if (other && other.run === this.against) return;
    const turn = ++this.pairing;
    this.against = other?.run ?? null;
    this.scene.pair = null;
    if (!other) {
      if (this.layerId === 'difference') this.show();
      return;
    }
    const n = Math.min(run.data.n_replicate, other.run.data.n_replicate);
    Promise.all([app.first(runId, run, n), app.first(other.id, other.run, n)]).then(([own, against]) => {
      if (turn !== this.pairing) return;
      this.scene.pair = { own, other: against };
      if (this.layerId !== 'difference') return;
      this.show();
      this.refreshTable();
    }, (error: Error) => { if (turn === this.pairing) this.said.textContent = error.message; });
  }

  /** Fetches what the layer is made from, and draws again when it has come. */
  private need(view: View): void {
    const { app, runId } = this.b;
    this.layerId = view.layer;
    this.layers.value = view.layer;
    const [kind] = view.layer.split(':');
    this.said.textContent = '';
    const failed = (error: Error): void => { this.said.textContent = error.message; };
    const replicate = Math.min(view.replicate, this.b.run.data.n_replicate - 1);
    if (kind === 'field' && !this.scene.fields) {
      app.fields(runId).then((f) => {
        this.scene.fields = f;
        this.fillLayers(f.fields);
        this.show();
      }, failed);
    }
    if (kind === 'flow' && !this.scene.flows) app.flows(runId).then((f) => { this.scene.flows = f; this.show(); }, failed);
    if (kind === 'history' && this.scene.replicate?.replicate !== replicate) {
      this.scene.replicate = null;
      app.replicate(runId, replicate).then((r) => {
        if (Math.min(app.store.view.replicate, this.b.run.data.n_replicate - 1) === r.replicate) this.scene.replicate = r;
        this.show();
      }, failed);
    }
  }

  private show(): void {
    this.layer = makeLayer(this.layerId, this.scene);
    const { layer } = this;
    const date = this.b.run.date(this.scene.day);
    this.title.replaceChildren(layer.label, this.layerId === 'fall' ? '' : el('span', { class: 'soft' }, ` on ${date}`));
    this.definition.textContent = layer.definition ? `Shown: ${layer.definition}.` : '';
    this.legend.replaceChildren(...layer.legend.map((item) => el('li', {},
      typeof item.fill === 'string' ? el('span', { class: 'swatch', style: `background:${item.fill}`, 'aria-hidden': 'true' }) : hatchSample(item.fill.hatch, item.fill.color), item.text)));
    this.more.textContent = layer.more.filter(Boolean).join(' ');
    this.map.draw();
  }

  redraw(): void { this.show(); }

  private source(): string {
    const { data } = this.b.run;
    return `holdout ${data.version}, scenario ${data.scenario.name}, ${num(data.n_replicate)} runs, seed ${data.meta['seed'] ?? ''}, digest ${data.meta['digest'] ?? ''}`;
  }

  private saved(): { drawing: SVGElement; sheet: Sheet } {
    const { run } = this.b;
    const { layer } = this;
    const d = run.data.districts;
    const title = `${layer.label}, ${run.date(this.scene.day)}`;
    return {
      drawing: mapSvg(this.geometry, layer, this.capitals, title, [layer.definition, run.data.map.note ?? '', ...layer.more, this.source(), LIMIT].filter(Boolean)),
      sheet: { name: `map ${title}`, title: `${run.data.scenario.title}: ${title}`, notes: [layer.definition], legend: [],
        columns: [{ head: 'pcode', unit: '' }, { head: 'district', unit: '' }, { head: 'province', unit: '' }, { head: layer.label, unit: layer.unit }],
        rows: d.pcode.map((p, i) => [p, d.name[i] ?? '', run.data.provinces[d.province[i] ?? -1]?.name ?? '', layer.value(i)]) },
    };
  }

  private makeTable(): HTMLElement {
    const { run } = this.b;
    const box = table(`${this.layer.label}, ${run.date(this.scene.day)}: every district`, [
      { head: 'district', cell: (i: number) => run.districtName(i), row: true },
      { head: 'in words', cell: (i) => this.layer.text(i).replaceAll('\n', '; ') },
    ], run.data.districts.pcode.map((_, i) => i), { tall: true });
    box.id = 'map-table';
    return box;
  }

  private refreshTable(): void {
    const old = this.node.querySelector('#map-table');
    if (old?.closest('details')?.open) old.replaceWith(this.makeTable());
  }
}
