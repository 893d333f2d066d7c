// A server to test the viewer with: the one at VIEWER_URL, or `holdout serve` on a run made for it.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execFileSync, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const N_REPLICATE = '120'; // more than the pairs of a what-if, 100
const WAIT_MS = 30000;

/** The newest program built here, or HOLDOUT. */
function program() {
  const built = process.env.HOLDOUT ? [process.env.HOLDOUT] : ['dev', 'release'].map((p) => path.join(root, 'build', p, 'holdout')).filter((f) => fs.existsSync(f))
    .sort((a, b) => fs.statSync(b).mtimeMs - fs.statSync(a).mtimeMs);
  if (!built.length) throw new Error('no program in build/dev or build/release; HOLDOUT names one');
  return built[0];
}

/** Resolves to {url, stop}: the address, and what ends it. */
export async function startServer() {
  if (process.env.VIEWER_URL) return { url: process.env.VIEWER_URL, stop: () => undefined };
  const holdout = program();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdout-serve-'));
  const scenario = path.join(root, 'scenarios', 'afghanistan-2021');
  const base = path.join(folder, 'runs', 'base');
  const make = (out, more) => execFileSync(holdout, ['run', scenario, '-n', N_REPLICATE, '--quiet', '--no-report', ...more, '-o', out], { cwd: folder, stdio: 'ignore' });
  make(base, []);
  make(path.join(folder, 'runs', 'june'), ['--what-if', 'capitals-from-june']);
  const flee = [process.env.FLEE_CASE, path.join(root, '..', 'shared', 'flee', 'mali2012')].find((f) => f && fs.existsSync(f));
  const child = spawn(holdout, ['serve', base, `--scenario=${scenario}`, '--no-browser', ...(flee ? [`--flee=${flee}`] : [])], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const url = await new Promise((done, fail) => {
    let said = '';
    const see = (chunk) => {
      said += chunk;
      const found = said.match(/http:\/\/(127\.0\.0\.1|localhost):\d+\/?/);
      if (found) done(found[0].replace(/\/?$/, '/'));
    };
    child.stdout.on('data', see);
    child.stderr.on('data', see);
    child.on('exit', () => fail(new Error(`holdout serve ended: ${said}`)));
    setTimeout(() => fail(new Error(`holdout serve gives no address: ${said}`)), WAIT_MS).unref();
  });
  return { url, stop: () => { child.removeAllListeners('exit'); child.kill('SIGTERM'); fs.rmSync(folder, { recursive: true }); } };
}
