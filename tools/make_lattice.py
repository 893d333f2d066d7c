#!/usr/bin/python3
"""Writes a made-up scenario on a square lattice, for measuring speed.

usage: make_lattice.py N OUT      (N districts, 4 to 1,000,000; OUT: folder, made if absent)

Districts have six neighbours (right, down, one diagonal; the Afghan mean is 5.4); twelve make a province. Soldiers, police
and fighters per district are as dense as in scenarios/afghanistan-2021 (351, 297 and 188 on average). The same N gives the
same bytes.
"""
import math
import random
import sys
from pathlib import Path

from afghanistan.tables import write_table

ARMY, POLICE, FIGHTERS = 351, 297, 188   # persons a district on paper
STEP_KM = 40.0                           # between neighbouring centres; in the Afghan graph 41 on average
BLOCK = (4, 3)                           # districts of a province, across and down

HEAD = """\
format: 1
name: lattice-{n}
title: Lattice of {n} districts
from: 2030-05-01
until: 2030-09-30
seed: 1
replicates: 10
national_capital: {capital}
holdout: {{faction: keep, seat: {seat}}}

blocs:
  - {{id: crown, name: Crown, color: "#2c6fbb"}}
  - {{id: reed, name: Reed, color: "#b5523b"}}
groups:
  - {{id: hill, name: Hill people}}
  - {{id: shore, name: Shore people}}
garrison_kinds:
  - {{id: army, name: Army, worth: 1.0, ghost: {{beta: [5.5, 4.5]}}, arrears_days: {{lognormal: [15, 0.8]}}, supply_days: {{lognormal: [20, 0.5]}}, reserve: false, known_on: 2030-04-30, source: "made up"}}
  - {{id: police, name: Police, worth: 0.6, ghost: {{beta: [5.5, 4.5]}}, arrears_days: {{lognormal: [90, 0.6]}}, supply_days: {{lognormal: [12, 0.6]}}, reserve: false, known_on: 2030-04-30, source: "made up"}}
  - {{id: fighters, name: Fighters, worth: 1.0, ghost: {{point: 0}}, arrears_days: {{point: 0}}, supply_days: {{lognormal: [30, 0.5]}}, reserve: false, known_on: 2030-04-30, source: "made up"}}
factions:
  - {{id: court, name: Court, bloc: crown, role: state, aircraft: {{count: 100, sorties_per_day: 0.4, readiness: 0.8, readiness_without_maintenance: 0.3}}, affinity: {{shore: 0.2}}, known_on: 2030-04-30, source: "made up"}}
  - {{id: reed, name: Reed, bloc: reed, role: insurgent, strength: {{lognormal: [{fighters}, 0.2]}}, affinity: {{hill: 0.3, shore: -0.3}}, known_on: 2030-04-30, source: "made up"}}
  - {{id: keep, name: Keep, bloc: crown, role: resistance, base: [{base}], stock_days: 200, affinity: {{hill: 0.5}}, known_on: 2030-04-30, source: "made up"}}
patrons:
  - id: overseas
    name: Overseas
    flows:
      - {{to: court, kind: cash, value: {cash}, from: 2030-05-01, until: 2030-12-31, known_on: 2030-04-14, source: "made up"}}
      - {{to: court, kind: maintenance, value: 1.0, from: 2030-05-01, until: 2030-12-31, known_on: 2030-04-14, source: "made up"}}
calendar:
  - {{id: start, kind: withdrawal, date: 2030-05-01, value: 0.0, bloc: crown, known_on: 2030-04-14, source: "made up"}}
  - {{id: end, kind: withdrawal, date: 2030-08-31, value: 1.0, bloc: crown, known_on: 2030-04-14, source: "made up"}}
  - {{id: day, kind: end_announced, date: 2030-08-31, value: 1.0, bloc: crown, known_on: 2030-04-14, source: "made up"}}
initial_totals:
  - {{bloc: reed, quantity: centres, value: {centres}, denominator: {n}, sd: {sd}, date: 2030-05-01, known_on: 2030-04-30, source: "made up"}}
  - {{bloc: reed, quantity: controlled, value: {controlled}, denominator: {n}, sd: {sd}, date: 2030-05-01, known_on: 2030-04-30, source: "made up"}}
  - {{bloc: reed, quantity: contested, value: {contested}, denominator: {n}, sd: {sd}, date: 2030-05-01, known_on: 2030-04-30, source: "made up"}}
parameters: {{}}
"""


