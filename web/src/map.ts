/** One map on a canvas: cells filled by a function of the district, hatches, capitals, marks on top, a selected and a hovered district. */

import type { Geometry } from './geometry.ts';
import { cssColor } from './color.ts';

export type Hatch = 'unknown' | 'interval';
export type Fill = string | { hatch: Hatch; color: string };
/** A circle at a district's centre; area is up to whoever gives the radius [CSS pixels on a map 600 wide]. */
export interface Mark { district: number; radius: number; fill: string; stroke: string; opacity?: number }

export interface MapOptions {
  geometry: Geometry;
  capitals: number[];
  fill: (district: number) => Fill;
  strong: (district: number) => boolean; // capitals drawn filled
  selected: () => number;
  onPick: (district: number) => void;
  onHover: (district: number, x: number, y: number) => void; // -1: none
  marks?: () => Mark[];
  maxHeight?: () => number; // CSS pixels
}

const MAX_RATIO = 2;
const MAX_HEIGHT = 560; // CSS pixels
const MARK_WIDTH = 600; // width of the map that radii of marks are meant for

/** A tile of hatching: thin crossing lines for unknown, thick slanted ones for inside an interval. */
export function hatchTile(kind: Hatch, color: string, ratio: number): HTMLCanvasElement {
  const size = Math.round((kind === 'unknown' ? 5 : 7) * ratio);
  const tile = document.createElement('canvas');
  tile.width = tile.height = size;
  const pen = tile.getContext('2d');
  if (!pen) return tile;
  pen.fillStyle = kind === 'unknown' ? cssColor('--unknown') : cssColor('--zero');
  pen.fillRect(0, 0, size, size);
  pen.strokeStyle = color;
  pen.lineWidth = kind === 'unknown' ? 0.9 * ratio : 2.4 * ratio;
  const slope = kind === 'unknown' ? 1 : -1;
  for (const shift of [-size, 0, size]) {
    pen.beginPath();
    pen.moveTo(shift, slope > 0 ? 0 : size);
    pen.lineTo(shift + size, slope > 0 ? size : 0);
    pen.stroke();
  }
  return tile;
}

