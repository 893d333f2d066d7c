#!/usr/bin/env bash
# Stopped in any way at any moment, a run is finished by --resume with the digest of an undisturbed one.
. "$(dirname "$0")/lib.sh"
n=1500
options=(run "$two" -n $n --threads 2 --quiet --no-report)
"$holdout" "${options[@]}" -o whole >/dev/null || exit 1
digest=$(digest_of whole)

# Half-done runs are no runs: no summary, no page, and reading them says so.
not_taken_for_good() {
    [ ! -e "$1/summary.json" ] || fail "a summary of a half-done run" || return 1
    [ -e "$1/run.sqlite" ] || return 0
    try "$holdout" report "$1" --scenario "$two"
    [ "$code" -eq 2 ] || fail "report of a half-done run: exit code $code" || return 1
    try "$holdout" "${options[@]}" -o "$1"
    expect 2 "unfinished run" && expect 2 "--resume"
}

finishes_as_if_undisturbed() {
    try "$holdout" "${options[@]}" -o "$1" --resume
    expect 0 || return 1
    [ "$(digest_of "$1")" = "$digest" ] || fail "another digest" || return 1
    [ "$(find "$1" -name 'run.sqlite?*' | wc -l)" -eq 0 ] || fail "left over: $(ls "$1")"
}

# stop_after SIGNAL SECONDS FOLDER: keeps the exit code; the run may have ended before.
stop_after() {
    "$holdout" "${options[@]}" -o "$3" ${4:-} >out 2>err &
    child=$!
    sleep "$2"
    kill "-$1" $child 2>/dev/null
    wait $child 2>/dev/null
    code=$?
}

killed_at_any_moment_it_resumes() {
    for moment in 0.00 0.01 0.02 0.05 0.10 0.15 0.21 0.33 0.47 0.62; do
        stop_after KILL $moment "k$moment"
        [ -e "k$moment/summary.json" ] || not_taken_for_good "k$moment" || return 1
        finishes_as_if_undisturbed "k$moment" || { fail "killed after $moment s"; return 1; }
    done
}
killed_unfinished_it_can_be_raised() {
    stop_after KILL 0.05 raised -n1400
    finishes_as_if_undisturbed raised
}
killed_again_and_again_it_ends() {
    for round in $(seq 60); do
        stop_after KILL "0.$((RANDOM % 30 + 10))" often --resume
        [ -e often/summary.json ] && break
    done
    finishes_as_if_undisturbed often || fail "after $round rounds"
}
killed_while_finishing_it_resumes() {
    # the end of a run takes a tenth of a second or so: kill within it, at several places
    for moment in 0.01 0.03 0.06 0.1; do
        rm -rf late && cp -r whole late && rm late/summary.json
        "$holdout" "${options[@]}" -o late --resume >out 2>err &
        child=$!
        sleep $moment
        kill -KILL $child 2>/dev/null
        wait $child 2>/dev/null
        finishes_as_if_undisturbed late || { fail "killed $moment s into the end"; return 1; }
    done
}
signals_stop_cleanly() {
    for signal in INT TERM; do
        # a shell without job control starts children that ignore SIGINT: let the program be started by one that does not
        rm -rf "s$signal"
        node -e '
            const {spawn} = require("child_process");
            const [signal, ...args] = process.argv.slice(1);
            const child = spawn(args[0], args.slice(1), {stdio: "inherit"});
            setTimeout(() => child.kill("SIG" + signal), 300);
            child.on("exit", (code, by) => process.exit(by ? 99 : code));
        ' $signal "$holdout" "${options[@]}" -n 100000 -o "s$signal" >out 2>err
        code=$?
        expect 1 "the same command with --resume finishes the run" && expect 1 "of 100000 replicates done" || return 1
        [ ! -e "s$signal/summary.json" ] && [ ! -e "s$signal/run.sqlite-wal" ] || fail "left over: $(ls "s$signal")" || return 1
    done
}
full_disk_stops_with_a_clear_line_and_resumes() {
    for kb in 30 100 600 2000 5000; do
        rm -rf full
        (ulimit -f $kb; exec "$holdout" "${options[@]}" -o full) >out 2>err
        code=$?
        expect 1 || { fail "with $kb kB"; return 1; }
        grep -qiE "full|large|cannot be written|cannot be made" err || { fail "no clear line with $kb kB"; return 1; }
        [ ! -e full/summary.json ] || fail "a summary" || return 1
        finishes_as_if_undisturbed full || { fail "with $kb kB"; return 1; }
    done
}
second_writer_is_refused() {
    "$holdout" run "$two" -n 100000 -o busy --quiet --no-report >/dev/null 2>&1 &
    child=$!
    for _ in $(seq 100); do [ -e busy/run.sqlite-wal ] && break; sleep 0.02; done
    sleep 0.1
    try "$holdout" run "$two" -n 100000 -o busy --resume --quiet
    status=0
    expect 2 "another process is using this run" || status=1
    kill -KILL $child
    wait $child 2>/dev/null
    return $status
}

claims killed_at_any_moment_it_resumes killed_unfinished_it_can_be_raised killed_again_and_again_it_ends killed_while_finishing_it_resumes signals_stop_cleanly \
    full_disk_stops_with_a_clear_line_and_resumes second_writer_is_refused
