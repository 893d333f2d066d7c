#!/usr/bin/env bash
# Statements held against a run, from the command line.
. "$(dirname "$0")/lib.sh"

claims_header=id,document,document_date,date_start,date_end,quantity,value_low,value_high,value_text,unit,definition,who,assessment,confidence,known_on,kind,against
readings_header=claim,reading,expression,date_start,date_end,low,high,tolerance,record,note
# readings ROW...: a copy of the scenario with these readings in ./with
readings() {
    rm -rf with
    cp -r "$two" with
    printf '%s\n' "$claims_header" \
        "C1,D1,2030-06-20,2030-06-01,2030-06-19,Share of the country held,80,80,,% of districts,made up,Reeds,the Gazette counted 5 of 12,low,2030-06-20,quantity,C2" \
        "C2,D1,2030-06-20,2030-06-01,2030-06-19,\"Half, or | so\",50,50,,% of districts,made up,Gazette,,high,2030-06-20,quantity," \
        "C3,D1,2030-06-20,2030-06-01,2030-06-19,What ought to be,,,peace,,,Gazette,no number,med,2030-06-20,norm," >with/claims.csv
    printf '%s\n' "$readings_header" "$@" >with/readings.csv
}
good() {
    readings 'C1,area,"100 * share(reeds, of=area)",,,,,2.5,,rounded' 'C1,claim,100 * claimed_share.reeds,,,,,2.5,,' \
        'C2,districts,"100 * share(reeds, of=districts)",,,,,10,,' 'C2,fall,mechanism(assault),,,,,,,'
}
"$holdout" run "$two" -n 12 -o run --quiet --no-report >/dev/null || exit 1

