/** Files of what is on the screen: CSV, SVG, and PNG painted from the same SVG (a strict security policy loads no picture made here). */

import { cssColor } from '../color.ts';
import { el, svg } from '../dom.ts';
import type { Geometry } from '../geometry.ts';
import { hatchTile, pathText, type Fill, type Hatch, type Mark } from '../map.ts';
import { sheetOf, type Sheet } from '../sheet.ts';
import type { Layer } from './layers.ts';

/** Counts of people below this are not passed on. */
const LEAST_PEOPLE = 50;
const SCALE = 2;
const STYLES = ['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-opacity', 'stroke-dasharray', 'font-size', 'font-family', 'font-weight', 'text-anchor'] as const;
export const LIMIT = 'Probabilities describe this model under these sources; a low probability is not safety.';

const isPeople = (unit: string): boolean => /persons|people|fighters/.test(unit) && !/per|share/.test(unit.replace('persons', ''));

function csvCell(value: string | number | null, unit: string): string {
  if (value === null) return '';
  if (typeof value === 'number') return isPeople(unit) && Math.abs(value) < LEAST_PEOPLE && value !== 0 ? `<${LEAST_PEOPLE}` : String(Number(value.toPrecision(6)));
  const safe = /^[=+\-@\t]/.test(value) ? `'${value}` : value; // never a formula of a spreadsheet
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Notes as comment lines, one line of heads with units, rows. */
export function csvText(sheet: Sheet, source: string): string {
  const notes = [sheet.title, ...sheet.notes, source, LIMIT, `counts of persons below ${LEAST_PEOPLE} are given as <${LEAST_PEOPLE}`];
  const heads = sheet.columns.map((c) => csvCell(c.unit ? `${c.head} [${c.unit}]` : c.head, ''));
  const rows = sheet.rows.map((r) => r.map((v, k) => csvCell(v, sheet.columns[k]?.unit ?? '')).join(','));
  return [...notes.map((n) => `# ${n.replaceAll('\n', ' ')}`), heads.join(','), ...rows, ''].join('\n');
}

export function download(name: string, content: Blob): void {
  const link = el('a', { href: URL.createObjectURL(content), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

/** A copy whose elements carry their styles as attributes. */
function inlined(root: SVGElement): SVGElement {
  const copy = root.cloneNode(true) as SVGElement;
  const from = [root, ...root.querySelectorAll<SVGElement>('*')];
  [copy, ...copy.querySelectorAll<SVGElement>('*')].forEach((node, i) => {
    const style = getComputedStyle(from[i] as SVGElement);
    for (const name of STYLES) {
      const value = style.getPropertyValue(name);
      if (value) node.setAttribute(name, value);
    }
    if (node.classList.contains('cursor')) node.remove();
    node.removeAttribute('class');
  });
  return copy;
}

const FONT = 'system-ui, sans-serif';

/** Breaks a text into lines of at most so many characters. */
function wrap(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1] ?? '';
    if (last && last.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines;
}

/** A drawing with title, legend and notes around it. */
function framed(body: SVGElement, width: number, height: number, title: string, legend: { fill: Fill; text: string }[], notes: string[]): SVGElement {
  const ink = cssColor('--ink');
  const soft = cssColor('--soft');
  const text = (x: number, y: number, size: number, color: string, words: string, bold = false): SVGElement =>
    svg('text', { x, y, fill: color, 'font-size': `${size}px`, 'font-family': FONT, ...(bold ? { 'font-weight': '600' } : {}) }, words);
  const pad = 16;
  const parts: SVGElement[] = [];
  let y = pad;
  for (const line of wrap(title, Math.floor(width / 9.5))) parts.push(text(pad, (y += 16), 15, ink, line, true));
  y += 8;
  let x = pad;
  for (const item of legend) {
    const wide = 26 + 6.4 * item.text.length + 14;
    if (x > pad && x + wide > width) { x = pad; y += 18; }
    parts.push(svg('rect', { x, y: y + 2, width: 20, height: 11, fill: fillText(item.fill), stroke: soft, 'stroke-width': 0.5 }), text(x + 26, y + 12, 11.5, soft, item.text));
    x += wide;
  }
  if (legend.length) y += 24;
  const top = y;
  y += height + 8;
  for (const note of notes) for (const line of wrap(note, Math.floor(width / 6))) parts.push(text(pad, (y += 14), 10.5, soft, line));
  const total = y + pad;
  const root = svg('svg', { xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${width + 2 * pad} ${total}`, width: width + 2 * pad, height: total });
  root.append(hatches(), svg('rect', { x: 0, y: 0, width: width + 2 * pad, height: total, fill: cssColor('--bg') }));
  const group = svg('g', { transform: `translate(${pad} ${top})` });
  group.append(...[...body.childNodes]);
  root.append(group, ...parts);
  return root;
}

const hatchIds: Record<Hatch, string> = { unknown: 'hatch-unknown', interval: 'hatch-interval' };
let hatchColor = '';

function fillText(fill: Fill): string {
  if (typeof fill === 'string') return fill;
  if (fill.hatch === 'interval') hatchColor = fill.color;
  return `url(#${hatchIds[fill.hatch]})`;
}

function hatches(): SVGElement {
  const pattern = (id: string, size: number, d: string, color: string, ground: string, wide: number): SVGElement =>
    svg('pattern', { id, width: size, height: size, patternUnits: 'userSpaceOnUse' }, svg('rect', { width: size, height: size, fill: ground }), svg('path', { d, stroke: color, 'stroke-width': wide }));
  return svg('defs', {}, pattern(hatchIds.unknown, 5, 'M0 0l5 5', cssColor('--unknown-ink'), cssColor('--unknown'), 0.9),
    pattern(hatchIds.interval, 7, 'M0 7l7 -7', hatchColor || cssColor('--ink'), cssColor('--zero'), 2.4));
}

/** The map as SVG, in its own colours and with its legend. */
export function mapSvg(g: Geometry, layer: Layer, capitals: number[], title: string, notes: string[]): SVGElement {
  const body = svg('g');
  const cell = cssColor('--cell');
  g.centre.forEach((_, i) => body.append(svg('path', { d: pathText(g, i), fill: fillText(layer.fill(i)), stroke: cell, 'stroke-width': 0.9, 'fill-rule': 'evenodd' })));
  if (g.borders.length) {
    body.append(svg('path', { d: g.borders.map((p) => `M${[...p].map((v) => v.toFixed(1)).join(' ')}`).join(''), fill: 'none', stroke: cssColor('--soft'), 'stroke-width': 1.4 }));
  }
  for (const m of layer.marks?.() ?? ([] as Mark[])) {
    const [cx, cy] = g.centre[m.district] ?? [0, 0];
    body.append(svg('circle', { cx, cy, r: (m.radius * g.width) / 600, fill: m.fill || 'none', 'fill-opacity': m.opacity ?? 1, stroke: m.stroke || 'none', 'stroke-width': 1.5 }));
  }
  for (const i of capitals) {
    const [x, y] = g.centre[i] ?? [0, 0];
    const strong = layer.strong(i);
    body.append(svg('rect', { x: x - 4, y: y - 4, width: 8, height: 8, fill: cssColor(strong ? '--ink' : '--bg'), stroke: cssColor(strong ? '--bg' : '--ink'), 'stroke-width': 1.5 }));
  }
  return framed(body, g.width, g.height, title, layer.legend, notes);
}

export const svgBlob = (root: SVGElement): Blob => new Blob([`<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(root)}`], { type: 'image/svg+xml' });

/** Paints the few kinds of elements that our drawings have. */
function paint(pen: CanvasRenderingContext2D, node: Element): void {
  const a = (name: string): number => Number(node.getAttribute(name) ?? 0);
  const shape = shapeOf(node, a);
  pen.save();
  const moved = /translate\(([-\d.]+)[ ,]([-\d.]+)\)/.exec(node.getAttribute('transform') ?? '');
  if (moved) pen.translate(Number(moved[1]), Number(moved[2]));
  if (shape || node.tagName === 'text') drawShape(pen, node, shape, a);
  if (node.tagName !== 'defs') for (const child of node.children) paint(pen, child);
  pen.restore();
}

function shapeOf(node: Element, a: (name: string) => number): Path2D | null {
  const path = new Path2D();
  switch (node.tagName) {
    case 'path': return new Path2D(node.getAttribute('d') ?? '');
    case 'line': path.moveTo(a('x1'), a('y1')); path.lineTo(a('x2'), a('y2')); return path;
    case 'rect': path.rect(a('x'), a('y'), a('width'), a('height')); return path;
    case 'circle': path.arc(a('cx'), a('cy'), a('r'), 0, 2 * Math.PI); return path;
    case 'polygon': return new Path2D(`M${(node.getAttribute('points') ?? '').trim().split(/\s+/).join('L')}Z`);
    default: return null;
  }
}

function drawShape(pen: CanvasRenderingContext2D, node: Element, shape: Path2D | null, a: (name: string) => number): void {
  const fill = node.getAttribute('fill') ?? 'black';
  const stroke = node.getAttribute('stroke') ?? 'none';
  const opacity = (name: string): number => Number(node.getAttribute(name) ?? 1);
  const kind = (Object.keys(hatchIds) as Hatch[]).find((k) => fill.includes(hatchIds[k]));
  pen.fillStyle = kind ? pen.createPattern(hatchTile(kind, kind === 'interval' ? hatchColor : cssColor('--unknown-ink'), 1), 'repeat') ?? fill : fill;
  if (!shape) {
    const anchor = node.getAttribute('text-anchor');
    pen.font = `${node.getAttribute('font-weight') ?? '400'} ${parseFloat(node.getAttribute('font-size') ?? '12')}px ${node.getAttribute('font-family') ?? FONT}`;
    pen.textAlign = anchor === 'end' ? 'right' : anchor === 'middle' ? 'center' : 'left';
    pen.fillText(node.textContent ?? '', a('x'), a('y'));
    return;
  }
  if (fill !== 'none' && node.tagName !== 'line') {
    pen.globalAlpha = opacity('fill-opacity');
    pen.fill(shape, node.getAttribute('fill-rule') === 'evenodd' ? 'evenodd' : 'nonzero');
  }
  if (stroke === 'none') return;
  pen.globalAlpha = opacity('stroke-opacity');
  pen.strokeStyle = stroke;
  pen.lineWidth = parseFloat(node.getAttribute('stroke-width') ?? '1');
  const dash = node.getAttribute('stroke-dasharray');
  if (dash && dash !== 'none') pen.setLineDash(dash.split(/[ ,]+/).map(parseFloat));
  pen.stroke(shape);
}

export function pngBlob(root: SVGElement): Promise<Blob | null> {
  const canvas = document.createElement('canvas');
  const [width, height] = [Number(root.getAttribute('width')), Number(root.getAttribute('height'))];
  canvas.width = Math.round(width * SCALE);
  canvas.height = Math.round(height * SCALE);
  const pen = canvas.getContext('2d');
  if (pen) {
    pen.scale(SCALE, SCALE);
    paint(pen, root);
  }
  return new Promise((done) => canvas.toBlob(done, 'image/png'));
}

const fileName = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, 60) || 'holdout';

/** Buttons that save a drawing; `make` gives its SVG (null: none yet) and its rows. */
export function saveButtons(make: () => { drawing: SVGElement | null; sheet: Sheet }, source: () => string, what: string): HTMLElement {
  const button = (kind: string, save: () => void): HTMLElement => {
    const b = el('button', { type: 'button', class: 'small', 'aria-label': `Save ${what} as ${kind}` }, kind);
    b.addEventListener('click', save);
    return b;
  };
  return el('p', { class: 'save' }, 'Save as ',
    button('PNG', () => {
      const { drawing, sheet } = make();
      if (drawing) void pngBlob(drawing).then((blob) => blob && download(`${fileName(sheet.name)}.png`, blob));
    }),
    button('SVG', () => {
      const { drawing, sheet } = make();
      if (drawing) download(`${fileName(sheet.name)}.svg`, svgBlob(drawing));
    }),
    button('CSV', () => {
      const { sheet } = make();
      download(`${fileName(sheet.name)}.csv`, new Blob([csvText(sheet, source())], { type: 'text/csv' }));
    }));
}

/** Puts save buttons under each drawing inside `root` that has rows behind it and none yet. */
export function offerSaves(root: HTMLElement, source: () => string): void {
  root.querySelectorAll<HTMLElement>('[data-sheet]:not([data-saves])').forEach((node) => {
    node.setAttribute('data-saves', '');
    const what = sheetOf(node)?.title ?? 'this';
    node.after(saveButtons(() => {
      const sheet = sheetOf(node) as Sheet;
      const drawn = node.querySelector<SVGElement>('svg.chart[role=img]');
      if (!drawn) return { drawing: null, sheet };
      const [, , w = 600, h = 300] = (drawn.getAttribute('viewBox') ?? '').split(' ').map(Number);
      return { drawing: framed(inlined(drawn), w, h, sheet.title, sheet.legend.map((l) => ({ fill: l.color, text: l.text })), [...sheet.notes, source(), LIMIT]), sheet };
    }, source, what));
  });
}
