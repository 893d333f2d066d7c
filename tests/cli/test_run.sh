#!/usr/bin/env bash
# A run from the command line: what it prints and leaves, and what it refuses to write over.
. "$(dirname "$0")/lib.sh"

run_leaves_store_summary_and_report() {
    try "$holdout" run "$two" -n 8 -o a
    expect 0 && [ -s a/run.sqlite ] && [ -s a/summary.json ] && [ -s a/report.html ] && is_json a/summary.json || return 1
    [ "$(ls a | wc -l)" -eq 3 ] || fail "also there: $(ls a)"
}
run_goes_to_runs_and_the_name_by_default() {
    try "$holdout" run "$two" -n 2 --quiet --no-report
    expect 0 && [ -s runs/two-bloc/summary.json ] && [ ! -e runs/two-bloc/report.html ]
}
table_has_record_bands_capitals_holdout_and_digest() {
    try "$holdout" run "$two" -n 8 -o a --quiet
    expect 0 || return 1
    for text in "90 % band" "districts_controlled.reeds" "Falls of capitals" "the national capital, has fallen" "holds" \
        "Monte-Carlo error" "digest      $(digest_of a)"; do
        grep -qF -- "$text" out || fail "not in the table: $text" || return 1
    done
}
quiet_says_nothing() { try "$holdout" run "$two" -n 3 -o quiet --quiet; expect 0 && [ ! -s err ]; }
json_is_one_line_and_nothing_else() {
    try "$holdout" run "$two" -n 3 -o json --json --quiet
    expect 0 && one_line out && is_json out && [ "$(field out o.replicates)" = 3 ] && [ "$(field out o.digest)" = "$(digest_of json)" ]
}
progress_is_lines_where_stderr_is_no_terminal() {
    try "$holdout" run "$two" -n 20 -o lines
    expect 0 "20 of 20 replicates" && ! grep -q "$(printf '\r')" err && ! grep -q "$(printf '\033')" err
}
progress_is_a_bar_on_a_terminal() {
    script -qec true /dev/null >/dev/null 2>&1 || return 0 # no terminal to be had
    TERM=xterm script -qec "$holdout run $two -n 300 -o bar >/dev/null" typescript >/dev/null 2>&1
    grep -q "left" typescript && grep -q '#' typescript || { fail "no bar"; return 1; }
    TERM=xterm NO_COLOR=1 script -qec "$holdout run $two -n 300 -o bar >/dev/null" typescript >/dev/null 2>&1
    ! grep -q "$(printf '\033')\[3" typescript || fail "colour in spite of NO_COLOR"
}
summary_has_every_observable_by_day() {
    try "$holdout" run "$two" -n 8 -o a --quiet
    [ "$(field a/summary.json 'Object.values(o.observables).every(x => ["dates","mean","q05","q25","q50","q75","q95","mcse"].every(k => x[k].length === 123))')" = true ] || fail "columns differ in length" || return 1
    [ "$(field a/summary.json '["districts_controlled","districts_contested","centres_held","capitals_held","area_share","people_share"].every(k => o.observables[k + ".reeds"])')" = true ] || fail "an observable is missing" || return 1
    [ "$(field a/summary.json 'Object.values(o.capitals).every(c => c.pcode && c.p_fallen_by["2030-08-31"] >= 0)')" = true ] || fail "capitals"
}
replicates_are_distinct() { try "$holdout" run "$two" -n 50 -o distinct --quiet; [ "$(field distinct/summary.json o.n_distinct)" = 50 ]; }
seed_changes_the_digest_and_the_same_seed_does_not() {
    for seed in 1 1 2; do
        "$holdout" run "$two" -n 5 -o "s" --seed $seed --quiet --no-report >/dev/null 2>&1
        digest_of s >>seeds
    done
    [ "$(sort -u seeds | wc -l)" -eq 2 ] && [ "$(head -n 2 seeds | sort -u | wc -l)" -eq 1 ]
}
settings_and_switches_are_told_in_the_summary() {
    try "$holdout" run "$two" -n 3 -o set --quiet --set contact_rate=0.5 --without surrender --known-by 2030-05-01
    expect 0 && [ "$(field set/summary.json 'o.settings[0] + " " + o.without[0] + " " + o.known_by + " " + o.parameters_changed[0].name')" = \
        "contact_rate=0.5 surrender 2030-05-01 contact_rate" ]
}
ledger_is_checked_if_asked() { try "$holdout" run "$two" -n 10 -o ledger --check --quiet; expect 0; }

