#!/usr/bin/env bash
# Runs each fuzzer: tests/fuzz/run.sh [SECONDS [BUILD]]. Fails on the first finding (crash, leak, slow input).
# Seeds are read from corpus/NAME; what is found on the way stays in BUILD/fuzz-corpus and is used again.
set -euo pipefail
seconds=${1:-60}
here=$(cd "$(dirname "$0")" && pwd)
build=${2:-$here/../../build/fuzz}
found=0
for source in "$here"/fuzz_*.c; do
    fuzzer=$(basename "$source" .c)
    program=$(find "$build" -type f -name "$fuzzer" -perm -u+x | head -n 1)
    [ -n "$program" ] || { echo "$fuzzer is not built in $build" >&2; exit 2; }
    grown=$build/fuzz-corpus/$fuzzer
    mkdir -p "$grown"
    seeds=$here/corpus/${fuzzer#fuzz_}
    [ -d "$seeds" ] || seeds=
    echo "$fuzzer, $seconds s"
    "$program" "$grown" ${seeds:+"$seeds"} -dict="$here/scenario.dict" -max_total_time="$seconds" -max_len=8192 -timeout=5 \
        -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$grown-" 2>"$grown.log" || found=1
    grep -E '^stat::(number_of_executed_units|average_exec_per_sec|peak_rss_mb)|ERROR|SUMMARY' "$grown.log" || true
done
exit $found
