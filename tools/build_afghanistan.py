#!/usr/bin/python3
"""Builds the tables of scenarios/afghanistan-2021 from the record of facts about Afghanistan in 2021.

usage: build_afghanistan.py [RECORD]      (default ../shared/record, taken from the root of the project)

Writes districts, edges, garrisons, commands, groups, record and claims. The same record gives the same bytes.
What is estimated, and how, stands beside each rule in tools/afghanistan/ and in the scenario's SOURCES.md.
"""
import sys
from pathlib import Path

from afghanistan import forces, observed, places
from afghanistan.tables import Record, write_table

ROOT = Path(__file__).resolve().parent.parent
SCENARIO = ROOT / "scenarios" / "afghanistan-2021"


def main():
    """Write every table and print its number of rows."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "../shared/record"
    record = Record(folder)
    roads = places.road_network(record)
    shares = places.community_shares(record)
    tables = {
        "districts": places.districts(record, roads),
        "edges": places.edges(record, roads),
        "groups": places.groups(shares),
        "commands": forces.commands(record),
        "garrisons": forces.garrisons(record, roads, shares),
        "record": observed.observations(record),
        "claims": observed.claims(record),
    }
    for name, rows in tables.items():
        write_table(SCENARIO / f"{name}.csv", rows)
        print(f"{name}.csv: {len(rows)} rows")
    for line in observed.left_out(record):
        print("left out:", line)


if __name__ == "__main__":
    main()
