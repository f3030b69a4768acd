"""The command that holds the model against what trade did."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from detente.cli.show import Wanted, finish, shows, steps

EXAMPLES = (
    "Examples:\n\n"
    "detente backtest 2018-20\n\n"
    "detente backtest 2025 --out results/2025\n\n"
    "detente backtest 2025 --outcomes imports_naics3_partner.parquet"
)


@shows
def backtest(
    episode: Annotated[str, typer.Argument(help="2018-20, or 2025.")],
    outcomes: Annotated[
        Path | None,
        typer.Option(
            help="Of 2025: what happened, as Parquet or CSV with the columns partner, naics, month "
            "(YYYY-MM) and imports (USD)."
        ),
    ] = None,
    *,
    wanted: Wanted,
) -> None:
    """Forecast US trade by partner and industry from tariffs alone; hold it against what happened.

    With 2025 the forecasts are written to predictions.csv.
    """
    from detente.cli.options import options_named
    from detente.history.backtest import backtest as held_against

    folder = wanted.folder(f"backtest-{episode}")
    with options_named(), steps("forecasts", quiet=wanted.quiet) as advance:
        found = held_against(episode, outcomes=outcomes, progress=advance)
    finish(wanted, (found, folder))
