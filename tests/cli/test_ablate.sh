#!/usr/bin/env bash
# Switching mechanisms off: what is printed and written, the same for any number of threads, and what is refused.
. "$(dirname "$0")/lib.sh"

three=$source_folder/tests/scenarios/three-bloc

has() { grep -qF -- "$1" out || fail "not shown: $1"; }
n_mechanism=$("$holdout" list mechanisms --json | node -e 'console.log(JSON.parse(require("fs").readFileSync(0, "utf8")).length)')

table_has_a_row_for_each_mechanism() {
    try "$holdout" ablate "$three" -n 6 --quiet
    expect 0 && [ ! -s err ] || return 1
    [ "$(grep -cE '(detected|small)$' out)" -eq "$n_mechanism" ] || fail "not $n_mechanism rows" || return 1
    has "off minus on, same seeds, +- its standard error" && has "capital lost" && has "smallest effect" && has "main challenger" &&
        has "*: beyond 3 standard errors and beyond the smallest effect"
}
json_is_one_line_with_what_off_means() {
    try "$holdout" ablate "$three" -n 6 --quiet --json
    expect 0 && one_line out && is_json out || return 1
    [ "$(field out o.mechanisms.length)" = "$n_mechanism" ] || fail "$(field out o.mechanisms.length) mechanisms" || return 1
    [ "$(field out 'o.mechanisms.every((m) => "off" in m && m.effects.length === 5 && ["detected", "small"].includes(m.verdict))')" = true ] ||
        fail "a mechanism lacks something" || return 1
    "$holdout" list mechanisms --json >named
    [ "$(field out 'o.mechanisms.find((m) => m.mechanism === "takeover").off')" = "$(field named 'o.find((m) => m.name === "takeover").off')" ] ||
        fail "takeover says otherwise" || return 1
    [ "$(field out 'o.measures.map((m) => m.unit).join()')" = districts,districts,probability,probability,persons ] || fail "other units"
}
verdict_follows_from_the_numbers() {
    try "$holdout" ablate "$three" -n 40 --quiet --json
    expect 0 || return 1
    [ "$(field out 'o.mechanisms.every((m) => {
        const marks = m.effects.map((e, k) => Math.abs(e.change) > 3 * e.se && Math.abs(e.change) > o.measures[k].smallest_effect);
        return marks.every((x, k) => x === m.effects[k].marked) && (m.verdict === "detected") === marks.includes(true);
    })')" = true ] || fail "another verdict" || return 1
    [ "$(field out 'o.mechanisms.find((m) => m.mechanism === "takeover").verdict')" = detected ] || fail "nobody takes over and nothing changes"
}
# The same as two runs compared.
effect_is_the_difference_of_two_runs() {
    try "$holdout" ablate "$three" -n 15 --only assault --quiet --json && mv out ablated
    "$holdout" run "$three" -n 15 --quiet --no-report -o runs/on >/dev/null
    "$holdout" run "$three" -n 15 --quiet --no-report -o runs/off --without assault >/dev/null
    try "$holdout" compare on off --json
    expect 0 || return 1
    who=$(field ablated o.main_challenger)
    row="o.rows.find((r) => r.observable === 'districts_controlled.$who' && r.date === '2031-06-30')"
    [ "$(field out "$row.difference")" = "$(field ablated 'o.mechanisms[0].effects[0].change')" ] &&
        [ "$(field out "$row.se")" = "$(field ablated 'o.mechanisms[0].effects[0].se')" ] || fail "another difference or error"
}
threads_change_nothing() {
    try "$holdout" ablate "$three" -n 9 --quiet --threads 1 && mv out one
    try "$holdout" ablate "$three" -n 9 --quiet --threads 3
    cmp -s one out || fail "other text"
}
only_restricts_and_without_holds_for_all_runs() {
    try "$holdout" ablate "$three" -n 4 --only air,takeover --only morale --quiet --json
    expect 0 && [ "$(field out 'o.mechanisms.map((m) => m.mechanism).join()')" = air,morale,takeover ] || fail "others" || return 1
    try "$holdout" ablate "$three" -n 4 --without air --quiet --json
    expect 0 && [ "$(field out o.mechanisms.length)" = $((n_mechanism - 1)) ] && [ "$(field out 'o.without.join()')" = air ] || fail "air is there"
}
csv_has_a_row_for_each_mechanism_and_off_last() {
    try "$holdout" ablate "$three" -n 4 --only air,takeover --quiet --csv a.csv
    expect 0 && [ "$(wc -l <a.csv)" -eq 3 ] && head -n 1 a.csv | grep -qE '^mechanism,districts_change,districts_se,districts_marked,.*,verdict,off$'
}
scenario_without_holdout_has_no_such_number() {
    cp -r "$three" none
    sed -i '/^holdout:/d' none/scenario.yml
    try "$holdout" ablate ./none -n 4 --only air --quiet
    expect 0 && has "not in this scenario" || return 1
    try "$holdout" ablate ./none -n 4 --only air --quiet --json
    expect 0 && [ "$(field out 'o.mechanisms[0].effects[3].change')" = null ]
}
progress_counts_replicates_of_all_runs() {
    try "$holdout" ablate "$three" -n 10 --only air,morale
    expect 0 "30 of 30 replicates" && grep -q "left" err
}
interrupt_is_clean() {
    stops_cleanly "holdout: the base run: stopped with" "$holdout" ablate "$three" -n 1000000 --quiet --csv late.csv
}

refused() { # refused LINE COMMAND...: exit code 2, this line first, and nothing on stdout
    local line=$1
    shift
    try "$@"
    expect 2 && [ "$(head -n 1 err)" = "$line" ] || fail "not \"$line\"" || return 1
    [ ! -s out ] || fail "stdout is not empty"
}
unknown_mechanism_is_named() {
    refused 'holdout ablate: --only magic: no such mechanism; `holdout list mechanisms` lists them' "$holdout" ablate "$three" --only air,magic
}
mechanism_off_already_is_refused() {
    refused 'holdout: --only air: it is off in every run (--without air)' "$holdout" ablate "$three" --only air --without air
}
scenario_is_needed_and_found() {
    refused 'holdout ablate: which scenario? A folder or a name' "$holdout" ablate || return 1
    refused 'holdout: no scenario "atlantis": neither a folder nor a name; `holdout list scenarios` lists them' "$holdout" ablate atlantis
}
replicates_must_be_whole_and_positive() { try "$holdout" ablate "$three" -n 0; expect 2 'need a whole number from 1'; }
file_that_cannot_be_written_is_a_failure() {
    try "$holdout" ablate "$three" -n 2 --only air --quiet --csv no/such/a.csv
    expect 1 "holdout: no/such/a.csv: cannot be written: No such file or directory" && [ ! -s out ]
}

claims table_has_a_row_for_each_mechanism json_is_one_line_with_what_off_means verdict_follows_from_the_numbers \
    effect_is_the_difference_of_two_runs threads_change_nothing only_restricts_and_without_holds_for_all_runs \
    csv_has_a_row_for_each_mechanism_and_off_last scenario_without_holdout_has_no_such_number progress_counts_replicates_of_all_runs \
    interrupt_is_clean unknown_mechanism_is_named mechanism_off_already_is_refused scenario_is_needed_and_found \
    replicates_must_be_whole_and_positive file_that_cannot_be_written_is_a_failure
