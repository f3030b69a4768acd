"""What a sweep found, as numbers by economy in focus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detente.report import facts
from detente.sweeps.indices import Indices, narrower

if TYPE_CHECKING:
    from detente.sweeps.inputs import Group
    from detente.sweeps.study import Alone, ModelRuns, SweepResult
    from detente.uncertainty.draws import Draws, Interval


@dataclass(frozen=True)
class Range:
    """One economy's real income in one variant, per cent.

    Attributes
    ----------
    shown
        At central parameters.
    low, high
        Ends over runs; no numbers of fewer than two.
    gains
        Share of runs in which it is above zero.
    """

    shown: float
    low: float
    high: float
    gains: float


@dataclass(frozen=True, eq=False)
class EconomyFacts:
    """What an economy's headline hangs on.

    Attributes
    ----------
    code, name
        Of the economy.
    income
        Of its baseline, in the unit of the data.
    range
        Its headline.
    indices
        By group of parameters; none of too few runs.
    narrower
        By which share the standard deviation falls, were a group known.
    alone
        With each parameter moved alone, that which moves it most first.
    worth_pct
        What knowing all parameters is worth before deciding for or against, per cent.
    """

    code: str
    name: str
    income: float
    range: Range
    indices: Indices | None
    narrower: tuple[float, ...]
    alone: tuple[Alone, ...]
    worth_pct: float


@dataclass(frozen=True, eq=False)
class SweepFacts:
    """What a sweep found.

    Attributes
    ----------
    title
        Of the variant that is shown first.
    interval
        Of that variant: how many runs count.
    groups
        What spread is shared to.
    focus
        By economy in focus.
    """

    title: str
    interval: Interval | None
    groups: tuple[Group, ...]
    focus: tuple[EconomyFacts, ...]


def facts_of(result: SweepResult) -> SweepFacts:
    """Read a result."""
    titles = facts.variant_titles(result.run)
    return SweepFacts(
        titles[result.headline],
        result.draws.interval(result.headline),
        result.groups,
        tuple(_economy(result, code) for code in result.focus),
    )


def _economy(result: SweepResult, code: str) -> EconomyFacts:
    found = result.indices(code)
    return EconomyFacts(
        code,
        facts.country_names(result.run.calibration)[code],
        float(result.draws.income[result.draws.codes.index(code)]),
        range_of(result.main, result.headline, code),
        found,
        () if found is None else tuple(narrower(found.first).tolist()),
        tuple(sorted(result.one_at_a_time(code), key=lambda one: -np.nan_to_num(one.width))),
        result.worth_of_knowing(code),
    )


def range_of(model: ModelRuns, variant: str, code: str) -> Range:
    """Return an economy's real income in one variant of a model."""
    drawn: Draws = model.draws
    at, interval = drawn.codes.index(code), drawn.interval(variant)
    values = drawn.real_income[variant][:, at]
    held = values[np.isfinite(values)]
    none = np.full(len(drawn.codes), np.nan)
    low, high = (none, none) if interval is None else (interval.low, interval.high)
    shown = float(model.run.variants[variant].countries.loc[code, "real_income_pct"])  # pyright: ignore[reportArgumentType]
    gains = float((held > 0).mean()) if len(held) else float("nan")
    return Range(shown, float(low[at]), float(high[at]), gains)
