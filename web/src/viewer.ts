/** The viewer of `holdout serve`: asks the server for its runs, builds map and tabs, keeps them and the address together. */

import type { Chart } from './chart.ts';
import { mainBloc, type Run } from './data.ts';
import { el, num } from './dom.ts';
import { capitalised } from './facts.ts';
import { api, type Info } from './viewer/api.ts';
import { App, pending, type Bench } from './viewer/app.ts';
import { ComparePanel, runLabel } from './viewer/comparepanel.ts';
import { followLink, showAbout } from './viewer/dialog.ts';
import { DistrictPanel } from './viewer/district.ts';
import { LIMIT, offerSaves } from './viewer/export.ts';
import { FleeView } from './flee.ts';
import { HistoryPanel } from './viewer/history.ts';
import { Runner } from './viewer/jobs.ts';
import { MapPanel } from './viewer/mappanel.ts';
import { capitalsPanel, claimsPanel, countsPanel, scoresPanel } from './viewer/panels.ts';
import { Store, TABS, type Key, type Tab, type View } from './viewer/state.ts';
import { WhatIfPanel } from './viewer/whatif.ts';

const TAB_TEXT: Record<Tab, string> = {
  district: 'District', counts: 'Counts', capitals: 'Capitals', claims: 'Claims', scores: 'Scores', 'what-if': 'What if', history: 'History', compare: 'Compare', flee: 'FLEE',
};

const usualDay = (run: Run, bloc: number): number => run.data.evaluation.find((e) => e.bloc === bloc)?.days[1] ?? Math.floor(run.data.n_day / 2);

/** A tab's content, made when first opened. */
interface Panel { node: HTMLElement; charts: Chart[]; update?: () => void; setDay?: (day: number) => void; close?: () => void }

class Workspace {
  readonly node: HTMLElement;
  private readonly map: MapPanel;
  private readonly panels = new Map<Tab, Panel>();
  private readonly left = el('div', { class: 'left' });
  private readonly panel = el('div', { class: 'panel', role: 'tabpanel', id: 'panel', tabindex: '0' });
  private readonly tabs = new Map<Tab, HTMLButtonElement>();
  private readonly leave: (() => void)[] = [];
  private flee: FleeView | null = null;
  private shownFor = ''; // the job whose difference the map has been turned to once

  constructor(private readonly app: App, private readonly run: Run, private readonly runId: string, private readonly bloc: number, private readonly runner: Runner) {
    this.map = new MapPanel(this.bench([]), usualDay(run, bloc));
    const list = el('div', { class: 'tabs', role: 'tablist', 'aria-label': 'What is shown of the run' });
    for (const tab of TABS) {
      if (tab === 'flee' && !app.info.flee) continue;
      const button = el('button', { type: 'button', role: 'tab', id: `tab-${tab}`, 'aria-controls': 'panel' }, TAB_TEXT[tab]);
      button.addEventListener('click', () => app.store.open(tab));
      this.tabs.set(tab, button);
      list.append(button);
    }
    list.addEventListener('keydown', (e) => this.key(e));
    this.node = el('div', { class: 'work' }, this.left, el('div', { class: 'right' }, list, this.panel));
    this.panel.addEventListener('click', (e) => this.link(e));
    const watch = new MutationObserver(() => offerSaves(this.panel, () => this.source()));
    watch.observe(this.panel, { childList: true, subtree: true });
    this.leave.push(() => watch.disconnect(), app.store.listen((view, changed) => this.update(view, changed)), runner.listen(() => this.outcome()));
    this.update(app.store.view, new Set<Key>(['tab']));
    this.outcome();
    app.levers().then((levers) => this.map.timeline.setEvents(levers.levers.flatMap((l) => {
      const day = l.kind === 'date' ? Math.round((Date.parse(l.value) - Date.parse(run.date(0))) / 86400000) : NaN;
      return Number.isFinite(day) ? [{ day, text: capitalised(l.label.replace(/ \([\w-]+\)$/, '')) }] : []; // without the entry's id
    })), () => undefined);
  }

  private bench(charts: Chart[]): Bench {
    return { app: this.app, run: this.run, runId: this.runId, bloc: this.bloc, charts, other: null };
  }

  private source(): string {
    if (this.app.store.view.tab === 'flee') return `holdout ${this.app.info.version}, a case of FLEE`;
    const { data } = this.run;
    return `holdout ${data.version}, scenario ${data.scenario.name}, ${num(data.n_replicate)} runs, seed ${data.meta['seed'] ?? ''}, digest ${data.meta['digest'] ?? ''}`;
  }

