#!/usr/bin/env bash
# Calibrations from the command line, and runs of their draws.
. "$(dirname "$0")/lib.sh"

small=(--known-by 2030-07-15 --parameters effort,threshold_mean -n 240 --first 120 --step 60 --effective 50 --draws 30)
"$holdout" calibrate "$two" "${small[@]}" -o kept -q >table || exit 1

table_has_targets_parameters_and_what_was_done() {
    for text in "Known by 2030-07-15; " "Errors of observation taken x " "Held against (shares" "capitals recorded as captured by 2030-07-15" \
        "threshold_mean" "chosen by people who know how it ended" "kept/posterior.csv (30 draws), paths.csv ("; do
        grep -qF -- "$text" table || fail "not in the table: $text" || return 1
    done
}
json_is_one_line_and_the_file_says_the_same() {
    try "$holdout" calibrate "$two" "${small[@]}" -o json -q --json --threads 1
    expect 0 && one_line out && is_json out && is_json json/calibration.json || return 1
    [ "$(field out o.digest)" = "$(field kept/calibration.json o.digest)" ] || fail "other threads, another digest" || return 1
    [ "$(field out 'o.known_by + " " + o.parameters.length + " " + o.targets.length')" = "2030-07-15 2 7" ] || fail "$(cat out)" || return 1
    cmp -s json/posterior.csv kept/posterior.csv && cmp -s json/paths.csv kept/paths.csv
}
posterior_is_run() {
    try "$holdout" run "$two" --posterior kept/posterior.csv -n 5 -o drawn -q --no-report --json
    expect 0 && [ "$(field out 'o.replicates + " " + o.posterior.known_by + " " + o.posterior.courses + " " + o.posterior.rows')" = \
        "5 2030-07-15 false 30" ] || return 1
    [ "$(field out o.posterior.digest)" = "$(sha256sum <kept/posterior.csv | cut -d' ' -f1)" ] || fail "not the digest of the file"
}
courses_are_run_on() {
    n=$(field kept/calibration.json o.paths)
    try "$holdout" run "$two" --posterior kept/paths.csv --known-by 2030-07-15 -o paths --no-report -q
    expect 0 && grep -qF "$n replicates, seed 7" out && grep -qF "parameters from $n courses calibrated to what was known by 2030-07-15" out ||
        return 1
    try "$holdout" run "$two" --posterior kept/paths.csv --known-by 2030-07-15 -o paths -q --no-report -n $((n + 1))
    expect 2 "kept/paths.csv holds $n courses, and a course can be run only once; $((n + 1)) replicates are asked for" && one_line err ||
        return 1
    try "$holdout" ablate "$two" --posterior kept/paths.csv --known-by 2030-07-15 -n $((n + 1))
    expect 2 "a course can be run only once" || return 1
    try "$holdout" run "$two" --posterior kept/paths.csv -o paths -q
    expect 2 'kept/paths.csv holds courses known by "2030-07-15"; --known-by is ""' && one_line err || return 1
    try "$holdout" run "$two" --posterior kept/paths.csv --known-by 2030-07-15 --seed 8 -o paths -q
    expect 2 "kept/paths.csv holds courses of seed 7; --seed is 8" && one_line err
}
a_course_is_told_again() {
    n=$(sqlite3 paths/run.sqlite "SELECT count(*) FROM change_row WHERE replicate = 3 AND mode > 0") || return 1
    place=$(sqlite3 paths/run.sqlite "SELECT pcode FROM change WHERE replicate = 3 AND mode <> 'start' ORDER BY date LIMIT 1")
    date=$(sqlite3 paths/run.sqlite "SELECT date FROM change WHERE replicate = 3 AND mode <> 'start' AND pcode = '$place' ORDER BY date LIMIT 1")
    try "$holdout" why "$place" --replicate 3 paths --scenario "$two"
    expect 0 && [ "$n" -gt 0 ] && grep -qF "$date" out || fail "replicate 3 of the run has $place fall on $date"
}
kept_calibration_is_gone_on_with() {
    try "$holdout" calibrate "$two" "${small[@]}" --seed 8 -o kept --resume -q
    expect 2 "kept/calibration.state: another calibration: its scenario, record, day, seed, settings or numbers of particles differ" && one_line err ||
        return 1
    try "$holdout" calibrate "$two" "${small[@]}" -o kept --resume -q --json
    expect 0 && [ "$(field out o.digest)" = "$(field json/calibration.json o.digest)" ]
}
scenario_that_changed_is_refused() {
    rm -rf two-bloc
    cp -r "$two" two-bloc
    sed -i 's/^seed: 7/seed: 9/' two-bloc/scenario.yml
    try "$holdout" run ./two-bloc --posterior kept/posterior.csv -o changed -q
    expect 2 "kept/posterior.csv:3: draws for another state of the scenario" || return 1
    sed 's/^# version: .*/# version: 0.0.1/' kept/posterior.csv >old.csv
    try "$holdout" run "$two" --posterior old.csv -o changed -q
    expect 2 "old.csv:4: draws of holdout 0.0.1; this is" || return 1
    try "$holdout" run "$source_folder/tests/scenarios/three-bloc" --posterior kept/posterior.csv -o changed -q
    expect 2 'kept/posterior.csv:2: draws for scenario "two-bloc"; this one is "three-bloc"'
}
recovery_has_a_table_and_files() {
    try "$holdout" calibrate "$two" "${small[@]}" --recover 20 -o found -q
    expect 0 && grep -qF "20 truths recovered from 7 numbers known by 2030-07-15; " out && grep -qF "identifiable (learned 0.3 or more): " out &&
        grep -qF "threshold_mean" out || return 1
    [ "$(wc -l <found/recovery.csv)" -eq 3 ] && [ "$(wc -l <found/ranks.csv)" -eq 41 ] || fail "rows of the files" || return 1
    head -n 1 found/recovery.csv | grep -q '^parameter,effect,effect_se,shrinkage,identifiable,covered,' || fail "head" || return 1
    try "$holdout" calibrate "$two" "${small[@]}" --recover 20 -o again -q --json --threads 3
    expect 0 && one_line out && is_json out && cmp -s found/recovery.csv again/recovery.csv || return 1
    [ "$(field out 'o.digest + o.truths')" = "$(field found/recovery.json 'o.digest + o.truths')" ] || return 1
    [ "$(field out 'o.parameters[1].ranks.reduce((a, b) => a + b)')" = 20 ] || return 1
    try "$holdout" calibrate "$two" "${small[@]}" --recover 3
    expect 2 '--recover is "3"; need a whole number from 20' || return 1
    try "$holdout" calibrate "$two" "${small[@]}" --recover 20 --resume
    expect 2 "--recover keeps nothing to --resume"
}
row_without_a_day_of_knowledge_is_refused() {
    rm -rf two-bloc
    cp -r "$two" two-bloc
    sed -i '3s/,2030-06-01,made up/,,made up/' two-bloc/record.csv
    try "$holdout" calibrate ./two-bloc "${small[@]}" -o no -q
    expect 2 "record.csv:3: known_on is empty; need a date such as 2021-05-01" && [ ! -e no ]
}
empty_cut_off_is_refused() {
    try "$holdout" calibrate "$two" "${small[@]}" --known-by 2030-05-01 -o no -q
    expect 2 "known by 2030-05-01, the first day: there is nothing to calibrate to yet" && one_line err || return 1
    [ ! -e no ] || fail "an empty folder is left" || return 1
    mkdir in-it && (cd in-it && try "$holdout" calibrate "$two" "${small[@]}" --known-by 2030-05-01 -q && expect 2 && [ ! -e runs ]) || fail "empty runs/ is left" || return 1
    mkdir mine && try "$holdout" calibrate "$two" "${small[@]}" --known-by 2030-05-01 -o mine -q
    expect 2 && [ -d mine ] || fail "a folder that was there has gone" || return 1
    try "$holdout" calibrate "$two" "${small[@]}" --known-by 2030-04-01 -o no -q
    expect 2 "no row of garrisons.csv was known by then"
}
usage_is_checked() {
    try "$holdout" calibrate
    expect 2 "which scenario?" || return 1
    try "$holdout" calibrate "$two" --parameters effort,valour -o no
    expect 2 '--parameters: no parameter "valour"; `holdout list parameters` lists them' && one_line err || return 1
    try "$holdout" calibrate "$two" --parameters effort,effort -o no
    expect 2 "--parameters: effort is there twice" && one_line err || return 1
    try "$holdout" calibrate "$two" --parameters effort --set effort=2 --known-by 2030-07-15 -o no
    expect 2 "effort is held at one value: there is nothing to calibrate" || return 1
    try "$holdout" calibrate "$two" --posterior kept/posterior.csv
    expect 2 "--posterior is what calibrate makes" || return 1
    try "$holdout" calibrate "$two" --until 2030-07-01
    expect 2 "a calibration ends on the day of --known-by" || return 1
    try "$holdout" calibrate "$two" -n 100 -o no
    expect 2 "10000 particles at first, 5000 more each time, 100 in all" || return 1
    try "$holdout" calibrate "$two" --effective 3
    expect 2 '--effective is "3"'
}

claims table_has_targets_parameters_and_what_was_done json_is_one_line_and_the_file_says_the_same posterior_is_run courses_are_run_on \
    a_course_is_told_again kept_calibration_is_gone_on_with scenario_that_changed_is_refused recovery_has_a_table_and_files row_without_a_day_of_knowledge_is_refused \
    empty_cut_off_is_refused usage_is_checked
