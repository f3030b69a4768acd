"""The command that explains the words of pages and documents."""

from __future__ import annotations

from typing import Annotated

import typer

EXAMPLES = (
    "Examples:\n\n"
    "detente explain\n\n"
    "detente explain terms of trade\n\n"
    "detente explain NashConv --json"
)


def explain(
    term: Annotated[
        list[str] | None, typer.Argument(help="A word of the glossary; all of them unless given.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the results as JSON alone.")
    ] = False,
) -> None:
    """Say in one line what a word means, and by which formula or source."""
    from detente.document.glossary import explain, glossary

    found = [explain(" ".join(term))] if term else list(glossary().values())
    if as_json:
        import json

        plain = [one.to_plain() for one in found]
        print(json.dumps(plain[0] if term else plain, ensure_ascii=False, indent=1))
        return
    for one in found:
        if term:
            one.to_terminal()
        else:
            print(f"{one.word}: {one.meaning}")
