#!/usr/bin/env bash
# One digest of the real scenario over threads, builds, compilers, processors' functions in libc, and a killed and resumed run.
. "$(dirname "$0")/lib.sh"
n=${HO_DETERMINISM_N:-60}
builds=$source_folder/build/determinism
scenario=$source_folder/scenarios/afghanistan-2021

# build NAME COMPILER FLAGS
build() {
    cmake -S "$source_folder" -B "$builds/$1" -G Ninja -DHO_TESTS=OFF -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_COMPILER="$2" \
        -DCMAKE_C_FLAGS_RELEASE="$3" >log 2>&1 && cmake --build "$builds/$1" --target holdout >>log 2>&1 || {
        tail -n 20 log
        return 1
    }
}
# same NAME COMMAND...: the run of this program has the digest of the first
same() {
    name=$1
    shift
    try "$@" run "$scenario" -n "$n" --quiet --no-report -o "$name" ${threads:+--threads $threads}
    expect 0 || return 1
    [ "$(digest_of "$name")" = "$digest" ] || fail "$name: another digest"
}

try "$holdout" run "$scenario" -n "$n" --threads 1 --quiet --no-report -o first
expect 0 || exit 1
digest=$(digest_of first)
threads=

two_threads() { threads=2 same t2 "$holdout"; }
eight_threads() { threads=8 same t8 "$holdout"; }
gcc_o2() { build gcc-O2 gcc -O2 && same gcc-O2 "$builds/gcc-O2/holdout"; }
gcc_o0() { build gcc-O0 gcc -O0 && same gcc-O0 "$builds/gcc-O0/holdout"; }
clang_o2() { build clang-O2 clang -O2 && same clang-O2 "$builds/clang-O2/holdout"; }
gcc_for_newer_processors() {
    grep -qw avx2 /proc/cpuinfo && grep -qw fma /proc/cpuinfo || return 0
    build gcc-v3 gcc "-O3 -march=x86-64-v3" && same gcc-v3 "$builds/gcc-v3/holdout"
}
functions_of_older_processors() {
    same masked env GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX512F,-AVX512VL,-AVX2_Usable,-FMA_Usable "$holdout"
}
another_locale() { same locale env LC_ALL=de_DE.UTF-8 LANG=tr_TR.UTF-8 "$holdout"; }
killed_and_resumed() {
    for moment in 0.3 0.7 1.3; do
        "$holdout" run "$scenario" -n "$n" --quiet --no-report -o killed --resume >/dev/null 2>&1 &
        child=$!
        sleep $moment
        kill -KILL $child 2>/dev/null
        wait $child 2>/dev/null
    done
    try "$holdout" run "$scenario" -n "$n" --quiet --no-report -o killed --resume
    expect 0 && [ "$(digest_of killed)" = "$digest" ]
}

claims two_threads eight_threads gcc_o2 gcc_o0 clang_o2 gcc_for_newer_processors functions_of_older_processors another_locale \
    killed_and_resumed