  private key(e: KeyboardEvent): void {
    const all = [...this.tabs.keys()];
    const at = all.indexOf(this.app.store.view.tab);
    const to = e.key === 'ArrowRight' ? at + 1 : e.key === 'ArrowLeft' ? at - 1 : e.key === 'Home' ? 0 : e.key === 'End' ? all.length - 1 : NaN;
    const tab = all[(to + all.length) % all.length];
    if (!Number.isFinite(to) || !tab) return;
    e.preventDefault();
    this.app.store.open(tab);
    this.tabs.get(tab)?.focus();
  }

  /** Links of the shared parts lead to a row, a definition or a statement. */
  private link(e: MouseEvent): void {
    const link = e.target instanceof Element ? e.target.closest<HTMLAnchorElement>('a[href^="#"]') : null;
    if (!link) return;
    e.preventDefault();
    followLink(this.run, link.hash);
  }

  private get day(): number { return this.map.day; }

  private make(tab: Tab): Panel {
    const charts: Chart[] = [];
    const b = this.bench(charts);
    const day = (): number => this.day;
    switch (tab) {
      case 'counts': return { node: countsPanel(b), charts };
      case 'capitals': return { node: capitalsPanel(b), charts };
      case 'claims': return { node: claimsPanel(b), charts };
      case 'scores': return { node: scoresPanel(b), charts };
      case 'what-if': { const p = new WhatIfPanel(b, this.runner, day); return { node: p.node, charts, update: () => p.update(), setDay: (d) => p.setDay(d), close: () => p.close() }; }
      case 'history': { const p = new HistoryPanel(b, day); return { node: p.node, charts, update: () => p.update(), setDay: (d) => p.setDay(d) }; }
      case 'compare': { const p = new ComparePanel(b, day, (id) => this.compareWith(id)); return { node: p.node, charts, update: () => p.update() }; }
      case 'flee': return { node: pending('Reading the case \u2026', api.flee().then((c) => { this.flee = new FleeView(c); this.showLeft(); return this.flee.node; })), charts };
      default: { const p = new DistrictPanel(b, day); return { node: p.node, charts, update: () => p.update(), setDay: () => p.update() }; }
    }
  }

  private compareWith(id: string): void {
    if (!id) { this.outcome(); return; }
    const name = this.app.runList.find((r) => r.id === id);
    this.app.load(id).then((run) => {
      if (this.app.store.view.compare === id) this.map.setOther({ run, id, name: name?.from_job ? `what-if ${name.from_job.slice(1)}` : name?.name ?? id });
    }, () => this.map.setOther(null));
  }

  /** The what-if's run is what the map's difference is against, once there is one. */
  private outcome(): void {
    const { outcome } = this.runner;
    const { view } = this.app.store;
    if (view.tab === 'compare' && view.compare) return;
    if (!outcome?.run && this.runner.phase === 'done') return; // its run is on the way
    this.map.setOther(outcome?.run ? { run: outcome.run, id: outcome.job.run ?? '', name: 'what-if' } : null);
    if (this.runner.phase === 'done' && outcome?.run && view.tab === 'what-if' && view.layer === 'control' && this.shownFor !== outcome.job.id) this.app.store.set({ layer: 'difference' }, true);
    if (this.runner.phase === 'done' && outcome?.run) this.shownFor = outcome.job.id;
  }

  private showLeft(): void {
    const flee = this.app.store.view.tab === 'flee' && this.flee;
    const node = flee ? flee.mapNode : this.map.node;
    if (!flee) this.flee?.stop();
    if (this.left.firstChild !== node) this.left.replaceChildren(node);
  }

  private update(view: View, changed: ReadonlySet<Key>): void {
    if (changed.has('tab')) this.open(view);
    this.map.update(view, changed);
    const panel = this.panels.get(view.tab);
    if (changed.has('date')) {
      panel?.charts.forEach((c) => c.setDay(this.day));
      panel?.setDay?.(this.day);
    }
    if (['district', 'replicate', 'compare', 'levers', 'what_ifs'].some((k) => changed.has(k as Key))) panel?.update?.();
  }

  private open(view: View): void {
    const tab = this.tabs.has(view.tab) ? view.tab : 'district';
    let panel = this.panels.get(tab);
    if (!panel) {
      panel = this.make(tab);
      this.panels.set(tab, panel);
    }
    for (const [name, button] of this.tabs) {
      button.setAttribute('aria-selected', String(name === tab));
      button.tabIndex = name === tab ? 0 : -1;
    }
    this.panel.setAttribute('aria-labelledby', `tab-${tab}`);
    this.panel.replaceChildren(panel.node);
    this.panel.scrollTop = 0;
    this.showLeft();
    if (tab === 'what-if') this.outcome();
    if (tab === 'compare' && view.compare) this.compareWith(view.compare);
    panel.update?.();
    panel.charts.forEach((c) => c.setDay(this.day));
    offerSaves(this.panel, () => this.source());
    requestAnimationFrame(() => {
      const button = this.tabs.get(tab);
      const list = button?.parentElement;
      if (button && list) list.scrollLeft = button.offsetLeft - list.offsetLeft - list.clientWidth / 3;
      panel.setDay?.(this.day);
    });
  }

