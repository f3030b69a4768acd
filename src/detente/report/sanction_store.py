"""The files of firms cut off: report, tables and manifest, whole or not there."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from detente.files import check_writable, write_bytes
from detente.report.sanction import CHOICES
from detente.report.sanction_page import sanction_html
from detente.report.sanction_tables import of_all, tables
from detente.report.sanction_words import bans, headline, together, whose
from detente.report.sanction_world import together_html

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.report.sanction_tables import Tables
    from detente.sanction.study import SanctionResult

TOGETHER = "together"
"""Folder, beside those of the firms, of what is of all bans together."""


def write_sanction(result: SanctionResult, folder: str | Path) -> list[Path]:
    """Write ``report.html``, a CSV file for each table and ``manifest.json`` into a folder.

    Everything is made before anything is written; each file is moved into place whole, the manifest
    last.

    Raises
    ------
    InputError
        The folder cannot be written.
    """
    return _write(Path(folder), sanction_html(result), tables(result), _manifest(result))


def write_together(results: Sequence[SanctionResult], folder: str | Path) -> list[Path]:
    """Write what is of several bans together, and of no firm by itself, into a folder.

    Raises
    ------
    InputError
        The folder cannot be written.
    """
    return _write(Path(folder), together_html(results), of_all(results), {
        **_about(results[0]),
        "firms": [result.card.code for result in results],
        "figures": f"of {bans(results)}, none of one firm",
        "summary": together(results),
    })  # fmt: skip


def _write(folder: Path, page: str, rows: Tables, manifest: dict) -> list[Path]:
    check_writable(folder)
    contents = {"report.html": page.encode()}
    for name, table in rows.items():
        contents[f"{name}.csv"] = table.to_csv(index=False, lineterminator="\n").encode()
    contents["manifest.json"] = json.dumps(manifest, indent=1).encode() + b"\n"
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in contents.items():
        write_bytes(folder / name, content)
        written.append(folder / name)
    return written


def _manifest(result: SanctionResult) -> dict:
    return {
        **_about(result),
        "firm": result.card.code,
        "beside": list(result.beside),
        **({"figures": whose(result)} if result.beside else {}),
        "card": str(result.card.origin.path) if result.card.origin.path else None,
        "economies": list(result.economies),
        "summary": headline(result),
    }


def _about(result: SanctionResult) -> dict:
    c = result.carved.calibration
    return {
        "detente": version("detente"),
        "baseline": c.name,
        "baseline_hash": c.hash,
        "unit": c.card.unit,
        "choices": {key: getattr(result.choices, key) for key in CHOICES},
    }
