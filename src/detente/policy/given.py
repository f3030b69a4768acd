"""What is given as measures, or as a policy, to a function of the package."""

from __future__ import annotations

from detente.baseline.calibration import Calibration
from detente.errors import InputError, Problem
from detente.policy.arrays import Policy
from detente.policy.compile import compile_policy
from detente.policy.instruments import Measure, excluded_amiss

_ALLOWED = 'such as detente.Tariff("USA", on="CHN", add=0.25), one or several'


def measures_given(values: object, key: str = "measures") -> tuple[Measure, ...]:
    """Return measures, given one by one or in lists.

    Raises
    ------
    InputError
        Listing everything that is no measure.
    """
    found: list[Measure] = []
    problems: list[Problem] = []
    waiting = [values]
    while waiting:
        value = waiting.pop(0)
        if isinstance(value, Measure):
            found.append(value)
        elif isinstance(value, list | tuple):
            waiting = [*value, *waiting]
        else:
            shown = value if isinstance(value, str) else type(value).__name__
            if isinstance(value, type):
                shown = f"the class {value.__name__}"
            problems.append(Problem("not a measure", key=key, value=shown, allowed=_ALLOWED))
    if problems:
        raise InputError(problems)
    return tuple(found)


def policy_given(calibration: Calibration, value: object, key: str = "base") -> Policy | None:
    """Return a policy; measures are compiled, nothing stays nothing.

    Raises
    ------
    InputError
        It is neither, or of another economy.
    """
    if value is None:
        return None
    if not isinstance(value, Policy):
        measures = measures_given(value, key)
        if problems := list(excluded_amiss(measures, whole=True)):
            raise InputError(problems)
        return compile_policy(calibration, measures)
    if value.tariff_cf.shape != calibration.tariff.shape:
        raise InputError(Problem("is a policy of another economy", None, None, key,
                                 value.tariff_cf.shape, str(calibration.tariff.shape)))  # fmt: skip
    return value
