// How fast the viewer is: time to the first view, frames per second while playing and while hovering, bytes of the page.
//
// usage: node bench/viewer.mjs [URL]      (a running `holdout serve`; default: as tests/web/serve.mjs starts one)
//
// Prints CSV: what, value, unit, note. Asserts nothing. Needs what tests/web needs (npm ci there).

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

/** In the page: counts frames until told to stop. */
function watchFrames() {
  window.frames_ = [];
  window.watching = true;
  const tick = (now) => {
    window.frames_.push(now);
    if (window.watching) requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
}

function stopFrames() {
  window.watching = false;
  const gaps = window.frames_.slice(1).map((t, k) => t - window.frames_[k]);
  return { n: gaps.length, ms: gaps.reduce((a, b) => a + b, 0), worst: [...gaps].sort((a, b) => b - a)[Math.floor(gaps.length / 100)] };
}

const report = (what, f, note) => {
  print(`${what}: frames per second`, (1000 * f.n) / f.ms, '1/s', note);
  print(`${what}: 99 % of frames within`, f.worst, 'ms', note);
};

async function hover(page) {
  const box = await page.locator(MAP).boundingBox();
  await page.evaluate(watchFrames);
  const end = Date.now() + PLAY_MS;
  for (let k = 0; Date.now() < end; k++) {
    await page.mouse.move(box.x + box.width * (0.5 + 0.4 * Math.sin(k / 17)), box.y + box.height * (0.5 + 0.3 * Math.cos(k / 11)));
    await page.waitForTimeout(12);
  }
  return page.evaluate(stopFrames);
}

async function play(page) {
  await page.evaluate(() => { const s = document.querySelector('.timeline input[type=range]'); s.value = '0'; s.dispatchEvent(new Event('input')); });
  await page.click('.play');
  await page.evaluate(watchFrames);
  await page.waitForTimeout(PLAY_MS);
  const frames = await page.evaluate(stopFrames);
  await page.click('.play');
  return frames;
}

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
  report('playing', await play(page), where);
  report('hovering', await hover(page), where);
  await page.close();
}
await browser.close();
server.stop();
