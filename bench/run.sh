#!/bin/sh
# Measures speed and memory; writes OUT/day.csv, OUT/flee.csv and OUT/runs.csv and prints them. Asserts nothing; takes one to two minutes.
# usage: bench/run.sh [BUILD_FOLDER [OUT_FOLDER]]   (default: build/release, BUILD_FOLDER/bench)
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-$here/build/release}
out=${2:-$build/bench}
scenario=$here/scenarios/afghanistan-2021
mkdir -p "$out"
[ -f "$build/build.ninja" ] || cmake -S "$here" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_C_FLAGS_RELEASE="-O2 -DNDEBUG" >&2
cmake --build "$build" --target holdout bench_day bench_flee bench_measure >&2
day=$build/bench/bench_day
measure="$build/bench/bench_measure"
[ -d "$out/lattice-10000" ] || python3 "$here/tools/make_lattice.py" 10000 "$out/lattice-10000" >&2

# A day by mechanism. Both scenarios in one run, the small one twice, so that ratios can be trusted where the machine is noisy.
{
    "$day" "$scenario" 100
    "$day" "$out/lattice-10000" 4 | tail -n +2
    "$day" "$scenario" 100 | tail -n +2
} >"$out/day.csv"

# A run of each case of FLEE, where they lie beside the repository, and of networks with more and more people.
"$build/bench/bench_flee" "$here/../shared/flee" >"$out/flee.csv"

# Whole commands: one replicate of one day, then ensembles of ten days for memory at 100, 1,000 and 10,000 replicates.
{
    echo label,wall_s,cpu_s,max_rss_mib
    "$measure" "1 replicate of 1 day" "$build/holdout" run "$scenario" -n 1 --until 2021-05-01 -q --no-report --overwrite \
        -o "$out/run" 2>"$out/log"
    for n in 100 1000 10000; do
        "$measure" "$n replicates of 10 days" "$build/holdout" run "$scenario" -n $n --until 2021-05-10 -q --no-report \
            --overwrite -o "$out/run" 2>"$out/log"
    done
    "$measure" "200 replicates of 153 days on 1 thread" "$build/holdout" run "$scenario" -n 200 --threads 1 -q --no-report \
        --overwrite -o "$out/run" 2>"$out/log"
    "$measure" "200 replicates of 153 days on 1 thread with page" "$build/holdout" run "$scenario" -n 200 --threads 1 -q \
        --overwrite -o "$out/run" 2>"$out/log"
} >"$out/runs.csv"
rm -rf "$out/run"
cat "$out/day.csv" "$out/flee.csv" "$out/runs.csv"
