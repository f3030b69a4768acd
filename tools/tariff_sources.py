"""Rates of customs themselves: duties the United States collected, China's rates line by line.

Both are means over what was traded, so that rate times trade is the revenue; they come first when
the tariffs of the shipped baselines are rebuilt (`tariff_rule`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from build_product_lists import divider, read_chinese
from detente.baseline.calibration import Calibration
from detente.errors import DataError, Problem
from product_map import CODES_NAICS

CODES = sorted(set().union(*CODES_NAICS.values()))
PANEL_DATE = "2018-01-01"
"""First day of the rates by HS6, which stands for the years before it too."""
CHINA_DATE = "2020-02-14"
"""Day since when China's added tariffs stayed as they are, until 2025."""
FIRST_YEAR_WITHOUT_GBR = 2018
"""Before it, the partner ``EU27`` of the monthly imports holds the United Kingdom too."""
COUNTED_TWICE = "SVK"
"""In the imports by HS6 apart and inside EU27."""
IN_QUOTA: dict[str, float] = {
    "1001": 1.0, "1005": 1.0, "1006": 1.0, "5101": 1.0, "5201": 1.0, "1701": 15.0, "310520": 4.0,
}  # fmt: skip
"""China's rates inside its tariff quotas, per cent, by heading: wheat, maize, rice, wool, cotton,
sugar, compound fertiliser. Its imports from the United States in 2017 were within them."""


@dataclass(frozen=True, eq=False)
class Lines:
    """Imports of 2024 by division, and the duty on them at the rates of January 2018, USD."""

    imports: NDArray[np.float64]
    duty: NDArray[np.float64]

    @property
    def rate(self) -> NDArray[np.float64]:
        """Duty over imports; 0 where there are none."""
        return np.divide(
            self.duty, self.imports, out=np.zeros_like(self.duty), where=self.imports > 0
        )


def us_duties(data: Path, c: Calibration, year: int) -> NDArray[np.float64]:
    """Return US rates ``(sector, exporter)`` as fractions; not a number where none is known.

    Calculated duties over imports for consumption of the year, by partner and three-digit
    industry. Where an industry holds several sectors (chemicals and medicines, cars and aircraft),
    its rate is split in the proportion of the rates by HS6 of the middle of the year (January 2018
    for those before), so that the mean over the baseline's own trade is the rate of the industry.
    Who is not in the monthly data (Turkey) has the rates by HS6 alone.
    """
    collected = _collected(data, year)
    lines = _us_lines(data, max(PANEL_DATE, f"{year}-07-01"))
    everyone = _sum(lines.values())
    singles = [code for code in c.country_codes if code in collected and code != "EU27"]
    union = collected["EU27"]
    if year < FIRST_YEAR_WITHOUT_GBR:
        union = union - collected["GBR"]
    flows = {code: collected[code] for code in singles} | {"EU27": union}
    flows["ROW"] = collected["WLD"] - np.sum(list(flows.values()), axis=0)
    own = {code: lines[code] for code in c.country_codes if code in lines}
    own["ROW"] = _sum(x for code, x in lines.items() if code not in own)
    us = c.country_codes.index("USA")
    rates = np.full((len(c.sectors), len(c.countries)), np.nan)
    for place, code in enumerate(c.country_codes):
        if code in flows:
            trade = _by_division(c, c.flows[:, us, place], own[code], everyone)
            rates[:, place] = _by_sector(c, *split(flows[code], trade, own[code], everyone))
        elif code in own:
            rates[:, place] = _by_sector(c, own[code].imports, own[code].rate)
    return rates


def china_on_us(data: Path, c: Calibration) -> NDArray[np.float64]:
    """Return China's rates on US goods of January 2018 ``(sector,)``, as fractions.

    Weighted by China's imports from the United States in 2017 by HS8 line; a line's rate is the
    mean over its ten-digit lines, and that inside the quota where there is one.
    """
    waves, imports = read_chinese(data)
    rates = {line: line_rate(line, [row[0] for row in waves.get(line, ())]) for line in imports}
    return _chinese_means(c, divider(data), (
        (line, usd, rate) for line, usd in imports.items() if (rate := rates[line]) is not None
    ))  # fmt: skip


def china_on_us_since(data: Path, c: Calibration) -> NDArray[np.float64]:
    """Return China's rates on US goods since `CHINA_DATE` ``(sector,)``, as fractions.

    By HS6, weighted by China's imports from the United States in 2017: later ones are those that
    the tariffs left, and hide aircraft. Where a quota's rate is lower than that of January 2018,
    the difference is taken off. Exclusions, which importers have been granted on many lines since
    March 2020, are not known by line and not taken off.
    """
    rates = _chinese_panel(data)
    _, imports = read_chinese(data)
    return _chinese_means(c, divider(data), (
        (line, usd, rates[line[:6]]) for line, usd in imports.items() if line[:6] in rates
    ))  # fmt: skip


def _chinese_panel(data: Path) -> dict[str, float]:
    """Return China's rates on US goods by HS6 since `CHINA_DATE`, per cent, inside quotas."""
    path = data / "retaliation_panel" / "china_on_us_hs6_2018_2026.csv.gz"
    try:
        table = pd.read_csv(path, dtype={"hs6": str})
    except OSError as error:
        raise DataError(Problem("file not found or not readable", file=path)) from error
    known = table[["hs6", PANEL_DATE, CHINA_DATE]].dropna()
    return {
        line: now - first + (line_rate(line, [first]) or 0.0)
        for line, first, now in known.itertuples(index=False)
    }


