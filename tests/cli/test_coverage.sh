#!/usr/bin/env bash
# docs/coverage.md: every row ends somewhere, and what it names is there: mechanisms, observables, overlays, stylised facts, claims.
. "$(dirname "$0")/lib.sh"

: >err # what fail shows of it: nothing
page=$source_folder/docs/coverage.md
scenario=$source_folder/scenarios/afghanistan-2021
"$holdout" list mechanisms --json >mechanisms
"$holdout" list observables --scenario "$scenario" --json >observables

# where: the last cell of every row, as "DOCUMENT #NUMBER<tab>CELL"
awk -F ' [|] ' '/^## / {doc = $0; sub(/^## /, "", doc); sub(/ \(.*/, "", doc)}
    /^[|] [0-9]+ [|]/ {cell = $NF; sub(/ *[|]$/, "", cell); number = $1; sub(/^[|] /, "", number); print doc " #" number "\t" cell}' "$page" >where
# parts: the cell cut at semicolons, what stands in brackets left out
sed 's/([^()]*)//g' where | awk -F '\t' '{n = split($2, part, /; */); for (k = 1; k <= n; k++) print $1 "\t" part[k]}' >parts

# every LIST KNOWN WHAT: each line of LIST, "place<tab>name", has its name among the lines of KNOWN
every() {
    local bad
    [ -s "$1" ] || fail "no $3 is named" || return 1
    bad=$(awk -F '\t' 'NR == FNR {known[$1] = 1; next} !($2 in known) {print "    " $1 ": no " what " " $2}' what="$3" "$2" "$1")
    [ -z "$bad" ] || { echo "$bad"; return 1; }
}
# names WORD: what follows WORD or its plural at the start of a part, cut at commas, as "place<tab>name"
names() {
    sed -nE "s/^([^\t]*)\t(.*, )?$1s? /\1\t/p" parts | awk -F '\t' '{n = split($2, name, /, */)
        for (k = 1; k <= n; k++) {sub(/^ +/, "", name[k]); sub(/ .*/, "", name[k]); print $1 "\t" name[k]}}'
}
names_in_backticks() { # OF: only parts that match this
    awk -F '\t' -v of="$1" '$2 ~ of {rest = $2
        while (match(rest, /`[^`]+`/)) {print $1 "\t" substr(rest, RSTART + 1, RLENGTH - 2); rest = substr(rest, RSTART + RLENGTH)}}' parts
}

page_has_rows_of_five_documents() {
    [ "$(cut -d'#' -f1 where | sort -u | wc -l)" -eq 5 ] || fail "$(cut -d'#' -f1 where | sort -u | wc -l) documents" || return 1
    [ "$(wc -l <where)" -eq "$(grep -cE '^[|] [0-9]+ [|]' "$page")" ] && [ "$(wc -l <where)" -ge 100 ] || fail "$(wc -l <where) rows"
}
every_row_ends_somewhere() {
    bad=$(grep -vP '\t.*\b(mechanisms?|observables?|scenario|stylised facts?|calendar entry|claims table|record|audited only)\b' where)
    [ -z "$bad" ] || { echo "    ends nowhere: $bad"; return 1; }
}
every_mechanism_is_in_the_program() {
    field mechanisms 'o.map((m) => m.name).join("\n")' >known
    names mechanism >named
    every named known mechanism
}
every_mechanism_of_the_program_is_needed_by_a_row() {
    field mechanisms 'o.map((m) => m.name).join("\n")' >known
    names mechanism | cut -f2 | sort -u >needed
    bad=$(sort known | comm -23 - needed)
    [ -z "$bad" ] || fail "no row needs" $bad
}
every_observable_is_in_the_program() {
    field observables 'o.map((m) => m.name.split(".")[0]).join("\n")' >known
    names_in_backticks 'observable' | grep -v $'\t--' >named
    every named known observable
}
every_overlay_is_in_the_scenario() {
    (cd "$scenario/whatif" && ls) | sed 's/[.]yml$//' >known
    sed -nE 's/^([^\t]*)\t.*overlay `([^`]+)`.*/\1\t\2/p' parts >named
    every named known overlay
}
every_backtick_is_an_observable_an_overlay_or_an_option() {
    { field observables 'o.map((m) => m.name.split(".")[0]).join("\n")'; (cd "$scenario/whatif" && ls) | sed 's/[.]yml$//'; } >known
    names_in_backticks '`' | grep -v $'\t--' >named
    every named known "observable or overlay"
}
every_stylised_fact_is_in_facts_csv() {
    cut -d, -f2 "$scenario/facts.csv" | sort -u >known
    names 'stylised fact' >named
    every named known "stylised fact"
}
every_claim_is_in_claims_csv() {
    cut -d, -f1 "$scenario/claims.csv" >known
    names 'claims table' >named
    every named known claim
}

claims page_has_rows_of_five_documents every_row_ends_somewhere every_mechanism_is_in_the_program \
    every_mechanism_of_the_program_is_needed_by_a_row every_observable_is_in_the_program every_overlay_is_in_the_scenario \
    every_backtick_is_an_observable_an_overlay_or_an_option every_stylised_fact_is_in_facts_csv every_claim_is_in_claims_csv
