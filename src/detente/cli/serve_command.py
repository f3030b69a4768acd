"""The command that opens the page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = (
    "Examples:\n\n"
    "detente serve\n\n"
    "detente serve --port 9000 --open\n\n"
    "detente serve --host 0.0.0.0 --token a-long-secret --data /srv/detente"
)


def serve(
    host: Annotated[
        str, typer.Option(help="Where it listens; elsewhere than on this machine with --token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port, 1 to 65535.", min=1, max=65535)] = 8018,
    token: Annotated[
        str | None,
        typer.Option(
            envvar="DETENTE_TOKEN", help="What a browser must know: at least 16 letters or digits."
        ),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(help="Folder of long work and its results; one in the user's cache."),
    ] = None,
    open_page: Annotated[
        bool, typer.Option("--open", help="Open the page in the browser.")
    ] = False,
) -> None:
    """Serve the page: move a rate and watch every economy answer."""
    from detente.cli.options import options_named
    from detente.errors import InputError, Problem

    try:
        from detente.serve import run
    except ModuleNotFoundError as error:
        message = f"the page needs {error.name}: python -m pip install 'detente[serve]'"
        raise InputError(Problem(message)) from None
    with options_named():
        run.serve(host, port, token, open_page=open_page, data=data)
