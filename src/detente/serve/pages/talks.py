"""Talks: options that a reader fixes, weights that are read, and which deals that leaves."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, NamedTuple
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
from detente.talks.weights import sources_of

WEIGHTS = "weights."
router = APIRouter()


def _studies(request: Request) -> Studies:
    return request.app.state.studies


TheStudies = Annotated[Studies, Depends(_studies)]


class Asked(NamedTuple):
    """What a reader asks of talks.

    Attributes
    ----------
    fixed
        Issue → option that is fixed.
    weights
        Party → what its weights of sectors are read off.
    """

    fixed: dict[str, str]
    weights: dict[str, str]

    @property
    def query(self) -> str:
        """It as the part of an address after the question mark."""
        named = {f"{WEIGHTS}{party}": source for party, source in self.weights.items()}
        return urlencode(self.fixed | named)


def _asked(case: Scenario, query: dict[str, str]) -> Asked:
    """Read what an address asks for.

    Raises
    ------
    InputError
        The scenario has no talks, or an issue, an option, a party or a source is not there.
    """
    if case.talks is None:
        raise InputError(Problem("this scenario has no talks", key="scenario", value=case.title))
    known = {issue.id: [option.id for option in issue.options] for issue in case.talks.issues}
    given = {key: value for key, value in query.items() if value and key != "dark"}
    weights = {key.removeprefix(WEIGHTS): value for key, value in given.items()
               if key.startswith(WEIGHTS)}  # fmt: skip
    fixed = {key: value for key, value in given.items() if not key.startswith(WEIGHTS)}
    keys = [*known, *(f"{WEIGHTS}{p.party}" for p in case.talks.parties)]
    wrong = [
        Problem("no such issue or option", key=key[:80], value=value[:80],
                allowed=", ".join(known.get(key, keys)))
        for key, value in fixed.items() if value not in known.get(key, ())
    ]  # fmt: skip
    try:
        sources_of(case, weights, files=False)
    except InputError as error:
        wrong += [replace(p, value=str(p.value)[:80]) for p in error.problems]
    if wrong:
        raise InputError(wrong)
    return Asked(fixed, weights)


def _document(desk: Desk, name: str, study: TalksStudy, asked: Asked) -> Document:
    def make() -> Document:
        with desk.turn():
            return describe(with_fixed(study, asked.fixed))

    return desk.document(("talks", name, asked.query), make)


def _form(case: Scenario, asked: Asked) -> list[dict[str, Any]]:
    """Return the fields of the form: a choice for every issue, and one of weights for each side."""
    assert case.talks is not None
    issues = [
        {"name": issue.id, "label": issue.title, "value": asked.fixed.get(issue.id, ""),
         "type": "text",
         "options": (("", "open"), *((option.id, option.title) for option in issue.options))}
        for issue in case.talks.issues
    ]  # fmt: skip
    return [*issues, *weight_fields(case, asked.weights)]


def weight_fields(case: Scenario, given: dict[str, str]) -> list[dict[str, Any]]:
    """Return a field for each side: what its weights of sectors are read off."""
    assert case.talks is not None
    names = {one.id: one.name or one.id for one in case.parties}
    titles = {"": "as the file says", "applied": "tariffs applied"}
    if case.variants:
        titles["announced"] = "tariffs announced"
        titles |= {f"variant:{one.id}": f"tariffs: {one.title}" for one in case.variants}
    return [
        {"name": f"{WEIGHTS}{p.party}", "label": f"Weights of sectors: {names[p.party]}",
         "value": given.get(p.party, ""), "type": "text", "options": tuple(titles.items())}
        for p in case.talks.parties
    ]  # fmt: skip


@router.get("/talks/{name}", include_in_schema=False)
def page(name: ScenarioName, desk: TheDesk, kept: TheStudies, request: Request) -> HTMLResponse:
    """Show what the talks come to where some options are fixed."""
    case = desk.scenario(name)
    asked = _asked(case, dict(request.query_params))
    found = kept.get(name, case, asked.weights)
    if isinstance(found, Underway):
        return html("talks_wait.html.j2", name=name, case=case, far=found, query=asked.query)
    document = _document(desk, name, found, asked)
    made = views.document_page(
        document, f"/talks/{name}", asked.query, "talks.html.j2", form=_form(case, asked),
        action=f"/talks/{name}", back=f"/scenario/{name}", name=name, asked=asked,
    )  # fmt: skip
    return HTMLResponse(made, headers=NEVER_KEPT)


@router.get("/talks/{name}/far", include_in_schema=False)
def far(name: ScenarioName, desk: TheDesk, kept: TheStudies, request: Request) -> dict[str, Any]:
    """Say how far the talks are, to a page that waits for them."""
    case = desk.scenario(name)
    found = kept.get(name, case, _asked(case, dict(request.query_params)).weights)
    if not isinstance(found, Underway):
        return {"status": "done"}
    progress = {"what": found.what, "done": found.done, "total": found.total}
    return {"status": "running", "progress": progress}


@router.get("/talks/{name}/chart/{chart}.svg", include_in_schema=False)
def chart(
    name: ScenarioName, chart: str, desk: TheDesk, kept: TheStudies, request: Request
) -> Response:
    """Return a chart of the page."""
    case, query = desk.scenario(name), dict(request.query_params)
    asked = _asked(case, query)
    found = kept.get(name, case, asked.weights)
    if isinstance(found, Underway):
        raise HTTPException(503, "the talks are being worked out")
    document = _document(desk, name, found, asked)
    return Response(
        views.picture(document, chart, dark="dark" in query), media_type="image/svg+xml"
    )
