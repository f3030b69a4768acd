"""Tariff rates by partner, HS6 product and date, and their averages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from detente.baseline.archive import read_arrays
from detente.errors import InputError, Problem
from detente.ledger.authorities import RATES, chosen_of
from detente.ledger.days import ledger_day
from detente.ledger.measures import SHIPPED
from detente.ledger.parties import who

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
IMPORTERS = ("USA", "CHN")
"""Whose rates are known by product."""
EVERYONE = "ALL"


@dataclass(frozen=True, eq=False)
class Paths:
    """One authority's rates.

    Attributes
    ----------
    days
        Positions of the dates on which any of them changes.
    levels
        Fractions, of every different path over these ``[path, day]``.
    path
        Of each line.
    """

    days: NDArray[np.uint8]
    levels: Array
    path: NDArray[np.uint16]

    def at(self, place: int) -> Array:
        """Return the fraction of each line on a date, by its position."""
        return self.levels[self.path, int(np.searchsorted(self.days, place, "right")) - 1]


@dataclass(frozen=True, eq=False)
class Panel:
    """Rates of one importer.

    Attributes
    ----------
    partners
        Codes.
    partner, hs6, imports
        Of each line: position of its partner, code of six digits, USD of the year of the weights.
    dates
        Days on which anything changes.
    authorities
        By name; ``total`` alone where they are not known.
    """

    partners: tuple[str, ...]
    partner: NDArray[np.int64]
    hs6: NDArray[np.str_]
    imports: Array
    dates: tuple[date, ...]
    authorities: Mapping[str, Paths]

    def place(self, day: date) -> int:
        """Return the position of the last date of change up to a day."""
        return sum(one <= day for one in self.dates) - 1


@lru_cache(maxsize=2)
def panel(importer: str) -> Panel:
    """Return the rates of `IMPORTERS`."""
    names, file = {"USA": (RATES, "usa.npz"), "CHN": (("total",), "china.npz")}[importer]
    parts = ("days", "paths", "path")
    plain = ("partners", "partner", "hs6", "imports", "dates")
    held = read_arrays(SHIPPED / file, [*plain, *(f"{n}_{part}" for n in names for part in parts)])
    return Panel(
        tuple(map(str, held["partners"])),
        held["partner"].astype(np.int64),
        np.char.zfill(held["hs6"].astype(str), 6),
        held["imports"].astype(np.float64) * 1000,
        tuple(held["dates"].tolist()),
        {n: _paths(*(held[f"{n}_{part}"] for part in parts)) for n in names},
    )


def _paths(days: np.ndarray, steps: np.ndarray, path: np.ndarray) -> Paths:
    return Paths(days, np.cumsum(steps, axis=1) / 10_000, path)


def ledger_rates(importer: str, at: str | date, without: str | Sequence[str] = ()) -> pd.DataFrame:
    """Return an importer's tariff rates by partner and product on a day.

    Parameters
    ----------
    importer
        ``USA`` (on 50 partners, the European Union as ``EU27``) or ``CHN`` (on the United States).
    at
        The day.
    without
        US authorities to leave out: ``ieepa``, ``fentanyl``, ``reciprocal``, ``s301`` (or
        ``s301_china``, ``s301_2026``), ``s232``, ``s122``, ``s338``. What another authority would
        put in their place is not added: metals without Section 232 pay no reciprocal tariff.

    Returns
    -------
    One row a partner and HS6 product that was imported in the year of the weights (US: 2024; China:
    2017): ``partner``, ``hs6`` (text), ``imports_usd``, ``rate`` as a fraction and, for the United
    States, the authorities that it is the sum of. Rates are statutory: ordinary duties are in them,
    exclusions of single products are not, and US preferences are as far as importers claim them.

    Raises
    ------
    InputError
        An importer, day or authority is unknown.
    """
    import pandas as pd

    held, day, left_out = _asked(importer, at, without, needs_day=True)
    assert day is not None
    place = held.place(day)
    by_authority = {
        name: paths.at(place) for name, paths in held.authorities.items() if name not in left_out
    }
    return pd.DataFrame({
        "partner": np.array(held.partners)[held.partner],
        "hs6": held.hs6,
        "imports_usd": held.imports,
        "rate": np.sum(list(by_authority.values()), axis=0),
        **{name: rate for name, rate in by_authority.items() if name != "total"},
    })  # fmt: skip


def ledger_averages(
    importer: str, at: str | date | None = None, without: str | Sequence[str] = ()
) -> pd.DataFrame:
    """Return an importer's average rates by partner, weighted by its imports of one year.

    Parameters
    ----------
    importer, without
        As `ledger_rates` takes them.
    at
        A day; all dates on which anything changes unless given.

    Returns
    -------
    One row a date and partner, ``ALL`` for all of them: ``date``, ``partner``, ``imports_usd``,
    ``rate`` as a fraction and, for the United States, its authorities.

    Raises
    ------
    InputError
        An importer, day or authority is unknown.
    """
    import pandas as pd

    held, day, left_out = _asked(importer, at, without)
    places = range(len(held.dates)) if day is None else [held.place(day)]
    dates = held.dates if day is None else (day,)
    value = np.bincount(held.partner, held.imports, len(held.partners))
    weights = np.append(value, value.sum())
    sums = {
        name: _duties(held, paths, places)
        for name, paths in held.authorities.items()
        if name not in left_out
    }
    partners = [*held.partners, EVERYONE]
    rates = {name: (duty / weights).ravel() for name, duty in sums.items()}
    return pd.DataFrame({
        "date": pd.to_datetime(np.repeat(np.array(dates, dtype="datetime64[s]"), len(partners))),
        "partner": partners * len(dates),
        "imports_usd": np.tile(weights, len(dates)),
        "rate": np.sum(list(rates.values()), axis=0),
        **{name: rate for name, rate in rates.items() if name != "total"},
    })  # fmt: skip


def _duties(held: Panel, paths: Paths, places: Iterable[int]) -> Array:
    """Return duties by date, partner and over all, USD."""
    count = len(paths.levels)
    cells = held.partner * count + paths.path
    value = np.bincount(cells, held.imports, len(held.partners) * count)
    duty = value.reshape(-1, count) @ paths.levels
    days = np.searchsorted(paths.days, list(places), "right") - 1
    return np.vstack([duty, duty.sum(0)])[:, days].T


def _asked(
    importer: str, at: str | date | None, without: str | Sequence[str], *, needs_day: bool = False
) -> tuple[Panel, date | None, set[str]]:
    """Return the panel, the day and the authorities that are left out; refuse what is unknown."""
    problems: list[Problem] = []
    code, day, left_out = "", None, set[str]()
    try:
        code = _importer(importer)
    except InputError as error:
        problems += error.problems
    try:
        day = None if at is None and not needs_day else ledger_day(at)  # pyright: ignore[reportArgumentType]
    except InputError as error:
        problems += error.problems
    try:
        left_out = {*chosen_of(without, "without", RATES)}
    except InputError as error:
        problems += error.problems
    if code == "CHN" and left_out:
        message = "China's rates are not divided by authority"
        problems.append(Problem(message, None, None, "without", without, "nothing"))
    if problems:
        raise InputError(problems)
    return panel(code), day, left_out


def _importer(importer: str) -> str:
    meant = who(importer, "importer") if isinstance(importer, str) else frozenset[str]()
    found = [code for code in IMPORTERS if meant == {code}]
    if not found:
        message = "rates by product are known of two importers; of others the ledger has measures"
        raise InputError(Problem(message, None, None, "importer", importer, ", ".join(IMPORTERS)))
    return found[0]
