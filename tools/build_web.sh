#!/bin/sh
# Rebuilds src/report/template.html and template.c, and server/assets, from web/ (needs Node and npm; building holdout needs neither).
# usage: tools/build_web.sh [OUT_FOLDER]      (the template there, the assets in OUT_FOLDER/assets)
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
out=${1:-$here/src/report}
viewer=${1:+$1/assets}
viewer=${viewer:-$here/server/assets}
mkdir -p "$out" "$viewer"
out=$(cd "$out" && pwd)
viewer=$(cd "$viewer" && pwd)
cd "$here/web"
[ -d node_modules ] || npm ci --ignore-scripts --no-audit --no-fund
npx --no-install tsc --noEmit
node build.mjs "$out" "$viewer"
