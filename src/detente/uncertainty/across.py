"""Other models beside the one asked for: compared one by one, never mixed.

Parameters are drawn within a model. Which model is right cannot be drawn: no one knows how likely
one is against another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from detente.baseline.store import available
from detente.errors import InputError, Problem, SolveError, nearest
from detente.model.economy import MARKETS
from detente.model.horizons import HORIZONS
from detente.scenario.structure_entry import StructureEntry
from detente.solver.options import DEFICIT_RULES

if TYPE_CHECKING:
    import pandas as pd

    from detente.scenario.schema import Scenario

AXES = ("deficits", "structure", "baseline", "horizon")
"""What models may differ by from the one asked for, one at a time."""
Found = TypeVar("Found")


class Other(NamedTuple):
    """A model that differs from the one asked for by one thing.

    Attributes
    ----------
    by
        One of `AXES`.
    name
        A deficit rule, a market, a baseline or a horizon.
    """

    by: str
    name: str

    def asked(self, case: Scenario) -> dict[str, Any]:
        """Return the arguments of a run of a scenario in this model, where they differ."""
        if self.by == "deficits":
            return {"scenario": case.model_copy(update={"deficits": self.name})}
        if self.by == "structure":
            given = (case.structure or StructureEntry()).model_copy(update={"market": self.name})
            return {"scenario": case.model_copy(update={"structure": given})}
        return {"scenario": case, self.by: self.name}


@dataclass(frozen=True)
class Model:
    """What the variant shown first comes to in one model.

    Attributes
    ----------
    by, name
        What differs from the scenario as asked for; both empty of itself.
    real_income
        By economy, per cent, at central parameters.
    ends
        By economy the ends over the model's own runs; empty without draws.
    """

    by: str
    name: str
    real_income: Mapping[str, float]
    ends: Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class Across:
    """The variant shown first in several models, each by itself.

    Attributes
    ----------
    variant
        Its id.
    models
        The first is the scenario as asked for.
    not_run
        Models that cannot carry the scenario, and why.
    """

    variant: str
    models: tuple[Model, ...]
    not_run: Mapping[Other, str]

    def table(self) -> pd.DataFrame:
        """Return one row a model and economy, per cent."""
        import pandas as pd

        nothing = (float("nan"), float("nan"))
        rows = [
            (m.by, m.name, code, m.ends.get(code, nothing)[0], value, m.ends.get(code, nothing)[1])
            for m in self.models for code, value in m.real_income.items()
        ]  # fmt: skip
        columns = ["by", "model", "country", "real_income_low_pct", "real_income_pct",
                   "real_income_high_pct"]  # fmt: skip
        return pd.DataFrame(rows, columns=pd.Index(columns))


def axes(
    given: str | Iterable[str],
    allowed: Sequence[str],
    key: str,
    *,
    baseline: object = None,
    horizon: object = None,
) -> tuple[tuple[str, ...], list[Problem]]:
    """Read what to go over, between commas or one by one; return what is wrong with it too."""
    names = given.split(",") if isinstance(given, str) else list(given)
    names = tuple(dict.fromkeys(str(name).strip() for name in names))
    problems = []
    for name in names:
        if name not in allowed:
            message = f"cannot be gone over; {nearest(name, allowed)}".rstrip("; ")
            problems.append(Problem(message, key=key, value=name, allowed=", ".join(allowed)))
    for name, value in (("baseline", baseline), ("horizon", horizon)):
        if name in names and value is not None:
            message = f"give it, or go over all with --{key} {name}, not both"
            problems.append(Problem(message, key=name, value=value))
    return names, problems


def others(over: Iterable[str], case: Scenario) -> list[Other]:
    """Return every other model than a scenario's own, by each of some `AXES`."""
    structure = case.structure
    here = {
        "deficits": case.deficits, "baseline": case.baseline, "horizon": case.horizon,
        "structure": (structure and structure.market) or "perfect",
    }  # fmt: skip
    there: dict[str, Iterable[str]] = {
        "deficits": DEFICIT_RULES, "structure": MARKETS, "horizon": HORIZONS,
    }  # fmt: skip
    return [
        Other(by, name)
        for by in over
        for name in (there[by] if by in there else [e.name for e in available()])
        if name != here[by]
    ]


def solved(
    models: Sequence[Other],
    solve: Callable[[Other], Found],
    tell: Callable[[str, int, int], None] | None = None,
) -> tuple[dict[Other, Found], dict[Other, str]]:
    """Solve models one by one; say why one cannot carry the scenario.

    ``tell`` is called with (name, number done, number in all) before each.
    """
    found, not_run = {}, {}
    for number, model in enumerate(models):
        if tell is not None:
            tell(model.name, number, len(models))
        try:
            found[model] = solve(model)
        except (InputError, SolveError) as error:
            not_run[model] = str(error).splitlines()[0]
    return found, not_run
