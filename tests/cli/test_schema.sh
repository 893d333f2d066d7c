#!/usr/bin/env bash
# The JSON Schema says what `holdout check` says wherever one value can tell. Validating needs Debian's python3-jsonschema and
# python3-yaml; without them only the printing is tested.
. "$(dirname "$0")/lib.sh"
python=/usr/bin/python3
validate=$source_folder/tests/cli/validate.py

schema_is_json_on_stdout() {
    try "$holdout" schema
    expect 0 && is_json out && [ ! -s err ] && [ "$(field out 'o.$schema')" = https://json-schema.org/draft/2020-12/schema ] || return 1
    cp out scenario.schema.json
    try "$holdout" schema --overlay
    expect 0 && is_json out && [ "$(field out 'o.required.join()')" = format,title,why ] && cp out overlay.schema.json
}
schema_takes_no_argument() { try "$holdout" schema two-bloc; expect 2 'no argument, not "two-bloc"'; }

scenarios_that_are_good_validate() {
    for file in "$source_folder"/scenarios/*/scenario.yml "$source_folder"/tests/scenarios/*/scenario.yml; do
        try "$python" "$validate" scenario.schema.json "$file"
        expect 0 || return 1
    done
}
# changed SED-EXPRESSION: two-bloc with a change in scenario.yml
changed() {
    rm -rf changed && cp -r "$two" changed && sed -i "$1" changed/scenario.yml
    ! cmp -s changed/scenario.yml "$two/scenario.yml" || fail "nothing changed by $1"
}
both_refuse() {
    changed "$1" || return 1
    try "$holdout" check ./changed
    expect 2 || { fail "accepted by check: $1"; return 1; }
    try "$python" "$validate" scenario.schema.json changed/scenario.yml
    expect 1 "changed/scenario.yml: " || fail "not refused by the schema: $1"
}
both_accept() {
    changed "$1" || return 1
    try "$holdout" check ./changed
    expect 0 || { fail "refused by check: $1"; return 1; }
    try "$python" "$validate" scenario.schema.json changed/scenario.yml
    expect 0 || fail "refused by the schema: $1"
}
unknown_keys_are_refused() {
    both_refuse 's/^seed: 7/seeds: 7/' && both_refuse '$a colour: red' && both_refuse 's/worth: 2.0/worths: 2.0/' &&
        both_refuse 's/readiness: 0.8,/readyness: 0.8,/' && both_refuse 's/kind: cash, value: 8000/kind: cash, amount: 8000/' &&
        both_refuse 's/supply_days: {uniform: \[10, 30\]}/supply_days: {unifrom: [10, 30]}/'
}
missing_keys_are_refused() {
    both_refuse '/^until:/d' && both_refuse 's/, color: "#b5523b"//' && both_refuse '/name: Guard/d' &&
        both_refuse 's/ quantity: contested,//' && both_refuse 's/faction: cairn-folk, //'
}
wrong_types_are_refused() {
    both_refuse 's/^seed: 7/seed: seven/' && both_refuse 's/^seed: 7/seed: "7"/' && both_refuse 's/^seed: 7/seed: 7.5/' &&
        both_refuse 's/worth: 2.0/worth: [2.0]/' && both_refuse 's/reserve: true/reserve: yes/' &&
        both_refuse 's/^title: .*/title: [The court]/' && both_refuse 's/^from: 2030-05-01/from: 1 May/' &&
        both_refuse 's/base: \[VB\]/base: VB/' && both_refuse 's/{lognormal: \[1300, 0.3\]}/1300/' &&
        both_refuse 's/^parameters: {}/parameters: []/' && both_refuse 's/"#b5523b"/red/' && both_refuse 's/id: army/id: Army/'
}
values_out_of_range_are_refused() {
    both_refuse 's/^seed: 7/seed: 4294967296/' && both_refuse 's/^replicates: 20/replicates: 0/' &&
        both_refuse 's/worth: 2.0/worth: 0/' && both_refuse 's/readiness: 0.8,/readiness: 1.1,/' &&
        both_refuse 's/affinity: {lowland: 0.5}/affinity: {lowland: 1.5}/' && both_refuse 's/role: militia/role: army/' &&
        both_refuse 's/kind: lull/kind: pause/' && both_refuse 's/closed_months: \[11,/closed_months: [13,/' &&
        both_refuse 's/factor: \[0.7, /factor: [/' && both_refuse 's/edges: \[\[VA04, VC02\]\]/edges: []/' &&
        both_refuse 's/{lognormal: \[1300, 0.3\]}/{lognormal: [1300]}/' &&
        both_refuse 's/{lognormal: \[1300, 0.3\]}/{lognormal: [1300, -1]}/' &&
        both_refuse 's/{lognormal: \[1300, 0.3\]}/{lognormal: [1300, 0.3], point: 3}/' && both_refuse 's/^format: 1/format: 2/'
}
unusual_but_good_values_are_accepted() {
    both_accept 's/^title: .*/title: 2030/' && both_accept 's/name: Guard/name: 7/' && both_accept 's/worth: 2.0/worth: 2e0/' &&
        both_accept '/^holdout:/d' && both_accept '/^notes:/d' && both_accept 's/reserve: true/reserve: false/' &&
        both_accept 's/source: "made up"/source: true/' && both_accept 's/{point: 0}/{point: 0, min: 0, max: 3}/'
}
overlay() { printf 'format: 1\ntitle: A\nwhy: B\n%b' "$1" >overlay.yml; try "$python" "$validate" overlay.schema.json overlay.yml; }
overlays_are_parts_of_a_scenario() {
    overlay '' && expect 0 || return 1
    overlay 'calendar:\n  - {id: feast, remove: true}\n' && expect 0 || return 1
    overlay 'factions:\n  - {id: court, stock_days: 3}\n' && expect 0 || return 1
    overlay 'parameters:\n  contact_rate: {prior: {point: 0.1}}\n' && expect 0 || return 1
    overlay 'holdout: {remove: true}\nfactions:\n  - {id: court, aircraft: {remove: true}, affinity: {upland: {remove: true}}}\n' && expect 0 || return 1
    overlay 'until: 2030-09-30\nreplicates: 10\n' && expect 0 || return 1
    overlay 'holdout: {remove: false}\n' && expect 1 || return 1
    overlay 'national_capital: VA02\n' && expect 1 || return 1
    overlay 'name: other\n' && expect 1 || return 1
    overlay 'factions:\n  - {id: court, stock_days: -3}\n' && expect 1 || return 1
    printf 'format: 1\ntitle: A\n' >overlay.yml
    try "$python" "$validate" overlay.schema.json overlay.yml
    expect 1
}
new_scenario_and_its_example_validate() {
    try "$holdout" new fresh && expect 0 || return 1
    try "$python" "$validate" fresh/scenario.schema.json fresh/scenario.yml && expect 0 || return 1
    try "$python" "$validate" fresh/overlay.schema.json fresh/whatif/example.yml
    expect 0
}

validated=(scenarios_that_are_good_validate unknown_keys_are_refused missing_keys_are_refused wrong_types_are_refused
    values_out_of_range_are_refused unusual_but_good_values_are_accepted overlays_are_parts_of_a_scenario
    new_scenario_and_its_example_validate)
"$python" "$validate" --can 2>/dev/null || {
    echo "no python3-jsonschema or python3-yaml: validation is not tested"
    validated=()
}
claims schema_is_json_on_stdout schema_takes_no_argument "${validated[@]}"
