"""The variant shown first in other models: whether its sign is the same in all, and a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from detente.document.blocks import Column, Section, Sentence, Table
from detente.document.language import capital, counted, listed, noun
from detente.document.numbers import CHANGE, NEGLIGIBLE_PCT, gains, spoken
from detente.report.run.facts import RunFacts
from detente.report.run.tables import EXACT
from detente.report.sure import between

if TYPE_CHECKING:
    from detente.simulate import ScenarioResult
    from detente.uncertainty.across import Across, Model

_BY = {"deficits": "trade imbalances", "structure": "market", "baseline": "data",
       "horizon": "horizon", "": "as asked for"}  # fmt: skip


def section(run: RunFacts, result: ScenarioResult) -> Section:
    """Return the variant shown first in every model; nothing where no others are asked for."""
    found, title = result.across, "Other models"
    if found is None:
        return Section("models", title, ())
    codes = run.focus or tuple(run.names)
    text = " ".join(sentences(found, {code: run.names[code] for code in run.focus}))
    said = Sentence(
        f"“{run.titles[found.variant]}” in {counted(len(found.models), 'model', 'models')}, each "
        f"by itself: no one knows how likely one is against another. {text}".rstrip(),
        see=("models",),
    )
    not_run = (
        Sentence(f"{capital(_BY[other.by])} “{other.name}” cannot carry it: {why}")
        for other, why in found.not_run.items()
    )
    return Section("models", title, (said, *not_run, table(run, found, codes)))


def sentences(found: Across, names: dict[str, str]) -> Iterator[str]:
    """Say of every economy whether its sign is the same in all models, and where it is not."""
    for code, name in names.items():
        held = {_name(m): m for m in found.models if code in m.real_income}
        values = {label: m.real_income[code] for label, m in held.items()}
        signs = {label: sign(value) for label, value in values.items()}
        first, *_ = signs.values()
        turned = [label for label, one in signs.items() if one != first]
        who = capital(noun(name))
        if turned:
            own, *_ = values.values()
            there = listed([f"{label} ({gains(values[label], CHANGE)})" for label in turned])
            yield f"{who} {gains(own, CHANGE)} as asked for; its sign turns with {there}."
        elif first:
            sizes = sorted(map(abs, values.values()))
            verb = "gains" if first > 0 else "loses"
            size = between(*(spoken(size, CHANGE) for size in (sizes[0], sizes[-1])))
            yield f"{who} {verb} in all of them, {size}{_open(held, code)}."
        else:
            yield f"{who} keeps its real income in all of them."


def _open(held: dict[str, Model], code: str) -> str:
    """Name the models whose own runs do not agree on the sign."""
    unsure = [
        label for label, m in held.items()
        if code in m.ends and min(-m.ends[code][0], m.ends[code][1]) >= NEGLIGIBLE_PCT
    ]  # fmt: skip
    return f", though runs differ in sign with {listed(unsure)}" if unsure else ""


def sign(value: float) -> int:
    """Return 1 of a gain, -1 of a loss, 0 of what is too small to tell."""
    return 0 if abs(value) < NEGLIGIBLE_PCT else 1 if value > 0 else -1


def _name(model: Model) -> str:
    """Name a model in a sentence: ``horizon “month”``."""
    return f"{_BY[model.by]} “{model.name}”" if model.by else "the scenario as asked for"


def table(run: RunFacts, found: Across, codes: tuple[str, ...]) -> Table:
    """Return a row a model and economy; columns of ends where there are draws."""
    rows: list[dict[str, Any]] = []
    for model in found.models:
        for code in (code for code in codes if code in model.real_income):
            row = {"by": _BY[model.by], "model": model.name, "economy": run.names[code],
                   "code": code, "real_income": model.real_income[code]}  # fmt: skip
            if code in model.ends:
                row |= dict(zip(("low", "high"), model.ends[code], strict=True))
            rows.append(row)
    drawn = any("low" in row for row in rows)
    low, high = (
        (Column(key, key, f"{key} end over the model's own runs", EXACT),) if drawn else ()
        for key in ("low", "high")
    )
    columns = (
        Column("by", "", "what differs from the scenario as asked for"),
        Column("model", "model", "its name"),
        Column("economy", "economy", "whose real income it is"),
        Column("code", "code", "code of the economy", hidden=True),
        *low, Column("real_income", "real income", "at the central parameters", EXACT), *high,
    )  # fmt: skip
    ends = f"; low and high: {run.runs} of each model are between them" if drawn else ""
    note = f"Change of real income, %{ends}"
    return Table("models", "One variant in other models", columns, tuple(rows), note=note)
