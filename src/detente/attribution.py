"""How much of what a policy does each of its measures makes.

A part is a measure that comes in, one that goes, or one in place of another on the same trade. The
effect of a part depends on which others are in force, so that every combination is solved: the
share of a part is the mean of what it adds over all orders in which the parts may come (Shapley
1953, *A value for n-person games*), and shares add up to the whole effect. Beyond `MOST` parts they
come in the order of the file and in the reverse one, and the share is the mean of the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from math import factorial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.errors import SolveError
from detente.model.welfare import welfare_hat
from detente.policy.cells import cells_of
from detente.policy.compile import compile_policy
from detente.policy.instruments import OnTrade
from detente.policy.volumes import OnVolume
from detente.solver.equilibrium import solve_in_turn
from detente.units import in_unit

if TYPE_CHECKING:
    import pandas as pd

    from detente.policy.instruments import Measure
    from detente.results import Solution
    from detente.solver.options import Options

Floats = NDArray[np.float64]
Held = frozenset[int]
"""Places of the parts that are switched."""
MOST = 6
"""Parts of which every combination is solved: 64."""


@dataclass(frozen=True)
class Part:
    """What is switched together: ids of measures that come in, and of those that go."""

    comes: tuple[str, ...]
    goes: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Its name: the ids, a minus before those that only go."""
        return "+".join(self.comes) or "-" + "-".join(self.goes)


@dataclass(frozen=True)
class Need:
    """What a limit takes in an equilibrium.

    Attributes
    ----------
    ceiling
        Whether licences are scarce (a quota), rather than purchases subsidised (a promise).
    rate
        Of licences: what they add to duty-paid prices. Of purchases: the share of the duty-paid
        price that the treasury pays. Nothing where it does not bind.
    worth
        What licences earn, or what purchases cost the treasury, the baseline's unit.
    """

    ceiling: bool
    rate: float
    worth: float