finished_run_of_the_same_scenario_is_replaced_with_a_note() {
    "$holdout" run "$two" -n 2 -o again --quiet >/dev/null
    try "$holdout" run "$two" -n 3 -o again
    expect 0 "replacing the finished run in again" && [ "$(field again/summary.json o.replicates)" = 3 ]
}
run_of_another_scenario_is_not_touched() {
    "$holdout" run "$two" -n 2 -o other --quiet >/dev/null
    before=$(sha256sum other/*)
    try "$holdout" run "$source_folder/tests/scenarios/three-bloc" -n 2 -o other
    expect 2 'holds a run of scenario "two-bloc"' && one_line err && [ "$before" = "$(sha256sum other/*)" ] || return 1
    try "$holdout" run "$source_folder/tests/scenarios/three-bloc" -n 2 -o other --overwrite --quiet
    expect 0 && [ "$(field other/summary.json o.scenario)" = three-bloc ]
}
resume_of_another_identity_is_refused_by_what_differs() {
    "$holdout" run "$two" -n 2 -o identity --quiet >/dev/null
    try "$holdout" run "$two" -n 2 -o identity --resume --seed 99
    expect 2 'its seed is "7", asked for "99"' || return 1
    try "$holdout" run "$two" -n 2 -o identity --resume --until 2030-06-30
    expect 2 'its until is "2030-08-31", asked for "2030-06-30"' || return 1
    try "$holdout" run "$two" -n 1 -o identity --resume
    expect 2 "resuming can only raise them"
}
resume_raises_replicates_to_the_digest_of_a_larger_run() {
    "$holdout" run "$two" -n 10 -o small --quiet --no-report >/dev/null
    "$holdout" run "$two" -n 25 -o large --quiet --no-report >/dev/null
    try "$holdout" run "$two" -n 25 -o small --resume --quiet --no-report
    expect 0 && [ "$(digest_of small)" = "$(digest_of large)" ]
}
resume_of_a_finished_run_changes_nothing() {
    "$holdout" run "$two" -n 10 -o done --quiet --no-report >/dev/null
    before=$(digest_of done)
    try "$holdout" run "$two" -o done --resume --quiet --no-report
    expect 0 && [ "$before" = "$(digest_of done)" ] && [ "$(field done/summary.json o.replicates)" = 10 ]
}
output_that_is_a_file_is_refused() {
    echo precious >file
    try "$holdout" run "$two" -n 2 -o file
    expect 1 "file: is a file, not a folder" && one_line err && [ "$(cat file)" = precious ] || return 1
    try "$holdout" run "$two" -n 2 -o file/below
    expect 1 "file: is a file, not a folder"
}
foreign_database_is_not_touched() {
    mkdir -p foreign && head -c 4096 /dev/urandom >foreign/run.sqlite
    before=$(sha256sum foreign/run.sqlite)
    for how in "" --resume --overwrite; do
        # shellcheck disable=SC2086
        try "$holdout" run "$two" -n 2 -o foreign $how
        expect 2 "not a run of holdout" && one_line err && [ "$before" = "$(sha256sum foreign/run.sqlite)" ] || return 1
    done
}
report_is_written_again_from_the_run() {
    "$holdout" run "$two" -n 4 -o page --quiet >/dev/null
    cp page/report.html first.html && rm page/report.html
    try "$holdout" report page --scenario "$two"
    expect 0 && cmp -s first.html page/report.html || fail "another page"
}
why_tells_of_a_run_by_its_own_settings() {
    "$holdout" run "$two" -n 4 -o why --quiet --no-report --seed 11 >/dev/null
    for k in 0 1 2 3; do
        "$holdout" why VB03 --replicate $k why --scenario "$two" --json >why.json || return 1
        is_json why.json && [ "$(field why.json o.seed)" = 11 ] || return 1
    done
    try "$holdout" why VB03 --replicate 4 why --scenario "$two"
    expect 2 "why has replicates 0 to 3"
}
why_and_the_store_tell_the_same_changes() {
    command -v node >/dev/null || return 0
    "$holdout" run "$two" -n 4 -o same --quiet --no-report >/dev/null
    n=$(field same/summary.json 'o.replicates')
    [ "$n" = 4 ] || return 1
    total=0
    for pcode in $(cut -d, -f1 "$two/districts.csv" | tail -n +2); do
        "$holdout" why "$pcode" --replicate 2 same --scenario "$two" --json >w.json || return 1
        total=$((total + $(field w.json o.n_changes)))
    done
    [ "$total" -gt 0 ] || fail "no change of hands in replicate 2"
}
# Largest resident memory of a run, in kB, as far as it is seen before the end.
peak_kb() {
    "$holdout" run "$two" -n "$1" -o memory --overwrite --quiet --no-report --until 2030-05-20 >/dev/null &
    child=$!
    peak=0
    while now=$(sed -nE 's/^VmHWM:[^0-9]*([0-9]+).*/\1/p' /proc/$child/status 2>/dev/null) && [ -n "$now" ]; do
        peak=$now
        sleep 0.02
    done
    wait $child && [ -s memory/summary.json ] && echo "$peak"
}
memory_is_flat_and_under_50_mb() {
    ! grep -q __asan_init "$holdout" && ! grep -q __tsan_init "$holdout" || return 0
    few=$(peak_kb 100) && many=$(peak_kb 10000) || return 1
    [ "$many" -lt 51200 ] && [ $((many - few)) -lt 12288 ] || fail "$few kB with 100 replicates, $many kB with 10,000"
}

claims run_leaves_store_summary_and_report run_goes_to_runs_and_the_name_by_default \
    table_has_record_bands_capitals_holdout_and_digest quiet_says_nothing json_is_one_line_and_nothing_else \
    progress_is_lines_where_stderr_is_no_terminal progress_is_a_bar_on_a_terminal summary_has_every_observable_by_day \
    replicates_are_distinct seed_changes_the_digest_and_the_same_seed_does_not settings_and_switches_are_told_in_the_summary \
    ledger_is_checked_if_asked finished_run_of_the_same_scenario_is_replaced_with_a_note run_of_another_scenario_is_not_touched \
    resume_of_another_identity_is_refused_by_what_differs resume_raises_replicates_to_the_digest_of_a_larger_run \
    resume_of_a_finished_run_changes_nothing output_that_is_a_file_is_refused foreign_database_is_not_touched \
    report_is_written_again_from_the_run why_tells_of_a_run_by_its_own_settings why_and_the_store_tell_the_same_changes \
    memory_is_flat_and_under_50_mb
