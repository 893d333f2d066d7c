#!/usr/bin/env bash
# What Tab offers in bash and zsh: asked of the completion functions as the shells ask them.
. "$(dirname "$0")/lib.sh"
"$holdout" run "$two" -n 4 -o runs/small --quiet --no-report >/dev/null || exit 1
mkdir bin && ln -s "$holdout" bin/holdout
touch a-file err
export HOLDOUT_FOLDER=$source_folder

# What bash offers for the words given, one a line; the last is the one being written.
bash_offers() {
    bash --norc -c 'PATH=$PWD/bin:$PATH; . "$HOLDOUT_FOLDER/tools/completion/holdout.bash"
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _holdout 2>/dev/null; printf "%s\n" "${COMPREPLY[@]}"' - "$@"
}
# The same of zsh, whose compadd and _files are stood in for: prefix and words as given, filtered by the word.
zsh_offers() {
    zsh -f -c 'PATH=$PWD/bin:$PATH; words=("$@"); CURRENT=$#
        compadd() {
            local prefix= ; local -a list
            while [[ $1 != -- ]]; do
                [[ $1 == -P ]] && prefix=$2
                shift; [[ $1 == -- ]] || shift
            done
            shift
            for w in "$@"; do [[ $prefix$w == ${words[CURRENT]}* ]] && print -r -- $prefix$w; done
            return 0
        }
        compset() { return 0 }
        _files() { [[ $1 == -/ ]] && print -l -- *(N/) || print -l -- *(N) }
        body=$(sed "\$d" "$HOLDOUT_FOLDER/tools/completion/_holdout"); eval "$body"; _holdout' - "$@"
}
# offers WORDS... -- WANTED...: both shells offer each of these; ! WORD: none offers it
offers() {
    local -a words=()
    while [ "$1" != -- ]; do
        words+=("$1")
        shift
    done
    shift
    for shell in bash zsh; do
        "$shell"_offers "${words[@]}" >offered
        local not=
        for word in "$@"; do
            if [ "$word" = ! ]; then
                not=1
            elif [ -n "$not" ]; then
                ! grep -qxF -- "$word" offered || fail "$shell: ${words[*]} offers $word" || return 1
                not=
            else
                grep -qxF -- "$word" offered || fail "$shell: ${words[*]} does not offer $word" || return 1
            fi
        done
    done
}

every_command() {
    # shellcheck disable=SC2046 # words are wanted
    offers holdout '' -- $("$holdout" --help | awk '/^  [a-z]/ { print $1 }') && offers holdout ca -- calibrate ! run
}
every_option_of_every_command() {
    local command options
    for command in $("$holdout" --help | awk '/^  [a-z]/ { print $1 }'); do
        options=$("$holdout" "$command" --help | sed -nE 's/^ {2,6}(-., )?(--[a-z-]+).*/\2/p' | sort -u)
        [ -n "$options" ] || fail "no options of $command" || return 1
        for shell in bash zsh; do
            [ "$("$shell"_offers holdout "$command" -- | tr -d = | sort -u)" = "$options" ] || fail "$shell: options of $command" || return 1
        done
    done
}
names_of_the_model() {
    offers holdout run --without sur -- surrender ! strategy && offers holdout calibrate --parameters eff -- effort
}
what_ifs_of_the_scenario() {
    offers holdout run afghanistan-2021 --what-if air -- air-goes-on airport-guard ! full-pay || return 1
    [ "$(bash_offers holdout run afghanistan-2021 --what-if = air | wc -l)" -eq 2 ] || fail "bash: --what-if=air" || return 1
    zsh_offers holdout run afghanistan-2021 --what-if=air | grep -qx -- --what-if=airport-guard || fail "zsh: --what-if=air" || return 1
    [ "$(bash_offers holdout run --set = threshold_m)" = threshold_mean= ] || fail "bash: --set=threshold_m"
}
runs_and_scenarios() {
    offers holdout report '' -- small runs ! a-file && offers holdout check '' -- afghanistan-2021 runs ! a-file && offers holdout audit --json '' -- small && offers holdout list wh -- whatif
}
a_run_that_may_be_left_out() { offers holdout serve '' -- small runs ! a-file && offers holdout why A1 --replicate 3 '' -- small ! a-file; }
names_that_show_knows() {
    offers holdout show con -- contact_rate ! capture ! a-file && offers holdout show sur -- surrender ! strategy && offers holdout show afg -- afghanistan-2021
}
nothing_where_nothing_is_known() {
    for words in "why" "new" "schema"; do
        for shell in bash zsh; do
            [ -z "$("$shell"_offers holdout "$words" '')" ] || fail "$shell: $words offers something" || return 1
        done
    done
}
cases_are_folders() { offers holdout flee '' -- runs ! a-file && offers holdout flee-score runs '' -- runs ! a-file; }
files_where_files_are_wanted() { offers holdout run --posterior '' -- a-file; }

claims a_run_that_may_be_left_out names_that_show_knows nothing_where_nothing_is_known cases_are_folders every_command every_option_of_every_command names_of_the_model what_ifs_of_the_scenario runs_and_scenarios files_where_files_are_wanted
