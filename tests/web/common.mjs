// What the tests of both pages share: counting claims, a browser, looking at pixels, axe.

import fs from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const axeSource = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

let passed = 0;
let failed = 0;

export async function check(claim, test) {
  try {
    await test();
    passed++;
  } catch (error) {
    failed++;
    console.log(`FAILED ${claim}: ${error.message}`);
  }
}

export function need(truth, message) {
  if (!truth) throw new Error(message);
}

/** In the page: pixels of a canvas, read from a copy so that the page's own canvas stays as it is. */
export function addPixels() {
  window.pixelsOf = (selector) => {
    const canvas = document.querySelector(selector);
    const copy = new OffscreenCanvas(canvas.width, canvas.height);
    const pen = copy.getContext('2d', { willReadFrequently: true });
    pen.drawImage(canvas, 0, 0);
    return pen.getImageData(0, 0, canvas.width, canvas.height);
  };
}

/** Pieces of one colour of at least 8 pixels on a canvas: its cells, for their borders have other colours. */
export function countCells(selector) {
  const { width, height, data } = window.pixelsOf(selector);
  const pixels = new Uint32Array(data.buffer);
  const seen = new Uint8Array(width * height);
  let cells = 0;
  for (let start = 0; start < pixels.length; start++) {
    const color = pixels[start];
    if (seen[start] || color >>> 24 === 0) continue;
    const stack = [start];
    let size = 0;
    seen[start] = 1;
    while (stack.length) {
      const at = stack.pop();
      size++;
      const x = at % width;
      for (const next of [x > 0 ? at - 1 : -1, x < width - 1 ? at + 1 : -1, at - width, at + width]) {
        if (next >= 0 && next < pixels.length && !seen[next] && pixels[next] === color) {
          seen[next] = 1;
          stack.push(next);
        }
      }
    }
    if (size >= 8) cells++;
  }
  return cells;
}

/** A short sum over a canvas's pixels, to see whether it changed. */
export function pixelSum(selector) {
  const { data } = window.pixelsOf(selector);
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum = (Math.imul(sum, 31) + data[i]) | 0;
  return sum;
}

export async function checkAxe(page, name) {
  await check(`${name}: axe finds nothing`, async () => {
    await page.evaluate(axeSource);
    const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
    need(violations.length === 0, violations.map((v) => `${v.id} (${v.nodes.length}: ${v.nodes[0].target.join(' ')} ${v.nodes[0].failureSummary})`).join('; '));
  });
}

/** Debian's Chromium, or the one that CHROMIUM names. */
export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
}

/** Prints the last line and sets the exit code. */
export function result() {
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}
