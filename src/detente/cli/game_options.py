"""What is read from the options of commands on games, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from detente.errors import Problem
    from detente.wars.setting import Setting

T = TypeVar("T")


@dataclass(frozen=True)
class Game:
    """What every command on games reads."""

    scenario: str
    players: str | None
    on: str
    sectors: str
    rule: str
    instrument: str
    objective: str
    weights: str | None
    low: float
    cap: float
    variant: str | None
    baseline: str | None
    elasticities: str | None
    horizon: str | None
    shrink: float = 1e-3
    bindings: Path | None = None
    product_lists: str | None = None

    def setting(self, *, alone: bool = False) -> Setting:
        """Put the players on the economy; everything wrong is said at once."""
        from detente.wars.bindings import read_bindings
        from detente.wars.politics import observed, with_observed_weights
        from detente.wars.setting import Choices, set_up
        from detente.wars.weights import read_weights

        faults, seen = Faults(), self.weights is not None and observed(self.weights)
        if seen and self.objective != "political":
            faults.of(_together)
        choices = Choices(
            players=words(self.players or ""),
            on=words(self.on),
            sectors=words(self.sectors),
            rule=self.rule,
            instrument=self.instrument,
            # weights that are read off tariffs are known once the economy is there
            objective="real-income" if seen else self.objective,
            low=self.low,
            cap=self.cap,
            weights=None if self.weights is None or seen else read_weights(self.weights),
            bindings=None if self.bindings is None else read_bindings(self.bindings),
            product_lists=words(self.product_lists or ""),
        )
        setting = faults.none_with(
            set_up, self.scenario, choices, variant=self.variant, baseline=self.baseline,
            elasticities=self.elasticities, horizon=self.horizon, alone=alone,
        )  # fmt: skip
        if not seen:
            return setting
        return with_observed_weights(setting, str(self.weights), shrink=self.shrink)


def words(text: str) -> tuple[str, ...]:
    """Split at commas."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def numbers(text: str, key: str) -> list[float]:
    """Read numbers with commas; refuse what is none."""
    from detente.errors import InputError, Problem

    try:
        return [float(word) for word in words(text)]
    except ValueError as error:
        raise InputError(Problem("not numbers", None, None, key, text, "such as 1,2")) from error


def _together() -> None:
    from detente.errors import InputError, Problem

    raise InputError(Problem("--objective political and --weights go together", key="--weights"))


def mfn_rule(pairwise: bool, rule: str) -> str:
    """Return the rule that one rate for all partners is; refuse it where it has no place."""
    from detente.errors import InputError, Problem

    problems = []
    if not pairwise:
        problems.append(Problem("--mfn goes with --pairwise", key="--mfn"))
    if rule not in ("bilateral", "mfn"):
        problems.append(Problem("--mfn is a rule of its own", key="--rule", value=rule))
    if problems:
        raise InputError(problems)
    return "mfn"


def check_points(points: int) -> None:
    """Refuse what is no number of points of a frontier."""
    from detente.errors import InputError, Problem

    if points < 0 or points == 1:
        raise InputError(Problem("not points of a frontier", None, None, "--points", points,
                                 "0, or 2 or more"))  # fmt: skip


class Faults:
    """What is wrong with a command's options, collected so that all of it is said at once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def of(self, call: Callable[..., T], *given: Any, **more: Any) -> T | None:
        """Call; keep the problems of what is refused."""
        from detente.errors import InputError

        try:
            return call(*given, **more)
        except InputError as error:
            self.problems += error.problems
        return None

    def none_with(self, call: Callable[..., T], *given: Any, **more: Any) -> T:
        """Call last of all; refuse with every problem there was."""
        found = self.of(call, *given, **more)
        self.end()
        assert found is not None
        return found

    def end(self) -> None:
        """Refuse with every problem there was."""
        from detente.errors import InputError

        if self.problems:
            raise InputError(self.problems)
