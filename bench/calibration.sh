#!/bin/sh
# Measures a calibration of 100,000 simulations, screening included; writes OUT/calibration.csv and prints it. Asserts nothing; takes some
# five minutes on two idle cores. So many effective particles are asked for that it does not end before.
# usage: bench/calibration.sh [BUILD_FOLDER [OUT_FOLDER]]   (default: build/release, BUILD_FOLDER/bench)
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-$here/build/release}
out=${2:-$build/bench}
mkdir -p "$out"
[ -f "$build/build.ninja" ] || cmake -S "$here" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_C_FLAGS_RELEASE="-O2 -DNDEBUG" >&2
cmake --build "$build" --target holdout bench_measure >&2
{
    echo label,wall_s,cpu_s,max_rss_mib
    "$build/bench/bench_measure" "calibration, 100000 simulations of 66 days" "$build/holdout" calibrate "$here/scenarios/afghanistan-2021" \
        --known-by 2021-07-05 -n 100000 --effective 5000 --threads 2 -o "$out/calibrated" -q 2>"$out/log"
} >"$out/calibration.csv"
rm -rf "$out/calibrated"
cat "$out/calibration.csv"
