"""The table of talks of a draft: issues, positions and red lines from demands, offers, refusals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from detente.baseline.names import country_name
from detente.document.language import capital
from detente.reading.measures import KINDS, Act, economy, owners_of, rival_key
from detente.reading.values import Assumed, Statement

_MOST = 6
_TITLES = {
    "security": "Security questions", "export_control": "Export controls",
    "sanction": "Sanctions", "investment": "Investment", "market_access": "Market access",
    "dispute": "Cases at the WTO and in courts", "import_ban": "Import bans",
    "quota": "Import limits", "subsidy": "Subsidies", "tariff": "Tariffs",
    "antidumping": "Antidumping duties", "purchase": "Purchases",
}  # fmt: skip
_VALUE = 500.0
_TOLD = ("demanded", "offered", "refused")
Result = tuple[dict[str, Any], dict[str, tuple[str, ...]], list[Assumed]]


def make_table(
    acts: Sequence[Act], found: Sequence[dict[str, Any]], statements: Sequence[Statement],
    sides: tuple[str, ...],
) -> Result:  # fmt: skip
    """Return the section ``talks``; empty where there are no two sides that want something."""
    told = [s for s in statements if s.core and s.modality in _TOLD]
    both = {m["by"] for m in found} >= set(sides)
    if len(sides) != 2 or not (told or both):
        return {}, {}, []
    issues, links, assumed = _of_measures(acts, found, sides)
    more = _of_others(told, sides, issues)
    issues = [*issues, *more][:_MOST]
    for k, issue in enumerate(issues):
        if "from" in issue:
            links[f"talks.issues[{k}]"] = tuple(issue["from"])
        for j, option in enumerate(issue["options"]):
            for side in option.get("values", {}):
                path = f"talks.issues[{k}].options[{j}].values.{side}"
                assumed.append(Assumed(path, _VALUE, "what it is worth beyond trade: a guess"))
    table: dict[str, Any] = {
        "parties": [{"party": s.lower()} for s in sides],
        "issues": [{key: v for key, v in i.items() if key[0] != "_" and key != "from"}
                   for i in issues],
    }  # fmt: skip
    positions = _positions(issues, sides)
    if positions:
        table["positions"] = positions
    lines = _red_lines(told, issues, sides, links)
    if lines:
        table["red_lines"] = lines
    return table, links, assumed


def _of_measures(
    acts: Sequence[Act], found: Sequence[dict[str, Any]], sides: tuple[str, ...]
) -> tuple[list[dict[str, Any]], dict[str, tuple[str, ...]], list[Assumed]]:
    """Return an issue for each measure between the two sides."""
    owners = owners_of(acts)
    issues = []
    for act, entry in zip(owners, found, strict=True):
        if entry["by"] not in sides or entry.get("on", sides[0]) not in sides or "firm" in entry:
            continue
        name = entry["id"]
        off = {"id": "none", "title": "nothing of it"}
        done = {"id": "done", "title": _what(act), "measures": [name]}
        imposed = act.way == "add" and act.status not in ("offered", "demanded")
        options = [{**done, "id": "kept"}, {**off, "id": "ended"}] if imposed else [off, done]
        if act.status in ("announced", "threatened"):
            options[0]["title"] = "as announced"
        issues.append({
            "id": name, "title": capital(_what(act)), "by": entry["by"].lower(),
            "options": options, "from": [s.id for s in act.statements],
            "_want": _wanted(act, entry, sides),
        })  # fmt: skip
    return _grouped(issues, found)[: _MOST - 1], {}, []


def _grouped(
    issues: Sequence[dict[str, Any]], found: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Put issues whose measures cannot be in force together into one, as further options."""
    keys = {m["id"]: rival_key(m) for m in found}
    kept: dict[tuple[str, ...], dict[str, Any]] = {}
    for issue in issues:
        first = kept.setdefault(keys[issue["id"]], issue)
        if first is issue:
            continue
        done = next(o for o in issue["options"] if "measures" in o)
        name = f"done-{len(first['options'])}"
        first["options"] = [*first["options"], {**done, "id": name}]
        first["from"] = [*first["from"], *issue["from"]]
        for side, (kind, option) in issue["_want"].items():
            off = next(o["id"] for o in first["options"] if "measures" not in o)
            wanted = off if option in ("none", "ended") else name
            first["_want"].setdefault(side, (kind, wanted))
    return list(kept.values())


