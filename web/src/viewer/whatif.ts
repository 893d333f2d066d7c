/** What-if: levers by group and named what-ifs; what they change, pair by pair, beside the base. */

import { compareText, comparisonKeys, differenceFigure, endingsSection, fallSection, sidesFigure } from '../compare.ts';
import { Calendar, type Comparison } from '../data.ts';
import { el, lazyDetails, num, table, type Child } from '../dom.ts';
import { capitalised } from '../facts.ts';
import { api, type Lever, type Levers, type LeverValue } from './api.ts';
import { pending, type Bench } from './app.ts';
import type { Runner } from './jobs.ts';

const NAMES: [string, string] = ['base', 'what-if'];

interface Control { lever: Lever; row: HTMLElement; group: string; show: (value: LeverValue) => void }

const text = (value: LeverValue): string => (typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value));

export class WhatIfPanel {
  readonly node: HTMLElement;
  private readonly status = el('div', { class: 'job', role: 'status' });
  private readonly results = el('div', { class: 'results' });
  private readonly curves = el('div', { class: 'results' });
  private readonly form: HTMLElement;
  private controls: Control[] = [];
  private boxes: { name: string; words: string; row: HTMLElement; input: HTMLInputElement }[] = [];
  private readonly progress = el('progress', { 'aria-label': 'Runs simulated' });
  private readonly left = el('span', { 'aria-hidden': 'true' });
  private readonly running: HTMLElement;
  private groups: { name: string; details: HTMLDetailsElement; count: HTMLElement }[] = [];
  /** Ends following the runner. */
  readonly close: () => void;
  private shown: Comparison | null = null;
  private on = -1;

  constructor(private readonly b: Bench, private readonly runner: Runner, private readonly day: () => number) {
    this.form = pending('Reading the levers \u2026', b.app.levers().then((l) => this.make(l)));
    const reset = el('button', { type: 'button' }, 'Reset all');
    reset.addEventListener('click', () => b.app.store.set({ levers: {}, what_ifs: [], ...(b.app.store.view.layer === 'difference' ? { layer: 'control' } : {}) }));
    const pairs = el('select', { id: 'pairs' }, runner.pairs.map((n) => el('option', { value: n, selected: n === runner.n_replicate }, String(n))));
    pairs.addEventListener('change', () => { runner.n_replicate = Number(pairs.value); runner.again(); });
    const find = el('input', { type: 'search', placeholder: 'find a lever', 'aria-label': 'Find a lever' });
    find.addEventListener('input', () => this.filter(find.value));
    const stop = el('button', { type: 'button', class: 'small' }, 'Stop');
    stop.addEventListener('click', () => runner.stop());
    this.running = el('div', {}, el('p', {}, this.left, ' ', stop), this.progress);
    this.node = el('div', { class: 'what-if' }, el('h2', {}, 'What if'),
      el('p', { class: 'warn' }, 'Each change is an assumption about what might have been, not a forecast and no advice. What comes out is what this model makes of it.',
        b.runId === b.app.info.base ? null : ' Changes are made to the base run, not to the run shown.'),
      this.status, this.results,
      el('div', { class: 'pick' }, find, el('label', { for: 'pairs' }, 'Pairs of runs', pairs), reset), this.form, this.curves);
    this.close = runner.listen(() => this.tell());
    this.tell();
  }

  private make(levers: Levers): HTMLElement {
    const { store } = this.b.app;
    const node = el('div');
    if (levers.what_ifs.length) {
      const list = levers.what_ifs.map((w) => {
        const input = el('input', { type: 'checkbox', id: `w-${w.name}` });
        input.addEventListener('change', () => {
          const rest = store.view.what_ifs.filter((n) => n !== w.name);
          store.set({ what_ifs: input.checked ? [...rest, w.name] : rest });
        });
        const row = el('div', { class: 'lever' }, el('div', { class: 'line' }, input, el('label', { for: `w-${w.name}` }, w.title || w.name)), el('p', { class: 'note' }, w.why));
        this.boxes.push({ name: w.name, words: `${w.name} ${w.title} ${w.why}`, row, input });
        return row;
      });
      node.append(this.group('Named what-ifs', list, true));
    }
    for (const name of levers.groups) {
      const own = levers.levers.filter((l) => l.group === name).map((l) => this.lever(l));
      if (own.length) node.append(this.group(name, own.map((c) => c.row), false));
      this.controls.push(...own);
    }
    this.update();
    return node;
  }

