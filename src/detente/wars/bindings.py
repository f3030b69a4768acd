"""Tariff bindings: the most that a government has promised to charge, and what that holds back."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from detente.baseline.calibration import Calibration
from detente.baseline.groups import resolve_sectors
from detente.errors import InputError, Problem
from detente.games.nash import NashResult
from detente.games.players import Player
from detente.wars.placed import Keys, Named, Placed, problem, whose

if TYPE_CHECKING:
    import pandas as pd

    from detente.scenario.yaml_lines import KeyPath

Bindings = Mapping[str, Mapping[str, float]]
"""Bound rates, fractions, by player and by code, name or group of sectors."""
OPTION = "--bindings"
UNLIKELY = 3.0
"""A bound rate above this, 300%, is more likely per cent than a fraction."""
POINT = 0.01
"""A percentage point, the step for which worth is stated."""


def read_bindings(path: str | Path) -> Placed:
    """Read bound rates from a YAML file: by economy one rate, or rates by sector.

    Rates are fractions; sectors are codes, names or groups::

        USA: 0.05
        CHN:
          goods: 0.10
          C29: 0.25

    What is wrong with the file goes along, to be refused with what else is wrong.
    """
    from detente.scenario.yaml_lines import parse, read_text

    path = Path(path)
    text = read_text(path, "a file of bound rates")
    if isinstance(text, Problem):
        return Placed({}, path, {}, [text])
    tree = parse(text)
    problems = [Problem(f.message, path, f.line or tree.line(f.path), None, f.value, f.allowed)
                for f in tree.found]  # fmt: skip
    if not (isinstance(tree.value, dict) and tree.value):
        if not problems:
            allowed = "economies with their rates"
            problems.append(Problem("holds no bindings", path, 1, allowed=allowed))
        return Placed({}, path, {}, problems)
    held: dict[str, dict[str, float]] = {}
    lines: dict[Keys, int] = {}
    for name, given in tree.value.items():
        rates = given if isinstance(given, dict) else {"all": given}
        held[str(name)], lines[str(name),] = {}, tree.line((name,))
        for sector, rate in rates.items():
            at: KeyPath = (name, sector) if isinstance(given, dict) else (name,)
            lines[str(name), str(sector)] = tree.line(at)
            # a rate that is none is refused; its sector is looked up all the same
            known = isinstance(rate, int | float) and not isinstance(rate, bool)
            fits = known and 0 <= rate < math.inf
            held[str(name)][str(sector)] = rate if fits else math.inf
            if not fits:
                problems.append(Problem("not a bound rate", path, tree.line(at),
                                        ".".join(map(str, at)), rate,
                                        "a fraction, 0 or more"))  # fmt: skip
    return Placed(held, path, lines, problems)


def check_bindings(
    calibration: Calibration, bindings: Bindings | None, named: Named, problems: list[Problem]
) -> dict[str, Mapping[str, float]]:
    """Return bound rates by name of player.

    Refused are entries for who does not play, and sectors that there are not.

    Parameters
    ----------
    named
        Players: name and positions of their economies.
    """
    found: dict[str, Mapping[str, float]] = {}
    given = bindings or {}
    for key, rates in given.items():
        for sector in rates:
            try:
                resolve_sectors(calibration, sector)
            except InputError as error:
                problems += [problem(given, OPTION, (key, sector), p.message, p.value, p.allowed)
                             for p in error.problems]  # fmt: skip
        name = whose(calibration, given, OPTION, key, named, problems)
        if name == "":
            allowed = ", ".join(name for name, _ in named)
            problems.append(problem(given, OPTION, (key,), "does not play", key, allowed))
        elif name in found:
            problems.append(problem(given, OPTION, (key,), f"{name} is bound twice", key))
        elif name is not None:
            found[name] = rates
    return found


def binding_notes(players: Sequence[Player]) -> list[str]:
    """Say which bound rates look like per cent written as fractions, and who is not bound."""
    given = [player for player in players if player.bindings]
    notes = []
    for player in given:
        high = {key: rate for key, rate in (player.bindings or {}).items() if rate > UNLIKELY}
        if high:
            each = [f"{key} {rate:g} is {100 * rate:g}%" for key, rate in high.items()]
            rate = next(iter(high.values()))
            notes.append(f"bound rates of {player.name}: {', '.join(each)}; per cent are written "
                         f"as fractions, {rate:g}% as {rate / 100:g}")  # fmt: skip
    free = [player.name for player in players if not player.bindings]
    if given and free:
        notes.append(f"not bound, for the file names no rate of theirs: {', '.join(free)}")
    return notes


def corners(results: Sequence[NashResult]) -> pd.DataFrame:
    """List the rates that a binding holds down, and what holding them costs the player.

    ``worth_pct`` is what one point more would add to its payoff, per cent, everything else as it
    is: the multiplier of the binding.
    """
    import pandas as pd

    from detente.games.tables import rate_table

    frames = []
    for one in results:
        game, rates = one.game, one.chosen.rates
        own = game.evaluate(rates).slopes[game.placement.rate_player, np.arange(game.size)]
        frame = rate_table(game, rates)
        frame["worth_pct"] = 100 * POINT * own
        held = np.isfinite(game.placement.binding) & (game.placement.binding <= game.high)
        at = held & (rates >= game.high - 1e-9) & (own > 0)
        frames.append(frame[at].drop(columns="bound"))
    return pd.concat(frames, ignore_index=True)
