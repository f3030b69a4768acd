"""Data: cards of what numbers rest on, and economies that readers bring."""

from __future__ import annotations

import datetime
from functools import cache
from typing import Annotated, Any, NamedTuple
from urllib.parse import quote

from fastapi import APIRouter, File, Form, Path, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from detente.baseline.calibration import Calibration
from detente.baseline.store import available, load
from detente.baseline.tables import summarise
from detente.errors import InputError, Problem
from detente.ledger.measures import card as ledger_card
from detente.policy.product_lists import describe
from detente.scenario.measures import TariffEntry
from detente.scenario.schema import Scenario, Variant
from detente.serve.brought import economy_from
from detente.serve.desk import Desk, Own
from detente.serve.pages.common import TheDesk, html
from detente.serve.shelf import MINE

router = APIRouter(include_in_schema=False)
FIRST_RATE = 0.1
"""Of the tariff that the page of an economy starts with."""


class Facts(NamedTuple):
    """A baseline in one line."""

    name: str
    title: str
    of: str
    economies: int
    sectors: int
    unit: str
    licence: str


@cache
def _facts(name: str) -> Facts:
    found = load(name)
    card = found.card
    return Facts(name, card.title, card.of, len(found.countries), len(found.sectors), card.unit,
                 card.licence)  # fmt: skip


@router.get("/data")
def page() -> HTMLResponse:
    """Show baselines, the ledger and product lists as cards, and where tables are sent."""
    return html(
        "data.html.j2",
        baselines=[_facts(entry.name) for entry in available() if entry.kind == "shipped"],
        ledger=ledger_card(), lists=describe().items(),
    )  # fmt: skip


@router.post("/data")
def take(
    desk: TheDesk,
    folder: Annotated[UploadFile, File()],
    balance: Annotated[str, Form(max_length=8)] = "",
) -> Response:
    """Read tables from a zip file, and keep the economy for this session."""
    packed = folder.file.read(desk.limits.upload + 1)
    with desk.turn():
        world = economy_from(packed, desk.limits, settle=bool(balance))
    return RedirectResponse(f"/data/{desk.worlds.put(world)}", 303)


@router.get("/data/{name}")
def economy(name: Annotated[str, Path(max_length=80)], desk: TheDesk) -> HTMLResponse:
    """Show the card of an economy: what it is, where it is from, what was adjusted."""
    world = _world(desk, name)
    return html("economy.html.j2", name=name, world=world, card=world.card, sums=summarise(world),
                mine=name.startswith(MINE))  # fmt: skip


@router.post("/data/{name}/run")
def run(name: Annotated[str, Path(max_length=80)], desk: TheDesk) -> Response:
    """Open a scenario on an economy that a reader brought: one tariff to start from."""
    world = desk.worlds.get(name)
    return RedirectResponse(quote(f"/scenario/{desk.own.put(Own(_start(world), world))}"), 303)


def _world(desk: Desk, name: str) -> Calibration:
    if name.startswith(MINE):
        return desk.worlds.get(name)
    known = [entry.name for entry in available()]
    if name not in known:
        allowed = ", ".join(known)
        raise InputError(Problem("there is no such economy", key="name", value=name,
                                 allowed=allowed))  # fmt: skip
    return load(name)


def _start(world: Calibration) -> Scenario:
    """Return a scenario of one tariff: of the largest economy on all that it imports."""
    largest = world.country_codes[int(world.value_added.argmax())]
    tariff = TariffEntry(id="first", kind="tariff", by=(largest,), on=("world",),
                         sectors=("goods",), add=FIRST_RATE)  # fmt: skip
    title = f"{world.card.title}: move a tariff"
    given: dict[str, Any] = {
        "title": title,
        "date": datetime.date(min(max(world.card.year, 1900), 2100), 12, 31),
        "baseline": world.name,
        "measures": (tariff,),
        "variants": (Variant(id="one-tariff", title="One tariff", measures=("first",)),),
    }
    return Scenario(**given)
