#!/usr/bin/env bash
# Two runs of a seed against each other: what is printed and written, and what is refused.
. "$(dirname "$0")/lib.sh"

three=$source_folder/tests/scenarios/three-bloc

# run_to FOLDER OPTION...
run_to() {
    local out=$1
    shift
    "$holdout" run "$three" --quiet --no-report -o "$out" "$@" >/dev/null
}
run_to runs/base -n 30
run_to runs/calm -n 30 --without assault
run_to runs/few -n 12 --without assault
run_to runs/short -n 30 --until 2031-05-15
run_to runs/other -n 5 --seed 12
"$holdout" run "$two" -n 5 --quiet --no-report -o runs/two >/dev/null

has() { grep -qF -- "$1" out || fail "not shown: $1"; }

table_has_means_difference_error_and_range() {
    try "$holdout" compare base calm
    expect 0 && [ ! -s err ] || return 1
    for text in "A = runs/base (30 replicates)" "B = runs/calm (30 replicates)" "Difference = B minus A, same seeds" \
        "without          A: none" "B: assault" "Districts controlled: League [districts]" "90 % of pairs" \
        "Capitals held: Rising [capitals]" "National capital fallen: Anchor Town [0 or 1]" "Killed: Council [persons]" \
        "Day of the fall of Anchor Town [days since the first day]"; do
        has "$text" || return 1
    done
    [ "$(grep -c '^  2031-06-30 ' out)" -eq "$(grep -c '^  date ' out)" ] || fail "not every observable has its last day"
}
folders_and_names_are_the_same_runs() {
    try "$holdout" compare base calm && mv out one
    try "$holdout" compare runs/base runs/calm
    expect 0 && cmp -s one out || fail "other text"
}
run_against_itself_differs_in_nothing() {
    try "$holdout" compare base base --json
    expect 0 && one_line out && is_json out || return 1
    [ "$(field out 'o.rows.every((r) => r.difference === 0 && r.q05 === 0 && r.share_above === 0)')" = true ] || fail "a difference" || return 1
    [ "$(field out 'Object.keys(o.differ_in).length')" = 0 ] || fail "facts that differ"
}
# The same number from the stores themselves.
json_agrees_with_the_stores() {
    try "$holdout" compare base calm --json
    expect 0 && one_line out && is_json out || return 1
    mean() { field "$1/summary.json" 'o.observables["districts_controlled.league"].mean.at(-1)'; }
    row='o.rows.find((r) => r.observable === "districts_controlled.league" && r.date === "2031-06-30")'
    [ "$(field out "Math.abs($row.mean_a - $(mean runs/base)) < 1e-6 && Math.abs($row.mean_b - $(mean runs/calm)) < 1e-6")" = true ] ||
        fail "other means than the summaries" || return 1
    [ "$(field out "Math.abs($row.mean_b - $row.mean_a - $row.difference) < 1e-9")" = true ] || fail "difference of other means" || return 1
    [ "$(field out 'o.national_capital.n_both + o.national_capital.n_only_a + o.national_capital.n_only_b + o.national_capital.n_neither')" = 30 ] ||
        fail "falls do not add up"
}
swapped_runs_turn_the_sign() {
    try "$holdout" compare base calm --json && mv out there
    try "$holdout" compare calm base --json
    [ "$(field there 'o.rows[0].difference')" = "$(field out '-o.rows[0].difference')" ] || fail "another size"
}
common_replicates_are_compared_with_a_note() {
    try "$holdout" compare base few
    expect 0 "holdout: A has 30 replicates, B 12; the first 12 are compared" && has "12 pairs of replicates" || return 1
    try "$holdout" compare base few --quiet
    expect 0 && [ ! -s err ]
}
common_days_are_compared_with_a_note() {
    try "$holdout" compare base short
    expect 0 "holdout: A ends on 2031-06-30, B on 2031-05-15; the days up to 2031-05-15 are compared" && has "2031-03-01 to 2031-05-15" &&
        ! grep -q '^  2031-06-30' out || fail "later days" || return 1
    try "$holdout" compare base short --json
    [ "$(field out 'o.rows.every((r) => r.difference === 0)')" = true ] || fail "the same days differ"
}
csv_has_a_row_for_each_observable_and_date() {
    try "$holdout" compare base calm --csv c.csv --json
    expect 0 || return 1
    [ "$(wc -l <c.csv)" -eq "$(field out 'o.rows.length + 2')" ] || fail "$(wc -l <c.csv) lines" || return 1
    head -n 1 c.csv | grep -q '^observable,unit,date,pairs,mean_a,mean_b,difference_b_minus_a,standard_error,q05,q95,' || fail "another head"
}
page_holds_its_data_and_names_no_network() {
    try "$holdout" compare base calm --html page.html
    expect 0 && grep -q '"comparison":{' page.html && ! grep -qE '(src|href)="https?:' page.html
}
endings_are_shown_if_the_runs_have_them() {
    try "$holdout" compare base calm --json
    if "$holdout" list observables --scenario "$three" | grep -q '^ending '; then
        [ "$(field out 'o.endings.pairs_a_by_b.flat().reduce((a, b) => a + b)')" = 30 ] || fail "they do not add up" || return 1
    else
        [ "$(field out o.endings)" = null ] || fail "endings of nothing" || return 1
    fi
}

