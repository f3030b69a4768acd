"""Any figures found again at drawn parameters, and between which ends they are.

What finds a figure is up to who asks: a war solved again, rates that reach a goal, what a cut-off
costs. Each draw starts from the central answer alone, so that it comes out the same whatever other
draws there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.errors import DetenteError
from detente.solver.options import Options
from detente.uncertainty.draws import Interval, check_draws, ends_of, not_drawn
from detente.uncertainty.prior import Prior, draw

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
SEARCHES = 50
"""Draws where each is a search, unless others are asked for: about as long as the answer itself."""
Figures = Mapping[tuple[str, str], float]
"""By figure and whose it is."""
Again = Callable[[Calibration, Options], Figures]
"""Finds figures at an economy; raises a `DetenteError` where there are none."""
OnDraw = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Ranges:
    """Figures of several answers at drawn parameters.

    Attributes
    ----------
    prior, seed
        What was drawn from, and how.
    elasticities
        What was drawn ``(draw, sector)``.
    figures
        By answer one row a draw, a column (figure, of): no numbers where a draw has no answer.
    lost
        By answer: why draws have none, with how many.
    fixed
        What is the same in all draws, in words.
    """

    prior: Prior
    seed: int
    elasticities: Array
    figures: Mapping[str, pd.DataFrame]
    lost: Mapping[str, Mapping[str, int]]
    fixed: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many draws there are."""
        return len(self.elasticities)

    def values(self, answer: str, figure: str, of: str) -> Array:
        """Return a figure ``(draw,)``; no numbers where a draw has none."""
        frame = self.figures[answer]
        if (figure, of) not in frame.columns:
            return np.full(self.count, np.nan)
        return frame[figure, of].to_numpy(dtype=float)

    def interval(self, answer: str, figure: str, of: str) -> Interval | None:
        """Return the ends of a figure; none of fewer than 2 runs."""
        if answer not in self.figures:
            return None
        values = self.values(answer, figure, of)
        return ends_of(values[np.isfinite(values)], len(values))

    def table(self, answer: str = "answer", of: str = "of") -> pd.DataFrame:
        """One row an answer, draw and owner; ``answer`` and ``of`` name the columns of two."""
        import pandas as pd

        parts = {
            name: frame.stack(future_stack=True)
            for name, frame in self.figures.items()
            if len(frame.columns)
        }
        if not parts:
            return pd.DataFrame({answer: [], "draw": [], of: []})
        found = pd.concat(parts).rename_axis([answer, "draw", of]).reset_index()
        found.columns.name = None
        return found


def find_ranges(
    prior: Prior,
    calibration: Calibration,
    options: Options,
    draws: int,
    answers: Mapping[str, Again],
    *,
    seed: int = 0,
    short: bool = False,
    fixed: tuple[str, ...] = (),
    on_draw: OnDraw | None = None,
) -> Ranges:
    """Find answers again at drawn parameters; a draw without one is counted.

    Parameters
    ----------
    calibration, options
        The economy at central parameters.
    answers
        What finds the figures of each answer at an economy.
    short
        Whether elasticities are scaled to a short horizon, whose scale is then drawn too.
    fixed
        What is the same in all draws besides the model and the data, in words.
    on_draw
        Called with (number done, number in all) before each.

    Raises
    ------
    InputError
        As `check_draws`, or the prior does not fit the economy.
    """
    check_draws(draws, seed)
    drawn = draw(prior, calibration, options.structure, draws, seed=seed, short=short)
    rows: dict[str, list[Figures]] = {name: [] for name in answers}
    lost: dict[str, dict[str, int]] = {name: {} for name in answers}
    for number, (theta, structure) in enumerate(zip(*drawn, strict=True)):
        if on_draw is not None:
            on_draw(number, draws)
        economy = calibration.replace(trade_elasticity=theta)
        at = replace(options, structure=structure)
        for name, again in answers.items():
            try:
                found = again(economy, at)
            except DetenteError as error:
                why, found = str(error).splitlines()[0], {}
                lost[name][why] = lost[name].get(why, 0) + 1
            rows[name].append(found)
    frames = {name: _frame(found) for name, found in rows.items()}
    said = (*fixed, *not_drawn(prior, calibration, options, short=short))
    return Ranges(prior, seed, drawn.elasticities, frames, lost, ("the model", "the data", *said))


def _frame(rows: list[Figures]) -> pd.DataFrame:
    import pandas as pd

    keys = list(dict.fromkeys(key for row in rows for key in row))
    values = [[row.get(key, np.nan) for key in keys] for row in rows]
    columns = pd.MultiIndex.from_tuples(keys, names=["figure", "of"]) if keys else None
    return pd.DataFrame(values, pd.RangeIndex(len(rows), name="draw"), columns, dtype=float)
