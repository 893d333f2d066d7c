/** Two runs of a seed: which one to set beside this, and what differs. */

import type { Chart } from '../chart.ts';
import { comparisonFinding, comparisonSections } from '../compare.ts';
import { Calendar, type Comparison } from '../data.ts';
import { el } from '../dom.ts';
import { api, type RunInfo } from './api.ts';
import { pending, type Bench } from './app.ts';

export const runLabel = (r: RunInfo): string => {
  const changed = [...new Set([...r.what_ifs, ...(r.from_job ? [r.name] : [])])].filter((w) => w && !/^j\d+\.yml$/.test(w)).join(', ');
  return `${r.from_job ? `What-if ${r.from_job.slice(1)}` : r.folder || r.name}${changed ? `: ${changed}` : ''}, ${r.n_replicate} runs`;
};

export function drawComparison(c: Comparison, charts: Chart[], day: number): HTMLElement {
  const days = new Calendar(c.from, c.n_day);
  const node = el('div', {}, comparisonFinding(c, days), comparisonSections(c, days, charts));
  charts.forEach((chart) => chart.setDay(Math.min(day, c.n_day - 1)));
  return node;
}

export class ComparePanel {
  readonly node: HTMLElement;
  private readonly select = el('select', { id: 'compare' });
  private readonly host = el('div');
  private shown = '';

  /** onOther: the run chosen, for the map of the difference; '' none. */
  constructor(private readonly b: Bench, private readonly day: () => number, private readonly onOther: (run: string) => void) {
    this.select.addEventListener('change', () => b.app.store.set({ compare: this.select.value }));
    const toMap = el('button', { type: 'button' }, 'Show the difference on the map');
    toMap.addEventListener('click', () => b.app.store.set({ layer: 'difference' }));
    this.node = el('div', {}, el('h2', {}, 'Compare two runs'),
      el('p', {}, 'A is the run shown, B the one chosen here. Only runs of the same scenario, days and seed can be set side by side, replicate by replicate.'),
      el('div', { class: 'pick' }, el('label', { for: 'compare' }, 'Run B', this.select), toMap), this.host);
  }

  update(): void {
    const { app, runId } = this.b;
    const others = app.runList.filter((r) => r.id !== runId);
    this.select.replaceChildren(el('option', { value: '' }, others.length ? 'choose a run' : 'there is no other run'), ...others.map((r) => el('option', { value: r.id }, runLabel(r))));
    const wanted = app.store.view.compare;
    this.select.value = others.some((r) => r.id === wanted) ? wanted : '';
    if (this.shown === this.select.value && this.host.childElementCount) return;
    this.shown = this.select.value;
    this.b.charts.length = 0;
    this.onOther(this.shown);
    if (!this.shown) {
      this.host.replaceChildren(el('p', { class: 'note' }, wanted ? `The server has no run ${wanted} now. What-ifs are kept as long as the server runs; their link makes them again.` :
        'No run chosen. Runs of this scenario under the server\u2019s folder, and each what-if that was run, are listed.'));
      return;
    }
    this.host.replaceChildren(pending('Comparing \u2026', api.compare(runId, this.shown).then((answer) =>
      drawComparison('comparison' in answer ? answer.comparison : answer, this.b.charts, this.day()))));
  }
}
