"""Product lists as coverage by sector.

A shipped list ``lists/<name>.csv`` holds, by ISIC Rev. 4 division, the covered and the total
bilateral imports of its year (``isic, covered_usd_m, total_usd_m``). Coverage shares are held
constant, so that the covered value scales with the bilateral trade of the baseline.
"""

from __future__ import annotations

import csv
import json
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.errors import InputError, Problem, nearest


@cache
def names() -> tuple[str, ...]:
    """Names of the shipped lists."""
    folder = resources.files("detente.policy") / "lists"
    if not folder.is_dir():
        return ()
    return tuple(sorted(f.name[:-4] for f in folder.iterdir() if f.name.endswith(".csv")))


def describe() -> dict[str, dict[str, Any]]:
    """Return what is known of each shipped list: title, who, when, rate, source, method, sums."""
    text = (resources.files("detente.policy") / "lists" / "lists.json").read_text("utf-8")
    return json.loads(text)


def coverage(calibration: Calibration, name: str) -> NDArray[np.float64]:
    """Covered share of bilateral imports by sector ``(sector,)``.

    Raises
    ------
    InputError
        There is no such list, or the baseline's sectors carry no ISIC divisions.
    """
    if name not in names():
        hint = nearest(name, names())
        raise InputError(
            Problem(
                f"no such product list; {hint}".rstrip("; "),
                key="product_list",
                value=name,
                allowed=", ".join(names()) or "none is shipped yet",
            )
        )
    if not any(sector.isic for sector in calibration.sectors):
        raise InputError(
            Problem(
                "the baseline's sectors carry no ISIC divisions, so a product list has no place",
                key="product_list",
                value=name,
            )
        )
    table = _table(name)
    shares = []
    for sector in calibration.sectors:
        found = [table[d] for d in sector.isic if d in table]
        total = sum(t for _, t in found)
        shares.append(sum(c for c, _ in found) / total if total > 0 else 0.0)
    return np.array(shares)


@cache
def _table(name: str) -> dict[str, tuple[float, float]]:
    """Read covered and total imports by division."""
    text = (resources.files("detente.policy") / "lists" / f"{name}.csv").read_text()
    rows = csv.DictReader(text.splitlines())
    return {r["isic"]: (float(r["covered_usd_m"]), float(r["total_usd_m"])) for r in rows}