table_fits_a_hundred_columns_and_tells_all() {
    good
    try "$holdout" audit run --scenario ./with
    expect 0 || return 1
    for text in "12 replicates of run" "C1 2030-06-01 to 2030-06-19 Share of the country held: 80 % of districts [Reeds]" "77.5 to 82.5" \
        "against it:" "C2 (" "needs --causes N" "What ought to be: peace [Gazette]: outside the model" "3 statements:" "record:  no number"; do
        grep -qF -- "$text" out || fail "not in the table: $text" || return 1
    done
    [ ! -s err ] && ! awk 'length($0) > 100' out | grep -q . || fail "a line is too long, or talk"
}
one_statement_is_told_in_full_beside_what_contradicts_it() {
    good
    try "$holdout" audit run --scenario with --claim C1
    expect 0 || return 1
    for text in "asks:  100 * share(reeds, of=area)" "days:" "why:  the run lies below it in" "note:  rounded" "true as:" "Against it:" \
        "means:  made up" "record:  the Gazette counted 5 of 12" "Half, or | so"; do
        grep -qF -- "$text" out || fail "not told: $text" || return 1
    done
    ! grep -q "What ought to be" out
}
contradicting_statements_stand_side_by_side() {
    good
    try "$holdout" audit run --scenario with
    expect 0 && [ "$(grep -c "^Statements that contradict each other:" out)" -eq 1 ] || return 1
    grep -qE "^C1 2030-06-01 to 2030-06-19 \[Reeds\] +\| C2 2030-06-01 to 2030-06-19 \[Gazette\]$" out || fail "not beside each other" || return 1
    [ "$(grep -c "^C1 .*| C2 " out)" -eq 1 ] || fail "told twice" || return 1
    sed -i 's/,high,2030-06-20,quantity,$/,high,2030-06-20,quantity,C1/' with/claims.csv
    try "$holdout" audit run --scenario with
    [ "$(grep -c "^C. .*| C. " out)" -eq 1 ] || fail "told twice" || return 1
    try "$holdout" audit run --scenario with --json
    [ "$(field out 'JSON.stringify(o.contradictions)')" = '[["C1","C2"]]' ]
}
json_is_one_line() {
    good
    try "$holdout" audit run --scenario with --json
    expect 0 && one_line out && is_json out || return 1
    [ "$(field out 'o.replicates + " " + o.statements.length + " " + o.statements[0].readings[0].low + " " + o.statements[2].claim_verdict + " " + o.statements[1].readings[1].measured')" = \
        "12 3 77.5 outside the model false" ]
}
csv_has_a_row_a_reading() {
    good
    try "$holdout" audit run --scenario with --csv audit.csv
    expect 0 && [ "$(wc -l <audit.csv)" -eq 6 ] && head -n 1 audit.csv | grep -q '^id,kind,document,' && grep -qF '"Half, or | so"' audit.csv
}
markdown_is_a_table() {
    good
    try "$holdout" audit run --scenario with --markdown
    expect 0 && [ "$(wc -l <out)" -eq 7 ] && grep -qF 'Half, or \| so' out && ! grep -v '^|' out
}
causes_are_run_in_pairs() {
    good
    try "$holdout" audit run --scenario with --causes 4 --json
    expect 0 && [ "$(field out 'o.causes + " " + o.statements[1].readings[1].n + " " + (o.statements[1].readings[1].effect !== null)')" = "4 4 true" ] || return 1
    cp out first
    try "$holdout" audit run --scenario with --causes 4 --json --threads 1 -q
    cmp -s out first || fail "another number of threads gives another result"
}
value_of_a_statement_changes_its_verdict() {
    good
    sed -i 's/held,80,80/held,200,200/' with/claims.csv
    try "$holdout" audit run --scenario with --json
    before=$(field out 'o.statements[0].readings[0].verdict')
    sed -i 's/held,200,200/held,,100/' with/claims.csv
    try "$holdout" audit run --scenario with --json
    [ "$before" = overstated ] && [ "$(field out 'o.statements[0].readings[0].verdict')" = supported ]
}
bad_expression_is_told_with_its_place() {
    readings 'C1,area,"share(cows, of=area)",,,,,,,' 'C1,sum,1 +,,,,,,,' 'C2,horn,unicorns,,,,,,,'
    for command in "check with" "audit run --scenario with"; do
        # shellcheck disable=SC2086
        try "$holdout" $command
        expect 2 'readings.csv:2: expression at character 7, "cows": need a bloc of the scenario: crown, reeds' &&
            expect 2 'readings.csv:3: expression at character 4, the end: need a number' &&
            expect 2 'readings.csv:4: expression at character 1, "unicorns": need an observable of the run' && [ ! -s out ] || return 1
    done
}
readings_do_not_change_what_is_run() {
    good
    try "$holdout" check with --json
    field out 'o.digest' >a
    try "$holdout" check "$two" --json
    field out 'o.digest' >b
    cmp -s a b
}
usage_is_checked() {
    try "$holdout" audit
    expect 2 "which run?" || return 1
    try "$holdout" audit nowhere
    expect 2 "nowhere: no run there" || return 1
    try "$holdout" audit run --causes 1
    expect 2 "--causes is \"1\"" || return 1
    try "$holdout" audit run --json --markdown
    expect 2 "not both" || return 1
    good
    try "$holdout" audit run --scenario with --claim C9
    expect 2 '--claim is "C9"; two-bloc has no such statement in claims.csv' && one_line err
}
show_lists_the_readings_of_a_statement() {
    good
    try "$holdout" show C1 --scenario with
    expect 0 && grep -qF "100 * share(reeds, of=area)" out && grep -q "kind *quantity" out
}
csv_that_cannot_be_written_fails() {
    good
    try "$holdout" audit run --scenario with --csv nowhere/audit.csv
    expect 1 "nowhere/audit.csv: cannot be written: No such file or directory"
}

claims table_fits_a_hundred_columns_and_tells_all one_statement_is_told_in_full_beside_what_contradicts_it \
    contradicting_statements_stand_side_by_side json_is_one_line \
    csv_has_a_row_a_reading markdown_is_a_table causes_are_run_in_pairs value_of_a_statement_changes_its_verdict \
    bad_expression_is_told_with_its_place readings_do_not_change_what_is_run usage_is_checked show_lists_the_readings_of_a_statement \
    csv_that_cannot_be_written_fails
