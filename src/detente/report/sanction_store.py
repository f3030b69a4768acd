"""The files of a firm cut off: report, tables and manifest, whole or not there."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from detente.baseline.archive import write_bytes
from detente.report.sanction import headline, tables
from detente.report.sanction_page import sanction_html
from detente.report.store import check_writable

if TYPE_CHECKING:
    from detente.sanction.study import SanctionResult


def write_sanction(result: SanctionResult, folder: str | Path) -> list[Path]:
    """Write ``report.html``, a CSV file for each table and ``manifest.json`` into a folder.

    Everything is made before anything is written; each file is moved into place whole, the manifest
    last.

    Raises
    ------
    InputError
        The folder cannot be written.
    """
    folder = Path(folder)
    check_writable(folder)
    contents = {"report.html": sanction_html(result).encode()}
    for name, table in tables(result).items():
        contents[f"{name}.csv"] = table.to_csv(index=False, lineterminator="\n").encode()
    contents["manifest.json"] = json.dumps(_manifest(result), indent=1).encode() + b"\n"
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in contents.items():
        write_bytes(folder / name, content)
        written.append(folder / name)
    return written


def _manifest(result: SanctionResult) -> dict:
    c, choices = result.carved.calibration, result.choices
    keys = ("days", "draws", "relief", "ban_share", "seed", "world_draws")
    return {
        "detente": version("detente"),
        "firm": result.card.code,
        "beside": list(result.beside),
        "card": str(result.card.origin.path) if result.card.origin.path else None,
        "baseline": c.name,
        "baseline_hash": c.hash,
        "unit": c.card.unit,
        "economies": list(result.economies),
        "choices": {key: getattr(choices, key) for key in keys},
        "summary": headline(result),
    }
