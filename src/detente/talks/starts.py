"""Where to start solving for a set of measures: at what smaller sets say of it.

If all parts of a set did nothing together that smaller sets do not show, its solution would be
``Σ_T (−1)^(|T|+1) x(S − T)``, T over the parts of its measures, none left out (inclusion and
exclusion). It nearly is: about a third of the steps are saved, and the solution is the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from detente.model.equilibrium import Unknowns
    from detente.policy.arrays import Policy
    from detente.solver.equilibrium import Equilibrium

Set = frozenset[str]
MOST_BLOCKS, MOST_KEPT = 5, 2000


class Starts:
    """Solutions of one economy so far, and the starts that they give."""

    def __init__(self, sets: Iterable[Set]):
        sets = list(sets)
        holders: dict[str, tuple[bool, ...]] = {
            name: tuple(name in one for one in sets) for name in sorted(frozenset().union(*sets))
        }
        together: dict[tuple[bool, ...], set[str]] = {}
        for name, where in holders.items():
            together.setdefault(where, set()).add(name)
        self._blocks = [frozenset(block) for block in together.values()]
        self._solved: dict[Set, tuple[Unknowns, dict[str, float]]] = {}

    def add(self, one: Set, found: Equilibrium) -> None:
        """Keep a solution, as long as there are not too many."""
        if len(self._solved) >= MOST_KEPT:
            return
        labels = [limit.label for limit in found.policy.limits]
        wedges = found.unknowns.log_wedge
        by_limit = {} if wedges is None else dict(zip(labels, np.asarray(wedges), strict=True))
        self._solved[one] = found.unknowns._replace(log_wedge=None), by_limit

    def of(self, one: Set, policy: Policy) -> Unknowns | None:
        """Return a start for a set, nothing where no smaller one is solved."""
        terms = self._terms(one)
        if not terms:
            return None
        found = [(sign, *self._solved[other]) for sign, other in terms]
        _, first, _ = found[0]
        sums = {
            name: np.sum([sign * np.asarray(getattr(x, name)) for sign, x, _ in found], axis=0)
            for name, part in first._asdict().items()
            if part is not None
        }
        wedges = [sum(sign * wedge.get(limit.label, 0.0) for sign, _, wedge in found)
                  for limit in policy.limits]  # fmt: skip
        if wedges:
            sums["log_wedge"] = np.maximum(wedges, 0.0)
        return first._replace(**sums)

    def _terms(self, one: Set) -> list[tuple[int, Set]]:
        """Return smaller sets with their signs, of as many parts as all are solved for."""
        blocks = [b for b in self._blocks if b <= one and one - b in self._solved]
        for count in range(min(len(blocks), MOST_BLOCKS), 0, -1):
            terms = [
                ((-1) ** (size + 1), one.difference(*some))
                for size in range(1, count + 1)
                for some in combinations(blocks[:count], size)
            ]
            if all(other in self._solved for _, other in terms):
                return terms
        return []
