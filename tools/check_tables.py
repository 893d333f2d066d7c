#!/usr/bin/python3
"""Checks the tables of scenario folders; prints every mismatch and exits 1 if there is one.

usage: check_tables.py [FOLDER ...]      (default: scenarios/afghanistan-2021 and the made-up scenarios of the tests)

Structure is checked in every folder, totals in afghanistan-2021 only. Needs nothing outside the project.
"""
import csv
import json
import sys
from collections import Counter
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEFAULT = [ROOT / "scenarios/afghanistan-2021", ROOT / "tests/scenarios/two-bloc", ROOT / "tests/scenarios/three-bloc"]

# Army and commandos are 140,000 together: the estimates by corps in the record add up to that.
# Fighters: 75,000 of the main challenger and 2,000 of the third side.
AFGHAN_ROWS = {"districts": 399, "edges": 1080, "claims": 88, "commands": 50}
AFGHAN_PAPER = {"army": 119_000, "commando": 21_000, "police": 118_600, "fighters": 77_000, "militia": 15_100}
AFGHAN_PROVINCES = 34


def read(folder, name):
    """Rows of a table; none if the folder has no such table."""
    path = folder / f"{name}.csv"
    if not path.exists():
        return []
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def day(text):
    """A day, or None for an empty field."""
    return date.fromisoformat(text) if text else None


def reached(edges, start):
    """Districts that a path of edges leads to."""
    near = {}
    for row in edges:
        near.setdefault(row["a"], []).append(row["b"])
        near.setdefault(row["b"], []).append(row["a"])
    seen, stack = {start}, [start]
    while stack:
        for there in near.get(stack.pop(), []):
            if there not in seen:
                seen.add(there)
                stack.append(there)
    return seen


def check_graph(districts, edges):
    """Mismatches of districts and edges."""
    pcodes = [row["pcode"] for row in districts]
    for pcode, times in Counter(pcodes).items():
        if times > 1:
            yield f"districts: {pcode} is there {times} times"
    known = set(pcodes)
    pairs = Counter(tuple(sorted((row["a"], row["b"]))) for row in edges)
    for (a, b), times in pairs.items():
        if a not in known or b not in known or a == b or times > 1:
            yield f"edges: {a}-{b} is wrong or there {times} times"
    lost = known - reached(edges, pcodes[0])
    if lost:
        yield f"edges: no path from {pcodes[0]} to {', '.join(sorted(lost))}"
    capitals = Counter(row["province_pcode"] for row in districts if row["is_capital"] == "1")
    for province in sorted({row["province_pcode"] for row in districts}):
        if capitals[province] != 1:
            yield f"districts: {province} has {capitals[province]} capitals; need 1"


def check_forces(folder, districts):
    """Mismatches of garrisons, commands and groups."""
    known = {row["pcode"] for row in districts}
    commands = {row["id"]: row for row in read(folder, "commands")}
    for row in commands.values():
        if row["hq"] not in known or row["superior"] and row["superior"] not in commands:
            yield f"commands: {row['id']} has an unknown seat or superior"
    for row in read(folder, "garrisons"):
        command = commands.get(row["command"])
        if row["pcode"] not in known or command is None or command["faction"] != row["faction"] or int(row["paper"]) < 0:
            yield f"garrisons: wrong row {row['pcode']} {row['faction']} {row['command']} {row['paper']}"
    shares = Counter()
    for row in read(folder, "groups"):
        shares[row["province_pcode"]] += float(row["share"])
    for province in sorted({row["province_pcode"] for row in districts} | set(shares)):
        if abs(shares[province] - 1) > 0.001:
            yield f"groups: shares of {province} add up to {shares[province]:.4f}; need 1"


def check_record(folder, districts):
    """Mismatches of the record: unknown subjects, days and values out of order."""
    known = {row["pcode"] for row in districts}
    for row in read(folder, "record"):
        name = f"record: {row['observable']} {row['subject']} {row['date_end']}"
        if row["subject"] and row["subject"] not in known:
            yield f"{name}: unknown subject"
        if day(row["date_start"]) and day(row["date_start"]) > day(row["date_end"]):
            yield f"{name}: ends before it starts"
        if row["value_low"] and row["value_high"] and float(row["value_low"]) > float(row["value_high"]):
            yield f"{name}: low is above high"
        if row["confidence"] not in ("high", "med", "low") or row["mode"] not in ("", "given_up", "fought", "regime_fall"):
            yield f"{name}: confidence {row['confidence']} or mode {row['mode']} is not one of the contract's"


def check_cells(folder, districts):
    """Mismatches of the cells, if the folder has any."""
    path = folder / "boundaries.geojson"
    if not path.exists():
        return
    cells = Counter()
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        shape = feature["geometry"]["coordinates"]
        rings = shape if feature["geometry"]["type"] == "Polygon" else [ring for part in shape for ring in part]
        cells[feature["properties"]["pcode"]] += 1
        if not rings or any(len(ring) < 4 or ring[0] != ring[-1] for ring in rings):
            yield f"boundaries: {feature['properties']['pcode']} has no ring or an open one"
    for pcode in sorted({row["pcode"] for row in districts} | set(cells)):
        if cells[pcode] != 1:
            yield f"boundaries: {pcode} has {cells[pcode]} cells; need 1"


def check_afghan_totals(folder):
    """Mismatches of the totals stated in SOURCES.md."""
    for name, need in AFGHAN_ROWS.items():
        if len(read(folder, name)) != need:
            yield f"{name}: {len(read(folder, name))} rows; need {need}"
    paper = Counter()
    for row in read(folder, "garrisons"):
        paper[row["kind"]] += int(row["paper"])
    if paper != AFGHAN_PAPER:
        yield f"garrisons: {dict(paper)} on paper; need {AFGHAN_PAPER}"
    districts = read(folder, "districts")
    if len({row["province_pcode"] for row in districts}) != AFGHAN_PROVINCES:
        yield f"districts: need {AFGHAN_PROVINCES} provinces"
    taken = Counter(row["subject"] for row in read(folder, "record") if row["observable"] == "captured.taliban")
    for row in districts:
        if taken[row["pcode"]] != 1:
            yield f"record: {row['pcode']} has {taken[row['pcode']]} rows of capture; need 1"


def check(folder):
    """Every mismatch of a folder."""
    districts = read(folder, "districts")
    yield from check_graph(districts, read(folder, "edges"))
    yield from check_forces(folder, districts)
    yield from check_record(folder, districts)
    yield from check_cells(folder, districts)
    if folder.resolve().name == "afghanistan-2021":
        yield from check_afghan_totals(folder)


def check_sources(folder):
    """Mismatches of the row counts that SOURCES.md gives with the tables."""
    page = folder / "SOURCES.md"
    for line in page.read_text(encoding="utf-8").splitlines() if page.exists() else []:
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) > 3 and cells[1].endswith(".csv"):
            rows = len(read(folder, cells[1][:-4]))
            if cells[2] != f"{rows:,}":
                yield f"SOURCES.md: {cells[2]} rows of {cells[1]}; it has {rows:,}"


def main():
    """Check the folders named or the default ones."""
    folders = [Path(name) for name in sys.argv[1:]] or DEFAULT
    failed = False
    for folder in folders:
        found = [*check(folder), *check_sources(folder)]
        failed |= bool(found)
        print(f"{folder.name}: {len(found)} mismatches" if found else f"{folder.name}: good")
        for line in found:
            print(f"  {line}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
