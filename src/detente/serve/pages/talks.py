"""Talks: options that a reader fixes, and which deals that leaves."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from detente.cache import cache_folder
from detente.document.blocks import Document
from detente.errors import InputError, Problem
from detente.report.describe import describe
from detente.scenario.schema import Scenario
from detente.serve import views
from detente.serve.desk import Desk
from detente.serve.pages.common import NEVER_KEPT, ScenarioName, TheDesk
from detente.talks.choices import Choices
from detente.talks.study import run_talks

router = APIRouter()
DRAWS = 200


def _fixed(case: Scenario, given: dict[str, str]) -> dict[str, str]:
    """Return the options that a reader has fixed, by issue.

    Raises
    ------
    InputError
        The scenario has no talks, or an issue or option is not there.
    """
    if case.talks is None:
        raise InputError(Problem("this scenario has no talks", key="scenario", value=case.title))
    known = {issue.id: [option.id for option in issue.options] for issue in case.talks.issues}
    fixed = {key: value for key, value in given.items() if value and key != "dark"}
    wrong = [
        Problem("no such issue or option", key=key[:80], value=value[:80],
                allowed=", ".join(known.get(key, known)))
        for key, value in fixed.items() if value not in known.get(key, ())
    ]  # fmt: skip
    if wrong:
        raise InputError(wrong)
    return fixed


def _document(desk: Desk, name: str, fixed: dict[str, str]) -> Document:
    def make() -> Document:
        # packages are valued once and kept: an option that is fixed only takes some of them away
        choices = Choices(draws=DRAWS, what_if=fixed or None)
        with desk.turn():
            return describe(
                run_talks(desk.scenario(name), choices, folder=cache_folder() / "talks")
            )

    return desk.document(("talks", name, *sorted(fixed.items())), make)


@router.get("/talks/{name}", include_in_schema=False)
def page(name: ScenarioName, desk: TheDesk, request: Request) -> HTMLResponse:
    """Show what the talks come to where some options are fixed."""
    case = desk.scenario(name)
    fixed = _fixed(case, dict(request.query_params))
    found = _document(desk, name, fixed)
    assert case.talks is not None
    form = [
        {"name": issue.id, "label": issue.title, "value": fixed.get(issue.id, ""), "type": "text",
         "options": (("", "open"), *((option.id, option.title) for option in issue.options))}
        for issue in case.talks.issues
    ]  # fmt: skip
    made = views.document_page(
        found, f"/talks/{name}", urlencode(fixed), form=form, action=f"/talks/{name}",
        back=f"/scenario/{name}",
    )  # fmt: skip
    return HTMLResponse(made, headers=NEVER_KEPT)


@router.get("/talks/{name}/chart/{chart}.svg", include_in_schema=False)
def chart(name: ScenarioName, chart: str, desk: TheDesk, request: Request) -> Response:
    """Return a chart of the page."""
    asked = dict(request.query_params)
    found = _document(desk, name, _fixed(desk.scenario(name), asked))
    return Response(views.picture(found, chart, dark="dark" in asked), media_type="image/svg+xml")
