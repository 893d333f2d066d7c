# Completion of holdout for bash. It asks the program for its commands, options and names, so it knows what the program knows.
# Use: `cmake --install` puts it where bash-completion looks; or `source tools/completion/holdout.bash`.

# First column of a table of `holdout list`.
_holdout_list() { "$_holdout_program" list "$@" 2>/dev/null | awk 'NR > 1 && /^[^ ]/ { print $1 }'; }

_holdout_commands() { "$_holdout_program" --help 2>/dev/null | awk '/^  [a-z]/ { print $1 }'; }

# Options of a command, with "=" behind those that take a value.
_holdout_options() {
    "$_holdout_program" "$1" --help 2>/dev/null | grep -oE '^ +(-[A-Za-z?], )?--[a-z-]+(\[?=)?' | grep -oE -- '--[a-z-]+=?'
}

# What stands for the first thing a command is about ("SCENARIO", "RUN", ...).
_holdout_kind() { "$_holdout_program" --help 2>/dev/null | awk -v c="$1" '/^  [a-z]/ && $1 == c { print $2 }'; }

_holdout_runs() {
    local path
    for path in runs/*/run.sqlite; do
        [ -e "$path" ] && basename "${path%/run.sqlite}"
    done
}

# What `holdout show` tells of, as far as there is a list of it.
_holdout_named() {
    local what
    for what in parameters mechanisms observables scenarios; do _holdout_list "$what"; done
}

# Values of an option, one a line; nothing: files are offered.
_holdout_values() {
    case $1 in
        --what-if) _holdout_list whatif ${2:+"$2"} ;;
        --without) _holdout_list mechanisms ;;
        --set) _holdout_list parameters | sed 's/$/=/' ;;
        --parameters) _holdout_list parameters ;;
        --scenario) _holdout_list scenarios ;;
    esac
}

_holdout() {
    local _holdout_program=${COMP_WORDS[0]} word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]:-} command=${COMP_WORDS[1]:-}
    local option='' choice=''
    COMPREPLY=()
    # bash breaks words at "=": --set NAME, --set = NAME
    if [ "$word" = = ]; then
        option=$before word=
    elif [ "$before" = = ] && ((COMP_CWORD >= 2)); then
        option=${COMP_WORDS[COMP_CWORD - 2]}
    elif [[ $before == --* ]] && _holdout_options "$command" | grep -qxF -- "$before="; then
        option=$before
    fi
    if ((COMP_CWORD == 1)); then
        choice=$(_holdout_commands)
    elif [[ $word == -* ]]; then
        choice=$(_holdout_options "$command")
        compopt -o nospace 2>/dev/null
    elif [ -n "$option" ] && choice=$(_holdout_values "$option" "$(_holdout_scenario)") && [ -n "$choice" ]; then
        [ "$option" != --set ] || compopt -o nospace 2>/dev/null
    else
        local kind what=-f
        kind=$(_holdout_kind "$command")
        [ -n "$option" ] || case $kind in
            SCENARIO) choice=$(_holdout_list scenarios) what=-d ;;
            RUN | \[RUN\] | A) choice=$(_holdout_runs) what=-d ;;
            DISTRICT) # the run comes behind it
                what=
                ((COMP_CWORD == 2)) || choice=$(_holdout_runs) what=-d
                ;;
            NAME)
                what=
                [ "$command" != show ] || choice=$(_holdout_named)
                ;;
            DIR | CASE...) what=-d ;;
            [a-z]*) what= ;; # nothing but options
            \[WHAT\]) choice="scenarios whatif mechanisms parameters observables" what= ;;
        esac
        [ -z "$what" ] || COMPREPLY=($(compgen "$what" -- "$word"))
        compopt -o filenames 2>/dev/null
    fi
    COMPREPLY+=($(compgen -W "$choice" -- "$word"))
}

# The scenario among the words, if it is a known one.
_holdout_scenario() {
    local word known
    known=" $(_holdout_list scenarios | tr '\n' ' ')"
    for word in "${COMP_WORDS[@]:2}"; do
        [ -n "$word" ] && { [[ $known == *" $word "* ]] || [ -f "$word/scenario.yml" ]; } && echo "$word" && return
    done
}

complete -F _holdout holdout
