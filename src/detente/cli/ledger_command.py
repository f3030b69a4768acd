"""The command that tells which measures are in force on a day, and what they come to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from detente.cli.show import Wanted, finish, shows

EXAMPLES = (
    "Examples:\n\n"
    "detente ledger --at 2025-08-07\n\n"
    "detente ledger --by USA --on China --at 2025-04-10\n\n"
    "detente ledger --authority ieepa --full\n\n"
    "detente ledger --by CHN --on USA --out results/china"
)


@shows
def ledger(
    by: Annotated[
        str | None, typer.Option(help="Who imposes them: a code, a name, EU27 or a group.")
    ] = None,
    on: Annotated[str | None, typer.Option(help="On whom; ALL for what is on everyone.")] = None,
    at: Annotated[
        str | None,
        typer.Option(help="Day, YYYY-MM-DD: only what is in force on it; all unless given."),
    ] = None,
    authority: Annotated[
        str | None,
        typer.Option(
            help="Law: ieepa, fentanyl, reciprocal, s301, s232, s122, s201, s338, retaliation, "
            "export-control, deal, …"
        ),
    ] = None,
    file: Annotated[
        Path | None, typer.Option(help="A ledger of your own, CSV; the shipped one unless given.")
    ] = None,
    *,
    wanted: Wanted,
) -> None:
    """Tell dated measures of 2018 to 2026 and the average tariffs that they come to."""
    from detente.cli.options import options_named
    from detente.report.ledger.document import document
    from detente.report.ledger.facts import facts_of

    parts = ["ledger", *(part for part in (by, on, authority, at) if part)]
    name = "-".join("".join(c if c.isalnum() else "-" for c in part) for part in parts)
    folder = wanted.folder(name)
    with options_named():
        facts = facts_of(by, on, at, authority, file)
    finish(wanted, (document(facts), folder))