def _chinese_means(
    c: Calibration, divide: Callable[[str], str | None], lines: Iterable[tuple[str, float, float]]
) -> NDArray[np.float64]:
    """Return mean rates by sector, as fractions, of lines: code, value, rate in per cent."""
    value, duty = defaultdict(float), defaultdict(float)
    for line, usd, rate in lines:
        if place := divide(line):
            value[place] += usd
            duty[place] += usd * rate / 100
    totals = np.array([[value[code], duty[code]] for code in CODES])
    rate = np.divide(totals[:, 1], totals[:, 0], out=np.zeros(len(CODES)), where=totals[:, 0] > 0)
    return _by_sector(c, totals[:, 0], rate)


def line_rate(line: str, rates: list[float]) -> float | None:
    """Return China's rate on an HS8 line, per cent: inside its quota, or the mean of its parts.

    Parts whose rate is not a share of the value are not numbers; nothing where no part is known.
    """
    known = [rate for rate in rates if not np.isnan(rate)]
    inside = [rate for heading, rate in IN_QUOTA.items() if line.startswith(heading)]
    return min([*inside, float(np.mean(known))]) if known else None


def split(
    collected: NDArray[np.float64], trade: NDArray[np.float64], own: Lines, everyone: Lines
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return imports and rates by division, from imports and duties by industry.

    Parameters
    ----------
    collected
        ``(industry, 2)``: imports and duty, industries in the order of `CODES_NAICS`.
    trade
        ``(division,)``: what an industry's imports are divided in proportion to.
    own, everyone
        The partner's lines, and those of all partners, whose rates stand in where it pays nothing.
    """
    imports, rates = np.zeros(len(CODES)), np.zeros(len(CODES))
    for (value, duty), found in zip(collected, CODES_NAICS.values(), strict=True):
        places = [CODES.index(code) for code in found]
        if value <= 0 or not trade[places].any():
            continue
        weight = trade[places] / trade[places].sum()
        pattern = own.rate[places] if own.duty[places].any() else everyone.rate[places]
        mean = float(weight @ pattern)
        imports[places] = value * weight
        rates[places] = duty / value * (pattern / mean if mean > 0 else 1.0)
    return imports, rates


def _by_division(
    c: Calibration, flows: NDArray[np.float64], own: Lines, everyone: Lines
) -> NDArray[np.float64]:
    """Divide trade by sector among the divisions of each, as imports of 2024 are divided."""
    trade = np.zeros(len(CODES))
    for sector, flow in zip(c.sectors, flows, strict=True):
        places = [CODES.index(code) for code in sector.isic if code in CODES]
        weight = own.imports[places] if own.imports[places].any() else everyone.imports[places]
        if weight.any():
            trade[places] = flow * weight / weight.sum()
    return trade


def _by_sector(
    c: Calibration, imports: NDArray[np.float64], rate: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Mean rate of each goods sector, not a number where its divisions have no imports."""
    means = np.full(len(c.sectors), np.nan)
    for place, sector in enumerate(c.sectors):
        own = [CODES.index(code) for code in sector.isic if code in CODES]
        weight = imports[own]
        if weight.sum() > 0:
            means[place] = weight @ rate[own] / weight.sum()
    return means


def _collected(data: Path, year: int) -> dict[str, NDArray[np.float64]]:
    """Sum imports and duties of a year by partner, ``(industry, 2)``."""
    group = {code: k for k, codes in enumerate(CODES_NAICS) for code in codes.split()}
    path = data / "us_imports_monthly" / "imports_naics3_partner.parquet"
    sums = defaultdict(lambda: np.zeros((len(CODES_NAICS), 2)))
    for partner, industry, month, *values in _rows(path, "partner naics month imports duty"):
        if month.startswith(f"{year}-") and industry in group:
            sums[partner][group[industry]] += values
    return dict(sums)


@cache
def _us_lines(data: Path, day: str) -> dict[str, Lines]:
    """Sum imports of 2024 by partner and division, and their duty at the rates of a day."""
    panel = data / "us_statutory_panel" / "us_tariff_partner_hs6_changes.parquet"
    changes = sorted(_rows(panel, "partner hs6 date rate_bp"), key=lambda row: row[2])
    rates = {
        (partner, line): points / 1e4 for partner, line, date, points in changes if date <= day
    }
    divide = divider(data)
    sums = defaultdict(lambda: Lines(np.zeros(len(CODES)), np.zeros(len(CODES))))
    path = data / "us_imports_2024_hs6" / "us_imports_2024_hs6_partner.parquet"
    for partner, line, value in _rows(path, "iso hs6 imports"):
        division = divide(line)
        if (partner, line) in rates and division and partner != COUNTED_TWICE:
            place = CODES.index(division)
            sums[partner].imports[place] += value
            sums[partner].duty[place] += value * rates[partner, line]
    return dict(sums)


def _sum(lines: Iterable[Lines]) -> Lines:
    total = np.sum([(x.imports, x.duty) for x in lines], axis=0)
    return Lines(total[0], total[1])


def _rows(path: Path, columns: str) -> Iterator[tuple]:
    try:
        table = pd.read_parquet(path, columns=columns.split())
    except OSError as error:
        raise DataError(Problem("file not found or not readable", file=path)) from error
    return zip(*(table[name].tolist() for name in columns.split()), strict=True)
