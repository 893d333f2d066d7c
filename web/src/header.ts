/** The top of the page: what came out in one sentence, and the table of key numbers. */

import { el, num, percent, table, type Child } from './dom.ts';
import { captures, isCumulative, ownCapture, rescale, type Evaluation, type Num, type RecordRow, type Run } from './data.ts';
import { observableLink, recordLink, recordValue, rescaledText, spanNode, spanText, title } from './facts.ts';

interface Key { what: Child; model: string; range: string; record: Child; verdict: string; known: string }

const clamp = (run: Run, day: number): number => Math.min(run.data.n_day - 1, Math.max(0, Math.round(day)));

/** "63 % (Monte Carlo error 1.5 points)" of a 0-or-1 observable on a day. */
function share(run: Run, name: string, day: number): { p: Num; text: string; error: string } {
  const s = run.data.series[name];
  const p = s?.mean[clamp(run, day)] ?? null;
  const mcse = s?.mcse[clamp(run, day)] ?? null;
  const error = p === 0 || p === 1 ? `all ${num(run.data.n_replicate)} runs agree` :
    mcse === null ? '' : `\u00b1 ${(100 * mcse).toFixed(1)} points`;
  return { p, text: percent(p), error };
}

/** The error in brackets, or nothing. */
function bracket(error: string): string {
  return error.startsWith('\u00b1') ? `(${error}, Monte Carlo error) ` : '';
}

export function capitalRecord(run: Run, bloc: number): RecordRow | null {
  return ownCapture(captures(run.data, bloc), run.data.scenario.national_capital);
}

/** The finding, from data only. */
export function finding(run: Run, bloc: number, evaluation: Evaluation | undefined): HTMLElement {
  const d = run.data;
  const capital = d.districts.name[d.scenario.national_capital] ?? 'the national capital';
  const end = share(run, 'national_capital_fallen', d.n_day - 1);
  const row = capitalRecord(run, bloc);
  const parts: string[] = [];
  if (row && row.end !== null && row.end >= 0 && row.end < d.n_day) {
    const then = share(run, 'national_capital_fallen', row.end);
    parts.push(`In ${then.text} of ${num(d.n_replicate)} simulated courses ${bracket(then.error)}${capital} was lost by ${run.date(row.end)}, ` +
      `the day the record gives; by ${run.date(d.n_day - 1)} in ${end.text}.`);
  } else {
    parts.push(`In ${end.text} of ${num(d.n_replicate)} simulated courses ${bracket(end.error)}${capital} was lost by ${run.date(d.n_day - 1)}.`);
  }
  const inside = coverage(run);
  if (inside.n > 0) parts.push(`${inside.in90} of ${inside.n} recorded counts lie inside the model\u2019s 90 % range of that day, on average ${num(Math.round(inside.width))} of ${run.n} districts wide.`);
  const mid = evaluation?.auc.find((a) => a.day === evaluation.days[1]);
  if (mid && mid.model !== null) {
    const without = mid.model_no_capitals === null ? '' : `, ${mid.model_no_capitals.toFixed(2)} without capitals`;
    const older = mid.map === null ? '' : `; an older map alone gives ${mid.map.toFixed(2)}` +
      (mid.map_no_capitals === null ? '' : ` and ${mid.map_no_capitals.toFixed(2)}`);
    parts.push(`Which districts had fallen by ${run.date(mid.day)} it ranks with an area under the curve of ${mid.model.toFixed(2)}${without} (0.5 is chance${older}).`);
  }
  return el('p', { class: 'finding' }, parts.join(' '));
}

/** Where a recorded count lies in the distribution of the runs on its day, and how wide the 90 % range is. */
export function place(run: Run, row: RecordRow): { inside50: boolean; inside90: boolean; width: number; text: string } | null {
  const s = run.data.series[row.observable];
  if (!s || row.low === null || row.end === null || row.end < 0) return null;
  if (isCumulative(run.observable(row.observable))) return null;
  const day = clamp(run, ((row.start ?? row.end) + row.end) / 2);
  if ((row.start ?? row.end) >= run.data.n_day) return null;
  const low = rescale(row.low, row, run.n);
  const high = rescale(row.high ?? row.low, row, run.n);
  const [a, b, c, e] = [s.q05[day], s.q25[day], s.q75[day], s.q95[day]];
  if (a == null || b == null || c == null || e == null) return null;
  const inside90 = high >= a && low <= e;
  const inside50 = high >= b && low <= c;
  const text = inside50 ? 'inside 50\u00a0%' : inside90 ? 'inside 90\u00a0%' : high < a ? 'below the 90\u00a0% range' : 'above the 90\u00a0% range';
  return { inside50, inside90, width: e - a, text };
}

export function coverage(run: Run): { n: number; in50: number; in90: number; width: number } {
  const out = { n: 0, in50: 0, in90: 0, width: 0 };
  for (const row of run.data.record) {
    if (row.district >= 0 || run.observable(row.observable).unit !== 'districts') continue;
    const p = place(run, row);
    if (!p) continue;
    out.width = (out.width * out.n + p.width) / (out.n + 1);
    out.n++;
    if (p.inside50) out.in50++;
    if (p.inside90) out.in90++;
  }
  return out;
}

