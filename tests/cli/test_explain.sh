#!/usr/bin/env bash
# Shares of groups of mechanisms in an outcome of a run: what is printed and written, what it is of, and what is refused.
. "$(dirname "$0")/lib.sh"

has() { grep -qF -- "$1" out || fail "not shown: $1"; }
pair="fight=strategy,assault;deal=surrender"
"$holdout" run "$two" -n 20 -o run --quiet --no-report >/dev/null || exit 1
meta() { # meta FOLDER KEY VALUE: changes what a run says of itself
    python3 - "$1/run.sqlite" "$2" "$3" <<'PY'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("UPDATE meta SET value = ? WHERE key = ?", (sys.argv[3], sys.argv[2]))
db.commit()
PY
}

table_has_a_row_for_each_group_and_says_what_of() {
    try "$holdout" explain run --scenario "$two" -n 2 --quiet
    expect 0 && [ ! -s err ] || return 1
    for text in "national_capital_fallen@2030-07-20" "2 replicates of the run in each of 256 coalitions, seed 7" "all on" "none on" \
        "outside     calendar, patrons" "(on)        takeover" "Shares are of the model with these groups, not of the war."; do
        has "$text" || return 1
    done
    [ "$(grep -cE '^  (outside|money|supply|ranks|news|deals|fighting|people) .*[+]-' out)" -eq 8 ] || fail "not 8 groups"
}
json_adds_up_and_is_the_run() {
    try "$holdout" explain run --scenario "$two" --groups "$pair" --outcome centres_held.reeds@2030-07-10 --quiet --json
    expect 0 && one_line out && is_json out || return 1
    [ "$(field out 'o.replicates + " " + o.coalitions + " " + o.outcome + " " + o.unit')" = "20 4 centres_held.reeds@2030-07-10 districts" ] ||
        fail "of something else" || return 1
    [ "$(field out 'Math.abs(o.groups[0].shapley.mean + o.groups[1].shapley.mean - o.difference.mean) < 1e-9')" = true ] || fail "do not add up" || return 1
    [ "$(field out 'Math.abs(o.groups[0].share + o.groups[1].share - 1) < 1e-9')" = true ] || fail "shares do not add up" || return 1
    mv out explained
    day=$(field run/summary.json 'o.observables["centres_held.reeds"].dates.indexOf("2030-07-10")')
    [ "$(field explained o.all.mean)" = "$(field run/summary.json "Number(o.observables['centres_held.reeds'].mean[$day].toPrecision(12))")" ] ||
        fail "all on is not the run"
}
files_have_a_row_a_group_and_a_coalition() {
    try "$holdout" explain run --scenario "$two" -n 3 --groups "$pair" --quiet --csv g.csv --coalitions c.csv
    expect 0 && [ "$(wc -l <g.csv)" -eq 3 ] && [ "$(wc -l <c.csv)" -eq 5 ] || fail "rows" || return 1
    [ "$(head -n 1 c.csv)" = fight,deal,mean,se ] && [ "$(sed -n 3p c.csv | cut -d, -f1,2)" = 1,0 ] || fail "coalitions" || return 1
    [ "$(sed -n 2p g.csv | cut -d, -f1,2)" = "fight,strategy assault" ] || fail "groups"
}
threads_change_nothing() {
    try "$holdout" explain run --scenario "$two" --groups "$pair" --quiet --threads 1 && mv out one
    try "$holdout" explain run --scenario "$two" --groups "$pair" --quiet --threads 3
    cmp -s one out || fail "other text"
}
# What a run was made with holds for every coalition.
settings_and_what_is_off_come_from_the_run() {
    "$holdout" run "$two" -n 6 -o made --seed 5 --set effort=6 --without air --without logistics --until 2030-08-10 --quiet --no-report >/dev/null
    try "$holdout" explain made --scenario "$two" --quiet --json
    expect 0 && [ "$(field out 'o.groups.length + " " + o.without.join() + " " + o.seed + " " + o.replicates')" = "7 air,logistics 5 6" ]
}
run_of_a_posterior_is_explained_with_its_draws() {
    "$holdout" calibrate "$two" --parameters effort,loss_attacker -n 300 --first 200 --step 100 --effective 20 --draws 30 -o post --quiet >/dev/null || return 1
    for file in posterior paths; do
        "$holdout" run "$two" -n 8 --posterior post/$file.csv -o "of-$file" --quiet --no-report >/dev/null || return 1
        try "$holdout" explain "of-$file" --scenario "$two" --groups "$pair" --outcome killed.reeds --quiet --json
        expect 0 || return 1
        last='o.observables["killed.reeds"].mean.at(-1)'
        mv out explained
        [ "$(field explained o.all.mean)" = "$(field "of-$file/summary.json" "Number(${last}.toPrecision(12))")" ] || fail "$file: not the run" || return 1
    done
}
progress_counts_simulations() {
    try "$holdout" explain run --scenario "$two" -n 5 --groups "$pair"
    expect 0 "20 of 20 simulations" && grep -q "left" err
}
interrupt_is_clean() {
    "$holdout" run "$two" -n 400 -o long --quiet --no-report >/dev/null
    stops_cleanly "replicates done" "$holdout" explain long --scenario "$two" -n 400 --quiet --csv late.csv
}

