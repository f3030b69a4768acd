"""From statements to measures of a scenario: which kind, by whom, on what, how much, since when."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from detente.baseline.names import COUNTRY_NAMES, DEFAULT_ECONOMIES, EU27
from detente.reading.mentions import good_of
from detente.reading.values import Assumed, Statement

KINDS = {
    "tariff": "tariff", "antidumping": "tariff", "safeguard": "tariff", "quota": "quota",
    "export_tax": "export-tax", "export_restraint": "export-restraint",
    "purchase": "purchase-commitment", "subsidy": "production-subsidy",
    "export_control": "export-ban", "import_ban": "import-ban", "market_access": "tariff",
}  # fmt: skip
STATUS = {
    "in_force": "applied", "announced": "announced", "threatened": "threatened",
    "demanded": "demanded", "offered": "offered", "agreed": "agreed", "considered": "announced",
    "refused": "demanded", "ended": "applied",
}  # fmt: skip
_FIRMS = {"ZTE": "zte", "Huawei": "huawei", "Huawei Technologies": "huawei"}
"""Firms with a shipped card."""
_RATE, _SUBSIDY, _TAX = 0.25, 0.01, 0.1
_PURCHASE = 10_000.0
_CHANGED = re.compile(r"\bfrom (?:\w+ )?\d+(?:\.\d+)?(?: ?%| per ?cent)? to \d")
_BY_SECTOR = ("quota", "export-restraint", "purchase-commitment")
"""Kinds of measures that name sectors alone."""
_CHAPTERS = (
    (range(1, 16), "agriculture"), (range(16, 25), "food"), (range(25, 28), "mining"),
    (range(28, 39), "chemicals"), (range(39, 41), "plastics"), (range(41, 44), "textiles"),
    (range(44, 47), "wood"), (range(47, 50), "paper"), (range(50, 66), "textiles"),
    (range(66, 68), "other manufacturing"), (range(68, 71), "minerals"),
    (range(71, 84), "metals"), (range(84, 85), "machinery"), (range(85, 86), "electronics"),
    (range(86, 88), "vehicles"), (range(88, 90), "aircraft and ships"),
    (range(90, 98), "other manufacturing"),
)  # fmt: skip
"""Chapters of the HS, to the sector groups that make most of them."""
_MOST = 12
"""Measures of a draft; an article has fewer."""


@dataclass(frozen=True)
class Act:
    """A measure in the making: statements that tell of it, and what they say together.

    ``way``: add, ease or align. ``wide``: on whole sectors, where no trade in its goods is known.
    """

    kind: str
    by: str
    on: tuple[str, ...]
    way: str
    status: str
    statements: tuple[Statement, ...]
    goods: tuple[str, ...] = ()
    firm: str | None = None
    rates: tuple[float, ...] = ()
    usd: float | None = None
    start: str | None = None
    until: str | None = None
    wide: bool = False


def economy(code: str) -> str | None:
    """Return an economy as shipped baselines have it; none where it is none of them."""
    if code in ("EU", *EU27):
        return "EU27"
    return code if code in DEFAULT_ECONOMIES["icio-2022"] and code in COUNTRY_NAMES else None


def gather(statements: Iterable[Statement]) -> tuple[list[Act], list[tuple[str, str]]]:
    """Put statements together that tell of one measure; say why others make none."""
    acts: list[Act] = []
    left: list[tuple[str, str]] = []
    for one in statements:
        if not one.core:
            continue
        made, why = _acts(one)
        if why:
            left.append((one.id, why))
        for act in made:
            place = next((k for k, old in enumerate(acts) if _same(old, act)), None)
            if place is None:
                acts.append(act)
            else:
                acts[place] = _together(acts[place], act)
    left += [(s.id, "more measures than a draft takes") for a in acts[_MOST:] for s in a.statements]
    return acts[:_MOST], left


def _acts(one: Statement) -> tuple[list[Act], str]:
    kind = KINDS.get(one.instrument)
    if kind is None or one.action not in ("impose", "ease", "align", "buy", "open", "keep"):
        return [], f"{one.action} of {one.instrument} is no measure of the model"
    if one.modality == "ended":
        return [], "it is over"
    # who would have to act is the target of a demand, and of what is asked for and refused
    asked = one.modality == "demanded"
    by, on = (one.target, one.actor) if asked else (one.actor, one.target)
    if one.action == "align" and not asked:
        by, on = one.actor, one.target
    if one.modality == "refused" and one.instrument != "subsidy":
        return [], "refused: an issue of the talks"
    acting = _known(by)
    hit = tuple(e for e in _known(on) if e not in acting)
    if not acting:
        return [], "who acts stands alone in no shipped baseline"
    if not hit and not on:
        hit = ("world",)
    if not hit and kind != "production-subsidy":
        return [], "whom it is aimed at stands alone in no shipped baseline"
    firm = next((f for f in one.firm if f in _FIRMS), None)
    if kind == "export-ban" and one.action == "ease":
        return [], "a ban that ends or may end: an option of the talks"
    if kind in ("quota", "export-restraint", "import-ban", "export-tax") and one.action == "ease":
        return [], "it ends or widens: an option of the talks"
    if one.instrument == "subsidy" and one.action == "ease":
        # what is asked for is an end of what stands
        act = Act(kind, acting[0], (), "add", "applied", (one,), one.goods)
        return [act], ""
    way = {"align": "align", "ease": "ease", "open": "ease"}.get(one.action, "add")
    usd = next((a for a, unit in one.value if unit == "USD"), None)
    act = Act(
        kind, acting[0], hit, way, STATUS[one.modality], (one,), one.goods,
        firm if kind == "export-ban" else None, one.rate, usd, one.when, one.until,
    )  # fmt: skip
    return [replace(act, by=who) for who in acting[:3]], ""


def _known(codes: Sequence[str]) -> list[str]:
    """Return the economies of shipped baselines that codes mean, each once."""
    found = (economy(code) for code in codes)
    return list(dict.fromkeys(one for one in found if one is not None))


def _same(old: Act, new: Act) -> bool:
    """Whether two tell of one measure: what one leaves open the other may say."""
    if (old.kind, old.by, old.way, old.firm) != (new.kind, new.by, new.way, new.firm):
        return False
    if not (set(old.on) & set(new.on)) and old.kind != "production-subsidy":
        return False
    if new.rates and old.rates and set(new.rates).isdisjoint(old.rates):
        return False
    if new.usd and old.usd and abs(new.usd - old.usd) > 0.01 * old.usd:
        return False
    if {"offered", "demanded"} & {old.status, new.status} and old.status != new.status:
        return old.way == "ease"
    if new.rates and len(new.on) > len(old.on):
        return False
    said, more = set(map(str.lower, old.goods)), set(map(str.lower, new.goods))
    if said and more and not said & more:
        return old.kind == "production-subsidy"
    # a lower rate for some goods is another measure than the one on everything
    return not (old.rates and new.goods and not old.goods and new.rates)


def _detail(act: Act) -> int:
    return len(act.rates) + bool(act.usd) + bool(act.goods) + len(act.start or "") // 10


_ORDER = ("applied", "agreed", "announced", "offered", "demanded", "threatened")


def _together(old: Act, new: Act) -> Act:
    on = old.on if len(old.on) <= len(new.on) or old.rates else new.on
    days = [d for d in (old.start, new.start) if d]
    latest = old.status == "announced" and len(days) == 2 and len(days[0]) == len(days[1]) == 10
    first, second = sorted((old, new), key=lambda a: (-_detail(a), _ORDER.index(a.status)))
    del second
    return replace(
        old,
        on=on,
        status=first.status,  # of what is told in more detail
        statements=(*old.statements, *new.statements),
        goods=tuple(dict.fromkeys((*old.goods, *new.goods))),
        rates=old.rates or new.rates,
        usd=old.usd or new.usd,
        start=max(days) if latest else days[0] if days else None,
        until=old.until or new.until,
    )


# ---------------------------------------------------------------- entries
def entries(acts: Sequence[Act], day: date) -> tuple[list[dict[str, Any]], list[Assumed]]:
    """Return measures as a scenario file writes them, and what of them is assumed."""
    found: list[dict[str, Any]] = []
    assumed: list[Assumed] = []
    taken: set[str] = set()
    known = [a.rates[0] for a in acts if a.rates and a.kind == "tariff" and a.way == "add"]
    for act in acts:
        for on in _targets(act):
            entry, open_fields = _entry(act, on, day, known)
            entry = {"id": _id(entry, act, taken), **entry}
            path = f"measures[{len(found)}]"
            assumed += [Assumed(f"{path}.{k}", v, why) for k, v, why in open_fields]
            note = _note(act, open_fields)
            if note:
                entry["note"] = note
            found.append(entry)
    return found, assumed


def rival_key(entry: dict[str, Any]) -> tuple[str, ...]:
    """Return what measures of one key cannot do together: replace one tariff, limit one trade."""
    kind = entry["kind"]
    if kind == "tariff":
        ways = [w for w in ("scale", "align", "set") if w in entry]
        return (entry["by"], entry["on"], "replaces") if ways else (entry["id"],)
    if kind in ("purchase-commitment", "quota", "export-restraint"):
        return (entry["by"], entry.get("on", ""), "limits")
    return (entry["id"],)


def owners_of(acts: Sequence[Act]) -> list[Act]:
    """Return the act of each entry, in their order."""
    return [act for act in acts for _ in _targets(act)]


def _targets(act: Act) -> list[tuple[str, ...]]:
    """Return one measure a partner, so that each can be taken back alone."""
    if act.kind == "production-subsidy":
        return [()]
    return [(one,) for one in act.on]


def _id(entry: dict[str, Any], act: Act, taken: set[str]) -> str:
    goods = re.sub(r"[^a-z0-9]+", "-", act.goods[0].lower()).strip("-")[:24] if act.goods else ""
    parts = [entry["by"].lower(), str(entry.get("on", "")).lower(), entry["kind"],
             (act.firm or goods).lower()]  # fmt: skip
    name = "-".join(p for p in parts if p)
    name += "-lower" if act.way == "ease" else "-aligned" if act.way == "align" else ""
    made, k = name, 2
    while made in taken:
        made, k = f"{name}-{k}", k + 1
    taken.add(made)
    return made


Open = list[tuple[str, Any, str]]


def _entry(
    act: Act, on: tuple[str, ...], day: date, known: Sequence[float]
) -> tuple[dict[str, Any], Open]:
    entry: dict[str, Any] = {"kind": act.kind, "by": act.by}
    if on:
        entry["on"] = on[0]
    missing: Open = []
    goods = _goods(act, missing)
    entry |= goods
    entry |= _amount(act, day, known, missing)
    if act.kind == "tariff" and act.usd and "products" not in entry and act.way == "add":
        entry["value_usd"] = act.usd / 1e6
    entry["status"] = act.status
    entry |= _dates(act, day, missing)
    return entry, missing


def _goods(act: Act, missing: Open) -> dict[str, Any]:
    """Return what a measure is on: codes and words for goods, or sectors."""
    if act.firm:
        return {"firm": act.firm}
    known = [g for word in act.goods if (g := good_of(word)) is not None]
    products = list(dict.fromkeys(p for g in known for p in g.products))
    sectors = list(dict.fromkeys(s for g in known for s in g.sectors))
    by_sector = act.kind in ("production-subsidy", "purchase-commitment") or (
        act.usd is not None and act.kind == "tariff" and act.way == "add"
    )
    plain = act.kind not in _BY_SECTOR and not act.wide
    if products and not sectors and not by_sector and plain:
        return {"products": products[:20]}
    if sectors:
        return {"sectors": _named_sectors(sectors)}
    if products and (act.wide or act.kind in _BY_SECTOR):
        missing.append(("sectors", _sectors_of(products), "the whole sectors that make the goods"))
        return {"sectors": _sectors_of(products)}
    if act.kind == "production-subsidy":
        missing.append(("sectors", ["manufacturing"], "the text names no industry"))
        return {"sectors": ["manufacturing"]}
    if act.kind in ("export-ban", "import-ban") or not act.goods:
        missing.append(("sectors", ["goods"], "the text does not say on which goods"))
    elif not products:
        missing.append(("sectors", ["goods"], f"no code is known for {', '.join(act.goods)}"))
    return {"sectors": ["goods"]}


def _named_sectors(sectors: Sequence[str]) -> list[str]:
    wide = {"high technology": ["electronics", "electrical", "machinery", "aircraft and ships"],
            "agriculture": ["agriculture", "food"]}  # fmt: skip
    return list(dict.fromkeys(s for one in sectors for s in wide.get(one, [one])))


def _sectors_of(products: Sequence[str]) -> list[str]:
    """Return the sector groups that make goods, by the chapters of their codes."""
    from detente.policy.products import WORDS

    chapters = {int(code[:2]) for p in products for code in WORDS.get(p, (p,))}
    found = [name for held, name in _CHAPTERS if chapters & set(held)]
    return list(dict.fromkeys(found)) or ["goods"]


def _amount(act: Act, day: date, known: Sequence[float], missing: Open) -> dict[str, Any]:
    """Return how much of it; what the text leaves open is assumed, with the reason."""
    kind = act.kind
    if act.way == "align":
        return {"align": "partner"}
    if kind == "tariff" and act.way == "ease":
        return _lowered(act, missing)
    if kind == "tariff":
        return _raised(act, known, missing)
    if kind == "export-tax":
        return {"add": _taxed(act, missing)}
    if kind in ("quota", "export-restraint"):
        missing.append(("scale", 0.8, "the text gives no limit as a share of today's trade"))
        return {"scale": 0.8}
    if kind == "purchase-commitment":
        year = {"year": day.year}
        if act.usd:
            return {"add_usd": act.usd / 1e6, **year}
        missing.append(("add_usd", _PURCHASE, "the text gives no amount in dollars"))
        return {"add_usd": _PURCHASE, **year}
    if kind == "production-subsidy":
        missing.append(("add", _SUBSIDY, "the text gives no rate of the subsidy"))
        return {"add": _SUBSIDY}
    if kind == "export-ban" and not act.firm:
        missing.append(("leakage", 0.5, "how much still gets through under licences is not known"))
        missing.append(("rerouting_cost", 1.5, "what evasion costs is not known"))
        return {"leakage": 0.5, "rerouting_cost": 1.5}
    return {}


def _raised(act: Act, known: Sequence[float], missing: Open) -> dict[str, Any]:
    new = _new_rate(act)
    if new is not None:
        return {"set": new}
    if act.rates:
        rate = max(act.rates)
        if len(act.rates) > 1:
            said = ", ".join(f"{r:.4g}" for r in act.rates)
            missing.append(("add", rate, f"the text gives several rates ({said}): the highest"))
        return {"add": _said(rate)}
    rate = known[0] if known else _RATE
    why = "that of another tariff in the text" if known else "no rate in the text"
    missing.append(("add", rate, why))
    return {"add": rate}


def _said(rate: float) -> float | str:
    """Return a rate as files write it: above one in per cent."""
    return f"{100 * rate:.12g}%" if rate > 1 else rate


def _new_rate(act: Act) -> float | None:
    """Return the rate that a tariff goes to, of "from 5 to 15 per cent"."""
    if len(act.rates) != 2 or not any(_CHANGED.search(" ".join(s.quote.split()))
                                      for s in act.statements):  # fmt: skip
        return None
    return act.rates[1]


def _lowered(act: Act, missing: Open) -> dict[str, Any]:
    """Return a lower tariff: duties that are taken back by their rate, others by half."""
    new = _new_rate(act)
    if new is not None:
        return {"set": new}
    if act.rates:
        missing.append(("add", act.rates[0], "the duty as it stood: taking it back is the "
                                             "world without the measure"))  # fmt: skip
        return {"add": _said(act.rates[0])}
    missing.append(("scale", 0.5, "the text does not say how far tariffs come down"))
    return {"scale": 0.5}


def _taxed(act: Act, missing: Open) -> float:
    if len(act.rates) == 1:
        return act.rates[0]
    rate = sum(act.rates) / len(act.rates) if act.rates else _TAX
    why = "the middle of the rates in the text" if act.rates else "the text gives no rate"
    missing.append(("add", rate, why))
    return rate


def _dates(act: Act, day: date, missing: Open) -> dict[str, Any]:
    found: dict[str, Any] = {}
    start = _whole(act.start)
    if act.way == "align" and act.until:
        until = _whole(act.until)
        begin = day.isoformat()
        if until and until > begin:
            found |= {"start": begin, "phase_in": {"until": until}}
            missing.append(("start", begin, "no path is named: a straight line from the day of "
                                            "the text"))  # fmt: skip
            if len(act.until) < 10:
                missing.append(("phase_in.until", until, "the first day of the year or month"))
        return found
    if start:
        found["start"] = start
        if act.start and len(act.start) < 10:
            missing.append(("start", start, "the text gives no day: the first of the month"))
    years = next((s.duration for s in act.statements if s.duration), None)
    if start and years and (at := re.fullmatch(r"P(\d{1,2})Y", years)) and act.kind == "export-ban":
        found["end"] = f"{int(start[:4]) + int(at[1])}{start[4:]}"
    return found


def _whole(day: str | None) -> str | None:
    if day is None:
        return None
    return day + "-01-01" if len(day) == 4 else day + "-01" if len(day) == 7 else day


def _note(act: Act, missing: Open) -> str:
    parts = []
    if act.goods and not act.firm:
        parts.append(f"On {', '.join(act.goods[:6])}.")
    if any(s.modality == "considered" for s in act.statements):
        parts.append("Under consideration only.")
    if any(s.modality == "agreed" for s in act.statements) and act.status != "agreed":
        parts.append("Agreed by both sides.")
    if missing:
        told = "; ".join(f"{k} ({why})" for k, _, why in missing)
        parts.append(f"Assumed: {told}.")
    return " ".join(parts)


def cards(acts: Sequence[Act]) -> list[str]:
    """Return the shipped cards of firms that measures name."""
    return list(dict.fromkeys(_FIRMS[a.firm] for a in acts if a.firm))
