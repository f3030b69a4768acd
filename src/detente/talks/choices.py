"""What is asked of a table of talks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from detente.errors import InputError, Problem, nearest
from detente.talks.solutions import SOLUTIONS


@dataclass(frozen=True)
class Choices:
    """What is asked of a table.

    Attributes
    ----------
    no_deal
        Id of the no-deal point that the prediction is over; `WAITING` unless given.
    solution
        One of `detente.talks.solutions.SOLUTIONS`.
    draws, model_draws, seed
        Of everything with a range; economies (elasticities and horizons) that they share; of the
        random numbers.
    what_if
        Issue → option that is fixed.
    compare
        Names of two packages (`detente.compare`); those of the file unless given.
    weights
        What weights of sectors are read off, in place of the file's: ``"applied"``,
        ``"announced"``, ``"variant:ID"`` or a CSV file, for all sides or by party.
    """

    no_deal: str | None = None
    solution: str = "nash"
    draws: int = 1000
    model_draws: int = 12
    seed: int = 0
    what_if: Mapping[str, str] | None = None
    compare: tuple[str, str] | None = None
    weights: str | Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        numbers = {"draws": self.draws, "model_draws": self.model_draws, "seed": self.seed}
        problems = [
            Problem("a whole number is expected", key=key, value=value, allowed="such as 1000")
            for key, value in numbers.items()
            if isinstance(value, bool) or not isinstance(value, int)
        ]
        given = self.weights.values() if isinstance(self.weights, Mapping) else [self.weights or ""]
        if not all(isinstance(source, str) for source in given):
            problems.append(Problem("not a source of weights, or one by party", key="weights",
                                    value=self.weights, allowed="such as applied"))  # fmt: skip
        if problems:
            raise InputError(problems)
        problems = [
            Problem("out of bounds", key=key, value=value, allowed=f"{low:,} to {high:,}")
            for key, value, low, high in (
                ("draws", self.draws, 0, 100_000),
                ("model_draws", self.model_draws, 1, 1000),
                ("seed", self.seed, 0, 2**63 - 1),
            )
            if not low <= value <= high
        ]
        if self.solution not in SOLUTIONS:
            hint = nearest(self.solution, SOLUTIONS)
            problems.append(Problem(f"no such solution; {hint}".rstrip("; "), key="solution",
                                    value=self.solution, allowed=", ".join(SOLUTIONS)))  # fmt: skip
        if problems:
            raise InputError(problems)
