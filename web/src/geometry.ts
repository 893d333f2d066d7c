/** Outlines on a plane: conic equal-area projection fitted to the scenario, cells as rings, borders of provinces. */

import { geoConicEqualArea } from 'd3-geo';
import type { Data } from './data.ts';

export interface Geometry {
  width: number; height: number; // of the drawing, in its own units
  rings: Float64Array[][];       // by district: x, y, x, y, ...
  centre: [number, number][];    // by district
  borders: Float64Array[];       // pieces x, y, x, y of borders between provinces
  outlined: boolean;             // false: no outlines given, districts are circles
  radius: number;                // of those circles
}

type Projection = (lon: number, lat: number) => [number, number];
const WIDTH = 1000;

/** Albers' conic with standard parallels at 1/6 and 5/6 of the span (Snyder 1987, eq. 14-1 to 14-6). Only points are projected: d3-geo reads
 *  rings the other way round than RFC 7946 winds them, and would fill what is outside. */
export function projection(lon: number[], lat: number[]): Projection {
  const [south, north] = [Math.min(...lat), Math.max(...lat)];
  const middle = (Math.min(...lon) + Math.max(...lon)) / 2;
  const sixth = (north - south) / 6;
  const albers = geoConicEqualArea().parallels([south + sixth, north - sixth]).rotate([-middle, 0]).center([0, (south + north) / 2]).scale(1).translate([0, 0]).precision(0);
  return (x, y) => albers([x, y]) ?? [0, 0];
}

/** Rings in degrees by district. */
function decodeRings(data: Data): number[][][] {
  const rings: number[][][] = data.districts.pcode.map(() => []);
  for (const [district, ...parts] of data.map.features) {
    for (const part of parts) {
      const ring: number[] = [];
      let [x, y] = [0, 0];
      for (let i = 0; i + 1 < part.length; i += 2) {
        x += part[i] ?? 0;
        y += part[i + 1] ?? 0;
        ring.push(x, y);
      }
      rings[district]?.push(ring);
    }
  }
  return rings;
}

/** Pieces of outline that only one district of a province has: borders of provinces and the country's. */
function provinceBorders(data: Data, rings: number[][][]): number[][] {
  const seen = new Map<string, { count: number; piece: number[] }>();
  rings.forEach((list, district) => {
    const province = data.districts.province[district] ?? -1;
    for (const ring of list) {
      for (let i = 0; i + 3 < ring.length; i += 2) {
        const [ax, ay, bx, by] = ring.slice(i, i + 4) as [number, number, number, number];
        const forward = ax < bx || (ax === bx && ay < by);
        const key = forward ? `${province}:${ax},${ay},${bx},${by}` : `${province}:${bx},${by},${ax},${ay}`;
        const entry = seen.get(key);
        if (entry) entry.count++;
        else seen.set(key, { count: 1, piece: [ax, ay, bx, by] });
      }
    }
  });
  return [...seen.values()].filter((e) => e.count === 1).map((e) => e.piece);
}

export function buildGeometry(data: Data): Geometry {
  const { lon, lat } = data.districts;
  const coded = decodeRings(data);
  const outlined = coded.some((list) => list.length > 0);
  const project = projection(lon, lat);
  const plane = (flat: number[]): Float64Array => {
    const out = new Float64Array(flat.length);
    for (let i = 0; i + 1 < flat.length; i += 2) {
      [out[i], out[i + 1]] = project((flat[i] ?? 0) / data.map.scale, (flat[i + 1] ?? 0) / data.map.scale);
    }
    return out;
  };
  const rings = coded.map((list) => list.map(plane));
  const borders = provinceBorders(data, coded).map(plane);
  const centre = lon.map((x, i) => project(x, lat[i] ?? 0));
  return fit({ width: WIDTH, height: WIDTH, rings, centre, borders, outlined, radius: 3 });
}

/** Moves everything into a box of WIDTH; circles get a third of the room a district has on average. */
function fit(g: Geometry): Geometry {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  const see = (x: number, y: number): void => {
    [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x), Math.max(y1, y)];
  };
  const eachRing = (f: (flat: Float64Array) => void): void => {
    g.rings.flat().forEach(f);
    g.borders.forEach(f);
  };
  eachRing((r) => { for (let i = 0; i + 1 < r.length; i += 2) see(r[i] ?? 0, r[i + 1] ?? 0); });
  g.centre.forEach(([x, y]) => see(x, y));
  const [spanX, spanY] = [Math.max(1e-9, x1 - x0), Math.max(0, y1 - y0)];
  const room = Math.sqrt(((spanX + 0.2 * spanX) * (spanY + 0.2 * spanX)) / Math.max(1, g.centre.length)) * (WIDTH / spanX);
  if (!g.outlined) g.radius = Math.min(60, Math.max(3, room / 3.2));
  const pad = g.outlined ? 8 : g.radius + 8;
  const scale = (WIDTH - 2 * pad) / spanX;
  const at = (x: number, y: number): [number, number] => [pad + (x - x0) * scale, pad + (y - y0) * scale];
  eachRing((r) => { for (let i = 0; i + 1 < r.length; i += 2) [r[i], r[i + 1]] = at(r[i] ?? 0, r[i + 1] ?? 0); });
  g.centre = g.centre.map(([x, y]) => at(x, y));
  g.height = spanY * scale + 2 * pad;
  return g;
}
