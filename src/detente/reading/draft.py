"""A scenario from statements: measures, goals, variants and a table of talks, checked to load."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from detente.baseline.names import country_name
from detente.errors import InputError
from detente.reading.measures import Act, cards, economy, entries, gather, owners_of, rival_key
from detente.reading.offers import find_offers
from detente.reading.table import make_table
from detente.reading.values import Assumed, Draft, Statement
from detente.reading.yaml_writing import write_yaml

_OTHERS = ("USA", "CHN", "EU27", "JPN", "KOR", "CAN", "MEX", "GBR", "IND")
"""Economies that stand alone beside those of the text; all others are merged."""
_NO_TRADE = "no measure of trade is told of: no tariff, limit, ban, purchase or subsidy"
_LATEST_2017 = 2019
_TRIES = 8
_VARIANT = re.compile(r"variants\[")
_MEASURE = re.compile(r"measures\[([^\]]+)\]")


def make_draft(statements: Sequence[Statement], *, title: str, day: date, name: str) -> Draft:
    """Make a scenario from what a text says; what it does not give is assumed, and listed."""
    acts, left = gather(statements)
    goals = _goals(statements)
    if not acts and not goals:
        reason = _NO_TRADE if not left else "nothing that is told of can be simulated"
        return Draft(left_out=tuple(left), reason=reason)
    if not acts:
        return Draft(left_out=tuple(left), reason="a goal alone, without a measure")
    return _loading(acts, goals, statements, title, day, name, left)


def _loading(
    acts: list[Act], goals: list[dict[str, Any]], statements: Sequence[Statement], title: str,
    day: date, name: str, left: list[tuple[str, str]],
) -> Draft:  # fmt: skip
    """Write the draft; what the scenario's own checks refuse is left out, with their reason."""
    fault, table = "", True
    apart: set[str] = set()
    for _ in range(_TRIES):
        draft = _written(acts, goals, statements, title, day, name, left, table=table, apart=apart)
        problems = _problems(draft.text)
        if not problems:
            return draft
        fault = problems[0][:200]
        clash = [p for p in problems if _VARIANT.search(p)]
        bad = {at[1] for p in problems if (at := _MEASURE.search(p))}
        owners = dict(zip((m["id"] for m in entries(acts, day)[0]), owners_of(acts), strict=True))
        refused = [owners[one] for one in bad if one in owners]
        if refused and not all(a.wide for a in refused):
            acts = [replace(a, wide=True) if a in refused else a for a in acts]
        elif refused:
            left += [(s.id, f"the scenario would not carry it: {fault}")
                     for a in refused for s in a.statements]  # fmt: skip
            acts = [a for a in acts if a not in refused]
        elif clash and (named := _last_named(clash, owners, apart)):
            apart |= named
        elif table:
            table = False
        else:
            break
        if not acts:
            break
    return Draft(left_out=tuple(left), reason=f"the draft would not load: {fault}")


def _goals(statements: Sequence[Statement]) -> list[dict[str, Any]]:
    """Return deficits that somebody wants cut, with what they are stated against."""
    goals: list[dict[str, Any]] = []
    stated: dict[frozenset[str], float] = {}
    for one in statements:
        sides = frozenset(e for c in (*one.actor, *one.target) if (e := economy(c)))
        amounts = [a for a, unit in one.value if unit == "USD"]
        if one.action == "state" and one.instrument == "deficit" and amounts and len(sides) == 2:
            stated.setdefault(sides, max(amounts))
    for one in statements:
        amounts = sorted(a for a, unit in one.value if unit == "USD")
        if one.action != "rebalance" or not amounts or not one.actor or not one.target:
            continue
        of, partner = economy(one.actor[0]), economy(one.target[0])
        if of is None or partner is None or of == partner:
            continue
        goal = {"id": f"{of.lower()}-{partner.lower()}-deficit", "of": of, "partner": partner,
                "cut_usd": amounts[0] / 1e6, "from": one.id}  # fmt: skip
        against = amounts[-1] if len(amounts) > 1 else stated.get(frozenset((of, partner)))
        if against and against > amounts[0]:
            goal["stated_usd"] = against / 1e6
        if all(g["id"] != goal["id"] for g in goals):
            goals.append(goal)
    return goals


