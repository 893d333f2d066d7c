/** The shape of the data that the program puts into the page (src/report/data.c writes it), and its decoding. */

export interface Bloc { id: string; name: string; color: string }
export interface Province { pcode: string; name: string; capital: number }
export interface Districts {
  pcode: string[]; name: string[]; province: number[]; capital: number[]; lon: number[]; lat: number[];
}
/** Outlines: each feature is [district, ring, ...]; a ring is [x, y, dx, dy, dx, dy, ...] in units of 1/scale degree. */
export interface Outlines { note: string | null; scale: number; features: [number, ...number[][]][] }
/** By day: the 90 % range over replicates and the error of the mean. */
export interface Bands { q05: Num[]; q95: Num[]; mcse: Num[] }
export interface Series extends Bands { mean: Num[]; q25: Num[]; q50: Num[]; q75: Num[] }
export type Num = number | null;
export interface Observable { name: string; unit: string; definition: string }
/** A recorded fact. Days count from the first simulated day and may be negative; null: not given. */
export interface RecordRow {
  observable: string; district: number; start: Num; end: Num; low: Num; high: Num; denominator: Num;
  mode: string; definition: string; who: string; confidence: string; known_on: string; source: string; note: string; line: number;
}
/** What the scenario's facts say of an observable on a day; days count from the first simulated day. */
export interface Fact {
  id: string; observable: string; day: Num; value: number; denominator: Num; is_report: boolean; definition: string; source: string; known_on: string;
}
/** Classes of ending, and by class and day how many runs would have ended so. */
export interface Endings { names: string[]; meanings: string[]; n: number[][] }
export interface Parameter {
  name: string; unit: string; meaning: string; mechanism: string; prior: string; source: string; known_on: string;
  from_scenario: boolean; held: boolean;
}
/** When a capital was first lost to `bloc` over the replicates: quantiles in days, null = not within the run. */
export interface CapitalFall {
  district: number; bloc: number; n: number; n_fell: number; q05: Num; q25: Num; q50: Num; q75: Num; q95: Num;
}
export interface Auc { day: number; n_fallen: number; n_held: number; model: Num; model_no_capitals: Num; map: Num; map_no_capitals: Num }
export interface Count { n: number; n_fought: number }
export interface Evaluation {
  bloc: number; n_dated: number; n_undated: number;
  auc: Auc[]; days: number[];
  order: { n_capital: number; n_pair: number; concordance: Num; se: Num; by_median: Num };
  fought: {
    model: { share: Num; q05: Num; q95: Num; capitals: Num; capitals_q05: Num; capitals_q95: Num };
    record: { all: Count; capitals: Count };
  };
}
/** One way to understand a statement, asked of the run (src/report/statements_part.c). A null end of the range is open. */
export interface Reading {
  reading: string; expression: string; note: string; reason: string; verdict: string; record: string; record_line: Num; day: Num; cause: boolean;
  low: Num; high: Num; median: Num; q05: Num; q95: Num; holds: Num; holds_se: Num; below: Num; above: Num; recorded_low: Num; recorded_high: Num;
}
export interface Statement {
  id: string; document: string; kind: string; start: Num; end: Num; quantity: string; low: Num; high: Num; text: string; unit: string; who: string;
  assessment: string; verdict: string; n_measured: number; n_agree: number; against: string[]; readings: Reading[];
}
export interface Data {
  format: number; version: string;
  meta: Record<string, string>;
  scenario: {
    name: string; title: string; notes: string | null; from: string; until: string; digest: string;
    national_capital: number; holdout: { name: string; seat: number } | null;
  };
  blocs: Bloc[]; home_bloc: number; provinces: Province[]; districts: Districts; map: Outlines;
  n_day: number; n_replicate: number;
  control: string | null;
  observables: Observable[];
  series: Record<string, Series>;
  modes: Record<string, string>;
  record: RecordRow[];
  facts: Fact[];
  endings: Endings | null;
  parameters: Parameter[];
  capitals: CapitalFall[];
  evaluation: Evaluation[];
  statements: Statement[];
}

/** A quantity in pairs of replicates; difference: B minus A. */
export interface Paired { n: number; mean_a: Num; mean_b: Num; difference: Num; se: Num; q05: Num; q95: Num; above: Num; below: Num }
/** Two runs of a seed (src/report/compare_page.c writes it). */
export interface Comparison {
  scenario: string; title: string; seed: string; capital: string; from: string; n_day: number; n_pair: number;
  runs: { folder: string; n_replicate: number; last_day: number }[];
  facts: { key: string; a: string; b: string }[];
  observables: (Observable & { label: string })[];
  rows: (Paired & { observable: number; day: number })[];
  curves: { observable: number; a: Series; b: Series; difference: Bands & { mean: Num[] } }[];
  fall: { n_both: number; n_only_a: number; n_only_b: number; n_neither: number; day: Paired };
  endings: { names: string[]; pairs: number[][]; n_changed: number } | null;
}
export interface ComparisonPage { format: number; version: string; comparison: Comparison }

const DAY_MS = 86400000;

