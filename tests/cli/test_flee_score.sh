#!/usr/bin/env bash
# Scores of cases of FLEE, fits of the improved mode, and the improved mode, from the command line.
. "$(dirname "$0")/lib.sh"

mkdir -p case/input case/validation
cat >case/input/locations.csv <<'END'
#name,region,country,gps_x,gps_y,location_type,conflict_date,pop/cap
A,r,X,0,0,conflict_zone,0,5000
B,r,X,0,1,camp,,700
C,r,Y,0,2,camp,,300
END
printf '#h\nA,B,100\nA,C,300\n' >case/input/routes.csv
{ echo '#Day,A'; for day in $(seq 0 39); do echo "$day,1"; done; } >case/input/conflicts.csv
printf 'StartDate,2020-01-01\nLength,40\n' >case/input/sim_period.csv
printf 'total,total.csv\nB,b.csv\nC,c.csv\n' >case/validation/data_layout.csv
printf '2020-01-01,5\n2020-02-09,1200\n' >case/validation/total.csv
printf '2020-01-01,5\n2020-02-09,700\n' >case/validation/b.csv
printf '2020-01-01,0\n2020-02-09,300\n' >case/validation/c.csv
cp -r case other
printf '2020-01-01,0\n2020-02-09,400\n' >other/validation/c.csv
names=conflict_movechance,default_movechance,camp_movechance,foreign_weight,camp_weight,conflict_weight,distance_power,softening,max_move_speed,awareness_level,counted,alike,share_error,sum_error
printf '# by hand\n%s\n0.9,0.3,0.001,1,1,0.25,1,10,200,1.5,0.8,0.1,0.1,0.3\n' $names >draws.csv

scores_are_a_table_and_a_csv() {
    try "$holdout" flee-score case other/ --posterior draws.csv --csv scores.csv -q
    expect 0 && grep -q "^leak-free  other .*improved" out && grep -q "^as given   (geometric mean) .*capacity split" out && ! grep -q "^leak-free .*capacity" out &&
        [ "$(head -1 scores.csv)" = "protocol,case,forecast,N,R,total,CRPS,cover,N_of_runs" ] && [ "$(grep -c '^leak-free,case,' scores.csv)" -eq 7 ] &&
        [ "$(grep -c '^as given,other,' scores.csv)" -eq 8 ] && grep -q '^as given,(geometric mean),' scores.csv
}
scores_do_not_depend_on_threads() {
    try "$holdout" flee-score case --posterior draws.csv --threads 1 --json -q && cp out one && try "$holdout" flee-score case --posterior draws.csv --threads 3 --json -q
    expect 0 && one_line out && is_json out && cmp one out
}
fits_are_written_with_and_without_each_case() {
    try "$holdout" flee-calibrate case other -o fit.csv --left-out without --first 30 --new 20 --most 50 --effective 5 --draws 12 --one-for 10
    expect 0 "without other: 30 of at most 50" && [ "$(grep -vc '^#' fit.csv)" -eq 13 ] && [ "$(grep -vc '^#' without/without-case.csv)" -eq 13 ] &&
        grep -q "^# draws .* from other$" without/without-case.csv && grep -q '^distance_power' out || return 1
    cp fit.csv before && try "$holdout" flee-calibrate case other -o fit.csv --first 30 --new 20 --most 50 --effective 5 --draws 12 --one-for 10 --threads 1 -q
    expect 0 && cmp fit.csv before || return 1
    try "$holdout" flee-score case other --left-out without -q --members 20
    expect 0 && grep -q "improved" out
}
the_improved_mode_gives_bands() {
    try "$holdout" flee case --improved --posterior draws.csv -n 30 -o improved --draws -q
    expect 0 && [ "$(head -1 improved/quantiles.csv)" = "day,date,place,data,mean,q05,q25,q50,q75,q95" ] && [ "$(wc -l <improved/quantiles.csv)" -eq 81 ] &&
        [ "$(wc -l <improved/draws.csv)" -eq 2401 ] && grep -q "as given: 2 camps" out || return 1
    try "$holdout" flee case --improved --posterior draws.csv -n 30 --leak-free --json -q
    expect 0 && one_line out && [ "$(field out o.protocol)" = leak-free ]
}
the_shipped_draws_are_found() { try "$holdout" flee case --improved -n 20 -q; expect 0 && grep -q "20 members" out; }
bad_draws_are_one_line_and_exit_2() {
    sed 's/^0.9,0.3/0.9,3/' draws.csv >bad.csv
    for command in "flee --improved" "flee-score"; do
        try "$holdout" $command case --posterior bad.csv -q
        expect 2 "bad.csv:3: default_movechance is 3; need 0.01 to 1" && one_line err && [ ! -s out ] || return 1
    done
    try "$holdout" flee-score case --left-out nowhere -q
    expect 2 "nowhere/without-case.csv: there is no such file"
}
bad_cases_are_one_line_and_exit_2() {
    cp -r case bad && printf 'A,Nowhere,5\n' >>bad/input/routes.csv
    for command in flee-score "flee-calibrate -o x.csv"; do
        try "$holdout" $command case bad -q
        expect 2 'bad/input/routes.csv:4: name2 is "Nowhere"' && one_line err && [ ! -e x.csv ] || return 1
    done
}
bad_usage_exits_2() {
    try "$holdout" flee-score; expect 2 "which cases?" || return 1
    try "$holdout" flee-calibrate; expect 2 "which cases?" || return 1
    try "$holdout" flee-calibrate case; expect 2 "where to?" || return 1
    try "$holdout" flee-calibrate case -o x.csv --left-out y; expect 2 "needs two cases" || return 1
    try "$holdout" flee-score case --posterior a --left-out b; expect 2 "two answers" || return 1
    try "$holdout" flee-score case other ./case/; expect 2 "./case/ is given twice" || return 1
    try "$holdout" flee-calibrate case other case -o x.csv; expect 2 "case is given twice" || return 1
    try "$holdout" flee case --posterior draws.csv; expect 2 "--posterior needs --improved"
}

claims scores_are_a_table_and_a_csv scores_do_not_depend_on_threads fits_are_written_with_and_without_each_case the_improved_mode_gives_bands \
    the_shipped_draws_are_found bad_draws_are_one_line_and_exit_2 bad_cases_are_one_line_and_exit_2 bad_usage_exits_2
