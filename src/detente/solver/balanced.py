"""An economy without overall imbalances: what a policy is compared with where they are removed.

Removing the imbalances of the data moves incomes by far more than most policies do. So it is a step
of its own: the equilibrium without them becomes the baseline that policies are solved on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from detente.baseline.calibration import Calibration
from detente.baseline.card import Adjustment
from detente.errors import InputError, Problem, SolveError
from detente.model.economy import Structure
from detente.solver.equilibrium import Equilibrium, rebase, solve_equilibrium
from detente.solver.options import Options, options_given


class Balanced(NamedTuple):
    """An economy whose overall balances are zero, and the step from the data to it.

    Attributes
    ----------
    calibration
        The economy, a baseline like any other.
    removal
        The equilibrium that it was made from: what removing the imbalances alone does.
    """

    calibration: Calibration
    removal: Equilibrium


def without_imbalances(calibration: Calibration, structure: Structure | None = None) -> Balanced:
    """Make the economy that has everything of a baseline but its overall imbalances.

    It is the equilibrium with the baseline's own tariffs and no deficits, under the structure that
    policies are then solved with. A floor of wages and a tax on labour are measured against the
    economy that policies change, so they play no part in this step. Kept for the next call.

    Parameters
    ----------
    calibration
        The baseline, with the trade elasticities of the horizon.
    structure
        Market, labour mobility, scale and substitution, where not by the default relations.

    Raises
    ------
    SolveError
        There is no equilibrium without imbalances.
    """
    plain = replace(structure or Structure(), wage_floor=0.0, revenue_use="lump-sum")
    removal = replace(_removal(_Figures(calibration), plain), calibration=calibration)
    size = float(np.maximum(calibration.deficit, 0).sum() / calibration.value_added.sum())
    change = Adjustment(
        "overall trade balances set to zero, in an equilibrium without them",
        "effects of measures are against an economy without imbalances",
        size,
        "deficits removed, share of world value added",
    )
    card = calibration.card
    card = replace(card, name=f"{card.name}-balanced", adjustments=(*card.adjustments, change))
    return Balanced(rebase(removal).replace(card=card), removal)


class AtRest(NamedTuple):
    """What policies are solved on, how, and what removing imbalances did where that was done."""

    calibration: Calibration
    options: Options
    removal: Equilibrium | None


def at_rest(calibration: Calibration, options: Options) -> AtRest:
    """Return what policies are solved on: where imbalances are removed, an economy without them.

    Raises
    ------
    SolveError
        There is no equilibrium without imbalances.
    """
    if not (isinstance(options.deficits, str) and options.deficits == "removed"):
        return AtRest(calibration, options, None)
    balanced, removal = without_imbalances(calibration, options.structure)
    # its balances are zero, and so stay
    return AtRest(balanced, replace(options, deficits="fixed"), removal)


def closed(
    calibration: Calibration,
    options: Options | None,
    deficits: str | np.ndarray | None,
    structure: Structure | None,
) -> AtRest:
    """Return what a game is played on, from options or from what `detente.solve` takes.

    Options are taken as they are: there, imbalances removed are part of every outcome. Deficits
    ``"removed"`` make an economy without them first, which all changes are from.

    Raises
    ------
    InputError
        Options are given beside deficits or a structure.
    SolveError
        There is no equilibrium without imbalances.
    """
    if deficits is None and structure is None:
        return AtRest(calibration, options_given(options), None)
    if options is not None:
        key = "deficits" if deficits is not None else "structure"
        raise InputError(Problem("give it, or options, not both", key=key))
    rule = "fixed" if deficits is None else deficits
    given = Structure() if structure is None else structure
    return at_rest(calibration, Options(deficits=rule, structure=given))


@dataclass(frozen=True, eq=False)
class _Figures:
    """A baseline as a key: what has the same figures is solved once."""

    calibration: Calibration

    def __hash__(self) -> int:
        return hash(self.calibration.hash)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Figures) and self.calibration.hash == other.calibration.hash


@lru_cache(maxsize=8)
def _removal(figures: _Figures, structure: Structure) -> Equilibrium:
    calibration = figures.calibration
    options = Options(deficits="removed", structure=structure)
    try:
        return solve_equilibrium(calibration, options=options)
    except SolveError as error:
        message = f"{calibration.name} has no equilibrium without its overall trade imbalances"
        raise SolveError(f"{message}, so there is nothing to compare with: {error}") from error
