"""Tables and charts of a sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from detente.document.blocks import Chart, Column, Table, Unit
from detente.document.numbers import SHARE
from detente.report import facts
from detente.report.run.tables import EXACT
from detente.report.sweep.facts import EconomyFacts, Range, SweepFacts, range_of

if TYPE_CHECKING:
    from detente.sweeps.study import SweepResult

DRAWN = 10
"""Parameters that a chart shows."""
TIMES = Unit("×", decimals=2)
_RANGE = (
    Column("low", "low", "low end over runs", EXACT),
    Column("real_income", "as shown", "at the central parameters", EXACT),
    Column("high", "high", "high end over runs", EXACT),
    Column("gains", "runs with a gain", "share of runs in which real income is higher", SHARE),
)
_NOTE = "Change of real income, %; low and high: nine of ten runs are between them"


def _cells(found: Range) -> dict[str, float]:
    return {"low": found.low, "real_income": found.shown, "high": found.high, "gains": found.gains}


def variants(result: SweepResult) -> Chart:
    """Bars from end to end: every variant and economy in focus."""
    names = facts.country_names(result.run.calibration)
    marks = facts.variant_marks(result.run)
    rows = [
        {"what": f"{marks[variant].text}: {names[code]}",
         **_cells(range_of(result.main, variant, code))}
        for variant in result.draws.real_income for code in result.focus
    ]  # fmt: skip
    columns = (Column("what", "", "variant and economy"), *_RANGE)
    shown = Table("variants", "Real income over runs, %", columns, tuple(rows), note=_NOTE)
    return Chart(shown, "ranges", "what", ("low", "real_income", "high"), note=_NOTE,
                 description="Bars: ends of real income over runs, tick: as shown")  # fmt: skip


def models(result: SweepResult) -> Table:
    """Return the headline of every model, an economy in focus a row."""
    names = facts.country_names(result.run.calibration)
    rows = [
        {"model": model.name, "economy": names[code], "code": code,
         **_cells(range_of(model, model.headline, code))}
        for model in result.models for code in result.focus if code in model.draws.codes
    ]  # fmt: skip
    columns = (
        Column("model", "", "economy of the data, and horizon"),
        Column("economy", "economy", "whose real income it is"),
        Column("code", "code", "code of the economy", hidden=True),
        *_RANGE,
    )
    return Table("models", "Other models, each by itself", columns, tuple(rows), note=_NOTE)


def shares(found: SweepFacts, economy: EconomyFacts) -> Table:
    """Return how much of the spread each group of parameters makes."""
    held, rows = economy.indices, []
    for n, group in enumerate(found.groups if held is not None else ()):
        assert held is not None
        rows.append(
            {"group": group.title, "key": group.key, "first": float(held.first[n]),
             "first_low": float(held.first_ends[0, n]), "first_high": float(held.first_ends[1, n]),
             "total": float(held.total[n]), "total_low": float(held.total_ends[0, n]),
             "total_high": float(held.total_ends[1, n]), "narrower": economy.narrower[n]}
        )  # fmt: skip
    of = "share of the variance over runs"
    columns = (
        Column("group", "", "parameters"),
        Column("key", "key", "key of the group", hidden=True),
        Column("first", "by itself", f"{of} that it makes by itself (first-order index)", SHARE),
        Column("first_low", "from", "low end of it, from draws drawn again", SHARE, hidden=True),
        Column("first_high", "to", "high end of it, from draws drawn again", SHARE, hidden=True),
        Column("total", "with others", f"{of} that it has a part in (total index)", SHARE),
        Column("total_low", "from", "low end of it, from draws drawn again", SHARE, hidden=True),
        Column("total_high", "to", "high end of it, from draws drawn again", SHARE, hidden=True),
        Column("narrower", "narrower if known", "by how much the range would narrow (standard "
               "deviation), were it known exactly", SHARE),
    )  # fmt: skip
    return Table(
        f"hangs-on-{economy.code}", f"{economy.name}: shares of the variance", columns,
        tuple(rows), look="stack",
        note=_precision(economy),
    )  # fmt: skip


def _precision(economy: EconomyFacts) -> str:
    """Say from how many runs shares are, and how far they may be off."""
    held = economy.indices
    if held is None:
        return ""
    off = max(np.abs(ends - own).max() for own, ends in (
        (held.first, held.first_ends), (held.total, held.total_ends)))  # fmt: skip
    return (
        f"Estimated from {held.rows:,} pairs of runs, in nine of ten cases to within "
        f"{100 * off:.0f} points: small ones may come out below zero. What groups make together "
        "stands in each of them under “with others”."
    )


def tornado(economy: EconomyFacts) -> Chart:
    """Bars: real income with each parameter at its 5th and 95th percentile, others central."""
    shown = one_at_a_time(economy)
    return Chart(
        shown, "ranges", "parameter", ("at_low", "real_income", "at_high"), note=shown.note,
        description="Bars: real income with one parameter low or high, tick: all central",
    )  # fmt: skip


def one_at_a_time(economy: EconomyFacts) -> Table:
    """Return the parameters that move an economy most, each alone."""
    rows = [row for row in alone(economy) if np.isfinite([row["at_low"], row["at_high"]]).all()]
    return Table(
        f"one-at-a-time-{economy.code}", f"{economy.name}: one parameter at a time",
        ALONE, tuple(rows[:DRAWN]), look="stack",
        note="Change of real income, %, with one trade elasticity (or what is named) at its 5th "
        f"and 95th percentile, all others central; the {min(DRAWN, len(rows))} that move it "
        "most. Blank: the sign is as shown up to three standard deviations.",
    )  # fmt: skip


ALONE = (
    Column("parameter", "", "parameter that is moved alone"),
    Column("key", "key", "key of the parameter", hidden=True),
    Column("low_factor", "low", "the parameter at its 5th percentile", TIMES),
    Column("high_factor", "high", "the parameter at its 95th percentile", TIMES),
    Column("at_low", "income if low", "real income with it at its 5th percentile", EXACT),
    Column("real_income", "as shown", "real income with all parameters central", EXACT),
    Column("at_high", "income if high", "real income with it at its 95th percentile", EXACT),
    Column("keeps_from", "sign as shown from", "least factor at which the sign is as shown", TIMES),
    Column("keeps_to", "to", "largest factor at which the sign is as shown", TIMES),
)


def alone(economy: EconomyFacts) -> list[dict[str, Any]]:
    """Return all parameters moved alone, that which moves an economy most first."""
    from detente.sweeps.inputs import HIGH, LOW

    return [
        {"parameter": one.lever.label, "key": one.lever.key,
         "low_factor": float(one.lever.factor[LOW]), "high_factor": float(one.lever.factor[HIGH]),
         "at_low": one.low, "real_income": economy.range.shown, "at_high": one.high,
         **{key: value for key, value in zip(("keeps_from", "keeps_to"), one.keeps, strict=True)
            if np.isfinite(value)}}
        for one in economy.alone
    ]  # fmt: skip
