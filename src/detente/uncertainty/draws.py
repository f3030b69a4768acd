"""Variants solved again at drawn parameters, and between which ends their real incomes are.

Draws are solved one by one on the program that the central figures were compiled to, each from the
central solution, as many at once as there are cores: nothing is compiled for them, memory grows
with their headline figures alone, and a draw comes out the same to the last bit whatever other
draws there are, and however many are solved at once.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.errors import DetenteError, InputError, Problem
from detente.solver.equilibrium import Equilibrium, solve_equilibrium
from detente.solver.options import Options
from detente.solver.shocks import most_lines
from detente.uncertainty.outcomes import PER_CENT, REAL_INCOME, outcomes, shapes
from detente.uncertainty.prior import Parameters, Prior, draw, drawn_relations, members

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
ENDS = (0.05, 0.95)
"""Quantiles that bound an interval: nine of ten runs are between them."""
RELATIONS = {
    "mobility of workers": ("labour_mobility",),
    "substitution": ("final_elasticity", "input_elasticity", "value_added_elasticity"),
    "economies of scale": ("scale_elasticity",),
}
"""What relations of a structure are called where none of them is drawn."""
DRAWS = 100
"""Runs that intervals are from, unless others are asked for."""
ENOUGH = 20
"""Runs from which on quantiles are shown; the least and greatest below that."""


class Interval(NamedTuple):
    """Ends of an outcome over runs that count, of its shape; per cent, or the baseline's unit.

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


def ends_of(values: Array, draws: int) -> Interval | None:
    """Return the ends of values of runs that count ``(run, ...)``; none of fewer than 2.

    Parameters
    ----------
    draws
        How many there are with those that do not count.
    """
    if len(values) < 2:
        return None
    whole = len(values) < ENOUGH
    # (n + 1)p: nine in ten of further runs are between these ends, on average over draws
    low, high = np.quantile(values, (0.0, 1.0) if whole else ENDS, axis=0, method="weibull")
    return Interval(low, high, len(values), draws, whole)


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
    more
        By variant, further `outcomes` by name, draws first.
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
    more: Mapping[str, Mapping[str, Array]]
    lost: Mapping[str, Mapping[str, int]]
    fixed: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many draws there are."""
        return len(self.parameters.elasticities)

    def interval(
        self, variant: str | None, against: str | None = None, of: str = REAL_INCOME
    ) -> Interval | None:
        """Return ends of an outcome of one variant, or over another's.

        None of fewer than two runs, nor of what is not kept.

        Parameters
        ----------
        variant, against
            Their ids; ``None`` stands for the baseline.
        of
            A name of `outcomes`.
        """
        solved = [name for name in (variant, against) if name is not None]
        if of != REAL_INCOME and any(of not in self.more[name] for name in solved):
            return None
        first, second = (
            np.zeros(1) if name is None else self._outcome(name, of) for name in (variant, against)
        )
        over = of in PER_CENT
        change = 100 * ((100 + first) / (100 + second) - 1) if over else first - second
        counts = [np.isfinite(self.real_income[name]).all(axis=1) for name in solved]
        held = change[np.logical_and.reduce(counts)] if counts else change[:0]
        return ends_of(held, self.count)

    def _outcome(self, variant: str, name: str) -> Array:
        return self.real_income[variant] if name == REAL_INCOME else self.more[variant][name]

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
    central, short, focus
        As in `solve_draws`.
    """

    prior: Prior
    draws: int
    seed: int
    central: Mapping[str, Equilibrium]
    short: bool = False
    focus: tuple[str, ...] = ()

    def solve(self, on_draw: Callable[[int, int], None] | None = None) -> Draws:
        """Solve them, once; ``on_draw`` as in `solve_draws`."""
        if "found" not in self.__dict__:
            self.__dict__["found"] = solve_draws(
                self.prior, self.central, self.draws, seed=self.seed, short=self.short,
                focus=self.focus, on_draw=on_draw,
            )  # fmt: skip
        return self.__dict__["found"]

    def interval(self, variant: str, against: str, of: str = REAL_INCOME) -> Interval | None:
        """Return ends of a variant over another; what is no variant stands for the baseline."""
        first, second = (name if name in self.central else None for name in (variant, against))
        return self.solve().interval(first, second, of)


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
    focus: tuple[str, ...] = (),
    workers: int | None = None,
    on_draw: Callable[[int, int], None] | None = None,
) -> Draws:
    """Solve variants again at drawn parameters; a draw without an equilibrium is counted.

    Parameters
    ----------
    central
        Variants as solved at central parameters, on one baseline at one structure.
    short
        Whether elasticities are scaled to a short horizon, whose scale is then drawn too.
    focus
        Codes of economies whose sectors, and trade with each other, are kept too.
    workers
        How many are solved at once; as many as there are cores unless given. No figure depends on
        it.
    on_draw
        Called with (number done, number in all) before each.

    Raises
    ------
    InputError
        As `check_draws`, or the prior does not fit the economy.
    """
    check_draws(draws, seed)
    first = next(iter(central.values()))
    c, structure = first.calibration, first.options.structure
    drawn = draw(prior, c, structure, draws, seed=seed, short=short)
    found = {name: {of: np.full((draws, *shape), np.nan) for of, shape in shapes(c, focus).items()}
             for name in central}  # fmt: skip
    lost: dict[str, dict[str, int]] = {name: {} for name in central}
    for number, solved in enumerate(_each(drawn, central, focus, workers)):
        if on_draw is not None:
            on_draw(number, draws)
        for name, one in solved.items():
            if isinstance(one, str):
                lost[name][one] = lost[name].get(one, 0) + 1
                continue
            for of, values in one.items():
                found[name][of][number] = values
    income = {name: by.pop(REAL_INCOME) for name, by in found.items()}
    return Draws(prior, seed, c.country_codes, np.asarray(c.income), drawn, income, found, lost,
                 _fixed(prior, first, short=short))  # fmt: skip


