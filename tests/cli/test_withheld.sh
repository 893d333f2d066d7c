#!/usr/bin/env bash
# A scenario that ends less than a year before today: nobody is told who holds which district. The last day of two-bloc is 2030-08-31.
. "$(dirname "$0")/lib.sh"
recent=2031-08-30
rule="the scenario ends less than a year before today: nobody is told who holds which district"
"$holdout" run "$two" -n 30 -o told --quiet >/dev/null || exit 1
"$holdout" run "$two" -n 30 -o kept --today "$recent" --quiet >table || exit 1
rows() { sqlite3 "$1/run.sqlite" "SELECT count(*) FROM $2"; }

the_run_keeps_no_district() {
    for table in change_row control_row capital_fall; do
        [ "$(rows kept $table)" -eq 0 ] && [ "$(rows told $table)" -gt 0 ] || fail "$table: $(rows kept $table) rows" || return 1
    done
    [ "$(sqlite3 kept/run.sqlite "SELECT sum(n_change) FROM draw")" -eq 0 ] || fail "changes are counted by replicate" || return 1
    grep -qF "withheld    $rule" table && ! grep -q 'Falls of capitals' table && grep -q 'national capital, has fallen' table || return 1
    [ "$(field kept/summary.json 'Object.values(o.capitals).filter(c => c.p_fallen_by).length')" = 0 ] || fail "capitals in the summary" || return 1
    [ "$(field kept/summary.json 'o.withheld')" = "$rule" ] && [ "$(field told/summary.json 'o.withheld')" = null ]
}
numbers_of_the_country_are_the_same_bits() {
    [ "$(field kept/summary.json 'o.digest')" = "$(field told/summary.json 'o.digest')" ] || return 1
    [ "$(field kept/summary.json 'JSON.stringify(o.observables)')" = "$(field told/summary.json 'JSON.stringify(o.observables)')" ]
}
a_year_later_nothing_is_withheld() {
    "$holdout" run "$two" -n 30 -o later --today 2031-08-31 --quiet >table2 || return 1
    grep -q 'Falls of capitals' table2 && [ "$(rows later control_row)" -eq "$(rows told control_row)" ]
}
the_page_says_nothing_of_districts() {
    [ "$(grep -o '"control":null' kept/report.html | wc -l)" -eq 1 ] && grep -q '"capitals":\[\],"evaluation":\[\]' kept/report.html &&
        grep -q '"statements":\[\]' kept/report.html || fail "control in the page" || return 1
    "$holdout" report kept --scenario "$two" >/dev/null && grep -q '"control":null' kept/report.html
}
commands_about_districts_refuse() {
    for command in "why --replicate 0 VA01 kept" "tell --replicate 0 kept"; do
        try "$holdout" $command --scenario "$two" --today "$recent"
        expect 2 && grep -qF "$rule" err || fail "$command: $(cat err)" || return 1
    done
}
the_viewer_refuses() {
    try timeout 20 "$holdout" serve kept --scenario "$two" --no-browser
    expect 2 "$rule" && one_line err && [ ! -s out ]
}
the_run_says_it_without_the_option() {
    "$holdout" run afghanistan-2021 -n 10 -o third --today 2022-01-01 --quiet --no-report >/dev/null || return 1
    for command in audit score "score --facts"; do
        try "$holdout" $command third
        expect 2 "$rule" && one_line err && [ ! -s out ] || fail "$command" || return 1
    done
}
what_planners_need_remains() {
    try "$holdout" brief kept --scenario "$two" --from 2030-06-01 --within 21d
    expect 0 && grep -q '^Provinces (' out || return 1
    try "$holdout" compare kept told
    expect 0
}
a_finished_run_is_not_raised() {
    try "$holdout" run "$two" -n 40 -o kept --today "$recent" --resume --quiet
    expect 2 && grep -qF "overwrite it" err && [ "$(rows kept draw)" -eq 30 ]
}
a_stopped_run_goes_on() {
    "$holdout" run "$two" -n 3000 -o cut --today "$recent" --quiet >/dev/null 2>&1 &
    interrupt $! INT 0.1
    wait $!
    [ "$(rows cut draw)" -lt 3000 ] && [ -z "$(sqlite3 cut/run.sqlite "SELECT value FROM meta WHERE key = 'withheld'")" ] || fail "not stopped" || return 1
    try "$holdout" run "$two" -n 3000 -o cut --today "$recent" --quiet --resume --no-report
    expect 0 && [ "$(rows cut draw)" -eq 3000 ] && [ "$(rows cut change_row)" -eq 0 ]
}
the_clock_decides_if_nobody_says() {
    cp -r "$two" now && sed -i '/^today:/d; s/^name: .*/name: now/' now/scenario.yml
    if [ "$(date +%Y%m%d)" -lt 20310831 ]; then
        "$holdout" run ./now -n 5 -o clock --quiet >table3 && grep -qF "$rule" table3 || return 1
    fi
    "$holdout" run ./now -n 5 -o clock --today 2040-01-01 --quiet >table3 && ! grep -qF "$rule" table3
}
bad_days_are_refused() {
    try "$holdout" run "$two" -n 5 -o bad --today tomorrow
    expect 2 '--today is "tomorrow"; need a date' || return 1
    cp -r "$two" wrong && sed -i 's/^today: .*/today: someday/' wrong/scenario.yml
    try "$holdout" check ./wrong
    expect 2 && grep -q 'scenario.yml:[0-9]*: today is "someday"; need a date' err
}

claims the_run_keeps_no_district numbers_of_the_country_are_the_same_bits a_year_later_nothing_is_withheld the_page_says_nothing_of_districts \
    commands_about_districts_refuse the_viewer_refuses the_run_says_it_without_the_option what_planners_need_remains a_finished_run_is_not_raised \
    a_stopped_run_goes_on the_clock_decides_if_nobody_says bad_days_are_refused
