"""The ledger: dated measures, rates by partner, and what was in force on a day."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response

from detente.document.blocks import Document
from detente.report.ledger.document import document
from detente.report.ledger.facts import facts_of
from detente.serve import views
from detente.serve.desk import Desk
from detente.serve.pages.common import NEVER_KEPT, WRONG, TheDesk

router = APIRouter()
Word = Annotated[str, Query(max_length=60)]


def _document(desk: Desk, by: str, on: str, at: str, authority: str) -> Document:
    def make() -> Document:
        with desk.turn():
            return document(facts_of(by or None, on or None, at or None, authority or None, None))

    return desk.document(("ledger", by, on, at, authority), make)


@router.get("/ledger", responses=WRONG, response_class=HTMLResponse)
def page(
    desk: TheDesk, by: Word = "", on: Word = "", at: Word = "", authority: Word = ""
) -> HTMLResponse:
    """Show measures by who imposes them, on whom, on a day, by which law."""
    found = _document(desk, by, on, at, authority)
    form = [
        {"name": "by", "label": "By", "value": by, "type": "text", "options": ()},
        {"name": "on", "label": "On", "value": on, "type": "text", "options": ()},
        {"name": "at", "label": "In force on", "value": at, "type": "date", "options": ()},
    ]
    query = urlencode({"by": by, "on": on, "at": at, "authority": authority})
    made = views.document_page(found, "/ledger", query, form=form, action="/ledger", back="")
    return HTMLResponse(made, headers=NEVER_KEPT)


@router.get("/ledger/chart/{chart}.svg", include_in_schema=False)
def chart(
    chart: str, desk: TheDesk, by: Word = "", on: Word = "", at: Word = "", authority: Word = "",
    dark: int = 0,
) -> Response:  # fmt: skip
    """Return a chart of the page."""
    made = views.picture(_document(desk, by, on, at, authority), chart, dark=bool(dark))
    return Response(made, media_type="image/svg+xml")
