"""Read the card of a firm, whole, and say everything that is wrong with it at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from detente.errors import InputError, Problem
from detente.sanction.card import (
    CriticalInput,
    Figure,
    FirmCard,
    FirmSource,
    Observed,
    ProductLine,
    Purchase,
    Remedy,
    Sale,
    ShortRun,
    faults,
)
from detente.scenario.complaints import complaints
from detente.scenario.consistency import key_name
from detente.scenario.files import Kind, problems, read_tree
from detente.scenario.schema import Origin
from detente.scenario.yaml_lines import Found, KeyPath, Tree

_KIND = Kind(Path(__file__).parent / "cards", "card of a firm", "code: …, name: …, …")
_ENTRIES: dict[str, type[BaseModel]] = {
    "sources": FirmSource,
    "sales": Sale,
    "purchases": Purchase,
    "product_lines": ProductLine,
    "critical_inputs": CriticalInput,
    "remedies": Remedy,
}


def shipped_cards() -> tuple[str, ...]:
    """Return the names of the cards that come with the package."""
    return _KIND.shipped()


def load_card(name_or_path: str | Path) -> FirmCard:
    """Read the card of a firm.

    Parameters
    ----------
    name_or_path
        Name of a shipped card (``"zte"``), or path of a YAML file.

    Raises
    ------
    InputError
        Listing everything wrong with the file: its text, its keys and values, and figures that
        cannot be together.
    """
    path = _KIND.find(name_or_path)
    tree = read_tree(path)
    card, found = _check(tree)
    if card is None or found:
        raise InputError(problems(found, tree, path))
    card._origin = Origin(path, tree.lines)
    return card


def problem_at(card: FirmCard, path: KeyPath, message: str, value: object, allowed: str) -> Problem:
    """Return a problem with a key of a card, at the line of the file that it was read from."""
    lines = card.origin.lines
    place = path
    while place and place not in lines:
        place = place[:-1]
    named = key_name(card.model_dump(mode="json", by_alias=True), path)
    return Problem(message, card.origin.path, lines.get(place), named, value, allowed or None)


def _check(tree: Tree) -> tuple[FirmCard | None, list[Found]]:
    if unread := _KIND.unread(tree):
        return None, unread
    try:
        card = FirmCard.model_validate(tree.value)
    except ValidationError as error:
        return None, [*tree.found, *complaints(error, tree.value, _class_at)]
    return card, [*tree.found, *faults(card)]


def _class_at(path: KeyPath, plain: Any) -> type[BaseModel]:
    """Return the class of the entry at a path, whose keys a message names."""
    found: type[BaseModel] = FirmCard
    for key in path:
        if isinstance(key, int):
            continue
        inner = (
            {**_ENTRIES, "short_run": ShortRun, "observed": Observed} if found is FirmCard else {}
        )
        found = inner.get(key, Figure)
    return found