refused() { # refused LINE OPTION...: exit code 2, this line first, and nothing on stdout
    local line=$1
    shift
    try "$holdout" explain "$@" --quiet
    expect 2 && [ "$(head -n 1 err)" = "$line" ] || fail "not \"$line\"" || return 1
    [ ! -s out ] || fail "stdout is not empty"
}
bad_outcomes_are_named() {
    refused 'holdout: "glory@2030-06-01": no observable "glory"; `holdout list observables` lists them' run --scenario "$two" --outcome glory@2030-06-01 &&
        refused 'holdout: "killed.crown@soon": "soon" is no date like 2021-07-01' run --scenario "$two" --outcome killed.crown@soon &&
        refused 'holdout: "killed.crown@2031-01-01": the days simulated are 2030-05-01 to 2030-08-31' run --scenario "$two" --outcome killed.crown@2031-01-01
}
bad_groups_are_named() {
    refused 'holdout: group b: no such mechanism as "magic"; `holdout list mechanisms` lists them' run --scenario "$two" --groups "a=air;b=magic" &&
        refused 'holdout: air is in group a and in group b; a mechanism is in one at most' run --scenario "$two" --groups "a=air;b=air" &&
        refused 'holdout: groups: more than 8; every coalition of them is simulated' run --scenario "$two" \
            --groups "a=air;b=claims;c=talks;d=assault;e=strategy;f=rivals;g=payroll;h=finance;i=patrons" &&
        refused 'holdout: groups: "air" is not NAME=MECHANISM,MECHANISM,... with a name of 1 to 31 letters' run --scenario "$two" --groups air
}
bad_runs_are_named() {
    refused 'holdout explain: which run? Its folder, or NAME of runs/NAME' && refused 'holdout: nothing: no run there, nor in runs/nothing' nothing || return 1
    rm -rf old && cp -r run old && meta old version 0.0.9
    refused 'holdout: old: made by holdout 0.0.9; this is 0.1.0: run it again' old --scenario "$two" || return 1
    meta old version 0.1.0 && meta old state running
    refused 'holdout: old is not finished; `holdout run --resume` finishes it' old --scenario "$two" || return 1
    meta old state finished && meta old seed 8
    try "$holdout" explain old --scenario "$two" --outcome killed.reeds --quiet
    expect 2 "when it is simulated again: the run was made by another build of the program" || return 1
    cp -r "$two" changed && echo "# changed" >>changed/scenario.yml
    try "$holdout" explain run --scenario ./changed --quiet
    expect 2 "is not the scenario of this run any more" || return 1
    refused 'holdout: 21 replicates are asked for; run has 20' run --scenario "$two" -n 21
}

claims table_has_a_row_for_each_group_and_says_what_of json_adds_up_and_is_the_run files_have_a_row_a_group_and_a_coalition threads_change_nothing \
    settings_and_what_is_off_come_from_the_run run_of_a_posterior_is_explained_with_its_draws progress_counts_simulations interrupt_is_clean \
    bad_outcomes_are_named bad_groups_are_named bad_runs_are_named
