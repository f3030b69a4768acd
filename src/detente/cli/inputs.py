"""The files that a command reads: copied beside what it writes, so that it can be run again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

FILES = (
    "bindings", "weights", "elasticities", "file", "case_or_file", "prior", "places"
)  # fmt: skip
"""Options that may name a file."""


def inputs(options: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return options with files named as their copies are, and the copies by name.

    An economy is not copied: its name and the hash of its data are in the manifest.
    """
    held: dict[str, bytes] = {}
    named = dict(options)
    if "scenario" in options:
        named["scenario"] = _scenario(options["scenario"], held)
    if "firm" in options:
        named["firm"] = [_firm(name, held) for name in options["firm"]]
    for listed in options.get("product_list", "").split(","):
        if listed.strip():
            _list(listed.strip(), held)
    for key in FILES:
        path = Path(str(options.get(key, "")))
        if path.suffix and path.is_file():
            named[key] = _copy(path, held)
    if "baseline" in options:
        named["baseline"] = Path(options["baseline"]).name
    return {k: str(v) if isinstance(v, Path) else v for k, v in named.items()}, held


def _copy(path: Path | None, held: dict[str, bytes], name: str = "") -> str:
    """Hold a file by its own name; another one of that name gets a number in front."""
    assert path is not None
    content, name = path.read_bytes(), name or path.name
    shown, number = name, 2
    while held.get(shown, content) != content:
        shown, number = f"{number}-{name}", number + 1
    held[shown] = content
    return shown


def _firm(name: str, held: dict[str, bytes]) -> str:
    from detente.sanction.cases import is_scenario
    from detente.sanction.load import load_card

    if is_scenario(name):
        return _scenario(name, held)
    return _copy(load_card(name).origin.path, held)


def _scenario(name: str, held: dict[str, bytes]) -> str:
    """Hold a scenario, the cards of its firms and the product lists that it names."""
    from detente.sanction.in_scenario import load_cards
    from detente.scenario.load import load_scenario

    scenario = load_scenario(name)
    shown = _copy(scenario.path, held)
    folder = Path(scenario.path or "").parent.resolve()
    firms = [*(scenario.firms or ()), *(f for v in scenario.variants for f in v.firms or ())]
    for card in load_cards(scenario, list(dict.fromkeys(firms))):
        path = Path(card.origin.path or "").resolve()
        beside = path.is_relative_to(folder)
        _copy(path, held, path.relative_to(folder).as_posix() if beside else "")
    for measure in scenario.measures:
        if listed := getattr(measure, "product_list", None):
            _list(listed, held)
        for named, own in measure.files().items():
            beside = own.resolve().is_relative_to(folder)
            _copy(own, held, Path(named).as_posix() if beside else "")
    return shown


def _list(name: str, held: dict[str, bytes]) -> None:
    from detente.policy.product_lists import file_of

    _copy(file_of(name), held)
