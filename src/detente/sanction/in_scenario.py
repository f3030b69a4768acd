"""The firms that a scenario names, carved out of its economy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from detente.baseline.calibration import Calibration
from detente.errors import InputError, Problem, nearest
from detente.sanction.card import FirmCard
from detente.sanction.carve import Carved, carve
from detente.sanction.load import load_card, shipped_cards
from detente.scenario.against import placed
from detente.scenario.schema import Scenario
from detente.scenario.yaml_lines import KeyPath


def carve_firms(scenario: Scenario, calibration: Calibration, firms: Sequence[str]) -> Carved:
    """Carve the firms that a scenario names out of a baseline, in their order.

    Parameters
    ----------
    firms
        Names of shipped cards, or paths of card files relative to the file of the scenario, in its
        folder or below.

    Raises
    ------
    InputError
        A card is not found, cannot be read, or the baseline cannot hold the firm: with the line of
        the scenario or of the card; all cards that cannot be read at once.
    """
    cards = load_cards(scenario, firms)
    problems = []
    for k, (name, card) in enumerate(zip(firms, cards, strict=True)):
        if card.code.lower() in [other.code.lower() for other in cards[:k]]:
            message = f"two firms overlap: an earlier one has the code {card.code} too"
            problems.append(_placed(scenario, name, Problem(message, value=name)))
    if problems:
        raise InputError(problems)
    return carve(calibration, *cards)


def load_cards(scenario: Scenario, firms: Sequence[str]) -> tuple[FirmCard, ...]:
    """Read the cards of firms that a scenario names.

    Raises
    ------
    InputError
        Listing all that is wrong with any of them.
    """
    cards, problems = [], []
    for name in firms:
        try:
            cards.append(load_card(_card_of(scenario, name)))
        except InputError as error:
            problems += [p if p.file else _placed(scenario, name, p) for p in error.problems]
    if problems:
        raise InputError(problems)
    return tuple(cards)


def _card_of(scenario: Scenario, name: str) -> str | Path:
    """Return a shipped name, or the file that is meant: no scenario reads outside its folder."""
    if name in shipped_cards():
        return name
    folder = (scenario.path.parent if scenario.path else Path()).resolve()
    shipped = ", ".join(shipped_cards())
    try:
        path = (folder / name).resolve()
        inside = path.is_relative_to(folder) and not Path(name).is_absolute()
        found = inside and path.exists()
    except (OSError, ValueError):  # no name that a file can have
        path, inside, found = folder, True, False
    if found:
        return path
    if not inside:
        message = "a card outside the folder of the scenario"
        allowed = f"a file in that folder or below, or one of {shipped}"
    else:
        hint = nearest(Path(name).stem or name, shipped_cards())
        message = "no such card of a firm" + (f"; {hint}" if hint else "")
        allowed = f"one of {shipped}, or a YAML file in the folder of the scenario"
    raise InputError(Problem(message, value=name, allowed=allowed))


def _placed(scenario: Scenario, name: str, problem: Problem) -> Problem:
    """Say at which line a scenario names a firm."""
    return replace(placed(scenario, _named_at(scenario, name), problem), value=name)


def _named_at(scenario: Scenario, name: str) -> KeyPath:
    if name in (scenario.firms or ()):
        path: KeyPath = ("firms", (scenario.firms or ()).index(name))
        return path if path in scenario.origin.lines else ("firms",)
    for k, variant in enumerate(scenario.variants):
        if name in (variant.firms or ()):
            path = ("variants", k, "firms", (variant.firms or ()).index(name))
            return path if path in scenario.origin.lines else path[:-1]
    return ("firms",)
