// How fast the viewer is: time to the first view, frames per second while playing and while hovering, bytes of the page.
//
// usage: node bench/viewer.mjs [URL]      (a running `holdout serve`; default: as tests/web/serve.mjs starts one)
//
// Frames are those of the browser's own trace. Prints CSV: what, value, unit, note. Asserts nothing. Needs what tests/web needs (npm ci there).

import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { launch } from '../tests/web/common.mjs';
import { startServer } from '../tests/web/serve.mjs';

const assets = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'server', 'assets');
const N_LOAD = 5;
const PLAY_MS = 5000;
const MAP = '#map canvas:not(.overlay)';

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const print = (what, value, unit, note = '') => console.log(`${what},${Number(value.toPrecision(4))},${unit},${note}`);

/** From the browser's own trace while `act` runs: frames drawn and dropped, and how long the page's thread worked for each drawn one [ms]. Frames are drawn only
 *  when something changes, so that this time, not their number, says how many a second there could be. */
async function traced(browser, page, act) {
  await browser.startTracing(page, { categories: ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'disabled-by-default-devtools.timeline.frame'] });
  await act();
  const events = JSON.parse((await browser.stopTracing()).toString()).traceEvents;
  const drawn = events.filter((e) => e.name === 'DrawFrame').map((e) => e.ts).sort((x, y) => x - y);
  const tasks = events.filter((e) => e.name === 'RunTask' && e.dur > 0);
  const work = new Map();
  for (const t of tasks) work.set(`${t.pid} ${t.tid}`, (work.get(`${t.pid} ${t.tid}`) ?? 0) + t.dur);
  const main = new Set(events.filter((e) => e.name === 'thread_name' && e.args.name === 'CrRendererMain').map((e) => `${e.pid} ${e.tid}`));
  const busiest = [...work].filter(([k]) => main.has(k)).sort((x, y) => y[1] - x[1])[0]?.[0];
  const own = tasks.filter((t) => `${t.pid} ${t.tid}` === busiest);
  const busy = drawn.slice(1).map((end, k) => own.filter((t) => t.ts + t.dur > drawn[k] && t.ts + t.dur <= end).reduce((sum, t) => sum + t.dur / 1000, 0)).sort((x, y) => x - y);
  return { n: busy.length, middle: busy[Math.floor(busy.length / 2)] ?? NaN, worst: busy[Math.ceil(0.99 * busy.length) - 1] ?? NaN, dropped: events.filter((e) => e.name === 'DroppedFrame').length };
}

const report = (what, f, note) => {
  print(`${what}: frames drawn`, f.n, '', note);
  print(`${what}: frames dropped`, f.dropped, '', note);
  print(`${what}: work for a frame, median`, f.middle, 'ms', note);
  print(`${what}: work for a frame, 99 %`, f.worst, 'ms', note);
  print(`${what}: frames per second that the median allows`, 1000 / f.middle, '1/s', note);
};

async function hover(page) {
  const box = await page.locator(MAP).boundingBox();
  const end = Date.now() + PLAY_MS;
  for (let k = 0; Date.now() < end; k++) {
    await page.mouse.move(box.x + box.width * (0.5 + 0.4 * Math.sin(k / 17)), box.y + box.height * (0.5 + 0.3 * Math.cos(k / 11)));
    await page.waitForTimeout(12);
  }
}

async function play(page) {
  await page.click('.play');
  await page.waitForTimeout(PLAY_MS);
  await page.click('.play');
}

const toStart = (page) => page.evaluate(() => { const s = document.querySelector('.timeline input[type=range]'); s.value = '0'; s.dispatchEvent(new Event('input')); });

console.log('what,value,unit,note');
const files = fs.readdirSync(assets).map((name) => fs.readFileSync(path.join(assets, name)));
print('page', files.reduce((n, b) => n + b.length, 0), 'bytes');
print('page compressed', files.reduce((n, b) => n + zlib.gzipSync(b).length, 0), 'bytes', 'gzip');
const server = process.argv[2] ? { url: process.argv[2], stop: () => undefined } : await startServer();
const browser = await launch();
const loads = [];
for (let k = 0; k < N_LOAD; k++) {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  await page.goto(server.url);
  await page.waitForFunction(() => performance.getEntriesByName('first-view').length);
  loads.push(await page.evaluate(() => performance.getEntriesByName('first-view')[0].startTime - performance.getEntriesByType('navigation')[0].responseStart));
  await page.close();
}
print('first view after the answer', median(loads), 'ms', `median of ${N_LOAD} fresh pages`);
for (const deviceScaleFactor of [1, 2]) {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, deviceScaleFactor });
  await page.goto(server.url);
  await page.waitForFunction(() => performance.getEntriesByName('first-view').length);
  const n = await page.evaluate(() => document.querySelectorAll('#district-names option').length);
  const where = `${n} districts; ${deviceScaleFactor} pixels a CSS pixel`;
  await toStart(page);
  report('playing', await traced(browser, page, () => play(page)), where);
  report('hovering', await traced(browser, page, () => hover(page)), where);
  await page.close();
}
await browser.close();
server.stop();
