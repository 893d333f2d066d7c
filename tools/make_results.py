#!/usr/bin/env python3
"""Writes the tables of docs/results.md that come from runs, each between <!-- NAME --> and <!-- end NAME -->.

usage: tools/make_results.py PROGRAM [FOLDER]    some ten minutes on two cores; FOLDER keeps the runs (default: a temporary one)

The text around the tables, and the table of what was asked (its numbers come from the test programs that it names), are written by hand.
"""
import json
import re
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
SCENARIO = "afghanistan-2021"
REPLICATES, PAIRS, DOSES = 1000, 400, 800
LWJ = (("2021-06-14", 104), ("2021-06-29", 157), ("2021-07-05", 195), ("2021-07-13", 216), ("2021-07-27", 224), ("2021-08-03", 223),
       ("2021-08-11", 233), ("2021-08-15", 400))  # of 407; record.csv has the sources
N_DISTRICT, N_LWJ = 399, 407


class Maker:
    def __init__(self, program, folder):
        self.program, self.folder = program, Path(folder)

    def ask(self, *words):
        return subprocess.run([self.program, *words], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=HERE).stdout

    def run(self, name, *words):
        """Folder of a run, made once."""
        folder = self.folder / name
        if not (folder / "summary.json").exists():
            self.ask("run", SCENARIO, "--quiet", "-o", str(folder), *words)
        return folder


def date(text):
    months = "January February March April May June July August September October November December".split()
    year, month, day = text.split("-")
    return f"{int(day)} {months[int(month) - 1]}" + ("" if year == "2021" else f" {year}")


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


class Series:
    """Bands of a run's observables."""

    def __init__(self, folder):
        self.db = sqlite3.connect(folder / "run.sqlite")
        self.summary = json.loads((folder / "summary.json").read_text())

    def row(self, name, day):
        found = self.db.execute("SELECT q50, q05, q95, mean, mcse FROM series WHERE observable = ? AND date = ?", (name, day)).fetchone()
        return dict(zip(("median", "low", "high", "mean", "se"), found))

    def band(self, name, day, step=1):
        r = self.row(name, day)
        low, median, high = (f"{round(r[k] / step) * step:,.0f}" for k in ("low", "median", "high"))
        return f"{median} ({low} to {high})"

    def share(self, name, day):
        r = self.row(name, day)
        return f"{r['mean']:.3f} +- {r['se']:.3f}"


def districts(series):
    rows = []
    for day, count in LWJ:
        r = series.row("districts_controlled.taliban", day)
        rows.append((date(day) + (" (not tuned)" if day == "2021-08-15" else ""), f"{count * N_DISTRICT / N_LWJ:.0f}", f"{r['median']:.0f}",
                     f"{r['low']:.0f} to {r['high']:.0f}"))
    return table(("", "LWJ, of 399", "median", "90 % band"), rows)


