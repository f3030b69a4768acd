"""How to close and solve the model."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detente.errors import InputError, Problem, nearest
from detente.model.economy import Structure
from detente.solver.implicit import Settings

DEFICIT_RULES = {
    "fixed": "each deficit stays a fixed share of world value added",
    "own-share": "each deficit moves with the country's own value added",
    "own-income": "each deficit moves with the country's own income, duties included",
    "own-spending": "each deficit moves with all that the country spends",
    "removed": "all overall deficits are set to zero",
}


@dataclass(frozen=True)
class Options:
    """How to close and solve the model.

    Attributes
    ----------
    deficits
        One of `DEFICIT_RULES`, or ``(country,)`` deficits in the baseline's unit (summing to zero).
    settings
        Numerical settings of the fixed point.
    structure
        Market, mobility and substitution, where not by the default relations.
    """

    deficits: str | NDArray[np.float64] = "fixed"
    settings: Settings = field(default_factory=Settings)
    structure: Structure = field(default_factory=Structure)

    def __post_init__(self) -> None:
        if not isinstance(self.structure, Structure):
            allowed = 'such as detente.Structure(market="monopolistic")'
            raise InputError(Problem("not a structure", None, None, "structure",
                                     self.structure, allowed))  # fmt: skip
        if not isinstance(self.deficits, str):
            self._refuse_words()
        elif self.deficits not in DEFICIT_RULES:
            raise InputError(
                Problem(
                    f"unknown deficit rule; {nearest(self.deficits, DEFICIT_RULES)}".rstrip("; "),
                    key="deficits",
                    value=self.deficits,
                    allowed=", ".join(DEFICIT_RULES),
                )
            )

    def _refuse_words(self) -> None:
        """Refuse what is no rule and no numbers, before it is computed with."""
        try:
            given = np.asarray(self.deficits, dtype=np.float64)
            good = given.ndim == 1 and bool(np.isfinite(given).all())
        except (TypeError, ValueError):
            good = False
        if not good:
            allowed = f"{', '.join(DEFICIT_RULES)}, or one number a country that sum to zero"
            raise InputError(Problem("not a deficit rule", None, None, "deficits",
                                     self.deficits, allowed))  # fmt: skip


def options_given(options: object) -> Options:
    """Return options, the usual ones where none are given.

    Raises
    ------
    InputError
        They are something else.
    """
    if options is None:
        return Options()
    if not isinstance(options, Options):
        allowed = 'such as Options(deficits="own-share")'
        raise InputError(Problem("not options", None, None, "options", options, allowed))
    return options
