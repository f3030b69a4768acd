"""What the ledger knows of the measures of a draft on the day of the text: offered, never used."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from detente.ledger.measures import Measure
from detente.ledger.search import find
from detente.reading.values import Offer

_INSTRUMENTS = {
    "tariff": ("tariff", "tariff_rate_quota", "threat"), "quota": ("quota", "tariff_rate_quota"),
    "export-ban": ("export_control",), "export-restraint": ("quota",),
    "import-ban": ("import_ban",),
}  # fmt: skip
_ENACTED = timedelta(days=240)
"""How long after its announcement a measure that is not in force yet may still be meant."""
_MOST = 3
_WORDS = re.compile(r"[a-z]{4,}")
_LEDGER_BEGINS = date(2018, 1, 1)


def find_offers(measures: Sequence[Mapping[str, Any]], day: date) -> tuple[Offer, ...]:
    """Return entries of the ledger that may be the measures of a draft.

    Parameters
    ----------
    measures
        As a scenario file writes them.
    day
        Of the text; nothing is offered that was announced later.
    """
    if day < _LEDGER_BEGINS:
        return ()
    found: list[Offer] = []
    for place, one in enumerate(measures):
        wanted = _INSTRUMENTS.get(one["kind"])
        if wanted is None or one.get("on", "world") == "world":
            continue
        rows = [m for m in find(by=one["by"], on=one["on"]) if m.instrument in wanted]
        rows = [m for m in rows if _known(m, day)]
        rows.sort(key=lambda m: (-_fit(m, one, day), m.id))
        found += [Offer(f"measures[{place}]", m.id, _said(m, day)) for m in rows[:_MOST]
                  if _fit(m, one, day) > 0]  # fmt: skip
    return tuple(found)


def _known(one: Measure, day: date) -> bool:
    """Whether a measure is in force on a day, or announced before it and still to come."""
    if one.in_force(day):
        return True
    coming = one.effective is None or one.effective > day
    return one.announced is not None and one.announced <= day < one.announced + _ENACTED and coming


def _fit(one: Measure, entry: Mapping[str, Any], day: date) -> int:
    """Return how much speaks for it: who it is on by name, its rate, its goods, its state."""
    by_name = any(code != "ALL" for code in one.on)
    rate = entry.get("add", entry.get("set"))
    said = {float(n) for n in re.findall(r"\d+(?:\.\d+)?", one.rate_pct)}
    note = str(entry.get("note", ""))
    assumed = "Assumed: add" in note or "; add (" in note
    same_rate = isinstance(rate, float) and not assumed and round(100 * rate, 4) in said
    goods = set(_WORDS.findall(note.partition("Assumed")[0].lower()))
    same_goods = len(goods & set(_WORDS.findall(one.scope.lower())))
    firm = str(entry.get("firm", "")).lower()
    same_firm = bool(firm) and firm in f"{one.scope} {one.on_said}".lower()
    in_force = one.in_force(day) == (entry.get("status") == "applied")
    points = 2 * same_rate + 2 * min(same_goods, 2) + 3 * same_firm
    if firm and not same_firm:
        return 0
    return points + by_name + in_force if by_name or same_goods else 0


def _said(one: Measure, day: date) -> str:
    what = f"{one.rate_pct}%" if re.fullmatch(r"[\d.-]+", one.rate_pct) else one.rate_pct
    what = what or one.instrument.replace("_", " ")
    state = "in force" if one.in_force(day) else f"announced {one.announced}"
    since = f" since {one.effective}" if one.in_force(day) else ""
    return f"{one.authority}: {what} on {one.scope} ({state}{since})"
