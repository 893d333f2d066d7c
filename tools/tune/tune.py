#!/usr/bin/python3
"""Tune the shipped priors of a scenario to its record by the cross-entropy method.

usage: tune.py SCENARIO BLOC PROGRAM [--rounds 6] [--draws 2000] [--keep 60] [--until 2021-08-11] [--start FILE] [--shrink 1] > parameters.yml

Each round draws replicates from the present priors with PROGRAM (build/release/tune_draws), keeps those whose path of controlled
districts is nearest the sourced counts up to --until, and moves the priors of the TUNED parameters to what was kept; a prior shrinks to at
most FLOOR of its width per round. The day on which the national capital fell and every count after --until stay unseen; what is asked
of the end is only its kind: if the national capital falls, at least half of the capitals fall around it.
--start takes lines like the output as the first priors: first_guess.yml holds the regime in which talks are common and thresholds lie well
below the belief of April, so that little falls while belief holds and much once it goes.
Informed by the outcome: the output carries known_on = the last day used, with the model's own prior as prior_before.
"""
import argparse
import csv
import io
import math
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

TUNED = """effort belief_u0 belief_national threshold_mean threshold_sd contact_rate decision_rate surrender_relief belief_foreign
worth_spread traffic_limit belief_strength contagion_total effort_retake restraint_leak surrender_morale air_defence belief_capitals
belief_tau belief_claims senior_share battle_city target_capital announcement_decay restraint_hazard countryside_spread
mobile_share air_kill""".split()
NORMAL = {"belief_u0", "threshold_mean", "traffic_limit", "contagion_total", "senior_share", "battle_city", "mobile_share"}
FLOOR = 0.5
CAPITALS_BEFORE = "2021-08-03"  # on the last count before the first capital fell at most one may be gone


def record(folder, bloc, until):
    """Counts by date as a share of districts: {date: share}."""
    with open(os.path.join(folder, "record.csv"), newline="", encoding="utf-8") as file:
        return {row["date_end"]: float(row["value_low"]) / float(row["denominator"]) for row in csv.DictReader(file)
                if row["observable"] == "districts_controlled." + bloc and not row["subject"]
                and row["value_low"] and row["date_end"] <= until}


def n_districts(folder):
    with open(os.path.join(folder, "districts.csv"), encoding="utf-8") as file:
        return sum(1 for _ in csv.DictReader(file))


def distance(row, counts, n):
    """Root mean square distance of a replicate's path in districts, with penalties for what the end must be like."""
    dates = [d for d in counts if "count:" + d in row]
    far = math.sqrt(statistics.fmean((row["count:" + d] - n * counts[d]) ** 2 for d in dates))
    far += 5 * max(0, row.get("capitals:" + CAPITALS_BEFORE, 0) - 1)
    if row["fall_day"] < 0:
        return far + 6
    return far + max(0, 18 - row["cluster"]) + (10 if row["fall_day"] < 85 else 0)


def prior_of(name, values, everything, shrink):
    """A prior of the kept values, `shrink` times as wide as they are (independent priors spread paths more than the kept draws do, whose
    parameters go together), and at least FLOOR as wide as what was drawn."""
    if name in NORMAL:
        width = max(shrink * statistics.stdev(values), FLOOR * statistics.stdev(everything))
        return "normal: [%.4g, %.3g]" % (statistics.fmean(values), width)
    log, log_all = ([math.log(max(v, 1e-6)) for v in x] for x in (values, everything))
    width = min(1.0, max(shrink * statistics.stdev(log), FLOOR * statistics.stdev(log_all)))
    return "lognormal: [%.4g, %.3g]" % (math.exp(statistics.fmean(log)), width)


def with_priors(folder, priors):
    """A copy of the scenario with these priors for the tuned parameters, without boundaries."""
    copy = os.path.join(tempfile.mkdtemp(), "tuned")
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("boundaries.geojson"))
    path = os.path.join(copy, "scenario.yml")
    text = open(path, encoding="utf-8").read()
    lines = "".join('  %s: {prior: {%s}, known_on: 2000-01-01, source: "tuning"}\n' % item for item in priors.items())
    for name in priors:
        text = re.sub(r"(?m)^  %s:\n(    .*\n)+" % name, "", text)
    open(path, "w", encoding="utf-8").write(re.sub(r"(?m)^parameters:.*\n", "parameters:\n" + lines, text))
    return copy


def one_round(args, priors, seed):
    folder = with_priors(args.scenario, priors)
    out = subprocess.run([args.program, folder, args.bloc, str(args.draws), str(seed)], check=True, capture_output=True, text=True)
    shutil.rmtree(os.path.dirname(folder))
    rows = [{k: float(v) for k, v in row.items()} for row in csv.DictReader(io.StringIO(out.stdout))]
    counts, n = record(args.scenario, args.bloc, args.until), n_districts(args.scenario)
    rows.sort(key=lambda row: distance(row, counts, n))
    kept = rows[:args.keep]
    print("round %d: kept up to %.1f districts, median draw %.1f" % (
        seed, distance(kept[-1], counts, n), distance(rows[len(rows) // 2], counts, n)), file=sys.stderr)
    return {name: prior_of(name, [r[name] for r in kept], [r[name] for r in rows], args.shrink) for name in TUNED}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("scenario")
    parser.add_argument("bloc")
    parser.add_argument("program")
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--draws", type=int, default=2000)
    parser.add_argument("--keep", type=int, default=60)
    parser.add_argument("--until", default="2021-08-11")
    parser.add_argument("--start")
    parser.add_argument("--shrink", type=float, default=1.0)
    parser.add_argument("--trace", action="store_true")
    args = parser.parse_args()
    priors = dict(re.findall(r"(?m)^  (\w+): {prior: {(.*)}}$", open(args.start, encoding="utf-8").read())) if args.start else {}
    for seed in range(1, args.rounds + 1):
        priors = one_round(args, priors, seed)
        if args.trace:
            print(priors, file=sys.stderr)
    for name, prior in priors.items():
        print("  %s: {prior: {%s}}" % (name, prior))


if __name__ == "__main__":
    main()
