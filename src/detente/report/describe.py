"""What any result shows, as a document, and its data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import singledispatch
from pathlib import Path
from typing import Any

from detente.baseline.calibration import Calibration
from detente.comparison import Comparison, PathComparison
from detente.document import publish
from detente.document.blocks import Document
from detente.document.data import Data
from detente.document.publish import Enclosures
from detente.errors import InputError, Problem
from detente.games.cooperation import Cooperation
from detente.games.matrix import PayoffMatrix
from detente.games.nash import NashResult
from detente.history.backtest import Backtest
from detente.paths import PathResult
from detente.places.study import HitRun
from detente.reading.read import Reading
from detente.report import backtest, sweep, target, values
from detente.report.compare import document as compare
from detente.report.compare import packages
from detente.report.games import data as games_data
from detente.report.games import document as games
from detente.report.path import data as path_data
from detente.report.path import document as path
from detente.report.places import document as places
from detente.report.reading.document import reading_document
from detente.report.run import data as run_data
from detente.report.run import document as run
from detente.report.sanction import document as sanction
from detente.report.talks import document as talks
from detente.report.talks import large
from detente.results import Solution
from detente.sanction.study import SanctionResult
from detente.simulate import ScenarioResult
from detente.sweeps.study import SweepResult
from detente.talks.comparison import PackageComparison
from detente.talks.large_study import LargeStudy
from detente.talks.study import TalksStudy
from detente.targets.reach import TargetResult
from detente.wars.results import TalksResult, WarResult


@singledispatch
def describe(result: Any) -> Document:
    """Return what a result shows.

    Raises
    ------
    InputError
        It is no result.
    """
    message = "no result that can be described"
    raise InputError(Problem(message, key="result", value=type(result).__name__))


@singledispatch
def parts(result: Any) -> tuple[Document, Mapping[str, Data]]:
    """Return what a result shows, and its tidy tables that no reader is shown, by name."""
    return describe(result), {}


def write(result: Any, folder: str | Path, enclosed: Enclosures | None = None) -> list[Path]:
    """Write report, tables and manifest of a result into a folder (`publish.write`)."""
    return publish.write(*parts(result), folder, enclosed)


@singledispatch
def to_json(result: Any) -> dict[str, Any]:
    """Return a result as plain data for JSON: its document, and further figures."""
    return describe(result).to_plain()


@to_json.register(ScenarioResult)
@to_json.register(PathResult)
def _(result: ScenarioResult | PathResult) -> dict[str, Any]:
    if isinstance(result, PathResult):
        more = path_data.by_variant(result)
    else:
        more = run_data.by_variant(result)
    return run_data.to_json(describe(result), more, result.calibration.card.unit)


@to_json.register(HitRun)
def _(result: HitRun) -> dict[str, Any]:
    more, unit = run_data.by_variant(result.run), result.run.calibration.card.unit
    return run_data.to_json(describe(result), more, unit)


@to_json.register(WarResult)
@to_json.register(TalksResult)
def _(result: WarResult | TalksResult) -> dict[str, Any]:
    return games_data.to_json(describe(result), result)


def _target(result: TargetResult) -> Document:
    return target.document({" and ".join(dict.fromkeys(result.rates["kind"])): result})


def _run_frames(result: ScenarioResult) -> dict[str, Data]:
    return run_data.frames(result) | compare.frames(result.comparison)


def _register(kind: type, show: Callable[[Any], Document], rows: Callable[[Any], Any]) -> None:
    describe.register(kind, show)
    parts.register(kind, lambda result: (show(result), rows(result)))


for _kind, _show in (
    (Document, lambda result: result),
    (PathComparison, compare.of_path),
    (PackageComparison, packages.describe),
    (TargetResult, _target),
    (LargeStudy, large.of_large),
    (Reading, reading_document),
    (PayoffMatrix, values.of_matrix),
):
    describe.register(_kind, _show)
for _kind, _show, _rows in (
    (ScenarioResult, run.describe, _run_frames),
    (Comparison, compare.describe, compare.frames),
    (PathResult, path.describe, path_data.frames),
    (HitRun, places.describe, lambda result: _run_frames(result.run)),
    (WarResult, games.describe, games_data.frames),
    (TalksResult, games.describe, games_data.frames),
    (Backtest, backtest.document, backtest.frames),
    (SweepResult, sweep.document, sweep.frames),
    (Calibration, values.of_economy, values.economy_frames),
    (Solution, values.of_solution, values.solution_frames),
    (NashResult, values.of_war, values.war_frames),
    (Cooperation, values.of_bargain, values.bargain_frames),
):
    _register(_kind, _show, _rows)
for _kind, _both in ((SanctionResult, sanction.parts_of), (TalksStudy, talks.parts_of)):
    parts.register(_kind, _both)
    describe.register(_kind, lambda result: parts(result)[0])
