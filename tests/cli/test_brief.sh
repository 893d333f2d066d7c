#!/usr/bin/env bash
# The brief for planners: tables, JSON, CSV with its tags, and what is refused.
. "$(dirname "$0")/lib.sh"
three=$source_folder/tests/scenarios/three-bloc
"$holdout" run "$three" -n 40 -o run --quiet --no-report >/dev/null || exit 1

table_says_first_that_low_is_not_safe() {
    try "$holdout" brief run --scenario "$three" --within 60d --top 3 --past
    expect 0 && head -n 1 out | grep -q '^A low probability is not safety\.' || return 1
    for text in "40 replicates, seed" "arrivals after 2031-03-01, up to 2031-04-30: 60 days" "interpolated" "Not conditional on the record" \
        "whole country" "all neighbours" "Provinces (" "Districts (3 of 18)" "Neighbours (2)" "Routes cut:" "nothing can be said of skill" \
        "its own spread, no skill" "fitted to no"; do
        grep -qF -- "$text" out || fail "not in the table: $text" || return 1
    done
    [ -z "$(awk 'length > 100' out)" ] && [ ! -s err ] || fail "wide lines, or talk"
}
json_is_one_line_with_all_places() {
    try "$holdout" brief run --scenario "$three" --json --from 2031-03-15 --within 21 --threshold 500 --threshold 50
    expect 0 && one_line out && is_json out || return 1
    [ "$(field out 'o.after + " " + o.until + " " + o.interpolated + " " + o.thresholds + " " + o.places.length + " " + o.places[0].kind')" = \
        "2031-03-15 2031-04-05 false 50,500 26 country" ] || fail "$(field out 'o.after + " " + o.until + " " + o.interpolated + " " + o.thresholds + " " + o.places.length')" || return 1
    [ "$(field out 'o.places.every(p => p.p_above[0] >= p.p_above[1])')" = true ] && [ "$(field out 'o.note')" = "A low probability is not safety." ]
}
fewer_than_fifty_are_not_told() {
    try "$holdout" brief run --scenario "$three" --json --within 7d --csv few.csv
    [ "$(field out 'JSON.stringify(o.places).match(/"(mean|q05|q50|q95)":([1-9]|[1-4][0-9])[,}]/) === null')" = true ] || fail "a small count in JSON" || return 1
    awk -F, 'NR > 2 { for (k = 9; k <= 11; k++) if ($k != "" && $k < 50) exit 1 }' few.csv || fail "a small count in CSV"
}
csv_has_a_row_of_tags() {
    try "$holdout" brief run --scenario "$three" --csv brief.csv --threshold 1000
    expect 0 && [ "$(wc -l <brief.csv)" -eq 28 ] || return 1
    sed -n 1p brief.csv | grep -q '^date_start,date_end,kind,adm1_pcode,adm1_name,adm2_pcode,adm2_name,neighbour,arrivals_median,' || return 1
    sed -n 2p brief.csv | grep -q '^#date+start,#date+end,#loc+type,#adm1+code,#adm1+name,#adm2+code,#adm2+name,#country+name+dest,#affected+displaced+' || return 1
    # tags are well-formed (a hashtag and attributes of letters, digits and underscores, each beginning with a letter), one a column, none twice
    sed -n 2p brief.csv | tr ',' '\n' >tags
    [ -z "$(grep -vE '^#[a-z][a-z0-9_]*(\+[a-z][a-z0-9_]*)*$' tags)" ] && [ -z "$(sort tags | uniq -d)" ] || fail "bad tags" || return 1
    awk -F, 'NR == 1 { n = NF } NF != n { exit 1 }' brief.csv || fail "rows of several lengths" || return 1
    grep -q '^2031-03-02,2031-03-31,district,HA,Anchorage,HA01,Anchor Town,,' brief.csv
}
threads_change_nothing() {
    "$holdout" run "$three" -n 40 -o one --threads 1 --quiet --no-report >/dev/null
    "$holdout" brief run --scenario "$three" --json | sed 's/"run":"[a-z]*"//' >a
    "$holdout" brief one --scenario "$three" --json | sed 's/"run":"[a-z]*"//' >b
    cmp -s a b || fail "another number of threads gives another brief"
}
record_by_place_is_held_against_the_run() {
    rm -rf with && cp -r "$three" with
    echo 'arrivals.country,,2031-03-20,2031-05-20,20,20,,,arrivals,Gazette,med,2031-05-20,made up,' >>with/record.csv
    echo 'arrivals.HA01,,2031-03-20,2031-05-20,900000,,,,arrivals,Gazette,med,2031-05-20,made up,' >>with/record.csv
    echo 'displaced_reported,,2031-04-10,2031-04-10,1000000,1000000,,,newly displaced,Agency,high,2031-04-10,made up,' >>with/record.csv
    "$holdout" run ./with -n 40 -o kept --quiet --no-report >/dev/null
    try "$holdout" brief kept --scenario ./with --past --threshold 50
    expect 0 || return 1
    for text in "By place: 2 periods, too few for a rate" "more than 50: hits 1, false alarms 1, misses 0" "arrivals.country, Gazette" \
        "recorded at least 900,000" "covers 0 of 1 later figures"; do
        grep -qF -- "$text" out || fail "not there: $text" || return 1
    done
    echo 'arrivals.nowhere,,2031-03-20,2031-05-20,20,20,,,arrivals,Gazette,med,2031-05-20,made up,' >>with/record.csv
    "$holdout" run ./with -n 4 -o wrong --quiet --no-report >/dev/null
    try "$holdout" brief wrong --scenario ./with
    expect 2 "record.csv:$(wc -l <with/record.csv): observable is \"arrivals.nowhere\"; need arrivals.PLACE" && one_line err && [ ! -s out ]
}
bad_windows_are_one_line() {
    try "$holdout" brief run --scenario "$three" --from 2031-06-15 --within 30d
    expect 2 "a window of 30 days after 2031-06-15 ends outside the run, whose last day is 2031-06-30" && one_line err && [ ! -s out ] || return 1
    try "$holdout" brief run --scenario "$three" --from 2030-01-01
    expect 2 "the window begins after 2030-01-01; need a day from 2031-03-01 on and before 2031-06-30" && one_line err
}
bad_usage_is_named() {
    for from in 2031-02-30 soon ""; do
        try "$holdout" brief run --from "$from"
        expect 2 "--from is \"$from\"; need a date like" || return 1
    done
    for within in 0d 30days d "" -5 3.5; do
        try "$holdout" brief run --within "$within"
        expect 2 "need a whole number from 1" || return 1
    done
    for threshold in many 49 -1 1e4 ""; do
        try "$holdout" brief run --threshold "$threshold"
        expect 2 "--threshold is \"$threshold\"; need a whole number from 50" || return 1
    done
    try "$holdout" brief run --threshold 60 --threshold 60
    expect 2 "--threshold 60 is there twice" || return 1
    try "$holdout" brief
    expect 2 "which run?" || return 1
    try "$holdout" brief nowhere
    expect 2 "nowhere: no run there"
}
older_run_is_one_line() {
    cp -r run older
    sqlite3 older/run.sqlite "DROP VIEW flow; DROP TABLE flow_row; DROP TABLE flow_draw; DROP TABLE measure; DROP TABLE neighbour" || return 1
    try "$holdout" brief older --scenario "$three"
    expect 2 "has no people by place: made by a version that kept none; run it again" && one_line err && [ ! -s out ]
}
unfinished_run_is_refused() {
    cp -r run half
    sqlite3 half/run.sqlite "UPDATE meta SET value = 'running' WHERE key = 'state'" || return 1
    try "$holdout" brief half --scenario "$three"
    expect 2 "is not finished" && one_line err
}
csv_that_cannot_be_written_fails() {
    try "$holdout" brief run --scenario "$three" --csv nowhere/brief.csv
    expect 1 "nowhere/brief.csv: cannot be written: No such file or directory"
}

claims table_says_first_that_low_is_not_safe json_is_one_line_with_all_places fewer_than_fifty_are_not_told csv_has_a_row_of_tags threads_change_nothing \
    record_by_place_is_held_against_the_run bad_windows_are_one_line bad_usage_is_named older_run_is_one_line unfinished_run_is_refused \
    csv_that_cannot_be_written_fails
