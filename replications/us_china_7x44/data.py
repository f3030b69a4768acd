"""Read seven economies and 44 sectors of 2017 with the tariffs of 2018-19 and scale by sector."""

from __future__ import annotations

import contextlib
import io
import runpy
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pandas as pd

from detente.baseline.calibration import Calibration
from detente.policy.instruments import Measure

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "settle_7x44.py"


@dataclass(frozen=True, eq=False)
class World:
    """The settled economy, measures of either side, scale elasticities by sector."""

    calibration: Calibration
    us: tuple[Measure, ...]
    china: tuple[Measure, ...]
    scale: dict[str, float]


def read(data: Path, keep: str = "flows") -> World:
    """Settle the raw tables as the example of the documentation does; ``keep`` is what stays."""
    raw = data / "icio2017_7x44"
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        arguments = [str(EXAMPLE), str(raw), str(Path(folder) / "own"), keep]
        with mock.patch.object(sys, "argv", arguments):
            found = runpy.run_path(str(EXAMPLE))
    columns = ["sector", "trade_elasticity", "scale"]
    table = pd.read_csv(raw / "cal_elasticities.csv", names=columns, header=0)
    codes = table["sector"].astype(int).astype(str)
    scale = dict(zip(codes, map(float, table["scale"]), strict=True))
    sides = {"USA": [], "CHN": []}
    for measure in found["measures"]:
        sides[measure.by].append(measure)
    return World(found["world"], tuple(sides["USA"]), tuple(sides["CHN"]), scale)
