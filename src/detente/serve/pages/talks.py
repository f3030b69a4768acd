"""Talks: options that a reader fixes, and which deals that leaves."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

from detente.document.blocks import Document
from detente.errors import InputError, Problem
from detente.report.describe import describe
from detente.scenario.schema import Scenario
from detente.serve import views
from detente.serve.desk import Desk
from detente.serve.pages.common import NEVER_KEPT, ScenarioName, TheDesk, html
from detente.serve.studies import Studies, Underway
from detente.talks.study import TalksStudy, with_fixed

router = APIRouter()


def _studies(request: Request) -> Studies:
    return request.app.state.studies


TheStudies = Annotated[Studies, Depends(_studies)]


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


def _document(desk: Desk, name: str, study: TalksStudy, fixed: dict[str, str]) -> Document:
    def make() -> Document:
        with desk.turn():
            return describe(with_fixed(study, fixed))

    return desk.document(("talks", name, *sorted(fixed.items())), make)


@router.get("/talks/{name}", include_in_schema=False)
def page(name: ScenarioName, desk: TheDesk, kept: TheStudies, request: Request) -> HTMLResponse:
    """Show what the talks come to where some options are fixed."""
    case = desk.scenario(name)
    fixed = _fixed(case, dict(request.query_params))
    found = kept.get(name, case)
    if isinstance(found, Underway):
        return html("talks_wait.html.j2", name=name, case=case, far=found)
    document = _document(desk, name, found, fixed)
    assert case.talks is not None
    form = [
        {"name": issue.id, "label": issue.title, "value": fixed.get(issue.id, ""), "type": "text",
         "options": (("", "open"), *((option.id, option.title) for option in issue.options))}
        for issue in case.talks.issues
    ]  # fmt: skip
    made = views.document_page(
        document, f"/talks/{name}", urlencode(fixed), "talks.html.j2", form=form,
        action=f"/talks/{name}", back=f"/scenario/{name}", name=name, fixed=fixed,
    )  # fmt: skip
    return HTMLResponse(made, headers=NEVER_KEPT)


@router.get("/talks/{name}/far", include_in_schema=False)
def far(name: ScenarioName, desk: TheDesk, kept: TheStudies) -> dict[str, Any]:
    """Say how far the talks are, to a page that waits for them."""
    case = desk.scenario(name)
    _fixed(case, {})
    found = kept.get(name, case)
    if not isinstance(found, Underway):
        return {"status": "done"}
    progress = {"what": found.what, "done": found.done, "total": found.total}
    return {"status": "running", "progress": progress}


@router.get("/talks/{name}/chart/{chart}.svg", include_in_schema=False)
def chart(
    name: ScenarioName, chart: str, desk: TheDesk, kept: TheStudies, request: Request
) -> Response:
    """Return a chart of the page."""
    case, asked = desk.scenario(name), dict(request.query_params)
    fixed = _fixed(case, asked)
    found = kept.get(name, case)
    if isinstance(found, Underway):
        raise HTTPException(503, "the talks are being worked out")
    document = _document(desk, name, found, fixed)
    return Response(
        views.picture(document, chart, dark="dark" in asked), media_type="image/svg+xml"
    )