def place(index, side):
    """Column, row and province number of a district."""
    x, y = index % side, index // side
    return x, y, (y // BLOCK[1]) * math.ceil(side / BLOCK[0]) + x // BLOCK[0]


def code(index, side):
    """P-code of a district: province, then its number in the lattice."""
    return f"P{place(index, side)[2]:05d}D{index:06d}"


def make_districts(n, side):
    """Rows of districts.csv; the first district of each province is its capital."""
    draw, seen, rows = random.Random(n), set(), []
    step = min(STEP_KM / 111.0, 40.0 / side)
    for index in range(n):
        x, y, province = place(index, side)
        people = int(60_000 * math.exp(draw.gauss(0, 0.8)))
        capital = province not in seen
        seen.add(province)
        rows.append({
            "pcode": code(index, side), "name": f"District {index}", "province": f"Province {province}",
            "province_pcode": f"P{province:05d}", "region": f"Band {y // 10}", "lon": f"{10 + x * step:.4f}",
            "lat": f"{20 - y * step:.4f}", "area_km2": f"{STEP_KM ** 2:.0f}", "population": people * (3 if capital else 1),
            "urban_population": people if capital else 0, "elevation_m": 500 + 20 * (y % 50), "relief_m": 100,
            "terrain": draw.choices(["plain", "hills", "mountain", "gorge"], [25, 33, 40, 2])[0],
            "is_capital": int(capital), "airfield": int(capital), "on_road": int(y % 3 == 0),
            "prior_status": draw.choices(["government", "contested", "controlled"], [35, 53, 12])[0],
            "reach": f"{draw.random():.3f}",
        })
    return rows


def make_edges(n, side):
    """Rows of edges.csv: the neighbours to the right, below, and below to the right."""
    rows = []
    for index in range(n):
        x, y, _ = place(index, side)
        inside = x + 1 < side
        for step, there, km in ((1, inside, 1.0), (side, True, 1.0), (side + 1, inside, math.sqrt(2))):
            if there and index + step < n:
                rows.append({"a": code(index, side), "b": code(index + step, side), "distance_km": round(km * STEP_KM, 1),
                             "road": "A" if y % 3 == 0 and step == 1 else "C", "border_km": round(STEP_KM / km / 1.7, 1),
                             "pass_height_m": 0})
    return rows


def make_garrisons(districts):
    """Rows of garrisons.csv; capitals have three times the soldiers."""
    draw, rows = random.Random(len(districts) + 1), []

    def add(row, faction, command, kind, mean):
        paper = round(mean * math.exp(draw.gauss(-0.18, 0.6)))
        rows.append({"pcode": row["pcode"], "faction": faction, "command": command, "kind": kind, "paper": paper,
                     "known_on": "2030-04-30", "source": "made up"})

    for row in districts:
        share = {"government": 0.4, "contested": 1.0, "controlled": 2.7}[row["prior_status"]]
        add(row, "court", "corps", "army", ARMY * (2.6 if row["is_capital"] else 0.85))
        add(row, "court", "governor-" + row["province_pcode"].lower(), "police", POLICE)
        add(row, "reed", "reed-council", "fighters", FIGHTERS * share)
    add(districts[-1], "keep", "keep-leader", "fighters", 2000)
    return rows


def make_commands(districts):
    """Rows of commands.csv: one corps, one governor a province, the insurgents, the resistance."""
    def row(ident, name, faction, kind, hq):
        return {"id": ident, "name": name, "faction": faction, "kind": kind, "hq": hq, "superior": ""}

    rows = [row("corps", "Corps", "court", "corps", districts[0]["pcode"])]
    rows += [row("governor-" + d["province_pcode"].lower(), f"Governor of {d['province']}", "court", "governor", d["pcode"])
             for d in districts if d["is_capital"]]
    rows.append(row("reed-council", "Reed council", "reed", "insurgent", districts[-2]["pcode"]))
    rows.append(row("keep-leader", "Leader of Keep", "keep", "leader", districts[-1]["pcode"]))
    return rows


def make_groups(districts):
    """Rows of groups.csv: two communities in every province."""
    draw, rows = random.Random(len(districts) + 2), []
    for province in dict.fromkeys(d["province_pcode"] for d in districts):
        hill = round(draw.uniform(0.1, 0.9), 2)
        for group, share in (("hill", hill), ("shore", round(1 - hill, 2))):
            rows.append({"province_pcode": province, "group": group, "share": share, "known_on": "2030-04-30",
                         "source": "made up"})
    return rows


def main():
    """Write the folder."""
    if len(sys.argv) != 3 or not sys.argv[1].isdigit() or not 4 <= int(sys.argv[1]) <= 1_000_000:
        sys.exit(__doc__)
    n, out = int(sys.argv[1]), Path(sys.argv[2])
    side = math.ceil(math.sqrt(n))
    out.mkdir(parents=True, exist_ok=True)
    districts = make_districts(n, side)
    write_table(out / "districts.csv", districts)
    write_table(out / "edges.csv", make_edges(n, side))
    write_table(out / "garrisons.csv", make_garrisons(districts))
    write_table(out / "commands.csv", make_commands(districts))
    write_table(out / "groups.csv", make_groups(districts))
    capitals = [d["pcode"] for d in districts if d["is_capital"]]
    (out / "scenario.yml").write_text(HEAD.format(
        n=n, capital=capitals[len(capitals) // 2], seat=districts[-1]["pcode"], base=districts[-1]["province_pcode"],
        fighters=FIGHTERS * n, cash=28_000 * n, centres=round(0.08 * n), controlled=round(0.18 * n),
        contested=round(0.5 * n), sd=max(1, round(0.01 * n))), encoding="utf-8")


if __name__ == "__main__":
    main()
