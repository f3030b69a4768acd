"""Read a scenario, whole, and say everything that is wrong with it at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from detente.errors import InputError, Problem
from detente.scalars import AsWritten, leading_zero
from detente.scenario.against import check_against
from detente.scenario.besides import refused_besides
from detente.scenario.complaints import complaints
from detente.scenario.consistency import entries, inconsistencies
from detente.scenario.doubts import doubts
from detente.scenario.files import Kind, problems, read_tree
from detente.scenario.measures import MeasureEntry
from detente.scenario.schema import Origin, Scenario
from detente.scenario.structure import structure_with
from detente.scenario.structure_entry import StructureEntry
from detente.scenario.variants import measures_of
from detente.scenario.yaml_lines import Found, KeyPath, Tree, parse

if TYPE_CHECKING:
    from detente.baseline.calibration import Calibration

__all__ = [
    "as_scenario",
    "check_against",
    "load_scenario",
    "measures_of",
    "purpose",
    "read_scenario_text",
    "scenario_hash",
    "shipped_scenarios",
]

_KIND = Kind(Path(__file__).parents[1] / "scenarios", "scenario", "title: …, date: …, …")


def shipped_scenarios() -> tuple[str, ...]:
    """Return the names of the scenarios that come with the package."""
    return _KIND.shipped()


def load_scenario(
    name_or_path: str | Path, baseline: str | Path | Calibration | None = None
) -> Scenario:
    """Read a scenario.

    Parameters
    ----------
    name_or_path
        Name of a shipped scenario (``"may-2018"``), or path of a YAML file.
    baseline
        Economy that names are looked up in too where the file is refused anyway; its own unless
        given.

    Raises
    ------
    InputError
        Listing everything wrong with the file: its text, its keys and values, references between
        its entries, and what the instruments say of each measure.
    """
    path = _KIND.find(name_or_path)
    tree = read_tree(path)
    scenario, found = _check(tree, path.parent)
    if scenario is None or found:
        said = [*problems(found, tree, path), *refused_besides(found, tree, path, baseline)]
        said.sort(key=lambda problem: problem.line or 0)
        raise InputError(said)
    scenario._origin = Origin(path, tree.lines)
    return scenario


def read_scenario_text(text: str, called: str) -> Scenario:
    """Read a scenario from a text at hand; no file beside it is known.

    Parameters
    ----------
    called
        What messages name it by.

    Raises
    ------
    InputError
        As in `load_scenario`.
    """
    tree = parse(text)
    scenario, found = _check(tree, None)
    if scenario is None or found:
        raise InputError(problems(found, tree, Path(called)))
    return scenario


def purpose(scenario: Scenario) -> str:
    """Return what a scenario is for: the comment in the first line of its file."""
    assert scenario.path is not None, "it was read from a file"
    with scenario.path.open(encoding="utf-8") as file:
        line = file.readline()
    return line.removeprefix("#").strip() if line.startswith("#") else ""


def as_scenario(given: object) -> Scenario:
    """Return a scenario; a name or path of one is read.

    Raises
    ------
    InputError
        It is neither, or cannot be read.
    """
    if isinstance(given, Scenario):
        return given
    if isinstance(given, str | Path):
        return load_scenario(given)
    message = "a scenario is expected: the name of a shipped one, or the path of a file"
    raise InputError(Problem(message, key="scenario", value=type(given).__name__))


def scenario_hash(scenario: Scenario) -> str:
    """Return the SHA-256 of what a scenario says: comments, layout and order of keys don't count.

    A default that is written out gives the same hash as one that is left out; a part of a scenario
    has the hash of the whole.
    """
    plain = scenario.whole.model_dump(mode="json", exclude_none=True)
    named = {k: v for entry in scenario.whole.measures for k, v in entry.files().items()}
    if named:
        plain["files"] = {name: path.read_text("utf-8-sig") for name, path in named.items()}
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _check(tree: Tree, folder: Path | None) -> tuple[Scenario | None, list[Found]]:
    """Return the scenario, or everything that stands against it, the text's own faults first."""
    plain = tree.value
    if unread := _KIND.unread(tree):
        return None, unread
    found = [*tree.found, *_no_values(plain)]
    scenario = None
    try:
        scenario = Scenario.model_validate(plain)
        for entry in scenario.measures:
            entry.beside(folder)
    except ValidationError as error:
        found += complaints(error, plain)
    except InputError:
        pass  # inconsistencies, found below with their lines
    found += [*inconsistencies(plain), *doubts(plain)]
    found = [_as_written(item, tree) for item in _outermost(found)]
    found += _two_readings(tree, {f.path for f in found})
    found += _instrument_faults(plain, {f.path[:2] for f in found}, folder)
    if "structure" in plain and not any(f.path[:1] == ("structure",) for f in found):
        found += _structure_faults(StructureEntry.model_validate(plain["structure"]))
    return scenario, found


def _as_written(item: Found, tree: Tree) -> Found:
    """Show a number as it stands in the file."""
    text = tree.written.get(item.path)
    if text is None or item.value is None or isinstance(item.value, str | bool):
        return item
    if repr(item.value) == text:
        return item
    return replace(item, value=AsWritten(text))


def _two_readings(tree: Tree, faulty: set[KeyPath]) -> Iterator[Found]:
    for path, text in tree.written.items():
        if (message := leading_zero(text)) and path not in faulty:
            yield Found(path, message, None, AsWritten(text))


def _outermost(found: Iterable[Found]) -> Iterator[Found]:
    """Drop what is only a consequence: a second finding at, or below, a path already found."""
    seen: set[KeyPath] = set()
    for item in found:
        if not any(item.path[:k] in seen for k in range(1, len(item.path) + 1)):
            yield item
        seen.add(item.path)


def _no_values(plain: Any, path: KeyPath = ()) -> Iterator[Found]:
    if plain is None:
        yield Found(path, "no value is given; fill it in or take the key out")
    elif isinstance(plain, dict | list):
        items = plain.items() if isinstance(plain, dict) else enumerate(plain)
        for key, value in items:
            yield from _no_values(value, (*path, key))


def _instrument_faults(plain: dict, faulty: set[KeyPath], folder: Path | None) -> Iterator[Found]:
    """Yield what the instruments themselves refuse, for measures that are otherwise well formed."""
    adapter = TypeAdapter(MeasureEntry)
    for path, measure in entries(plain, "measures"):
        if path in faulty:
            continue
        try:
            entry = adapter.validate_python(measure)
            entry.beside(folder)
            entry.instrument()
        except InputError as error:
            for problem in error.problems:
                key = (problem.key or "").rpartition(".")[2].rstrip("_")
                place = (*path, key) if key in measure else path
                message = problem.message
                if problem.file is not None:
                    place = (*path, "products") if "products" in measure else place
                    own = f"{Path(problem.file).name}:{problem.line or 1}"
                    message = (
                        f"{own}: {problem.key}: {message}" if problem.key else f"{own}: {message}"
                    )
                yield Found(place, message, None, problem.value, problem.allowed)


def _structure_faults(entry: StructureEntry) -> Iterator[Found]:
    """Yield what is out of bounds whatever the horizon."""
    try:
        structure_with("long-run", entry.given())
    except InputError as error:
        for problem in error.problems:
            path = ("structure", *([problem.key] if problem.key else []))
            yield Found(path, problem.message, None, problem.value, problem.allowed)
