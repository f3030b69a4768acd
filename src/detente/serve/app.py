"""The application: its pages, what it answers to what is wrong, and its guard."""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from detente.cache import cache_folder
from detente.errors import DetenteError, InputError, Problem
from detente.serve import views
from detente.serve.deadline import Deadline
from detente.serve.desk import BusyError, Desk
from detente.serve.guard import Guard, problem
from detente.serve.jobs.keeper import Keeper
from detente.serve.jobs.store import FullError
from detente.serve.limits import Limits
from detente.serve.pages import (
    compare,
    data,
    exports,
    firm,
    gallery,
    jobs,
    ledger,
    own,
    read,
    scenario,
    talks,
)
from detente.serve.state import problems_of
from detente.serve.studies import Studies

PAGES = (gallery, scenario, compare, talks, ledger, exports, own, read, firm, data, jobs)
"""One file a page, each with its ``router``."""


def make_app(
    limits: Limits | None = None,
    token: str | None = None,
    *,
    warm: bool = True,
    data: Path | None = None,
) -> Any:
    """Return the application.

    Parameters
    ----------
    limits
        What it does at most.
    token
        What a request must know; none on loopback.
    warm
        Whether economies are made ready before anybody asks, and jobs are done.
    data
        Folder of jobs; one in the user's cache unless given.
    """
    limits = limits or Limits()
    app = FastAPI(
        title="Détente", docs_url=None, redoc_url=None,
        description="What trade measures do, to whom. Rates are fractions, money million USD.",
    )  # fmt: skip
    app.state.desk = desk = Desk(limits)
    app.state.keeper = keeper = Keeper(data or cache_folder() / "serve", limits)
    app.state.studies = studies = Studies(limits.studies)
    for page in PAGES:
        app.include_router(page.router)
    _answer_errors(app)

    @app.get("/static/{name}", include_in_schema=False)
    def static(name: str) -> Response:
        if name not in views.STATIC:
            raise HTTPException(404)
        headers = {"cache-control": "no-cache"}
        return Response(views.static(name), media_type=views.STATIC[name], headers=headers)

    if warm:
        keeper.start()
        threading.Thread(target=_warm, args=(desk, studies), daemon=True).start()
    return Guard(Deadline(app, limits.seconds), limits, token)


def _warm(desk: Desk, studies: Studies) -> None:
    """Work out what every scenario shows first, and talks, the most asked for before all others."""
    first = "may-2018"
    for name in sorted(desk.scenarios, key=lambda name: name != first):
        with suppress(DetenteError, BusyError):
            gallery.headline(desk, name)
    studies.get(first, desk.scenarios[first])


def _answer_errors(app: FastAPI) -> None:
    """Answer what is wrong with a request as a list of problems, each with its key."""

    @app.exception_handler(InputError)
    def _(request: Request, error: InputError) -> Response:
        return _wrong(request, 422, list(error.problems))

    @app.exception_handler(DetenteError)
    def _(request: Request, error: DetenteError) -> Response:
        return _wrong(request, 422, [Problem(str(error))])

    @app.exception_handler(RequestValidationError)
    def _(request: Request, error: RequestValidationError) -> Response:
        found = [
            Problem(one["msg"], key=".".join(str(part) for part in one["loc"][1:]) or None,
                    value=_plain(one.get("input")))
            for one in error.errors()
        ]  # fmt: skip
        return _wrong(request, 422, found)

    @app.exception_handler(ValidationError)
    def _(request: Request, error: ValidationError) -> Response:
        return _wrong(request, 422, problems_of(error))

    @app.exception_handler(BusyError)
    def _(request: Request, _error: BusyError) -> Response:
        return _wrong(request, 503, [Problem("busy; try again in a few seconds")])

    @app.exception_handler(FullError)
    def _(request: Request, error: FullError) -> Response:
        return _wrong(request, 429 if error.own else 503, [Problem(str(error))])

    @app.exception_handler(HTTPException)
    def _(request: Request, error: HTTPException) -> Response:
        return _wrong(request, error.status_code, [Problem(str(error.detail))])


def _plain(value: Any) -> str | None:
    return None if value is None else str(value)[:80]


def _wrong(request: Request, status: int, found: list[Problem]) -> Response:
    """Say what is wrong, to a program as JSON, to a reader as a page."""
    headers = {"retry-after": "2"} if status == 503 else None
    api = request.url.path.startswith("/api/")
    if not api and "text/html" in request.headers.get("accept", ""):
        page = views.render("wrong.html.j2", problems=found, status=status)
        return Response(page, status, headers, media_type="text/html")
    listed = [problem(one.message, one.key, one.value, one.allowed) for one in found]
    return JSONResponse({"problems": listed}, status, headers)