@dataclass(frozen=True, eq=False)
class Attribution:
    """The effect of a policy on real income by part, fractions of the income compared with.

    Attributes
    ----------
    parts
        In the order of the measures.
    countries
        Codes.
    made
        ``(part, country)``: what each makes; the sum is the whole effect.
    alone, last
        ``(part, country)``: what each does without the others, and on top of all of them.
    low, high
        ``(part, country)``: the least and the most that it adds in any order that was solved.
    income
        ``(country,)``: what a fraction of one is worth, the baseline's unit.
    exact
        Whether every combination was solved.
    solved
        How many were.
    unit
        The baseline's.
    """

    parts: tuple[Part, ...]
    countries: tuple[str, ...]
    made: Floats
    alone: Floats
    last: Floats
    low: Floats
    high: Floats
    income: Floats
    exact: bool
    solved: int
    unit: str

    @property
    def effect(self) -> Floats:
        """The whole effect ``(country,)``."""
        return self.made.sum(axis=0)

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a part and country.

        ``made_pct`` per cent of real income and ``made_musd`` what it is worth, ``share`` of the
        whole effect (not a number where there is none); ``alone_pct``, ``last_pct``, ``low_pct``
        and ``high_pct`` as in `Attribution`.
        """
        import pandas as pd

        whole = self.effect
        share = np.divide(self.made, whole, out=np.full_like(self.made, np.nan), where=whole != 0)
        columns = {"made_pct": 100 * self.made, "made_musd": self.made * self.income,
                   "share": share}  # fmt: skip
        columns |= {f"{key}_pct": 100 * getattr(self, key)
                    for key in ("alone", "last", "low", "high")}  # fmt: skip
        names = [part.id for part in self.parts], list(self.countries)
        index = pd.MultiIndex.from_product(names, names=["part", "country"])
        frame = pd.DataFrame({key: v.ravel() for key, v in columns.items()}, index=index)
        return in_unit(frame, self.unit)


def attribute(
    calibration: Calibration,
    measures: Mapping[str, Measure],
    shares: Mapping[str, float],
    against: Mapping[str, float],
    options: Options,
) -> Attribution:
    """Attribute what one policy does to real income, compared with another, to its measures.

    Parameters
    ----------
    calibration
        The baseline of both.
    measures
        By id, at least those of the two policies, in the order that parts shall have.
    shares, against
        Share in force of each measure of the one and of the other.
    options
        How both are solved.

    Raises
    ------
    InputError
        Some of the measures contradict each other without the rest.
    SolveError
        A combination has no equilibrium.
    """
    parts = parts_of(calibration, measures, shares, against)
    held_sets = list(dict.fromkeys(combinations_of(len(parts))))
    states = [_in_force(measures, shares, against, parts, held) for held in held_sets]
    incomes = dict(zip(held_sets, _real_incomes(calibration, measures, states, options),
                       strict=True))  # fmt: skip
    none = incomes[frozenset()]
    value = {held: income / none - 1 for held, income in incomes.items()}
    return Attribution(parts, calibration.country_codes, *by_part(value, len(parts)),
                       income=none * calibration.income, exact=len(parts) <= MOST,
                       solved=len(held_sets), unit=calibration.card.unit)  # fmt: skip


def parts_of(
    calibration: Calibration,
    measures: Mapping[str, Measure],
    shares: Mapping[str, float],
    against: Mapping[str, float],
) -> tuple[Part, ...]:
    """Return what tells two policies apart; measures of one kind on the same trade are one part."""
    comes = [m for m in measures if m in shares and shares[m] != against.get(m)]
    goes = [m for m in measures if m in against and against[m] != shares.get(m)]
    groups = [({m}, set()) for m in comes] + [(set(), {m}) for m in goes]
    for new, old in product(comes, goes):
        if new == old or _replaces(calibration, measures[new], measures[old]):
            joined = [g for g in groups if new in g[0] or old in g[1]]
            groups = [g for g in groups if g not in joined]
            groups.append(
                (set().union(*(g[0] for g in joined)), set().union(*(g[1] for g in joined)))
            )
    for ids in (comes, goes):
        for one, other in combinations(ids, 2):
            if _undoes(calibration, measures[one], measures[other]):
                joined = [g for g in groups if {one, other} & (g[0] | g[1])]
                groups = [g for g in groups if g not in joined]
                groups.append(
                    (set().union(*(g[0] for g in joined)), set().union(*(g[1] for g in joined)))
                )
    order = list(measures)
    groups.sort(key=lambda group: min(map(order.index, group[0] or group[1])))
    return tuple(Part(*(tuple(sorted(ids, key=order.index)) for ids in group)) for group in groups)


def _undoes(calibration: Calibration, one: Measure, other: Measure) -> bool:
    """Whether one takes back tariff points that the other adds on some of the same trade."""
    added = [getattr(measure, "add", None) or 0.0 for measure in (one, other)]
    return min(added) < 0 < max(added) and _replaces(calibration, one, other)


def _replaces(calibration: Calibration, new: Measure, old: Measure) -> bool:
    """Whether two measures do the same sort of thing to some of the same trade."""
    alike = type(new) is type(old)
    cells = [cells_of(calibration, one) for one in (new, old)
             if alike and isinstance(one, OnTrade | OnVolume)]  # fmt: skip
    return len(cells) == 2 and bool((cells[0] & cells[1]).any())


def combinations_of(count: int) -> Iterator[Held]:
    """Yield which parts are held: every set of a few; of many those met alone, last, in turn."""
    if count <= MOST:
        for size in range(count + 1):
            yield from map(frozenset, combinations(range(count), size))
        return
    every = frozenset(range(count))
    for k in range(count + 1):
        yield from (frozenset(range(k)), every - frozenset(range(k)))
    for k in range(count):
        yield from (frozenset((k,)), every - {k})


def _in_force(
    measures: Mapping[str, Measure],
    shares: Mapping[str, float],
    against: Mapping[str, float],
    parts: Sequence[Part],
    held: Held,
) -> dict[str, float]:
    """Return the share in force of each measure where some parts are switched."""
    found = {m: against[m] for m in measures if m in against and against[m] == shares.get(m)}
    for k, part in enumerate(parts):
        ids, given = (part.comes, shares) if k in held else (part.goes, against)
        found |= {m: given[m] for m in ids}
    return found


def _real_incomes(
    calibration: Calibration,
    measures: Mapping[str, Measure],
    states: Sequence[Mapping[str, float]],
    options: Options,
) -> list[Floats]:
    """Solve every state for real income over the baseline's ``(country,)``."""
    policies = []
    for state in states:
        ids = [m for m in measures if m in state]
        policies.append(
            compile_policy(calibration, [measures[m] for m in ids], [state[m] for m in ids])
        )
    found = []
    for state, one in zip(states, solve_in_turn(calibration, policies, options), strict=True):
        if not one.converged:
            raise SolveError(f"no equilibrium with {', '.join(state) or 'no measure'} alone")
        found.append(welfare_hat(calibration, one.outcome))
    return found


def by_part(value: Mapping[Held, Floats], count: int) -> tuple[Floats, ...]:
    """Return what each part makes, alone and last, and at least and at most ``(part, country)``.

    Parameters
    ----------
    value
        Of every set of parts that `combinations_of` names, ``(country,)``.
    """
    every = frozenset(range(count))
    made = []
    for k in range(count):
        added = {held: value[held | {k}] - value[held]
                 for held in value if k not in held and held | {k} in value}  # fmt: skip
        steps = np.stack(list(added.values()))
        share = sum(_weight(held, k, count) * step for held, step in added.items())
        made.append((share, added[frozenset()], added[every - {k}], steps.min(0), steps.max(0)))
    if not made:
        return tuple(np.zeros((0, len(value[every]))) for _ in range(5))
    return tuple(np.stack(parts) for parts in zip(*made, strict=True))


def _weight(held: Held, part: int, count: int) -> float:
    """Return the share of orders in which a part comes after exactly some others.

    Of many parts two orders count, the given one and its reverse.
    """
    if count <= MOST:
        return factorial(len(held)) * factorial(count - len(held) - 1) / factorial(count)
    before, after = frozenset(range(part)), frozenset(range(part + 1, count))
    return 0.5 * (held == before) + 0.5 * (held == after)


def needs(solution: Solution) -> dict[str, Need]:
    """Return what quotas and promises to buy take in an equilibrium, by the id of the measure."""
    found = solution.equilibrium
    paid = sum(found.licences_cf) * np.asarray(found.outcome.flows_cf)
    limits = solution.limits["wedge_pct"]
    return {
        limit.label: Need(limit.ceiling, abs(wedge) / 100, abs(float(paid[limit.cells].sum())))
        for limit, wedge in zip(found.policy.limits, limits, strict=True)
    }
