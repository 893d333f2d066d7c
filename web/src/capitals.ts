/** When each capital falls: a bar of quantiles over the runs against the recorded day, and the share of runs in which it stands. */

import { el, num, percent, showTip, svg, table } from './dom.ts';
import { blocColor } from './color.ts';
import { captures, ownCapture, type CapitalFall, type Num, type RecordRow, type Run } from './data.ts';
import { dayTicks, marker } from './chart.ts';
import { recordLink } from './facts.ts';
import { offerSheet } from './sheet.ts';

interface Row { fall: CapitalFall; record: RecordRow | null; name: string }

const ROW = 22;
const TOP = 30;

/** Capitals in the order of the record; those without a date last. */
export function capitalRows(run: Run, bloc: number): Row[] {
  const rows = captures(run.data, bloc);
  const list = run.data.capitals.filter((c) => c.bloc === bloc).map((fall) => ({
    fall, record: ownCapture(rows, fall.district), name: run.data.districts.name[fall.district] ?? '',
  }));
  const key = (r: Row): number => r.record?.end ?? Infinity;
  return list.sort((a, b) => key(a) - key(b) || (a.fall.q50 ?? Infinity) - (b.fall.q50 ?? Infinity) || a.fall.district - b.fall.district);
}

export class CapitalChart {
  readonly node = el('div');
  private width = 0;

  constructor(private readonly run: Run, private readonly bloc: number, private readonly rows: Row[]) {
    const day = (v: Num): string | null => (v === null ? null : this.run.date(v));
    offerSheet(this.node, () => ({
      name: 'capitals', title: 'Day of first loss of each capital', notes: ['quantiles over runs; runs in which it stands count as later than the end'], legend: [],
      columns: [{ head: 'capital', unit: '' }, { head: 'recorded', unit: 'date' }, ...['5 %', '25 %', 'median', '75 %', '95 %'].map((head) => ({ head, unit: 'date' })), { head: 'lost in runs', unit: 'share' }],
      rows: rows.map(({ fall: f, record, name }) => [name, recordedText(run, record), ...[f.q05, f.q25, f.q50, f.q75, f.q95].map(day), f.n_fell / Math.max(1, f.n)]),
    }));
    new ResizeObserver(() => {
      const width = Math.round(this.node.clientWidth);
      if (width > 0 && width !== this.width) {
        this.width = width;
        this.draw();
      }
    }).observe(this.node);
  }

  /** First and last day drawn: where anything happens, with a week around it. */
  private span(): [number, number] {
    const last = Math.max(1, this.run.data.n_day - 1);
    const seen = this.rows.flatMap(({ fall, record }) => [fall.q05, fall.q95 ?? (fall.q05 === null ? null : last), record?.start ?? null, record?.end ?? null])
      .filter((v): v is number => v !== null && v >= 0 && v <= last);
    if (!seen.length) return [0, last];
    const [from, to] = [Math.max(0, Math.min(...seen) - 7), Math.min(last, Math.max(...seen) + 7)];
    return to - from < 14 ? [0, last] : [from, to];
  }

  draw(): void {
    if (this.width === 0) return;
    const left = this.width < 520 ? 104 : 150;
    const right = 52;
    const height = TOP + ROW * this.rows.length + 10;
    const [first, last] = this.span();
    const wide = this.width - left - right;
    const x = (day: number): number => left + ((Math.min(last, Math.max(first, day)) - first) / (last - first)) * wide;
    const root = svg('svg', { class: 'chart', viewBox: `0 0 ${this.width} ${height}`, role: 'img', 'aria-label': 'Day of loss of each capital in the runs and in the record; the table below has the same numbers' });
    for (const day of dayTicks(this.run, wide, first, last)) {
      root.append(svg('line', { class: 'gridline', x1: x(day), x2: x(day), y1: TOP - 6, y2: height - 6 }),
        svg('text', { x: x(day), y: TOP - 12, 'text-anchor': 'middle' }, this.run.shortDate(day)));
    }
    root.append(svg('text', { x: this.width, y: TOP - 12, 'text-anchor': 'end' }, 'stands'));
    this.rows.forEach((row, i) => this.drawRow(root, row, TOP + ROW * i + ROW / 2, x, last));
    root.addEventListener('pointermove', (e) => {
      const box = this.node.getBoundingClientRect();
      const row = this.rows[Math.floor((e.clientY - box.top - TOP) / ROW)];
      showTip(row ? this.describe(row) : null, e.clientX, e.clientY);
    });
    root.addEventListener('pointerleave', () => showTip(null));
    this.node.replaceChildren(root);
  }

