"""The command that solves a scenario at many drawn parameters."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from detente.cli.show import Wanted, finish, shows, steps

EXAMPLES = (
    "Examples:\n\n"
    "detente sweep may-2018 -n 1000\n\n"
    "detente sweep may-2018 --over horizon,baseline --out results/sweep\n\n"
    "detente sweep may-2018 --prior my-prior.yaml --seed 1 --processes 4\n\n"
    "detente sweep may-2018 -n 100000 --scheduler tcp://10.0.0.1:8786"
)


@shows
def sweep(
    scenario: Annotated[
        str, typer.Argument(help="Name of a shipped scenario, or path of a YAML file.")
    ],
    draws: Annotated[
        int, typer.Option("-n", "--draws", help="How often parameters are drawn.")
    ] = 10_000,
    over: Annotated[
        str,
        typer.Option(
            help="elasticities, horizon, baseline, several between commas. Parameters are always "
            "drawn; horizon and baseline add all others as models of their own."
        ),
    ] = "elasticities",
    baseline: Annotated[
        str | None,
        typer.Option(
            help="Another economy than the scenario's: a name of `detente data list`, or a folder "
            "of tables."
        ),
    ] = None,
    elasticities: Annotated[
        str | None,
        typer.Option(
            help="Other central elasticities: a name of `detente data elasticities`, a number, or "
            "a CSV file."
        ),
    ] = None,
    horizon: Annotated[
        str | None,
        typer.Option(help="Another horizon than the scenario's: month, year, two-years, long-run."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the draws: the same seed, the same figures.")] = 0,
    prior: Annotated[
        Path | None,
        typer.Option(help="YAML file of what is drawn from (see docs/uncertainty.md)."),
    ] = None,
    processes: Annotated[
        int | None,
        typer.Option(help="Workers of this machine; one a core, at most 8, unless given."),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(help="Address of a Dask scheduler, whose workers solve instead."),
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Begin anew where a sweep was stopped.")
    ] = False,
    *,
    wanted: Wanted,
) -> None:
    """Solve a scenario at many drawn parameters: how sure its headline is, what it hangs on.

    Ctrl-C stops it; the same command goes on from there.
    """
    from detente.cli.game_options import Faults
    from detente.cli.options import options_named
    from detente.model.horizons import find_horizon
    from detente.scenario.load import load_scenario
    from detente.sweeps.parts import FOLDER
    from detente.sweeps.study import asked, forget
    from detente.sweeps.study import sweep as run
    from detente.uncertainty.prior import load_prior

    folder = wanted.folder(f"{Path(scenario).stem}-sweep")
    faults = Faults()
    with options_named("over", "processes", "scheduler", "prior", "fresh"):
        faults.of(asked, draws, seed, over, processes, scheduler, baseline=baseline,
                  horizon=horizon)  # fmt: skip
        case = faults.of(load_scenario, scenario, baseline)
        if horizon is not None:
            faults.of(find_horizon, horizon)
        drawn_from = faults.of(load_prior, prior)
        faults.end()
        assert case is not None
        try:
            with steps("starting", quiet=wanted.quiet) as advance:
                result = run(
                    case, draws=draws, over=over, baseline=baseline, elasticities=elasticities,
                    horizon=horizon, seed=seed, prior=drawn_from, processes=processes,
                    scheduler=scheduler, folder=folder, fresh=fresh, on_step=timed(advance),
                )  # fmt: skip
        except KeyboardInterrupt:
            if folder is not None and (folder / FOLDER).is_dir():
                print(f"What is solved is kept in {folder / FOLDER}: the same command goes on.",
                      file=sys.stderr)  # fmt: skip
            raise
    finish(wanted, (result, folder))
    forget(folder)


def timed(
    advance: Callable[[str, int, int], None], now: Callable[[], float] = time.monotonic
) -> Callable[[str, int, int], None]:
    """Return a function of the same that says how much time is left, at the pace so far."""
    begun: tuple[str, float, int] = ("", 0.0, 0)

    def tell(what: str, done: int, total: int) -> None:
        nonlocal begun
        if what != begun[0]:
            begun = (what, now(), done)
        solved = done - begun[2]
        if solved > 0 and done < total:
            seconds = (now() - begun[1]) / solved * (total - done)
            what = f"{what}, {left(seconds)} left"
        advance(what, done, total)

    return tell


def left(seconds: float) -> str:
    """Write a time as people say it: ``40 s``, ``3 min``, ``2.5 h``."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
