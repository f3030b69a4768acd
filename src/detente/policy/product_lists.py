"""Product lists as coverage by sector, and what lists of one pair share.

The lists of one importer on one exporter are a family. Its file ``lists/<family>.csv`` divides the
bilateral imports of 2017 of every ISIC Rev. 4 division by the set of lists that hold them (``isic,
lists, usd_m, rate_before_pct``; the last is the mean rate of January 2018, empty where unknown).
Shares are held constant, so that the covered value scales with the bilateral trade of the baseline.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.errors import InputError, Problem, nearest

_FOLDER = resources.files("detente.policy") / "lists"
_NAMED = "product_list"


@cache
def names() -> tuple[str, ...]:
    """Names of the shipped lists."""
    return tuple(sorted(describe()))


@cache
def describe() -> dict[str, dict[str, Any]]:
    """Return what is known of each shipped list: title, who, when, rate, source, method, sums."""
    return json.loads((_FOLDER / "lists.json").read_text("utf-8"))


def file_of(name: str) -> Path:
    """Return the file of a list, which holds all lists of its family."""
    return Path(str(_FOLDER / f"{family(name)}.csv"))


def family(name: str) -> str:
    """Name the pair whose list this is; lists of one family may share goods.

    Raises
    ------
    InputError
        There is no such list.
    """
    if not isinstance(name, str) or name not in names():
        raise InputError(
            Problem(
                f"no such product list; {_instead(name)}".rstrip("; "),
                key=_NAMED,
                value=name,
                allowed=", ".join(names()),
            )
        )
    return describe()[name]["family"]


def _instead(name: object) -> str:
    """Say what to write for a list that is not shipped."""
    if isinstance(name, str) and any(sign in name for sign in "./\\"):
        return f"a list file of your own is given as products: {name}"
    return nearest(name, names())


def coverage(calibration: Calibration, name: str) -> NDArray[np.float64]:
    """Covered share of bilateral imports by sector ``(sector,)``.

    Raises
    ------
    InputError
        There is no such list, or the baseline's sectors carry no ISIC divisions.
    """
    held = [share for _, share in parts(calibration, [name])]
    return held[0] if held else np.zeros(len(calibration.sectors))


def parts(
    calibration: Calibration, names: Iterable[str]
) -> list[tuple[frozenset[str], NDArray[np.float64]]]:
    """Divide each sector's bilateral imports by which of some lists hold them.

    Parameters
    ----------
    calibration
        Baseline whose sectors carry ISIC divisions.
    names
        Lists of one family.

    Returns
    -------
    list[tuple[frozenset[str], NDArray]]
        For each set of the named lists that some goods are on: the set, and by sector ``(sector,)``
        the share of the imports on these lists and on no other of them. What the shares leave to
        one is on none.

    Raises
    ------
    InputError
        There is no such list, the lists are of several families, or the baseline's sectors carry no
        ISIC divisions.
    """
    wanted = frozenset(names)
    table = _table(pair) if (pair := _pair(wanted)) else {}
    _refuse_without_divisions(calibration, wanted)
    sectors = calibration.sectors
    value: dict[frozenset[str], NDArray[np.float64]] = defaultdict(lambda: np.zeros(len(sectors)))
    for k, sector in enumerate(sectors):
        for lists, usd in (row for isic in sector.isic for row in table.get(isic, ())):
            value[lists & wanted][k] += usd
    total = sum(value.values())
    shares = {lists: usd / np.where(total > 0, total, 1.0) for lists, usd in value.items() if lists}
    return sorted(shares.items(), key=lambda part: sorted(part[0]))


def _pair(names: Iterable[str]) -> str | None:
    """Name the one family of these lists, if there are any."""
    families = {name: family(name) for name in sorted(names)}
    if len(set(families.values())) > 1:
        raise InputError(
            Problem(
                "what lists of different pairs share is not known",
                key=_NAMED,
                value=", ".join(f"{name} ({pair})" for name, pair in families.items()),
                allowed="lists of one pair",
            )
        )
    return next(iter(families.values()), None)


def _refuse_without_divisions(calibration: Calibration, names: Iterable[str]) -> None:
    if not any(sector.isic for sector in calibration.sectors):
        raise InputError(
            Problem(
                "the baseline's sectors carry no ISIC divisions, so a product list has no place",
                key=_NAMED,
                value=", ".join(sorted(names)),
            )
        )


@cache
def _table(pair: str) -> dict[str, list[tuple[frozenset[str], float]]]:
    """Read imports by division and set of lists, million USD."""
    table = defaultdict(list)
    for row in csv.DictReader((_FOLDER / f"{pair}.csv").read_text("utf-8").splitlines()):
        table[row["isic"]].append((frozenset(row["lists"].split()), float(row["usd_m"])))
    return dict(table)
