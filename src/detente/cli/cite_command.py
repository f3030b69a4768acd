"""The command that says how to cite a result."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = (
    "Examples:\n\n"
    "detente cite\n\n"
    "detente cite detente-out/may-2018\n\n"
    "detente cite detente-out/may-2018 --bibtex > references.bib"
)


def cite(
    folder: Annotated[
        Path | None,
        typer.Argument(
            help="Folder of a result; unless given, what a plain run on the shipped economy uses."
        ),
    ] = None,
    bibtex: Annotated[bool, typer.Option("--bibtex", help="Print BibTeX entries alone.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the results as JSON alone.")
    ] = False,
) -> None:
    """Say how to cite a result: program, model, data and trade elasticities behind it."""
    from detente.citing import citations
    from detente.errors import InputError, Problem, printable

    if bibtex and as_json:
        raise InputError(Problem("give one of them, not both", key="--bibtex | --json"))
    found = citations(folder)
    if as_json:
        import json

        print(json.dumps([one.to_dict() for one in found], ensure_ascii=False, indent=1))
    elif bibtex:
        entries = {one.key: one.bibtex for cited in found for one in cited.references}
        print(*entries.values(), sep="\n\n")
    else:
        print("\n\n".join(printable(one.text) for one in found))
