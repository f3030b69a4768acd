"""Tariff bindings: the most that a government has promised to charge, and what that holds back."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from detente.baseline.calibration import Calibration
from detente.baseline.groups import resolve_countries
from detente.errors import InputError, Problem
from detente.games.nash import NashResult

if TYPE_CHECKING:
    import pandas as pd

Bindings = Mapping[str, Mapping[str, float]]
"""Bound rates, fractions, by player and by code, name or group of sectors."""
POINT = 0.01
"""A percentage point, the step for which worth is stated."""


def read_bindings(path: str | Path) -> dict[str, dict[str, float]]:
    """Read bound rates from a YAML file: by economy one rate, or rates by sector.

    Rates are fractions; sectors are codes, names or groups::

        USA: 0.05
        CHN:
          goods: 0.10
          C29: 0.25

    Raises
    ------
    InputError
        The file cannot be read; with the line of everything that is no bound rate.
    """
    from detente.scenario.yaml_lines import parse, read_text

    path = Path(path)
    text = read_text(path)
    if isinstance(text, Problem):
        raise InputError(text)
    tree = parse(text)
    problems = [Problem(f.message, path, f.line or tree.line(f.path), None, f.value, f.allowed)
                for f in tree.found]  # fmt: skip
    held: dict[str, dict[str, float]] = {}
    if not problems and not (isinstance(tree.value, dict) and tree.value):
        problems.append(Problem("holds no bindings", path, 1, allowed="economies with their rates"))
    for name, given in tree.value.items() if not problems else ():
        rates = given if isinstance(given, dict) else {"all": given}
        for sector, rate in rates.items():
            known = isinstance(rate, int | float) and not isinstance(rate, bool)
            if not known or not 0 <= rate < math.inf:
                line = tree.line((name, sector) if isinstance(given, dict) else (name,))
                problems.append(Problem("not a bound rate", path, line, f"{name}.{sector}", rate,
                                        "a fraction, 0 or more"))  # fmt: skip
        held[str(name)] = {str(s): rate for s, rate in rates.items()}
    if problems:
        raise InputError(problems)
    return held


def check_bindings(
    calibration: Calibration,
    bindings: Bindings | None,
    named: Sequence[tuple[str, tuple[int, ...]]],
    problems: list[Problem],
) -> dict[str, Mapping[str, float]]:
    """Return bound rates by name of player; entries for who does not play are refused.

    Parameters
    ----------
    named
        Players: name and positions of their economies.
    """
    found: dict[str, Mapping[str, float]] = {}
    for key, rates in (bindings or {}).items():
        names = [name for name, _ in named if name == key]
        if not names:
            try:
                places = set(resolve_countries(calibration, key))
            except InputError as error:
                problems += [Problem(p.message, None, None, "--bindings", p.value, p.allowed)
                             for p in error.problems]  # fmt: skip
                continue
            names = [name for name, own in named if set(own) == places]
        if not names:
            allowed = ", ".join(name for name, _ in named)
            problems.append(Problem("does not play", None, None, "--bindings", key, allowed))
        elif names[0] in found:
            problems.append(Problem("bound twice", None, None, "--bindings", key))
        else:
            found[names[0]] = rates
    return found


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
