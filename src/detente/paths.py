"""A scenario along its dates: which measures are in force when, and the equilibrium of each day.

Every point is a comparative-static equilibrium at the horizon of the scenario, compared with the
baseline year: what the measures of that day would do if they stayed for good. It is no transition:
nothing of one point is handed to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from detente.baseline.calibration import Calibration
from detente.comparison import BASELINE, PathComparison, of_solutions, two
from detente.errors import InputError, Problem, SolveError
from detente.notebook import Shown
from detente.policy.compile import compile_policy
from detente.prepared import before_any, chosen
from detente.results import Solution
from detente.scalars import as_day
from detente.simulate import ScenarioResult, asked_for, of_firms
from detente.solver.equilibrium import Equilibrium, solve_batch
from detente.solver.options import Options

if TYPE_CHECKING:
    import pandas as pd

    from detente.scenario.schema import Scenario

EVERY = {"month": 1, "quarter": 3, "year": 12}
"""Months of the calendar periods whose first days can be added to a path."""


@dataclass(frozen=True, eq=False, repr=False)
class PathResult(Shown):
    """A scenario solved along the dates of each variant, on one baseline.

    Attributes
    ----------
    points
        Solution by variant and day, in order; days with the same measures share one.
    shares
        Share in force of each measure, by variant and day; those not in force are left out.
    """

    scenario: Scenario
    calibration: Calibration
    points: dict[str, dict[date, Solution]]
    shares: dict[str, dict[date, dict[str, float]]]
    scenario_hash: str
    compare: tuple[str, str] | None = None
    """Ids of two variants that are compared along their dates."""

    @cached_property
    def comparison(self) -> PathComparison | None:
        """Two of its variants against each other, where that is asked for."""
        return self.compared(*self.compare) if self.compare else None

    def compared(self, a: str, b: str) -> PathComparison:
        """Compare two variants, or one with the ``"baseline"``, on every day of either.

        Raises
        ------
        InputError
            A variant is unknown or was not solved, or the two are one.
        """
        ids = two((a, b), [*self.points, BASELINE])
        titles = {v.id: v.title for v in self.scenario.variants}
        named = (titles.get(a, "No measures"), titles.get(b, "No measures"))
        known = [self.points[name] for name in ids if name in self.points]
        days = sorted({day for points in known for day in points})
        none = {days[0]: before_any(known[0][min(known[0])])} if len(known) < 2 else {}
        first, second = (self.points.get(name, none) for name in ids)
        return PathComparison({
            day: of_solutions(_on(first, day), _on(second, day), ids=ids, titles=named,
                              scenario=self.scenario)
            for day in days
        })  # fmt: skip

    def _brief(self) -> str:
        days = ", ".join(f"{name} {len(points)} days" for name, points in self.points.items())
        return f"of {self.scenario.title!r} on {self.calibration.name!r}: {days}"

    @cached_property
    def countries(self) -> pd.DataFrame:
        """Rows of `Solution.countries` by variant, date and country."""
        return self._stacked("countries")

    @cached_property
    def sectors(self) -> pd.DataFrame:
        """Rows of `Solution.sectors` by variant, date, country and sector."""
        return self._stacked("sectors")

    @cached_property
    def bilateral(self) -> pd.DataFrame:
        """Rows of `Solution.bilateral` by variant, date, exporter and importer."""
        return self._stacked("bilateral")

    @cached_property
    def limits(self) -> pd.DataFrame:
        """Rows of `Solution.limits` by variant, date and measure."""
        return self._stacked("limits")

    @cached_property
    def tariffs(self) -> pd.DataFrame:
        """Mean goods tariff of every pair by variant, date, exporter and importer.

        ``tariff`` in the baseline and ``tariff_cf`` on the day, fractions of the fob value,
        weighted by the trade of the baseline; not a number where a pair trades no goods.
        """
        import numpy as np
        import pandas as pd

        c = self.calibration
        goods = c.flows[c.goods]
        trade = goods.sum(axis=0)

        def mean(tariff: np.ndarray) -> np.ndarray:
            total = (tariff[c.goods] * goods).sum(axis=0)
            return np.divide(total, trade, out=np.full_like(trade, np.nan), where=trade > 0).T

        codes = [c.country_codes] * 2
        index = pd.MultiIndex.from_product(codes, names=["exporter", "importer"])
        foreign = ~np.eye(len(c.countries), dtype=bool).ravel()
        before = mean(c.tariff).ravel()[foreign]
        frames = {
            (name, day): pd.DataFrame(
                {
                    "tariff": before,
                    "tariff_cf": mean(solution.equilibrium.policy.tariff_cf).ravel()[foreign],
                },
                index=index[foreign],
            )
            for name, points in self.points.items()
            for day, solution in points.items()
        }
        return _by_date(frames)

    @property
    def welfare(self) -> pd.DataFrame:
        """Exact change of real income, per cent: a row by variant and date, a column a country."""
        frame = self.countries["real_income_pct"].unstack("country")
        return frame.reindex(columns=list(self.calibration.country_codes))  # pyright: ignore[reportReturnType, reportCallIssue]

    def end(self) -> ScenarioResult:
        """Return every variant on the last day of its path."""
        last = {name: list(points.values())[-1] for name, points in self.points.items()}
        return ScenarioResult(self.scenario, self.calibration, last, self.scenario_hash)

    def _stacked(self, table: str) -> pd.DataFrame:
        return _by_date(
            {
                (name, day): getattr(solution, table)
                for name, points in self.points.items()
                for day, solution in points.items()
            }
        )


def _on(points: dict[date, Solution], day: date) -> Solution:
    """Return what holds on a day: the last point until then, or the first."""
    return points[max((d for d in points if d <= day), default=min(points))]


def _by_date(frames: dict[tuple[str, date], pd.DataFrame]) -> pd.DataFrame:
    """Put frames under each other, by variant and date."""
    import pandas as pd

    keys = [(name, pd.Timestamp(day)) for name, day in frames]
    return pd.concat(list(frames.values()), keys=keys, names=["variant", "date"])


def run_path(
    scenario: str | Path | Scenario,
    *,
    dates: Sequence[str | date] | None = None,
    every: str | None = None,
    baseline: str | Path | Calibration | None = None,
    elasticities: str | float | Path | None = None,
    horizon: str | None = None,
    variants: Sequence[str] | None = None,
    compare: Sequence[str] | None = None,
    on_variant: Callable[[str, int, int], None] | None = None,
) -> PathResult:
    """Solve every variant of a scenario on all days on which anything changes in it.

    Parameters
    ----------
    scenario
        Name of a shipped scenario, path of a YAML file, or a loaded one.
    dates
        Other days, the same for all variants. Unless given, the days of change of each variant and
        the day before the first of them; the day of the scenario where nothing changes.
    every
        ``"month"``, ``"quarter"`` or ``"year"``: their first days between are added.
    baseline, elasticities, horizon, variants, compare
        As in `detente.simulate.run_scenario`; one horizon holds for the whole path.
    on_variant
        Called with (word, number done, number in all) before the solve, for progress bars.

    Raises
    ------
    InputError
        Scenario, dates, baseline or elasticities cannot be used, or measures conflict on a day.
    SolveError
        A day has no equilibrium; none of the others is returned either.
    """
    from detente.scenario.load import check_against, scenario_hash
    from detente.scenario.variants import shares_on

    given = _given_days(dates, every)
    case, calibration, options, removal = chosen(
        scenario, variants or of_firms(scenario, compare), baseline, elasticities, horizon
    )
    days = _days(case, given, every)
    check_against(case, calibration, days)
    shares = {
        name: {day: shares_on(case, name, day) for day in chosen} for name, chosen in days.items()
    }
    if on_variant:
        on_variant("all dates", 0, 1)
    solved = {
        held: Solution(found, removal)
        for held, found in _solve(case, calibration, shares, options).items()
    }
    points = {
        name: {day: solved[_key(held)] for day, held in by_day.items()}
        for name, by_day in shares.items()
    }
    pair = asked_for(case, points, compare)
    return PathResult(case, calibration, points, shares, scenario_hash(case), pair)


_Key = tuple[tuple[str, float], ...]


def _key(shares: dict[str, float]) -> _Key:
    return tuple(sorted(shares.items()))


def _solve(
    case: Scenario,
    calibration: Calibration,
    shares: dict[str, dict[date, dict[str, float]]],
    options: Options,
) -> dict[_Key, Equilibrium]:
    """Solve what is in force on any day of any variant, each different state of it once."""
    from detente.scenario.variants import instruments

    states: dict[_Key, str] = {}
    for name, by_day in shares.items():
        for day, held in by_day.items():
            states.setdefault(_key(held), f"variant {name} on {day}")
    policies = [compile_policy(calibration, *instruments(case, dict(key))) for key in states]
    found = solve_batch(calibration, policies, options)
    failed = [
        f"{place} (residual {max(one.residuals.values()):.2g})"
        for place, one in zip(states.values(), found, strict=True)
        if not one.converged
    ]
    if failed:
        more = f" and {len(failed) - 5} more" if len(failed) > 5 else ""
        raise SolveError(
            f"no equilibrium found on {calibration.name}: {', '.join(failed[:5])}{more}"
        )
    return dict(zip(states, found, strict=True))


def _given_days(dates: Sequence[str | date] | None, every: str | None) -> tuple[date, ...] | None:
    problems = []
    if every is not None and every not in EVERY:
        problems.append(Problem("unknown", None, None, "every", every, ", ".join(EVERY)))
    if dates is not None and every is not None:
        problems.append(Problem("give dates or a period, not both", key="dates | every"))
    found = set()
    for value in () if dates is None else dates:
        try:
            found.add(as_day(value, "dates"))
        except InputError as error:
            problems += error.problems
    if dates is not None and not found and not problems:
        problems.append(Problem("no date is given", key="dates"))
    if problems:
        raise InputError(problems)
    return None if dates is None else tuple(sorted(found))


def _days(
    case: Scenario, given: tuple[date, ...] | None, every: str | None
) -> dict[str, tuple[date, ...]]:
    from detente.scenario.variants import days_of_path

    months = None if every is None else EVERY[every]
    return {v.id: given or days_of_path(case, v.id, months) for v in case.variants}
