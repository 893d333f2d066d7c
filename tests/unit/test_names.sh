#!/bin/bash
# No name of a scenario stands in the program: sides, communities, patrons, provinces, districts and crossings of the shipped scenario are
# looked for, as whole words written as there, in src/, include/ and cli/ (the built page is left out). Words that mean something else too are not looked for.
set -eu
folder=scenarios/afghanistan-2021
words=$(mktemp)
trap 'rm -f "$words"' EXIT
{
    # names and ids of the sections that name things, their words split
    awk '/^[a-z_]+:/ {section = $1} section ~ /^(blocs|groups|factions|patrons|crossings):/' "$folder/scenario.yml" |
        grep -oE '(id|name|neighbour): *"?[A-Za-z -]+' | sed -E 's/^[a-z]+: *"?//'
    cut -d, -f2,3 "$folder/districts.csv" | tail -n +2 | tr ',' '\n'
} | tr ' -' '\n\n' | tr -d '"()' | awk 'length($0) >= 4' | sort -u |
    grep -vxiE 'government|republic|other|forces|central|highlands|state|states|united|donors|civil|private|gulf|allies|partners|and|not|stated|local|arab|islamic|nato|khan|shah|band|gran|lash|pass|dara|darah|nari|dand|baba|center|city|abad|chak|deh|kang|khost|posh|spin|dangam|mata|mandol|main|post|gizab|alasay|aqcha|here|mizan|maruf|farsi|sarobi|rodat|lalpur|koran|with|their|land|kamah|day|giro|char|name|neighbour|id' > "$words"
[ "$(wc -l <"$words")" -gt 200 ] || { echo "only $(wc -l <"$words") names were found"; exit 1; }
found=$(grep -rnwFf "$words" src include cli --include='*.c' --include='*.h' --include='*.def' --exclude=template.c || true)
[ -z "$found" ] || { echo "names of the scenario in the program:"; echo "$found"; exit 1; }
