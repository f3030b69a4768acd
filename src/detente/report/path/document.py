"""What a path of dates shows, in reading order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente.document.blocks import Chart, Document, Mark, Note, Section, Table
from detente.report import facts, imbalances, remarks
from detente.report.compare import document as compare
from detente.report.path import data, tables, wording
from detente.report.path.facts import PathFacts, facts_of_path
from detente.report.run import background, limits
from detente.report.run import data as run_data
from detente.report.run.document import chooser
from detente.report.run.tables import solution

if TYPE_CHECKING:
    from detente.paths import PathResult
    from detente.simulate import ScenarioResult


def describe(result: PathResult) -> Document:
    """Return what a path shows."""
    path, end, scenario = facts_of_path(result), result.end(), result.scenario
    rests_on = [("Dates", wording.HONEST), ("Solution", wording.solved(path))]
    at_end = [(Mark("at its end"), end.variants[path.end.last])]
    table = tables.dates(path)
    sections = (
        *compare.along(result.comparison, facts.letters(end)),
        _in_short(path, end, table, more=result.comparison is not None),
        remarks.of_solutions(at_end),
        _over_time(path, table),
        limits.of_path(result),
        imbalances.of_removal(end.removal, path.end.focus),
        background.case(scenario),
        background.measures(end),
        background.assumptions(end, rests_on),
        background.data_card(end),
        background.solver(end, solution(path.end)),
    )
    return Document(
        "path",
        scenario.title,
        tuple(section for section in sections if section.blocks),
        eyebrow=f"{wording.span(path)} · {background.size(end)}",
        notes=background.hints(end),
        chooser=chooser(path.end),
        about=run_data.about(end, data.solved(result)),
    )


def _in_short(path: PathFacts, end: ScenarioResult, table: Table, *, more: bool) -> Section:
    """Open with the answer and how real income moves."""
    drawn = _steps(path, table, "income", "Real income over time", "Exact change, %")
    shown = (*wording.answer(path, end), *([drawn] if path.end.focus else []), tables.latest(path))
    title = "Every variant by itself" if more else "In short"
    return Section("in-short", title, shown, more=more)


def _over_time(path: PathFacts, table: Table) -> Section:
    between, title = " and ".join(path.end.names[code] for code in path.end.focus), "Over time"
    if len(path.end.focus) < 2:
        return Section("over-time", title, (table, tables.dates(path, path.end.last)), more=True)
    charts = (
        _steps(path, table, "value", f"What each buys from the other: {between}",
               "Goods at fob prices"),
        _steps(path, table, "tariff", f"Tariffs on each other's goods: {between}",
               "Mean, weighted by trade of the baseline"),
    )  # fmt: skip
    shown = (*map(Note, wording.pieces(path)), *charts, tables.dates(path, path.end.last))
    return Section("over-time", title, shown, more=True)


def _steps(path: PathFacts, table: Table, part: str, title: str, note: str) -> Chart:
    columns = tuple(tables.key(path, part, code) for code in path.end.focus)
    return Chart(table, "steps", "date", columns, title=title, note=note, choice="variant",
                 key=f"path-{part}", description=f"Steps over the dates: {title}")  # fmt: skip
