"""How long economies have had to adjust: trade elasticities, mobility and substitution by horizon.

Trade elasticities at a year are 0.76 against 2 in the long run, which takes 7 to 10 years (Boehm,
Levchenko & Pandalai-Nayar 2023, American Economic Review 113(4)): a scale of 0.38. The others
follow a gap that closes at a constant rate from there to a twentieth at 8.5 years. Mobility of
workers and substitution are assumptions: small at first, the default relations in the end.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from detente.errors import InputError, Problem, nearest
from detente.model.economy import Structure

YEAR_SCALE = 0.76 / 2
_LEFT_IN_THE_END, _END = 0.05, 8.5


@dataclass(frozen=True)
class Horizon:
    """What a horizon means.

    Attributes
    ----------
    name
        What the user types.
    meaning
        A sentence for readers.
    elasticity_scale
        Factor on every trade elasticity of the baseline.
    structure
        Mobility and substitution.
    """

    name: str
    meaning: str
    elasticity_scale: float = 1.0
    structure: Structure = field(default_factory=Structure)


def elasticity_scale(years: float) -> float:
    """Share of the long-run trade elasticity reached after so many years."""
    rate = math.log((1 - YEAR_SCALE) / _LEFT_IN_THE_END) / (_END - 1)
    return 1 - (1 - YEAR_SCALE) * math.exp(-rate * (years - 1))


HORIZONS = {
    horizon.name: horizon
    for horizon in (
        Horizon(
            "month",
            "hardly anyone has changed supplier or job, and recipes are nearly fixed",
            elasticity_scale(1 / 12),
            Structure("perfect", 1.05, 0.0, 0.5, 0.1, 0.2),
        ),
        Horizon(
            "year",
            "buyers have begun to change suppliers, few workers have changed sector",
            elasticity_scale(1),
            Structure("perfect", 1.2, 0.0, 0.8, 0.2, 0.5),
        ),
        Horizon(
            "two-years",
            "half of the change of suppliers is done, some workers have changed sector",
            elasticity_scale(2),
            Structure("perfect", 1.5, 0.0, 0.9, 0.4, 0.7),
        ),
        Horizon("long-run", "economies have had time to adjust"),
    )
}


def find_horizon(name: str) -> Horizon:
    """Return a horizon by its name.

    Raises
    ------
    InputError
        There is no such horizon.
    """
    if not isinstance(name, str) or name not in HORIZONS:
        message = f"unknown horizon; {nearest(name, HORIZONS)}".rstrip("; ")
        raise InputError(Problem(message, None, None, "horizon", name, ", ".join(HORIZONS)))
    return HORIZONS[name]
