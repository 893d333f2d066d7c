// Builds the two pages: the report's template, one HTML file with style and script inside and the same bytes as a C array, and the
// viewer's four files as the server sends them.
//
// usage: node build.mjs [REPORT_FOLDER [VIEWER_FOLDER]]       (default ../src/report and ../server/assets)
//
// Output: template.html and template.c; index.html, app.js, app.css and icon.svg. The marker @HOLDOUT_DATA@ in the template is where the program puts a run's data. The same
// input gives the same bytes on every machine: no dates, no paths, versions pinned by the lock file.

import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const here = path.dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? path.join(here, '..', 'src', 'report');
const viewer = process.argv[3] ?? (process.argv[2] ? path.join(out, 'assets') : path.join(here, '..', 'server', 'assets'));
const LINE_BYTES = 100;

async function bundle(entry) {
  const result = await build({
    absWorkingDir: here,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    target: ['es2020'],
    format: 'iife',
    charset: 'ascii',
    legalComments: 'none',
    logLevel: 'warning',
  });
  return result.outputFiles[0].text.trim();
}

/** Bytes as adjacent C string literals; every byte outside printable ASCII, and ? (trigraphs), as octal. */
function cArray(bytes) {
  const lines = [];
  for (let at = 0; at < bytes.length; at += LINE_BYTES) {
    let text = '';
    for (const byte of bytes.subarray(at, at + LINE_BYTES)) {
      const c = String.fromCharCode(byte);
      if (c === '"' || c === '\\') text += `\\${c}`;
      else if (byte < 32 || byte > 126 || c === '?') text += `\\${byte.toString(8).padStart(3, '0')}`;
      else text += c;
    }
    lines.push(`    "${text}"`);
  }
  return `/* Made from web/ by tools/build_web.sh; do not edit. The page that a run's data is put into. */
#include "report/template.h"

const size_t ho_report_template_size = ${bytes.length};
const char ho_report_template[] =
${lines.join('\n')};
`;
}

const script = await bundle('src/main.ts');
const style = await bundle('style.css');
if (/<\/(script|style)/i.test(script + style)) throw new Error('script or style would end its own element');
const html = fs.readFileSync(path.join(here, 'page.html'), 'utf8')
  .replace('@STYLE@', () => style)
  .replace('@SCRIPT@', () => script);
if (html.split('@HOLDOUT_DATA@').length !== 2) throw new Error('page.html: need the data marker exactly once');
fs.mkdirSync(out, { recursive: true });
const bytes = Buffer.from(html, 'utf8');
fs.writeFileSync(path.join(out, 'template.html'), bytes);
fs.writeFileSync(path.join(out, 'template.c'), cArray(bytes));
process.stdout.write(`${out}: template.html ${bytes.length} bytes\n`);

fs.mkdirSync(viewer, { recursive: true });
for (const [name, text] of [['app.js', await bundle('src/viewer.ts')], ['app.css', await bundle('app.css')]]) fs.writeFileSync(path.join(viewer, name), `${text}\n`);
for (const name of ['index.html', 'icon.svg']) fs.copyFileSync(path.join(here, name), path.join(viewer, name));
const sizes = fs.readdirSync(viewer).map((name) => fs.readFileSync(path.join(viewer, name))).map((b) => [b.length, gzipSync(b).length]);
process.stdout.write(`${viewer}: ${sizes.reduce((n, [a]) => n + a, 0)} bytes, ${sizes.reduce((n, [, b]) => n + b, 0)} compressed\n`);
