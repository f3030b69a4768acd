"""A scenario of one's own, as text: read, kept in memory, and shown like those shipped."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from detente.errors import InputError, Problem
from detente.scenario.load import load_scenario
from detente.serve.brought import scenario_from
from detente.serve.desk import Desk, Own
from detente.serve.pages.common import TheDesk, html
from detente.serve.pages.exports import to_yaml
from detente.serve.state import State, scenario_of

router = APIRouter(include_in_schema=False)
EXAMPLE = "may-2018"


@router.get("/own")
def page(desk: TheDesk) -> HTMLResponse:
    """Show where a scenario is pasted, with one that runs to start from."""
    case = scenario_of(desk.scenario(EXAMPLE), State(variant="us-tariffs"))
    return html("own.html.j2", text=to_yaml(case), problems=(), example=load_scenario(EXAMPLE))


@router.post("/own")
def take(desk: TheDesk, text: Annotated[str, Form(max_length=200_000)] = "") -> Response:
    """Read a scenario; what is wrong is shown beside the text."""
    try:
        return shown(desk, text)
    except InputError as error:
        found = [_placed(one) for one in error.problems]
        page = html("own.html.j2", text=text, problems=found, example=load_scenario(EXAMPLE))
        page.status_code = 422
        return page


def shown(desk: Desk, text: str) -> Response:
    """Keep a scenario, and lead to its page: that of its talks where it has nothing else.

    Raises
    ------
    InputError
        It is none.
    """
    case = scenario_from(text)
    name = desk.own.put(Own(case))
    to = f"/scenario/{name}" if case.variants else f"/talks/{name}"
    return RedirectResponse(quote(to), 303)


def _placed(one: Problem) -> Problem:
    """Put the line into the key: the text has no file."""
    place = f"line {one.line}" if one.line else ""
    key = ": ".join(part for part in (place, one.key) if part)
    return Problem(one.message, key=key or None, value=one.value, allowed=one.allowed)
