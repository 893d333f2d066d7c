// Opens reports in Chromium and uses them: at two widths, light and dark.
//
// usage: node test_report.mjs [REPORT.html ...]      (a made-up report is always tested as well)
//
// Each check is one claim; the last line says how many passed and failed. CHROMIUM names another browser than /usr/bin/chromium.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { addPixels, check, checkAxe, countCells, launch, need, pixelSum, result } from './common.mjs';
import { writeComparison, writeFixture } from './fixture.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(here, '..', '..');
const VIEWS = [[1400, 900, 2, 'light'], [1400, 900, 2, 'dark'], [360, 740, 3, 'light'], [360, 740, 3, 'dark']];

const MODEL = '#map-model canvas';
const RECORD = '#map-record canvas';

async function setDay(page, day) {
  await page.evaluate((value) => {
    const slider = document.querySelector('input[type=range]');
    slider.value = String(value);
    slider.dispatchEvent(new Event('input'));
  }, day);
}

async function checkMaps(page, name) {
  const n = await page.evaluate(() => JSON.parse(document.getElementById('data').textContent).districts.pcode.length);
  const last = await page.evaluate(() => Number(document.querySelector('input[type=range]').max));
  await check(`${name}: the map shows separate cells`, async () => {
    const cells = await page.evaluate(countCells, MODEL);
    const wanted = Math.min(300, Math.floor(0.75 * n));
    need(cells > wanted, `${cells} cells of ${n}; need more than ${wanted}`);
  });
  await check(`${name}: the slider changes both maps`, async () => {
    await setDay(page, 0);
    const before = [await page.evaluate(pixelSum, MODEL), await page.evaluate(pixelSum, RECORD)];
    await setDay(page, last);
    const after = [await page.evaluate(pixelSum, MODEL), await page.evaluate(pixelSum, RECORD)];
    need(before[0] !== after[0], 'the model map stayed the same');
    const recorded = await page.evaluate(() => JSON.parse(document.getElementById('data').textContent).record.some((r) => r.observable.startsWith('captured.')));
    need(!recorded || before[1] !== after[1], 'the record map stayed the same');
  });
  await check(`${name}: arrow keys move the slider and its text`, async () => {
    await setDay(page, 3);
    const before = await page.textContent('.controls output');
    await page.focus('input[type=range]');
    await page.keyboard.press('ArrowRight');
    const after = await page.textContent('.controls output');
    const spoken = await page.getAttribute('input[type=range]', 'aria-valuetext');
    need(after > before && spoken === after, `${before} then ${after}, spoken ${spoken}`);
  });
  await check(`${name}: playing moves the day and pausing stops it`, async () => {
    await setDay(page, 0);
    await page.focus('input[type=range]');
    await page.keyboard.press(' ');
    await page.waitForFunction(() => Number(document.querySelector('input[type=range]').value) >= 3, null, { timeout: 8000 });
    await page.keyboard.press(' ');
    const stopped = await page.inputValue('input[type=range]');
    await page.waitForTimeout(500);
    need(await page.inputValue('input[type=range]') === stopped, 'it went on');
  });
}

async function checkTables(page, name) {
  await check(`${name}: every chart has a table behind it`, async () => {
    const bare = await page.evaluate(() => [...document.querySelectorAll('section figure, #capitals')].filter((f) => f.querySelector('svg.chart[role=img]') && !f.querySelector('details')).length);
    need(bare === 0, `${bare} charts without`);
    for (const summary of await page.locator('section details summary').all()) await summary.click();
    await page.waitForTimeout(300);
    const empty = await page.evaluate(() => [...document.querySelectorAll('section details')].filter((d) => !d.querySelector('tbody tr')).length);
    need(empty === 0, `${empty} tables empty`);
  });
}

async function checkWidth(page, name) {
  await check(`${name}: nothing is wider than the screen`, async () => {
    const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    need(content <= screen, `${content} px on ${screen}`);
  });
}

