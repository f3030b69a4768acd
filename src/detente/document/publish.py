"""A document and its data as files: all of them, or none.

The same document writes the same bytes, so nothing here holds a time or the name of a machine.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.document import html, plain
from detente.document.blocks import Column, Document
from detente.files import write_whole

if TYPE_CHECKING:
    import pandas as pd

PACKAGES = (
    "detente",
    "jax",
    "jaxlib",
    "numpy",
    "scipy",
    "pandas",
    "pyarrow",
    "vl-convert-python",
    "Jinja2",
)
ABOUT = ("scenario", "baseline", "choices", "solver")
"""What a manifest says of what results rest on."""


@dataclass(frozen=True, eq=False)
class Data:
    """A tidy table for programs that no reader is shown: its values and what its columns are.

    Raises
    ------
    ValueError
        A column of the frame is not described, or the other way round.
    """

    frame: pd.DataFrame
    columns: tuple[Column, ...]

    def __post_init__(self) -> None:
        """Refuse columns that nobody described."""
        if list(self.frame.columns) != [column.key for column in self.columns]:
            raise ValueError(f"{list(self.frame.columns)} are not the columns that are described")


def write(document: Document, frames: Mapping[str, Data], folder: str | Path) -> list[Path]:
    """Write report, tables and manifest into a folder, made if need be: all of them or none.

    Parameters
    ----------
    document
        Its page is ``report.html``; each of its tables that is data is written too.
    frames
        Further tables by the name of their files.
    folder
        Files of the same names are replaced, others left alone.

    Returns
    -------
    list of Path
        ``report.html``, each table as ``.parquet`` and ``.csv``, ``manifest.json`` last.

    Raises
    ------
    InputError
        The folder cannot be written.
    ValueError
        A table of the document and one of ``frames`` have one name.
    """
    return write_whole(folder, lambda staging: _stage(document, frames, staging))


def data(document: Document, frames: Mapping[str, Data]) -> dict[str, Data]:
    """Return all tables that are written, by the name of their files."""
    own = {k: Data(plain.frame(t), plain.columns(t)) for k, t in document.tables("data").items()}
    if twice := sorted(set(own) & set(frames)):
        raise ValueError(f"two tables are named {', '.join(twice)}")
    return {**own, **frames}


def manifest(document: Document, files: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a folder of results says of itself; ``docs/manifest.schema.json`` is its shape.

    Raises
    ------
    ValueError
        The document rests on something that manifests have no place for.
    """
    if unknown := sorted(set(document.about) - set(ABOUT)):
        raise ValueError(f"a manifest has no place for {', '.join(unknown)}")
    return {
        "format": plain.FORMAT,
        "kind": document.kind,
        "title": document.title,
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in PACKAGES},
        },
        **plain.value({key: document.about[key] for key in ABOUT if key in document.about}),
        "rests_on": list(document.rests_on),
        "sentences": document.sentences(),
        "notes": list(document.notes),
        "files": dict(files),
    }


def _stage(document: Document, frames: Mapping[str, Data], folder: Path) -> list[str]:
    """Write every file into a folder; return their names, the manifest last."""
    (folder / "report.html").write_bytes(html.page(document).encode())
    files: dict[str, dict[str, Any]] = {"report.html": {}}
    for name, one in data(document, frames).items():
        _write_table(one.frame, folder / name)
        about = {column.key: plain.about_column(column) for column in one.columns}
        entry = {"rows": len(one.frame), "columns": about}
        files |= {f"{name}.{ending}": dict(entry) for ending in ("parquet", "csv")}
    add_hashes(files, folder)
    text = json.dumps(manifest(document, files), indent=1, ensure_ascii=False, allow_nan=False)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")
    return [*files, "manifest.json"]


def _write_table(frame: pd.DataFrame, path: Path) -> None:
    import pyarrow as pa
    from pyarrow.csv import write_csv
    from pyarrow.parquet import write_table

    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata()
    write_table(table, f"{path}.parquet", compression="zstd")
    write_csv(table, f"{path}.csv")


def add_hashes(files: dict[str, dict[str, Any]], folder: Path) -> None:
    """Add size and SHA-256 to the entry of every file."""
    for name, entry in files.items():
        content = (folder / name).read_bytes()
        entry |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
