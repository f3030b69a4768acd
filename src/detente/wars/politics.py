"""Political weights of a setting's players: read from a file, or off tariffs that are observed."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.errors import InputError, Problem, nearest
from detente.games.politics import SHRINK, political_weights
from detente.policy.arrays import Policy
from detente.policy.compile import compile_policy
from detente.wars.placed import Keys, Named, Placed, problem, whose

if TYPE_CHECKING:
    from detente.baseline.calibration import Calibration
    from detente.wars.setting import Setting

OPTION = "--weights"
FEW = 5
"""Sectors that a message names."""
COLUMNS = "columns sector, weight; player too where they differ"
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
    measures = measures_of(setting.case, name)
    return compile_policy(setting.calibration, measures, apart=setting.apart)


def read_weights(path: str | Path) -> Placed:
    """Read political weights, a CSV file with the columns sector and weight, and player or not.

    The files ``weights.csv`` that commands on games write can be read again. What is wrong with the
    file goes along, to be refused with what else is wrong.
    """
    from detente.scenario.yaml_lines import read_text

    path = Path(path)
    text = read_text(path, "a table of weights")
    if isinstance(text, Problem):
        return Placed({}, path, {}, [text])
    reader = csv.DictReader(io.StringIO(text, newline=""))
    try:
        heads = list(reader.fieldnames or ())
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        return Placed({}, path, {}, [Problem(f"is no table: {error}", path, reader.line_num)])
    lacking = [head for head in ("sector", "weight") if head not in heads]
    if lacking:
        message = f"lacks the column{'s' if len(lacking) > 1 else ''} {' and '.join(lacking)}"
        return Placed({}, path, {}, [Problem(message, path, 1, None, ",".join(heads), COLUMNS)])
    if not rows:
        return Placed({}, path, {}, [Problem("holds no weights", path, 1, allowed=COLUMNS)])
    return _weights(path, rows, "player" in heads)


def _weights(path: Path, rows: Sequence[tuple[int, dict[str | None, Any]]], named: bool) -> Placed:
    """Take weights from the rows of a table, by player or not, with all that is wrong."""
    found: dict[str, dict[str, float]] = {}
    lines: dict[Keys, int] = {}
    problems: list[Problem] = []
    for line, row in rows:
        player, sector, text = row.get("player") or "", row.get("sector") or "", row.get("weight")
        own = found.setdefault(player, {})
        value = _number(text)
        lines.setdefault((player,), line)
        if None in row:
            problems.append(Problem("has more cells than there are columns", path, line))
        if named and not player:
            problems.append(Problem("names no player", path, line, "player"))
        if not sector:
            problems.append(Problem("names no sector", path, line, "sector"))
        elif sector in own:
            problems.append(Problem("has two weights", path, line, "sector", sector))
        if not 0 <= value < math.inf:
            problems.append(Problem("not a weight", path, line, "weight", text, "0 or more"))
            value = 1.0
        own[sector], lines[player, sector] = value, line
    problems += [
        Problem("all weights are zero", path, key="weight", value=player or None)
        for player, own in found.items()
        if not any(own.values())
    ]
    if not named:
        lines = {keys[1:]: line for keys, line in lines.items() if len(keys) > 1}
    return Placed(found if named else found[""], path, lines, problems)


def _number(text: str | None) -> float:
    try:
        return float(text or "")
    except ValueError:
        return -1.0


def check_weights(
    calibration: Calibration, weights: Weights | None, named: Named, problems: list[Problem]
) -> dict[str, Mapping[str, float] | None]:
    """Return political weights by name of player; those of economies that do not play are left.

    Refused are economies and sectors that there are not, and players or sectors without a weight.

    Parameters
    ----------
    named
        Players: name and positions of their economies.
    """
    if not weights:
        return dict.fromkeys((name for name, _ in named))
    if not any(isinstance(own, Mapping) for own in weights.values()):
        _check_sectors(calibration, weights, (), weights, problems)
        return {name: weights for name, _ in named}  # pyright: ignore[reportReturnType]
    found: dict[str, Mapping[str, float] | None] = {}
    for key, own in weights.items():
        _check_sectors(calibration, weights, (key,), own, problems)  # pyright: ignore[reportArgumentType]
        name = whose(calibration, weights, OPTION, key, named, problems)
        if name and name in found:
            problems.append(problem(weights, OPTION, (key,), f"{name} has weights twice", key))
        elif name:
            found[name] = own  # pyright: ignore[reportArgumentType]
    for name in (name for name, _ in named if name not in found):
        problems.append(problem(weights, OPTION, (), "no weights for a player", name,
                                ", ".join(weights)))  # fmt: skip
        found[name] = None
    return found


def _check_sectors(
    calibration: Calibration, weights: Weights, whose_: Keys, own: Mapping[str, object],
    problems: list[Problem],
) -> None:  # fmt: skip
    codes = calibration.sector_codes
    for code in (code for code in own if code and code not in codes):
        message = f"unknown sector; {nearest(code, codes)}".rstrip("; ")
        problems.append(problem(weights, OPTION, (*whose_, code), message, code, ", ".join(codes)))
    missing = [code for code in codes if code not in own]
    if missing:
        rest = f" and {len(missing) - FEW} more" if len(missing) > FEW else ""
        message = f"no weight for {', '.join(missing[:FEW])}{rest} of {len(codes)} sectors"
        problems.append(problem(weights, OPTION, whose_, message, allowed="a weight for each"))