def solve_at(
    central: Mapping[str, Equilibrium], drawn: Parameters, *, workers: int = 1
) -> tuple[dict[str, Array], dict[str, list[str]]]:
    """Solve variants at some parameters, each from its central solution.

    Returns
    -------
    tuple
        By variant: real income ``(draw, country)``, exact change in per cent, and why a draw has
        none, ``""`` where it has.
    """
    c, draws = next(iter(central.values())).calibration, len(drawn.elasticities)
    found = {name: np.full((draws, len(c.countries)), np.nan) for name in central}
    whys = {name: [""] * draws for name in central}
    for number, solved in enumerate(_each(drawn, central, (), workers)):
        for name, one in solved.items():
            if isinstance(one, str):
                whys[name][number] = one
            else:
                found[name][number] = one[REAL_INCOME]
    return found, whys


def gathered(
    prior: Prior,
    seed: int,
    central: Mapping[str, Equilibrium],
    drawn: Parameters,
    found: Mapping[str, Array],
    why: Mapping[str, Sequence[str]],
    *,
    short: bool,
) -> Draws:
    """Return draws that were solved as what they are from, with those lost counted."""
    first = next(iter(central.values()))
    c = first.calibration
    lost = {name: dict(Counter(text for text in why[name] if text)) for name in found}
    more = {name: {} for name in found}
    return Draws(prior, seed, c.country_codes, np.asarray(c.income), drawn, found, more, lost,
                 _fixed(prior, first, short=short))  # fmt: skip


def _each(
    drawn: Parameters,
    central: Mapping[str, Equilibrium],
    focus: tuple[str, ...],
    workers: int | None,
) -> Iterator[dict[str, dict[str, Array] | str]]:
    """Solve draw by draw, some at once: outcomes of each variant in turn, or why it has none."""
    first = next(iter(central.values()))
    room = most_lines([one.policy for one in central.values()])

    def solve(number: int) -> dict[str, dict[str, Array] | str]:
        c = first.calibration.at_elasticities(drawn.elasticities[number])
        options = replace(first.options, structure=drawn.structures[number])
        return {name: _solve(one, c, options, room, focus) for name, one in central.items()}

    count, pool = len(drawn.elasticities), ThreadPoolExecutor(workers or cores())
    try:
        # solving leaves Python's lock alone
        yield from pool.map(solve, range(count))
    finally:
        pool.shutdown(cancel_futures=True)


def _solve(
    one: Equilibrium, c: Calibration, options: Options, room: int, focus: tuple[str, ...]
) -> dict[str, Array] | str:
    """Solve a variant at drawn parameters; say why where that has no equilibrium."""
    try:
        solved = solve_equilibrium(
            c, one.policy, options, start=one.unknowns, throw=False, room=room
        )
    except DetenteError as error:
        return str(error).splitlines()[0]
    return outcomes(solved, focus) if solved.converged else "no equilibrium found"


def cores() -> int:
    """Return how many cores this process may use."""
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count() or 1


def _fixed(prior: Prior, one: Equilibrium, *, short: bool) -> tuple[str, ...]:
    """Name what draws of variants leave as it is."""
    more = not_drawn(prior, one.calibration, one.options, short=short)
    return ("the model", "the data", "the measures and what they cover", *more)


def not_drawn(prior: Prior, c: Calibration, options: Options, *, short: bool) -> tuple[str, ...]:
    """Name the parameters that a prior leaves as they are, and the world of a day."""
    said = ["the world that measures are held against"] if c.card.in_force is not None else []
    said += [] if short and prior.horizon else ["the horizon"]
    group = members(prior, c)
    spread = np.array([sum(s) > 0 for s in prior.trade_elasticities.values()] + [False])
    still = [code for code, g in zip(c.sector_codes, group, strict=True) if not spread[g]]
    if still:
        few = ", ".join(still[:5]) + (f" and {len(still) - 5} more" if len(still) > 5 else "")
        said.append(f"the trade elasticities of {few}")
    relations = drawn_relations(prior, options.structure)
    said += [what for what, keys in RELATIONS.items() if not any(key in relations for key in keys)]
    return (*said, "the rule for trade imbalances")
