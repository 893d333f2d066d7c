#!/usr/bin/env python3
"""Frozen origins: calibrates to what was known by a day, goes on from there, scores what came later; for several days, and for the whole record.
Writes results/*.csv and the parts "origins" and "gates" of docs/results.md.

usage: tools/frozen_origins.py PROGRAM [FOLDER [SIMULATIONS]]
       FOLDER keeps calibrations and runs (default: runs/origins); what is there is not made again. SIMULATIONS a calibration (default 40000).

The gates below were written down, and committed, before any calibration that they judge was run. A gate that fails stays in the table with its size.
Nothing is tuned on what came later than an origin; the structure of the model was chosen by people who know how it ended.
"""
import csv
import hashlib
import json
import random
import re
import sqlite3
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
SCENARIO = "afghanistan-2021"
ORIGINS = ("2021-06-21", "2021-07-05", "2021-07-13", "2021-07-27", "2021-08-04", "2021-08-06", "2021-08-11", "2021-08-19", "2021-08-27")
WHOLE = "whole-record"  # the hindcast: everything is known
END = "2022-05-31"
N_DISTRICT, N_CAPITAL = 399, 34
LWJ, CAPITALS, NATIONAL = "districts_controlled.taliban, LWJ", "capitals_held.taliban, dated captures", "fall of the national capital"
HORIZONS = ("2021-08-15", "2021-08-31", "2021-10-31", "2021-12-31", "2022-05-31")
CURVES = ("persistence", "linear", "linear, last 4", "quadratic", "quadratic, last 4", "logistic", "logistic, last 4")

# name, what is asked, bound; how each is computed is in gates() below
GATES = (
    ("hindcast-crps-districts", "hindcast: CRPS over the LWJ dates, districts", "at most", 25),
    ("hindcast-crps-capitals", "hindcast: CRPS over the dates with all capitals known, capitals", "at most", 4),
    ("hindcast-error-districts", "hindcast: mean absolute error of the median path over the LWJ dates, districts", "at most", 20),
    ("hindcast-error-capitals", "hindcast: the same over the dates of capitals", "at most", 4),
    ("hindcast-cover-low", "hindcast: share of these points inside the 90 % band", "at least", 0.80),
    ("hindcast-cover-high", "hindcast: the same", "at most", 0.97),
    ("july-5-path", "from 5 July, LWJ counts to 11 August: CRPS by that of the median baseline", "below", 1),
    ("july-13-path", "from 13 July, LWJ counts to 11 August: CRPS by that of the median baseline", "below", 1),
    ("july-5-whole", "from 5 July, capitals to the end: CRPS by that of the median baseline", "below", 1),
    ("july-13-whole", "from 13 July, capitals to the end: CRPS by that of the median baseline", "below", 1),
    ("july-log-human", "from 5 and 13 July, mean: log score of the month of the capital's fall [nats]; the published panel", "at most", 2.73),
    ("july-log-uniform", "the same; a uniform guess over the five bins", "below", 1.61),
    ("july-rps-human", "from 5 and 13 July, mean: RPS of the month of the capital's fall, by the panel's", "at most", 1),
    ("august-6-persistence", "from 6 August: Brier over capitals, less that of persistence", "below", 0),
    ("august-6-neighbours", "from 6 August: Brier over capitals, less that of contagion between neighbours", "below", 0),
    ("august-11-persistence", "from 11 August: Brier over capitals, less that of persistence", "below", 0),
    ("august-11-neighbours", "from 11 August: Brier over capitals, less that of contagion between neighbours", "below", 0),
    ("next-districts", "from 21 June: which districts fall by 13 July, capitals left out: area under the curve", "at least", 0.70),
)


def ask(program, *words):
    print("holdout", *words, file=sys.stderr)
    return subprocess.run([program, *words], check=True, stdout=subprocess.PIPE, text=True, cwd=HERE).stdout


