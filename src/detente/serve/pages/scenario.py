"""A scenario: controls and, beside them, what they come to."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Body
from fastapi.responses import HTMLResponse

from detente.document.html import Page
from detente.report.run import sure, wording
from detente.report.run.facts import facts_of
from detente.serve import world
from detente.serve.answers import answer
from detente.serve.controls import controls
from detente.serve.pages.common import WRONG, AddressState, ScenarioName, TheDesk, html
from detente.serve.state import State

router = APIRouter()
AS_STARTED = Body(default_factory=State)


@router.get("/scenario/{name}", include_in_schema=False)
def page(name: ScenarioName, desk: TheDesk, state: AddressState) -> HTMLResponse:
    """Show a scenario as the address has set it."""
    case = desk.scenario(name)
    result = desk.solve(name, state)
    countries = result.calibration.countries
    return html(
        "scenario.html.j2",
        name=name, case=case, state=state, found=answer(result), page=Page(),
        controls=controls(case, state, result.calibration), shapes=world.shapes(countries),
        names={c.code: c.name for c in countries},
        about=result.calibration.card,
    )  # fmt: skip


@router.get("/scenario/{name}/answer", include_in_schema=False)
def part(name: ScenarioName, desk: TheDesk, state: AddressState) -> HTMLResponse:
    """Return the answer alone, for a page whose controls have moved."""
    return html("part.html.j2", found=answer(desk.solve(name, state), quick=True), page=Page())


@router.get("/scenario/{name}/rest", include_in_schema=False)
def rest(name: ScenarioName, desk: TheDesk, state: AddressState) -> HTMLResponse:
    """Return what is below the answer: it follows when controls are at rest."""
    return html("rest.html.j2", found=answer(desk.solve(name, state)), page=Page())


@router.get("/scenario/{name}/sure", include_in_schema=False)
def sure_part(name: ScenarioName, desk: TheDesk, state: AddressState) -> HTMLResponse:
    """Say how far runs with other elasticities lie apart; this takes longer."""
    result = desk.solve(name, state, draws=desk.limits.draws)
    with desk.turn():
        run = facts_of(result, between=False)
        said = wording.answer(run, result, sure.sentence(run, result))[-1]
    return html("sure.html.j2", said=(said,), page=Page())


@router.post("/api/scenario/{name}/solve", responses=WRONG)
def solve(name: ScenarioName, desk: TheDesk, state: State = AS_STARTED) -> dict[str, Any]:
    """Solve a scenario as a state sets it: sentences and tables, every number with its unit."""
    return answer(desk.solve(name, state)).to_plain()


@router.post("/api/scenario/{name}/intervals", responses=WRONG)
def intervals(name: ScenarioName, desk: TheDesk, state: State = AS_STARTED) -> dict[str, Any]:
    """Say between which ends real income is in nine of ten runs with drawn parameters."""
    result = desk.solve(name, state, draws=desk.limits.draws)
    with desk.turn():
        run = facts_of(result, between=False)
    ends = run.variants[run.last].ends
    return {
        "unit": "%",
        "draws": desk.limits.draws,
        "real_income": {code: {"low": low, "high": high} for code, (low, high) in ends.items()},
    }
