"""Read the card of a firm, whole, and say everything that is wrong with it at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from detente.errors import InputError, Problem, nearest
from detente.sanction.card import (
    CriticalInput,
    Figure,
    FirmCard,
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
from detente.scenario.schema import Origin, Source
from detente.scenario.yaml_lines import Found, KeyPath, Tree, parse, read_text

_SHIPPED = Path(__file__).parent / "cards"
_ENTRIES: dict[str, type[BaseModel]] = {
    "sources": Source,
    "sales": Sale,
    "purchases": Purchase,
    "product_lines": ProductLine,
    "critical_inputs": CriticalInput,
    "remedies": Remedy,
}


def shipped_cards() -> tuple[str, ...]:
    """Return the names of the cards that come with the package."""
    return tuple(sorted(path.stem for path in _SHIPPED.glob("*.yaml")))


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
    path = _find(name_or_path)
    text = read_text(path)
    if isinstance(text, Problem):
        raise InputError(text)
    tree = parse(text)
    card, found = _check(tree)
    if card is None or found:
        raise InputError(_problems(found, tree, path))
    card._origin = Origin(path, tree.lines)
    return card


def problem_at(card: FirmCard, path: KeyPath, message: str, value: object, allowed: str) -> Problem:
    """Return a problem with a key of a card, at the line of the file that it was read from."""
    lines = card.origin.lines
    place = path
    while place and place not in lines:
        place = place[:-1]
    named = ".".join(str(part) for part in path)
    return Problem(message, card.origin.path, lines.get(place), named, value, allowed or None)


def _find(name_or_path: str | Path) -> Path:
    path = Path(name_or_path)
    bare = isinstance(name_or_path, str) and path.name == name_or_path
    shipped = shipped_cards()
    if bare and name_or_path in shipped:
        return _SHIPPED / f"{name_or_path}.yaml"
    try:
        if path.exists():
            return path
    except (OSError, ValueError):
        pass  # no name that a file can have
    hint = nearest(path.stem or str(name_or_path), shipped)
    message = "no such file" + (", nor a shipped card of a firm" if bare else "")
    allowed = f"a YAML file, or one of {', '.join(shipped)}"
    message += f"; {hint}" if hint else ""
    raise InputError(Problem(message, value=str(name_or_path), allowed=allowed))


def _check(tree: Tree) -> tuple[FirmCard | None, list[Found]]:
    if any(not found.path for found in tree.found):
        return None, list(tree.found)
    if not isinstance(tree.value, dict):
        what = "is empty" if tree.value is None else "holds no keys"
        return None, [*tree.found, Found((), f"the file {what}", 1, None, "code: …, name: …, …")]
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


def _problems(found: list[Found], tree: Tree, path: Path) -> list[Problem]:
    problems = [
        Problem(
            item.message,
            file=path,
            line=item.line or tree.line(item.path),
            key=key_name(tree.value, item.path),
            value=item.value,
            allowed=item.allowed,
        )
        for item in found
    ]
    return sorted(problems, key=lambda problem: problem.line or 0)
