"""Political weights of a setting's players: read from a file, or off tariffs that are observed."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from detente.errors import InputError, Problem
from detente.games.politics import SHRINK, political_weights
from detente.policy.arrays import Policy
from detente.policy.compile import compile_policy

if TYPE_CHECKING:
    from detente.wars.setting import Setting

SOURCES = "applied, announced, variant:ID, or a CSV file"
Weights = Mapping[str, float] | Mapping[str, Mapping[str, float]]
"""By sector, for all players alike, or by player and sector."""


def observed(source: str) -> bool:
    """Whether weights are to be read off tariffs, not from a file."""
    return source in ("applied", "announced") or source.startswith("variant:")


def with_observed_weights(setting: Setting, source: str, *, shrink: float = SHRINK) -> Setting:
    """Give players the weights at which the tariffs of a source are nearest to optimal.

    Parameters
    ----------
    source
        ``"applied"``: in force in the setting; ``"announced"``: in the scenario's last variant;
        ``"variant:ID"``.
    shrink
        As in `detente.games.politics.political_weights`.

    Raises
    ------
    InputError
        Listing an unknown variant and a penalty that is none.
    SolveError
        There is no equilibrium at these tariffs.
    """
    problems = []
    if not 0 < shrink < math.inf:
        problems.append(Problem("not a penalty", None, None, "--shrink", shrink, "above 0"))
    policy = None
    try:
        policy = policy_of(setting, source)
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError(problems)
    found = political_weights(
        setting.calibration, setting.players, policy, options=setting.options, shrink=shrink
    )
    weights = {p.player.name: p.player.weights for p in found}
    choices = replace(setting.choices, objective="political", weights=weights)
    players = tuple(p.player for p in found)
    return replace(setting, players=players, choices=choices, politics=found, politics_of=source)


def policy_of(setting: Setting, source: str) -> Policy:
    """Return the policy that a source of tariffs names.

    Raises
    ------
    InputError
        An unknown variant, or a scenario without any.
    """
    from detente.scenario.variants import measures_of

    if source == "applied":
        return setting.base
    known = [v.id for v in setting.case.variants]
    name = known[-1] if source == "announced" and known else source.removeprefix("variant:")
    if name not in known:
        raise InputError(Problem("unknown", None, None, "--weights", source,
                                 ", ".join(f"variant:{k}" for k in known)))  # fmt: skip
    return compile_policy(setting.calibration, measures_of(setting.case, name))


def read_weights(path: str | Path) -> Weights:
    """Read political weights, a CSV file with the columns sector and weight, and player or not.

    The files ``weights.csv`` that commands on games write can be read again.

    Raises
    ------
    InputError
        The file cannot be read; with the line of everything that is no weight.
    """
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(Problem(f"cannot be read: {error}", path)) from error
    found: dict[str, dict[str, float]] = {}
    problems = []
    named = bool(rows) and "player" in rows[0]
    for line, row in enumerate(rows, start=2):
        player, sector, text = row.get("player") or "", row.get("sector"), row.get("weight")
        own = found.setdefault(player, {})
        try:
            value = float(text or "")
        except ValueError:
            value = -1.0
        if named and not player:
            problems.append(Problem("names no player", path, line, "player"))
        if not sector or not 0 <= value < math.inf:
            problems.append(Problem("not a weight", path, line, "weight", text, "0 or more"))
        elif sector in own:
            problems.append(Problem("has two weights", path, line, "sector", sector))
        else:
            own[sector] = value
    if not rows:
        problems.append(Problem("holds no weights", path, allowed="columns sector, weight"))
    problems += [
        Problem("all weights are zero", path, key="weight", value=player or None)
        for player, own in found.items()
        if own and not any(own.values())
    ]
    if problems:
        raise InputError(problems)
    return found if named else found[""]


def weights_of(
    weights: Weights | None, player: str, problems: list[Problem]
) -> Mapping[str, float] | None:
    """Return one player's weights by sector."""
    if weights is None or not any(isinstance(v, Mapping) for v in weights.values()):
        return weights  # pyright: ignore[reportReturnType]
    if player not in weights:
        problems.append(Problem("no weights for a player", key="--weights", value=player,
                                allowed=", ".join(weights)))  # fmt: skip
        return None
    return weights[player]  # pyright: ignore[reportReturnType]
