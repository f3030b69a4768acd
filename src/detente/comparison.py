"""One equilibrium against another on the same baseline: what the one changes, the other in force.

Per cents are of the other equilibrium, from both as they were solved: real income of the one over
that of the other, never a difference of rounded per cents. Money is the difference of two
equivalent variations, both from the baseline.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from detente.errors import InputError, Problem, nearest
from detente.notebook import Shown
from detente.results import Solution, solved
from detente.units import common, in_unit

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from detente.attribution import Attribution
    from detente.baseline.calibration import Calibration
    from detente.scenario.schema import Scenario
    from detente.uncertainty.draws import Interval

POINTS = frozenset((
    "first_order_pct", "terms_of_trade_pct", "volume_of_trade_pct", "reallocation_pct",
    "unemployment_pct",
))  # fmt: skip
"""Columns in per cent that are no changes of a quantity: they are compared in points."""
_AFTER = ("real_income_musd", "licences_musd", "export_tax_revenue_musd", "subsidy_cost_musd",
          "rents_musd", "jobs_change_points", "effective_tariff_cf", "mean_tariff_cf")  # fmt: skip
"""Columns that are of the equilibrium, though their names do not say so."""


BASELINE = "baseline"
"""What stands for the economy before any measure, where no variant has this id."""


@dataclass(frozen=True, eq=False, repr=False)
class Comparison(Shown):
    """One equilibrium against another.

    Attributes
    ----------
    first, second
        Both, on one baseline.
    ids, titles
        What they are called.
    scenario
        Whose variants they are, if any.
    cause
        How much of the difference of real income each measure makes; none where it is not known.
    no_cause
        Why it is not known.
    drawn
        Gives ends of the difference over draws of real income, or of the outcome that it is told;
        none where nothing is drawn.
    """

    first: Solution
    second: Solution
    ids: tuple[str, str] = ("a", "b")
    titles: tuple[str, str] = ("a", "b")
    scenario: Scenario | None = None
    cause: Attribution | None = None
    no_cause: str = ""
    drawn: Callable[..., Interval | None] | None = None

    @property
    def interval(self) -> Interval | None:
        """Ends of the difference of real income over draws, each draw by itself; or none."""
        return self.ends_of("real_income")

    def ends_of(self, of: str) -> Interval | None:
        """Return ends of the difference of an outcome (`detente.uncertainty.outcomes`); or none."""
        return None if self.drawn is None else self.drawn(of=of)

    def _brief(self) -> str:
        return " against ".join(self.titles)

    @property
    def calibration(self) -> Calibration:
        """The baseline of both."""
        return self.first.equilibrium.calibration

    def _against(self, table: str) -> pd.DataFrame:
        unit = self.calibration.card.unit
        both = (common(getattr(one, table), unit) for one in (self.first, self.second))
        return in_unit(against(*both), unit)

    @cached_property
    def countries(self) -> pd.DataFrame:
        """`Solution.countries`, the first against the second (see `against`)."""
        return self._against("countries")

    @cached_property
    def sectors(self) -> pd.DataFrame:
        """`Solution.sectors`, the first against the second."""
        return self._against("sectors")

    @cached_property
    def bilateral(self) -> pd.DataFrame:
        """`Solution.bilateral`, the first against the second."""
        return self._against("bilateral")

    @property
    def welfare(self) -> pd.Series:
        """Real income of each economy, the first over the second, per cent."""
        return self.countries["real_income_pct"]  # pyright: ignore[reportReturnType]


@dataclass(frozen=True, eq=False, repr=False)
class PathComparison(Shown):
    """One variant against another along the dates of both.

    Attributes
    ----------
    points
        On every day on which either changes. A variant is as on the last of its own days until
        then, and before the first of them as on the first.
    """

    points: Mapping[date, Comparison]

    def _brief(self) -> str:
        return f"{' against '.join(self.end.titles)} on {len(self.points)} dates"

    @property
    def end(self) -> Comparison:
        """The two on the last day."""
        return list(self.points.values())[-1]

    @property
    def welfare(self) -> pd.DataFrame:
        """Real income, the first over the second, per cent: a row a date, a column a country."""
        import pandas as pd

        rows = {pd.Timestamp(day): one.welfare for day, one in self.points.items()}
        return pd.DataFrame(rows).T.rename_axis("date")


def against(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Compare two tables of results on one baseline, column by column.

    Per cent changes become those from the second equilibrium to the first; money, duties and what
    is in points (`POINTS`) the first less the second. Levels of the baseline, which are the same in
    both, are left out.
    """
    found: dict[str, Any] = {}
    for name in first.columns:
        a, b = first[name], second[name]
        if name.endswith("_pct") and name not in POINTS:
            found[name] = 100 * ((100 + a) / (100 + b) - 1)
        elif name in POINTS or name in _AFTER or name.endswith("_change_musd"):
            found[name] = a - b
    import pandas as pd

    return pd.DataFrame(found, index=first.index)


