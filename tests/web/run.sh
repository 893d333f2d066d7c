#!/bin/sh
# Tests report pages in Chromium (Debian's chromium, or CHROMIUM=...). Needs Node, npm and the npm registry or its cache.
# usage: tests/web/run.sh [REPORT.html ...]      a made-up report is always tested as well
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ -d "$here/node_modules" ] || (cd "$here" && npm ci --ignore-scripts --no-audit --no-fund >&2)
exec node "$here/test_report.mjs" "$@"
