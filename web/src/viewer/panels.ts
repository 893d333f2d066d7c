/** The parts that the report page has too, as tabs: counts, capitals, claims, scores. */

import { CapitalChart, capitalRows, capitalTable } from '../capitals.ts';
import type { Run } from '../data.ts';
import { el, lazyDetails, num, table, type Child } from '../dom.ts';
import { capitalised, title } from '../facts.ts';
import { howSection, seriesSection } from '../series.ts';
import { statementsSection } from '../statements.ts';
import { endingsSection, moneySection, peopleSection } from '../topics.ts';
import { wrongSection } from '../wrong.ts';
import { api, type Score, type Scores } from './api.ts';
import { pending, type Bench } from './app.ts';

const none = (text: string): HTMLElement => el('p', {}, text);

export function countsPanel(b: Bench): HTMLElement {
  const { run, bloc, charts, app } = b;
  const series = seriesSection(run, bloc, charts);
  const select = series.querySelector<HTMLSelectElement>('#series');
  if (select) {
    const wanted = app.store.view.series;
    if (wanted && [...select.options].some((o) => o.value === wanted)) {
      select.value = wanted;
      select.dispatchEvent(new Event('change'));
    }
    select.addEventListener('change', () => app.store.set({ series: select.value }));
  }
  const later = (heading: string, make: () => HTMLElement | null): HTMLElement => lazyDetails(heading, () => make() ?? none('Nothing of this run.'));
  return el('div', {}, series,
    later('How districts changed hands', () => howSection(run, bloc, charts)), later('How it would end', () => endingsSection(run, charts)),
    later('People', () => peopleSection(run, charts)), later('Money', () => moneySection(run, charts)));
}

export function capitalsPanel(b: Bench): HTMLElement {
  const rows = capitalRows(b.run, b.bloc);
  if (!rows.length) return none('No capital changes hands to this side in any run.');
  const chart = new CapitalChart(b.run, b.bloc, rows);
  return el('section', { id: 'capitals', 'aria-labelledby': 'h-capitals' }, el('h2', { id: 'h-capitals' }, 'When each capital falls'),
    el('p', {}, `First loss of each capital to ${b.run.data.blocs[b.bloc]?.name ?? ''}. Bars: 50 % and 90 % of the runs, runs in which it stands counted as later than the end; line: median; ` +
      'diamond: recorded day (hollow: only an upper bound is recorded). Right: share of runs in which it stands to the end.'),
    chart.node, lazyDetails('Table behind this chart', () => capitalTable(b.run, rows)));
}

export function claimsPanel(b: Bench): HTMLElement {
  const section = statementsSection(b.run);
  if (!section) return none('This scenario keeps no statements.');
  const { store } = b.app;
  const open = (): void => {
    const target = store.view.claim ? section.querySelector<HTMLElement>(`#${CSS.escape(`s-${store.view.claim}`)}`) : null;
    if (target instanceof HTMLDetailsElement) target.open = true;
    if (target?.isConnected) target.scrollIntoView({ block: 'nearest' });
  };
  open();
  section.addEventListener('click', (e) => {
    const link = e.target instanceof Element ? e.target.closest<HTMLAnchorElement>('a[href^="#s-"]') : null;
    const summary = e.target instanceof Element ? e.target.closest('summary') : null;
    if (link) {
      e.preventDefault();
      e.stopPropagation();
      store.set({ claim: link.hash.slice(3) });
      open();
    } else if (summary?.parentElement?.id.startsWith('s-')) {
      store.set({ claim: (summary.parentElement as HTMLDetailsElement).open ? '' : summary.parentElement.id.slice(2) });
    }
  });
  return section;
}

const SCORE_WORDS: Record<string, string> = {
  CRPS: 'continuous ranked probability score: distance of the forecast from what happened; 0 is best', MIS: 'mean interval score: width of the 90 % range plus a penalty for what lies outside; 0 is best',
  cover: 'share of recorded values inside the 90 % range; 0.9 is right', IGN: 'ignorance: bits of surprise; less is better', energy: 'energy score: CRPS of all dates together; 0 is best',
  Brier: 'mean squared error of a probability; 0 is best', RPS: 'ranked probability score; 0 is best', AUC: 'area under the curve; 1 is best, 0.5 chance',
};

/** A score; below it the run's less it, with its 90 % range. */
function scoreText(s: Score | undefined): Child {
  if (!s || s.value === null) return '\u2013';
  const show = (v: number): string => (Math.abs(v) >= 10 ? v.toFixed(1) : v.toFixed(2)).replace('-', '\u2212');
  if (s.difference === null || s.low === null || s.high === null) return show(s.value);
  return el('span', {}, show(s.value), el('br'), el('span', { class: 'soft' }, `${show(s.difference)} (${show(s.low)} to ${show(s.high)})`));
}

/** "Districts controlled: Taliban, LWJ" of "districts_controlled.taliban, LWJ". */
function targetTitle(run: Run, target: string): string {
  const [name = '', ...rest] = target.split(', ');
  return run.data.observables.some((o) => o.name === name) ? [title(run, name), ...rest].join(', ') : capitalised(target.replaceAll('_', ' '));
}

function scoresNode(run: Run, scores: Scores): HTMLElement {
  const names = [...new Set(scores.targets.flatMap((t) => t.forecasters.flatMap((f) => Object.keys(f.scores))))];
  return el('div', {}, el('p', {}, scores.note ?? ''),
    lazyDetails('What the scores mean', () => el('dl', {}, names.flatMap((n) => [el('dt', {}, n), el('dd', {}, SCORE_WORDS[n] ?? 'see docs/results.md')]))),
    scores.targets.map((t) => {
      const own = names.filter((n) => t.forecasters.some((f) => f.scores[n] && f.scores[n]?.value !== null));
      return el('div', {}, el('h3', {}, targetTitle(run, t.target)), table(`${t.what}; ${num(t.cases)} recorded values. Grey: this run\u2019s score less the baseline\u2019s (90 % range)`, [
        { head: 'forecaster', cell: (f) => (f.name === 'run' ? el('strong', {}, 'this run') : f.name), row: true },
        ...own.map((n) => ({ head: n, num: true, cell: (f: (typeof t.forecasters)[number]) => scoreText(f.scores[n]) })),
        ...(t.forecasters.some((f) => f.given && f.note) ? [{ head: 'note', wrap: true, cell: (f: (typeof t.forecasters)[number]) => f.note ?? '' }] : []),
      ], t.forecasters.filter((f) => f.given)));
    }));
}

export function scoresPanel(b: Bench): HTMLElement {
  const evaluation = b.run.data.evaluation.find((e) => e.bloc === b.bloc);
  return el('div', {}, el('section', {}, el('h2', {}, 'Scores against the record'),
    el('p', {}, 'Proper scores of this run beside simple baselines that knew what was known on its origin. Where the run is not better, it says so.'),
    pending('Scoring \u2026', api.scores(b.runId).then((s) => scoresNode(b.run, s)))),
  evaluation ? wrongSection(b.run, evaluation, b.charts) : null);
}
