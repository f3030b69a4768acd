"""Read an article: paste it, look its statements over, run what they come to."""

from __future__ import annotations

import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Form, Path
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from detente.errors import InputError, Problem
from detente.reading.edits import parse_edits
from detente.reading.read import read_text
from detente.report.reading.document import answer
from detente.report.reading.page import review_part
from detente.serve.pages.common import TheDesk, html
from detente.serve.pages.own import shown

router = APIRouter(include_in_schema=False)
LONGEST = 150_000
"""Characters of an article."""
Name = Annotated[str, Path(max_length=80)]


@router.get("/read")
def page() -> HTMLResponse:
    """Show where an article is pasted."""
    return html("read.html.j2", most=LONGEST)


@router.post("/read")
def take(
    desk: TheDesk, text: Annotated[str, Form()] = "", day: Annotated[str, Form()] = ""
) -> Response:
    """Read an article, and lead to its statements."""
    if not text.strip():
        raise InputError(Problem("no text is given", key="text", allowed="an article in English"))
    if len(text) > LONGEST:
        allowed = f"{LONGEST:,} characters"
        raise InputError(Problem("too long", key="text", value=f"{len(text):,}", allowed=allowed))
    with desk.turn():
        # a form sends line ends as two characters; places are counted as a page has them
        found = read_text(text.replace("\r\n", "\n"), _day(day), name="article")
    return RedirectResponse(f"/read/{desk.readings.put(found)}", 303)


@router.get("/read/{name}")
def reading(name: Name, desk: TheDesk) -> HTMLResponse:
    """Show the statements of an article, to accept, change or drop."""
    found = desk.readings.get(name)
    part = review_part(found)
    return html(
        "reading.html.j2", name=name, reading=found, part=part, said=answer(found),
        assumed=found.draft.assumed, runs=bool(found.draft.text),
    )  # fmt: skip


@router.post("/read/{name}/edits")
def edit(name: Name, desk: TheDesk, edits: Annotated[dict[str, Any], Body()]) -> Response:
    """Read the article again with what a reader has changed."""
    before = desk.readings.get(name)
    held = parse_edits(edits)
    with desk.turn():
        found = read_text(before.text, before.day, name=before.name, edits=held)
    desk.readings.put(found, name)
    return JSONResponse({"statements": len(found.statements), "edits": len(held)})


@router.post("/read/{name}/run")
def run(name: Name, desk: TheDesk) -> Response:
    """Open the draft of an article as a scenario of one's own."""
    text = desk.readings.get(name).draft.text
    if not text:
        message = "the text tells of no trade measure that could be run"
        raise InputError(Problem(message, key="article"))
    return shown(desk, text)


def _day(text: str) -> datetime.date | None:
    if not text:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise InputError(
            Problem("no day", key="day", value=text[:80], allowed="YYYY-MM-DD")
        ) from None
