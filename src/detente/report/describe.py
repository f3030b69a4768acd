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
from detente.games.cooperation import Cooperation
from detente.games.matrix import PayoffMatrix
from detente.games.nash import NashResult
from detente.history.backtest import Backtest
from detente.paths import PathResult
from detente.report import values
from detente.results import Solution
from detente.sanction.study import SanctionResult
from detente.simulate import ScenarioResult
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
    TypeError
        It is no result.
    """
    raise TypeError(f"{type(result).__name__} is no result that can be described")


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


@describe.register
def _(result: Document) -> Document:
    return result


@describe.register
def _(result: ScenarioResult) -> Document:
    from detente.report.run import document

    return document.describe(result)


@parts.register
def _(result: ScenarioResult) -> tuple[Document, Mapping[str, Data]]:
    from detente.report.compare import document
    from detente.report.run import data

    return describe(result), data.frames(result) | document.frames(result.comparison)


@describe.register
def _(result: Comparison) -> Document:
    from detente.report.compare import document

    return document.describe(result)


@parts.register
def _(result: Comparison) -> tuple[Document, Mapping[str, Data]]:
    from detente.report.compare import document

    return describe(result), document.frames(result)


@describe.register
def _(result: PathComparison) -> Document:
    from detente.report.compare import document

    return document.of_path(result)


@describe.register
def _(result: PathResult) -> Document:
    from detente.report.path import document

    return document.describe(result)


@parts.register
def _(result: PathResult) -> tuple[Document, Mapping[str, Data]]:
    from detente.report.path import data

    return describe(result), data.frames(result)


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


@parts.register(WarResult)
@parts.register(TalksResult)
def _(result: WarResult | TalksResult) -> tuple[Document, Mapping[str, Data]]:
    from detente.report.games import data

    return describe(result), data.frames(result)


@to_json.register(WarResult)
@to_json.register(TalksResult)
def _(result: WarResult | TalksResult) -> dict[str, Any]:
    from detente.report.games import data

    return data.to_json(describe(result), result)


@describe.register
def _(result: SanctionResult) -> Document:
    return parts(result)[0]


@parts.register
def _(result: SanctionResult) -> tuple[Document, Mapping[str, Data]]:
    from detente.report.sanction.document import parts_of

    return parts_of(result)


@describe.register
def _(result: Backtest) -> Document:
    from detente.report import backtest

    return backtest.document(result)


@parts.register
def _(result: Backtest) -> tuple[Document, Mapping[str, Data]]:
    from detente.report import backtest

    return describe(result), backtest.frames(result)


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
    return parts(result)[0]


@parts.register
def _(result: TalksStudy) -> tuple[Document, Mapping[str, Data]]:
    from detente.report.talks.document import parts_of

    return parts_of(result)


@describe.register
def _(result: LargeStudy) -> Document:
    from detente.report.talks.large import of_large

    return of_large(result)


@describe.register
def _(result: PayoffMatrix) -> Document:
    return values.of_matrix(result)


def _with(show: Callable[[Any], Document], rows: Callable[[Any], dict[str, Data]]) -> Any:
    return lambda result: (show(result), rows(result))


for _kind, _show, _rows in (
    (Calibration, values.of_economy, values.economy_frames),
    (Solution, values.of_solution, values.solution_frames),
    (NashResult, values.of_war, values.war_frames),
    (Cooperation, values.of_bargain, values.bargain_frames),
):
    describe.register(_kind, _show)
    parts.register(_kind, _with(_show, _rows))
