"""What cut-offs cost both sides, found again at drawn trade elasticities."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from detente.baseline.calibration import Calibration
from detente.sanction.leverage import cut_off_losses, exposure
from detente.solver.options import Options
from detente.uncertainty.prior import Prior
from detente.uncertainty.ranges import Figures, OnDraw, Ranges, find_ranges

if TYPE_CHECKING:
    from detente.sanction.threat import Leverage

THREATS = "threats"
"""Name of the one answer that draws are of."""
FIXED = ("the sectors threatened with",)


def leverage_draws(
    found: Leverage,
    calibration: Calibration,
    prior: Prior,
    draws: int,
    *,
    seed: int = 0,
    on_draw: OnDraw | None = None,
) -> Ranges:
    """Find what every threat of `Leverage.power` costs, at drawn parameters.

    Figures are ``"on_loss"`` and ``"by_loss"``, of the target and of the economy that threatens, in
    the baseline's unit a year, of each threat.

    Raises
    ------
    InputError
        As `detente.uncertainty.draws.check_draws`, or the prior does not fit the economy.
    """
    answers = {THREATS: partial(_losses, found)}
    return find_ranges(prior, calibration, Options(), draws, answers, seed=seed, fixed=FIXED,
                       on_draw=on_draw)  # fmt: skip


def _losses(found: Leverage, c: Calibration, options: Options) -> Figures:
    loss = cut_off_losses(exposure(c))
    on, by = (c.country_codes.index(code) for code in (found.on, found.by))
    asked = [c.sector_codes.index(code) for code in found.inputs.index]
    every = slice(None)
    figures = {}
    # whose sales: sectors, importer, exporter
    for threat, (sectors, importer, exporter) in {
        "sectors": (asked, on, by), "all-sales": (every, on, by), "answer": (every, by, on)
    }.items():  # fmt: skip
        for figure, whose in (("on_loss", on), ("by_loss", by)):
            figures[figure, threat] = float(loss[whose][sectors, importer, exporter].sum())
    return figures