def _written(
    acts: list[Act], goals: list[dict[str, Any]], statements: Sequence[Statement], title: str,
    day: date, name: str, left: list[tuple[str, str]], *, table: bool,
    apart: set[str],
) -> Draft:  # fmt: skip
    found, assumed = entries(acts, day)
    links, comments = _links(acts, found)
    offers = find_offers(found, day)
    for one in offers:
        entry = found[int(one.path[9:-1])]["id"]
        comments[entry] += f"\nledger {one.entry}: {one.says}"
    sides = _sides(acts, found)
    baseline = "icio-2017" if day.year <= _LATEST_2017 else "icio-2022"
    talks, more_links, more_assumed = (
        make_table(acts, found, statements, sides) if table else ({}, {}, [])
    )
    data: dict[str, Any] = {
        "title": (title or name)[:150],
        "date": day.isoformat(),
        "summary": f"Draft made from the text {name}; what the text does not give is assumed.",
        "sources": [{"id": "text", "title": (title or name)[:150], "date": day.isoformat()}],
        "baseline": baseline,
        "economies": _economies(found, goals),
        "horizon": "long-run",
    }
    assumed = [
        Assumed("baseline", baseline, "the shipped baseline of the nearest year"),
        Assumed("horizon", "long-run", "the text says nothing of how long economies adjust"),
        *assumed, *more_assumed,
    ]  # fmt: skip
    if len(sides) == 2:
        data["focus"] = list(sides)
    data["parties"] = [
        {"id": s.lower(), "country": s, "name": country_name(s)} for s in sides
    ]  # fmt: skip
    data["measures"] = [{**m, "source": "text"} for m in found]
    if goals:
        data["goals"] = [{k: v for k, v in g.items() if k != "from"} for g in goals]
        links |= {f"goals[{k}]": (g["from"],) for k, g in enumerate(goals)}
    data["variants"] = _variants(acts, found, apart)
    data["headline"] = data["variants"][-1]["id"]
    if talks:
        data["talks"] = talks
    for key in [key for key, value in data.items() if value in ([], None)]:
        del data[key]
    head = (
        "# Draft made with `detente read`. Links to the text and assumptions: the .reading.json\n"
    )
    text = head + write_yaml(data, comments)
    return Draft(text, links | more_links, tuple(assumed), tuple(left), offers=offers)


def _links(
    acts: Sequence[Act], found: Sequence[dict[str, Any]]
) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    links, comments, place = {}, {}, 0
    for act in acts:
        count = len(owners_of([act]))
        for entry in found[place : place + count]:
            ids = tuple(s.id for s in act.statements)
            links[f"measures[{place}]"] = ids
            comments[entry["id"]] = f"from {', '.join(ids)}"
            place += 1
    return links, comments


def _sides(acts: Sequence[Act], found: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    count: dict[str, int] = {}
    for entry in found:
        for code in (entry["by"], entry.get("on")):
            if code and code != "world":
                count[code] = count.get(code, 0) + 1
    del acts
    return tuple(sorted(count, key=lambda c: -count[c]))[:2]


def _economies(
    found: Sequence[dict[str, Any]], goals: Sequence[dict[str, Any]]
) -> list[str]:  # fmt: skip
    own = [c for m in found for c in (m["by"], m.get("on")) if c and c != "world"]
    own += [c for g in goals for c in (g["of"], g["partner"])]
    return list(dict.fromkeys((*own, *_OTHERS)))


def _last_named(clashes: list[str], owners: dict[str, Act], apart: set[str]) -> set[str]:
    """Return the measure named last in each clash: it gets a variant of its own."""
    found = set()
    for text in clashes:
        named = [
            i for i in owners if i not in apart and re.search(rf"(?<![\w-]){i}(?![\w-])", text)
        ]
        found |= {max(named, key=text.rfind)} if named else set()
    return found


def _variants(
    acts: Sequence[Act], found: Sequence[dict[str, Any]], apart: set[str]
) -> list[dict[str, Any]]:
    """Return what is in force, what is announced besides, what is offered or asked, and all."""
    firms = {"firms": cards(acts)} if cards(acts) else {}
    by_status: dict[str, list[str]] = {}
    for m in found:
        by_status.setdefault(m["status"], []).append(m["id"])
    groups = (("in-force", "In force", ("applied", "agreed")),
              ("announced", "Announced", ("announced",)),
              ("threatened", "Threatened", ("threatened",)),
              ("offered", "Offered", ("offered",)),
              ("demanded", "Demanded", ("demanded",)))  # fmt: skip
    banned = {m["id"] for m in found if "firm" in m} | apart
    made = []
    for key, title, statuses in groups:
        ids = [i for s in statuses for i in by_status.get(s, []) if i not in banned]
        if ids:
            made.append({"id": key, "title": title, "measures": _compatible(ids, found)})
    war = [v for v in made if v["id"] in ("in-force", "announced", "threatened")]
    if len(war) > 1:
        ids = [i for v in war for i in v["measures"]]
        together = _compatible(ids, found)
        made.append({"id": "all", "title": "All measures", "measures": together})
    made = [{"id": f"only-{one}", "title": f"{one} alone", "measures": [one]}
            for one in sorted(apart)] + made  # fmt: skip
    if cards(acts):
        ids = [m["id"] for m in found if m["status"] == "applied" and m["id"] not in apart]
        title = "In force, with the ban on a firm"
        made.insert(0, {"id": "firm-banned", "title": title, "measures": ids, **firms})
    return made


def _compatible(ids: list[str], found: Sequence[dict[str, Any]]) -> list[str]:
    """Return measures that can be in force together: the first told of each key."""
    keys = {m["id"]: rival_key(m) for m in found}
    first = {key: one for one, key in reversed([(i, keys[i]) for i in ids])}
    return [one for one in ids if first[keys[one]] == one]


def _problems(text: str) -> list[str]:
    """Return what the scenario's own checks say against a draft."""
    from detente.prepared import prepare
    from detente.scenario.against import check_against
    from detente.scenario.load import load_scenario

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "draft.yaml"
        path.write_text(text, encoding="utf-8")
        try:
            case = load_scenario(path)
            ready = prepare(case)
            check_against(ready.scenario, ready.calibration)
        except InputError as error:
            return [str(p).replace(str(path), "") for p in error.problems]
    return []
