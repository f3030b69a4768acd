"""Tariff lines of a cell: what an importer buys from an exporter in a sector, by HS6 code.

Shipped are US imports of 2024 from its partners and China's from the United States in 2017
(``trade_by_line``, made by ``tools/build_lines.py``). Only shares of a sector's imports are taken
from them. For any other pair the nearest one known stands in: what the exporter sells to the United
States, or the United States to China; where the exporter is not in the table, all of its partners
together. `CellLines.source` says which it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detente.axes import Country
from detente.baseline.archive import read_arrays
from detente.baseline.calibration import Calibration
from detente.baseline.names import EU27
from detente.errors import InputError, Problem
from detente.policy.kept import kept
from detente.policy.moments import LineRates, line_rates

Array = NDArray[np.float64]
Codes = NDArray[np.int64]
SECOND_RATES_FROM = 2020
"""Year of a baseline from which the second date of the rates in the table is the nearer one."""


@dataclass(frozen=True, eq=False)
class CellLines:
    """Lines of one cell.

    Attributes
    ----------
    code
        HS6 codes ``(line,)``, as whole numbers.
    share
        Of the cell's fob value, summing to one.
    rate
        Tariffs before; their mean is the cell's. All alike where they are not known by line.
    source
        Pair whose composition it is: importer and exporter, ``""`` for all exporters.
    borrowed
        Whether that is another pair than the cell's own.
    """

    code: Codes
    share: Array
    rate: Array
    source: tuple[str, str]
    borrowed: bool


@dataclass(frozen=True, eq=False)
class _Pair:
    """Trade of a pair by line, with its sectors' ISIC divisions and two dates of rates."""

    code: Codes
    division: Codes
    kusd: Array
    rates: tuple[Array, Array]


@dataclass(frozen=True, eq=False)
class _Table:
    pairs: Mapping[tuple[str, str], _Pair]
    division: Mapping[int, int]
    older: Mapping[int, tuple[int, tuple[int, ...]]]


@cache
def _table() -> _Table:
    folder = Path(str(resources.files("detente.policy") / "trade_by_line"))
    about = json.loads((folder / "about.json").read_text("utf-8"))
    names = ("code", "division", "count", "line", "kusd", "rate_first", "rate_second",
             "old_code", "old_line", "old_edition")  # fmt: skip
    held = read_arrays(folder / "lines.npz", names)
    code, division = held["code"].astype(np.int64), held["division"].astype(np.int64)
    end = np.cumsum(held["count"].astype(np.int64))
    pairs = {}
    for (importer, exporter), last, size in zip(about["pairs"], end, held["count"], strict=True):
        at = slice(int(last) - int(size), int(last))
        line = held["line"][at]
        rates = held["rate_first"][at] / 1e4, held["rate_second"][at] / 1e4
        kusd = held["kusd"][at].astype(np.float64)
        pairs[importer, exporter] = _Pair(code[line], division[line], kusd, rates)
    pairs["USA", ""] = _together([p for (n, _), p in pairs.items() if n == "USA"])
    older: dict[int, tuple[int, tuple[int, ...]]] = {}
    for old, line, year in zip(
        held["old_code"].tolist(), held["old_line"], held["old_edition"].tolist(), strict=True
    ):
        older[old] = (year, (*older.get(old, (year, ()))[1], int(code[line])))
    return _Table(pairs, dict(zip(code.tolist(), division.tolist(), strict=True)), older)


def _together(pairs: list[_Pair]) -> _Pair:
    """Sum pairs by code; rates are means by value."""
    codes = np.concatenate([p.code for p in pairs])
    kusd = np.concatenate([p.kusd for p in pairs])
    code, first, place = np.unique(codes, return_index=True, return_inverse=True)
    total = np.bincount(place, kusd).astype(np.float64)
    rates = [np.bincount(place, kusd * np.concatenate([p.rates[k] for p in pairs])) / total
             for k in (0, 1)]  # fmt: skip
    division = np.concatenate([p.division for p in pairs])[first]
    return _Pair(code, division, total, (rates[0], rates[1]))


def codes_under(prefix: str) -> tuple[int, ...]:
    """Return the HS6 codes of the HS of 2022 that begin with some digits."""
    return _by_prefix().get(prefix, ())


@cache
def _by_prefix() -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for code in sorted(_table().division):
        text = f"{code:06d}"
        for length in (2, 4, 6):
            found.setdefault(text[:length], []).append(code)
    return {prefix: tuple(codes) for prefix, codes in found.items()}


def successors(code: int) -> tuple[int, tuple[int, ...]] | None:
    """Return the edition of an HS6 code that is not of 2022, and what took its place then."""
    return _table().older.get(code)


def division_of(code: int) -> int:
    """Return the ISIC Rev. 4 division of an HS6 code; 0 where no industry makes it."""
    return _table().division.get(code, 0)


