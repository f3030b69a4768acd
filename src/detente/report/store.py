"""Thin: plain data of solved variants for subjects that still write files by themselves."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from detente.document.publish import PACKAGES
from detente.report.run import data
from detente.report.run.data import columns
from detente.report.units import in_unit

if TYPE_CHECKING:
    from detente.simulate import ScenarioResult

__all__ = ["FORMAT", "columns", "to_json"]
FORMAT = 1


def to_json(result: ScenarioResult) -> dict[str, Any]:
    """Return what a result rests on, then every variant."""
    about = data.about(result)
    choices, solver = about.pop("choices"), about.pop("solver")
    more = in_unit(data.by_variant(result), result.calibration.card.unit)
    solver["variants"] = {name: solver["variants"][name] | more[name] for name in more}
    names = {name: version(name) for name in PACKAGES}
    versions = {"python": platform.python_version(), **names}
    return {"format": FORMAT, "versions": versions, **about, **choices, **solver}
