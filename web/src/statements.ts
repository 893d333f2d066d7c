/** What was said at the time, held against the run in each of its readings, beside what the record says. */

import { el, grouped, lazyDetails, percent, searchable, table } from './dom.ts';
import type { Num, Reading, Run, Statement } from './data.ts';

const dash = '\u2013';

/** Three digits that count; whole numbers whole. */
function num(value: number): string {
  return grouped(Number.isInteger(value) ? value : Number(Number(value.toPrecision(3)).toFixed(6)));
}

function rangeText(low: Num, high: Num): string {
  if (low !== null && high !== null) return low === high ? num(low) : `${num(low)} to ${num(high)}`;
  if (low !== null) return `at least ${num(low)}`;
  return high !== null ? `at most ${num(high)}` : dash;
}

function days(run: Run, s: Statement): string {
  if (s.end === null) return dash;
  return s.start === null || s.start === s.end ? run.date(s.end) : `${run.date(s.start)} to ${run.date(s.end)}`;
}

/** "85 % of territory", in the statement's words where it has no number. */
function value(s: Statement): string {
  const counts = s.kind === 'quantity' || (s.low !== null && s.low !== 1);
  return counts && (s.low !== null || s.high !== null) ? `${rangeText(s.low, s.high)} ${s.unit}` : s.text;
}

function verdictText(s: Statement): string {
  if (s.verdict === 'depends on the reading') return `${s.verdict}: supported in ${s.n_agree} of ${s.n_measured}`;
  return s.n_measured > 1 ? `${s.verdict} in ${s.n_agree} of ${s.n_measured} readings` : s.verdict;
}

const isTruth = (s: Statement, r: Reading): boolean =>
  s.kind !== 'quantity' && r.low === 1 && (r.high === null || r.high === 1) && (r.q95 ?? 0) <= 1;

/** Where the statement (mark), the run (bar: 5 to 95 %, tick: median) and the record (thin line) lie, on one scale. */
function strip(r: Reading): HTMLElement | null {
  const ends = [r.low, r.high, r.q05, r.q95, r.recorded_low, r.recorded_high].filter((v): v is number => v !== null);
  if (r.median === null || r.q05 === null || r.q95 === null || ends.length < 3) return null;
  const lo = Math.min(...ends);
  const hi = Math.max(...ends);
  if (!(hi > lo)) return null;
  const at = (v: number): number => 2 + (96 * (v - lo)) / (hi - lo);
  const box = el('span', { class: 'strip', role: 'img', 'aria-label': `statement ${rangeText(r.low, r.high)}, run ${num(r.q05)} to ${num(r.q95)}` });
  const part = (kind: string, a: number, b: number): void => {
    const node = el('span', { class: kind });
    node.style.left = `${at(a)}%`;
    node.style.width = `${Math.max(1, at(b) - at(a))}%`;
    box.append(node);
  };
  part('run', r.q05, r.q95);
  part('median', r.median, r.median);
  part('said', r.low ?? lo, r.high ?? hi);
  if (r.recorded_low !== null && r.recorded_high !== null) part('rec', r.recorded_low, r.recorded_high);
  return box;
}

function readingsTable(run: Run, s: Statement): HTMLElement {
  return table(`${s.id}: readings`, [
    { head: 'reading', cell: (r) => r.reading, row: true, wrap: true },
    { head: 'day', date: true, cell: (r) => (r.day === null || r.cause ? dash : run.date(r.day)) },
    { head: 'says', num: true, cell: (r) => (isTruth(s, r) ? 'happens' : rangeText(r.low, r.high)) },
    { head: 'run: median (5 to 95 %)', num: true, cell: (r) => (r.median === null ? (r.cause ? 'see holdout audit --causes' : r.reason || dash) : isTruth(s, r) ? `in ${percent(r.holds)} of runs` :
      `${num(r.median)} (${num(r.q05 ?? NaN)} to ${num(r.q95 ?? NaN)})`) },
    { head: 'said, run, record', cell: (r) => (isTruth(s, r) ? null : strip(r)) },
    { head: 'P(holds)', num: true, cell: (r) => (r.holds === null ? dash : `${r.holds.toFixed(2)} \u00b1 ${(r.holds_se ?? 0).toFixed(2)}`) },
    { head: 'record', num: true, cell: (r) => (r.recorded_low === null ? dash : r.record_line === null ? rangeText(r.recorded_low, r.recorded_high) :
      el('a', { href: `#r-${r.record_line}` }, rangeText(r.recorded_low, r.recorded_high))) },
    { head: 'verdict', cell: (r) => el('strong', {}, r.verdict) },
  ], s.readings);
}