def day_of_fall(series):
    days = sorted(row[0] for row in series.db.execute("SELECT national_capital_fallen_on FROM outcome WHERE national_capital_fallen_on <> ''"))
    return " ".join((date(days[len(days) // 2]) + ",", date(days[len(days) // 20]), "to", date(days[len(days) * 19 // 20])))


def share_fought(series):
    shares = sorted(row[0] for row in series.db.execute("SELECT 1.0 * n_fought / (n_fought + n_negotiated + n_abandoned + n_carried) FROM outcome "
                                                        "WHERE n_fought + n_negotiated + n_abandoned + n_carried > 0"))
    return f"{shares[len(shares) // 2]:.2f} ({shares[len(shares) // 20]:.2f} to {shares[len(shares) * 19 // 20]:.2f})"


def reported(series):
    s = series
    civilians = sum(s.row(f"civilians_killed.{bloc}", "2021-06-30")["mean"] for bloc in ("republic", "taliban", "isk"))
    small = s.row("civilians_killed.isk", "2021-06-30")["mean"]
    rows = (
        ("P(national capital lost by 15 August)", s.share("national_capital_fallen", "2021-08-15"), "lost that day"),
        ("by 31 August; by 30 September", "; ".join(s.share("national_capital_fallen", d) for d in ("2021-08-31", "2021-09-30")), ""),
        ("day of its fall: median, 90 % of replicates that lose it", day_of_fall(s), "15 August"),
        ("P(holdout's seat stands on 6 September; on 30 September)", "; ".join(s.share("holdout_holds", d) for d in ("2021-09-06", "2021-09-30")),
         "lost 6 September"),
        ("settled on 30 September", s.share("settled", "2021-09-30"), "no"),
        ("provincial capitals not held, 6 August; 13 August", "; ".join(s.band("capitals_held.taliban", d) for d in ("2021-08-06", "2021-08-13")), "1; 18"),
        ("provincial capitals pressed, 21 July", s.band("capitals_pressed", "2021-07-21"), "17 (Pentagon)"),
        ("share of losses to assault, those at the fall of the regime left out", share_fought(s), "60 to 90 % are said to have gone without a fight"),
        ("centres won back by 29 June", s.band("retaken.republic", "2021-06-29"), "10 of 127"),
        ("soldiers killed by the end of May, June, July", "; ".join(s.band("killed.republic", d) for d in ("2021-05-31", "2021-06-30", "2021-07-31")),
         "at least 405; 1,108; 1,443 (tuned)"),
        ("civilians killed in May and June, by all sides (mean)", f"{civilians:,.0f}, of whom {small:,.0f} by the small third side", "783 (UNAMA), a floor"),
        ("newly displaced since January as verified: 31 May, 18 July, 20 September",
         "; ".join(s.band("displaced_reported", d, 1000) for d in ("2021-05-31", "2021-07-18", "2021-09-20")), "over 200,000; 295,000; 635,000 (OCHA)"),
        ("the same as estimated: 13 July, 9 August", "; ".join(s.band("displaced_estimated", d, 1000) for d in ("2021-07-13", "2021-08-09")),
         "270,000; 550,000 (UNHCR)"),
        ("people who reached the national capital by 13 August", s.band("arrivals_national_capital", "2021-08-13", 1000),
         "20,000 since 1 July, 120,000 since January"),
        ("crossed a border by 22 July; 1 September; 22 September",
         "; ".join(s.band("crossed_border", d, 100) for d in ("2021-07-22", "2021-09-01", "2021-09-22")), "4,000; 16,500; 35,400"),
        ("flown out by 30 August", s.band("evacuated_by_air", "2021-08-30", 1000), "116,700"),
        ("armoured vehicles; aircraft taken by the winner by 30 September",
         "; ".join(s.band(f"{what}_captured.taliban", "2021-09-30") for what in ("vehicles", "aircraft")), "2,000; 40"),
    )
    return table(("", "model: median, 90 % band; or share +- standard error", "record"), rows)


def ablation(text):
    rows = [re.split(r"\s{2,}", line.strip()) for line in text.splitlines()]
    at = next(i for i, row in enumerate(rows) if row[0] == "mechanism")
    out = []
    for row in rows[at + 1:]:
        if len(row) < 7:
            break
        out.append((f"**{row[0]}**" if row[6] == "small" else row[0], *row[1:]))
    means = [re.match(r"\s+(\S.*?)\s{2,}(\S+) \+- (\S+)\s+\S+\s+smallest", line) for line in text.splitlines()]
    base = ", ".join(f"{m[1]} {m[2]} +- {m[3]}" for m in means if m)
    return f"Base: {base}.\n\n" + table(("off", *rows[at][1:], ""), out)


def what_if(maker):
    base, rows = maker.run("base", "-n", str(PAIRS)), []
    for name in sorted(p.stem for p in (HERE / "scenarios" / SCENARIO / "whatif").glob("*.yml")):
        changed = maker.run(name, "-n", str(PAIRS), "--what-if", name)
        got = {(r["observable"], r["date"]): r for r in json.loads(maker.ask("compare", str(base), str(changed), "--json"))["rows"]}

        def change(observable, day, digits):
            r = got[(observable, day)]
            return f"{r['difference']:+,.{digits}f} +- {r['se']:,.{digits}f}"

        rows.append((name, change("national_capital_fallen", "2021-08-31", 3), change("holdout_holds", "2021-09-30", 3),
                     change("districts_controlled.taliban", "2021-08-31", 1), change("displaced_since_start", "2021-08-31", 0),
                     change("crossed_border", "2021-08-31", 0), change("evacuated_by_air", "2021-09-30", 0)))
    return table(("what if", "capital lost by 31 August", "holdout holds on 30 September", "districts controlled on 31 August", "displaced by then",
                  "crossed a border by then", "flown out by 30 September"), rows)


def scores(text):
    """The blocks of the text of `holdout score` that have no counts of their own, as they are."""
    begin = text.index("fall of the national capital")
    return "```\n" + text[begin:].rstrip() + "\n```"


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as temporary:
        maker = Maker(str(Path(sys.argv[1]).resolve()), sys.argv[2] if len(sys.argv) == 3 else temporary)
        run = maker.run("run", "-n", str(REPLICATES))
        series = Series(run)
        s = series.summary
        blocks = {
            "run": f"version {s['version']}, seed {s['seed']}, {s['replicates']:,} replicates, scenario `{s['scenario_digest'][:12]}...`, "
                   f"digest of the run `{s['digest'][:12]}...`",
            "districts": districts(series),
            "reported": reported(series),
            "facts": maker.ask("score", SCENARIO, "--facts", "--doses", str(DOSES), "--markdown").strip(),
            "ablation": ablation(maker.ask("ablate", SCENARIO, "-n", str(REPLICATES))),
            "what-if": what_if(maker),
            "scores": scores(maker.ask("score", str(run))),
        }
    page = HERE / "docs" / "results.md"
    text = page.read_text()
    for name, block in blocks.items():
        begin, end = f"<!-- {name} -->", f"<!-- end {name} -->"
        if text.count(begin) != 1 or text.count(end) != 1:
            sys.exit(f"{page}: no place for {name}")
        head, rest = text.split(begin)
        text = head + begin + "\n" + block + "\n" + end + rest.split(end)[1]
    page.write_text(text)


if __name__ == "__main__":
    main()
