#!/bin/sh
# Writes the man page of holdout to stdout, from what the program says of itself: it cannot drift.
# usage: tools/make_man.sh PROGRAM
set -eu
program=$1
version=$("$program" --version | sed 's/^holdout //')

# Text as roff shows it: backslashes, hyphens, and lines that begin with a dot or a quote.
escape() {
    sed -e 's/\\/\\e/g' -e 's/-/\\-/g' -e "s/^\\([.']\\)/\\\\\\&\\1/"
}

cat <<EOF
.TH HOLDOUT 1 "" "holdout $version" "User commands"
.SH NAME
holdout \- simulate contested territory, for research, teaching and preparedness
.SH SYNOPSIS
.B holdout
.I COMMAND
[\fIOPTION\fR...]
.SH DESCRIPTION
.nf
EOF
"$program" --help | sed 1,2d | escape
echo .fi
"$program" --help | sed -n 's/^  \([a-z-]*\)  *[^ ].*/\1/p' | while read -r command; do
    echo ".SH HOLDOUT $(echo "$command" | tr a-z A-Z)"
    echo .nf
    "$program" "$command" --help | escape
    echo .fi
done
cat <<EOF
.SH INTENDED USE
A retrospective tool. Its probabilities describe its model under its sources; a low probability is not safety. It is not for
targeting, operations, intelligence on persons or units, decisions about persons, or advice to a party of a conflict.
.SH FILES
.I runs/NAME/run.sqlite
is the store of a run,
.I runs/NAME/summary.json
its summary,
.I runs/NAME/report.html
its page.
.SH SEE ALSO
docs/ in the source: scenario.md, cli.md, model.md, intended\-use.md
EOF