class Origin:
    """What is known by a day: its calibration, the runs that go on from it, their scores."""

    def __init__(self, program, folder, day, simulations):
        self.program, self.day = program, day
        self.folder = folder / day
        self.known = [] if day == WHOLE else ["--known-by", day]
        self.fitted = self.calibrate(simulations)
        self.run = self.make("run", END)
        self.scores = self.score("run")

    def calibrate(self, simulations):
        found = self.folder / "calibration.json"
        if not found.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            ask(self.program, "calibrate", SCENARIO, *self.known, "-n", str(simulations), "-q", "--json", "-o", str(self.folder))
        return json.loads(found.read_text())

    def make(self, name, until):
        """A run: courses that came close go on; for the whole record fresh courses of its parameters, which have not seen the numbers."""
        folder = self.folder / name
        if not (folder / "summary.json").exists():
            draws = "posterior.csv" if self.day == WHOLE else "paths.csv"
            ask(self.program, "run", SCENARIO, *self.known, "--posterior", str(self.folder / draws), "--until", until, "-q", "-o", str(folder),
                *(["-n", "1000"] if self.day == WHOLE else []))
        return folder

    def score(self, name):
        words = [] if self.day == WHOLE else ["--origin", self.day]
        got = json.loads(ask(self.program, "score", str(self.folder / name), *words, "--json"))
        return {(t["target"], f["name"]): f["scores"] for t in got["targets"] for f in t["forecasters"] if f["given"] and f["scores"]}

    def value(self, target, forecaster, score, scores=None):
        got = (scores or self.scores).get((target, forecaster), {}).get(score)
        return got["value"] if got else None

    def series(self, observable, name="run"):
        with sqlite3.connect(self.folder / name / "run.sqlite") as db:
            rows = db.execute("SELECT date, mean, q05, q50, q95, mcse FROM series WHERE observable = ?", (observable,)).fetchall()
        return {row[0]: dict(zip(("mean", "low", "median", "high", "se"), row[1:])) for row in rows}


def median_baseline(origin, target, scores=None):
    values = [origin.value(target, name, "CRPS", scores) for name in CURVES]
    values = [value for value in values if value is not None]
    return statistics.median(values) if values else None


def by_median(origin, target, scores=None):
    base = median_baseline(origin, target, scores)
    return origin.value(target, "run", "CRPS", scores) / base if base else None


def recorded(observable, who, end="2021-09-30"):
    """(date, share) of a source's counts after the first day."""
    with open(HERE / "scenarios" / SCENARIO / "record.csv", newline="", encoding="utf-8") as file:
        return [(row["date_end"], (float(row["value_low"]) + float(row["value_high"])) / 2 / float(row["denominator"]))
                for row in csv.DictReader(file)
                if row["observable"] == observable and not row["subject"] and row["who"].split(" (")[0] == who and row["denominator"] and
                "2021-05-01" < row["date_end"] <= end]


def captures():
    """First and last possible day of the first capture of each district; (None, last) where the first day is not known."""
    found = {}
    with open(HERE / "scenarios" / SCENARIO / "record.csv", newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["observable"] != "captured.taliban" or row["confidence"] not in ("high", "med"):
                continue
            span = (row["date_start"] or None, row["date_end"])
            if row["subject"] not in found or span[1] < found[row["subject"]][1]:
                found[row["subject"]] = span
    return found


def districts():
    with open(HERE / "scenarios" / SCENARIO / "districts.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def area_under(fallen, kept, same=None):
    """Share of pairs ranked right; with `same`, of pairs that `same` has in one group."""
    pairs = [(a[1] > b[1]) + 0.5 * (a[1] == b[1]) for a in fallen for b in kept if same is None or same[a[0]] == same[b[0]]]
    return statistics.fmean(pairs) if pairs else None


def which_fall(origin, begin, end, undated=0, seed=1):
    """Areas under the curve for first captures between two days, capitals left out. Districts without a dated capture by `end` count as not
    fallen, but for `undated` of them, drawn at random."""
    with sqlite3.connect(origin.run / "run.sqlite") as db:
        bloc = "taliban"
        chance = dict(db.execute("SELECT pcode, p FROM control WHERE date = ? AND bloc = ?", (end, bloc)))
        capital = dict(db.execute("SELECT pcode, is_capital FROM district"))
        region = dict(db.execute("SELECT pcode, region FROM district"))
    taken = captures()
    held_at_first = {row["pcode"] for row in districts() if row["status_2018"].strip() == "controlled"} if "status_2018" in districts()[0] else set()
    fallen, kept, open_ = [], [], []
    for pcode, p in chance.items():
        if capital[pcode]:
            continue
        first, last = taken.get(pcode, (None, None))
        if last is not None and last <= begin:
            continue
        if first and begin < first and last <= end:
            fallen.append((pcode, p))
        elif last is None or (first and first > end):
            (open_ if last is None else kept).append((pcode, p))
    random.Random(seed).shuffle(open_)
    fallen, kept = fallen + open_[:undated], kept + open_[undated:]
    del held_at_first
    reach = {row["pcode"]: -float(row["reach"]) for row in districts() if row.get("reach")}
    result = {"n_fallen": len(fallen), "n_kept": len(kept), "run": area_under(fallen, kept), "run, within regions": area_under(fallen, kept, region)}
    if reach:
        result["state reach alone"] = area_under([(c, reach[c]) for c, _ in fallen if c in reach], [(c, reach[c]) for c, _ in kept if c in reach])
    return result
