"""Results of games as files and as plain data."""

from __future__ import annotations

import json
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.document.publish import add_hashes
from detente.files import check_writable, write_whole
from detente.report import wars, wars_bands, wars_parts, wars_payoffs
from detente.report.store import FORMAT, to_json
from detente.report.units import in_unit
from detente.report.wars import Result
from detente.report.wars_columns import columns
from detente.report.wars_sure import equilibria_table, plain_search, several, spread
from detente.wars.run import WarResult

if TYPE_CHECKING:
    import pandas as pd

    from detente.games.nash import NashResult

ROWS = {"rates", "players", "war_rates", "war_players", "equilibria", "draws"}
"""Tables that JSON holds row by row."""

__all__ = ["check_writable", "plain_game", "write_game"]


def tables(result: Result) -> dict[str, pd.DataFrame]:
    """Return ``rates``, ``players`` and ``countries``, one row an entry."""
    import pandas as pd

    frames = []
    for title, solution in result.solutions.items():
        frame = solution.countries.reset_index()
        frame.insert(0, "economy_of", title)
        frames.append(frame)
    countries = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
    if isinstance(result, WarResult):
        held = {"rates": result.rates(), "players": result.players().reset_index(),
                "countries": countries}  # fmt: skip
        if several(result):
            held["equilibria"] = equilibria_table(result)
        if result.bands is not None:
            held["bands"] = result.bands.table().reset_index()
            held["draws"] = result.bands.draws()
        return held
    found = []
    for name in result.bargains.bargains:
        frame = result.bargains.rates(name)
        frame.insert(0, "disagreement", name)
        found.append(frame)
    held = {
        "rates": pd.concat(found, ignore_index=True) if found else pd.DataFrame(),
        "players": result.bargains.players().reset_index(),
        "countries": countries,
    }
    if result.war is not None and result.war.status.found:
        held["war_rates"] = result.war.rates
        held["war_players"] = result.war.players.reset_index()
    return held


def plain_game(result: Result) -> dict[str, Any]:
    """Return a result as plain data for JSON: what it rests on, rates, players, certificate."""
    about = to_json(wars.as_scenario(result)) if result.solutions else {"format": FORMAT}
    game: dict[str, Any] = {
        "rests_on": wars.rests_on(result),
        "rule": wars.rule_in_words(result.setting),
        "sentences": wars.sentences(result),
        "notes": list(result.notes),
    }
    if isinstance(result, WarResult):
        game["kind"] = result.kind
        game["searches"] = [
            {
                "status": one.status.name.lower(),
                "said": wars.certificate(one, result.kind, wars.player_names(result.setting)),
                "nash_conv": None if one.certificate is None else one.certificate.nash_conv,
                "kkt": None if one.certificate is None else one.certificate.kkt,
                "stakes": _stakes(one),
                "starts": [s.start for s in one.searches],
                "ends": [plain_search(s) for s in one.searches],
                "spread": spread(one),
                "equilibria": len(one.equilibria),
                "rounds": len(one.history),
            }
            for one in result.found
        ]
        game["closed_form"] = result.closed_form
        if result.bands is not None:
            game["bands"] = wars_bands.plain(result.bands)
        if result.matrix is not None:
            game["matrix"] = {
                "players": list(result.matrix.players),
                "strategies": [list(s) for s in result.matrix.strategies],
                "payoffs_pct": result.matrix.payoffs.tolist(),
                "kind": result.matrix.kind(),
                "equilibria": [list(e) for e in result.matrix.equilibria()],
            }
    else:
        game |= {"kind": "cooperate", "solution": result.rule}
        if result.war is not None:
            game["war"] = plain_search(result.war.chosen) | {"said": wars.alternative(result)}
        game["frontier"] = [p.payoffs.tolist() for p in result.frontier]
    if more := wars_parts.plain(result):
        game["more"] = more
    found = tables(result)
    for name in sorted(ROWS & found.keys()):
        text = found[name].to_json(orient="records", double_precision=15)
        game[name] = json.loads(text or "[]")
    return in_unit(about | {"game": game}, result.setting.calibration.card.unit)


def _stakes(one: NashResult) -> float | None:
    """Return what NashConv is to be read beside, where it is a number."""
    found = wars_payoffs.stakes(one)
    return found if isfinite(found) else None


def write_game(result: Result, folder: str | Path) -> list[Path]:
    """Write report, tables and manifest into a folder: all of them or none.

    Raises
    ------
    InputError
        The folder cannot be written.
    """
    from detente.report.wars_page import game_html

    def write(staging: Path) -> list[str]:
        files: dict[str, dict[str, Any]] = {}
        unit = result.setting.calibration.card.unit
        if result.solutions:
            (staging / "report.html").write_text(game_html(result), encoding="utf-8")
            files["report.html"] = {}
        for name, frame in (tables(result) | wars_parts.frames(result)).items():
            shown = in_unit(frame, unit)
            shown.to_parquet(staging / f"{name}.parquet", index=False)
            shown.to_csv(staging / f"{name}.csv", index=False, lineterminator="\n")
            about = {"rows": len(frame), "columns": in_unit(columns(frame.columns, unit), unit)}
            files |= {f"{name}.{kind}": dict(about) for kind in ("parquet", "csv")}
        add_hashes(files, staging)
        text = json.dumps(_manifest(result) | {"files": files}, ensure_ascii=False,
                          allow_nan=False, indent=1)  # fmt: skip
        (staging / "manifest.json").write_text(text + "\n", encoding="utf-8")
        return [*files, "manifest.json"]

    return write_whole(folder, write)


def _manifest(result: Result) -> dict[str, Any]:
    """Return what JSON holds, but for what the tables hold."""
    manifest = plain_game(result)
    for entry in manifest.get("variants", {}).values():
        for key in ("countries", "sectors", "bilateral", "limits"):
            entry.pop(key, None)
    for key in ROWS & manifest["game"].keys():
        del manifest["game"][key]
    for part in manifest["game"].get("more", {}).values():
        del part["rows"]
    return manifest