/** The same path as text for SVG: rings of a district, or its circle. */
export function pathText(g: Geometry, district: number): string {
  const rings = g.rings[district] ?? [];
  if (rings.length === 0) {
    const [x, y] = g.centre[district] ?? [0, 0];
    const r = g.radius;
    return `M${(x - r).toFixed(1)} ${y.toFixed(1)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
  }
  return rings.map((ring) => {
    const parts: string[] = [];
    for (let k = 0; k + 1 < ring.length; k += 2) parts.push(`${(ring[k] ?? 0).toFixed(1)} ${(ring[k + 1] ?? 0).toFixed(1)}`);
    return `M${parts.join('L')}Z`;
  }).join('');
}

function box(g: Geometry, district: number): [number, number, number, number] {
  const rings = g.rings[district] ?? [];
  const [x, y] = g.centre[district] ?? [0, 0];
  if (rings.length === 0) return [x - g.radius, y - g.radius, x + g.radius, y + g.radius];
  const out: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of rings) {
    for (let k = 0; k + 1 < ring.length; k += 2) {
      const [a, b] = [ring[k] ?? 0, ring[k + 1] ?? 0];
      out[0] = Math.min(out[0], a);
      out[1] = Math.min(out[1], b);
      out[2] = Math.max(out[2], a);
      out[3] = Math.max(out[3], b);
    }
  }
  return out;
}

export class MapView {
  readonly canvas = document.createElement('canvas');
  /** Lies over the canvas and holds the outline of the hovered district, so that hovering redraws nothing else. */
  readonly overlay = document.createElement('canvas');
  private readonly paths: Path2D[];
  private readonly boxes: [number, number, number, number][];
  private readonly lines = new Path2D();
  private lineLayer: { key: string; canvas: HTMLCanvasElement } | null = null;
  private scale = 1;
  private ratio = 1;
  private hovered = -1;

  constructor(private readonly o: MapOptions, label: string) {
    this.canvas.setAttribute('role', 'img');
    this.canvas.setAttribute('aria-label', label);
    this.overlay.className = 'overlay';
    this.overlay.setAttribute('aria-hidden', 'true');
    this.canvas.addEventListener('pointermove', (e) => this.hover(this.find(e), e.clientX, e.clientY));
    this.canvas.addEventListener('pointerleave', () => this.hover(-1, 0, 0));
    this.canvas.addEventListener('click', (e) => {
      const district = this.find(e);
      if (district >= 0) o.onPick(district);
    });
    const g = o.geometry;
    this.paths = g.centre.map((_, i) => new Path2D(pathText(g, i)));
    this.boxes = g.centre.map((_, i) => box(g, i));
    for (const path of this.paths) this.lines.addPath(path);
  }

  private find(event: MouseEvent): number {
    const pen = this.canvas.getContext('2d');
    const at = this.canvas.getBoundingClientRect();
    if (!pen || at.width === 0) return -1;
    const x = ((event.clientX - at.left) / at.width) * this.o.geometry.width;
    const y = ((event.clientY - at.top) / at.height) * this.o.geometry.height;
    pen.save();
    pen.setTransform(1, 0, 0, 1, 0, 0);
    const found = this.boxes.findIndex(([x0, y0, x1, y1], i) => x >= x0 && x <= x1 && y >= y0 && y <= y1 && pen.isPointInPath(this.paths[i] as Path2D, x, y, 'evenodd'));
    pen.restore();
    return found;
  }

  private hover(district: number, x: number, y: number): void {
    if (district !== this.hovered) {
      this.hovered = district;
      this.drawOverlay();
    }
    this.o.onHover(district, x, y);
  }

  /** A district's centre on the screen. */
  place(district: number): [number, number] {
    const at = this.canvas.getBoundingClientRect();
    const [x, y] = this.o.geometry.centre[district] ?? [0, 0];
    return [at.left + (x / this.o.geometry.width) * at.width, at.top + (y / this.o.geometry.height) * at.height];
  }

  /** The district nearest in a direction (in quarter turns: 0 right, 1 down, 2 left, 3 up); itself if there is none. */
  neighbour(district: number, quarter: number): number {
    const [x, y] = this.o.geometry.centre[district] ?? [0, 0];
    const [dx, dy] = [[1, 0], [0, 1], [-1, 0], [0, -1]][quarter] as [number, number];
    let best = district;
    let least = Infinity;
    this.o.geometry.centre.forEach(([cx, cy], i) => {
      const along = (cx - x) * dx + (cy - y) * dy;
      const aside = Math.abs((cx - x) * dy - (cy - y) * dx);
      const cost = along + 2 * aside;
      if (i !== district && along > 0 && aside <= 1.2 * along && cost < least) [least, best] = [cost, i];
    });
    return best;
  }

  /** Draws as wide as there is room, up to the greatest height. */
  draw(): void {
    const g = this.o.geometry;
    const width = Math.min(this.canvas.parentElement?.clientWidth ?? 300, ((this.o.maxHeight?.() ?? MAX_HEIGHT) * g.width) / g.height);
    this.canvas.style.width = `${width}px`;
    this.ratio = Math.min(MAX_RATIO, Math.max(1, devicePixelRatio || 1));
    const [w, h] = [Math.round(width * this.ratio), Math.round(((width * g.height) / g.width) * this.ratio)];
    if (w === 0) return;
    if (this.canvas.width !== w || this.canvas.height !== h) {
      this.canvas.width = w;
      this.canvas.height = h;
    }
    const pen = this.canvas.getContext('2d');
    if (!pen) return;
    this.scale = w / g.width;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, w, h);
    this.drawCells(pen);
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.drawImage(this.linesDrawn(w, h), 0, 0);
    this.drawMarks(pen);
    this.drawCapitals(pen);
    pen.setTransform(this.scale, 0, 0, this.scale, 0, 0);
    this.outline(pen, this.o.selected(), 2.6);
    this.drawOverlay();
  }

  private drawCells(pen: CanvasRenderingContext2D): void {
    const tiles = new Map<string, CanvasPattern | string>();
    const style = (fill: Fill): CanvasPattern | string => {
      if (typeof fill === 'string') return fill;
      const key = fill.hatch + fill.color;
      let made = tiles.get(key);
      if (made === undefined) {
        const pattern = pen.createPattern(hatchTile(fill.hatch, fill.color, this.ratio), 'repeat');
        pattern?.setTransform(new DOMMatrix([1 / this.scale, 0, 0, 1 / this.scale, 0, 0]));
        made = pattern ?? fill.color;
        tiles.set(key, made);
      }
      return made;
    };
    pen.setTransform(this.scale, 0, 0, this.scale, 0, 0);
    this.paths.forEach((path, i) => {
      pen.fillStyle = style(this.o.fill(i));
      pen.fill(path, 'evenodd');
    });
  }

  /** Outlines of cells and borders of provinces: drawn once for a size and its colours, then copied. */
  private linesDrawn(w: number, h: number): HTMLCanvasElement {
    const [cell, soft] = [cssColor('--cell'), cssColor('--soft')];
    const key = `${w} ${h} ${cell} ${soft}`;
    if (this.lineLayer?.key === key) return this.lineLayer.canvas;
    const canvas = document.createElement('canvas');
    canvas.width = w;
    canvas.height = h;
    const pen = canvas.getContext('2d');
    if (pen) {
      pen.setTransform(this.scale, 0, 0, this.scale, 0, 0);
      pen.strokeStyle = cell;
      pen.lineWidth = (0.6 * this.ratio) / this.scale;
      pen.stroke(this.lines);
      pen.strokeStyle = soft;
      pen.lineWidth = (1.1 * this.ratio) / this.scale;
      pen.beginPath();
      for (const piece of this.o.geometry.borders) {
        pen.moveTo(piece[0] ?? 0, piece[1] ?? 0);
        pen.lineTo(piece[2] ?? 0, piece[3] ?? 0);
      }
      pen.stroke();
    }
    this.lineLayer = { key, canvas };
    return canvas;
  }

  private outline(pen: CanvasRenderingContext2D, district: number, wide: number): void {
    const chosen = this.paths[district];
    if (!chosen) return;
    for (const [color, more] of [['--bg', 2.4], ['--ink', 0]] as const) {
      pen.strokeStyle = cssColor(color);
      pen.lineWidth = ((wide + more) * this.ratio) / this.scale;
      pen.stroke(chosen);
    }
  }

  private drawOverlay(): void {
    if (!this.overlay.isConnected) return;
    const { width, height } = this.canvas;
    this.overlay.width = width;
    this.overlay.height = height;
    this.overlay.style.width = this.canvas.style.width;
    this.overlay.style.left = `${this.canvas.offsetLeft}px`;
    const pen = this.overlay.getContext('2d');
    if (!pen || this.hovered < 0) return;
    pen.setTransform(this.scale, 0, 0, this.scale, 0, 0);
    this.outline(pen, this.hovered, 1.8);
  }

  private drawMarks(pen: CanvasRenderingContext2D): void {
    const factor = this.canvas.width / MARK_WIDTH;
    for (const mark of this.o.marks?.() ?? []) {
      const [x, y] = this.o.geometry.centre[mark.district] ?? [0, 0];
      pen.globalAlpha = mark.opacity ?? 1;
      pen.fillStyle = mark.fill;
      pen.strokeStyle = mark.stroke;
      pen.lineWidth = 1.2 * this.ratio;
      pen.beginPath();
      pen.arc(x * this.scale, y * this.scale, mark.radius * factor, 0, 2 * Math.PI);
      if (mark.fill) pen.fill();
      pen.globalAlpha = 1;
      if (mark.stroke) pen.stroke();
    }
  }

  private drawCapitals(pen: CanvasRenderingContext2D): void {
    pen.setTransform(1, 0, 0, 1, 0, 0);
    const { ratio } = this;
    const half = Math.max(1.6 * ratio, Math.min(3 * ratio, this.canvas.width / 220));
    for (const district of this.o.capitals) {
      const [x, y] = this.o.geometry.centre[district] ?? [0, 0];
      const strong = this.o.strong(district);
      pen.fillStyle = strong ? cssColor('--ink') : cssColor('--bg');
      pen.strokeStyle = strong ? cssColor('--bg') : cssColor('--ink');
      pen.lineWidth = ratio;
      pen.beginPath();
      pen.rect(x * this.scale - half, y * this.scale - half, 2 * half, 2 * half);
      pen.fill();
      pen.stroke();
    }
  }
}

/** A small sample of a hatch for the legend. */
export function hatchSample(kind: Hatch, color: string): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = 44;
  canvas.height = 26;
  canvas.style.cssText = 'width:22px;height:13px;border:1px solid var(--cell)';
  canvas.setAttribute('aria-hidden', 'true');
  const pen = canvas.getContext('2d');
  const pattern = pen?.createPattern(hatchTile(kind, color, 2), 'repeat');
  if (pen && pattern) {
    pen.fillStyle = pattern;
    pen.fillRect(0, 0, 44, 26);
  }
  return canvas;
}
