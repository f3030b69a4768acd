"""The command that says what one economy can threaten another with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from detente.cli.drawn import DrawsOption, PriorOption, SeedOption, check_fits, what_is_drawn
from detente.cli.show import Wanted, finish, shows, steps

EXAMPLES = (
    "Examples:\n\n"
    "detente leverage icio-2017 --by USA --on CHN\n\n"
    "detente leverage icio-2017 --by USA --on CHN --full --out results/leverage\n\n"
    "detente leverage wiod-2014 --by CHN --on USA --sectors electronics --json"
)


@shows
def leverage(
    baseline: Annotated[
        str, typer.Argument(help="A name of `detente data list`, or a folder of tables.")
    ],
    by: Annotated[str, typer.Option(help="Economy that threatens to sell no more.")],
    on: Annotated[str, typer.Option(help="Economy that it would no longer sell to.")],
    sectors: Annotated[
        str | None,
        typer.Option(
            help="Sectors that it threatens with together: codes, names or groups, several between "
            "commas; the three with the largest power unless given."
        ),
    ] = None,
    draws: DrawsOption = None,
    seed: SeedOption = 0,
    prior: PriorOption = None,
    *,
    wanted: Wanted,
) -> None:
    """Say what a supplier's cut-off costs both sides, where chokepoints are, how it wears off."""
    from detente.baseline.store import load
    from detente.cli.game_options import Faults
    from detente.cli.options import options_named
    from detente.report.sanction import leverage as report
    from detente.report.sanction.facts import basis, of_leverage
    from detente.sanction.leverage_draws import leverage_draws
    from detente.sanction.names import one_economy, some_sectors
    from detente.sanction.threat import leverage_of

    folder = wanted.folder(f"{Path(baseline).stem}-leverage")
    c = load(baseline)
    with options_named():
        faults = Faults()
        codes = None if sectors is None else faults.of(some_sectors, c, "sectors", sectors)
        for key, name in (("by", by), ("on", on)):
            faults.of(one_economy, c, key, name)
        drawn = faults.of(what_is_drawn, draws, seed, prior)
        if drawn is not None:
            faults.of(check_fits, drawn[1], c)
        faults.end()
        assert drawn is not None
        found, ranges = leverage_of(c, by, on, codes), None
    if drawn[0]:
        with steps("drawing", quiet=wanted.quiet) as advance:
            ranges = leverage_draws(found, c, drawn[1], drawn[0], seed=seed,
                                    on_draw=lambda *done: advance("drawing", *done))  # fmt: skip
    finish(wanted, (report.document(of_leverage(found, c, ranges), basis(c)), folder))
