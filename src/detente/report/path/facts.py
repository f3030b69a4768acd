"""What a path of dates found, as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from detente.report import facts
from detente.report.run.facts import RunFacts, change_pct, facts_of, mean_tariff, sold

if TYPE_CHECKING:
    from detente.paths import PathResult


@dataclass(frozen=True, eq=False)
class DateFacts:
    """A date of a variant.

    Attributes
    ----------
    day
        The date.
    held
        Measures in force, each with its share of the whole measure.
    before
        The same on the date before; none on the first.
    income
        Exact change of real income, per cent, by economy in focus.
    value, pct
        Goods bought from the other, the baseline's unit, and their change, by importer in focus.
    tariff
        Mean tariff on the other, per cent.
    """

    day: date
    held: dict[str, float]
    before: dict[str, float] | None
    income: dict[str, float]
    value: dict[str, float]
    pct: dict[str, float]
    tariff: dict[str, float]


@dataclass(frozen=True, eq=False)
class PathFacts:
    """What a path found.

    Attributes
    ----------
    end
        What is in force on the last date of each variant.
    dates
        By variant, in their order.
    pieces
        Variants whose path is a piece of another's, each with the longest such other.
    states, worst_gap
        Different states of what is in force, and the largest relative gap of any equation.
    """

    end: RunFacts
    dates: dict[str, tuple[DateFacts, ...]]
    pieces: dict[str, str]
    states: int
    worst_gap: float


def facts_of_path(result: PathResult) -> PathFacts:
    """Read a result."""
    solutions = {id(s): s for points in result.points.values() for s in points.values()}
    return PathFacts(
        facts_of(result.end(), between=False),
        {name: _dates(result, name) for name in result.points},
        _pieces(result),
        len(solutions),
        max(facts.worst_residual(s) for s in solutions.values()),
    )


def _dates(result: PathResult, variant: str) -> tuple[DateFacts, ...]:
    codes = facts.focus(result.end())
    pairs = ((codes[0], codes[1]), (codes[1], codes[0])) if len(codes) == 2 else ()
    found: list[DateFacts] = []
    for day, solution in result.points[variant].items():
        countries = facts.countries(solution)
        flows = {importer: sold(solution, other, importer) for importer, other in pairs}
        rates = solution.equilibrium.policy.tariff_cf
        found.append(
            DateFacts(
                day,
                result.shares[variant][day],
                found[-1].held if found else None,
                {code: countries[code]["real_income_pct"] for code in codes},
                {code: after for code, (_, after) in flows.items()},
                {code: change_pct(*both) for code, both in flows.items()},
                {one: mean_tariff(result.calibration, rates, one, other) for one, other in pairs},
            )
        )
    return tuple(found)


def _pieces(result: PathResult) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, points in result.points.items():
        longer = [
            other
            for other, more in result.points.items()
            if len(more) > len(points)
            and all(more.get(day) is solution for day, solution in points.items())
        ]
        if longer and len(points) > 1:
            found[name] = max(longer, key=lambda other: len(result.points[other]))
    return found
