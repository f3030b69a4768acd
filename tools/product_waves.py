"""The tariff waves of 2018-2020: which goods each list holds, and at what rate.

One list per wave and rate. China's waves up to June 2019 are known by ten-digit line, that of
September 2019 by six digits only. Cuts of China's general rates are lists with a factor, the mean
rate after the cut over the mean before. docs/policy.md tells the conventions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from product_map import SUMMED, china_list, us_list

Rates = Mapping[str, list[list[float]]]

# columns of the file of Chinese rates, after code and description
MFN_JANUARY, APRIL, MFN_MAY, MFN_JULY, JULY, AUGUST, SEPTEMBER = range(7)
MFN_NOVEMBER, MFN_2019, CARS_2019, JUNE_2019 = range(7, 11)
# list → (column, points that the wave adds)
ADDED = {
    "china-3bn-2018-15pct": (APRIL, 15.0),
    "china-3bn-2018-25pct": (APRIL, 25.0),
    "china-list1-34bn": (JULY, 25.0),
    "china-list2-16bn": (AUGUST, 25.0),
    "china-list3-60bn-5pct": (SEPTEMBER, 5.0),
    "china-list3-60bn-10pct": (SEPTEMBER, 10.0),
    "china-2019-01-cars-25pct": (CARS_2019, -25.0),
    "china-2019-01-cars-5pct": (CARS_2019, -5.0),
    "china-2019-06-5pts": (JUNE_2019, 5.0),
    "china-2019-06-10pts": (JUNE_2019, 10.0),
    "china-2019-06-15pts": (JUNE_2019, 15.0),
}
# list → column; the second holds no cars and parts, which are china-cars-offer
CUT = {
    "china-mfn-2018-05": MFN_MAY,
    "china-mfn-2018-07": MFN_JULY,
    "china-mfn-2018-11": MFN_NOVEMBER,
    "china-mfn-2019-01": MFN_2019,
}
# list → its farm goods as trade negotiators count them: agriculture, fish, food and drink
FARM = {
    "china-3bn-2018-15pct": "china-farm-offer-15pct",
    "china-3bn-2018-25pct": "china-farm-offer-25pct",
}
FARM_DIVISIONS = ("01", "03", "10", "11")
# rates of the raw file carry the noise of single precision
NOISE = 1e-2


class Goods(NamedTuple):
    """Imports of one division that are on exactly these lists."""

    isic: str
    lists: frozenset[str]
    usd_m: float
    rates: Sequence[float] = ()
    """China's rate of January 2018 and the changes since, per cent, where they are known."""


def chinese_goods(
    waves: Rates,
    hs6: Mapping[str, float],
    imports: Mapping[str, float],
    divide: Callable[[str], str | None],
) -> list[Goods]:
    """Return China's imports by ten-digit line and by what September 2019 did to them.

    The ten-digit lines in an eight-digit line have equal parts of its imports. September 2019 holds
    the same share of all goods of a six-digit code.

    Parameters
    ----------
    waves
        HS8 line → for each of its HS10 lines the rate of January 2018 and the changes since.
    hs6
        HS6 code → points that September 2019 added to it.
    imports
        HS8 line → imports, million USD.
    divide
        Line → its ISIC division.
    """
    goods = []
    for line, value in imports.items():
        isic = divide(line)
        if not isic:
            continue
        name, share = september_2019(hs6.get(line[:6], 0.0))
        rows = waves.get(line, [()])
        for row in rows:
            lists = lists_of(row, isic) if row else frozenset()
            usd = value / len(rows)
            goods.append(Goods(isic, lists | {name}, usd * share, row))
            goods.append(Goods(isic, lists, usd * (1 - share), row))
    return [g for g in goods if g.usd_m > 0]


def lists_of(row: Sequence[float], isic: str) -> frozenset[str]:
    """Return the lists of China that hold a ten-digit line with this row of changes."""
    found = {name for name, (column, points) in ADDED.items() if row[column] == points}
    found |= {name for name, column in CUT.items() if row[column] < -NOISE}
    if isic in FARM_DIVISIONS:
        found |= {FARM[name] for name in FARM.keys() & found}
    if found & {"china-list1-34bn", "china-list2-16bn"}:
        found.add("china-50bn-2018")
    if "china-mfn-2018-07" in found and isic == "29":
        found = found - {"china-mfn-2018-07"} | {"china-cars-offer"}
    return frozenset(found)


def september_2019(points: float) -> tuple[str, float]:
    """Return the list of September 2019 that holds a six-digit code, and the share it holds.

    A code between the two rates holds lines of several; the share is what keeps its mean rate.
    """
    if points > 5 + NOISE:
        return "china-2019-09-10pct", min(points / 10, 1.0)
    return "china-2019-09-5pct", min(max(points, 0.0) / 5, 1.0)


def cut_rates(goods: Iterable[Goods], name: str, column: int) -> tuple[float, float]:
    """Mean rate of January 2018 of a list and mean change, weighted by imports, in points."""
    touched = [g for g in goods if name in g.lists]
    weight = np.array([g.usd_m for g in touched])
    before, change = (np.array([g.rates[k] for g in touched]) for k in (MFN_JANUARY, column))
    return float(weight @ before / weight.sum()), float(weight @ change / weight.sum())


