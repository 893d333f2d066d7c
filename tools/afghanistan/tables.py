"""Reading the record and writing tables: comma separated, UTF-8, LF, the same bytes for the same rows."""
import csv
from functools import cached_property


class Record:
    """The folder of source tables; `record["districts"]` is the list of rows of districts.csv."""

    def __init__(self, folder):
        self.folder = folder
        self._tables = {}

    def __getitem__(self, name):
        if name not in self._tables:
            with open(self.folder / f"{name}.csv", encoding="utf-8-sig", newline="") as file:
                self._tables[name] = list(csv.DictReader(file))
        return self._tables[name]

    @cached_property
    def district(self):
        """District rows by p-code."""
        return {row["pcode"]: row for row in self["districts"]}

    @cached_property
    def province(self):
        """Province rows by p-code."""
        return {row["pcode"]: row for row in self["provinces"]}

    @cached_property
    def capital_pcode(self):
        """P-code of the district that holds each provincial capital, by the capital's name in provinces.csv."""
        seat = {row["province_pcode"]: row["pcode"] for row in self["districts"] if row["is_provincial_capital"] == "1"}
        return {row["capital"]: seat[row["pcode"]] for row in self["provinces"]}


def write_table(path, rows):
    """Write rows (dicts with the same keys) as a table."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def plain(value):
    """A number as short text: no exponent, no trailing zeros."""
    text = f"{float(value):.6f}".rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text


def largest_remainder(total, weights):
    """Whole numbers proportional to the weights that add up to total; ties go to the earlier key."""
    scale = total / sum(weights.values())
    exact = {key: weight * scale for key, weight in weights.items()}
    whole = {key: int(value) for key, value in exact.items()}
    by_remainder = sorted(exact, key=lambda key: (whole[key] - exact[key], key))
    for key in by_remainder[: total - sum(whole.values())]:
        whole[key] += 1
    return whole