/** The days of a page: the first one and how many there are. */
export class Calendar {
  private readonly from_ms: number;

  constructor(from: string, readonly n_day: number) {
    this.from_ms = Date.parse(`${from}T00:00:00Z`);
  }

  /** ISO date of a day of the run. */
  date(day: number): string {
    return new Date(this.from_ms + Math.round(day) * DAY_MS).toISOString().slice(0, 10);
  }

  /** Day of the month and month in words, for axes. */
  shortDate(day: number): string {
    const d = new Date(this.from_ms + Math.round(day) * DAY_MS);
    const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
    return `${d.getUTCDate()} ${months[d.getUTCMonth()] ?? ''}`;
  }

  dayOfMonth(day: number): number {
    return new Date(this.from_ms + day * DAY_MS).getUTCDate();
  }
}

export class Run extends Calendar {
  readonly n: number;
  private readonly bytes: Uint8Array | null;

  constructor(readonly data: Data) {
    super(data.scenario.from, data.n_day);
    this.n = data.districts.pcode.length;
    this.bytes = data.control === null ? null : decodeBase64(data.control);
  }

  /** Probability that `bloc` holds `district` at the end of `day`. */
  control(day: number, bloc: number, district: number): number {
    if (!this.bytes) return NaN;
    const at = (day * this.data.blocs.length + bloc) * this.n + district;
    return (this.bytes[at] ?? NaN) / 255;
  }

  get hasControl(): boolean {
    return this.bytes !== null && this.bytes.length >= this.data.n_day * this.data.blocs.length * this.n;
  }

  observable(name: string): Observable {
    return this.data.observables.find((o) => o.name === name) ?? { name, unit: '', definition: '' };
  }

  districtName(district: number): string {
    const d = this.data.districts;
    const province = this.data.provinces[d.province[district] ?? -1]?.name ?? '';
    const name = d.name[district] ?? '';
    return province && province !== name ? `${name} (${province})` : name;
  }
}

export function decodeBase64(text: string): Uint8Array {
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return bytes;
}

export type Recorded = 'held' | 'not' | 'interval' | 'unknown';
export interface Capture { row: RecordRow; own: boolean }

/** What the record says of a district on a day: held by the bloc; not (yet); inside the interval of a capture; or unknown: no date, or
 *  taken back with nothing recorded afterwards. The same rule as ho_captures_truth. */
export function recordedState(captures: Capture[], day: number): Recorded {
  let last: Capture | null = null;
  let next: Capture | null = null;
  for (const capture of captures) {
    const { start, end } = capture.row;
    if (end === null) continue;
    if (end <= day) {
      if (last === null || end >= (last.row.end ?? 0)) last = capture;
    } else if (start === null) continue;
    else if (start <= day) return 'interval';
    else if (next === null || start < (next.row.start ?? 0)) next = capture;
  }
  if (last?.own) return 'held';
  return next?.own ? 'not' : 'unknown';
}

/** Recorded captures by district, by the bloc itself (own) and by others. */
export function captures(data: Data, bloc: number): Capture[][] {
  const own = `captured.${data.blocs[bloc]?.id ?? ''}`;
  const all = new Set(data.blocs.map((b) => `captured.${b.id}`));
  const list: Capture[][] = data.districts.pcode.map(() => []);
  for (const row of data.record) {
    if (row.district >= 0 && all.has(row.observable)) list[row.district]?.push({ row, own: row.observable === own });
  }
  return list;
}

/** First recorded capture of a district by the bloc. */
export function ownCapture(list: Capture[][], district: number): RecordRow | null {
  return list[district]?.find((c) => c.own)?.row ?? null;
}

/** The bloc the maps speak of: not at home, with the most dated captures; without a record the first that is not at home. */
export function mainBloc(data: Data): number {
  const scored = data.evaluation.filter((e) => e.bloc !== data.home_bloc).sort((a, b) => b.n_dated - a.n_dated)[0];
  return scored ? scored.bloc : Math.max(0, data.blocs.findIndex((_, b) => b !== data.home_bloc));
}

/** Counted from the first day on: a recorded number of a period must not be compared with its level. */
export function isCumulative(o: Observable): boolean {
  return o.definition.includes('since the first day');
}

export type Topic = 'people' | 'money';

/** The section of its own that an observable belongs to. */
export function topicOf(o: Observable): Topic | null {
  if (/^USD/.test(o.unit) || /^(arrears|pay_|wage)/.test(o.name)) return 'money';
  return /^(displaced|crossed_border|returned|evacuated|arrivals|civilians_killed|people_(cut_off|restricted)|soldiers_abroad|refugees|fear$)/.test(o.name) ? 'people' : null;
}

/** A source without what is in brackets after it: "LWJ (via Bild)" is LWJ. */
export function sourceGroup(who: string): string {
  return who.replace(/\s*\(.*$/, '') || 'source not named';
}

/** How many districts of the scenario a recorded count stands for: value / its own denominator x our number. */
export function rescale(value: number, row: RecordRow, n_district: number): number {
  return row.denominator !== null && row.denominator > 0 ? (value / row.denominator) * n_district : value;
}
