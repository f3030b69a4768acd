"""The command that says what one economy can threaten another with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = (
    "Examples:\n\n"
    "detente leverage icio-2017 --by USA --on CHN\n\n"
    "detente leverage icio-2017 --by USA --on CHN --full --out results/leverage\n\n"
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
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for report.html, tables and manifest; none unless given."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the results as JSON alone.")
    ] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Print what the page folds away, too.")
    ] = False,
) -> None:
    """Say what a supplier's cut-off costs both sides, where chokepoints are, how it wears off."""
    from detente.baseline.store import load
    from detente.cli.options import options_named
    from detente.document import publish
    from detente.files import check_writable
    from detente.report.sanction import leverage as report
    from detente.report.sanction.facts import basis, of_leverage
    from detente.sanction.names import some_sectors
    from detente.sanction.threat import leverage_of

    if out is not None:
        check_writable(out)
    c = load(baseline)
    with options_named():
        codes = None if sectors is None else some_sectors(c, "sectors", sectors)
        found = leverage_of(c, by, on, codes)
    document = report.document(of_leverage(found, c), basis(c))
    written = [] if out is None else publish.write(document, {}, out)
    if as_json:
        import json

        print(json.dumps(document.to_plain(), ensure_ascii=False, indent=1, allow_nan=False))
        return
    document.to_terminal(full=full)
    if written:
        print(f"\nReport: {written[0]}")
        print(f"Data:   {written[0].parent}: {', '.join(path.name for path in written[1:])}")