/** Of each observable's recorded rows: the first inside the run, the middle one and the last, one source at a time. */
function chosenRows(run: Run): RecordRow[] {
  const groups = new Map<string, RecordRow[]>();
  for (const row of run.data.record) {
    if (row.district >= 0 || !place(run, row)) continue;
    groups.set(row.observable, [...(groups.get(row.observable) ?? []), row]);
  }
  return [...groups.values()].flatMap((rows) => {
    const sorted = [...rows].sort((a, b) => (a.end ?? 0) - (b.end ?? 0));
    const picks = new Set([0, Math.floor((sorted.length - 1) / 2), sorted.length - 1]);
    return [...picks].map((i) => sorted[i]).filter((r): r is RecordRow => r !== undefined);
  });
}

function countKey(run: Run, row: RecordRow): Key {
  const s = run.data.series[row.observable];
  const day = clamp(run, ((row.start ?? row.end ?? 0) + (row.end ?? 0)) / 2);
  const scaled = row.denominator !== null ? ` = ${rescaledText(row, run)} of ${run.n}` : '';
  return {
    what: el('span', {}, observableLink(row.observable, title(run, row.observable)), ', ', spanNode(row, run)),
    model: num(s?.q50[day] ?? null),
    range: `${num(s?.q05[day] ?? null)} to ${num(s?.q95[day] ?? null)}`,
    record: el('span', {}, recordLink(row, run, recordValue(row)), `${scaled} (${row.who})`),
    verdict: place(run, row)?.text ?? '',
    known: row.known_on,
  };
}

function seatKey(run: Run, what: string, observable: string, day: number, record: RecordRow | null): Key {
  const s = share(run, observable, day);
  const recorded = record ? recordLink(record, run, `lost ${spanText(record, run)}`) : '\u2013';
  return { what: el('span', {}, observableLink(observable, what)), model: s.text, range: s.error, record: recorded, verdict: '', known: record?.known_on ?? '' };
}

function seatKeys(run: Run, bloc: number): Key[] {
  const d = run.data;
  const keys: Key[] = [];
  const capital = d.districts.name[d.scenario.national_capital] ?? 'national capital';
  const row = capitalRecord(run, bloc);
  const inRun = (r: RecordRow | null): r is RecordRow => r !== null && r.end !== null && r.end >= 0 && r.end < d.n_day;
  if (d.series['national_capital_fallen']) {
    if (inRun(row)) keys.push(seatKey(run, `P(${capital} lost by ${run.date(row.end ?? 0)})`, 'national_capital_fallen', row.end ?? 0, row));
    keys.push(seatKey(run, `P(${capital} lost by ${run.date(d.n_day - 1)})`, 'national_capital_fallen', d.n_day - 1, row));
  }
  const fall = d.capitals.find((c) => c.district === d.scenario.national_capital && c.bloc === bloc);
  if (fall) {
    const day = (v: Num): string => (v === null ? 'not by the end' : run.date(v));
    keys.push({ what: observableLink('national_capital_fallen', `Day ${d.blocs[bloc]?.name ?? ''} takes ${capital}`), model: day(fall.q50), range: `${day(fall.q05)} to ${day(fall.q95)}`,
      record: row ? recordLink(row, run, spanText(row, run)) : '\u2013', verdict: '', known: row?.known_on ?? '' });
  }
  const hold = d.scenario.holdout;
  if (hold && hold.seat >= 0 && d.series['holdout_holds']) {
    const stand = ownCapture(captures(d, bloc), hold.seat);
    const day = inRun(stand) ? (stand.start ?? stand.end ?? 0) - 1 : d.n_day - 1;
    keys.push(seatKey(run, `P(${hold.name} holds ${d.districts.name[hold.seat] ?? 'its seat'} on ${run.date(Math.max(0, day))})`, 'holdout_holds', Math.max(0, day), stand));
  }
  return keys;
}

export function keySection(run: Run, bloc: number): HTMLElement {
  const keys = [...seatKeys(run, bloc), ...chosenRows(run).map((row) => countKey(run, row))];
  const inside = coverage(run);
  const box = table('Model (median or probability over the runs) beside the record', [
    { head: 'quantity', cell: (k) => k.what, row: true },
    { head: 'model (90 % of runs, or Monte Carlo error)', cell: (k) => el('span', {}, el('strong', { class: 'date' }, k.model), k.range ? ` (${k.range})` : '') },
    { head: 'record', cell: (k) => el('span', {}, k.record, k.verdict ? el('span', { class: 'soft' }, `, ${k.verdict}`) : null) },
    { head: 'known on', date: true, cell: (k) => k.known },
  ], keys);
  return el('section', { id: 'key', 'aria-labelledby': 'h-key' },
    el('h2', { id: 'h-key' }, 'Key numbers'),
    box,
    inside.n ? el('p', { class: 'note' }, `Of ${inside.n} recorded counts ${inside.in50} lie inside the 50 % range and ${inside.in90} inside the 90 % range. ` +
      `Wide ranges hold much: the 90 % range is ${num(Math.round(inside.width))} districts wide on average. The counts follow one another and share sources, so this is not a test with that many independent cases.`) : null,
    el('p', { class: 'note' }, 'Model numbers lead to what they count, recorded ones to their source, range and the day they became known.'));
}
