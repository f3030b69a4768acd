"""What is given as an economy, or as the name of one, to a function of the package."""

from __future__ import annotations

from pathlib import Path

from detente.baseline.calibration import Calibration
from detente.baseline.groups import resolve_countries
from detente.errors import InputError, Problem


def economy(value: object, key: str = "calibration", *, whole: bool = False) -> Calibration:
    """Return an economy; a name or path of one is loaded, with ``whole`` all that is in its file.

    Raises
    ------
    InputError
        It is neither.
    """
    if isinstance(value, Calibration):
        return value
    if isinstance(value, str | Path):
        from detente.baseline.store import load

        return load(value, economies="all" if whole else None)
    message = "an economy is expected"
    if hasattr(value, "equilibrium") or hasattr(value, "calibration"):
        message += "; this was solved on one: give that (detente.load), not what came out"
    allowed = 'a Calibration or the name of a baseline, such as "icio-2022"'
    raise InputError(Problem(message, None, None, key, _kind(value), allowed))


def one_economy(calibration: Calibration, name: object, key: str) -> str:
    """Return the code of the one economy that a code or a readable name stands for.

    Raises
    ------
    InputError
        It stands for none, or for several.
    """
    try:
        found = resolve_countries(calibration, name)  # pyright: ignore[reportArgumentType]
    except InputError as error:
        raise InputError([Problem(p.message, None, None, key, p.value, p.allowed)
                          for p in error.problems]) from error  # fmt: skip
    if len(found) != 1:
        raise InputError(Problem("is a group, not one economy", key=key, value=name))
    return calibration.country_codes[found[0]]


def _kind(value: object) -> str:
    return value.__name__ if isinstance(value, type) else type(value).__name__
