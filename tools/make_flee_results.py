#!/usr/bin/env python3
"""Scores FLEE's cases and writes the tables of docs/results.md between <!-- flee --> and <!-- end flee -->, and results/flee.csv.

usage: tools/make_flee_results.py PROGRAM CASES [--fit]

CASES is a folder with mali2012, ethiopia2020, burundi2015, syria2013 and simsetting-stock-hasten10.yml. Each case is scored with draws fitted to the
three others (results/flee/without-CASE.csv). --fit makes these draws and scenarios/flee-posterior.csv (all four) first: some ten minutes.
"""
import csv
import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
CASES = ("mali2012", "ethiopia2020", "burundi2015", "syria2013")
TITLES = ("Mali", "Ethiopia", "Burundi", "Syria")
SEED = "1"
PROTOCOLS = ("leak-free", "as given")


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def number(value, digits=3):
    return "" if value is None else f"{value:.{digits}f}"


def fit(program, folder):
    subprocess.run([program, "flee-calibrate", *(str(folder / c) for c in CASES), "-o", "scenarios/flee-posterior.csv", "--left-out", "results/flee",
                    "--seed", SEED, "--quiet"], check=True, cwd=HERE)


def score(program, folder):
    out = subprocess.run([program, "flee-score", *(str(folder / c) for c in CASES), "--settings", str(folder / "simsetting-stock-hasten10.yml"),
                          "--left-out", "results/flee", "--csv", "results/flee.csv", "--seed", SEED, "--json", "--quiet"], check=True, cwd=HERE,
                         stdout=subprocess.PIPE, text=True).stdout
    return json.loads(out)


def errors(scores, protocol, key):
    names = list(dict.fromkeys(row["forecast"] for row in scores["scores"] if row["protocol"] == protocol))
    means = scores["protocols"][protocol]["geometric_mean_N"]
    rows = []
    for name in names:
        found = {row["case"]: row[key] for row in scores["scores"] if row["protocol"] == protocol and row["forecast"] == name}
        rows.append([name] + [number(found.get(case)) for case in CASES] + ([number(means[name])] if key == "N" else []))
    head = [f"{key}, {protocol}"] + list(TITLES) + (["geometric mean"] if key == "N" else [])
    return table(head, rows)


def bands(scores):
    rows = []
    for protocol in PROTOCOLS:
        for name in ("FLEE's law", "improved"):
            found = {row["case"]: row for row in scores["scores"] if row["protocol"] == protocol and row["forecast"] == name}
            rows.append([protocol, name] + [f"{found[c]['CRPS']:.3f}; {100 * found[c]['cover']:.0f} %" for c in CASES])
    return table(["CRPS; records in the 90 % band", ""] + list(TITLES), rows)


def parameters():
    with open(HERE / "scenarios/flee-posterior.csv", encoding="utf-8") as file:
        draws = list(csv.DictReader(line for line in file if not line.startswith("#")))
    rows = []
    for name in draws[0]:
        values = sorted(float(row[name]) for row in draws)
        at = [values[round(q * (len(values) - 1))] for q in (0.5, 0.05, 0.95)]
        rows.append([f"`{name}`"] + [f"{v:.3g}" for v in at])
    return table(("parameter, all four cases", "median", "5 %", "95 %"), rows)


def summary(scores):
    lines = []
    for protocol in PROTOCOLS:
        p = scores["protocols"][protocol]
        ratio, summed, cover = p["improved_by_law"], p["summed_by_law"], p["cover"]
        lines.append(f"{protocol.capitalize()}: geometric-mean N of the improved mode by that of FLEE's law {ratio[0]:.3f} (95 % of bootstraps over 30-day "
                     f"blocks {ratio[1]:.3f} to {ratio[2]:.3f}), made to add up {summed[0]:.3f} ({summed[1]:.3f} to {summed[2]:.3f}); {100 * cover[0]:.0f} % of records in its 90 % band, mean over camps (over camps "
                     f"{100 * cover[1]:.0f} to {100 * cover[2]:.0f} %).")
    return "\n\n".join(lines)


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    program, folder = str(Path(sys.argv[1]).resolve()), Path(sys.argv[2]).resolve()
    (HERE / "results/flee").mkdir(exist_ok=True)
    if "--fit" in sys.argv[3:]:
        fit(program, folder)
    scores = score(program, folder)
    parts = [summary(scores)] + [errors(scores, p, k) for p in PROTOCOLS for k in ("N", "R")] + [bands(scores), parameters()]
    page = HERE / "docs/results.md"
    text = page.read_text()
    head, rest = text.split("<!-- flee -->")
    _, tail = rest.split("<!-- end flee -->")
    page.write_text(head + "<!-- flee -->\n" + "\n\n".join(parts) + "\n<!-- end flee -->" + tail)


if __name__ == "__main__":
    main()
