"""What a path of dates shows, in reading order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente.document.blocks import Chart, Choice, Document, Mark, Note, Section, Sentence, Table
from detente.report import facts, imbalances, remarks
from detente.report.compare import document as compare
from detente.report.path import data, tables, wording
from detente.report.path.facts import PathFacts, facts_of_path
from detente.report.run import background, limits
from detente.report.run import data as run_data
from detente.report.run.document import chooser
from detente.report.run.tables import key_of, solution
from detente.report.run.wording import headline

if TYPE_CHECKING:
    from detente.paths import PathResult


def describe(result: PathResult) -> Document:
    """Return what a path shows."""
    path, end, card = facts_of_path(result), result.end(), result.calibration.card
    titles = facts.variant_titles(end)
    at_end = [(Mark(f"{titles[name]}, at its end"), one) for name, one in end.variants.items()]
    rests_on = [("Dates", wording.HONEST), ("Solution", wording.solved(path))]
    sections = (
        _in_short(path),
        *compare.along(result.comparison, facts.letters(end)),
        _over_time(path),
        _dates(path),
        limits.of_path(result),
        imbalances.of_removal(end.removal, path.end.focus),
        remarks.of_solutions(at_end),
        background.case(result.scenario),
        background.measures(end),
        background.assumptions(end, rests_on),
        background.data_card(end),
        background.solver(end, solution(path.end)),
    )
    scenario = result.scenario
    return Document(
        "path",
        scenario.title,
        tuple(section for section in sections if section.blocks),
        eyebrow=f"Détente · {wording.span(path)} · {card.title} · {scenario.horizon}",
        rests_on=(background.size(end, " for every date"),),
        notes=(wording.HONEST, *background.caption(end)),
        chooser=chooser(path.end),
        about=run_data.about(end, data.solved(result)),
    )


def _in_short(path: PathFacts) -> Section:
    said = f"{headline(path.end, path.end.last)} {wording.last_date(path)}"
    sentences = map(Sentence, (said, *wording.extremes(path)))
    return Section("in-short", "In short", tuple(sentences))


def _over_time(path: PathFacts) -> Section:
    if not path.end.focus:
        return Section("over-time", "Over time", ())
    table, unit = tables.drawn(path), path.end.unit.label
    charts = [_steps(path, table, "income", "Real income", "Exact change, %")]
    if len(path.end.focus) == 2:
        between = " and ".join(path.end.names[code] for code in path.end.focus)
        charts += [
            _steps(path, table, "value", f"What each buys from the other: {between}",
                   f"Goods at fob prices, {unit}"),
            _steps(path, table, "tariff", f"Tariffs on each other's goods: {between}",
                   "Mean, weighted by trade of the baseline, %"),
        ]  # fmt: skip
    shown = (Note(wording.HONEST), *charts)
    return Section("over-time", "Over time", shown, on=frozenset(("page", "data")))


def _steps(path: PathFacts, table: Table, key: str, title: str, note: str) -> Chart:
    columns = tuple(key_of(key, code) for code in path.end.focus)
    return Chart(table, "steps", "date", columns, title=title, note=note, choice="variant",
                 key=f"path-{key}", description=f"Steps over the dates: {title}")  # fmt: skip


def _dates(path: PathFacts) -> Section:
    options = {name: (tables.dates(path, name),) for name in path.dates}
    return Section("date-by-date", "Date by date", (Choice("variant", options),))
