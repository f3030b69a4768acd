"""Build the shipped record of disputes from two lists, the same bytes every time.

``python tools/build_disputes.py`` writes it into the package; ``--check`` compares instead. Kept
are the columns of `detente.disputes.cases`: what was known on day zero, what happened, how well it
is known. Left out are outcomes (they are worked out from events), threats of answers, which came
later, and a size of the demand that was coded by who knew the outcome.

Well-known disputes come from the raw data folder, threats drawn from a ledger of measures from
``tools/ledger_disputes.csv``. Trade and GDP of these are those of the last shipped baseline of a
year before day zero that has both sides; where no value is given, the threat covers all goods.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from build_product_lists import RAW, ROOT
from detente.baseline.calibration import Calibration
from detente.baseline.names import EU27
from detente.baseline.store import load
from detente.disputes.cases import CHOSEN, COLUMNS, LEDGER, read
from detente.files import write_bytes

SHIPPED = ROOT / "src" / "detente" / "disputes" / "shipped"
FROM_LEDGER = ROOT / "tools" / "ledger_disputes.csv"
BASELINES = ("icio-2022", "icio-2017", "wiod-2014")
BRITISH_TOO = "EU28"
ABOUT: dict[str, Any] = {
    "title": "Trade disputes and ultimatums of 1995 to 2026 with dated outcomes",
    "known_to": "2026-08-21",
    "source": (
        "Coded by hand in November 2026: well-known disputes, for a third from memory, the rest "
        "checked against official texts, dated measures and press; and threats drawn from a "
        "ledger of dated measures of 2018 to 2026. Each row says how. Trade and GDP are rounded, "
        "of the year before or of day zero, or of the last baseline before it"
    ),
    "licence": "Facts and figures of our own coding: free to use",
}


def cases(source: Path, drawn: Path = FROM_LEDGER) -> bytes:
    """Return the record as CSV, the two sets one after the other, each by day zero."""
    rows = [row | {"set": CHOSEN} for row in _rows(source)]
    rows += [row | _sizes(row) | {"set": LEDGER} for row in _rows(drawn)]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([row[name] for name in COLUMNS] for row in rows)
    return out.getvalue().encode()


def _rows(source: Path) -> list[dict[str, str]]:
    with source.open(encoding="utf-8", newline="") as file:
        return sorted(csv.DictReader(file), key=lambda row: (row["threat_date"], row["id"]))


def _sizes(row: dict[str, str]) -> dict[str, str]:
    """Return trade and GDP of the two sides, and where they come from."""
    c = next(c for c in map(_baseline, BASELINES)
             if c.card.year < int(row["threat_date"][:4])
             and _known(c, row["sender"]) and _known(c, row["target"]))  # fmt: skip
    sender, target = (_places(c, row[side]) for side in ("sender", "target"))
    goods = c.flows[c.goods].sum(axis=0) / 1e3
    bought, sold = (float(goods[np.ix_(*ends)].sum())
                    for ends in ((sender, target), (target, sender)))  # fmt: skip
    notes = "; ".join(filter(None, [row["notes"], f"trade and GDP of {c.name}"]))
    return {
        "sender_imports_usd_bn": f"{bought:.4g}",
        "sender_exports_usd_bn": f"{sold:.4g}",
        "sender_gdp_usd_bn": f"{c.income[sender].sum() / 1e3:.4g}",
        "target_gdp_usd_bn": f"{c.income[target].sum() / 1e3:.4g}",
        "value_usd_bn": row["value_usd_bn"] or f"{bought:.4g}",
        "notes": notes,
    }


@lru_cache
def _baseline(name: str) -> Calibration:
    return load(name, economies="all")


def _known(c: Calibration, code: str) -> bool:
    return bool(_places(c, code))


def _places(c: Calibration, code: str) -> Sequence[int]:
    """Return the economies of a side; the union is one economy or its members."""
    union = code.startswith("EU")
    return [
        place for place, one in enumerate(c.countries)
        if one.code == code
        or (union and (one.code == "EU27" or one.code in EU27))
        or (code == BRITISH_TOO and one.code == "GBR")
    ]  # fmt: skip


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