async function checkUse(page, name) {
  await check(`${name}: choosing a district shows it`, async () => {
    await page.selectOption('#district', { index: 2 });
    await page.waitForSelector('.district svg.chart[role=img]', { timeout: 3000 });
  });
  await checkTables(page, name);
  await check(`${name}: a recorded number leads to its row`, async () => {
    const link = page.locator('main a[href^="#r-"]').first();
    if (await link.count() === 0) return;
    const id = (await link.getAttribute('href')).slice(1);
    await link.click();
    await page.waitForFunction((row) => document.getElementById(row)?.classList.contains('hit'), id, { timeout: 3000 });
  });
  await check(`${name}: searching parameters leaves those that match`, async () => {
    const first = await page.textContent('#parameters tbody th');
    await page.fill('#parameters input[type=search]', first);
    const shown = await page.locator('#parameters tbody tr:visible').count();
    need(shown >= 1 && shown < await page.locator('#parameters tbody tr').count(), `${shown} rows`);
    await page.fill('#parameters input[type=search]', '');
  });
  await checkWidth(page, name);
}

/** People, money and endings: each has its section, its observables and numbers one can read. */
async function checkTopics(page, name) {
  const data = await page.evaluate(() => JSON.parse(document.getElementById('data').textContent));
  const has = (start) => data.observables.some((o) => o.name.startsWith(start));
  for (const [id, start] of [['people', 'displaced_reported'], ['money', 'cash.']]) {
    await check(`${name}: ${id} has charts, each with a table behind it`, async () => {
      const charts = await page.locator(`#${id} svg.chart[role=img]`).count();
      const tables = await page.locator(`#${id} figure details`).count();
      need(!has(start) || (charts > 1 && tables >= charts), `${charts} charts, ${tables} tables`);
    });
  }
  await check(`${name}: no label of an axis is cut off or written out in millions`, async () => {
    const bad = await page.evaluate(() => [...document.querySelectorAll('svg.chart[role=img]')].flatMap((chart) => [...chart.querySelectorAll('text')]
      .filter((t) => t.getBoundingClientRect().left < chart.getBoundingClientRect().left - 1 || /\d,\d{3},\d{3}|\de\+?\d/.test(t.textContent)).map((t) => t.textContent)));
    need(bad.length === 0, bad.slice(0, 5).join(' '));
  });
  if (data.endings) {
    await check(`${name}: the classes of ending add up to all runs`, async () => {
      const rows = await page.locator('#endings > .grid2').first().locator('tbody td:nth-child(2)').allTextContents();
      const sum = rows.reduce((n, text) => n + Number(text.split(' ')[0].replaceAll(',', '')), 0);
      need(rows.length === data.endings.names.length && sum === data.n_replicate, `${rows.join('; ')}`);
    });
  }
  if (name.startsWith('made-up')) {
    await check(`${name}: a fact inside the run is drawn, one outside is not`, async () => {
      const figure = page.locator('#people figure', { hasText: 'Newly displaced as reported' });
      const drawn = await figure.locator('svg.chart[role=img] .record').count();
      need(drawn === 1, `${drawn} points`);
    });
    await check(`${name}: neighbours share a chart and what stays 0 is said, not drawn`, async () => {
      const lines = await page.locator('#people figure', { hasText: 'by neighbour' }).locator('svg.chart[role=img] path').count();
      const caption = await page.locator('#people figure', { hasText: 'Civilians killed' }).locator('figcaption').textContent();
      need(lines === 4 && caption.includes('0 in nearly all runs: Crown'), `${lines} paths; ${caption}`);
    });
  }
}

async function checkComparison(page, name) {
  const { comparison } = await page.evaluate(() => JSON.parse(document.getElementById('data').textContent));
  await check(`${name}: two charts for each curve, A and B in the first`, async () => {
    const charts = await page.locator('#series svg.chart[role=img]').count();
    need(charts === 2 * comparison.curves.length, `${charts} charts of ${comparison.curves.length} curves`);
    const legend = await page.locator('#series figure').first().locator('.legend li').count();
    need(legend === 2, `${legend} lines`);
  });
  await check(`${name}: the key numbers have a row for each observable`, async () => {
    const rows = await page.locator('#key > div tbody tr').count();
    need(rows === comparison.observables.length, `${rows} rows of ${comparison.observables.length}`);
  });
  await check(`${name}: endings are there if the runs have them`, async () => {
    const sections = await page.locator('#endings').count();
    need(sections === (comparison.endings ? 1 : 0), `${sections} sections`);
  });
  await checkTables(page, name);
  await checkWidth(page, name);
}

