#!/usr/bin/env bash
# Installs a build into an empty folder and uses it from there: the program, its man page, the library through pkg-config.
# usage: tests/install/test_install.sh BUILD_FOLDER
set -euo pipefail
build=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
fail() { echo "test_install: $*" >&2; exit 1; }

cmake --install "$build" --prefix "$root/prefix" >"$root/log" || { cat "$root/log" >&2; fail "cmake --install failed"; }
cd "$root"
for file in bin/holdout share/holdout/scenarios/afghanistan-2021/scenario.yml share/man/man1/holdout.1 share/man/man1/holdout-run.1 \
    share/bash-completion/completions/holdout share/zsh/site-functions/_holdout \
    share/doc/holdout/LICENSE include/holdout/sim.h; do
    [ -s "prefix/$file" ] || fail "$file is not installed"
done
prefix/bin/holdout --version | grep -q '^holdout [0-9]' || fail "the installed program does not say its version"
for command in $(prefix/bin/holdout --help | awk '/^  [a-z]/ { print $1 }'); do
    page=prefix/share/man/man1/holdout-$command.1
    grep -q "^.BR holdout..$command (1)" prefix/share/man/man1/holdout.1 || fail "the man page lacks the command $command"
    n_option=$(prefix/bin/holdout "$command" --help | grep -cE '^ {2,6}(-., )?--')
    [ "$(grep -c '^\.TP$' "$page")" -eq "$n_option" ] || fail "$page does not have the $n_option options of $command"
    for part in NAME SYNOPSIS DESCRIPTION OPTIONS; do
        grep -q "^.SH $part" "$page" || fail "$page lacks $part"
    done
done

pc=$(dirname "$(find prefix -name holdout.pc)")
PKG_CONFIG_PATH=$root/$pc
export PKG_CONFIG_PATH
# shellcheck disable=SC2046 # words are wanted
${CC:-cc} -std=gnu17 -Wall -Wextra -Werror "$here/example.c" -o example $(pkg-config --cflags --libs holdout)
./example prefix/share/holdout/scenarios/afghanistan-2021 | grep 'mean of 4 replicates' || fail "the example says nothing"
