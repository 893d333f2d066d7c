#!/bin/sh
# Rebuilds src/report/template.html and template.c from web/ (needs Node and npm; building holdout needs neither).
# usage: tools/build_web.sh [OUT_FOLDER]
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
out=${1:-$here/src/report}
mkdir -p "$out"
out=$(cd "$out" && pwd)
cd "$here/web"
[ -d node_modules ] || npm ci --ignore-scripts --no-audit --no-fund
npx --no-install tsc --noEmit
node build.mjs "$out"