async function checkView(browser, file, label, [width, height, deviceScaleFactor, colorScheme]) {
  const name = `${label} ${width} ${colorScheme}`;
  const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor, colorScheme, bypassCSP: true });
  const page = await context.newPage();
  await page.addInitScript(addPixels);
  const trouble = [];
  page.on('console', (m) => { if (['error', 'warning'].includes(m.type())) trouble.push(m.text()); });
  page.on('pageerror', (e) => trouble.push(e.message));
  page.on('request', (r) => { if (!/^(file|data|blob):/.test(r.url())) trouble.push(`asked for ${r.url()}`); });
  await page.goto(pathToFileURL(file).href);
  await page.waitForSelector('main h2');
  await page.waitForTimeout(150);
  if (await page.locator('#key ~ #fall').count()) {
    await checkComparison(page, name);
  } else {
    if (await page.locator(MODEL).count()) await checkMaps(page, name);
    else await check(`${name}: there is a map`, () => need(false, 'none'));
    await checkUse(page, name);
    await checkTopics(page, name);
  }
  await checkAxe(page, name);
  await check(`${name}: no console error and no request`, () => need(trouble.length === 0, trouble.join('; ')));
  await context.close();
}

async function checkCalm(browser, file) {
  await check('reduced motion: playing goes by weeks', async () => {
    const page = await browser.newPage({ reducedMotion: 'reduce' });
    await page.goto(pathToFileURL(file).href);
    await setDay(page, 0);
    await page.click('button[aria-pressed]');
    await page.waitForFunction(() => Number(document.querySelector('input[type=range]').value) > 0, null, { timeout: 5000 });
    need(Number(await page.inputValue('input[type=range]')) % 7 === 0, 'not by a week');
    await page.close();
  });
  await check('the security policy holds and nothing is refused', async () => {
    const page = await browser.newPage();
    const refused = [];
    page.on('console', (m) => refused.push(m.text()));
    await page.goto(pathToFileURL(file).href);
    await page.waitForSelector('main h2');
    need(refused.length === 0, refused.join('; '));
    const blocked = await page.evaluate(() => fetch('https://example.org/').then(() => false, () => true));
    need(blocked, 'a request was let through');
    await page.close();
  });
  await check('a statement opens to its readings, and leads to what contradicts it', async () => {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(file).href);
    await page.click('#s-C1 > summary');
    await page.waitForSelector('#s-C1 .strip', { timeout: 5000 });
    need((await page.textContent('#s-C1')).includes('82.5 to 87.5') && await page.locator('#s-C1 .strip').count() === 2, 'no readings');
    await page.click('#s-C1 a[href="#s-C2"]');
    await page.waitForFunction(() => document.getElementById('s-C2').open, null, { timeout: 5000 });
    need((await page.textContent('#statements')).includes('What ought to be'), 'the others are not listed');
    const pair = page.locator('#statements table[aria-label="Statements that contradict each other"] tbody tr');
    need(await pair.count() === 1 && /C1.*C2/s.test(await pair.textContent()), 'contradictions do not stand side by side, once');
    await page.close();
  });
  await check('text in the data stays text', async () => {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(file).href);
    need((await page.textContent('#record')).includes('</script><b>not markup</b>'), 'it is not shown');
    await page.close();
  });
}

function checkBuild(folder) {
  return check('a rebuild of web/ gives the committed template', () => {
    execFileSync(path.join(root, 'tools', 'build_web.sh'), [folder], { stdio: ['ignore', 'ignore', 'inherit'] });
    for (const name of ['template.html', 'template.c']) {
      need(fs.readFileSync(path.join(folder, name)).equals(fs.readFileSync(path.join(root, 'src', 'report', name))), `${name} differs: run tools/build_web.sh`);
    }
  });
}

async function main() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdout-web-'));
  const made = path.join(folder, 'fixture.html');
  const compared = path.join(folder, 'compared.html');
  writeFixture(path.join(root, 'src', 'report', 'template.html'), made);
  writeComparison(path.join(root, 'src', 'report', 'template.html'), compared);
  await checkBuild(folder);
  for (const lock of ['web', path.join('tests', 'web')]) {
    await check(`${lock}: the lock file names no registry`, () => need(!/resolved|https?:/.test(fs.readFileSync(path.join(root, lock, 'package-lock.json'), 'utf8')), 'it does'));
  }
  const browser = await launch();
  const files = [[made, 'made-up'], [compared, 'made-up comparison'], ...process.argv.slice(2).map((f) => [path.resolve(f), path.basename(path.dirname(path.resolve(f)))])];
  for (const [file, label] of files) for (const view of VIEWS) await checkView(browser, file, label, view);
  await checkCalm(browser, made);
  await browser.close();
  fs.rmSync(folder, { recursive: true });
  result();
}

await main();
