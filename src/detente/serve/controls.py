"""The controls of a scenario's page: its measures by who takes them, as the state has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from detente.baseline.groups import SECTOR_GROUPS
from detente.document.language import capital, noun
from detente.model.horizons import HORIZONS
from detente.report.run.background import what
from detente.scenario.variants import firms_of, measure_ids
from detente.serve.levers import Lever, lever
from detente.serve.state import Added, State, actor, start_of

if TYPE_CHECKING:
    from detente.baseline.calibration import Calibration
    from detente.scenario.schema import Scenario

HORIZON_WORDS = {
    "month": "after a month",
    "year": "after a year",
    "two-years": "after two years",
    "long-run": "in the long run",
}
GOODS = ("goods", "agriculture", "food", "manufacturing", "vehicles", "electronics", "chemicals")


@dataclass(frozen=True)
class Control:
    """A measure: what it does, whether it is on, and the number that a slider moves."""

    id: str
    title: str
    said: str
    status: str
    on: bool
    lever: Lever | None
    value: float
    dated: bool


@dataclass(frozen=True)
class Side:
    """Who takes measures, and whether they act at all."""

    code: str
    name: str
    acts: bool
    controls: tuple[Control, ...]


@dataclass(frozen=True)
class Controls:
    """All controls of a page.

    Attributes
    ----------
    variants
        Id, title, and whether the state starts from it.
    sides
        Measures by who takes them.
    horizons, horizon
        Names with what they mean; the one that is set.
    at, dated
        The day that is set; whether any measure has dates.
    economies, goods, more
        What a tariff of one's own may name; those that are set, and one to fill in.
    """

    variants: tuple[tuple[str, str, bool], ...]
    sides: tuple[Side, ...]
    horizons: tuple[tuple[str, str], ...]
    horizon: str
    at: str
    dated: bool
    economies: tuple[tuple[str, str], ...]
    goods: tuple[str, ...]
    more: tuple[Added, ...]


def controls(case: Scenario, state: State, calibration: Calibration) -> Controls:
    """Return the controls of a scenario as a state has them."""
    start = start_of(case, state)
    firms = firms_of(case, start)
    wanted = measure_ids(case, start) if state.on is None else set(state.on)
    names = {country.code: country.name for country in calibration.countries}
    sides: dict[str, list[Control]] = {}
    for entry in case.measures:
        if not firms and getattr(entry, "firm", None):
            continue  # this economy has no such firm
        found = lever(entry)
        value = state.rates.get(entry.id, found.value if found else 0.0)
        one = Control(
            entry.id, _title(entry.id), capital(what(entry)), entry.status or "",
            entry.id in wanted, found, value, entry.start is not None or entry.end is not None,
        )  # fmt: skip
        sides.setdefault(actor(entry), []).append(one)
    focus = list(names)
    first = (*(code for code in (case.focus or ())), *focus)
    ordered = dict.fromkeys(code for code in first if code in names)
    listed = tuple((code, names[code]) for code in ordered)
    by = listed[0][0] if listed else ""
    on = listed[1][0] if len(listed) > 1 else "world"
    empty = Added(by=by, on=on, sectors="goods", add=0.0)
    return Controls(
        tuple((v.id, v.title, v.id == start) for v in case.variants),
        tuple(
            Side(code, capital(noun(names.get(code, code))), code not in state.silent, tuple(own))
            for code, own in sides.items()
        ),
        tuple((name, HORIZON_WORDS.get(name, name)) for name in HORIZONS),
        state.horizon or case.horizon,
        "" if state.at is None else str(state.at),
        any(one.dated for own in sides.values() for one in own),
        listed,
        tuple(name for name in GOODS if name in SECTOR_GROUPS),
        (*state.more, *([empty] if len(state.more) < 2 else [])),
    )


def _title(name: str) -> str:
    """Return the id of a measure as words: ``us-301-list-1`` is US 301 list 1."""
    first, *rest = name.split("-")
    first = first.upper() if first in ("us", "eu", "uk") else first.capitalize()
    return " ".join([first, *rest])
