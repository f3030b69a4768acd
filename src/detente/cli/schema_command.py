"""The command that prints the schemas of files."""

from __future__ import annotations

from typing import Annotated

import typer

EXAMPLES = (
    "Examples:\n\ndetente schema > detente.schema.json\n\ndetente schema firm > detente.firm.json"
)


def schema(
    kind: Annotated[str, typer.Argument(help="Of which files: scenario, firm.")] = "scenario",
) -> None:
    """Print the JSON Schema of scenario files, or of cards of firms, for editors."""
    import json

    from detente.errors import InputError, Problem
    from detente.sanction.card import json_schema as firm
    from detente.scenario.schema import json_schema as scenario

    kinds = {"scenario": scenario, "firm": firm}
    if kind not in kinds:
        allowed = ", ".join(kinds)
        raise InputError(Problem("no schema of that kind", key="kind", value=kind, allowed=allowed))
    print(json.dumps(kinds[kind](), indent=1, ensure_ascii=False))
