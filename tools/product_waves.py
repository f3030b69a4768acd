"""The tariff waves of 2018-2020 after those of spring 2018: which lines each touched, at what rate.

One list per wave and rate. China's waves up to June 2019 are known by ten-digit line, that of
September 2019 by six digits only. Cuts of China's general rates are lists with a factor, the mean
rate after the cut over the mean before. docs/policy.md tells the conventions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from product_map import SUMMED, china_list, us_list

Lines = dict[str, float]
Rates = Mapping[str, list[list[float]]]

# columns of the file of Chinese rates, after code and description
MFN_JANUARY, APRIL, MFN_MAY, MFN_JULY, JULY, AUGUST, SEPTEMBER = range(7)
MFN_NOVEMBER, MFN_2019, CARS_2019, JUNE_2019 = range(7, 11)
# list → (column, points that the wave adds)
ADDED = {
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
# list → column; the lines that china-cars-offer holds are left out of the second
CUT = {
    "china-mfn-2018-05": MFN_MAY,
    "china-mfn-2018-07": MFN_JULY,
    "china-mfn-2018-11": MFN_NOVEMBER,
    "china-mfn-2019-01": MFN_2019,
}
# rates of the raw file carry the noise of single precision
NOISE = 1e-2


def wave(waves: Rates, column: int, points: float) -> Lines:
    """Share of each HS8 line, by its HS10 lines, to which a wave added so many points."""
    shares = {
        line: sum(row[column] == points for row in rows) / len(rows) for line, rows in waves.items()
    }
    return {line: share for line, share in shares.items() if share}


def cut(waves: Rates, column: int) -> Lines:
    """Share of each HS8 line whose general rate a wave brought down."""
    shares = {
        line: sum(row[column] < -NOISE for row in rows) / len(rows) for line, rows in waves.items()
    }
    return {line: share for line, share in shares.items() if share}


def chinese_waves(
    waves: Rates, hs6: Iterable[tuple[str, float]], imports: Mapping[str, float], cars: Lines
) -> dict[str, Lines]:
    """Return the share of every HS8 line that each wave of China after April 2018 touched.

    Parameters
    ----------
    waves
        HS8 line → for each of its HS10 lines the rate of January 2018 and the changes since.
    hs6
        HS6 code and points that September 2019 added to it.
    imports
        Lines that may be touched, with their imports.
    cars
        Lines of cars and parts cut in July 2018, which have a list of their own.
    """
    lists = {name: wave(waves, column, points) for name, (column, points) in ADDED.items()}
    lists |= _september_2019(dict(hs6), imports)
    for name, column in CUT.items():
        lists[name] = cut(waves, column)
    lists["china-mfn-2018-07"] = {
        line: s for line, s in lists["china-mfn-2018-07"].items() if not cars.get(line)
    }
    for name, column in CUT.items():
        print(_told(name, waves, imports, lists[name], column))
    return lists


def _september_2019(points: Mapping[str, float], imports: Mapping[str, float]) -> dict[str, Lines]:
    """Share of each line at 5 and at 10 points.

    A code between the two rates holds lines of several; the share is what keeps its mean rate.
    """
    lists: dict[str, Lines] = {"china-2019-09-5pct": {}, "china-2019-09-10pct": {}}
    for line in imports:
        added = points.get(line[:6], 0.0)
        if added > 5 + NOISE:
            lists["china-2019-09-10pct"][line] = added / 10
        elif added > NOISE:
            lists["china-2019-09-5pct"][line] = min(added / 5, 1.0)
    return lists


def _told(name: str, waves: Rates, imports: Mapping[str, float], lines: Lines, column: int) -> str:
    before, change = cut_rates(waves, imports, lines, column)
    return (
        f"{name}: {before:.2f}% in January 2018, {change:.2f} points, "
        f"ratio of the two {(before + change) / before:.3f}"
    )


def cut_rates(
    waves: Rates, imports: Mapping[str, float], lines: Lines, column: int
) -> tuple[float, float]:
    """Mean rate of January 2018 of a list and mean change, weighted by imports, in points."""
    touched = {line: [row for row in waves[line] if row[column] < -NOISE] for line in lines}
    weight = np.array([imports.get(line, 0.0) * share for line, share in lines.items()])
    before = np.array([np.mean([row[MFN_JANUARY] for row in rows]) for rows in touched.values()])
    change = np.array([np.mean([row[column] for row in rows]) for rows in touched.values()])
    return float(weight @ before / weight.sum()), float(weight @ change / weight.sum())


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
