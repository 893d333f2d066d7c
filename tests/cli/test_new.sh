#!/usr/bin/env bash
# A new scenario: complete, without problems, a war that moves and stays open; and nothing touched where it is refused.
. "$(dirname "$0")/lib.sh"

new_names_its_files_and_what_is_next() {
    try "$holdout" new valley
    expect 0 'holdout: a small invented war is in valley; `holdout run valley` simulates it' && one_line err || return 1
    [ "$(sort out)" = "$(find valley -type f | sort)" ] || fail "not what is there: $(cat out)" || return 1
    for file in scenario.yml districts.csv edges.csv garrisons.csv commands.csv groups.csv record.csv SOURCES.md \
        whatif/example.yml scenario.schema.json overlay.schema.json; do
        [ -s "valley/$file" ] || fail "no $file" || return 1
    done
}
name_is_id_and_title() {
    ! grep -rq '@NAME@' valley || fail "a mark is left" || return 1
    try "$holdout" check ./valley --json
    expect 0 && [ "$(field out o.scenario)" = valley ] && [ "$(field out o.title)" = valley ]
}
scenario_begins_with_its_schema() {
    [ "$(head -n 1 valley/scenario.yml)" = '# yaml-language-server: $schema=scenario.schema.json' ] || fail "$(head -n 1 valley/scenario.yml)" || return 1
    "$holdout" schema | cmp - valley/scenario.schema.json && "$holdout" schema --overlay | cmp - valley/overlay.schema.json
}
check_finds_nothing() {
    try "$holdout" check valley
    expect 0 && grep -qE '^problems +0$' out && [ ! -s err ]
}
every_table_is_said_to_be_made_up() {
    grep -q "All of this is invented" valley/SOURCES.md || fail "SOURCES.md does not say so" || return 1
    ! grep -vh '^pcode\|^province_pcode\|^observable' valley/garrisons.csv valley/groups.csv valley/record.csv | grep -v 'made up' || fail "a row does not say so"
}
# mean of an observable on a day of the run
mean_of() { field runs/valley/summary.json "o.observables['$1'].mean[$2]"; }
less() { node -e 'process.exit(Number(process.argv[1]) < Number(process.argv[2]) ? 0 : 1)' "$1" "$2" || fail "$1 is not less than $2"; }
it_runs_at_once_and_the_war_moves_and_stays_open() {
    try "$holdout" run valley --quiet && expect 0 || return 1
    [ -s runs/valley/report.html ] && [ "$(field runs/valley/summary.json o.replicates)" = 200 ] || return 1
    less "$(mean_of centres_held.league 0)" 3 && less 5 "$(mean_of centres_held.assembly 7)" || return 1
    less "$(mean_of centres_held.league 7)" "$(mean_of centres_held.league 60)" && less 4 "$(mean_of centres_held.league 121)" || return 1
    fallen=$(field runs/valley/summary.json 'Object.values(o.national_capital.p_fallen_by).at(-1)')
    less 0.05 "$fallen" && less "$fallen" 0.9
}
ledger_of_fighters_holds() { try "$holdout" run valley -n 20 --check --no-report -o ledger --quiet; expect 0; }

what_is_there_is_not_touched() {
    mkdir there && echo mine >there/scenario.yml
    try "$holdout" new there
    expect 2 "holdout: there is there already; choose another name" && one_line err && [ ! -s out ] || return 1
    [ "$(find there -type f)" = there/scenario.yml ] && [ "$(cat there/scenario.yml)" = mine ] || fail "touched" || return 1
    echo mine >plain
    try "$holdout" new plain
    expect 2 "holdout: plain is there already; choose another name" && [ "$(cat plain)" = mine ] || return 1
    ln -s nowhere link
    try "$holdout" new link
    expect 2 "holdout: link is there already; choose another name" && [ ! -e nowhere ]
}
names_that_are_no_ids_are_refused() {
    for name in "" Valley "my war" war/ß . .. / a/.. "$(printf 'a%.0s' {1..64})"; do
        try "$holdout" new "$name"
        expect 2 "is no name; need 1 to 63 lower-case letters, digits, _ or -" && one_line err || { fail "name \"$name\""; return 1; }
    done
    [ ! -e Valley ] && [ ! -e "my war" ]
}
path_is_a_folder_and_its_last_part_the_id() {
    mkdir wars
    try "$holdout" new wars/hill-2/
    expect 0 && [ -s wars/hill-2/scenario.yml ] && grep -q '^name: hill-2 ' wars/hill-2/scenario.yml || return 1
    try "$holdout" run wars/hill-2 -n 2 --quiet --no-report
    expect 0 && [ -s runs/hill-2/summary.json ] || return 1
    try "$holdout" new nowhere/hill
    expect 2 "holdout: nowhere/hill: there is no folder to put it in" && [ ! -e nowhere ]
}
name_is_needed_once() {
    try "$holdout" new
    expect 2 "which name?" || return 1
    try "$holdout" new one two
    expect 2 'one name, not also "two"' && [ ! -e one ]
}
nothing_is_left_where_writing_fails() {
    (
        trap '' XFSZ # so that a file that may not grow is an error of writing
        ulimit -f 4
        "$holdout" new cut
    ) >out 2>err
    code=$?
    expect 1 "holdout: cut/" && expect 1 "File too large" && [ ! -e cut ] || fail "left: $(ls cut 2>&1)"
}

claims new_names_its_files_and_what_is_next name_is_id_and_title scenario_begins_with_its_schema check_finds_nothing \
    every_table_is_said_to_be_made_up it_runs_at_once_and_the_war_moves_and_stays_open ledger_of_fighters_holds \
    what_is_there_is_not_touched names_that_are_no_ids_are_refused path_is_a_folder_and_its_last_part_the_id name_is_needed_once \
    nothing_is_left_where_writing_fails
