#!/usr/bin/env bash
# A case of FLEE from the command line: its files, the same bits for any number of threads, one clear line for what is bad.
. "$(dirname "$0")/lib.sh"

mkdir -p case/input case/validation
cat >case/input/locations.csv <<'END'
#name,region,country,gps_x,gps_y,location_type,conflict_date,pop/cap
A,r,X,0,0,conflict_zone,0,5000
B,r,X,0,1,camp,,0
C,r,Y,0,2,camp,,900
END
printf '#a,b,km,r\nA,B,100,0\nA,C,300,0\n' >case/input/routes.csv
printf '#Day,A\n0,1\n1,1\n2,1\n3,1\n' >case/input/conflicts.csv
printf 'StartDate,2020-01-01\nLength,4\n' >case/input/sim_period.csv
printf 'total,total.csv\nB,b.csv\nC,c.csv\n' >case/validation/data_layout.csv
printf '2020-01-01,5\n2020-01-04,600\n' >case/validation/b.csv
printf '2020-01-01,0\n2020-01-04,300\n' >case/validation/c.csv
printf '2020-01-01,5\n2020-01-04,900\n' >case/validation/total.csv

a_case_gives_flees_columns() {
    try "$holdout" flee case -n 1 -o one --draws -q
    expect 0 && grep -q '^R ' out || return 1
    [ "$(head -1 one/out.csv)" = "Day,Date,B sim,B data,B error,C sim,C data,C error,Total error,refugees in camps (UNHCR),total refugees (simulation),raw UNHCR refugee count,refugees in camps (simulation),refugee_debt" ] &&
        [ "$(wc -l <one/out.csv)" -eq 5 ] && grep -q '^3,2020-01-05,' one/out.csv && [ "$(head -1 one/draws.csv)" = "run,day,place,people" ] &&
        grep -q '^1,3,(total people),900$' one/draws.csv || return 1
    [ "$(grep -c '"flee":{"name":"case","days":4' one/report.html)" -eq 1 ] || fail "no page of the case"
}
bits_do_not_depend_on_threads() {
    try "$holdout" flee case -n 30 -o t1 --threads 1 --draws --flows -q && try "$holdout" flee case -n 30 -o t3 --threads 3 --draws --flows -q
    expect 0 && diff -r t1 t3 && [ "$(wc -l <t1/draws.csv)" -eq 361 ] && grep -q '^A,B,' t1/flows.csv
}
other_seeds_give_other_draws() { try "$holdout" flee case -n 30 -o s2 --seed 2 --draws -q && expect 0 && ! cmp -s t1/draws.csv s2/draws.csv; }
json_is_one_line() { try "$holdout" flee case -n 2 --json -q; expect 0 && one_line out && is_json out && [ "$(field out o.people)" = 900 ]; }
surprises_are_said_and_switched() {
    try "$holdout" flee case -n 1
    expect 0 "data_layout.csv:1: total is 5 on day 0" || return 1
    try "$holdout" flee case -n 1 --documented total-error
    expect 0 && ! grep -q "total is 5 on day 0" err
}
unknown_surprises_are_bad_usage() {
    try "$holdout" flee case --documented magic
    expect 2 "no surprise of that name" || return 1
    try "$holdout" flee case --documented two-system
    expect 2 "nothing else is simulated"
}
bad_input_is_one_line_and_exit_2() {
    cp -r case bad && printf 'A,Nowhere,5\n' >>bad/input/routes.csv
    try "$holdout" flee bad -o bad-out -q
    expect 2 'bad/input/routes.csv:4: name2 is "Nowhere"' && one_line err && [ ! -e bad-out ] && [ ! -s out ]
}
a_folder_that_cannot_be_made_is_said_first() {
    touch a-file
    for folder in a-file a-file/below /proc/below; do
        try "$holdout" flee case -n 1 -o "$folder" -q
        expect 1 "$folder: " && one_line err && [ ! -s out ] || return 1
        try "$holdout" flee case --improved -n 2 -o "$folder" -q
        expect 1 "$folder: " && one_line err && [ ! -s out ] || return 1
        try "$holdout" run "$two" -n 1 -o "$folder" -q
        expect 1 && one_line err || return 1
    done
}
no_case_is_bad_usage() {
    try "$holdout" flee
    expect 2 "which case?" || return 1
    try "$holdout" flee "$two"
    expect 2 "there is no locations.csv in it"
}
draws_need_a_folder() { try "$holdout" flee case --draws; expect 2 "need --output"; }

claims a_case_gives_flees_columns bits_do_not_depend_on_threads other_seeds_give_other_draws json_is_one_line surprises_are_said_and_switched \
    unknown_surprises_are_bad_usage bad_input_is_one_line_and_exit_2 a_folder_that_cannot_be_made_is_said_first no_case_is_bad_usage draws_need_a_folder
