"""Two states of a scenario, one against the other, with what each measure makes of it."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response

from detente.comparison import Comparison
from detente.document.blocks import Document
from detente.report.describe import describe
from detente.scenario.schema import Scenario
from detente.serve import views
from detente.serve.desk import Desk
from detente.serve.pages.common import NEVER_KEPT, WRONG, ScenarioName, TheDesk
from detente.serve.state import State, scenario_of

router = APIRouter()
Half = Annotated[str, Query(max_length=4000, description="A state, as an address writes it.")]


def both_of(case: Scenario, first: State, second: State) -> Scenario:
    """Return one scenario with two states as its variants; measures that differ stand twice."""
    one, two = scenario_of(case, first), scenario_of(case, second)
    shared = {entry.id: entry for entry in one.measures}
    renamed = {m.id: f"{m.id}-b" for m in two.measures if m.id in shared and shared[m.id] != m}
    more = [m.model_copy(update={"id": renamed.get(m.id, m.id)}) for m in two.measures
            if m.id not in shared or m.id in renamed]  # fmt: skip
    (a,), (b,) = one.variants, two.variants
    titles = (a.title, b.title) if a.title != b.title else (f"{a.title} (A)", f"{b.title} (B)")
    variants = (
        a.model_copy(update={"id": "a", "title": titles[0]}),
        b.model_copy(update={"id": "b", "title": titles[1],
                             "measures": tuple(renamed.get(m, m) for m in b.measures)}),
    )  # fmt: skip
    changed = {"measures": (*one.measures, *more), "variants": variants}
    return one.model_copy(update=changed)


def _states(a: str, b: str) -> tuple[State, State]:
    """Read two states; the economy, its horizon and the day are those of the second."""
    second = State.of_form(parse_qsl(b, keep_blank_values=True))
    first = State.of_form(parse_qsl(a, keep_blank_values=True))
    start = first.variant or second.variant
    same = {"variant": start, "horizon": second.horizon, "at": second.at}
    return first.model_copy(update=same), second


def _compared(desk: Desk, name: str, a: str, b: str) -> Comparison:
    from detente.simulate import run_scenario

    case = both_of(desk.scenario(name), *_states(a, b))
    day = _states(a, b)[1].at
    with desk.turn():
        world, ids = desk.world(name), ["a", "b"]
        result = run_scenario(
            case, baseline=world, at=day, variants=ids, compare=ids[::-1], draws=0
        )
    assert result.comparison is not None
    return result.comparison


def _document(desk: Desk, name: str, a: str, b: str) -> Document:
    return desk.document(("compare", name, a, b), lambda: describe(_compared(desk, name, a, b)))


@router.get("/compare/{name}", responses=WRONG, response_class=HTMLResponse)
def page(name: ScenarioName, desk: TheDesk, a: Half = "", b: Half = "") -> HTMLResponse:
    """Show the second of two states against the first: that which the scenario starts from."""
    found = _document(desk, name, a, b)
    made = views.document_page(
        found, f"/compare/{name}", urlencode({"a": a, "b": b}), back=f"/scenario/{name}?{b}"
    )
    return HTMLResponse(made, headers=NEVER_KEPT)


@router.get("/compare/{name}/chart/{chart}.svg", include_in_schema=False)
def chart(
    name: ScenarioName, chart: str, desk: TheDesk, a: Half = "", b: Half = "", dark: int = 0
) -> Response:
    """Return a chart of the page."""
    made = views.picture(_document(desk, name, a, b), chart, dark=bool(dark))
    return Response(made, media_type="image/svg+xml")


__all__: list[Any] = ["both_of", "router"]