def told(goods: Iterable[Goods], name: str, column: int) -> str:
    """Say the mean rates behind the factor of a cut."""
    before, change = cut_rates(goods, name, column)
    return (
        f"{name}: {before:.2f}% in January 2018, {change:.2f} points, "
        f"ratio of the two {(before + change) / before:.3f}"
    )


def list_4a(
    count: np.ndarray,
    left: np.ndarray,
    size: float,
    spread: Callable[..., np.ndarray],
) -> np.ndarray:
    """Fit list 4A to what the first three lists leave of the imports of each division.

    Parameters
    ----------
    count
        Tariff lines ``(division, 2)``: on list 4A, and on none of the four lists in force.
    left
        Imports that the first three lists leave, by division.
    size
        Imports on list 4A.
    spread
        The fit that made the other lists.
    """
    # a division whose imports the fit left without a line has nothing to divide
    left = np.where(count.sum(axis=1) > 0, left, 0.0)
    groups = [[k] for k in range(len(left))]
    return spread(count, groups, left, [size, left.sum() - size])[:, 0]


def size_of_4a(announced: float, covered: float, imports: float, imports_2018: float) -> float:
    """Size of list 4A in 2017, from what was announced in values of 2018.

    What the first three lists leave of the imports is shared between list 4A and the rest as it was
    in 2018; the first three are held at their announced sizes in both years.
    """
    return announced * (imports - covered) / (imports_2018 - covered)


_BY_HS6 = (
    "Imports summed over the lines of the list, which is known at six digits only; where a code "
    "holds lines of several rates, the share that keeps its mean rate."
)
_MFN = (
    "Lines whose general rate fell. The composition of imports from the United States stands for "
    "that of imports from everyone; the factor is the mean rate after the cut over that of January "
    "2018, weighted by the same imports."
)
_SUBSET = "Imports summed over the lines of the list, all of them on an earlier list too."

DESCRIPTIONS: dict[str, dict[str, str]] = {
    "china-list1-34bn": china_list(
        "China, July 2018: soybeans, cars, pork, fish, cotton", "2018-07-06", "25 points",
        "545 lines, about $34bn", SUMMED,
    ),
    "china-list2-16bn": china_list(
        "China, August 2018: fuels, chemicals, vehicles, scrap", "2018-08-23", "25 points",
        "333 lines, $16bn", SUMMED,
    ),
    "china-list3-60bn-5pct": china_list(
        "China, September 2018, goods at 5 points", "2018-09-24", "5 points",
        "with those at 10 points 5207 lines, about $60bn", SUMMED,
    ),
    "china-list3-60bn-10pct": china_list(
        "China, September 2018, goods at 10 points", "2018-09-24", "10 points",
        "with those at 5 points 5207 lines, about $60bn", SUMMED,
    ),
    "china-2019-01-cars-25pct": china_list(
        "China, cars and parts relieved of 25 points", "2019-01-01", "25 points, suspended",
        "144 lines", _SUBSET,
    ),
    "china-2019-01-cars-5pct": china_list(
        "China, cars and parts relieved of 5 points", "2019-01-01", "5 points, suspended",
        "67 lines", _SUBSET,
    ),
    "china-2019-06-5pts": china_list(
        "China, June 2019, goods raised from 5 to 10 points", "2019-06-01", "5 points more",
        "part of about $60bn", _SUBSET,
    ),
    "china-2019-06-10pts": china_list(
        "China, June 2019, goods raised from 10 to 20 points", "2019-06-01", "10 points more",
        "part of about $60bn", _SUBSET,
    ),
    "china-2019-06-15pts": china_list(
        "China, June 2019, goods raised from 10 to 25 points", "2019-06-01", "15 points more",
        "part of about $60bn", _SUBSET,
    ),
    "china-2019-09-5pct": china_list(
        "China, September 2019, goods at 5 points", "2019-09-01", "5 points, later 2.5",
        "801 lines", _BY_HS6,
    ),
    "china-2019-09-10pct": china_list(
        "China, September 2019, goods at 10 points", "2019-09-01", "10 points, later 5",
        "916 lines", _BY_HS6,
    ),
    "china-mfn-2018-05": china_list(
        "China's general rates on medicines", "2018-05-01", "to nothing", "not announced", _MFN
    ),
    "china-mfn-2018-07": china_list(
        "China's general rates on consumer goods and electronics", "2018-07-01",
        "various", "1449 lines of consumer goods", f"{_MFN} Cars and parts: china-cars-offer.",
    ),
    "china-mfn-2018-11": china_list(
        "China's general rates on industrial goods", "2018-11-01", "various", "not announced", _MFN
    ),
    "china-mfn-2019-01": china_list(
        "China's temporary general rates for 2019", "2019-01-01", "various", "not announced", _MFN
    ),
    "us-list4a-2019": us_list(
        "US Section 301, list 4A", "2019-09-01", "15, later 7.5 points", "$120bn of 2018",
        "What the first three lists leave of the imports of 2017 is divided in every division; the "
        "size is the announced $120bn of 2018, over what the first three lists leave of the "
        "imports of 2018, times what they leave of those of 2017.",
    ),
}  # fmt: skip
