"""A document and its data as files: all of them, or none.

The same document writes the same bytes, so nothing here holds a time or the name of a machine.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.document import html, pictures, plain, workbook
from detente.document.blocks import Document
from detente.document.data import Data
from detente.files import write_whole

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

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
    "XlsxWriter",
)
ABOUT = ("scenario", "baseline", "choices", "solver")
"""What a manifest says of what results rest on."""


FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a text begins with that a spreadsheet works out."""


@dataclass(frozen=True)
class Enclosures:
    """What a folder holds besides report, tables and manifest.

    Attributes
    ----------
    pictures
        Whether every chart is there as SVG and PNG, in ``pictures/``.
    excel
        Whether all tables are in one workbook too, ``tables.xlsx``.
    made
        What makes it again: ``command``, ``options`` and, where the command writes several
        folders, which of them it is (``folder``).
    inputs
        Files that the command reads, by their names in ``inputs/``.
    """

    pictures: bool = False
    excel: bool = False
    made: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, bytes] = field(default_factory=dict)


def write(
    document: Document,
    frames: Mapping[str, Data],
    folder: str | Path,
    enclosed: Enclosures | None = None,
) -> list[Path]:
    """Write report, tables and manifest into a folder, made if need be: all of them or none.

    Parameters
    ----------
    document
        Its page is ``report.html``; each of its tables that is data is written too.
    frames
        Further tables by the name of their files.
    folder
        Files of the same names are replaced, others left alone.
    enclosed
        What it holds besides.

    Returns
    -------
    list of Path
        ``report.html``, each table as ``.parquet`` and ``.csv``, enclosures, the manifest.

    Raises
    ------
    InputError
        The folder cannot be written.
    ValueError
        A table of the document and one of ``frames`` have one name.
    """
    more = enclosed or Enclosures()
    return write_whole(folder, lambda staging: _stage(document, frames, staging, more))


def data(document: Document, frames: Mapping[str, Data]) -> dict[str, Data]:
    """Return all tables that are written, by the name of their files."""
    own = {k: Data(plain.frame(t), plain.columns(t)) for k, t in document.tables("data").items()}
    if twice := sorted(set(own) & set(frames)):
        raise ValueError(f"two tables are named {', '.join(twice)}")
    return {**own, **frames}


def manifest(
    document: Document, files: Mapping[str, Any], made: Mapping[str, Any] | None = None
) -> dict[str, Any]:
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
        **({"made": plain.value(made)} if made else {}),
        **plain.value({key: document.about[key] for key in ABOUT if key in document.about}),
        "rests_on": list(document.rests_on),
        "sentences": document.sentences(),
        "notes": list(document.notes),
        "files": dict(files),
    }


def _stage(
    document: Document, frames: Mapping[str, Data], folder: Path, enclosed: Enclosures
) -> list[str]:
    """Write every file into a folder; return their names, the manifest last."""
    tables = data(document, frames)
    files: dict[str, dict[str, Any]] = {}
    content = {"report.html": html.page(document).encode()}
    for name, one in tables.items():
        about = {column.key: plain.about_column(column) for column in one.columns}
        for ending, in_bytes in (("parquet", _parquet), ("csv", _csv)):
            content[f"{name}.{ending}"] = in_bytes(one.frame)
            files[f"{name}.{ending}"] = {"rows": len(one.frame), "columns": about}
    if enclosed.excel:
        content["tables.xlsx"] = workbook.of(document, tables)
    if enclosed.pictures:
        content |= {f"pictures/{k}": v for k, v in pictures.of(document).items()}
    content |= {f"inputs/{name}": held for name, held in enclosed.inputs.items()}
    for name, held in content.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(held)
        digest = hashlib.sha256(held).hexdigest()
        files[name] = {**files.get(name, {}), "bytes": len(held), "sha256": digest}
    listed = {name: files[name] for name in content}
    said = manifest(document, listed, enclosed.made)
    text = json.dumps(said, indent=1, ensure_ascii=False, allow_nan=False)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")
    return [*content, "manifest.json"]


def _parquet(frame: pd.DataFrame) -> bytes:
    from pyarrow import BufferOutputStream
    from pyarrow.parquet import write_table

    held = BufferOutputStream()
    write_table(_arrow(frame), held, compression="zstd")
    return held.getvalue().to_pybytes()


def _csv(frame: pd.DataFrame) -> bytes:
    """Return a table as CSV; a text that a spreadsheet would work out has a quote in front."""
    from pyarrow import BufferOutputStream
    from pyarrow.csv import write_csv

    held = BufferOutputStream()
    texts = [key for key in frame.columns if frame[key].dtype.kind == "O"]
    # columns of ids have few texts, and hardly ever one that must be mended
    words = [key for key in texts if any(unworked(one) is not one for one in frame[key].unique())]
    frame = frame.assign(**{key: frame[key].map(unworked) for key in words})
    write_csv(_arrow(frame), held)
    return held.getvalue().to_pybytes()


def _arrow(frame: pd.DataFrame) -> pa.Table:
    import pyarrow as pa

    return pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata()


def unworked(cell: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
