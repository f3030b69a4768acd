"""What an economy would refuse of a scenario that is refused for other reasons anyway."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from detente.errors import InputError, Problem
from detente.scenario.against import check_against
from detente.scenario.consistency import entries, key_name
from detente.scenario.schema import Origin, Scenario
from detente.scenario.yaml_lines import Found, KeyPath, Tree

if TYPE_CHECKING:
    from detente.baseline.calibration import Calibration

_STAND_INS = {
    "title": "a part",
    "date": "2018-05-15",
    "variants": [{"id": "a-part", "title": "a part"}],
}
"""What a part of a file needs in place of what is wrong there; nothing that is said names it."""


def refused_besides(
    found: Sequence[Found], tree: Tree, path: Path, baseline: str | Path | Calibration | None
) -> list[Problem]:
    """Return what an economy would refuse of what is well formed, and of names elsewhere.

    So a file is put right in one go. Nothing where the file names no economy that can be read, or
    has firms of its own.
    """
    from detente.baseline.chosen import choose
    from detente.baseline.given import economy

    plain = tree.value
    faulty = {f.path for f in found}
    if not isinstance(plain, dict) or _has_firms(plain):
        return []
    given = plain.get("baseline") if baseline is None else baseline
    if given is None or (baseline is None and ("baseline",) in faulty):
        return []
    wanted = plain.get("economies")
    try:
        calibration = economy(given, whole=wanted is not None)
        calibration = calibration if wanted is None else choose(calibration, wanted)
    except InputError:
        return []
    said = [*_unknown_names(tree, faulty, calibration, path)]
    try:
        part = _well_formed(tree, faulty, path)
        check_against(part, calibration)
    except ValidationError:
        pass
    except InputError as error:
        said += [p for p in error.problems if p.file is not None]
    return said


def _has_firms(plain: dict[str, Any]) -> bool:
    return bool(plain.get("firms")) or any(v.get("firms") for _, v in entries(plain, "variants"))


def _well_formed(tree: Tree, faulty: set[KeyPath], path: Path) -> Scenario:
    """Return a scenario of the measures that nothing stands against, and what goes with them."""
    plain: dict[str, Any] = {k: v for k, v in tree.value.items() if (k,) not in _within(faulty, 1)}
    there = {key: kept for key in ("measures", "variants") if (kept := _kept(tree, faulty, key))}
    left = {entry["id"] for entry in there.get("measures", {}).values() if "id" in entry}
    plain["measures"] = [*there.get("measures", {}).values()]
    plain["variants"] = [
        {**v, "measures": [m for m in v.get("measures", ()) if m in left]}
        for v in there.get("variants", {}).values()
    ]
    # the talks of a file speak of measures that may have gone
    plain.pop("talks", None)
    plain = {**_STAND_INS, **{key: value for key, value in plain.items() if value}}
    part = Scenario.model_validate(plain)
    for entry in part.measures:
        entry.beside(path.parent)
    part._origin = Origin(path, _lines_of(tree, there))
    return part


def _within(faulty: set[KeyPath], depth: int) -> set[KeyPath]:
    return {path[:depth] for path in faulty}


def _kept(tree: Tree, faulty: set[KeyPath], section: str) -> dict[int, dict]:
    """Return the entries of a section that nothing stands against, by number."""
    if (section,) in faulty:
        return {}
    bad = _within(faulty, 2)
    return {int(path[1]): entry for path, entry in entries(tree.value, section) if path not in bad}


def _lines_of(tree: Tree, there: dict[str, dict[int, dict]]) -> dict[KeyPath, int]:
    """Return the lines of keys where some entries of sections alone are left."""
    lines: dict[KeyPath, int] = {}
    numbers = {key: {old: new for new, old in enumerate(kept)} for key, kept in there.items()}
    for key, line in tree.lines.items():
        match key:
            case (str(section), int(old), *inside) if section in numbers:
                if (new := numbers[section].get(old)) is not None:
                    lines[section, new, *inside] = line
            case _:
                lines[key] = line
    return lines


def _unknown_names(
    tree: Tree, faulty: set[KeyPath], calibration: Calibration, path: Path
) -> Iterator[Problem]:
    """Yield economies and sectors of faulty measures that the economy does not have."""
    from detente.baseline.groups import resolve_countries, resolve_sectors

    bad = _within(faulty, 2)
    finders = {"by": resolve_countries, "on": resolve_countries, "sectors": resolve_sectors}
    for place, entry in entries(tree.value, "measures"):
        for key in finders if place in bad and not faulty & {place} else ():
            for at, name in _named((*place, key), entry.get(key)):
                try:
                    if not faulty & {(*place, key), at}:
                        finders[key](calibration, name)
                except InputError as error:
                    line, known_as = tree.line(at), key_name(tree.value, at)
                    yield from (replace(p, file=path, line=line, key=known_as)
                                for p in error.problems)  # fmt: skip


def _named(at: KeyPath, given: object) -> Iterator[tuple[KeyPath, str]]:
    """Yield the names that a key gives, one or a list, each with its place."""
    items = given if isinstance(given, list) else [given]
    for number, name in enumerate(items):
        if isinstance(name, str):
            yield ((*at, number) if isinstance(given, list) else at), name
