#!/usr/bin/env bash
# Which parameters an outcome depends on: what is printed and written, the same for any number of threads, and what is refused.
. "$(dirname "$0")/lib.sh"

has() { grep -qF -- "$1" out || fail "not shown: $1"; }
few=(--trajectories 3 --base 8 --chosen 2 --quiet)
n=$("$holdout" list parameters "$two" --json | node -e 'console.log(JSON.parse(require("fs").readFileSync(0, "utf8")).length)')

tables_have_screening_and_indices() {
    try "$holdout" sensitivity "$two" "${few[@]}"
    expect 0 && [ ! -s err ] || return 1
    for text in "national_capital_fallen@2030-07-20" "Elementary effects over the whole range of a prior, in 0 or 1 (Morris)" "(chance alone)" \
        "Variance of one simulation" "not corrected for chance" "others)" "sum of first order" "indices from 8 rows of 2"; do
        has "$text" || return 1
    done
}
json_is_one_line_of_all_that_was_found() {
    try "$holdout" sensitivity "$two" "${few[@]}" --outcome killed.crown --outcome centres_held.reeds@2030-06-15 --json
    expect 0 && one_line out && is_json out || return 1
    [ "$(field out 'o.outcomes.map((x) => x.outcome).join()')" = killed.crown@2030-08-31,centres_held.reeds@2030-06-15 ] || fail "outcomes" || return 1
    [ "$(field out 'o.outcomes.every((x) => x.screening.length === o.uncertain && x.indices.length === 3 && x.indices[2].parameter === null)')" = true ] ||
        fail "parameters" || return 1
    [ "$(field out "o.uncertain < $n && o.simulations === 3 * (o.uncertain + 2) + 8 * 2 * 5")" = true ] || fail "simulations" || return 1
    [ "$(field out 'o.outcomes.every((x) => x.indices.slice(0, 2).every((i, k) => i.parameter === x.screening[k].parameter))')" = true ] || fail "not the first"
}
parameters_are_given_or_screened() {
    try "$holdout" sensitivity "$two" --parameters effort,loss_attacker --base 8 --inner 3 --quiet --json
    expect 0 && [ "$(field out 'o.outcomes[0].screening.length + " " + o.outcomes[0].indices.map((i) => i.parameter).join() + " " + o.simulations')" = \
        "0 effort,loss_attacker, 120" ] || fail "not these" || return 1
    try "$holdout" sensitivity "$two" --trajectories 2 --base 0 --quiet --json
    expect 0 && [ "$(field out 'o.outcomes[0].indices.length + " " + o.base')" = "0 0" ] || fail "indices" || return 1
    try "$holdout" sensitivity "$two" --trajectories 2 --base 0 --quiet --json --set effort=3
    expect 0 && [ "$(field out 'o.outcomes[0].screening.some((e) => e.parameter === "effort")')" = false ] || fail "effort is held"
}
csv_has_a_row_a_number() {
    try "$holdout" sensitivity "$two" --parameters effort --base 8 --quiet --csv s.csv
    expect 0 && [ "$(head -n 1 s.csv)" = outcome,what,parameter,value,se,q05,q95 ] && [ "$(wc -l <s.csv)" -eq 10 ] || fail "$(cat s.csv)" || return 1
    [ "$(sed -n 2p s.csv | cut -d, -f1-3)" = national_capital_fallen@2030-07-20,first,effort ]
}
threads_change_nothing() {
    try "$holdout" sensitivity "$two" "${few[@]}" --threads 1 && mv out one
    try "$holdout" sensitivity "$two" "${few[@]}" --threads 3
    cmp -s one out || fail "other text"
}
progress_counts_simulations() {
    try "$holdout" sensitivity "$two" --parameters effort --base 8
    expect 0 "64 of 64 simulations" && grep -q "left" err
}
interrupt_is_clean() {
    stops_cleanly "stopped with" "$holdout" sensitivity "$two" --base 100000 --quiet --csv late.csv
}

refused() { # refused LINE OPTION...: exit code 2, this line first, and nothing on stdout
    local line=$1
    shift
    try "$holdout" sensitivity "$@" --quiet
    expect 2 && [ "$(head -n 1 err)" = "$line" ] || fail "not \"$line\"" || return 1
    [ ! -s out ] || fail "stdout is not empty"
}
bad_outcomes_are_named() {
    refused 'holdout: "glory": no observable "glory"; `holdout list observables` lists them' "$two" --outcome glory || return 1
    refused 'holdout: "killed.crown@2031-01-01": the days simulated are 2030-05-01 to 2030-08-31' "$two" --outcome killed.crown@2031-01-01 || return 1
    refused 'holdout: reproduction_number@2030-08-31 is not measured in some simulations; indices need it in all' "$two" --outcome reproduction_number \
        --parameters effort --base 4
}
bad_parameters_are_named() {
    refused 'holdout: --parameters: no parameter "magic"; `holdout list parameters` lists them' "$two" --parameters effort,magic &&
        refused 'holdout: --parameters: effort is there twice' "$two" --parameters effort,effort &&
        refused 'holdout: effort is held at one value: nothing depends on it' "$two" --parameters effort --set effort=2
}
bad_options_are_named() {
    refused 'holdout sensitivity: which scenario? A folder or a name' &&
        refused 'holdout: no scenario "atlantis": neither a folder nor a name; `holdout list scenarios` lists them' atlantis &&
        refused 'holdout sensitivity: --base is 1; need 2 or more, or 0: screening only' "$two" --base 1 &&
        refused 'holdout sensitivity: --inner is "1"; need a whole number from 2 to 10000' "$two" --inner 1 &&
        refused 'holdout sensitivity: --base 0 --parameters: nothing is left to do' "$two" --base 0 --parameters effort &&
        refused 'holdout sensitivity: --at-centre: no parameter would be uncertain' "$two" --at-centre &&
        refused 'holdout sensitivity: --posterior: indices need parameters that are independent, as those of a posterior are not' "$two" --posterior x.csv
}

claims tables_have_screening_and_indices json_is_one_line_of_all_that_was_found parameters_are_given_or_screened csv_has_a_row_a_number \
    threads_change_nothing progress_counts_simulations interrupt_is_clean bad_outcomes_are_named bad_parameters_are_named bad_options_are_named
