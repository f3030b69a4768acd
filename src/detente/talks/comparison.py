"""One package of talks against another: what each side gains, and which issues it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from detente.attribution import MOST, by_part, combinations_of
from detente.comparison import unknown
from detente.errors import InputError, Problem
from detente.notebook import Shown
from detente.talks.table import Floats

if TYPE_CHECKING:
    import pandas as pd

    from detente.baseline.calibration import Calibration
    from detente.talks.case import Case
    from detente.talks.packages import Packages
    from detente.talks.table import NoDeal

PREDICTED = "predicted"
"""The package that is predicted."""


class Study(Protocol):
    """What is read of a study of talks (`detente.talks.study.TalksStudy`)."""

    @property
    def case(self) -> Case:
        """What was asked."""
        ...

    @property
    def calibration(self) -> Calibration:
        """The economy."""
        ...

    @property
    def packages(self) -> Packages:
        """All packages with their utilities."""
        ...

    @property
    def no_deals(self) -> dict[str, NoDeal]:
        """Payoffs without a deal by id."""
        ...

    @property
    def positions(self) -> dict[str, int]:
        """Party → package that it asks for."""
        ...

    @property
    def headline(self) -> str:
        """Id of the no-deal point that the prediction is over."""
        ...

    @property
    def predicted(self) -> int | None:
        """Number of the predicted package."""
        ...


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two.

    Attributes
    ----------
    id, title
        What it is called.
    values
        ``(party,)``, from the baseline, the unit of the table.
    package
        Its number; nothing for a no-deal point.
    """

    id: str
    title: str
    values: Floats
    package: int | None


@dataclass(frozen=True, eq=False, repr=False)
class PackageComparison(Shown):
    """One package, or no-deal point, against another.

    Attributes
    ----------
    study
        Whose packages they are.
    first, second
        The two.
    issues
        Issues on which two packages differ.
    made
        ``(issue, party)``: what each makes of the difference, the mean over all orders in which
        issues may move from the second to the first; of more than six, over the table's order and
        its reverse. Nothing where one of the two is a no-deal point.
    """

    study: Study
    first: Side
    second: Side
    issues: tuple[str, ...]
    made: Floats | None

    def _brief(self) -> str:
        return f"{self.first.title} against {self.second.title}"

    @property
    def difference(self) -> Floats:
        """What the first is worth more than the second ``(party,)``."""
        return self.first.values - self.second.values

    @property
    def options(self) -> tuple[dict[str, str], ...]:
        """Option of every issue in the first and in the second; empty without a package."""
        numbers = (self.first.package, self.second.package)
        return tuple({} if n is None else self.study.packages.choices(n) for n in numbers)

    @property
    def table(self) -> pd.DataFrame:
        """One row an issue, and ``all``: what it makes of the difference by party."""
        import pandas as pd

        rows = [] if self.made is None else list(self.made)
        index = pd.Index([*(self.issues if rows else ()), "all"], name="issue")
        return pd.DataFrame([*rows, self.difference], index, list(self.study.case.parties))


def compare_packages(study: Study, a: Any, b: Any) -> PackageComparison:
    """Compare two packages or no-deal points (`detente.compare`).

    Raises
    ------
    InputError
        A name is unknown, an issue or option is not on the table, or the two are one.
    """
    known = [PREDICTED, *study.no_deals, *study.positions]
    problems = unknown([one for one in (a, b) if not isinstance(one, Mapping)], known, "package")
    if not problems and a == b:
        problems = [Problem("two different packages are needed", key="compare", value=a)]
    if problems:
        raise InputError(problems)
    first, second = (_side(study, one, known) for one in (a, b))
    if first.package is None or second.package is None:
        return PackageComparison(study, first, second, (), None)
    new, old = (study.packages.choices(side.package) for side in (first, second))  # pyright: ignore[reportArgumentType]
    issues = tuple(issue for issue in new if new[issue] != old[issue])
    if not issues:
        message = "two different packages are needed"
        raise InputError(Problem(message, key="compare", value=f"{first.id}, {second.id}"))
    value = {
        held: study.packages.utility[
            study.packages.number({**old, **{issues[k]: new[issues[k]] for k in held}})
        ]
        for held in combinations_of(len(issues))
    }
    return PackageComparison(study, first, second, issues, by_part(value, len(issues))[0])


def exact(found: PackageComparison) -> bool:
    """Whether all orders of issues count."""
    return len(found.issues) <= MOST


def _side(study: Study, given: Any, known: list[str]) -> Side:
    """Return the payoffs of a package by its options, or by a name."""
    if isinstance(given, Mapping):
        number = study.packages.number({**study.case.unsettled, **given})
        said = ", ".join(f"{issue}={option}" for issue, option in given.items())
        return Side(said, said or "nothing settled", study.packages.utility[number], number)
    if given in study.no_deals:
        point = study.no_deals[given]
        return Side(given, point.title or given, np.asarray(point.values), None)
    number = study.predicted if given == PREDICTED else study.positions[given]
    if number is None:  # that no deal comes about is a prediction too
        point = study.no_deals[study.headline]
        return Side(given, "No deal, as predicted", np.asarray(point.values), None)
    title = "the predicted package" if given == PREDICTED else f"what {given} asks for"
    return Side(given, title, study.packages.utility[number], number)
