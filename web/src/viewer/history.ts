/** One replicate watched as one history: the map plays it, the log tells it in words, the chart sets it among all runs. */

import { Chart } from '../chart.ts';
import { blocColor } from '../color.ts';
import { el, num } from '../dom.ts';
import { title } from '../facts.ts';
import type { Replicate } from './api.ts';
import { pending, type Bench } from './app.ts';

/** How many histories are looked at to find a typical one. */
const N_LOOKED_AT = 20;

/** First day on which a 0-or-1 series is 1; Infinity if never. */
const firstDay = (values: (number | null)[] | undefined): number => {
  const day = values?.findIndex((v) => v === 1) ?? -1;
  return day < 0 ? Infinity : day;
};

export class HistoryPanel {
  readonly node: HTMLElement;
  private readonly number = el('input', { id: 'replicate', type: 'number', min: '0', step: '1' });
  private readonly slider = el('input', { type: 'range', min: '0', step: '1', 'aria-label': 'Replicate' });
  private readonly typical = el('button', { type: 'button' }, 'A typical one');
  private readonly about = el('p', { class: 'note', role: 'status' });
  private readonly host = el('div');
  private shown = -1;
  private log: { day: number; node: HTMLElement }[] = [];

  constructor(private readonly b: Bench, private readonly day: () => number) {
    const last = b.run.data.n_replicate - 1;
    for (const input of [this.number, this.slider]) {
      input.max = String(last);
      input.addEventListener('change', () => {
        const k = Math.min(last, Math.max(0, Math.floor(Number(input.value) || 0)));
        b.app.store.set({ replicate: k });
      });
    }
    this.slider.addEventListener('input', () => { this.number.value = this.slider.value; });
    const capital = b.run.data.districts.name[b.run.data.scenario.national_capital] ?? 'the national capital';
    this.typical.title = `Of the first ${N_LOOKED_AT}, the one in which ${capital} is lost nearest the median day`;
    this.typical.addEventListener('click', () => void this.findTypical());
    this.node = el('div', {}, el('h2', {}, 'One history'),
      el('p', {}, `Each of the ${num(b.run.data.n_replicate)} runs is one course that the model holds possible. None of them is what happened, and none is likelier than the others: look at several.`),
      el('div', { class: 'pick' }, el('label', { for: 'replicate' }, 'Replicate', this.number), this.slider, this.typical), this.about, this.host);
  }

  private async findTypical(): Promise<void> {
    const { run, app, runId } = this.b;
    const fall = run.data.capitals.find((c) => c.district === run.data.scenario.national_capital && c.bloc === this.b.bloc);
    const wanted = fall?.q50 ?? Infinity;
    this.typical.disabled = true;
    this.about.textContent = `Looking at the first ${N_LOOKED_AT} \u2026`;
    try {
      let [best, least] = [0, Infinity];
      for (let k = 0; k < Math.min(N_LOOKED_AT, run.data.n_replicate); k++) {
        const day = firstDay((await app.replicate(runId, k)).series['national_capital_fallen']);
        const miss = day === wanted ? 0 : Math.abs(Math.min(day, 9999) - Math.min(wanted, 9999));
        if (miss < least) [best, least] = [k, miss];
      }
      app.store.set({ replicate: best });
      this.about.textContent = `Replicate ${best}: of the first ${N_LOOKED_AT} the one whose national capital is lost nearest the median day${Number.isFinite(wanted) ? `, ${run.date(wanted)}` : ' (in half of the runs not by the end)'}. Typical in this alone.`;
    } catch (error) {
      this.about.textContent = (error as Error).message;
    }
    this.typical.disabled = false;
  }

  update(): void {
    const k = Math.min(this.b.run.data.n_replicate - 1, this.b.app.store.view.replicate);
    if (k !== this.shown) {
      this.shown = k;
      this.about.textContent = '';
      this.number.value = this.slider.value = String(k);
      this.b.charts.length = 0;
      this.log = [];
      this.host.replaceChildren(pending('Reading this history \u2026', this.b.app.replicate(this.b.runId, k).then((r) => this.make(r))));
    }
    this.setDay(this.day());
  }

  private make(r: Replicate): Node {
    const { run, bloc, app } = this.b;
    const id = run.data.blocs[bloc]?.id ?? '';
    const name = [`districts_controlled.${id}`, `centres_held.${id}`].find((n) => r.series[n] && run.data.series[n]) ?? '';
    const s = run.data.series[name];
    const figures: Node[] = [];
    if (s) {
      const chart = new Chart({
        run, label: `${title(run, name)}: this history among all runs`, unit: run.observable(name).unit, points: [],
        lines: [{ label: 'all runs', color: blocColor('#5f6b8a'), values: s.q50, bands: s, inner: s, dash: '2 3' },
          { label: `history ${r.replicate}`, color: blocColor(run.data.blocs[bloc]?.color ?? ''), values: r.series[name] ?? [] }],
      });
      this.b.charts.push(chart);
      figures.push(el('figure', {}, el('h3', {}, title(run, name)), chart.node));
    }
    this.log = r.told.map(({ day, text }) => {
      const words = text.startsWith(run.date(day)) ? text.slice(10).trim() : text;
      const button = el('button', { type: 'button', class: 'link' }, el('span', { class: 'date' }, run.date(day)), ` ${words}`);
      button.addEventListener('click', () => app.store.set({ date: run.date(day) }));
      return { day, node: el('li', {}, button) };
    });
    const parts = [el('h3', {}, 'What happened, in words'), el('p', { class: 'note' }, 'Lines after the day shown are grey; the newest is marked. A line leads to its day.'),
      el('ol', { class: 'log', tabindex: '0', 'aria-label': 'Log of this history' }, this.log.map((l) => l.node))];
    requestAnimationFrame(() => this.setDay(this.day())); // when it is on the page
    return el('div', {}, parts, figures);
  }

  /** Marks the log up to a day and keeps its newest line in sight. */
  setDay(day: number): void {
    this.b.charts.forEach((c) => c.setDay(day));
    let last: HTMLElement | null = null;
    for (const line of this.log) {
      line.node.classList.toggle('past', line.day <= day);
      line.node.classList.remove('last');
      if (line.day <= day) last = line.node;
    }
    last?.classList.add('last');
    const box = last?.parentElement;
    if (last && box && document.activeElement?.closest('.log') !== box) box.scrollTop = last.offsetTop - box.clientHeight / 2;
  }
}
