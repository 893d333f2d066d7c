#!/usr/bin/env bash
# Runs each fuzzer, as many at a time as there are processors: tests/fuzz/run.sh [SECONDS [BUILD]]. Fails on a finding (crash, leak, slow
# input). Seeds are read from corpus/NAME; what is found on the way stays in BUILD/fuzz-corpus and is used again.
set -euo pipefail
seconds=${1:-60}
here=$(cd "$(dirname "$0")" && pwd)
build=${2:-$here/../../build/fuzz}

# fuzz NAME: says what it did; exit code 1 on a finding
fuzz() {
    local program grown=$build/fuzz-corpus/$1 seeds=$here/corpus/${1#fuzz_} code=0
    program=$(find "$build" -type f -name "$1" -perm -u+x | head -n 1)
    [ -n "$program" ] || { echo "$1 is not built in $build" >&2; return 2; }
    mkdir -p "$grown"
    [ -d "$seeds" ] || seeds=
    "$program" "$grown" ${seeds:+"$seeds"} -dict="$here/scenario.dict" -max_total_time="$seconds" -max_len=8192 -timeout=5 \
        -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$grown-" 2>"$grown.log" || code=1
    echo "$1, $seconds s" "$(grep -aE '^stat::(number_of_executed_units|average_exec_per_sec|peak_rss_mb)|ERROR|SUMMARY' "$grown.log" | tr -s ' \n' ' ')"
    return $code
}
export -f fuzz
export seconds here build
printf '%s\n' "$here"/fuzz_*.c | xargs -n 1 basename -s .c | xargs -P "$(nproc)" -I NAME bash -c 'fuzz NAME'
