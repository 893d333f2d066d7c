/** One map on a canvas: cells filled by a function of the district, hatches, capitals, a selected district. */

import type { Geometry } from './geometry.ts';
import { cssColor } from './color.ts';

export type Fill = string | { hatch: 'unknown' | 'interval'; color: string };

export interface MapOptions {
  geometry: Geometry;
  capitals: number[];
  fill: (district: number) => Fill;
  strong: (district: number) => boolean; // capitals drawn filled
  selected: () => number;
  onPick: (district: number) => void;
  onHover: (district: number, x: number, y: number) => void; // -1: none
}

const MAX_RATIO = 2;
const MAX_HEIGHT = 560; // CSS pixels

/** A tile of hatching: thin crossing lines for unknown, thick slanted ones for inside an interval. */
function hatchTile(kind: 'unknown' | 'interval', color: string, ratio: number): HTMLCanvasElement {
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

export class MapView {
  readonly canvas = document.createElement('canvas');
  private readonly paths: Path2D[] = [];
  private scale = 1;

  constructor(private readonly o: MapOptions, label: string) {
    this.canvas.setAttribute('role', 'img');
    this.canvas.setAttribute('aria-label', label);
    this.canvas.addEventListener('pointermove', (e) => o.onHover(this.find(e), e.clientX, e.clientY));
    this.canvas.addEventListener('pointerleave', () => o.onHover(-1, 0, 0));
    this.canvas.addEventListener('click', (e) => {
      const district = this.find(e);
      if (district >= 0) o.onPick(district);
    });
    this.buildPaths();
  }

  private buildPaths(): void {
    const g = this.o.geometry;
    g.centre.forEach(([x, y], i) => {
      const path = new Path2D();
      const rings = g.rings[i] ?? [];
      if (rings.length === 0) path.arc(x, y, g.radius, 0, 2 * Math.PI);
      for (const ring of rings) {
        for (let k = 0; k + 1 < ring.length; k += 2) {
          if (k === 0) path.moveTo(ring[k] ?? 0, ring[k + 1] ?? 0);
          else path.lineTo(ring[k] ?? 0, ring[k + 1] ?? 0);
        }
        path.closePath();
      }
      this.paths.push(path);
    });
  }

  private find(event: MouseEvent): number {
    const pen = this.canvas.getContext('2d');
    const box = this.canvas.getBoundingClientRect();
    if (!pen || box.width === 0) return -1;
    const x = ((event.clientX - box.left) / box.width) * this.o.geometry.width;
    const y = ((event.clientY - box.top) / box.height) * this.o.geometry.height;
    pen.save();
    pen.setTransform(1, 0, 0, 1, 0, 0);
    const found = this.paths.findIndex((path) => pen.isPointInPath(path, x, y, 'evenodd'));
    pen.restore();
    return found;
  }

  /** Draws as wide as there is room, up to MAX_HEIGHT. */
  draw(): void {
    const g = this.o.geometry;
    const width = Math.min(this.canvas.parentElement?.clientWidth ?? 300, (MAX_HEIGHT * g.width) / g.height);
    this.canvas.style.width = `${width}px`;
    const ratio = Math.min(MAX_RATIO, Math.max(1, devicePixelRatio || 1));
    const [w, h] = [Math.round(width * ratio), Math.round(((width * g.height) / g.width) * ratio)];
    if (this.canvas.width !== w || this.canvas.height !== h) {
      this.canvas.width = w;
      this.canvas.height = h;
    }
    const pen = this.canvas.getContext('2d');
    if (!pen) return;
    this.scale = w / g.width;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, w, h);
    this.drawCells(pen, ratio);
    this.drawBorders(pen, ratio);
    this.drawCapitals(pen, ratio);
  }

  private drawCells(pen: CanvasRenderingContext2D, ratio: number): void {
    const tiles = new Map<string, CanvasPattern | string>();
    const style = (fill: Fill): CanvasPattern | string => {
      if (typeof fill === 'string') return fill;
      const key = fill.hatch + fill.color;
      let made = tiles.get(key);
      if (made === undefined) {
        const pattern = pen.createPattern(hatchTile(fill.hatch, fill.color, ratio), 'repeat');
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
    pen.strokeStyle = cssColor('--cell');
    pen.lineWidth = (0.6 * ratio) / this.scale;
    for (const path of this.paths) pen.stroke(path);
  }

  private drawBorders(pen: CanvasRenderingContext2D, ratio: number): void {
    pen.strokeStyle = cssColor('--soft');
    pen.lineWidth = (1.1 * ratio) / this.scale;
    pen.beginPath();
    for (const piece of this.o.geometry.borders) {
      pen.moveTo(piece[0] ?? 0, piece[1] ?? 0);
      pen.lineTo(piece[2] ?? 0, piece[3] ?? 0);
    }
    pen.stroke();
    const chosen = this.paths[this.o.selected()];
    if (!chosen) return;
    for (const [color, wide] of [['--bg', 5], ['--ink', 2.6]] as const) {
      pen.strokeStyle = cssColor(color);
      pen.lineWidth = (wide * ratio) / this.scale;
      pen.stroke(chosen);
    }
  }

  private drawCapitals(pen: CanvasRenderingContext2D, ratio: number): void {
    pen.setTransform(1, 0, 0, 1, 0, 0);
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
export function hatchSample(kind: 'unknown' | 'interval', color: string): HTMLCanvasElement {
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
