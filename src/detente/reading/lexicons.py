"""The words that reading knows, from the files in ``lexicon``; each is read once."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True)
class Name:
    """A name of an economy or of somebody who acts for it.

    Attributes
    ----------
    kind
        ``name``, ``adjective``, ``capital``, ``body``, ``person``.
    years
        In which a person stands for it; none where always.
    """

    text: str
    code: str
    kind: str
    years: tuple[int, int] | None = None


@dataclass(frozen=True)
class Good:
    """A good: its words, what `products` of a measure call it, or a sector."""

    words: tuple[str, ...]
    products: tuple[str, ...]
    sectors: tuple[str, ...]


def _text(name: str) -> str:
    return (resources.files("detente.reading") / "lexicon" / name).read_text("utf-8")


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(_text(name).splitlines()))


@cache
def names() -> dict[str, tuple[Name, ...]]:
    """Return all names of economies and people, by their text."""
    found: list[Name] = []
    kinds = {"names": "name", "adjectives": "adjective", "capitals": "capital", "bodies": "body"}
    for row in _rows("actors.csv"):
        for column, kind in kinds.items():
            found += [Name(text, row["code"], kind) for text in row[column].split("|") if text]
    for row in _rows("holders.csv"):
        years = int(row["from"]), int(row["until"] or 9999)
        whole = row["name"].replace("’", "'")
        parts = {whole, _family(whole, row["code"])}
        found += [Name(text, row["code"], "person", years) for text in parts]
    by_text: dict[str, tuple[Name, ...]] = {}
    for one in found:
        by_text[one.text] = (*by_text.get(one.text, ()), one)
    return by_text


def _family(name: str, code: str) -> str:
    """Return the name that papers use for a person after the first time."""
    parts = name.split()
    if code in ("CHN", "KOR", "PRK") and len(parts) <= 3:
        return parts[0] if len(parts[0]) > 2 else name if code == "CHN" else parts[0]
    if len(parts) > 2 and parts[-2].lower() in ("de", "der", "von", "van", "la"):
        return " ".join(parts[1:])
    return parts[-1] if parts[-1] != "May" else name


@cache
def name_pattern() -> re.Pattern[str]:
    """Return the pattern of all names, longest first."""
    texts = sorted(names(), key=len, reverse=True)
    style = r"(?:(?:[A-Z][\w']+ )?(?:Republic|Kingdom|Government|Commonwealth) of (?:the )?)?"
    return re.compile(rf"(?<![\w-]){style}(" + "|".join(map(re.escape, texts)) + r")(?!\w)")


@cache
def firms() -> dict[str, str]:
    """Return firms and the economy that each is at home in."""
    return {row["name"]: row["home"] for row in _rows("firms.csv")}


@cache
def goods() -> dict[str, Good]:
    """Return goods by every word for them, in small letters."""
    found = {}
    for row in _rows("goods.csv"):
        words, products, sectors = (
            tuple(part for part in (row[key] or "").split("|") if part)
            for key in ("words", "products", "sectors")
        )
        found |= {word.lower(): Good(words, products, sectors) for word in words}
    return found


@cache
def outlets() -> tuple[str, ...]:
    """Return papers, agencies and stations that others quote."""
    return tuple(line for line in _text("outlets.txt").splitlines() if line)


@cache
def triggers() -> dict[str, Any]:
    """Return the rules for instruments, actions, modalities and voices, patterns compiled."""
    data = json.loads(_text("triggers.json"))
    tiers = {tier: [(name, _compiled(p)) for name, p in rules]
             for tier, rules in data["tiers"].items()}  # fmt: skip
    return {
        "tiers": tiers,
        "actions": [(name, _compiled(p), more) for name, p, more in data["actions"]],
        "modality": [(name, _compiled(p)) for name, p in data["modality"]],
        "reporting": re.compile(rf"\b(?:{data['reporting']})\b"),
        "anonymous": _compiled(data["anonymous"]),
    }


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"~(\d+)", r"[^;]{0,\1}?", pattern), re.IGNORECASE)


@cache
def furniture() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return patterns of lines that end an article, and of lines that are none of it."""
    data = json.loads(_text("furniture.json"))
    ends, drops = (
        re.compile("|".join(f"(?:{p})" for p in data[key]), re.IGNORECASE)
        for key in ("ends", "drops")
    )
    return ends, drops
