"""The command that lets an assistant in."""

from __future__ import annotations

EXAMPLES = (
    "Example, in the configuration of an assistant:\n\n"
    '{"mcpServers": {"detente": {"command": "detente", "args": ["mcp"]}}}'
)


def mcp() -> None:
    """Offer the laboratory to an assistant as tools, on standard input and output."""
    from detente.errors import InputError, Problem

    try:
        from detente.assistants.server import serve
    except ModuleNotFoundError as error:
        message = f"assistants need {error.name}: python -m pip install 'detente[mcp]'"
        raise InputError(Problem(message)) from None
    serve()
