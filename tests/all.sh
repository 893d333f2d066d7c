#!/usr/bin/env bash
# Every test there is: tests/all.sh. Ends with a line "N passed, N failed" over all of them; exit code 1 if any failed.
#   dev     all unit, science and command-line tests (gcc, warnings are errors)
#   asan    the same but for resuming, determinism, the tutorial and the longest statistics, under AddressSanitizer and UndefinedBehaviorSanitizer (clang)
#   tsan    quick tests, an ensemble on four threads and the server under ThreadSanitizer (clang)
#   fuzz    each parser and whole scenarios, HO_FUZZ_SECONDS (45) each
#   web     the report pages and the viewer in a browser
set -uo pipefail
cd "$(dirname "$0")/.."
n_passed=0
n_failed=0
failed=()
began=$SECONDS

say() { printf '\n== %s (%d s)\n' "$*" $((SECONDS - began)); }

# one NAME COMMAND...: a command that counts as one test
one() {
    local name=$1
    shift
    if "$@"; then
        n_passed=$((n_passed + 1))
    else
        n_failed=$((n_failed + 1))
        failed+=("$name")
    fi
}

# counted NAME COMMAND...: a command that ends with a line "N passed, N failed" of its own
counted() {
    local name=$1 line
    shift
    "$@" 2>&1 | tee build/"$name".log
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' build/"$name".log | tail -n 1)
    n_passed=$((n_passed + $(echo "${line:-0 passed}" | cut -d' ' -f1)))
    if [ -z "$line" ] || [ "${line##*, }" != "0 failed" ]; then
        n_failed=$((n_failed + $(echo "${line:-0 passed, 1 failed}" | cut -d' ' -f3)))
        failed+=("$name")
    fi
}

# build PRESET
build() {
    cmake --preset "$1" >build/"$1".log 2>&1 && cmake --build --preset "$1" >>build/"$1".log 2>&1 || {
        tail -n 40 build/"$1".log
        return 1
    }
}

# tests PRESET CTEST-OPTION...: adds ctest's counts
tests() {
    local preset=$1 log=build/$1-tests.log
    shift
    ctest --test-dir build/"$preset" -j "$(nproc)" --output-on-failure "$@" 2>&1 | tee -a "$log" | grep -vE '^ *Start '
    local n_fail n_all
    read -r n_fail n_all < <(sed -nE 's/.* tests passed, ([0-9]+) tests? failed out of ([0-9]+).*/\1 \2/p' "$log" | tail -n 1)
    n_failed=$((n_failed + ${n_fail:-1}))
    n_passed=$((n_passed + ${n_all:-0} - ${n_fail:-0}))
    [ "${n_fail:-1}" -eq 0 ] || failed+=("$preset tests (see $log)")
}

# stage PRESET CTEST-OPTION...
stage() {
    local preset=$1
    say "$preset: build"
    rm -f build/"$preset"-tests.log
    local before=$n_failed
    one "$preset build" build "$preset"
    [ "$n_failed" -eq "$before" ] || return
    say "$preset: tests"
    tests "$@"
}

tsan_run() {
    rm -rf build/tsan-run
    build/tsan/holdout run afghanistan-2021 -n 12 --threads 4 --quiet --no-report -o build/tsan-run >/dev/null
}

mkdir -p build
stage dev
# what asan looks for does not need the long statistics
stage asan -E 'determinism|resume|test_(off|holdout|dose|prior|realism|steps|replicates|structure|flee_law|flee_fit|recovery|math|tutorial)$'
stage tsan -L quick
if [ -x build/tsan/holdout ]; then
    say "tsan: an ensemble on four threads"
    one "tsan ensemble" tsan_run
    say "tsan: the server"
    one "tsan server" bash tests/cli/test_serve.sh build/tsan/holdout
fi
say "fuzz: build"
one "fuzz build" build fuzz
say "fuzz: ${HO_FUZZ_SECONDS:-45} s each"
one "fuzz" bash tests/fuzz/run.sh "${HO_FUZZ_SECONDS:-45}"
say "web"
web_report() { build/dev/holdout run afghanistan-2021 -n 20 --quiet -o build/web-run >/dev/null; }
rm -rf build/web-run
one "a report to look at" web_report
counted web sh tests/web/run.sh build/web-run/report.html

say "done"
for name in "${failed[@]}"; do
    echo "FAILED $name"
done
echo "$n_passed passed, $n_failed failed"
[ "$n_failed" -eq 0 ]
