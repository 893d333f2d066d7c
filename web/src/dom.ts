/** Small helpers to build the page without any markup strings. */

export type Child = Node | string | null | undefined | false;

export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Record<string, string | number | boolean> = {}, ...children: (Child | Child[])[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  setAttributes(node, attributes);
  append(node, children);
  return node;
}

export function svg(tag: string, attributes: Record<string, string | number> = {}, ...children: Child[]): SVGElement {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  setAttributes(node, attributes);
  append(node, children);
  return node;
}

function setAttributes(node: HTMLElement | SVGElement, attributes: Record<string, string | number | boolean>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false) continue;
    if (name === 'style') { // as an attribute a strict security policy refuses it
      (node as HTMLElement | SVGElement).style.cssText = String(value);
      continue;
    }
    node.setAttribute(name, value === true ? '' : String(value));
  }
}

function append(node: Element, children: (Child | Child[])[]): void {
  for (const child of children.flat()) if (child) node.append(child);
}

/** Thousands apart by commas. (toLocaleString takes a browser a tenth of a second when first asked.) */
export function grouped(value: number, digits?: number): string {
  const [whole = '', part] = (digits === undefined ? String(value) : value.toFixed(digits)).split('.');
  return whole.replace(/\B(?=(\d{3})+$)/g, ',') + (part ? `.${part}` : '');
}

/** A number with about three figures; counts without decimals. */
export function num(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '\u2013';
  if (Number.isInteger(value)) return grouped(value);
  const size = Math.abs(value);
  if (size >= 1000) return grouped(Math.round(value));
  if (size >= 100) return value.toFixed(digits > 3 ? 1 : 0);
  if (size >= 10) return value.toFixed(digits > 3 ? 1 : 0);
  return String(Number(value.toFixed(2)));
}

/** The same in words from a million on: "1.23 million". */
export function big(value: number | null | undefined): string {
  const size = Math.abs(value ?? 0);
  for (const [unit, name] of [[1e9, 'billion'], [1e6, 'million']] as const) {
    if (size >= 0.9995 * unit && Number.isFinite(size)) return `${Number(((value ?? 0) / unit).toPrecision(3))}\u00a0${name}`;
  }
  return size >= 10000 ? grouped(Number((value ?? 0).toPrecision(3))) : num(value);
}

/** Labels of an axis in one unit: "0", "50 k", "100 k"; M is a million, bn a thousand of them. */
export function axisText(value: number, top: number): string {
  const [unit, name] = top >= 1e9 ? [1e9, 'bn'] : top >= 1e6 ? [1e6, 'M'] : top >= 20000 ? [1e3, 'k'] : [1, ''];
  const text = grouped(Number((value / unit).toFixed(2)));
  return value === 0 || name === '' ? text : `${text}\u00a0${name}`;
}

export function percent(p: number | null | undefined): string {
  if (p === null || p === undefined || !Number.isFinite(p)) return '\u2013';
  const x = 100 * p;
  if (x > 0 && x < 1) return '<1\u00a0%';
  if (x > 99 && x < 100) return '>99\u00a0%';
  return `${x.toFixed(0)}\u00a0%`;
}

/** Only links to web pages become links; anything else stays text. */
export function sourceNode(text: string): Node {
  if (/^https?:\/\/\S+$/.test(text)) {
    let label = text;
    try {
      label = new URL(text).hostname.replace(/^www\./, '');
    } catch { /* keep the text */ }
    return el('a', { href: text, rel: 'noreferrer noopener', title: text }, label);
  }
  return document.createTextNode(text);
}

export interface Column<T> { head: string; num?: boolean; wrap?: boolean; date?: boolean; cell: (row: T) => Child; row?: boolean }

/** A table inside a box that scrolls (and can be reached by keyboard). */
export function table<T>(
  caption: string, columns: Column<T>[], rows: T[],
  options: { tall?: boolean; id?: (row: T, index: number) => string } = {},
): HTMLElement {
  const head = el('tr', {}, columns.map((c) => el('th', { scope: 'col', ...(c.num ? { class: 'num' } : {}) }, c.head)));
  const body = el('tbody');
  rows.forEach((row, index) => {
    const tr = el('tr', options.id ? { id: options.id(row, index) } : {});
    for (const c of columns) {
      const kind = c.num ? { class: 'num' } : c.wrap ? { class: 'wrap' } : c.date ? { class: 'date' } : {};
      tr.append(el(c.row ? 'th' : 'td', c.row ? { scope: 'row', ...kind } : kind, c.cell(row)));
    }
    body.append(tr);
  });
  const box = el('div', { class: options.tall ? 'scroll tall' : 'scroll', tabindex: '0', role: 'group', 'aria-label': caption },
    el('table', { 'aria-label': caption }, el('thead', {}, head), body));
  return el('div', {}, el('p', { class: 'caption' }, caption), box);
}

/** Details whose content is made when it is first opened (or printed). */
export function lazyDetails(summary: string, make: () => Node): HTMLDetailsElement {
  const details = el('details', {}, el('summary', {}, summary));
  let made = false;
  details.addEventListener('toggle', () => {
    if (details.open && !made) {
      made = true;
      details.append(make());
    }
  });
  return details;
}

/** A search box that hides the rows of a table that lack every word typed. */
export function searchable(label: string, box: HTMLElement): HTMLElement {
  const input = el('input', { type: 'search', 'aria-label': label, placeholder: label });
  const count = el('span', { class: 'soft', role: 'status' });
  const rows = [...box.querySelectorAll<HTMLTableRowElement>('tbody tr')];
  const text = rows.map((row) => (row.textContent ?? '').toLowerCase());
  const filter = (): void => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let n = 0;
    rows.forEach((row, i) => {
      row.hidden = !words.every((w) => (text[i] ?? '').includes(w));
      if (!row.hidden) n++;
    });
    count.textContent = words.length ? ` ${n} of ${rows.length}` : ` ${rows.length} rows`;
  };
  input.addEventListener('input', filter);
  box.addEventListener('holdout-reveal', () => {
    input.value = '';
    filter();
  });
  filter();
  return el('div', {}, el('p', {}, input, count), box);
}

const tip = el('div', { class: 'tip', hidden: true });

/** Shows a text beside the pointer; null hides it. */
export function showTip(text: string | null, x = 0, y = 0): void {
  if (!tip.isConnected) document.body.append(tip);
  tip.hidden = text === null;
  if (text === null) return;
  tip.textContent = text;
  const box = tip.getBoundingClientRect();
  tip.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - box.width - 4))}px`;
  tip.style.top = `${y + 18 + box.height > innerHeight ? Math.max(4, y - box.height - 12) : y + 18}px`;
}
