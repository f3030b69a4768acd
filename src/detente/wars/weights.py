"""Political weights of players: read from a file, and checked against an economy."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.errors import Problem, nearest
from detente.wars.placed import Keys, Named, Placed, problem, whose

if TYPE_CHECKING:
    from detente.baseline.calibration import Calibration
OPTION = "--weights"
FEW = 5
"""Sectors that a message names."""
COLUMNS = "columns sector, weight; player too where they differ"
Weights = Mapping[str, float] | Mapping[str, Mapping[str, float]]
"""By sector, for all players alike, or by player and sector."""


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
