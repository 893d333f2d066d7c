/** The page: reads the data inside it, a run or two runs compared, builds the sections, keeps the day of maps and charts together. */

import { el, lazyDetails } from './dom.ts';
import { mainBloc, Run, type ComparisonPage, type Data } from './data.ts';
import { CapitalChart, capitalRows, capitalTable } from './capitals.ts';
import type { Chart } from './chart.ts';
import { startComparison } from './compare.ts';
import { footer, navigation, parametersSection, recordSection, runSection } from './facts.ts';
import { finding, keySection } from './header.ts';
import { MapSection } from './mapsection.ts';
import { howSection, seriesSection } from './series.ts';
import { statementsSection } from './statements.ts';
import { endingsSection, moneySection, peopleSection } from './topics.ts';
import { wrongSection } from './wrong.ts';

/** Opens whatever hides the target of a link inside the page and marks it. */
function reveal(): void {
  const id = decodeURIComponent(location.hash.slice(1));
  const target = id ? document.getElementById(id) : null;
  if (!target) return;
  target.closest('.scroll')?.dispatchEvent(new Event('holdout-reveal', { bubbles: true }));
  document.querySelectorAll('.hit').forEach((node) => node.classList.remove('hit'));
  if (!(target instanceof HTMLTableRowElement)) return;
  target.classList.add('hit');
  target.scrollIntoView({ block: 'center' });
  const box = target.closest<HTMLElement>('.scroll');
  box?.focus({ preventScroll: true });
}

function startRun(data: Data): void {
  const run = new Run(data);
  const bloc = mainBloc(data);
  const evaluation = data.evaluation.find((e) => e.bloc === bloc);
  const charts: Chart[] = [];
  document.title = `${data.scenario.title} \u2013 holdout`;

  const map = run.hasControl ? new MapSection(run, bloc, evaluation?.days[1] ?? Math.floor(data.n_day / 2), (day) => charts.forEach((c) => c.setDay(day))) : null;
  const rows = capitalRows(run, bloc);
  const capitals = rows.length ? new CapitalChart(run, bloc, rows) : null;
  const main = el('main', { id: 'main', tabindex: '-1' },
    keySection(run, bloc),
    map?.node,
    seriesSection(run, bloc, charts),
    capitals && el('section', { id: 'capitals', 'aria-labelledby': 'h-capitals' },
      el('h2', { id: 'h-capitals' }, 'When each capital falls'),
      el('p', {}, `First loss of each capital to ${data.blocs[bloc]?.name ?? ''}. ` + 'Bars: 50 % and 90 % of the runs, runs in which it stands counted as later than the end; line: median; diamond: recorded day ' +
        '(hollow: only an upper bound is recorded). Right: share of runs in which it stands to the end.'),
      capitals.node, lazyDetails('Table behind this chart', () => capitalTable(run, rows))),
    howSection(run, bloc, charts),
    endingsSection(run, charts), peopleSection(run, charts), moneySection(run, charts),
    evaluation && wrongSection(run, evaluation, charts),
    statementsSection(run),
    parametersSection(run), recordSection(run), runSection(run));
  const entries: [string, string][] = [['key', 'Key numbers'], ['map', 'Map'], ['series-section', 'Counts'], ['capitals', 'Capitals'], ['how', 'Modes'], ['endings', 'Endings'], ['people', 'People'], ['money', 'Money'],
    ['wrong', 'Where it is wrong'], ['statements', 'Statements'], ['parameters', 'Parameters'], ['record', 'Record'], ['run', 'This run'], ['limits', 'Limits']];
  const foot = footer(run);
  const header = el('header', {}, el('h1', {}, data.scenario.title), finding(run, bloc, evaluation),
    el('p', { class: 'note' }, 'A simulation looking back, not a forecast. The shipped defaults may be informed by the outcome. ',
      el('a', { href: '#limits' }, 'Intended use and limits'), '.'));
  document.getElementById('page')?.append(header, navigation(entries.filter(([id]) => main.querySelector(`#${id}`) || id === 'limits')), main, foot);

  map?.refresh();
  if (map) charts.forEach((c) => c.setDay(map.day));
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => { charts.forEach((c) => c.draw()); capitals?.draw(); });
  addEventListener('beforeprint', () => map?.redraw());
  addEventListener('hashchange', reveal);
  document.addEventListener('click', (e) => {
    const link = e.target instanceof Element ? e.target.closest('a') : null;
    if (link?.hash && link.hash === location.hash) reveal();
  });
  reveal();
}

const data = JSON.parse(document.getElementById('data')?.textContent ?? '') as Data | ComparisonPage;
if ('comparison' in data) startComparison(data);
else startRun(data);
