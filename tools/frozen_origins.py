#!/usr/bin/env python3
"""Frozen origins: calibrates to what was known by a day, goes on from there, scores what came later; for several days, and for the whole record.
Writes results/*.csv and the parts "origins" and "gates" of docs/results.md.

usage: tools/frozen_origins.py PROGRAM [FOLDER [SIMULATIONS]]
       FOLDER keeps calibrations and runs (default: runs/origins); what is there is not made again. SIMULATIONS a calibration (default 20000).

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

    def score_until(self, until):
        """Scores of the same courses, up to a day only."""
        self.make(f"run-{until}", until)
        return self.score(f"run-{until}")

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
    """First and last possible day of the first recorded capture of each district; (None, last) where no first day is known."""
    found = {}
    with open(HERE / "scenarios" / SCENARIO / "record.csv", newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            span = (row["date_start"] or None, row["date_end"])
            if row["observable"] == "captured.taliban" and (row["subject"] not in found or span[1] < found[row["subject"]][1]):
                found[row["subject"]] = span
    return found


def area_under(fallen, kept, value, group=None):
    """Share of pairs (one fallen, one kept) that value ranks right; with `group`, of the pairs within one."""
    pairs = [(value[a] > value[b]) + 0.5 * (value[a] == value[b]) for a in fallen for b in kept if group is None or group[a] == group[b]]
    return statistics.fmean(pairs) if pairs else None


class Falls:
    """Which districts, capitals left out, fall for the first time after one day and by another. Undated districts (no dated capture) count as
    not fallen, but for some drawn at random."""

    def __init__(self, origin, begin, end):
        with open(HERE / "scenarios" / SCENARIO / "districts.csv", newline="", encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if row["is_capital"] != "1" and row["reach"]]
        with sqlite3.connect(origin.run / "run.sqlite") as db:
            self.chance = dict(db.execute("SELECT pcode, p FROM control WHERE date = ? AND bloc = 'taliban'", (end,)))
        self.region = {row["pcode"]: row["region"] for row in rows}
        self.reach = {row["pcode"]: -float(row["reach"]) for row in rows}
        self.north = {pcode: reach + 10 * self.region[pcode].startswith("North") for pcode, reach in self.reach.items()}
        self.fallen, self.kept, self.undated = [], [], []
        first = captures()
        for pcode in self.reach:
            span = first.get(pcode)
            if span and span[1] <= begin:
                continue  # fallen before, on whatever day
            if not span or not span[0]:
                self.undated.append(pcode)
            elif begin < span[0] and span[1] <= end:
                self.fallen.append(pcode)
            elif span[0] > end:
                self.kept.append(pcode)

    def areas(self, n_undated=0, seed=0):
        """By forecaster."""
        undated = sorted(self.undated)
        random.Random(seed).shuffle(undated)
        fallen, kept = self.fallen + undated[:n_undated], self.kept + undated[n_undated:]
        return {"run": area_under(fallen, kept, self.chance), "run, pairs within a region": area_under(fallen, kept, self.chance, self.region),
                "state reach alone": area_under(fallen, kept, self.reach), "reach and north": area_under(fallen, kept, self.north)}

    def interval(self, n=1000):
        """90 % of bootstrap areas of the run over districts."""
        draw, values = random.Random(1), []
        kept = self.kept + self.undated
        for _ in range(n):
            values.append(area_under(draw.choices(self.fallen, k=len(self.fallen)), draw.choices(kept, k=len(kept)), self.chance))
        values.sort()
        return values[n // 20], values[n - n // 20 - 1]


# --- gates ---


def hindcast(origin):
    """Values of the gates of the whole record, from fresh courses of the posterior's parameters."""
    districts, capitals = recorded("districts_controlled.taliban", "LWJ"), capitals_lost()
    got, errors, inside = {}, {}, []
    for name, observable, unit, points in (("districts", "districts_controlled.taliban", N_DISTRICT, districts),
                                           ("capitals", "capitals_held.taliban", N_CAPITAL, capitals)):
        series = origin.series(observable)
        errors[name] = [abs(series[day]["median"] - share * unit) for day, share in points]
        inside += [series[day]["low"] <= share * unit <= series[day]["high"] for day, share in points]
        got[f"hindcast-error-{name}"] = statistics.fmean(errors[name])
    got["hindcast-crps-districts"] = origin.value(LWJ, "run", "CRPS") * N_DISTRICT
    got["hindcast-crps-capitals"] = origin.value(CAPITALS, "run", "CRPS") * N_CAPITAL
    got["hindcast-cover-low"] = got["hindcast-cover-high"] = statistics.fmean(inside)
    return got


