"""The gallery: shipped scenarios, each with what it says first."""

from __future__ import annotations

import threading
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from detente.serve.answers import answer
from detente.serve.desk import Desk
from detente.serve.pages.common import WRONG, ScenarioName, TheDesk, html
from detente.serve.state import State

router = APIRouter()
FIRST = "may-2018"
_LOCK = threading.Lock()


def headline(desk: Desk, name: str) -> str:
    """Return what a scenario says first: the answer of the variant that is shown first."""
    kept: dict[str, str] = desk.__dict__.setdefault("_headlines", {})
    if name not in kept:
        found = answer(desk.solve(name, State()), quick=True)
        with _LOCK:
            kept[name] = found.lead[0].text
    return kept[name]


@router.get("/", include_in_schema=False)
def gallery(desk: TheDesk) -> HTMLResponse:
    """Show all scenarios, the newest first; headlines that are not worked out yet follow."""
    kept: dict[str, str] = desk.__dict__.get("_headlines", {})
    cases = sorted(desk.scenarios.items(), key=lambda one: one[1].date, reverse=True)
    listed = [(name, case, kept.get(name, "")) for name, case in cases]
    return html("gallery.html.j2", cases=listed)


@router.get("/scenario/{name}/headline", include_in_schema=False)
def one_headline(name: ScenarioName, desk: TheDesk) -> HTMLResponse:
    """Return what a scenario says first, for a gallery that is open already."""
    return html("headline.html.j2", text=headline(desk, name))


@router.get("/api/scenarios", responses=WRONG)
def scenarios(desk: TheDesk) -> list[dict[str, Any]]:
    """List the shipped scenarios with their variants and measures."""
    return [
        {
            "name": name,
            "title": case.title,
            "date": case.date.isoformat(),
            "baseline": case.baseline,
            "horizon": case.horizon,
            "variants": [{"id": v.id, "title": v.title} for v in case.variants],
            "measures": [
                {"id": m.id, "kind": m.kind, "by": list(m.by), "status": m.status}
                for m in case.measures
            ],
        }
        for name, case in desk.scenarios.items()
    ]
