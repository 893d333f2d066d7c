#!/bin/sh
# Writes docs/parameters.md from what the program says of itself (holdout list, holdout show) and docs/history.md from one
# replicate told by it (holdout tell), so that they cannot drift.
# usage: tools/make_docs.sh PROGRAM            writes the pages
#        tools/make_docs.sh PROGRAM --check    compares only; exit 1 if a page is behind the program
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
exec python3 - "$1" "$here" "${2:-}" <<'PYTHON'
import json
import subprocess
import sys
from pathlib import Path

program, here, mode = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
scenario = here / "scenarios" / "afghanistan-2021"


def ask(*words):
    out = subprocess.run([program, *words, "--json"], check=True, capture_output=True, text=True, cwd=here).stdout
    return json.loads(out)


def cell(value):
    return str("" if value is None else value).replace("|", "\\|").replace("\n", " ")


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(cell(x) for x in row) + " |" for row in rows])


def mechanism(name):
    card = ask("show", name, "--scenario", str(scenario))
    rows = [("does", card["does"]), ("equation", f"`{card['equation']}`"), ("source", card["source"]),
            ("reads", card["reads"]), ("writes", card["writes"]), ("without it", card["without it"])]
    return f"### {name}\n\n" + table(("", ""), rows)


def parameter(row):
    prior = row["prior"] + (" (scenario)" if row["from_scenario"] else "")
    return f"`{row['name']}`", prior, row["unit"], row["meaning"], row["source"]


mechanisms = [row["name"] for row in ask("list", "mechanisms")]
parameters = ask("list", "parameters", "--scenario", str(scenario))
text = f"""# Mechanisms and parameters

Written by `tools/make_docs.sh` from `holdout list` and `holdout show`; do not edit. {len(mechanisms)} mechanisms in the order of a day,
{len(parameters)} parameters. `holdout list parameters` and `holdout show NAME` say the same, with allowed values and dates; [model.md](model.md)
explains. C and F numbers under "source" are numbers of the design; [model.md](model.md#corrections-of-the-design) says what each stands for.

## Mechanisms

""" + "\n\n".join(mechanism(name) for name in mechanisms) + """

## Parameters

The model's own priors, with those of the scenario afghanistan-2021 in their place where it gives one. lognormal(median, sd of log),
normal(mean, sd), halfnormal(0, sd), gamma(shape, scale). Draws are clipped to the allowed values.
"""
for owner in dict.fromkeys(row["mechanism"] for row in parameters):
    rows = [parameter(row) for row in parameters if row["mechanism"] == owner]
    text += f"\n### Parameters of {owner}\n\n" + table(("name", "prior", "unit", "meaning", "source"), rows) + "\n"

told = ask("tell", str(scenario), "--replicate", "0")
history = f"""# One replicate, told

Replicate 0 of the shipped scenario (seed {told["seed"]}), as `holdout tell scenarios/afghanistan-2021 --replicate 0` tells it; written by
`tools/make_docs.sh`. It was not chosen: it is the first. One replicate is one history that this model holds possible, not what happened and not
a forecast; the ensemble is in [results.md](results.md). Ids of dated events are those of the scenario's calendar.

| day | what changed |
|---|---|
""" + "".join(f"| {line['date']} | {cell(line['text'])} |\n" for line in told["history"])

for page, text in ((here / "docs" / "parameters.md", text), (here / "docs" / "history.md", history)):
    if mode != "--check":
        page.write_text(text)
    elif not page.exists() or page.read_text() != text:
        sys.exit(f"{page.relative_to(here)} is behind the program: run tools/make_docs.sh PROGRAM and commit")
PYTHON
