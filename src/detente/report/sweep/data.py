"""A sweep as plain data: every run, with what was drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from detente.document.blocks import Column, Unit
from detente.document.data import Data
from detente.document.numbers import CHANGE, COUNT
from detente.report import facts
from detente.report.run.data import about as about_run
from detente.report.sweep.facts import facts_of
from detente.report.sweep.tables import ALONE, alone

if TYPE_CHECKING:
    from detente.sweeps.study import SweepResult

ELASTICITY = Unit("elasticity")


def frames(result: SweepResult) -> dict[str, Data]:
    """Return draws of every model, their elasticities, draws mixed for shares, and all parameters.

    Columns of economies are wide: one row a run.
    """
    found = {"draws": _draws(result), "elasticities": _elasticities(result)}
    return found | {"mixed-draws": _mixed(result), "parameters": _parameters(result)}


def _economies(result: SweepResult, codes: tuple[str, ...]) -> tuple[Column, ...]:
    names = facts.country_names(result.run.calibration)
    about = "exact change of real income, % of the baseline's, of"
    return tuple(Column(c, names.get(c, c), f"{about} {names.get(c, c)}", CHANGE) for c in codes)


def _draws(result: SweepResult) -> Data:
    """One row a model, variant and draw; no number where an economy is in other models alone."""
    rows, codes = [], list(result.draws.codes)
    for model in result.models:
        codes += [code for code in model.draws.codes if code not in codes]
        for variant, values in model.draws.real_income.items():
            frame = pd.DataFrame(values, columns=pd.Index(model.draws.codes))
            frame.insert(0, "draw", np.arange(len(values)))
            frame.insert(0, "variant", variant)
            frame.insert(0, "model", model.name)
            rows.append(frame)
    columns = (
        Column("model", "model", "economy of the data, and horizon"),
        Column("variant", "variant", "variant of the scenario"),
        Column("draw", "draw", "number of the draw", COUNT),
        *_economies(result, tuple(codes)),
    )
    frame = pd.concat(rows, ignore_index=True)
    keys = [column.key for column in columns]
    return Data(frame.reindex(columns=keys), columns)


def _elasticities(result: SweepResult) -> Data:
    """One row a draw of the first model."""
    drawn, names = result.draws.parameters, facts.sector_names(result.run.calibration)
    frame = pd.DataFrame(drawn.elasticities, columns=pd.Index(list(names)))
    frame.insert(0, "draw", np.arange(len(frame)))
    columns = (
        Column("draw", "draw", "number of the draw", COUNT),
        *(Column(code, name, f"trade elasticity of {name}", ELASTICITY)
          for code, name in names.items()),
    )  # fmt: skip
    return Data(frame, columns)


def _mixed(result: SweepResult) -> Data:
    """One row a group and draw of the first half."""
    codes = result.draws.codes
    frames = [pd.DataFrame(values, columns=pd.Index(codes)) for values in result.mixed]
    for group, frame in zip(result.groups, frames, strict=True):
        frame.insert(0, "draw", np.arange(len(frame)))
        frame.insert(0, "group", group.key)
    about = "parameters that are those of the draw as many numbers on as half of all"
    columns = (
        Column("group", "group", about),
        Column("draw", "draw", "number of the draw that all other parameters are of", COUNT),
        *_economies(result, codes),
    )
    return Data(pd.concat(frames, ignore_index=True), columns)


def _parameters(result: SweepResult) -> Data:
    """One row an economy in focus and parameter that is moved alone."""
    columns = (Column("country", "economy", "economy"), *ALONE)
    rows = [
        {"country": economy.code, "keeps_from": np.nan, "keeps_to": np.nan, **row}
        for economy in facts_of(result).focus for row in alone(economy)
    ]  # fmt: skip
    return Data(pd.DataFrame(rows, columns=pd.Index([c.key for c in columns])), columns)


def about(result: SweepResult) -> dict[str, Any]:
    """Return what a sweep rests on."""
    found, drawn = about_run(result.run), result.draws
    draws = {
        "count": drawn.count,
        "seed": drawn.seed,
        "prior": {"title": drawn.prior.title, "cite": drawn.prior.cite},
        "not_varied": list(drawn.fixed),
        "lost": {name: dict(why) for name, why in drawn.lost.items() if why},
        "models": [model.name for model in result.models],
        "not_run": dict(result.not_run),
    }
    found["choices"] = {**found["choices"], "draws": draws}
    return found
