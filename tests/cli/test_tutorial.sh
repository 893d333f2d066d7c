#!/usr/bin/env bash
# docs/tutorial.md: every command in it works and shows what the page shows. Commands the program does not have are left out.
. "$(dirname "$0")/lib.sh"
page=$source_folder/docs/tutorial.md
follow() { try python3 "$source_folder/tests/cli/tutorial.py" "$holdout" "$@"; }

tutorial_shows_what_comes() { follow "$page"; expect 0 || { tail -n 40 out; return 1; }; }
wrong_output_is_noticed() {
    sed 's/^problems         0$/problems         1/' "$page" >wrong.md
    follow wrong.md
    expect 1 "are not what came" && grep -q '^problems         1' out
}
failing_command_is_noticed() {
    sed 's/^holdout new valley$/holdout new Valley/' "$page" >wrong.md
    follow wrong.md
    expect 1 "exit code 2, not 0"
}
update_writes_what_came() {
    sed 's/^problems         0$/problems         1/' "$page" >wrong.md
    follow wrong.md --update
    expect 0 && cmp wrong.md "$page"
}

command -v python3 >/dev/null || {
    echo "no python3: the tutorial is not tested"
    exit 0
}
claims tutorial_shows_what_comes wrong_output_is_noticed failing_command_is_noticed update_writes_what_came
