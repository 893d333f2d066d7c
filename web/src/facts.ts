/** What is behind the numbers: definitions, parameters, the record with sources, facts of the run, limits. */

import { el, lazyDetails, num, searchable, sourceNode, table, type Child } from './dom.ts';
import { rescale, type Num, type RecordRow, type Run } from './data.ts';

const dash = '\u2013';

export function recordId(row: RecordRow): string {
  return `r-${row.line}`;
}

export function blocOf(run: Run, name: string): number {
  const id = name.slice(name.lastIndexOf('.') + 1);
  return run.data.blocs.findIndex((b) => b.id === id);
}

export const capitalised = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** A unit as it is written in captions. */
export const unitText = (unit: string): string => (unit === 'd' ? 'days' : unit === 'USD' ? 'US dollars' : unit === 'USD/day' ? 'US dollars a day' : unit);

/** Observables whose names read badly as words. */
const WORDS: Record<string, string> = {
  arrears_days: 'Pay owed', arrivals_national_capital: 'Arrivals in the national capital', cash: 'Cash in hand', crossed_border: 'Crossed a border',
  customs: 'Customs taken', cut_off: 'Districts cut off', displaced_now: 'Away from home within the country', displaced_reported: 'Newly displaced as reported',
  displaced_since_start: 'Left their homes', evacuated_by_air: 'Flown out', holdout_holds: 'The holdout holds', local_ceasefires: 'Local ceasefires',
  local_ceasefires_broken: 'Local ceasefires broken', national_capital_fallen: 'National capital lost', pay_reaching: 'Share of the pay that arrives',
  people_cut_off_30d: 'People cut off for more than 30 days', people_cut_off_7d: 'People cut off for more than 7 days',
  people_restricted: 'People under strict rules', reserves_frozen: 'Frozen reserves', returned: 'Came home', rulers_effective: 'Effective number of rulers',
  settled: 'The blocs have settled', switched: 'Fighters who changed sides',
};

/** "districts_controlled.taliban" as "Districts controlled: Taliban". */
export function title(run: Run, name: string): string {
  const bloc = run.data.blocs[blocOf(run, name)];
  const at = name.lastIndexOf('.');
  const words = (at < 0 ? name : name.slice(0, at)).replaceAll('_', ' ');
  const whose = bloc ? bloc.name : capitalised(name.slice(at + 1));
  return `${WORDS[at < 0 ? name : name.slice(0, at)] ?? capitalised(words)}${at < 0 ? '' : `: ${whose}`}`;
}

/** A recorded number that leads to its row: source, range and the day it became known. */
export function recordLink(row: RecordRow, run: Run, text: string): HTMLElement {
  const known = row.known_on ? `known ${row.known_on}` : 'no known-on date';
  return el('a', { href: `#${recordId(row)}`, title: `${row.who}; ${recordRange(row, run)}; ${known}; ${row.source}` }, text);
}

/** A number of the model that leads to its definition. */
export function observableLink(name: string, text: string): HTMLElement {
  return el('a', { href: `#o-${name}` }, text);
}

function recordRange(row: RecordRow, run: Run): string {
  return [recordValue(row), spanText(row, run)].filter(Boolean).join(', ');
}

/** The value in its own words: "204 of 407", "20 to 30", "at least 200,000". */
export function recordValue(row: RecordRow): string {
  const { low, high, denominator } = row;
  let text = '';
  if (low !== null && high !== null) text = low === high ? num(low) : `${num(low)} to ${num(high)}`;
  else if (low !== null) text = `at least ${num(low)}`;
  else if (high !== null) text = `at most ${num(high)}`;
  return text && denominator !== null ? `${text} of ${num(denominator)}` : text;
}

export function spanText(row: RecordRow, run: Run): string {
  if (row.end === null && row.start === null) return dash;
  if (row.start === null) return `by ${run.date(row.end ?? 0)}`;
  if (row.end === null) return `from ${run.date(row.start)}`;
  return row.start === row.end ? run.date(row.end) : `${run.date(row.start)} to ${run.date(row.end)}`;
}

