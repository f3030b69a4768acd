"""Scenarios that an assistant names or writes: no file of this machine is read for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from detente.baseline.elasticities import SOURCES
from detente.baseline.store import available
from detente.errors import InputError, Problem, nearest
from detente.places.table import NAMES
from detente.policy.products import is_file
from detente.sanction.load import shipped_cards
from detente.scenario.load import load_scenario, shipped_scenarios
from detente.scenario.schema import Scenario
from detente.scenario.yaml_lines import KeyPath, Tree, parse

LONGEST = 100_000
"""Characters of a scenario or an article."""


def scenario_of(given: str) -> Scenario:
    """Return a shipped scenario by name, or the one that a text in YAML holds.

    Raises
    ------
    InputError
        There is no such scenario, the text is wrong, or it names a file.
    """
    if given in shipped_scenarios():
        return load_scenario(given)
    if ":" not in given or "\n" not in given.strip():
        hint = nearest(given, shipped_scenarios())
        message = f"there is no such scenario; {hint}".rstrip("; ")
        allowed = f"{', '.join(shipped_scenarios())}; or the text of a scenario in YAML"
        raise InputError(Problem(message, key="scenario", value=given, allowed=allowed))
    tree = parse(given)
    if named := [*_files_in(tree)]:
        raise InputError(named)
    with TemporaryDirectory(prefix="detente-") as folder:
        path = Path(folder) / "scenario.yaml"
        path.write_text(given, encoding="utf-8")
        try:
            return load_scenario(path)
        except InputError as error:
            # where the text lay for a moment says nothing to who wrote it
            raise InputError([replace(one, file=None) for one in error.problems]) from error


def baseline_problems(
    given: object, key: str = "baseline", line: int | None = None
) -> Iterator[Problem]:
    """Yield what is wrong with the name of an economy: folders are not read."""
    names = [one.name for one in available()]
    if isinstance(given, str) and given not in names:
        message = f"no such economy; {nearest(given, names)}".rstrip("; ")
        yield Problem(message, None, line, key, given, ", ".join(names))


def elasticities_problems(
    given: object, key: str = "elasticities", line: int | None = None
) -> Iterator[Problem]:
    """Yield what is wrong with the name of elasticities: files are not read."""
    if isinstance(given, str) and given.casefold() not in SOURCES and not _is_number(given):
        message = f"unknown source of elasticities; {nearest(given, SOURCES)}".rstrip("; ")
        yield Problem(message, None, line, key, given, f"{', '.join(SOURCES)}, or one number")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _files_in(tree: Tree) -> Iterator[Problem]:
    """Yield every key of a text that names a file, or could."""
    if not isinstance(tree.value, dict):
        return
    line = tree.line(("baseline",))
    yield from baseline_problems(tree.value.get("baseline"), "baseline", line)
    for path, name in _named(tree.value, ()):
        key = ".".join(f"{part}" for part in path)
        yield from _file_problems(str(path[-1]), name, key, tree.line(path))


def _file_problems(kind: str, name: str, key: str, line: int) -> Iterator[Problem]:
    message = "files are not read here"
    if kind == "elasticities":
        yield from elasticities_problems(name, key, line)
    if kind == "firms" and name not in shipped_cards():
        yield Problem(message, None, line, key, name, ", ".join(shipped_cards()))
    if kind in ("products", "except") and is_file(name):
        yield Problem(message, None, line, key, name, "HS codes and words for goods")
    if kind == "weights" and name.endswith(".csv"):
        yield Problem(message, None, line, key, name, "applied, announced, or variant:ID")
    if kind == "places" and name not in NAMES:
        yield Problem(message, None, line, key, name, ", ".join(NAMES))
    if kind == "rates":
        yield Problem(message, None, line, key, name, "one rate: set, or add")


def _named(node: Any, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    """Yield every text of a tree with the keys that lead to it, alone or in a list."""
    if isinstance(node, dict):
        for key, value in node.items():
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, str):
                    yield (*path, key), one
            yield from _named(value, (*path, key))
    elif isinstance(node, list):
        for k, value in enumerate(node):
            yield from _named(value, (*path, k))