class LinesOf:
    """Lines of the cells of a baseline."""

    def __init__(self, calibration: Calibration):
        self.calibration = calibration
        later = calibration.card.year >= SECOND_RATES_FROM
        self._date = 1 if later else 0
        self._divisions = [{int(code) for code in s.isic} for s in calibration.sectors]
        self._partner = [_partners(country) for country in calibration.countries]
        self._pairs: dict[tuple[int, int], tuple[_Pair, tuple[str, str], bool, bool]] = {}
        self._held: dict[int, CellLines] = {}
        self._stated: dict[int, dict[int, float]] = {}

    def state(self, cell: int, values: Mapping[int, float]) -> None:
        """Take shares of a cell's trade by code as given; the other lines share what is left."""
        self._stated.setdefault(cell, {}).update(values)
        self._held.pop(cell, None)

    @property
    def any_stated(self) -> bool:
        """Tell whether shares of lines are given anywhere."""
        return bool(self._stated)

    def is_stated(self, cell: int) -> bool:
        """Tell whether shares of some lines of a cell are given."""
        return cell in self._stated

    def of(self, cell: int) -> CellLines:
        """Return the lines of a cell by its flat place; one without code where none is known."""
        if cell not in self._held:
            found = kept(self.calibration).get("lines", cell, lambda: self._found(cell))
            stated = self._stated.get(cell)
            self._held[cell] = _with_stated(found, stated) if stated else found
        return self._held[cell]

    def refuse_without_divisions(self) -> None:
        """Refuse products where the baseline's sectors do not say which they hold.

        Raises
        ------
        InputError
            They carry no ISIC divisions.
        """
        if not any(self._divisions):
            message = "the baseline's sectors carry no ISIC divisions, so products have no place"
            raise InputError(Problem(message, key="products", value=self.calibration.name))

    def _found(self, cell: int) -> CellLines:
        c = self.calibration
        s, n, i = (int(k) for k in np.unravel_index(cell, c.flows.shape))
        before = float(c.tariff[s, n, i])
        table = _table()
        pair, source, borrowed, rated = self._of_pair(n, i)
        inside = np.isin(pair.division, list(self._divisions[s]))
        if not inside.any():
            pair, source, borrowed, rated = table.pairs["USA", ""], ("USA", ""), True, False
            inside = np.isin(pair.division, list(self._divisions[s]))
        if not inside.any():
            one = np.ones(1)
            return CellLines(np.zeros(1, dtype=np.int64), one, before * one, source, False)
        share = pair.kusd[inside] / pair.kusd[inside].sum()
        rate = np.full(len(share), before)
        codes = pair.code[inside]
        if (then := line_rates(c, *source, codes)) is not None and not borrowed:
            # what is taxed more than when the trade was counted is bought less
            theta = c.card.in_force_scale * float(c.trade_elasticity[s])
            fall = ((1 + then.now) / (1 + then.then)) ** -(theta + 1)
            share = share * fall / (share * fall).sum()
            rate = on_base(then, share, before)
        elif rated:
            rate = _levelled(pair.rates[self._date][inside], share, before)
        return CellLines(codes, share, rate, source, borrowed)

    def _of_pair(self, n: int, i: int) -> tuple[_Pair, tuple[str, str], bool, bool]:
        """Find the pair that stands for two economies; whether borrowed, and its rates known."""
        if (n, i) not in self._pairs:
            importer = self.calibration.countries[n].code
            own, sold = self._partner[i], _table().pairs
            if (importer, own) in sold:
                found = (importer, own)
            elif own == "USA":
                found = ("CHN", "USA")
            else:
                # what Russia sells is no longer what the United States buys from it
                found = ("USA", own if ("USA", own) in sold and own != "RUS" else "")
            known = found == (importer, own)
            self._pairs[n, i] = (sold[found], found, not known, known)
        return self._pairs[n, i]


def _partners(country: Country) -> str:
    """Return the code under which the table has an economy: a member of the EU under EU27."""
    members = set(country.members or (country.code,))
    if country.code in ("EU27", "EU28") or members & set(EU27):
        return "EU27"
    if len(members) > 1:
        return ""  # several merged into one
    return country.code


def _levelled(rate: Array, share: Array, mean: float) -> Array:
    """Move rates of lines to another mean: up by points, down in proportion, never below zero."""
    own = float((rate * share).sum())
    if own <= mean:
        return rate + (mean - own)
    return rate * (mean / own)


def on_base(rates: LineRates, share: Array, mean: float) -> Array:
    """Move rates of a day to the mean of a cell by their ordinary duties first, as far as they go.

    What laws add on a day is known line by line; what customs collect of ordinary duties is not.
    """
    gap = mean - float((rates.now * share).sum())
    base = float((rates.base * share).sum())
    if gap >= 0:
        return rates.now + (gap * rates.base / base if base > 0 else gap)
    if base + gap >= 0 and base > 0:
        return rates.now + gap * rates.base / base
    return _levelled(rates.now - rates.base, share, mean)


def _with_stated(found: CellLines, stated: Mapping[int, float]) -> CellLines:
    """Put stated shares in place of those of the table."""
    named = np.array(sorted(stated), dtype=np.int64)
    others = ~np.isin(found.code, named)
    left = 1.0 - sum(stated.values())
    rest = found.share[others]
    if not rest.sum() > 0:
        others, rest = np.zeros(len(others), dtype=bool), rest[:0]
        named_share = np.array([stated[int(c)] for c in named])
        if left > 0:  # what is left is of no code
            named, named_share = np.append(named, 0), np.append(named_share, left)
    else:
        named_share = np.array([stated[int(c)] for c in named])
        rest = rest * (left / rest.sum())
    known = dict(zip(found.code.tolist(), found.rate.tolist(), strict=True))
    mean = float((found.rate * found.share).sum())
    rate = np.array([known.get(int(c), mean) for c in named])
    code, share = np.concatenate([found.code[others], named]), np.concatenate([rest, named_share])
    rates = _levelled(np.concatenate([found.rate[others], rate]), share, mean)
    return replace(found, code=code, share=share, rate=rates)


def where_from(source: tuple[str, str]) -> str:
    """Say whose composition of trade it is."""
    importer, exporter = source
    year = 2017 if importer == "CHN" else 2024
    return f"{importer}'s imports from {exporter or 'all its partners'} in {year}"
