#!/bin/sh
# Writes the man pages of holdout, holdout.1 and holdout-COMMAND.1 each, from what the program says of itself: they cannot drift.
# usage: tools/make_man.sh PROGRAM FOLDER
set -eu
program=$1
folder=$2
version=$("$program" --version | sed 's/^holdout //')
mkdir -p "$folder"

# Text as roff shows it: backslashes, hyphens, and lines that begin with a dot or a quote.
escape() {
    sed -e 's/\\/\\e/g' -e 's/-/\\-/g' -e "s/^\\([.']\\)/\\\\\\&\\1/"
}

commands() { "$program" --help | sed -n 's/^  \([a-z-]*\)  *[^ ].*/\1/p'; }

# A line of the list of commands without the command and what it is about.
summary_of() {
    "$program" --help | awk -v c="$1" '/^  [a-z]/ && $1 == c { sub(/^  [a-z-]+ */, ""); while (sub(/^([A-Z]+|\[[A-Z]+\]|--[a-z]+) +/, "")) {} print }'
}

# argp's help as sections: what it is used with, what it does, options as tagged paragraphs, what is said at the end.
sections_of() {
    "$program" "$1" --help | awk '
        function flush() { if (tag != "") { print ".TP\n.B " tag; print text; tag = "" } }
        NR == 1 { sub(/^Usage: /, ""); usage = $0; part = "usage"; next }
        part == "usage" && /^ / { sub(/^ +/, " "); usage = usage $0; next }
        part == "usage" { print ".SH SYNOPSIS\n" usage "\n.SH DESCRIPTION"; part = "about" }
        /^ +-/ {
            flush()
            if (!options++) print ".SH OPTIONS"
            part = "options"
            line = $0
            sub(/^ +/, "", line)
            at = match(line, /  +/)
            tag = at ? substr(line, 1, at - 1) : line
            text = at ? substr(line, at + RLENGTH) : ""
            next
        }
        part == "options" && /^                    / { line = $0; sub(/^ +/, "", line); text = text (text == "" ? "" : " ") line; next }
        part == "options" && /^ [A-Z].*:$/ { flush(); line = $0; sub(/^ +/, "", line); sub(/:$/, "", line); print ".SS " line; next }
        part == "options" && /^[A-Z]/ { flush(); print ".SH NOTES"; part = "notes" }
        /^$/ { flush(); if (part != "options") print ".PP"; next }
        { print }
        END { flush() }' | sed -e '/^\.\(SH\|SS\|TP\|PP\|B \)/!{s/\\/\\e/g;s/^\([.'"'"']\)/\\\&\1/;}' -e 's/-/\\-/g'
}

common_end() {
    cat <<END
.SH INTENDED USE
A retrospective tool. Its probabilities describe its model under its sources; a low probability is not safety. It is not for
targeting, operations, intelligence on persons or units, decisions about persons, or advice to a party of a conflict.
END
}

{
    cat <<END
.TH HOLDOUT 1 "" "holdout $version" "User commands"
.SH NAME
holdout \- simulate contested territory, for research, teaching and preparedness
.SH SYNOPSIS
.B holdout
.I COMMAND
[\fIOPTION\fR...]
.SH COMMANDS
END
    for command in $(commands); do
        printf '.TP\n.BR holdout\\-%s (1)\n' "$command"
        summary_of "$command" | escape
    done
    cat <<END
.SH EXIT STATUS
0: done. 1: failed. 2: bad usage or bad input. Data goes to standard output, talk to standard error.
.SH FILES
.I runs/NAME/run.sqlite
is the store of a run,
.I runs/NAME/summary.json
its summary,
.I runs/NAME/report.html
its page.
END
    common_end
    cat <<END
.SH SEE ALSO
docs/ in the source: scenario.md, cli.md, model.md, intended\-use.md
END
} >"$folder/holdout.1"

for command in $(commands); do
    {
        printf '.TH HOLDOUT\\-%s 1 "" "holdout %s" "User commands"\n.SH NAME\nholdout\\-%s \\- ' "$(echo "$command" | tr a-z A-Z)" "$version" "$command"
        summary_of "$command" | escape
        sections_of "$command"
        common_end
        printf '.SH SEE ALSO\n.BR holdout (1)\n'
    } >"$folder/holdout-$command.1"
done
