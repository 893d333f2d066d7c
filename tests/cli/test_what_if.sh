#!/usr/bin/env bash
# What-ifs from the command line: runs beside each other, every problem in its file and line, lists and cards.
. "$(dirname "$0")/lib.sh"

# A copy of the scenario, with what-ifs: scenario_with FOLDER
scenario_with() {
    rm -rf "$1" && cp -r "$two" "$1" && mkdir "$1/whatif"
    printf 'format: 1\ntitle: No feast\nwhy: "made up"\ncalendar:\n  - {id: feast, remove: true}\n' >"$1/whatif/no-feast.yml"
    printf 'format: 1\ntitle: A short run\nwhy: "made up"\nuntil: 2030-06-30\n' >"$1/whatif/short.yml"
}
shows() { grep -qE -- "$1" out || fail "not shown: $1"; }

run_with_a_what_if_lies_beside_the_base() {
    scenario_with base
    try "$holdout" run ./base -n 3 --quiet --no-report && expect 0 || return 1
    try "$holdout" run ./base -n 3 --quiet --no-report --what-if short && expect 0 || return 1
    try "$holdout" run ./base -n 3 --quiet --no-report --what-if short --what-if base/whatif/no-feast.yml && expect 0 || return 1
    [ "$(ls runs | tr '\n' ' ')" = "two-bloc two-bloc+short two-bloc+short+no-feast " ] || fail "$(ls runs)" || return 1
    [ "$(field runs/two-bloc/summary.json 'o.what_if.length')" = 0 ] &&
        [ "$(field runs/two-bloc+short/summary.json 'o.what_if.join() + " " + o.until')" = "short 2030-06-30" ] &&
        [ "$(field runs/two-bloc+short+no-feast/summary.json 'o.what_if.join()')" = "short,base/whatif/no-feast.yml" ]
}
run_without_is_unaffected() {
    scenario_with base
    "$holdout" run "$two" -n 3 -o plain --quiet --no-report >/dev/null && "$holdout" run ./base -n 3 -o with --quiet --no-report >/dev/null
    [ "$(digest_of plain)" = "$(digest_of with)" ] && [ "$(field plain/summary.json o.scenario_digest)" = "$(field with/summary.json o.scenario_digest)" ]
}
what_if_changes_the_digests() {
    scenario_with base
    "$holdout" run ./base -n 20 -o d0 --quiet --no-report >/dev/null
    try "$holdout" run ./base -n 20 -o d1 --quiet --no-report --what-if short && expect 0 || return 1
    [ "$(digest_of d0)" != "$(digest_of d1)" ] && [ "$(field d0/summary.json o.scenario_digest)" != "$(field d1/summary.json o.scenario_digest)" ]
}
a_mechanism_is_off_by_a_what_if_as_by_the_option() {
    scenario_with base
    printf 'format: 1\ntitle: No fighting\nwhy: "made up"\nwithout: [assault]\n' >base/whatif/calm.yml
    "$holdout" run ./base -n 6 -o d0 --quiet --no-report >/dev/null
    "$holdout" run ./base -n 6 -o d1 --quiet --no-report --without assault >/dev/null
    try "$holdout" run ./base -n 6 -o d2 --quiet --no-report --what-if calm && expect 0 || return 1
    [ "$(digest_of d1)" = "$(digest_of d2)" ] && [ "$(digest_of d0)" != "$(digest_of d1)" ] &&
        [ "$(field d2/summary.json 'o.without.join()')" = assault ]
}
table_and_json_tell_the_what_if() {
    scenario_with base
    try "$holdout" run ./base -n 2 --quiet --no-report --what-if short && expect 0 && shows '^what if: A short run \(short\)' || return 1
    try "$holdout" run ./base -n 2 --quiet --no-report --what-if short --json
    expect 0 && [ "$(field out 'o.what_if[0]')" = short ]
}
resume_with_another_what_if_is_refused() {
    scenario_with base
    "$holdout" run ./base -n 2 -o r --quiet --no-report >/dev/null
    try "$holdout" run ./base -n 2 -o r --resume --what-if short
    expect 2 'its what_if is "[]", asked for "["short"]"' || return 1
    "$holdout" run ./base -n 2 -o s --quiet --no-report --what-if short >/dev/null
    printf '# changed\n' >>base/whatif/short.yml
    try "$holdout" run ./base -n 2 -o s --resume --what-if short
    expect 2 'its scenario_digest is'
}
check_without_the_option_checks_every_what_if_by_itself() {
    scenario_with base
    try "$holdout" check ./base
    expect 0 && shows '- no-feast' && shows '- short' && [ ! -s err ] || return 1
    printf 'format: 1\ntitle: Bad\nwhy: "made up"\ncalendar:\n  - {id: feats, remove: true}\nparameters:\n  no_such: {prior: {point: 1}, source: x}\n' >base/whatif/bad.yml
    printf 'format: 1\ntitle: Unknown\nwhy: "made up"\nparameters:\n  no_such: {prior: {point: 1}, source: x}\n' >base/whatif/unknown.yml
    try "$holdout" check ./base
    expect 2 'whatif/bad.yml:5: calendar has no "feats" to remove' && expect 2 "1 problem with what-if bad" &&
        expect 2 'whatif/unknown.yml:5: unknown parameter no_such' && expect 2 "1 problem with what-if unknown" && [ ! -s out ] || return 1
    try "$holdout" check ./base --what-if short
    expect 0
}
problems_of_the_scenario_are_told_once() {
    scenario_with base
    sed -i '2s/168000/-4/' base/districts.csv
    printf 'format: 1\ntitle: Bad\nwhy: "made up"\nseed: 1\nuntil: 2030-06-30\n' >base/whatif/bad.yml
    try "$holdout" check ./base
    expect 2 'whatif/bad.yml:4: unknown key "seed"' && [ "$(grep -c 'districts.csv:2:' err)" -eq 1 ] || fail "told again"
}
unknown_what_if_is_named() {
    scenario_with base
    try "$holdout" run ./base -o x --what-if nothing
    expect 2 "whatif/nothing.yml: is missing" && [ ! -e x ] || return 1
    try "$holdout" run ./base -o x --what-if ""
    expect 2 "--what-if is empty"
}
list_has_names_titles_and_changes() {
    scenario_with base
    try "$holdout" list whatif ./base
    expect 0 && shows '^no-feast +No feast +calendar: feast \(removed\)$' && shows '^short +A short run +until$' || return 1
    printf 'nonsense' >base/whatif/bad.yml
    try "$holdout" list whatif --scenario ./base --json
    expect 0 && one_line out && is_json out && [ "$(field out 'o[0].title')" = 'does not load; `holdout check` says why' ] || return 1
    try "$holdout" list whatif "$two"
    expect 0 && one_line out
}
show_and_parameters_see_the_what_if() {
    scenario_with base
    printf 'format: 1\ntitle: P\nwhy: "made up"\nparameters:\n  contact_rate: {prior: {point: 0.5}, source: "assumed"}\n' >base/whatif/p.yml
    try "$holdout" show contact_rate --scenario ./base --what-if p
    expect 0 && shows '^at +whatif/p.yml:5' && shows '^source +assumed' || return 1
    try "$holdout" list parameters --scenario ./base --what-if p
    expect 0 && shows '^contact_rate +point\(0.5\)' || return 1
    try "$holdout" show feast --scenario ./base --what-if no-feast
    expect 2 'nothing named "feast"'
}
show_of_a_what_if_says_what_it_changes() {
    scenario_with base
    try "$holdout" show no-feast --scenario ./base
    expect 0 && shows '^what +what-if$' && shows '^changes +calendar: feast \(removed\)$' && shows '^to run it +holdout run .*--what-if no-feast$'
}
why_and_report_take_the_what_if_of_the_run() {
    scenario_with base
    "$holdout" run ./base -n 2 -o w --quiet --what-if short >/dev/null
    try "$holdout" why VB03 --replicate 1 w --scenario ./base
    expect 0 || return 1
    cp w/report.html first.html
    grep -q "what if: A short run" first.html || fail "not on the page" || return 1
    try "$holdout" report w --scenario ./base
    expect 0 && cmp -s first.html w/report.html
}

claims run_with_a_what_if_lies_beside_the_base run_without_is_unaffected what_if_changes_the_digests a_mechanism_is_off_by_a_what_if_as_by_the_option table_and_json_tell_the_what_if \
    resume_with_another_what_if_is_refused check_without_the_option_checks_every_what_if_by_itself problems_of_the_scenario_are_told_once \
    unknown_what_if_is_named list_has_names_titles_and_changes show_and_parameters_see_the_what_if show_of_a_what_if_says_what_it_changes why_and_report_take_the_what_if_of_the_run
