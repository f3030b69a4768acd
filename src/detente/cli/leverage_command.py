"""The command that says what one economy can threaten another with."""

from __future__ import annotations

from typing import Annotated

import typer

EXAMPLES = (
    "Examples:\n\n"
    "detente leverage icio-2017 --by USA --on CHN\n\n"
    "detente leverage wiod-2014 --by CHN --on USA --sectors electronics --json"
)


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
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the results as JSON alone.")
    ] = False,
) -> None:
    """Say what a supplier's cut-off costs both sides, where chokepoints are, how it wears off."""
    import json

    from detente.baseline.store import load
    from detente.cli.options import options_named
    from detente.report import leverage as report
    from detente.sanction.names import some_sectors
    from detente.sanction.threat import leverage_of

    c = load(baseline)
    with options_named():
        codes = None if sectors is None else some_sectors(c, "sectors", sectors)
        found = leverage_of(c, by, on, codes)
    if as_json:
        about = {"name": c.name, "unit": c.card.unit, "year": c.card.year, "hash": c.hash}
        print(json.dumps({"baseline": about, **report.plain(found)}, indent=1, allow_nan=False))
        return
    from rich.console import Console

    console = Console()
    named = ", ".join(found.inputs.index)
    console.print(f"Baseline {c.name}, {c.card.unit}\n")
    report.print_leverage(
        found, c, f"{found.by} sells no {named}", Console(width=max(console.width, 100))
    )