def _wanted(act: Act, entry: dict[str, Any], sides: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    """Return who demands or offers which option."""
    by = entry["by"]
    other = next(s for s in sides if s != by)
    if act.status == "demanded":
        return {other: ("demand", "done")}
    if act.status == "offered":
        return {by: ("offer", "done")}
    if act.way == "add":
        return {other: ("demand", "ended")}
    return {}


def _what(act: Act) -> str:
    words = {"tariff": "tariffs", "export-ban": "limits on exports", "quota": "import limits",
             "purchase-commitment": "purchases", "production-subsidy": "subsidies",
             "import-ban": "import ban", "export-tax": "export tax",
             "export-restraint": "export restraint"}[act.kind]  # fmt: skip
    more = {"ease": "lower ", "align": "aligned "}.get(act.way, "")
    goods = f" on {act.goods[0]}" if act.goods else ""
    return f"{more}{words} of {country_name(act.by)}{goods}"


def _of_others(
    told: Sequence[Statement], sides: tuple[str, ...], issues: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return issues without measures, one an instrument that is asked for, offered or refused."""
    taken = {i for issue in issues for i in issue["from"]}
    found: dict[str, dict[str, Any]] = {}
    for one in told:
        if one.id in taken or one.instrument not in _TITLES or not one.actor:
            continue
        actor = economy(one.actor[0])
        other = next((s for s in sides if s != actor), None)
        if actor not in sides or other is None:
            continue
        doer = other if one.modality == "demanded" else actor
        gains = other if one.modality in ("offered", "refused") else actor
        name = f"{doer.lower()}-{one.instrument.replace('_', '-')}"
        issue = found.setdefault(name, {
            "id": name, "by": doer.lower(),
            "title": f"{_TITLES[one.instrument]} of {country_name(doer)}",
            "options": [
                {"id": "none", "title": "as it is"},
                {"id": "done", "title": "what is asked", "values": {
                    gains.lower(): {"low": 0, "central": _VALUE, "high": 4 * _VALUE,
                                    "note": "Assumption."}}},
            ],
            "note": "Worth beyond trade; its value is assumed.", "from": [], "_want": {},
        })  # fmt: skip
        issue["from"].append(one.id)
        if one.modality == "demanded":
            issue["_want"][actor] = ("demand", "done")
        elif one.modality == "offered":
            issue["_want"][actor] = ("offer", "done")
    return list(found.values())


def _positions(issues: Sequence[dict[str, Any]], sides: tuple[str, ...]) -> list[dict[str, Any]]:
    found = []
    for side in sides:
        for kind in ("demand", "offer"):
            choices = {i["id"]: i["_want"][side][1] for i in issues
                       if i["_want"].get(side, ("", ""))[0] == kind}  # fmt: skip
            if choices:
                found.append({"party": side.lower(), "kind": kind, "choices": choices})
    return found


def _red_lines(
    told: Sequence[Statement], issues: Sequence[dict[str, Any]], sides: tuple[str, ...],
    links: dict[str, tuple[str, ...]],
) -> list[dict[str, Any]]:  # fmt: skip
    """Return what a side refuses: the other option of the issue that it is about."""
    found: list[dict[str, Any]] = []
    for one in told:
        actor = economy(one.actor[0]) if one.actor else None
        if one.modality != "refused" or actor not in sides:
            continue
        kind = KINDS.get(one.instrument, "-")
        issue = next((i for i in issues if one.id in i["from"]), None) or next(
            (i for i in issues if i["by"] == actor.lower() and kind in i["id"]), None
        )
        if issue is None:
            continue
        line = {"party": actor.lower(), "choices": {issue["id"]: issue["options"][1]["id"]}}
        if line not in found:
            links[f"talks.red_lines[{len(found)}]"] = (one.id,)
            found.append(line)
    return found