/** The same with dates that do not break over lines. */
export function spanNode(row: RecordRow, run: Run): HTMLElement {
  const words = spanText(row, run).split(' ');
  return el('span', {}, words.flatMap((w) => [/^\d{4}-/.test(w) ? el('span', { class: 'date' }, w) : w, ' ']));
}

/** The same share of this scenario's districts, for counts with a denominator of their own. */
export function rescaledText(row: RecordRow, run: Run): string {
  if (row.denominator === null || row.low === null) return dash;
  const show = (v: Num): string => (v === null ? dash : num(Math.round(10 * rescale(v, row, run.n)) / 10, 4));
  return row.high === null || row.high === row.low ? show(row.low) : `${show(row.low)} to ${show(row.high)}`;
}

export function parametersSection(run: Run): HTMLElement {
  const given = (p: { held: boolean; from_scenario: boolean }): string =>
    (p.held ? 'held by the user' : p.from_scenario ? 'scenario\u2019s prior' : 'model\u2019s prior');
  const box = table('Parameters as used by this run', [
    { head: 'name', cell: (p) => p.name, row: true },
    { head: 'prior used', cell: (p) => p.prior },
    { head: 'unit', cell: (p) => p.unit || dash },
    { head: 'changed?', date: true, cell: (p) => (p.held ? el('strong', {}, given(p)) : given(p)) },
    { head: 'meaning', wrap: true, cell: (p) => p.meaning },
    { head: 'source', wrap: true, cell: (p) => (p.source ? sourceNode(p.source) : dash) },
    { head: 'known on', date: true, cell: (p) => p.known_on || 'no date attached' },
    { head: 'mechanism', cell: (p) => p.mechanism },
  ], run.data.parameters, { tall: true, id: (p) => `p-${p.name}` });
  return el('section', { id: 'parameters', 'aria-labelledby': 'h-parameters' },
    el('h2', { id: 'h-parameters' }, 'Parameters'),
    el('p', {}, `${run.data.parameters.length} parameters. Each is drawn once a run from the prior shown unless it is held at a value.`),
    searchable('Search parameters', box));
}

export function definitionsTable(run: Run): HTMLElement {
  return table('Observables of the simulation', [
    { head: 'name', cell: (o) => o.name, row: true },
    { head: 'unit', cell: (o) => o.unit },
    { head: 'what is counted', wrap: true, cell: (o) => o.definition },
  ], run.data.observables, { tall: true, id: (o) => `o-${o.name}` });
}

export function recordSection(run: Run): HTMLElement {
  const d = run.data;
  const box = table('The record: every recorded row with its source, range and the day it became known', [
    { head: 'what', cell: (r) => (r.district >= 0 ? `${r.observable}: ${run.districtName(r.district)}` : r.observable), row: true },
    { head: 'date', wrap: true, cell: (r) => spanNode(r, run) },
    { head: 'value', num: true, cell: (r) => recordValue(r) || dash },
    { head: `of ${run.n} here`, num: true, cell: (r) => rescaledText(r, run) },
    { head: 'who', cell: (r) => r.who || dash },
    { head: 'source', wrap: true, cell: (r) => (r.source ? sourceNode(r.source) : dash) },
    { head: 'known on', date: true, cell: (r) => r.known_on || dash },
    { head: 'confidence', cell: (r) => r.confidence || dash },
    { head: 'mode, definition, note', wrap: true, cell: (r) => [r.mode, r.definition, r.note].filter(Boolean).join('; ') || dash },
  ], d.record, { tall: true, id: recordId });
  return el('section', { id: 'record', 'aria-labelledby': 'h-record' },
    el('h2', { id: 'h-record' }, 'Record and definitions'),
    el('p', {}, 'Counts keep the denominator of their source; in the charts they are drawn as that share of this scenario\u2019s ' +
      `${run.n} districts. Sources with different definitions are never mixed. Counts of casualties are floors: real losses were higher.`),
    searchable('Search the record', box),
    el('h3', {}, 'What the model counts'),
    definitionsTable(run));
}

