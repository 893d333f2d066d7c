#!/bin/sh
# Tests report pages and the viewer in Chromium (Debian's chromium, or CHROMIUM=...). Needs Node, npm and the npm registry or its cache.
# usage: tests/web/run.sh [REPORT.html ...]      a made-up report is always tested as well
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ -d "$here/node_modules" ] || (cd "$here" && npm ci --ignore-scripts --no-audit --no-fund >&2)
said=$(mktemp)
trap 'rm -f "$said"' EXIT
for test in test_report test_viewer; do
    node "$here/$test.mjs" "$@" | tee -a "$said" | grep -vE '^[0-9]+ passed, [0-9]+ failed$' || true
done
awk '/^[0-9]+ passed, [0-9]+ failed$/ { n++; passed += $1; failed += $3 } END {
    if (n < 2) failed++      # one of them did not come to its end
    print passed + 0 " passed, " failed + 0 " failed"; exit failed > 0 }' "$said"
