#!/usr/bin/env bash
# Bad usage and bad input: the exit code, one clear line a problem, and nothing left behind that looks like a run.
. "$(dirname "$0")/lib.sh"

no_command_shows_help_and_is_bad_usage() { try "$holdout"; expect 2 "Usage: holdout COMMAND" && [ ! -s out ]; }
help_goes_to_stdout() { try "$holdout" --help; expect 0 && grep -q "Usage: holdout COMMAND" out && [ ! -s err ]; }
version_is_one_line() { try "$holdout" --version; expect 0 && grep -qE '^holdout [0-9]+\.[0-9]+\.[0-9]+$' out && one_line out; }
every_command_has_help() {
    for command in run check list show report why tell score brief audit flee flee-score flee-calibrate compare ablate explain sensitivity new schema; do
        try "$holdout" "$command" --help
        expect 0 && grep -q "Usage: holdout $command" out || return 1
    done
}
unknown_command_is_named() { try "$holdout" rnu; expect 2 'no command "rnu"'; }
unknown_option_is_bad_usage() { try "$holdout" run "$two" --no-such-option; expect 2 "no-such-option"; }
missing_scenario_is_bad_usage() { try "$holdout" run; expect 2 "which scenario?"; }
unknown_scenario_is_named() { try "$holdout" run atlantis; expect 2 'no scenario "atlantis"' && one_line err; }
empty_scenario_name_is_refused() { try "$holdout" run ""; expect 2 'no scenario ""'; }
replicates_must_be_whole_and_positive() {
    for n in 0 -1 1.5 ten "" 1e3 99999999999999999999 " 5"; do
        try "$holdout" run "$two" -n "$n"
        expect 2 'need a whole number from 1' || return 1
    done
}
seed_must_fit_32_bits() { try "$holdout" run "$two" --seed 4294967296; expect 2 "--seed is \"4294967296\""; }
threads_must_be_positive() { try "$holdout" run "$two" --threads 0; expect 2 "--threads is \"0\""; }
dates_must_exist() {
    for date in 2030-02-30 tomorrow 2030-5-1 ""; do
        try "$holdout" run "$two" --until "$date"
        expect 2 "need a date like" || return 1
    done
}
until_before_the_start_is_refused() { try "$holdout" run "$two" --until 2030-04-30 -o x; expect 2 "2030-04-30" && [ ! -e x ]; }
steps_per_day_are_limited() { try "$holdout" run "$two" --steps-per-day 25; expect 2 "from 1 to 24"; }
unknown_mechanism_is_named() { try "$holdout" run "$two" --without magic; expect 2 "--without magic: no such mechanism"; }
unknown_parameter_is_named() { try "$holdout" run "$two" --set no_such=1 -o x; expect 2 "no_such" && [ ! -e x ]; }
parameter_out_of_range_is_refused() { try "$holdout" run "$two" --set contact_rate=-1 -o x; expect 2 "contact_rate" && [ ! -e x ]; }
every_bad_setting_is_reported() {
    try "$holdout" run "$two" --set no_such=1 --set nor_this=2
    expect 2 "no_such" && expect 2 "nor_this"
}
resume_and_overwrite_exclude_each_other() { try "$holdout" run "$two" --resume --overwrite; expect 2 "not both"; }
empty_output_is_refused() { try "$holdout" run "$two" -o ""; expect 2 "--out is empty"; }

resume_of_nothing_starts_anew_with_a_note() {
    try "$holdout" run "$two" -n 2 -o runs/fresh --resume --no-report
    expect 0 "nothing to resume in runs/fresh; starting anew" && [ -e runs/fresh/summary.json ] || return 1
    try "$holdout" run "$two" -n 2 -o runs/fresh --resume --no-report
    expect 0 && ! grep -q "nothing to resume" err || return 1
    try "$holdout" run "$two" -n 2 -o fresh --resume --no-report
    expect 0 "nothing to resume in fresh; starting anew" || return 1
    try "$holdout" run "$two" -n 2 -o silent --resume --no-report --quiet
    expect 0 && [ ! -s err ]
}
damaged_run_is_not_to_be_resumed() {
    try "$holdout" run "$two" -n 30 -o sound --quiet --no-report && expect 0 || return 1
    pages=$(($(wc -c <sound/run.sqlite) / 4096))
    found=0
    for tenth in 0 1 2 3 4 5 6 7 8 9; do
        rm -rf damaged && cp -r sound damaged && rm damaged/summary.json
        head -c 8192 /dev/zero | tr '\0' '\377' | dd of=damaged/run.sqlite bs=4096 seek=$((pages * tenth / 10)) conv=notrunc 2>/dev/null
        try "$holdout" run "$two" -n 30 -o damaged --resume --quiet --no-report
        [ "$code" -eq 0 ] && continue
        found=$((found + 1))
        expect 2 "damaged" && ! grep -qF -- "--resume" err || { fail "at $tenth tenths: exit code $code"; return 1; }
    done
    [ "$found" -gt 2 ] || fail "only $found damages were seen"
}