/** A list kept as JSON text in the store. */
function listOf(text: string | undefined): string[] {
  try {
    const value: unknown = JSON.parse(text || '[]');
    return Array.isArray(value) ? value.map(String) : [];
  } catch {
    return text ? [text] : [];
  }
}

export function runSection(run: Run): HTMLElement {
  const d = run.data;
  const changed = listOf(d.meta['settings']);
  const off = listOf(d.meta['without']);
  const known = new Set(['seed', 'digest', 'version', 'replicates', 'scenario_digest', 'title', 'scenario']);
  const facts: [string, Child][] = [
    ['scenario', `${d.scenario.title} (${d.scenario.name})`],
    ['days', `${d.scenario.from} to ${run.date(d.n_day - 1)}`],
    ['replicates', num(d.n_replicate)],
    ['seed', d.meta['seed'] ?? dash],
    ['digest of the run', el('code', {}, d.meta['digest'] ?? dash)],
    ['digest of the scenario', el('code', {}, d.scenario.digest)],
    ['version', d.meta['version'] ?? d.version],
    ['parameters changed', changed.length ? changed.join('; ') : 'none'],
    ['mechanisms switched off', off.length ? off.join(', ') : 'none'],
    ['parameters from', d.meta['posterior'] ? el('span', {}, 'draws of a calibration to what was known ', d.meta['posterior_known_by'] ? `by ${d.meta['posterior_known_by']}` : 'at the end', ', file ',
      el('code', {}, d.meta['posterior'])) : 'the priors'],
    ['inputs known by', d.meta['known_by'] || 'no limit: everything in the scenario was used'],
  ];
  const rest = Object.entries(d.meta).filter(([key]) => !known.has(key)).map(([key, value]) => ({ key, value }));
  return el('section', { id: 'run', 'aria-labelledby': 'h-run' },
    el('h2', { id: 'h-run' }, 'This run'),
    el('div', { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': 'Facts of this run' },
      el('table', {}, el('tbody', {}, facts.map(([name, value]) =>
        el('tr', {}, el('th', { scope: 'row' }, name), el('td', { class: 'wrap' }, value)))))),
    el('p', { class: 'note' }, 'The same scenario, version, seed and parameters give the same digest on any machine and number of threads.'),
    lazyDetails('Everything the store says about the run', () => table('Facts of the store', [
      { head: 'key', cell: (r) => r.key, row: true },
      { head: 'value', wrap: true, cell: (r) => r.value },
    ], rest)));
}

export function navigation(entries: [string, string][]): HTMLElement {
  return el('nav', { 'aria-label': 'Sections' }, el('ul', {}, entries.map(([id, text]) => el('li', {}, el('a', { href: `#${id}` }, text)))));
}

/** What any page of the model may be used for, and what it may not. */
export function limits(): HTMLElement[] {
  return [el('h2', {}, 'Intended use and limits'),
    el('p', {}, 'holdout is a tool for looking back: research, teaching and preparedness. It is not for targeting, operations, intelligence on ' +
      'persons or units, decisions on asylum or return, recruitment, sanctions lists, propaganda, or live advice to a party to a conflict.'),
    el('p', {}, 'Probabilities describe this model under these sources. A low probability is not safety, and none of these numbers is a ground ' +
      'for refusing protection. Before humanitarian use have them checked against field knowledge. Communities enter as shares with wide error; affinity is an ' +
      'assumption about armed groups, never a property of people.')];
}

export function madeBy(version: string): HTMLElement {
  return el('p', {}, `Made by holdout ${version}. This page holds all of its data and asks nothing of the network.`);
}

export function footer(run: Run): HTMLElement {
  const notes = run.data.scenario.notes;
  return el('footer', { id: 'limits' }, limits(),
    el('p', {}, 'Casualties are floors. Districts without a recorded date are shown as unknown, not guessed. The shipped defaults may be ' +
      'informed by the outcome they are compared with: agreement with the national count is no evidence by itself.'),
    run.data.map.note ? el('p', {}, `Map: ${run.data.map.note}`) : el('p', {}, 'Map: circles at district centres; no outlines were given.'),
    notes ? el('p', {}, `Notes of the scenario: ${notes}`) : null,
    madeBy(run.data.version));
}
