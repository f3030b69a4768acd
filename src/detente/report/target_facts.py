"""What ways to a target come to: frozen figures, made once from results."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from detente.document.blocks import Unit
from detente.report import facts
from detente.report.run import data as run_data
from detente.uncertainty.of_target import rate_ids
from detente.units import common

if TYPE_CHECKING:
    from detente.results import Solution
    from detente.targets.reach import TargetResult
    from detente.uncertainty.draws import Interval
    from detente.uncertainty.ranges import Ranges


Results = Mapping[str, "TargetResult"]
PARTS = {
    "import_share": Unit("%", 0.01, 2, data="fraction"),
    "mean_tariff": Unit("%", 0.01, 2, data="fraction"),
    "log_real_income": Unit("%", decimals=4, sign=True),
}
_WAYS = {
    "tariffs": "one tariff",
    "sector-tariffs": "tariffs by sector",
    "purchases": "one subsidy of purchases",
    "sector-purchases": "subsidies by sector",
    "both": "a tariff and a subsidy",
    "restraint": "one restraint of exports",
    "sector-restraints": "restraints by sector",
    "deficit": "a lower overall deficit",
    "cuts": "one cut of tariffs",
    "sector-cuts": "cuts of tariffs by sector",
}
"""Titles of the ways that have names; others are called what they are made of."""


@dataclass(frozen=True)
class Way:
    """One way to a target: rates, the figure that is aimed at, and what it does.

    Attributes
    ----------
    rates
        Kind of the lever, who sets it, on whom, on which sector, and the rate in per cent.
    after
        The figure aimed at, as it is shown.
    elsewhere
        Change of goods purchases from other economies.
    others
        Who of third countries gains and who loses most, where any does, and income of all of them.
    frontier, countries
        Rows for programs; changes of every economy.
    ends, rate_ends
        Ends over runs of real income by code, and of every rate; empty without.
    """

    name: str
    status: str
    rates: tuple[Mapping[str, Any], ...]
    after: float
    elsewhere: float
    others: tuple[str | None, str | None, float]
    frontier: tuple[Mapping[str, float], ...]
    countries: facts.Rows
    ends: Mapping[str, Interval] = field(default_factory=dict)
    rate_ends: tuple[Interval, ...] = ()

    @property
    def title(self) -> str:
        """What readers call it."""
        return _WAYS.get(self.name, self.name)

    @property
    def named(self) -> dict[str, str]:
        """Its title and its name, as cells."""
        return {"way": self.title, "way_code": self.name}

    @property
    def kinds(self) -> set[str]:
        """Kinds of its levers."""
        return {str(row["kind"]) for row in self.rates}

    def income(self, code: str) -> float:
        """Return the change of an economy's real income, per cent."""
        return self.countries[code]["real_income_pct"]


@dataclass(frozen=True)
class TargetFacts:
    """Ways to a target.

    Attributes
    ----------
    of, partner
        Codes of whose goal it is and of the partner, empty where it has none.
    of_when
        Of when the baseline's figures are.
    column
        What is aimed at.
    before, start, target
        Of the baseline, under the measures in force, and the target.
    """

    baseline: Mapping[str, Any]
    baseline_title: str
    of_when: str
    money: facts.Money
    names: Mapping[str, str]
    of: str
    partner: str
    goal: str
    column: str
    before: float
    start: float
    target: float
    ways: tuple[Way, ...]
    removal: Solution | None
    draws: Ranges | None = None

    @property
    def unit(self) -> Unit:
        """What the figure aimed at is shown in."""
        return PARTS.get(self.column) or self.money.unit()

    @property
    def sides(self) -> list[str]:
        """Codes of whose goal it is and of the partner."""
        return [code for code in (self.of, self.partner) if code]


def facts_of(results: Results) -> TargetFacts:
    """Return what the ways to a target do."""
    first, draws = next(iter(results.values())), getattr(results, "draws", None)
    c, (of, partner) = first.solution.equilibrium.calibration, _pair(first)
    known = (first.before, first.start, first.target)
    before, start, target = (_shown(first.column, value) for value in known)
    return TargetFacts(
        run_data.baseline(c),
        c.card.title,
        c.card.of,
        facts.money(c),
        facts.country_names(c),
        of,
        partner,
        type(first.goal).__name__,
        common(first.column, c.card.unit),
        before,
        start,
        target,
        tuple(_way(name, result, draws) for name, result in results.items()),
        first.solution.removal,
        draws,
    )


def _pair(result: TargetResult) -> tuple[str, str]:
    """Return the codes of whose goal it is and of the partner, where it has one."""
    goal, c = result.goal, result.solution.equilibrium.calibration
    codes = {name: code for code, name in facts.country_names(c).items()}
    of = str(getattr(goal, "of", ""))
    partner = str(getattr(goal, "partner", None) or getattr(goal, "on", None) or "")
    return codes.get(of, of), codes.get(partner, partner)


def _shown(column: str, value: float) -> float:
    """Return a figure as it is shown: real income in per cent rather than in logs."""
    return 100 * math.expm1(value) if column == "log_real_income" else value


def _way(name: str, result: TargetResult, draws: Ranges | None) -> Way:
    of, partner = _pair(result)
    unit = result.solution.equilibrium.calibration.card.unit
    rows = facts.countries(result.solution)
    rates = tuple(result.rates.to_dict("records"))
    acting = {str(row[key]) for row in rates for key in ("by", "on")}
    bought = facts.partners(result.solution, of, partner) if partner else {}
    return Way(
        name,
        str(result.status),
        rates,
        _shown(result.column, result.after),
        sum(row["change_musd"] for key, row in bought.items() if key != "domestic"),
        _third(rows, {of, partner, *acting}),
        tuple(
            {str(key): _shown(str(key), value) for key, value in row.items()}
            for row in common(result.frontier, unit).to_dict("records")
        ),
        rows,
        {code: ends for code in rows if (ends := _ends(draws, name, "real_income_pct", code))},
        tuple(ends for one in rate_ids(result) if (ends := _ends(draws, name, "rate_pct", one))),
    )


def _ends(draws: Ranges | None, way: str, figure: str, of: str) -> Interval | None:
    return None if draws is None else draws.interval(way, figure, of)


def _third(rows: facts.Rows, sides: set[str]) -> tuple[str | None, str | None, float]:
    """Return who gains and who loses most among the others, where any does, and all together."""
    others = {code: row for code, row in rows.items() if code not in sides}
    ranked = sorted(others, key=lambda code: others[code]["real_income_pct"])
    gains = ranked[-1] if ranked and others[ranked[-1]]["real_income_pct"] > 0 else None
    loses = ranked[0] if ranked and others[ranked[0]]["real_income_pct"] < 0 else None
    return gains, loses, sum(row["real_income_musd"] for row in others.values())