  close(): void {
    this.map.timeline.stop();
    this.flee?.stop();
    for (const panel of this.panels.values()) panel.close?.();
    for (const f of this.leave) f();
  }
}

class Viewer {
  private readonly host = el('main', { id: 'main', tabindex: '-1' });
  private readonly runs = el('select', { id: 'run' });
  private listed = '';
  private readonly facts = el('p', { class: 'facts' });
  private readonly about = el('button', { type: 'button' }, 'Use and limits');
  private readonly runner: Runner;
  private work: Workspace | null = null;
  private asked = 0;
  private run: Run | null = null;

  constructor(private readonly app: App) {
    this.runner = new Runner(app);
    const copy = el('button', { type: 'button' }, 'Copy link');
    const copied = el('span', { class: 'note', role: 'status' });
    copy.addEventListener('click', () => {
      app.store.flush();
      navigator.clipboard.writeText(location.href).then(() => { copied.textContent = 'copied'; }, () => { copied.textContent = 'the address above is the link'; })
        .finally(() => setTimeout(() => { copied.textContent = ''; }, 2500));
    });
    this.runs.addEventListener('change', () => app.store.set({ run: this.runs.value === app.info.base ? '' : this.runs.value }));
    this.about.addEventListener('click', () => this.run && showAbout(this.run));
    document.getElementById('page')?.replaceChildren(
      el('header', {}, el('div', { class: 'bar' }, el('h1', {}, app.info.scenario.title), this.facts, el('label', { for: 'run' }, 'Run', this.runs), copy, copied, this.about),
        el('p', { class: 'limit' }, LIMIT, ' A simulation looking back, not a forecast.')),
      this.host);
    app.store.listen((view, changed) => {
      if (changed.has('run') || changed.has('bloc')) void this.show();
      if (changed.has('levers') || changed.has('what_ifs')) this.runner.update(view);
    });
    this.runner.listen(() => this.fillRuns());
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => void this.show());
    this.fillRuns();
    void this.show();
    this.runner.update(app.store.view);
  }

  private fillRuns(): void {
    const wanted = this.app.store.view.run || this.app.info.base;
    const list = `${wanted} ${this.app.runList.map((r) => r.id).join(' ')}`;
    if (list === this.listed) return;
    this.listed = list;
    this.runs.replaceChildren(...this.app.runList.map((r) => el('option', { value: r.id, selected: r.id === wanted }, (r.id === this.app.info.base ? 'Base: ' : '') + runLabel(r))));
  }

  private async show(): Promise<void> {
    const { app } = this;
    const id = app.store.view.run || app.info.base;
    const turn = ++this.asked;
    if (!this.host.childElementCount) this.host.replaceChildren(el('p', { class: 'note', role: 'status' }, 'Reading the run \u2026'));
    try {
      const run = await app.load(id);
      if (turn !== this.asked) return;
      this.run = run;
      const { data } = run;
      const asked = data.blocs.findIndex((b) => b.id === app.store.view.bloc);
      document.title = `${data.scenario.title} \u2013 holdout`;
      this.facts.replaceChildren(`${run.date(0)} to ${run.date(data.n_day - 1)} \u00b7 ${num(data.n_replicate)} runs \u00b7 seed ${data.meta['seed'] ?? ''} \u00b7 digest `,
        el('code', { title: data.meta['digest'] ?? '' }, (data.meta['digest'] ?? '').slice(0, 12)));
      this.work?.close();
      this.work = new Workspace(app, run, id, asked >= 0 ? asked : mainBloc(data), this.runner);
      this.host.replaceChildren(this.work.node);
      if (turn === 1) requestAnimationFrame(() => setTimeout(() => performance.mark('first-view'))); // drawn by then
      this.fillRuns();
    } catch (error) {
      if (turn !== this.asked) return;
      this.host.replaceChildren(el('p', { class: 'warn', role: 'alert' }, (error as Error).message));
      if (id === app.info.base) return;
      const back = el('button', { type: 'button' }, 'Show the base run');
      back.addEventListener('click', () => { app.forget(id); this.listed = ''; app.store.set({ run: '' }); this.fillRuns(); });
      this.host.append(back);
    }
  }
}

async function start(): Promise<void> {
  const page = document.getElementById('page');
  try {
    const info: Info = await api.info();
    new Viewer(new App(info, new Store()));
  } catch (error) {
    page?.replaceChildren(el('main', { id: 'main' }, el('h1', {}, 'holdout'), el('p', { class: 'warn', role: 'alert' }, (error as Error).message)));
  }
}

void start();