  private group(name: string, rows: HTMLElement[], open: boolean): HTMLElement {
    const count = el('span', { class: 'soft' });
    const details = el('details', { class: 'group', ...(open ? { open: true } : {}) }, el('summary', {}, name, ' ', count), el('fieldset', {}, el('legend', { class: 'hidden' }, name), rows));
    this.groups.push({ name, details, count });
    return details;
  }

  private change(lever: Lever, value: LeverValue): void {
    const { store } = this.b.app;
    const levers = { ...store.view.levers };
    if (value === lever.value) delete levers[lever.id];
    else levers[lever.id] = value;
    store.set({ levers });
  }

  private lever(l: Lever): Control {
    const id = `l-${l.id}`;
    const back = el('button', { type: 'button', class: 'small', 'aria-label': `${l.label}: back to ${text(l.value)}` }, `\u21ba ${text(l.value)}`);
    back.addEventListener('click', () => this.change(l, l.value));
    const help = el('p', { class: 'note', id: `${id}-help`, hidden: true }, l.help || 'No more is said of this lever.', ` (${l.id})`);
    const ask = el('button', { type: 'button', class: 'small ask', 'aria-expanded': 'false', 'aria-controls': `${id}-help`, 'aria-label': `What is ${l.label}?` }, '?');
    ask.addEventListener('click', () => {
      help.hidden = !help.hidden;
      ask.setAttribute('aria-expanded', String(!help.hidden));
    });
    const { inputs, show } = this.inputs(l, id);
    const unit = l.kind === 'number' && l.unit ? ` [${l.unit === 'd' ? 'days' : l.unit}]` : '';
    const label = el('label', { for: id }, capitalised(l.label), unit ? el('span', { class: 'soft' }, unit) : null);
    const line: Child[] = l.kind === 'switch' ? [...inputs, label] : [label];
    const row = el('div', { class: 'lever' }, el('div', { class: 'line' }, line, ask, back), l.kind === 'switch' ? null : el('div', { class: 'line' }, inputs), help);
    return { lever: l, row, group: l.group, show: (value) => {
      show(value);
      row.classList.toggle('changed', value !== l.value);
      back.hidden = value === l.value;
    } };
  }

  private inputs(l: Lever, id: string): { inputs: HTMLElement[]; show: (value: LeverValue) => void } {
    if (l.kind === 'switch') {
      const box = el('input', { type: 'checkbox', id });
      box.addEventListener('change', () => this.change(l, box.checked));
      return { inputs: [box], show: (v) => { box.checked = v === true; } };
    }
    if (l.kind === 'choice') {
      const select = el('select', { id }, l.choices.map((c) => el('option', { value: c }, c)));
      select.addEventListener('change', () => this.change(l, select.value));
      return { inputs: [select], show: (v) => { select.value = String(v); } };
    }
    if (l.kind === 'date') {
      const date = el('input', { type: 'date', id, min: l.min, max: l.max });
      date.addEventListener('change', () => {
        if (date.value && date.validity.valid) this.change(l, date.value);
        else if (!date.reportValidity() || !date.value) date.value = String(this.b.app.store.view.levers[l.id] ?? l.value);
      });
      return { inputs: [date], show: (v) => { date.value = String(v); } };
    }
    const range = el('input', { type: 'range', id, min: l.min, max: l.max, step: l.step || 'any' });
    const box = el('input', { type: 'number', min: l.min, max: l.max, step: 'any', 'aria-label': `${l.label}, as a number` });
    const hint = el('span', { class: 'soft' });
    const { run } = this.b;
    const show = (v: LeverValue): void => {
      range.value = box.value = String(v);
      if (/_day$/.test(l.id) && typeof v === 'number') hint.textContent = `= ${run.date(v)}`;
    };
    range.addEventListener('input', () => { show(Number(range.value)); this.change(l, Number(range.value)); });
    box.addEventListener('change', () => {
      if (box.value !== '') this.change(l, Math.min(l.max, Math.max(l.min, Number(box.value))));
      show(this.b.app.store.view.levers[l.id] ?? l.value);
    });
    return { inputs: [range, box, hint], show };
  }

