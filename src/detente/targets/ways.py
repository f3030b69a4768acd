"""The ways to a goal that have names: which levers each is made of, and which make sense."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from detente.baseline.calibration import Calibration
from detente.errors import InputError, Problem
from detente.policy.arrays import Policy
from detente.targets.goals import Deficit, Goal, ImportShare, MeanTariff, NoLoss
from detente.targets.levers import OTHERS, Lever

WAYS: Mapping[str, str] = MappingProxyType(
    {
        "tariffs": "one tariff of the economy on its partner",
        "sector-tariffs": "a tariff for each sector",
        "purchases": "purchases paid by the buyer's treasury, one share of the price",
        "sector-purchases": "a share for each sector",
        "both": "one tariff and one share",
        "restraint": "an export restraint of the partner, rents with the exporter",
        "sector-restraints": "a restraint for each sector",
        "deficit": "a change of the overall deficit",
        "cuts": "the tariffs in force cut by one share",
        "sector-cuts": "a share of the tariffs in force for each sector",
    }
)

_MADE_OF: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "tariffs": ("tariff",),
        "sector-tariffs": ("tariff",),
        "purchases": ("purchases",),
        "sector-purchases": ("purchases",),
        "both": ("tariff", "purchases"),
        "restraint": ("restraint",),
        "sector-restraints": ("restraint",),
        "deficit": ("deficit",),
        "cuts": ("cut",),
        "sector-cuts": ("cut",),
    }
)

_TARIFFS = ("tariffs", "sector-tariffs")
_BOUGHT = ("purchases", "sector-purchases")
_RESTRAINTS = ("restraint", "sector-restraints")
_CUTS = ("cuts", "sector-cuts")


def usual_ways(goal: Goal, calibration: Calibration, base: Policy) -> tuple[str, ...]:
    """Return the ways that can move a goal the way it shall go."""
    if isinstance(goal, Deficit):
        return (*_TARIFFS, *_BOUGHT, "both", *_RESTRAINTS, "deficit")
    if isinstance(goal, ImportShare):
        rises = goal.aim(calibration, base).sign > 0
        return (*_BOUGHT, *_CUTS) if rises else (*_TARIFFS, *_RESTRAINTS)
    if isinstance(goal, MeanTariff):
        return _TARIFFS if goal.aim(calibration, base).sign > 0 else _CUTS
    if isinstance(goal, NoLoss):
        return (*_TARIFFS, *_CUTS, *_RESTRAINTS, "deficit")
    return _TARIFFS


def levers_of(way: str, goal: Goal, on: str | None) -> list[Lever]:
    """Return the levers of a way to a goal.

    Parameters
    ----------
    on
        The partner: for goals that name none, where none is given, every other economy.

    Raises
    ------
    InputError
        There is no such way, or it makes no sense for the goal.
    """
    check_ways([way])
    levers = _levers(goal, on or OTHERS)
    known = [name for name in WAYS if _makes_sense(name, goal, levers)]
    if way not in known:
        message = f"does not go with this goal ({type(goal).__name__})"
        raise InputError(Problem(message, None, None, "using", way, ", ".join(known)))
    each = "sector" if way.startswith("sector-") else "all"
    return [replace(levers[kind], each=each) for kind in _MADE_OF[way]]


def check_ways(names: Iterable[str]) -> None:
    """Refuse all names that no way has.

    Raises
    ------
    InputError
        Listing them.
    """
    problems = [Problem("unknown", None, None, "using", name, ", ".join(WAYS))
                for name in names if name not in WAYS]  # fmt: skip
    if problems:
        raise InputError(problems)


def _makes_sense(way: str, goal: Goal, levers: Mapping[str, Lever]) -> bool:
    # elsewhere the two would act on the same trade
    apart = way != "both" or isinstance(goal, Deficit)
    return apart and all(kind in levers for kind in _MADE_OF[way])


def _levers(goal: Goal, on: str) -> dict[str, Lever]:
    """Return the levers that make sense for a goal, by kind."""
    of = str(getattr(goal, "of", ""))
    sectors = getattr(goal, "sectors", "goods")
    found = {"tariff": Lever("tariff", of, on, sectors)}
    if isinstance(goal, Deficit):
        found["purchases"] = Lever("purchases", on, of)
        found["deficit"] = Lever("deficit", of, OTHERS)
        found["restraint"] = Lever("restraint", on, of)
    elif isinstance(goal, ImportShare):
        # what is to take a larger share is bought by the economy itself
        found["purchases"] = Lever("purchases", of, on, sectors)
        found["restraint"] = Lever("restraint", on, of, sectors)
        found["cut"] = Lever("cut", of, on, sectors)
    elif isinstance(goal, MeanTariff):
        found["cut"] = Lever("cut", of, on, sectors)
    elif isinstance(goal, NoLoss) and on != OTHERS:
        # a compensation: what the partner spends less, the economy spends more
        found["deficit"] = Lever("deficit", on, of)
        # the partner takes its own tariffs back
        found["cut"] = Lever("cut", on, of)
        found["restraint"] = Lever("restraint", of, on)
    return found


def plan(
    goal: Goal, on: str | None, using: Sequence[str] | None, calibration: Calibration, base: Policy
) -> dict[str, list[Lever]]:
    """Return the levers of each way asked for, or of the usual ones; all refusals at once."""
    found, problems = {}, []
    if using is None:
        using = usual_ways(goal, calibration, base)
        if on is None and isinstance(goal, NoLoss):
            using = _TARIFFS
    for way in using:
        try:
            found[way] = levers_of(way, goal, on)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return found