def compare(a: Any, b: Any, *, of: Any = None) -> Any:
    """Compare two equilibria, two variants of a run or of a path, or two packages of talks.

    Parameters
    ----------
    a, b
        Two solutions on one baseline; or, with ``of``, ids of two variants of a run or of a path;
        ``"baseline"`` stands for the economy before any measure.
        Of talks a package is given by its options (``{"goods": "fifteen", …}``, what is left out is
        not settled), ``"predicted"``, the id of a party (what it asks for) or of a no-deal point.
    of
        What `detente.run_scenario`, `detente.run_path` or `detente.talks` returned.

    Returns
    -------
    A `Comparison`, a `PathComparison` or a `detente.talks.comparison.PackageComparison`.

    Raises
    ------
    InputError
        Names are unknown or the same, or solutions are not on one baseline.
    """
    if of is None:
        if a is b and isinstance(a, Solution):
            message = "both are the same solution: there is nothing to compare"
            raise InputError(Problem(message, key="a, b"))
        return of_solutions(a, b)
    if not hasattr(of, "compared"):
        message = "two variants of a run or a path, or two packages of talks, are compared"
        raise InputError(Problem(message, key="of", value=type(of).__name__))
    return of.compared(a, b)


def of_solutions(a: Solution, b: Solution, **about: Any) -> Comparison:
    """Compare two solutions; ``about`` are further fields of `Comparison`.

    Raises
    ------
    InputError
        They are no solutions, or not on one baseline at one structure.
    """
    first, second = (solved(one, key) for one, key in ((a, "a"), (b, "b")))
    same = first.calibration.hash == second.calibration.hash
    if not same or first.options.structure != second.options.structure:
        message = "the two are not on one baseline with one structure"
        named = f"{first.calibration.name}, {second.calibration.name}"
        raise InputError(Problem(message, key="a, b", value=named))
    return Comparison(a, b, **about)


def two(names: Any, known: Collection[str], what: str = "variant") -> tuple[str, str]:
    """Return two different names of those known.

    Raises
    ------
    InputError
        They are not two, one is unknown, or both are the same.
    """
    allowed = ", ".join(known)
    if isinstance(names, str) or len(names) != 2:
        message = f"two {what}s are compared"
        raise InputError(Problem(message, key="compare", value=names, allowed=allowed))
    problems = unknown(names, known, what)
    if not problems and names[0] == names[1]:
        problems = [Problem(f"two different {what}s are needed", key="compare", value=names[0],
                            allowed=allowed)]  # fmt: skip
    if problems:
        raise InputError(problems)
    return names[0], names[1]


def unknown(names: Iterable[Any], known: Collection[str], what: str) -> list[Problem]:
    """Return what is wrong with names that are not among those known."""
    return [
        Problem(f"there is no such {what} here; {nearest(name, known)}".rstrip("; "), key="compare",
                value=name, allowed=", ".join(known))
        for name in names if name not in known
    ]  # fmt: skip
