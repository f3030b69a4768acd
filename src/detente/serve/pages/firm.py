"""A firm cut off: what an export ban does to it, day by day."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from detente.document.blocks import Document
from detente.errors import InputError, Problem, nearest
from detente.report.describe import describe
from detente.sanction.load import load_card, shipped_cards
from detente.sanction.setting import Choices
from detente.sanction.study import run_sanction
from detente.serve import views
from detente.serve.desk import Desk
from detente.serve.pages.common import NEVER_KEPT, TheDesk

router = APIRouter(include_in_schema=False)
DAYS = 360
DRAWS = 200
WIDTH, HEIGHT = 720, 260
Card = Annotated[str, Path(max_length=80)]


class Asked(NamedTuple):
    """What is asked of a card: the day looked at, the first day of relief, the share banned."""

    day: int = 89
    relief: int | None = None
    ban: int = 100

    @property
    def query(self) -> str:
        """Return it as an address writes it."""
        kept = {"day": self.day, "relief": self.relief or "", "ban": self.ban}
        return urlencode(kept)


def _asked(
    day: Annotated[int, Query(ge=1, le=DAYS)] = 89,
    relief: Annotated[str, Query(max_length=4)] = "",
    ban: Annotated[int, Query(ge=1, le=100)] = 100,
) -> Asked:
    if relief and not (relief.isdecimal() and 1 <= int(relief) <= DAYS):
        allowed = f"1 to {DAYS}, or nothing"
        raise InputError(Problem("no day", key="relief", value=relief, allowed=allowed))
    return Asked(day, int(relief) if relief else None, ban)


TheAsked = Annotated[Asked, Depends(_asked)]


def _document(desk: Desk, card: str, asked: Asked) -> Document:
    cards = shipped_cards()
    if card not in cards:
        message = f"there is no such card; {nearest(card, cards)}".rstrip("; ")
        raise InputError(Problem(message, key="card", value=card, allowed=", ".join(cards)))

    def make() -> Document:
        choices = Choices(days=DAYS, draws=DRAWS, world_draws=0, relief=asked.relief,
                          ban_share=asked.ban / 100)  # fmt: skip
        with desk.turn():
            return describe(run_sanction(card, choices))

    return desk.document(("firm", card, asked.relief, asked.ban), make)


@router.get("/firm")
def first() -> Response:
    """Lead to the first card."""
    return RedirectResponse(f"/firm/{shipped_cards()[-1]}", 303)


@router.get("/firm/{card}")
def page(card: Card, desk: TheDesk, asked: TheAsked) -> HTMLResponse:
    """Show a firm that is cut off: the answer, its output by day, all that stands behind it."""
    found = _document(desk, card, asked)
    days = _days(found)
    made = views.document_page(
        found, f"/firm/{card}", asked.query, template="firm.html.j2", card=card, asked=asked,
        cards=[(name, load_card(name).name) for name in shipped_cards()],
        days=days, now=days[asked.day - 1], picture=_picture(days), last=DAYS, back="",
    )  # fmt: skip
    return HTMLResponse(made, headers=NEVER_KEPT)


@router.get("/firm/{card}/chart/{chart}.svg")
def chart(card: Card, chart: str, desk: TheDesk, asked: TheAsked, dark: int = 0) -> Response:
    """Return a chart of the page."""
    made = views.picture(_document(desk, card, asked), chart, dark=bool(dark))
    return Response(made, media_type="image/svg+xml")


def _days(document: Document) -> list[dict[str, float]]:
    """Return by day what of a normal day's output is made, in per cent, and its range."""
    keys = ("output", "p5", "p95")
    rows = document.tables()["path"].rows
    return [
        {"day": k, **{key: round(100 * float(row.get(key, row["output"])), 1) for key in keys}}  # pyright: ignore[reportArgumentType]
        for k, row in enumerate(rows, 1)
    ]


def _picture(days: list[dict[str, float]]) -> dict[str, Any]:
    """Return the curve and its range as points of a drawing, 0 to 100 per cent from below."""
    step = WIDTH / max(len(days) - 1, 1)

    def points(key: str) -> list[str]:
        return [f"{step * k:.1f},{HEIGHT * (1 - one[key] / 100):.1f}" for k, one in enumerate(days)]

    return {
        "width": WIDTH, "height": HEIGHT, "step": step,
        "curve": " ".join(points("output")),
        "band": " ".join([*points("p95"), *reversed(points("p5"))]),
        "rules": [(v, HEIGHT * (1 - v / 100)) for v in (0, 25, 50, 75, 100)],
    }  # fmt: skip