refused() { # refused CODE LINE COMMAND...: one line, and nothing on stdout
    local wanted=$1 line=$2
    shift 2
    try "$@"
    [ "$code" -eq "$wanted" ] || fail "exit code $code, not $wanted" || return 1
    [ "$(cat err)" = "$line" ] || fail "not \"$line\"" || return 1
    [ ! -s out ] || fail "stdout is not empty"
}
other_seed_is_refused() {
    refused 2 'holdout: runs/base and runs/other are not paired: seed "11" and "12"; need the same' "$holdout" compare base other
}
other_scenario_is_refused() {
    refused 2 'holdout: runs/base and runs/two are not paired: scenario "three-bloc" and "two-bloc"; need the same' "$holdout" compare base two
}
missing_run_is_refused() {
    refused 2 'holdout: nowhere: no run there, nor in runs/nowhere' "$holdout" compare base nowhere
}
unfinished_run_is_refused() {
    "$holdout" run "$three" -n 1000000 --quiet --no-report -o runs/half >/dev/null 2>&1 &
    local job=$! n
    interrupt "$job" TERM 1
    wait "$job"
    try "$holdout" run "$three" -o runs/half
    n=$(sed -n 's/.*an unfinished run (\([0-9]*\) of 1000000 replicates).*/\1/p' err)
    [ "${n:-0}" -gt 0 ] || fail "no unfinished run to look at" || return 1
    refused 2 "holdout: runs/half: the run is not finished: $n of 1000000 replicates are stored" "$holdout" compare base half
}
file_that_cannot_be_written_is_a_failure() {
    refused 1 'holdout: no/such/c.csv: cannot be written: No such file or directory' "$holdout" compare base calm --csv no/such/c.csv
    try "$holdout" compare base calm --html no/such/p.html
    expect 1 "no/such/p.html" && [ ! -s out ]
}
two_runs_are_needed() {
    try "$holdout" compare
    expect 2 "which runs? Two folders, or NAMEs of runs/NAME" || return 1
    try "$holdout" compare base
    expect 2 "which runs? Two folders, or NAMEs of runs/NAME" || return 1
    try "$holdout" compare base calm few
    expect 2 'two runs, not also "few"'
}

claims table_has_means_difference_error_and_range folders_and_names_are_the_same_runs run_against_itself_differs_in_nothing \
    json_agrees_with_the_stores swapped_runs_turn_the_sign common_replicates_are_compared_with_a_note \
    common_days_are_compared_with_a_note csv_has_a_row_for_each_observable_and_date page_holds_its_data_and_names_no_network \
    endings_are_shown_if_the_runs_have_them other_seed_is_refused other_scenario_is_refused missing_run_is_refused \
    unfinished_run_is_refused file_that_cannot_be_written_is_a_failure two_runs_are_needed
