"""Start the server: where it listens, and who may ask."""

from __future__ import annotations

import re
import threading
import webbrowser
from pathlib import Path

import uvicorn

from detente.errors import InputError, Problem
from detente.serve.app import make_app
from detente.serve.guard import LOOPBACK
from detente.serve.limits import Limits

_TOKEN = re.compile(r"[A-Za-z0-9._~-]{16,200}")


def serve(
    host: str = "127.0.0.1",
    port: int = 8018,
    token: str | None = None,
    *,
    open_page: bool = False,
    limits: Limits | None = None,
    data: Path | None = None,
) -> None:
    """Serve pages until interrupted.

    Raises
    ------
    InputError
        It would be open to others without a token, or the token is too short to keep them out.
    """
    check(host, token)
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    print(f"Détente is at {address}{f'?token={token}' if token else ''}  (Ctrl-C ends it)")
    if open_page:
        shown = f"{address}?token={token}" if token else address
        threading.Timer(1.0, webbrowser.open, [shown]).start()
    # the server sees one hop: a proxy that is not on this machine says nothing of who asks
    config = uvicorn.Config(
        make_app(limits, token, data=data), host=host, port=port, log_level="warning",
        server_header=False,
        limit_concurrency=200, timeout_keep_alive=15, h11_max_incomplete_event_size=32_768,
        forwarded_allow_ips="127.0.0.1",
    )  # fmt: skip
    uvicorn.Server(config).run()


def check(host: str, token: str | None) -> None:
    """Refuse to be open to others without a token that keeps them out.

    Raises
    ------
    InputError
        See above.
    """
    if token is not None and not _TOKEN.fullmatch(token):
        allowed = "16 to 200 letters, digits, or one of . _ ~ -"
        raise InputError(Problem("no token that keeps others out", key="token", allowed=allowed))
    if token is None and host not in LOOPBACK:
        allowed = "127.0.0.1, or a token beside it"
        message = "everybody who reaches this address could ask"
        raise InputError(Problem(message, key="host", value=host, allowed=allowed))
