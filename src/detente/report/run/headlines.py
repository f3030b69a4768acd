"""Further headlines of a variant with their ends over runs: trade, duties, balances, sectors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from detente.document.blocks import Column, Table, Unit
from detente.document.numbers import NEGLIGIBLE_PCT, money_unit
from detente.report import facts
from detente.report.run.facts import RunFacts, ranked_sectors
from detente.report.run.tables import CHANGE, key_of
from detente.uncertainty.outcomes import outcomes

if TYPE_CHECKING:
    from detente.simulate import ScenarioResult

SECTORS = 3
"""Sectors of an economy in focus that are shown: those that move most."""


class Headline(NamedTuple):
    """A figure of a variant: its change at central parameters, and its ends over runs."""

    what: str
    unit: Unit
    central: float
    low: float
    high: float

    @property
    def sign(self) -> str:
        """Say whether it rises or falls at both ends; nothing of what does not move."""
        if self.unit == CHANGE and max(abs(self.low), abs(self.high)) < NEGLIGIBLE_PCT:
            return "stays"
        if self.low * self.high > 0:
            return "rises" if self.low > 0 else "falls"
        return "not sure" if self.low or self.high else "stays"


def headlines(run: RunFacts, result: ScenarioResult, name: str) -> list[Headline]:
    """Return the further headlines of a variant; none without draws."""
    codes = facts.focus(result)
    central = outcomes(result.variants[name].equilibrium, codes)
    found = []
    for what, of, place, unit in _wanted(run, result, name):
        interval = result.interval(name, of=of)
        if interval is not None:
            ends = (central[of], interval.low, interval.high)
            found.append(Headline(what, unit, *(float(values[place]) for values in ends)))
    return found


def _wanted(
    run: RunFacts, result: ScenarioResult, name: str
) -> Iterator[tuple[str, str, tuple[int, ...], Unit]]:
    """Name every headline, with its outcome, its place there, and its unit."""
    c, codes, names = result.calibration, facts.focus(result), run.names
    money = money_unit(c.card.unit, "a year", sign=True)
    for code in codes:
        place = (c.country_codes.index(code),)
        for of in ("imports", "exports"):
            yield f"{names[code]}: {of}", of, place, CHANGE
        yield f"{names[code]}: tariff revenue", "tariff_revenue", place, money
    if len(codes) == 2:
        a, b = (names[code] for code in codes)
        yield f"{a}: goods bought from {b}", "bought", (0,), CHANGE
        yield f"{b}: goods bought from {a}", "bought", (1,), CHANGE
        for place, kind in enumerate(("goods", "all trade")):
            yield f"{a}: balance with {b}, {kind}", "balance", (place,), money
    for k, code in enumerate(codes):
        for sector in list(ranked_sectors(run.variants[name].sectors[code]))[:SECTORS]:
            place = (k, c.sector_codes.index(sector))
            yield f"{names[code]}: output of {run.sectors[sector]}", "output", place, CHANGE


def table(run: RunFacts, result: ScenarioResult, name: str) -> Table | None:
    """Return the headlines of a variant; nothing where none has ends."""
    found = [one for one in headlines(run, result, name) if np.isfinite(one.central)]
    if not found:
        return None
    columns = (
        Column("what", "", "what changes from the baseline"),
        Column("low", "low", "low end over runs"),
        Column("central", "as shown", "at the central parameters"),
        Column("high", "high", "high end over runs"),
        Column("sign", "sign", "whether it rises or falls at both ends"),
    )
    rows = tuple(
        {"what": one.what, "low": one.low, "central": one.central, "high": one.high,
         "sign": one.sign}
        for one in found
    )  # fmt: skip
    return Table(
        key_of("headlines", name), f"{run.titles[name]}: trade, duties and sectors over runs",
        columns, rows, units=tuple(one.unit for one in found),
        note=f"Changes from the baseline; low and high: {run.runs} are between them",
    )  # fmt: skip
