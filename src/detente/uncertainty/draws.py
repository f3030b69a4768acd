"""Variants solved again at drawn parameters, and between which ends their real incomes are.

Draws are solved one after another on the program that the central figures were compiled to, each
from the central solution: nothing is compiled for them, memory does not grow with their number,
and a draw comes out the same whatever other draws there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detente.errors import DetenteError, InputError, Problem
from detente.model.welfare import welfare_hat
from detente.solver.equilibrium import Equilibrium, solve_equilibrium
from detente.solver.shocks import most_lines
from detente.uncertainty.prior import Parameters, Prior, draw, drawn_relations, members

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
ENDS = (0.05, 0.95)
"""Quantiles that bound an interval: nine of ten runs are between them."""
DRAWS = 100
"""Runs that intervals are from, unless others are asked for."""
ENOUGH = 20
"""Runs from which on quantiles are shown; the least and greatest below that."""


class Interval(NamedTuple):
    """Ends of a change of real income by economy ``(country,)``, per cent, over runs that count.

    ``whole``: least and greatest of all runs, which are few.
    """

    low: Array
    high: Array
    kept: int
    draws: int
    whole: bool

    @property
    def what(self) -> str:
        """Which runs lie between the ends, after ``in``."""
        return f"all {self.kept} runs" if self.whole else "nine of ten runs"


@dataclass(frozen=True, eq=False)
class Draws:
    """What variants come to at drawn parameters.

    Attributes
    ----------
    prior, seed
        What was drawn from, and how.
    codes
        Of economies.
    income
        Of the baseline ``(country,)``, in its unit.
    parameters
        What was drawn.
    real_income
        By variant ``(draw, country)``: exact change, per cent; no numbers where a draw has no
        equilibrium.
    lost
        By variant: why draws have none, with how many.
    fixed
        What is the same in all draws, in words.
    """

    prior: Prior
    seed: int
    codes: tuple[str, ...]
    income: Array
    parameters: Parameters
    real_income: Mapping[str, Array]
    lost: Mapping[str, Mapping[str, int]]
    fixed: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many draws there are."""
        return len(self.parameters.elasticities)

    def interval(self, variant: str | None, against: str | None = None) -> Interval | None:
        """Return ends of one variant's real income, or over another's; none of fewer than 2 runs.

        ``None`` stands for the baseline.
        """
        first, second = (
            np.zeros(len(self.codes)) if name is None else self.real_income[name]
            for name in (variant, against)
        )
        change = 100 * ((100 + first) / (100 + second) - 1)
        held = change[np.isfinite(change).all(axis=1)]
        if len(held) < 2:
            return None
        whole = len(held) < ENOUGH
        # (n + 1)p: nine in ten of further runs are between these ends, on average over draws
        low, high = np.quantile(held, (0.0, 1.0) if whole else ENDS, axis=0, method="weibull")
        return Interval(low, high, len(held), self.count, whole)

    def table(self) -> pd.DataFrame:
        """One row a variant, draw and economy."""
        import pandas as pd

        economies = len(self.codes)
        return pd.concat(
            [
                pd.DataFrame({
                    "variant": name,
                    "draw": np.repeat(np.arange(self.count), economies),
                    "country": np.tile(self.codes, self.count),
                    "real_income_pct": values.ravel(),
                })
                for name, values in self.real_income.items()
            ],
            ignore_index=True,
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Wanted:
    """Draws that are solved when they are first looked at.

    Attributes
    ----------
    prior, draws, seed
        What is drawn from, how often, and how.
    central, short
        As in `solve_draws`.
    """

    prior: Prior
    draws: int
    seed: int
    central: Mapping[str, Equilibrium]
    short: bool = False

    def solve(self, on_draw: Callable[[int, int], None] | None = None) -> Draws:
        """Solve them, once; ``on_draw`` as in `solve_draws`."""
        if "found" not in self.__dict__:
            self.__dict__["found"] = solve_draws(
                self.prior, self.central, self.draws, seed=self.seed, short=self.short,
                on_draw=on_draw,
            )  # fmt: skip
        return self.__dict__["found"]

    def interval(self, variant: str, against: str) -> Interval | None:
        """Return ends of a variant over another; what is no variant stands for the baseline."""
        known = (name if name in self.central else None for name in (variant, against))
        return self.solve().interval(*known)


def check_draws(draws: int, seed: int) -> None:
    """Refuse a number of draws that says nothing, before anything is solved.

    Raises
    ------
    InputError
        One draw, fewer than none, or not a seed.
    """
    problems = []
    if not _whole(draws) or draws < 0 or draws == 1:
        problems.append(Problem("not a number of draws", key="draws", value=draws,
                                allowed="0, or 2 or more"))  # fmt: skip
    if not _whole(seed) or seed < 0:
        problems.append(Problem("not a seed", key="seed", value=seed, allowed="0 or more"))
    if problems:
        raise InputError(problems)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def solve_draws(
    prior: Prior,
    central: Mapping[str, Equilibrium],
    draws: int,
    *,
    seed: int = 0,
    short: bool = False,
    on_draw: Callable[[int, int], None] | None = None,
) -> Draws:
    """Solve variants again at drawn parameters; a draw without an equilibrium is counted.

    Parameters
    ----------
    central
        Variants as solved at central parameters, on one baseline at one structure.
    short
        Whether elasticities are scaled to a short horizon, whose scale is then drawn too.
    on_draw
        Called with (number done, number in all) before each.

    Raises
    ------
    InputError
        As `check_draws`, or the prior does not fit the economy.
    """
    check_draws(draws, seed)
    first = next(iter(central.values()))
    c, options = first.calibration, first.options
    drawn = draw(prior, c, options.structure, draws, seed=seed, short=short)
    room = most_lines([one.policy for one in central.values()])
    found = {name: np.full((draws, len(c.countries)), np.nan) for name in central}
    lost: dict[str, dict[str, int]] = {name: {} for name in central}
    for number, (theta, structure) in enumerate(zip(*drawn, strict=True)):
        if on_draw is not None:
            on_draw(number, draws)
        economy = c.replace(trade_elasticity=theta)
        at = replace(options, structure=structure)
        for name, one in central.items():
            try:
                solved = solve_equilibrium(
                    economy, one.policy, at, start=one.unknowns, throw=False, room=room
                )
                why = "" if solved.converged else "no equilibrium found"
            except DetenteError as error:
                why = str(error).splitlines()[0]
            else:
                if solved.converged:
                    found[name][number] = _change(solved)
            if why:
                lost[name][why] = lost[name].get(why, 0) + 1
    return Draws(prior, seed, c.country_codes, np.asarray(c.income), drawn, found, lost,
                 _fixed(prior, first, short=short))  # fmt: skip


def _change(solved: Equilibrium) -> Array:
    return 100 * (welfare_hat(solved.calibration, solved.outcome) - 1)


def _fixed(prior: Prior, one: Equilibrium, *, short: bool) -> tuple[str, ...]:
    """Name what draws leave as it is."""
    c, said = one.calibration, ["the model", "the data"]
    said.append("the measures and what they cover")
    lines = c.card.in_force is not None
    said += ["the world that measures are held against"] if lines else []
    said += [] if short and prior.horizon else ["the horizon"]
    group = members(prior, c)
    spread = np.array([sum(s) > 0 for s in prior.trade_elasticities.values()] + [False])
    still = [code for code, g in zip(c.sector_codes, group, strict=True) if not spread[g]]
    if still:
        few = ", ".join(still[:5]) + (f" and {len(still) - 5} more" if len(still) > 5 else "")
        said.append(f"the trade elasticities of {few}")
    if not drawn_relations(prior, one.options.structure):
        said.append("mobility of workers and substitution")
    said.append("the rule for trade imbalances")
    return tuple(said)
