"""How to cite a result: the program, the model, the data and the trade elasticities behind it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from detente.baseline.elasticities import SOURCES
from detente.errors import InputError, Problem
from detente.references import (
    CALIENDO_PARRO,
    DATA,
    EXACT_CHANGES,
    HORIZONS,
    NO_DEAL,
    SOLUTIONS,
    STOCKS,
    WARS,
    Reference,
)

MANIFEST = "manifest.json"
LONG_RUN = "long-run"
_BY_KIND = {
    "optimal": (WARS,),
    "nash": (WARS,),
    "cooperate": (WARS,),
    "talks": (NO_DEAL,),
    "sanction": (STOCKS,),
}
"""What kinds of results use beside the model."""


@dataclass(frozen=True)
class Cited:
    """What is cited of one part of a result.

    Attributes
    ----------
    part
        Program, model, data, trade elasticities.
    references
        The works to cite; none where a person's own figures were used.
    note
        What the part is in this result.
    """

    part: str
    references: tuple[Reference, ...]
    note: str = ""

    @property
    def text(self) -> str:
        """What is cited, a line each."""
        head = f"{self.part}: {self.note}" if self.note else self.part
        return "\n".join([head, *(f"  {one.text}" for one in self.references)])

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        works = [{"key": o.key, "text": o.text, "bibtex": o.bibtex} for o in self.references]
        return {"part": self.part, "note": self.note, "references": works}


def citations(folder: str | Path | None = None) -> tuple[Cited, ...]:
    """Return how to cite a folder of results; without one, what a plain run would use.

    Raises
    ------
    InputError
        It is no folder of results, or was written by a version whose manifest says less.
    """
    if folder is None:
        return _usual()
    manifest = _manifest(Path(folder))
    if manifest["kind"] in ("ledger", "disputes"):  # records, without a model
        program = _program(manifest["versions"]["detente"])
        return program, _data(manifest["baseline"]), _result(manifest)
    rates = (_ledger(),) if _uses_ledger(manifest) else ()
    return (
        _program(manifest["versions"]["detente"]),
        _model(manifest),
        _data(manifest["baseline"]),
        *rates,
        _elasticities(manifest["baseline"]["elasticities"], manifest.get("choices", {})),
        _result(manifest),
    )


def _usual() -> tuple[Cited, ...]:
    from detente.baseline.store import load

    card = load().card
    return (
        _program(version("detente")),
        _model({"kind": "run"}),
        _data(card.to_dict()),
        _elasticities(card.elasticities, {}),
    )


def _program(number: str) -> Cited:
    return Cited(
        "Program",
        (
            Reference(
                "detente",
                ("The Détente developers",),
                "Détente: a laboratory for trade wars and trade talks",
                where=f"Version {number}",
                kind="software",
            ),
        ),
    )


def _model(manifest: Mapping[str, Any]) -> Cited:
    scenario, choices = manifest.get("scenario", {}), manifest.get("choices", {})
    found = [CALIENDO_PARRO, EXACT_CHANGES, *_BY_KIND.get(manifest["kind"], ())]
    horizon = scenario.get("horizon", LONG_RUN)
    if horizon != LONG_RUN:
        found.append(HORIZONS)
    if solution := SOLUTIONS.get(choices.get("solution")):
        found.append(solution)
    return Cited("Model", tuple(found), f"horizon {horizon}" if "horizon" in scenario else "")


def _data(card: Mapping[str, Any]) -> Cited:
    found = tuple(one for words, one in DATA.items() if words in card["source"])
    year = str(card.get("year") or "")
    dated = "" if year in f"{card['title']} {card['name']}" else f", {year}"
    said = f"{card['title']} ({card['name']}){dated}. {card['source']}"
    licence = f" Licence: {card['licence'].rstrip('.')}." if card["licence"] else ""
    return Cited("Data", found, said.rstrip(".") + "." + licence)


def _uses_ledger(manifest: Mapping[str, Any]) -> bool:
    """Whether tariffs of the ledger are in a result: those of its world, or of a measure."""
    scenario = manifest.get("scenario", {})
    return bool(manifest["baseline"].get("in_force")) or bool(scenario.get("ledger"))


def _ledger() -> Cited:
    from detente.ledger.measures import card

    return replace(_data(card()), part="Tariffs of the ledger")


def _elasticities(said: str, choices: Mapping[str, Any]) -> Cited:
    """Cite sources by their names in square brackets, as cards have them."""
    names = [name for name in re.findall(r"\[([a-z0-9-]+)\]", said) if name in SOURCES]
    note = said.rstrip(".") + "." if said else ""
    if choices.get("model_draws"):
        names = list(dict.fromkeys([*names, *SOURCES]))
        note += " Draws are as far off as comparison of the published sources shows."
    note = note or "the economy's own; its card names no source."
    return Cited("Trade elasticities", tuple(SOURCES[name].reference for name in names), note)


def _result(manifest: Mapping[str, Any]) -> Cited:
    scenario, baseline = manifest.get("scenario"), manifest["baseline"]
    parts = [f"{manifest['kind']}: {manifest['title']}"]
    if scenario:
        parts.append(f"scenario of {scenario.get('date', 'no date')}, sha256 {scenario['sha256']}")
    parts.append(f"baseline {baseline['name']}, sha256 {baseline['sha256']}")
    return Cited("This result", (), "; ".join(parts) + ".")


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        allowed = "a folder that a command wrote with --out"
        problem = Problem(f"no folder of results: it has no {MANIFEST}", folder, allowed=allowed)
        raise InputError(problem) from error
    except (OSError, ValueError) as error:
        raise InputError(Problem(f"cannot be read: {error}", path)) from error
    try:
        cited = found["baseline"], found["versions"]["detente"], found["kind"], found["title"]
        needed = {"name", "title", "source", "licence", "elasticities", "sha256"}
        missing = sorted(needed - set(cited[0]))
    except (TypeError, KeyError) as error:
        raise InputError(Problem(f"no manifest of a result: {error} is not there", path)) from error
    if missing:
        message = f"of an older version: its baseline says no {', '.join(missing)}; make it again"
        raise InputError(Problem(message, path))
    return found
