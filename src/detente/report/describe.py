"""What any result shows, as a document, and its data."""

from __future__ import annotations

from functools import singledispatch
from pathlib import Path
from typing import Any

from detente.baseline.calibration import Calibration
from detente.comparison import Comparison, PathComparison
from detente.document import publish
from detente.document.blocks import Document
from detente.document.publish import Data
from detente.games.cooperation import Cooperation
from detente.games.matrix import PayoffMatrix
from detente.games.nash import NashResult
from detente.paths import PathResult
from detente.report import values
from detente.results import Solution
from detente.sanction.study import SanctionResult
from detente.simulate import ScenarioResult
from detente.talks.comparison import PackageComparison
from detente.talks.large_study import LargeStudy
from detente.talks.study import TalksStudy
from detente.targets.reach import TargetResult
from detente.wars.run import TalksResult, WarResult


@singledispatch
def describe(result: Any) -> Document:
    """Return what a result shows.

    Raises
    ------
    TypeError
        It is no result.
    """
    raise TypeError(f"{type(result).__name__} is no result that can be described")


@singledispatch
def frames(result: Any) -> dict[str, Data]:
    """Return the tidy tables of a result that no reader is shown, by name."""
    return {}


def write(result: Any, folder: str | Path) -> list[Path]:
    """Write report, tables and manifest of a result into a folder (`publish.write`)."""
    return publish.write(describe(result), frames(result), folder)


@singledispatch
def to_json(result: Any) -> dict[str, Any]:
    """Return a result as plain data for JSON: its document, and further figures."""
    return describe(result).to_plain()


@describe.register
def _(result: ScenarioResult) -> Document:
    from detente.report.run import document

    return document.describe(result)


@frames.register
def _(result: ScenarioResult) -> dict[str, Data]:
    from detente.report.compare import document
    from detente.report.run import data

    return data.frames(result) | document.frames(result.comparison)


@frames.register
def _(result: Comparison) -> dict[str, Data]:
    from detente.report.compare import document

    return document.frames(result)


@describe.register
def _(result: Comparison) -> Document:
    from detente.report.compare import document

    return document.describe(result)


@describe.register
def _(result: PathComparison) -> Document:
    from detente.report.compare import document

    return document.of_path(result)


@describe.register
def _(result: PathResult) -> Document:
    from detente.report.path import document

    return document.describe(result)


@frames.register
def _(result: PathResult) -> dict[str, Data]:
    from detente.report.path import data

    return data.frames(result)


@to_json.register(ScenarioResult)
@to_json.register(PathResult)
def _(result: ScenarioResult | PathResult) -> dict[str, Any]:
    from detente.report.path import data as of_path
    from detente.report.run import data

    path = isinstance(result, PathResult)
    more = of_path.by_variant(result) if path else data.by_variant(result)
    return data.to_json(describe(result), more, result.calibration.card.unit)


@describe.register(WarResult)
@describe.register(TalksResult)
def _(result: WarResult | TalksResult) -> Document:
    from detente.report.games import document

    return document.describe(result)


@frames.register(WarResult)
@frames.register(TalksResult)
def _(result: WarResult | TalksResult) -> dict[str, Data]:
    from detente.report.games import data

    return data.frames(result)


@to_json.register(WarResult)
@to_json.register(TalksResult)
def _(result: WarResult | TalksResult) -> dict[str, Any]:
    from detente.report.games import data

    return data.to_json(describe(result), result)


@describe.register
def _(result: SanctionResult) -> Document:
    from detente.report.sanction.document import of_firm

    return of_firm(result)


@describe.register
def _(result: TargetResult) -> Document:
    from detente.report.target import document

    return document({" and ".join(dict.fromkeys(result.rates["kind"])): result})


@describe.register
def _(result: PackageComparison) -> Document:
    from detente.report.compare import packages

    return packages.describe(result)


@describe.register
def _(result: TalksStudy) -> Document:
    from detente.report.talks.document import of_study

    return of_study(result)


@describe.register
def _(result: LargeStudy) -> Document:
    from detente.report.talks.large import of_large

    return of_large(result)


@describe.register
def _(result: PayoffMatrix) -> Document:
    return values.of_matrix(result)


for _kind, _show, _rows in (
    (Calibration, values.of_economy, values.economy_frames),
    (Solution, values.of_solution, values.solution_frames),
    (NashResult, values.of_war, values.war_frames),
    (Cooperation, values.of_bargain, values.bargain_frames),
):
    describe.register(_kind, _show)
    frames.register(_kind, _rows)
