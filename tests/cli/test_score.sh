#!/usr/bin/env bash
# Scores and facts of a run from the command line.
. "$(dirname "$0")/lib.sh"

header=id,fact,kind,observable,bloc,places,of,date,until,amount,low,high,denominator,recorded,use,definition,source,known_on
# facts ROW...: a copy of the scenario with these facts in ./with
facts() {
    rm -rf with
    cp -r "$two" with
    printf '%s\n' "$header" "$@" >with/facts.csv
}
good() {
    facts "early,F1,level,districts_controlled.reeds,,,,2030-06-01,,,0,12,12,4,,\"controlled, or | so\",made up,2030-06-01" \
        "late,F2,level,unicorns,,,,2030-06-01,,,1,,,,report,not there,made up,2030-06-01" \
        "cash,F3,dose,national_capital_fallen,crown,,cash,2030-08-31,,1.5,,0,,,,more cash,made up,2030-06-01" \
        "pay,F3,dose,national_capital_fallen,crown,,arrears,2030-08-31,,0.5,,0,,,,more pay,made up,2030-06-01" \
        "less,F4,weaker,,,,pay cash,,,,,,,,,less,made up,2030-06-01"
}
"$holdout" run "$two" -n 12 -o run --quiet --no-report >/dev/null || exit 1