def capitals_lost():
    """(date, share) of capitals whose first capture is recorded, on the days of LWJ counts and 6, 13, 31 August and 6 September."""
    with open(HERE / "scenarios" / SCENARIO / "districts.csv", newline="", encoding="utf-8") as file:
        seats = {row["pcode"] for row in csv.DictReader(file) if row["is_capital"] == "1"}
    days = {day for day, _ in recorded("districts_controlled.taliban", "LWJ")} | {"2021-08-06", "2021-08-13", "2021-08-31", "2021-09-06"}
    first = captures()
    return [(day, sum(1 for seat in seats if seat in first and first[seat][1] <= day) / len(seats)) for day in sorted(days)]


def july(origins, score):
    """Mean over the two July origins of the run's score of the fall of the capital, and of the panel's."""
    both = [origins["2021-07-05"], origins["2021-07-13"]]
    panel = both[0].value(NATIONAL, "panel", score)
    return statistics.fmean(o.value(NATIONAL, "run", score) for o in both), panel


def difference(origin, baseline):
    """Run less baseline, Brier over capitals: value, low, high (90 %, bootstrap over capitals)."""
    got = origin.scores.get(("capitals held", baseline), {}).get("Brier")
    return (got["difference"], got["low"], got["high"]) if got else (None, None, None)


def gates(origins, falls):
    """Value of each gate, and what is said beside it."""
    value, said = hindcast(origins[WHOLE]), {}
    for day, name in (("2021-07-05", "july-5"), ("2021-07-13", "july-13")):
        origin = origins[day]
        short = origin.score_until("2021-08-11")
        value[f"{name}-path"] = by_median(origin, LWJ, short)
        said[f"{name}-path"] = f"{origin.value(LWJ, 'run', 'CRPS', short) * N_DISTRICT:.1f} districts"
        value[f"{name}-whole"] = by_median(origin, CAPITALS)
        said[f"{name}-whole"] = f"{origin.value(CAPITALS, 'run', 'CRPS') * N_CAPITAL:.1f} capitals"
    value["july-log-human"] = value["july-log-uniform"] = july(origins, "log")[0]
    run, panel = july(origins, "RPS")
    value["july-rps-human"] = run / panel
    said["july-rps-human"] = f"{run:.3f} by {panel:.3f}"
    for day, name in (("2021-08-06", "august-6"), ("2021-08-11", "august-11")):
        for baseline in ("persistence", "neighbours"):
            value[f"{name}-{baseline}"], low, high = difference(origins[day], baseline)
            if low is not None:
                said[f"{name}-{baseline}"] = f"90 %: {low:+.3f} to {high:+.3f}"
    value["next-districts"] = falls.areas()["run"]
    said["next-districts"] = "90 %: {:.2f} to {:.2f}".format(*falls.interval())
    return value, said


def passed(value, kind, bound):
    if value is None:
        return None
    return {"at most": value <= bound, "at least": value >= bound, "below": value < bound}[kind]


# --- what is written ---


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])


def number(value, digits=3):
    return "-" if value is None else f"{value:.{digits}f}"


def write_csv(name, head, rows):
    with open(HERE / "results" / name, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)


def digest_of_gates():
    return hashlib.sha256(repr(GATES).encode()).hexdigest()


def gates_table(value, said):
    rows = []
    for name, what, kind, bound in GATES:
        got = passed(value.get(name), kind, bound)
        rows.append((name, what, f"{kind} {bound}", number(value.get(name)), "not computed" if got is None else "yes" if got else "**no**", said.get(name, "")))
    write_csv("gates.csv", ("gate", "asked", "bound", "value", "met", "beside"), rows)
    return table(("gate", "asked", "", "value", "met", ""), rows)