  private filter(words: string): void {
    const wanted = words.toLowerCase().trim();
    for (const c of this.controls) c.row.hidden = wanted !== '' && !`${c.lever.label} ${c.lever.help} ${c.lever.id}`.toLowerCase().includes(wanted);
    for (const box of this.boxes) box.row.hidden = wanted !== '' && !box.words.toLowerCase().includes(wanted);
    for (const g of this.groups) {
      const rows = [...g.details.querySelectorAll<HTMLElement>('.lever')];
      g.details.hidden = rows.every((r) => r.hidden);
      if (wanted) g.details.open = !g.details.hidden;
    }
  }

  /** Brings all controls to the view. */
  update(): void {
    const { view } = this.b.app.store;
    for (const c of this.controls) c.show(view.levers[c.lever.id] ?? c.lever.value);
    for (const box of this.boxes) box.input.checked = view.what_ifs.includes(box.name);
    for (const g of this.groups) {
      const n = this.controls.filter((c) => c.group === g.name && c.lever.id in view.levers).length + (g.name === 'Named what-ifs' ? view.what_ifs.length : 0);
      g.count.textContent = n ? `(${n} changed)` : '';
      if (n) g.details.open = true;
    }
  }

  /** Says where the job is, and shows what came of the last one. */
  private tell(): void {
    const { runner } = this;
    const { job } = runner;
    const rows: Child[] = [];
    if (runner.phase === 'none') rows.push(el('p', {}, 'Nothing is changed. Choose a named what-if or move a lever: the server simulates again at once, with the same seeds as the base.'));
    if (runner.phase === 'asked') rows.push(el('p', {}, 'About to simulate \u2026'));
    if (runner.phase === 'running' && job) {
      const left = job.state === 'waiting' ? 'waiting for an earlier job' : `${num(job.done)} of ${num(job.n)} runs${job.eta_s === null ? '' : `, about ${Math.max(1, Math.round(job.eta_s))} s left`}`;
      this.left.textContent = `Simulating: ${left}.`;
      this.progress.max = job.n || 1;
      this.progress.value = job.done;
      if (this.running.parentNode === this.status) return;
      rows.push(this.running);
    }
    if (runner.phase === 'failed') {
      const again = el('button', { type: 'button', class: 'small' }, 'Try again');
      again.addEventListener('click', () => runner.again());
      rows.push(el('p', { class: 'warn', role: 'alert' }, `${runner.error} `, again));
    }
    if (runner.phase === 'done' && runner.outcome) rows.push(...this.doneLines());
    this.status.replaceChildren(...rows.filter((r): r is Node => r instanceof Node));
    for (const node of [this.results, this.curves]) node.classList.toggle('stale', runner.phase === 'asked' || runner.phase === 'running');
    const wanted = runner.phase === 'none' ? null : runner.outcome?.comparison ?? null;
    if (wanted !== this.shown) {
      this.shown = wanted;
      this.b.charts.length = 0;
      this.results.replaceChildren(...(wanted ? this.headline(wanted) : []));
      this.curves.replaceChildren(...(wanted ? this.drawCurves(wanted) : []));
      this.b.charts.forEach((c) => c.setDay(Math.min(this.day(), (wanted?.n_day ?? 1) - 1)));
    }
  }

  private doneLines(): Node[] {
    const { job, comparison } = this.runner.outcome as NonNullable<Runner['outcome']>;
    const own = Object.keys(this.b.app.store.view.levers).length > 0; // named what-ifs alone are files already
    const toMap = el('button', { type: 'button', class: 'small' }, 'Show the difference on the map');
    toMap.addEventListener('click', () => this.b.app.store.set({ layer: 'difference' }));
    return [el('p', {}, `${num(comparison.n_pair)} pairs simulated${job.wall_s === null ? '' : ` in ${num(job.wall_s)} s`}. `, toMap, ' ',
      own ? el('a', { href: api.overlay(job.id), download: '' }, 'Save as an overlay file') : 'Nothing to save: these are files of the scenario.'),
    lazyDetails('The same on the command line', () => el('div', {}, own ? el('p', {}, 'With the file saved above, under the name it is given:') : null, el('pre', { tabindex: '0', 'aria-label': 'Command' }, job.command ?? ''),
      el('p', { class: 'note' }, 'It prints the digest ', el('code', { class: 'break' }, job.digest ?? ''), '.')))];
  }