table_has_shares_bands_and_what_is_not_measured() {
    good
    try "$holdout" score run --facts --scenario ./with
    expect 0 || return 1
    for text in "12 replicates of run" "1.000 +- 0.000" "0.333" "not measured" "the run has no observable unicorns" \
        "reported, no test" "give a number of doses"; do
        grep -qF -- "$text" out || fail "not in the table: $text" || return 1
    done
    [ ! -s err ] || fail "talk"
}
json_is_one_line() {
    good
    try "$holdout" score run --facts --scenario with --json
    expect 0 && one_line out && is_json out || return 1
    [ "$(field out 'o.replicates + " " + o.facts.length + " " + o.facts[0].share + " " + o.facts[1].measured + " " + o.facts[0].unit')" = \
        "12 5 1 false share of districts" ]
}
csv_has_a_row_a_fact() {
    good
    try "$holdout" score run --facts --scenario with --csv facts-out.csv
    expect 0 && [ "$(wc -l <facts-out.csv)" -eq 6 ] && head -n 1 facts-out.csv | grep -q '^id,fact,kind,use,measured,' &&
        grep -qF '"controlled, or | so"' facts-out.csv
}
markdown_is_a_table() {
    good
    try "$holdout" score run --facts --scenario with --markdown
    expect 0 && [ "$(wc -l <out)" -eq 7 ] && grep -qF '| F1 | controlled, or \| so |' out && ! grep -v '^|' out
}
doses_are_run_in_pairs() {
    good
    try "$holdout" score run --facts --scenario with --doses 6 --json
    expect 0 && [ "$(field out 'o.doses + " " + o.facts[3].n + " " + (o.facts[3].verdict !== null) + " " + (o.facts[4].change_se !== null)')" = \
        "6 6 true true" ] || return 1
    cp out first
    try "$holdout" score run --facts --scenario with --doses 6 --json --threads 1 -q
    cmp -s out first || fail "another number of threads gives another result"
}
settings_of_the_run_are_kept() {
    good
    "$holdout" run "$two" -n 4 -o set --seed 11 --until 2030-07-31 --set contact_rate=0.5 --without surrender --quiet --no-report >/dev/null
    try "$holdout" score set --facts --scenario with --json --doses 3 -q
    expect 0 && [ "$(field out 'o.seed + " " + o.until + " " + o.facts[2].reason')" = "11 2030-07-31 2030-08-31 is outside the run" ]
}
bad_row_names_file_and_line() {
    facts "early,F1,level,districts_controlled.reeds,,,,2030-06-32,,,0,12,12,4,,x,y,2030-06-01" \
        "late,F1,lots,,,,,,,,,,,,,x,y,2030-06-01"
    try "$holdout" score run --facts --scenario with
    expect 2 'facts.csv:2: date is "2030-06-32"; need a date' && expect 2 'facts.csv:3: kind is "lots"; need level,' && [ ! -s out ] || return 1
    facts "early,F1,level,killed.crown,,,,2030-06-01,,,0,12,12,4,,x,y,2030-06-01"
    try "$holdout" score run --facts --scenario with
    expect 2 "facts.csv:2: denominator is given, but killed.crown counts persons" && one_line err
}
bad_facts_fail_check_too() {
    facts "early,F1,held,,crown,castles,,2030-06-01,,,0,12,,4,,x,y,2030-06-01"
    try "$holdout" check ./with
    expect 2 'facts.csv:2: places has "castles"'
}
scenario_without_facts_is_refused_in_one_line() {
    try "$holdout" score run --facts --scenario "$two"
    expect 2 "two-bloc has no facts" && one_line err && [ ! -s out ]
}
changed_scenario_is_refused() {
    good
    sed -i 's/^replicates: 20/replicates: 21/' with/scenario.yml
    try "$holdout" score run --facts --scenario with
    expect 2 "is not the scenario of this run any more" && one_line err
}
unfinished_run_is_refused() {
    good
    cp -r run half
    sqlite3 half/run.sqlite "UPDATE meta SET value = 'running' WHERE key = 'state'" || return 1
    try "$holdout" score half --facts --scenario with
    expect 2 "is not finished" && one_line err
}
usage_is_checked() {
    try "$holdout" score run --doses 3
    expect 2 "--doses is for --facts" || return 1
    try "$holdout" score run --facts --origin 2030-06-01
    expect 2 "are not for --facts" || return 1
    try "$holdout" score run --origin 2030-06-31
    expect 2 "--origin is \"2030-06-31\"" || return 1
    try "$holdout" score --facts
    expect 2 "which run?" || return 1
    try "$holdout" score nowhere --facts
    expect 2 "nowhere: no run there" || return 1
    try "$holdout" score run --facts --doses 1
    expect 2 "--doses is \"1\"" || return 1
    try "$holdout" score run --facts --json --markdown
    expect 2 "not both"
}
scores_are_beside_baselines() {
    try "$holdout" score run --scenario "$two"
    expect 0 || return 1
    for text in "these scores are retrospective" "districts_controlled.reeds, Gazette" "fall of the national capital" "persistence" \
        "run less it, CRPS" "Reliability" "PIT of the run"; do
        grep -qF -- "$text" out || fail "not in the table: $text" || return 1
    done
    [ -z "$(awk 'length > 100' out)" ] && [ ! -s err ] || fail "wide lines, or talk"
}
scores_have_an_origin() {
    try "$holdout" score run --scenario "$two" --origin 2030-06-10 --json
    expect 0 && one_line out && is_json out || return 1
    [ "$(field out 'o.origin + " " + o.replicates + " " + o.targets.every(t => t.forecasters[0].name === "run")')" = "2030-06-10 12 true" ] || return 1
    try "$holdout" score run --scenario "$two" --origin 2031-01-01
    expect 2 "the origin 2031-01-01 is outside the run" && one_line err && [ ! -s out ] || return 1
    try "$holdout" score run --scenario "$two" --horizon 2030-04-01
    expect 2 "the horizon 2030-04-01 is not after the origin" && one_line err
}
scores_as_csv_and_markdown() {
    try "$holdout" score run --scenario "$two" --csv scores.csv --markdown
    expect 0 && head -n 1 scores.csv | grep -q '^origin,target,cases,units,forecaster,score,value,' && grep -q '^| target | forecaster |' out &&
        grep -q ',run,CRPS,' scores.csv && grep -qF 'retrospective' out
}
bad_forecast_names_file_and_line() {
    rm -rf with
    cp -r "$two" with
    printf '%s\n' id,who,date,target,bin_from,bin_until,probability,source,known_on \
        poll,Panel,2030-05-10,national_capital,,2030-05-31,0.2,x,2030-05-10 \
        poll,Panel,2030-05-10,national_capital,2030-06-01,,0.5,x,2030-05-10 >with/forecasts.csv
    try "$holdout" score run --scenario ./with
    expect 2 'forecasts.csv:3: the probabilities of "poll" add up to 0.7; need 1, within 0.02 for rounding' && [ ! -s out ]
}
unknown_bloc_in_the_record_names_file_and_line() {
    rm -rf with
    cp -r "$two" with
    echo 'districts_controlled.weeds,,2030-07-01,2030-07-01,6,7,12,,controlled,Gazette,med,2030-07-02,made up,' >>with/record.csv
    try "$holdout" score run --scenario ./with
    expect 2 "record.csv:$(wc -l <with/record.csv): observable is \"districts_controlled.weeds\"" && one_line err
}
csv_that_cannot_be_written_fails() {
    good
    try "$holdout" score run --facts --scenario with --csv nowhere/facts.csv
    expect 1 "nowhere/facts.csv: cannot be written: No such file or directory"
}

claims table_has_shares_bands_and_what_is_not_measured json_is_one_line csv_has_a_row_a_fact markdown_is_a_table \
    doses_are_run_in_pairs settings_of_the_run_are_kept bad_row_names_file_and_line bad_facts_fail_check_too \
    scores_are_beside_baselines scores_have_an_origin scores_as_csv_and_markdown bad_forecast_names_file_and_line \
    unknown_bloc_in_the_record_names_file_and_line scenario_without_facts_is_refused_in_one_line changed_scenario_is_refused unfinished_run_is_refused usage_is_checked \
    csv_that_cannot_be_written_fails