/** What each reading takes the words to mean, and what it asks. */
function meanings(s: Statement): HTMLElement {
  return el('ul', { class: 'means' }, s.readings.map((r) => el('li', {}, el('strong', {}, r.reading), ': ', r.note ? `${r.note}; asks ` : 'asks ', el('code', {}, r.expression))));
}

const colours = (): HTMLElement => el('ul', { class: 'legend', 'aria-label': 'Colours of the strips' },
  [['said', 'what was said'], ['run', 'run: 5 to 95 %, mark: median'], ['rec', 'record']].map(([kind, text]) => el('li', {}, el('span', { class: `swatch ${kind}` }), text)));

function details(run: Run, s: Statement): HTMLElement {
  const said = value(s);
  const node = lazyDetails(`${s.id}, ${days(run, s)}: ${s.quantity}${said ? `: ${said}` : ''} (${s.who}). ${verdictText(s)}`, () => el('div', {},
    s.assessment ? el('p', {}, `The record: ${s.assessment}.`) : null,
    s.against.length ? el('p', {}, 'Contradicted by ', s.against.flatMap((id, k) => [k ? ', ' : '', el('a', { href: `#s-${id}` }, id)]), '.') : null,
    readingsTable(run, s), meanings(s)));
  node.id = `s-${s.id}`;
  return node;
}

/** Each two statements that contradict each other, once. */
function pairs(rows: Statement[]): [Statement, Statement][] {
  const byId = new Map(rows.map((s, k) => [s.id, { s, k }]));
  return rows.flatMap((s, k) => s.against.flatMap((id): [Statement, Statement][] => {
    const other = byId.get(id);
    return other && (k < other.k || !other.s.against.includes(s.id)) ? [[s, other.s]] : [];
  }));
}

function contradictionsTable(run: Run, rows: [Statement, Statement][]): HTMLElement {
  const side = (s: Statement): HTMLElement => el('div', {}, el('a', { href: `#s-${s.id}` }, s.id), `, ${days(run, s)}, ${s.who}: `,
    [s.quantity, value(s)].filter(Boolean).join(': '), '. ', el('strong', {}, verdictText(s)), `. The record: ${s.assessment || 'nothing'}.`);
  return table('Statements that contradict each other', [
    { head: 'one', cell: ([a]) => side(a), wrap: true }, { head: 'the other', cell: ([, b]) => side(b), wrap: true },
  ], rows);
}

function outsideTable(run: Run, rows: Statement[]): HTMLElement {
  const box = table('Of no reading: outside the model, or of no day of the run', [
    { head: 'id', cell: (s) => s.id, row: true }, { head: 'days', date: true, cell: (s) => days(run, s) },
    { head: 'what was said', cell: (s) => [s.quantity, value(s)].filter(Boolean).join(': '), wrap: true },
    { head: 'who', cell: (s) => s.who, wrap: true }, { head: 'the record', cell: (s) => s.assessment || 'nothing', wrap: true },
  ], rows, { tall: rows.length > 12, id: (s) => `s-${s.id}` });
  return searchable('Search the statements', box);
}

/** Statements whose verdicts there are, counted. */
function summary(rows: Statement[]): HTMLElement {
  const counts = new Map<string, number>();
  for (const s of rows) counts.set(s.verdict, (counts.get(s.verdict) ?? 0) + 1);
  return el('p', {}, `${rows.length} statements: ${[...counts].map(([verdict, n]) => `${n} ${verdict}`).join(', ')}.`);
}

export function statementsSection(run: Run): HTMLElement | null {
  const all = run.data.statements;
  if (all.length === 0) return null;
  const asked = all.filter((s) => s.readings.length > 0);
  const outside = all.filter((s) => s.readings.length === 0);
  const contradictions = pairs(all);
  const section = el('section', { id: 'statements', 'aria-labelledby': 'h-statements' },
    el('h2', { id: 'h-statements' }, 'Statements'),
    el('p', {}, 'What was said at the time, in each way it can be understood. Supported: it holds in at least half of the runs. Overstated or understated: the run lies ' +
      'below or above it in at least nine of ten; for events and expectations, not supported. Else the run cannot tell. The model was built knowing the outcome: ' +
      'its agreement is no proof, and the record stands beside it.'),
    summary(all), colours(), asked.map((s) => details(run, s)), contradictions.length ? contradictionsTable(run, contradictions) : null,
    outside.length ? outsideTable(run, outside) : null);
  const open = (): void => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target instanceof HTMLDetailsElement && section.contains(target)) target.open = true;
  };
  addEventListener('hashchange', open);
  return section;
}
