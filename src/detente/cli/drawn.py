"""The options on draws, which mean the same in every command that shows intervals."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from detente.baseline.calibration import Calibration
    from detente.uncertainty.prior import Prior

DrawsOption = Annotated[
    int | None,
    typer.Option(
        "--draws",
        help="Runs with drawn parameters that intervals are from: 100 unless given; 0 for none.",
    ),
]
SearchesOption = Annotated[
    int | None,
    typer.Option(
        "--draws",
        help="Runs with drawn parameters that intervals are from: 50 unless given, since each is "
        "searched again; 0 for none.",
    ),
]
SeedOption = Annotated[int, typer.Option("--seed", help="Of the draws: the same seed, the same "
                                         "figures.")]  # fmt: skip
PriorOption = Annotated[
    Path | None,
    typer.Option("--prior", help="YAML file of what is drawn from (see docs/uncertainty.md)."),
]


def what_is_drawn(
    draws: int | None, seed: int, prior: Path | None, *, searched: bool = False
) -> tuple[int, Prior]:
    """Return how many draws there are, and what from; refused before anything is loaded.

    Parameters
    ----------
    searched
        Whether each draw is a search, so that fewer are usual.

    Raises
    ------
    InputError
        Numbers that say nothing, or a file that is no prior.
    """
    from detente.cli.game_options import Faults
    from detente.cli.options import options_named
    from detente.uncertainty.draws import DRAWS, check_draws
    from detente.uncertainty.prior import load_prior
    from detente.uncertainty.ranges import SEARCHES

    usual = SEARCHES if searched else DRAWS
    count = usual if draws is None else draws
    faults = Faults()
    with options_named():
        faults.of(check_draws, count, seed)
        return count, faults.none_with(load_prior, prior)


def check_fits(prior: Prior, calibration: Calibration) -> None:
    """Refuse a prior that does not fit an economy, before anything is solved."""
    from detente.uncertainty.prior import members

    members(prior, calibration)
