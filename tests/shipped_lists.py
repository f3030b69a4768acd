"""The shipped product lists as they stand in their files."""

import csv
from collections import defaultdict
from importlib import resources

FOLDER = resources.files("detente.policy") / "lists"
FAMILIES = ("china-on-us", "us-on-china")


def lines(family):
    """Rows of a file: division, set of lists, million USD, mean rate before or nothing."""
    for row in csv.DictReader((FOLDER / f"{family}.csv").read_text("utf-8").splitlines()):
        rate = row["rate_before_pct"]
        lists = frozenset(row["lists"].split())
        yield row["isic"], lists, float(row["usd_m"]), float(rate) if rate else None


def rows(name):
    """Imports covered by a list and all imports, million USD, by division."""
    table = defaultdict(lambda: [0.0, 0.0])
    for isic, lists, usd, _ in lines(next(f for f in FAMILIES if f.startswith(name.split("-")[0]))):
        table[isic][0] += usd * (name in lists)
        table[isic][1] += usd
    return table
