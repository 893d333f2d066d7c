#!/usr/bin/env bash
# Installs the Debian packages that building (build) or testing (test) needs, if any is missing; says which first. Root does it
# directly, others through sudo; with nothing missing neither is touched.
# usage: tools/packages.sh build|test
set -euo pipefail
build=(build-essential cmake ninja-build pkgconf libfyaml-dev libcsv-dev libjansson-dev libsqlite3-dev librandom123-dev libmd-dev libmicrohttpd-dev zlib1g-dev)
test=("${build[@]}" libcmocka-dev libmpfr-dev libgmp-dev sqlite3 zsh clang libclang-rt-14-dev nodejs npm chromium python3-jsonschema python3-yaml)
case ${1:-} in
    build) wanted=("${build[@]}") ;;
    test) wanted=("${test[@]}") ;;
    *) echo "usage: tools/packages.sh build|test" >&2; exit 2 ;;
esac

# Some programs come from elsewhere than Debian: what is on the path need not be installed.
declare -A program=([cmake]=cmake [ninja-build]=ninja [pkgconf]=pkg-config [sqlite3]=sqlite3 [zsh]=zsh [clang]=clang [nodejs]=node [npm]=npm [chromium]=chromium)
there() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ] && return
    [ -n "${program[$1]:-}" ] && command -v "${program[$1]}" >/dev/null
}

missing=()
for package in "${wanted[@]}"; do
    there "$package" || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0
echo "installing with apt-get: ${missing[*]}"
if [ "$(id -u)" -eq 0 ]; then
    sudo=()
elif command -v sudo >/dev/null; then
    sudo=(sudo)
else
    echo "these packages are missing, and this is neither root nor is there sudo; install them and try again" >&2
    exit 1
fi
"${sudo[@]}" apt-get update -q
"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"