  private headline(c: Comparison): HTMLElement[] {
    const days = new Calendar(c.from, c.n_day);
    const unit = (r: Comparison['rows'][number]): string => c.observables[r.observable]?.unit ?? '';
    const { mean, difference, range } = compareText;
    const sure = (r: Comparison['rows'][number]): boolean => r.difference !== null && r.se !== null && Math.abs(r.difference) > 2 * r.se && r.difference !== 0;
    const counted = [...new Set(c.rows.map((r) => r.day))].sort((a, b) => a - b);
    const on = counted.find((d) => d >= this.day()) ?? c.n_day - 1;
    const seen = (r: Comparison['rows'][number]): boolean => Math.max(Math.abs(r.mean_a ?? 0), Math.abs(r.mean_b ?? 0)) >= (/share|0 or 1|probability/.test(unit(r)) ? 5e-4 : 0.05);
    const headline = table(`On ${days.date(on)}, the end of a month or of the run at or after the day shown: what-if less base over pairs of the same seed`, [
      { head: 'quantity', cell: (r) => c.observables[r.observable]?.label ?? '', row: true },
      { head: 'base', num: true, cell: (r) => mean(r.mean_a, unit(r)) }, { head: 'what-if', num: true, cell: (r) => mean(r.mean_b, unit(r)) },
      { head: 'difference', num: true, cell: (r) => (sure(r) ? el('strong', {}, difference(r.difference, unit(r))) : difference(r.difference, unit(r))) },
      { head: '90 % of pairs', num: true, cell: (r) => range(r, unit(r)) },
    ], c.rows.filter((r) => r.day === on && seen(r)));
    headline.classList.add('headline');
    this.on = on;
    return [this.fall(c, days), headline, el('p', { class: 'note' }, 'Bold: more than two standard errors from no difference. What is 0 in both is left out.')];
  }

  /** When the national capital falls, in words: the difference that one asks for first. */
  private fall(c: Comparison, days: Calendar): HTMLElement {
    const { n_both, n_only_a, n_only_b, day } = c.fall;
    const { difference, range } = compareText;
    const when = n_both && day.mean_a !== null && day.mean_b !== null ? ` In the ${num(n_both)} pairs in which it falls in both, its mean day goes from ${days.date(day.mean_a)} to ${days.date(day.mean_b)}: ` +
      `${difference(day.difference, 'days')} days (90 % of pairs: ${range(day, 'days')}).` : '';
    return el('p', { class: 'finding' }, `${c.capital} falls by ${days.date(c.n_day - 1)} in ${num(n_both + n_only_a)} of ${num(c.n_pair)} base runs and ${num(n_both + n_only_b)} what-if runs.${when}`);
  }

  /** The headline follows the day by months. */
  setDay(day: number): void {
    const c = this.shown;
    if (!c) return;
    const on = c.rows.map((r) => r.day).filter((d) => d >= day).sort((a, b) => a - b)[0] ?? c.n_day - 1;
    if (on !== this.on) this.results.replaceChildren(...this.headline(c));
  }

  private drawCurves(c: Comparison): HTMLElement[] {
    const days = new Calendar(c.from, c.n_day);
    const figures = c.curves.slice(0, 1).flatMap((_, k) => [sidesFigure(c, days, k, this.b.charts, NAMES), differenceFigure(c, days, k, this.b.charts, NAMES)]);
    return [el('h3', {}, 'Over time'), ...figures,
      lazyDetails('More numbers (A is the base, B the what-if): by month, the capital, the endings', () => el('div', {}, comparisonKeys(c, days), fallSection(c), endingsSection(c, days)))];
  }
}