every_problem_of_a_scenario_is_reported_with_file_and_line() {
    cp -r "$two" bad
    sed -i '2s/168000/-4/; 3s/plain/swamp/' bad/districts.csv
    try "$holdout" check bad
    expect 2 "districts.csv:2:" && expect 2 "districts.csv:3:" && expect 2 "2 problems in the input" && [ ! -s out ] || return 1
    try "$holdout" run bad -o x
    expect 2 "districts.csv:2:" && [ ! -e x ]
}
scenario_without_a_file_is_named() {
    cp -r "$two" hollow
    rm hollow/edges.csv
    try "$holdout" check hollow
    expect 2 "edges.csv"
}
empty_folder_is_no_scenario() { mkdir -p void; try "$holdout" check ./void; [ "$code" -ne 0 ] && grep -q "scenario.yml" err; }
crlf_and_byte_order_mark_change_nothing() {
    cp -r "$two" crlf
    for file in crlf/*.csv; do
        { printf '\357\273\277'; sed 's/$/\r/' "$file"; } >tmp && mv tmp "$file"
    done
    try "$holdout" run "$two" -n 5 -o plain --no-report --quiet && expect 0 || return 1
    try "$holdout" run ./crlf -n 5 -o crlfrun --no-report --quiet && expect 0 || return 1
    [ "$(digest_of plain)" = "$(digest_of crlfrun)" ] || fail "another digest"
}
binary_noise_is_refused_not_read() {
    cp -r "$two" noise
    head -c 5000 /dev/urandom >noise/scenario.yml
    try "$holdout" check noise
    [ "$code" -eq 2 ] || fail "exit code $code"
}

check_of_a_good_scenario_is_quiet_on_stderr() { try "$holdout" check "$two"; expect 0 && grep -q "problems *0" out && [ ! -s err ]; }
list_names_mechanisms_parameters_observables() {
    try "$holdout" list mechanisms && expect 0 && grep -q "^surrender " out || return 1
    try "$holdout" list parameters --scenario "$two" && expect 0 && grep -q "^contact_rate " out || return 1
    try "$holdout" list observables --scenario "$two" && expect 0 && grep -q "^centres_held.reeds " out || return 1
    try "$holdout" list nonsense
    expect 2 'list "nonsense"'
}
lists_and_cards_are_json_if_asked() {
    for what in scenarios mechanisms "parameters --scenario $two" "observables --scenario $two"; do
        # shellcheck disable=SC2086
        try "$holdout" list $what --json
        expect 0 && one_line out && is_json out || return 1
    done
    try "$holdout" show contact_rate --scenario "$two" --json
    expect 0 && one_line out && is_json out
}
every_parameter_shows_value_range_source() {
    for name in $("$holdout" list parameters --scenario "$two" | tail -n +2 | cut -d' ' -f1); do
        try "$holdout" show "$name" --scenario "$two"
        expect 0 && grep -qE '^source +[^ -]' out && grep -qE '^(prior|held at) +[a-z]' out && grep -q '^least allowed' out || {
            fail "$name"
            return 1
        }
    done
}
show_finds_sides_places_and_dates() {
    for name in crown VA01 army two-bloc; do
        try "$holdout" show "$name" --scenario "$two"
        [ "$name" = two-bloc ] || expect 0 || return 1
    done
    try "$holdout" show "$two"
    expect 0 && grep -q "The court and the Reeds" out
}
shows() { grep -qE -- "$1" out || fail "not shown: $1"; }
show_leads_every_number_to_its_line() {
    try "$holdout" show corps-south --scenario "$two"
    expect 0 && shows '^seat +VC02' && shows '^superior +staff' && shows '^faction +court' && shows '^at +commands.csv:4' || return 1
    try "$holdout" show "$(pass_of_two)" --scenario "$two"
    expect 0 && shows 'edge +V[A-Z][0-9]+-V[A-Z][0-9]+' && shows 'at +edges.csv:[0-9]+' && shows '^closed months' || return 1
    try "$holdout" show court --scenario "$two"
    expect 0 && shows 'affinity to groups' && shows '^  upland' && shows '^ready without maintenance' && shows '^sorties' || return 1
    try "$holdout" show VA01 --scenario "$two"
    expect 0 && shows '^source' && shows '^at +districts.csv:2' && shows 'gives no known_on' || return 1
    try "$holdout" show gone-half --scenario "$two"
    expect 0 && shows 'unit +share withdrawn' || return 1
    try "$holdout" show feast --scenario "$two"
    expect 0 && shows 'unit +factor of engagements'
}
pass_of_two() { sed -n '/^passes:/,/^$/s/.*name: \([^,]*\),.*/\1/p' "$two/scenario.yml" | head -n 1; }
show_has_the_prior_of_before() {
    cp -r "$two" before
    printf 'parameters:\n  contact_rate:\n    prior: {lognormal: [0.02, 0.7]}\n    known_on: 2030-06-01\n    prior_before: {lognormal: [0.01, 0.9]}\n    source: "made up"\n' >lines
    sed -i -e '/^parameters:/{r lines' -e 'd}' before/scenario.yml
    try "$holdout" show contact_rate --scenario ./before
    expect 0 && shows '^prior_before +lognormal\(0.01, 0.9\)'
}
show_finds_places_by_name() {
    try "$holdout" show ashmere --scenario "$two"
    expect 0 && shows '^pcode +VA02' || return 1
    try "$holdout" show aldervale --scenario "$two"
    expect 0 && shows '^what +province' && shows '- VA02 Ashmere' && shows 'at +groups.csv:' || return 1
    try "$holdout" show VA --scenario "$two"
    expect 0 && shows '^name +Aldervale' || return 1
    cp -r "$two" namesake
    sed -i 's/^VB01,Brindle,/VB01,Ashmere,/' namesake/districts.csv
    try "$holdout" show Ashmere --scenario ./namesake
    expect 0 && shows 'pcode +VA02' && shows 'pcode +VB01' || return 1
    try "$holdout" why Ashmere --replicate 0 ./namesake
    expect 2 "VA02  Ashmere, Aldervale" && expect 2 "VB01  Ashmere, Brookmark" && expect 2 "give a p-code" || return 1
    try "$holdout" why brindle --replicate 0 "$two"
    expect 0 && shows '^pcode +VB01'
}
show_has_all_things_of_one_name() {
    cp -r "$two" same
    sed -i 's/id: crown,/id: court,/; s/bloc: crown/bloc: court/; s/friendly_to: crown/friendly_to: court/' same/scenario.yml
    sed -i 's/\.crown,/.court,/' same/record.csv
    try "$holdout" show court --scenario ./same
    expect 0 && shows 'what +bloc' && shows 'what +faction'
}
show_of_nothing_says_so() { try "$holdout" show xyzzy --scenario "$two"; expect 2 'nothing named "xyzzy"'; }
tell_names_dated_events_in_words() {
    try "$holdout" tell "$two" --replicate 0
    expect 0 && grep -q "Dated event: the patron's speech\.$" out || fail "no name in words" || return 1
    try "$holdout" tell --replicate 0 a b
    expect 2 'one run or scenario, not also "b"'
}
every_calendar_entry_can_be_shown() {
    for id in $(sed -nE '/^calendar:/,/^[a-z]+:$/s/^  - \{id: ([a-z0-9-]+),.*/\1/p' "$two/scenario.yml"); do
        try "$holdout" show "$id" --scenario "$two"
        expect 0 && grep -qE '^ +unit +[^ -]' out || fail "$id has no unit" || return 1
    done
}
why_wants_a_district_and_a_replicate() {
    try "$holdout" why VA01
    expect 2 "need a district's p-code or name and --replicate K" || return 1
    try "$holdout" why QQ99 --replicate 0 "$two"
    expect 2 'no district "QQ99"'
}
data_that_cannot_be_written_is_a_failure() {
    for command in --help "list mechanisms" "show contact_rate --scenario $two" "run $two -n 1 -o full --overwrite --quiet --no-report"; do
        # shellcheck disable=SC2086
        "$holdout" $command >/dev/full 2>err
        code=$?
        expect 1 "stdout: writing failed" && one_line err || return 1
    done
}
report_of_nothing_says_so() { try "$holdout" report nowhere; expect 2 "no run there"; }

claims no_command_shows_help_and_is_bad_usage help_goes_to_stdout version_is_one_line every_command_has_help \
    unknown_command_is_named unknown_option_is_bad_usage missing_scenario_is_bad_usage unknown_scenario_is_named \
    empty_scenario_name_is_refused replicates_must_be_whole_and_positive seed_must_fit_32_bits threads_must_be_positive \
    dates_must_exist until_before_the_start_is_refused steps_per_day_are_limited unknown_mechanism_is_named \
    unknown_parameter_is_named parameter_out_of_range_is_refused every_bad_setting_is_reported \
    resume_and_overwrite_exclude_each_other resume_of_nothing_starts_anew_with_a_note damaged_run_is_not_to_be_resumed empty_output_is_refused \
    every_problem_of_a_scenario_is_reported_with_file_and_line scenario_without_a_file_is_named empty_folder_is_no_scenario \
    crlf_and_byte_order_mark_change_nothing binary_noise_is_refused_not_read check_of_a_good_scenario_is_quiet_on_stderr \
    list_names_mechanisms_parameters_observables lists_and_cards_are_json_if_asked every_parameter_shows_value_range_source \
    show_finds_sides_places_and_dates show_leads_every_number_to_its_line show_has_the_prior_of_before \
    show_finds_places_by_name show_has_all_things_of_one_name show_of_nothing_says_so tell_names_dated_events_in_words every_calendar_entry_can_be_shown why_wants_a_district_and_a_replicate \
    data_that_cannot_be_written_is_a_failure report_of_nothing_says_so
