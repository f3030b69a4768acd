"""The rates that reach a goal, found again at drawn parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from detente.baseline.calibration import Calibration
from detente.model.welfare import welfare_hat
from detente.policy.arrays import Policy
from detente.solver.options import Options
from detente.targets.goals import Goal
from detente.targets.levers import Lever
from detente.targets.reach import Reach, TargetResult, reach_again
from detente.uncertainty.draws import Interval
from detente.uncertainty.prior import Prior
from detente.uncertainty.ranges import Figures, OnDraw, Ranges, find_ranges

FIXED = ("the goal", "the measures in force", "the proportions of many rates")


@dataclass(frozen=True, eq=False)
class WantedWays:
    """Draws of ways to a goal that are solved when they are first looked at.

    Attributes
    ----------
    prior, draws, seed
        What is drawn from, how often, and how.
    goal, ways, base
        What is reached for, by which levers, and the policy in force besides.
    central
        What was found at the central parameters.
    short
        Whether elasticities are scaled to a short horizon.
    """

    prior: Prior
    draws: int
    seed: int
    goal: Goal
    ways: Mapping[str, Sequence[Lever]]
    base: Policy
    central: Mapping[str, TargetResult]
    short: bool = False

    def solve(self, on_draw: OnDraw | None = None) -> Ranges:
        """Solve them, once; ``on_draw`` is called with (number done, number in all) before each."""
        if "found" not in self.__dict__:
            some = next(iter(self.central.values())).solution.equilibrium
            answers: dict[str, Callable[[Calibration, Options], Figures]] = {
                way: partial(self._again, way) for way, one in self.central.items()
                if one.status is Reach.REACHED
            }  # fmt: skip
            self.__dict__["found"] = find_ranges(
                self.prior, some.calibration, some.options, self.draws, answers, seed=self.seed,
                short=self.short, fixed=FIXED, on_draw=on_draw,
            )  # fmt: skip
        return self.__dict__["found"]

    def _again(self, way: str, c: Calibration, options: Options) -> Figures:
        """Return rates, by `rate_id`, and every economy's real income, in per cent."""
        rows = self.central[way].rates
        shown = rows["rate_pct"].to_numpy()
        found = reach_again(c, self.goal, self.ways[way], shown / 100, base=self.base,
                            options=options)  # fmt: skip
        rates = dict(zip(rate_ids(self.central[way]), shown * found.relative, strict=True))
        after = found.equilibrium.outcome
        hat = welfare_hat(c, after)
        figures = {("rate_pct", name): float(rate) for name, rate in rates.items()}
        return figures | {("real_income_pct", code): float(100 * (value - 1))
                          for code, value in zip(c.country_codes, hat, strict=True)}  # fmt: skip


def rate_ids(found: TargetResult) -> list[str]:
    """Name the rates of a way: kind, who sets it, on whom, on which sector."""
    rows = found.rates[["kind", "by", "on", "sector"]].to_numpy()
    return [" ".join(map(str, row)) for row in rows]


class Reached(dict[str, TargetResult]):
    """Ways to a goal by name, and their draws."""

    def __init__(self, ways: Mapping[str, TargetResult], wanted: WantedWays | None = None):
        super().__init__(ways)
        self.wanted = wanted

    @property
    def draws(self) -> Ranges | None:
        """The ways at drawn parameters, solved when first looked at; none where not wanted."""
        return None if self.wanted is None else self.wanted.solve()

    def interval(self, way: str, of: str, figure: str = "real_income_pct") -> Interval | None:
        """Return ends of an economy's real income by one way; none without draws.

        Parameters
        ----------
        of
            Code of the economy, or with ``figure="rate_pct"`` a name of `rate_ids`.
        """
        found = self.draws
        return None if found is None else found.interval(way, figure, of)