  private drawRow(root: SVGElement, row: Row, y: number, x: (day: number) => number, last: number): void {
    const { fall, record } = row;
    const color = blocColor(this.run.data.blocs[this.bloc]?.color ?? '');
    root.append(svg('text', { x: 0, y: y + 4, class: 'strong' }, shorten(row.name, this.width < 520 ? 15 : 24)));
    const bar = (from: Num, to: Num, wide: number, opacity: number): void => {
      if (from === null) return;
      root.append(svg('line', { x1: x(from), x2: x(to ?? last), y1: y, y2: y, stroke: color, 'stroke-width': wide, 'stroke-opacity': opacity }));
    };
    bar(fall.q05, fall.q95, 5, 0.4);
    bar(fall.q25, fall.q75, 11, 0.65);
    if (fall.q05 !== null && fall.q95 === null) {
      root.append(svg('path', { d: `M${x(last) + 1} ${y - 4}l5 4l-5 4z`, fill: color }));
    }
    if (fall.q50 !== null) root.append(svg('line', { x1: x(fall.q50), x2: x(fall.q50), y1: y - 8, y2: y + 8, stroke: 'var(--ink)', 'stroke-width': 2 }));
    if (record && record.end !== null) {
      const from = record.start ?? record.end;
      if (from < record.end) root.append(svg('line', { class: 'bar', x1: x(Math.max(0, from)), x2: x(record.end), y1: y, y2: y }));
      root.append(marker('diamond', x((Math.max(0, from) + record.end) / 2), y, record.start !== null));
    }
    root.append(svg('text', { x: this.width, y: y + 4, 'text-anchor': 'end' }, percent(1 - fall.n_fell / Math.max(1, fall.n))));
  }

  private describe(row: Row): string {
    const { fall, record } = row;
    const day = (v: Num): string => (v === null ? 'not by the end' : this.run.date(v));
    return `${this.run.districtName(fall.district)}\nmedian ${day(fall.q50)}\n90 % of runs: ${day(fall.q05)} to ${day(fall.q95)}\n` +
      `lost in ${percent(fall.n_fell / Math.max(1, fall.n))} of runs\nrecorded: ${recordedText(this.run, record)}`;
  }
}

export function recordedText(run: Run, record: RecordRow | null): string {
  if (!record || record.end === null) return 'unknown';
  if (record.start === null) return `by ${run.date(record.end)}`;
  return record.start === record.end ? run.date(record.end) : `${run.date(record.start)} to ${run.date(record.end)}`;
}

function shorten(name: string, n: number): string {
  return name.length > n ? `${name.slice(0, n - 1)}\u2026` : name;
}

export function capitalTable(run: Run, rows: Row[]): HTMLElement {
  const day = (v: Num): string => (v === null ? 'not by the end' : run.date(v));
  return table('Day of first loss of each capital over the runs, and the record', [
    { head: 'capital', cell: (r) => run.districtName(r.fall.district), row: true },
    { head: 'recorded', date: true, cell: (r) => (r.record ? recordLink(r.record, run, recordedText(run, r.record)) : 'unknown') },
    { head: 'median', date: true, cell: (r) => day(r.fall.q50) },
    { head: '50 % from', date: true, cell: (r) => day(r.fall.q25) }, { head: '50 % to', date: true, cell: (r) => day(r.fall.q75) },
    { head: '90 % from', date: true, cell: (r) => day(r.fall.q05) }, { head: '90 % to', date: true, cell: (r) => day(r.fall.q95) },
    { head: 'lost in runs', num: true, cell: (r) => `${num(r.fall.n_fell)} of ${num(r.fall.n)}` },
    { head: 'recorded mode', cell: (r) => r.record?.mode || '\u2013' },
  ], rows, { tall: true });
}
