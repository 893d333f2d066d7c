#!/bin/bash
# Data flows one way: a file of a stage includes its own and earlier stages only, programs include public headers only. And what the library
# is made of: exported names begin with ho_, nothing writable is static, stages up to record import no transcendental of libm, nothing
# prints, exits, reads a clock, the environment or rand.
# Usage: test_layers.sh LIBRARY.a   (in the repository root; without LIBRARY only the includes are looked at)
set -u
library=${1:-}
stages=(base flow scenario flee world mechanisms sim record evidence calibrate report)
failed=0

complain() {
    echo "$*" >&2
    failed=1
}

rank_of() { # stage -> its place, or nothing
    for k in "${!stages[@]}"; do
        [ "${stages[$k]}" = "$1" ] && echo "$k" && return
    done
}

# holdout/sim.h declares what a change of hands is, which the state keeps.
allowed="src/mechanisms/state.h:holdout/sim.h"

for k in "${!stages[@]}"; do
    for file in src/"${stages[$k]}"/*.[ch] src/"${stages[$k]}"/*.def; do
        [ -e "$file" ] || continue
        while read -r header; do
            case $header in
            holdout/*) stage=$(basename "$header" .h) ;;
            */*) stage=${header%%/*} ;;
            *) continue ;; # of its own folder
            esac
            place=$(rank_of "$stage")
            [ -n "$place" ] || { complain "$file: $header is of no stage"; continue; }
            [ "$place" -le "$k" ] || [ "$file:$header" = "$allowed" ] ||
                complain "$file: stage ${stages[$k]} includes $header of the later stage $stage"
        done < <(sed -n 's/^ *# *include "\([^"]*\)".*/\1/p' "$file")
    done
done

for file in include/holdout/*.h; do
    place=$(rank_of "$(basename "$file" .h)")
    [ -n "$place" ] || { complain "$file: of no stage"; continue; }
    while read -r header; do
        of=$(rank_of "$(basename "$header" .h)")
        [ -n "$of" ] && [ "$of" -le "$place" ] || complain "$file: includes $header"
    done < <(sed -n 's/^ *# *include "\([^"]*\)".*/\1/p' "$file")
done

# The command line stands on the server, which has one header for it.
for file in cli/*.[ch] server/*.[ch]; do
    folder=${file%%/*}
    while read -r header; do
        case $header in
        holdout/*) ;;
        */*) complain "$file: includes $header; programs use public headers only" ;;
        server.h) ;;
        *) [ -e "$folder/$header" ] || complain "$file: includes $header" ;;
        esac
    done < <(sed -n 's/^ *# *include "\([^"]*\)".*/\1/p' "$file")
done

if [ -n "$library" ]; then
    [ -e "$library" ] || { complain "no library $library"; exit 1; }
    members=$(nm -A --defined-only "$library" 2>/dev/null | wc -l)
    [ "$members" -gt 100 ] || complain "$library: only $members symbols; nm does not read it"

    names=$(nm -g --defined-only "$library" 2>/dev/null | awk 'NF == 3 && $3 !~ /^ho_/ {print $3}')
    [ -z "$names" ] || complain "exported without the prefix ho_:" $names

    # Tables of pointers are constant once the program is linked: .data.rel.ro is no writable data.
    writable=$(objdump -t "$library" | awk '/file format/ {member = $1}
        NF < 4 {next}
        $(NF-2) ~ /^\.(data|bss|tdata|tbss)/ && $(NF-2) !~ /^\.data\.rel\.ro/ && $(NF-1) !~ /^0+$/ {print member $NF}
        $(NF-2) == "*COM*" {print member $NF}')
    [ -z "$writable" ] || complain "writable static data:" $writable

    transcendental='^(exp|exp2|expm1|log|log2|log10|log1p|pow|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|erf|erfc|lgamma|tgamma|cbrt|hypot)(f|l|_r|f_r)?$'
    forbidden='^(printf|vprintf|fprintf|vfprintf|puts|putchar|fputs|perror|exit|_exit|_Exit|quick_exit|abort|atexit|time|clock|clock_gettime|gettimeofday|ftime|timespec_get|getenv|secure_getenv|setenv|putenv|rand|rand_r|srand|random|srandom|drand48|lrand48|getrandom|arc4random|setlocale|strtok|__printf_chk|__fprintf_chk)$'
    for stage in "${stages[@]}"; do
        for source in src/"$stage"/*.c; do
            # names of archive members repeat between stages (text.c.o), so the imports of all of that name are looked at together
            member=$(basename "$source").o
            imports=$(nm -u --no-sort "$library" 2>/dev/null | awk -v m="$member:" '$0 == m {on = 1; next} /:$/ {on = 0} on {print $2}')
            [ -n "$imports" ] || continue
            bad=$(echo "$imports" | grep -E "$forbidden")
            [ -z "$bad" ] || complain "$source: imports" $bad
            [ "$stage" != report ] || continue
            bad=$(echo "$imports" | grep -E "$transcendental")
            [ -z "$bad" ] || complain "$source: imports from libm" $bad
        done
    done
fi
exit $failed
