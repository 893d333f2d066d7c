# What the tests of the command line share. Each claim is a function; `claims NAME...` runs them and counts.
set -u
holdout=$(realpath "$1")
source_folder=$PWD
two=$source_folder/tests/scenarios/two-bloc
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
n_passed=0
n_failed=0

# Runs a command; keeps its exit code in $code, stdout in ./out, stderr in ./err.
try() {
    "$@" >out 2>err
    code=$?
}

fail() {
    echo "    $*"
    sed 's/^/    err: /' err | head -n 5
    return 1
}

# expect CODE [TEXT ON STDERR]
expect() {
    [ "$code" -eq "$1" ] || fail "exit code $code, not $1" || return 1
    [ $# -lt 2 ] || grep -qF -- "$2" err || fail "not on stderr: $2" || return 1
}

one_line() { [ "$(wc -l <"$1")" -eq 1 ] || fail "$1 has $(wc -l <"$1") lines"; }
is_json() { node -e 'JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"))' "$1" 2>/dev/null || fail "$1 is not JSON"; }
# field FILE EXPRESSION: prints a value of the object `o` in a file of JSON
field() { node -e 'const o = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8")); console.log(eval(process.argv[2]))' "$1" "$2"; }
digest_of() { field "$1/summary.json" o.digest; }

# interrupt PID SIGNAL SECONDS: sends it once the program catches it, and SECONDS later at the earliest. What comes before is lost: a shell without job
# control starts children that ignore SIGINT.
interrupt() {
    local caught=0 number
    number=$(kill -l "$2")
    for _ in $(seq 200); do
        [ "$(readlink "/proc/$1/exe")" = "$holdout" ] && caught=$((0x$(sed -n 's/^SigCgt:[[:space:]]*//p' "/proc/$1/status") >> (number - 1) & 1))
        [ "$caught" -eq 0 ] || break
        sleep 0.1
    done
    sleep "$3"
    kill -"$2" "$1"
}

# stops_cleanly TEXT COMMAND...: a command with --csv late.csv, interrupted, fails with one line that has TEXT and leaves nothing half done
stops_cleanly() {
    local text=$1 job
    shift
    "$@" >out 2>err &
    job=$!
    interrupt "$job" INT 0.5
    wait "$job"
    code=$?
    expect 1 "$text" && one_line err && [ ! -s out ] && [ ! -e late.csv ]
}

claims() {
    for claim in "$@"; do
        if "$claim"; then
            n_passed=$((n_passed + 1))
        else
            n_failed=$((n_failed + 1))
            echo "FAILED $claim"
        fi
    done
    echo "$n_passed passed, $n_failed failed"
    [ "$n_failed" -eq 0 ]
}
