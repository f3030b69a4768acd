"""Build the shipped record of disputes from the raw data folder, the same bytes every time.

``python tools/build_disputes.py`` writes it into the package; ``--check`` compares instead. Kept
are the columns of `detente.disputes.cases`: what was known on day zero, what happened, how well it
is known. Left out are outcomes (they are worked out from events), threats of answers, which came
later, and a size of the demand that was coded by who knew the outcome.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from build_product_lists import RAW, ROOT
from detente.disputes.cases import COLUMNS, read
from detente.files import write_bytes

SHIPPED = ROOT / "src" / "detente" / "disputes" / "shipped"
ABOUT: dict[str, Any] = {
    "title": "Trade disputes and ultimatums of 1995 to 2026 with dated outcomes",
    "known_to": "2026-08-21",
    "source": (
        "Coded by hand in November 2026, for a third from memory, the rest checked against "
        "official texts, dated measures and press; each row says how. Trade and GDP are rounded, "
        "of the year before or of day zero"
    ),
    "licence": "Facts and figures of our own coding: free to use",
}


def cases(source: Path) -> bytes:
    """Return the record as CSV, by day zero."""
    with source.open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: (row["threat_date"], row["id"]))
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([row[name] for name in COLUMNS] for row in rows)
    return out.getvalue().encode()


def build(source: Path, folder: Path) -> None:
    """Write the record and what it is into a folder; refuse what the package would not read."""
    write_bytes(folder / "cases.csv", cases(source))
    text = json.dumps(ABOUT, indent=1, ensure_ascii=False) + "\n"
    write_bytes(folder / "about.json", text.encode())
    read(folder / "cases.csv")


def main() -> int:
    """Build, or compare with what is shipped."""
    parser = argparse.ArgumentParser(description="Build the shipped record of disputes.")
    parser.add_argument("--data", type=Path, default=RAW, help="raw data folder")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    asked = parser.parse_args()
    source = asked.data / "disputes" / "cases_dev.csv"
    if not asked.check:
        build(source, SHIPPED)
        return 0
    with tempfile.TemporaryDirectory() as place:
        build(source, Path(place))
        new = {path.name: path.read_bytes() for path in Path(place).iterdir()}
    old = {name: (SHIPPED / name).read_bytes() for name in new}
    print("the same" if new == old else "what is shipped differs")
    return int(new != old)


if __name__ == "__main__":
    sys.exit(main())