def origins_tables(origins):
    fitted, scores, chances, parameters = [], [], [], []
    for day, o in origins.items():
        f = o.fitted
        fitted.append((day, f["simulated"], f"{f['temperature']:.2f}", f"{f['effective']:.0f}", len(f["targets"]), sum(t["inside"] for t in f["targets"]), f["digest"][:12],
                       json.loads((o.run / "summary.json").read_text())["digest"][:12]))
        for (target, forecaster), by_score in o.scores.items():
            scores += [(day, target, forecaster, score, number(s["value"], 5), *(number(s[k], 5) if s[k] is not None else "" for k in ("difference", "low", "high")))
                       for score, s in by_score.items() if s["value"] is not None]
        fallen, stands = o.series("national_capital_fallen"), o.series("holdout_holds")
        chances.append((day, *(number(fallen[h]["mean"]) if day == WHOLE or h > day else "" for h in HORIZONS), number(stands["2021-09-06"]["mean"])))
        parameters += [(day, p["parameter"], *(f"{x:.5g}" for x in (*p["prior"], *p["posterior"])), number(p["shrinkage"])) for p in f["parameters"]]
    write_csv("calibrations.csv", ("known_by", "simulations", "errors_times", "effective", "numbers", "inside_90", "digest", "digest_of_run"), fitted)
    write_csv("scores.csv", ("origin", "target", "forecaster", "score", "value", "run_less_it", "low", "high"), scores)
    write_csv("chances.csv", ("origin", *(f"capital_lost_by_{h}" for h in HORIZONS), "holdout_stands_2021-09-06"), chances)
    write_csv("parameters.csv", ("known_by", "parameter", "prior_05", "prior_50", "prior_95", "posterior_05", "posterior_50", "posterior_95", "learned"), parameters)
    rows = []
    for day, o in origins.items():
        if day == WHOLE:
            continue
        crps = [o.value(LWJ, "run", "CRPS"), median_baseline(o, LWJ), o.value(LWJ, "persistence", "CRPS")]
        rows.append((day, *(number(x * N_DISTRICT if x is not None else None, 1) for x in crps),
                     *(number(o.value("capitals held", name, "Brier")) for name in ("run", "persistence", "neighbours", "attributes")),
                     number(o.value(NATIONAL, "run", "log"), 2), number(o.value(NATIONAL, "run", "RPS")), number(o.value("order of capitals", "run", "concordance"), 2)))
    return "\n\n".join((
        table(("known by", "simulations", "errors x", "effective", "numbers held against", "of them inside 90 %", "digest", "digest of its run"), fitted),
        "CRPS of LWJ counts in districts (run, median baseline, persistence); Brier over capitals (run, persistence, neighbours, attributes); the month of the capital's fall (log in nats, RPS); "
        "concordance of the order of capitals:",
        table(("origin", "CRPS", "median", "persist.", "Brier", "persist.", "neighb.", "attrib.", "log", "RPS", "order"), rows),
        "Chances that the national capital is lost by a day, and that the holdout's seat stands on 6 September (recorded: 15 August; lost that day):",
        table(("known by", *HORIZONS, "holdout stands"), chances)))


def next_table(falls):
    rows = [(f"{n} undated ones drawn as fallen" if n else "undated districts not fallen", *(number(x, 2) for x in falls.areas(n).values())) for n in (0, 20)]
    write_csv("next.csv", ("case", *falls.areas()), rows)
    return f"{len(falls.fallen)} districts that fell, {len(falls.kept)} that fell later, {len(falls.undated)} undated; {len(falls.fallen) + len(falls.kept) + len(falls.undated)} in all.\n\n" + \
        table(("from 21 June to 13 July", *falls.areas()), rows)


def put(blocks):
    page = HERE / "docs" / "results.md"
    text = page.read_text(encoding="utf-8")
    for name, block in blocks.items():
        pattern = re.compile(f"(<!-- {name} -->\n).*?(<!-- end {name} -->)", re.S)
        if len(pattern.findall(text)) != 1:
            sys.exit(f"{page}: no place for {name}")
        text = pattern.sub(lambda m: m[1] + block + "\n" + m[2], text)
    page.write_text(text, encoding="utf-8")


def main():
    if len(sys.argv) not in (2, 3, 4):
        sys.exit(__doc__)
    program, folder = str(Path(sys.argv[1]).resolve()), (HERE / (sys.argv[2] if len(sys.argv) > 2 else "runs/origins")).resolve()
    simulations = int(sys.argv[3]) if len(sys.argv) > 3 else 20000
    (HERE / "results").mkdir(exist_ok=True)
    origins = {day: Origin(program, folder, day, simulations) for day in (*ORIGINS, WHOLE)}
    falls = Falls(origins["2021-06-21"], "2021-06-21", "2021-07-13")
    value, said = gates(origins, falls)
    checked = json.loads(ask(program, "check", SCENARIO, "--json"))
    seed = origins[WHOLE].fitted["seed"]
    head = f"Scenario `{checked['digest'][:16]}`, gates `{digest_of_gates()[:16]}`, seed {seed}; priors are part of the scenario and of version {origins[WHOLE].fitted['version']}.\n\n"
    put({"gates": head + gates_table(value, said), "origins": origins_tables(origins) + "\n\n" + next_table(falls)})


if __name__ == "__main__":
    main()
