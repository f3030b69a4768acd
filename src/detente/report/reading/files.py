"""The files of a reading: draft, links, statements, and a page to review them on."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

from detente.errors import InputError, Problem
from detente.files import write_bytes
from detente.reading.read import Reading
from detente.report.reading.page import review_page


def file_name(reading: Reading) -> str:
    """Return the name of a reading as files carry it."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", reading.name).strip("-.")[:80] or "article"


def write_draft(reading: Reading, folder: Path) -> list[Path]:
    """Write NAME.yaml where there is a draft, NAME.reading.json and NAME.review.html.

    Raises
    ------
    DataError
        The folder cannot be written.
    """
    name = file_name(reading)
    contents = {f"{name}.reading.json": _json(reading), f"{name}.review.html": review_page(reading)}
    if reading.draft.text:
        contents = {f"{name}.yaml": reading.draft.text, **contents}
    for file, content in contents.items():
        write_bytes(folder / file, content.encode("utf-8", "replace"))
    return [folder / file for file in contents]


def write_statements(reading: Reading, path: Path) -> Path:
    """Write the statements alone, as JSON or CSV by the file's ending.

    Raises
    ------
    InputError
        The file ends otherwise.
    DataError
        It cannot be written.
    """
    if path.suffix == ".json":
        content = _json(reading)
    elif path.suffix == ".csv":
        content = statements_csv(reading)
    else:
        message = "statements are written as JSON or CSV"
        raise InputError(Problem(message, key="--statements", value=str(path),
                                 allowed="a file that ends in .json or .csv"))  # fmt: skip
    write_bytes(path, content.encode("utf-8", "replace"))
    return path


def statements_csv(reading: Reading) -> str:
    """Return the statements as CSV: a row each, lists with ``;`` between."""
    rows = []
    for one in reading.statements:
        plain = one.to_plain()
        source = plain.pop("source")
        assert isinstance(source, dict)
        rows.append({**plain, "source_kind": source["kind"], "source_who": source["who"]})
    text = io.StringIO()
    keys = list(rows[0]) if rows else ["id", "start", "end", "quote"]
    writer = csv.DictWriter(text, keys, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: _cell(value) for key, value in row.items()})
    return text.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, list):
        return "; ".join(" ".join(map(str, v)) if isinstance(v, list) else str(v) for v in value)
    text = "" if value is None else value
    # a spreadsheet would run what begins like a formula
    return f"'{text}" if isinstance(text, str) and text[:1] in "=+@-" else text


def _json(reading: Reading) -> str:
    return json.dumps(reading.to_plain(), ensure_ascii=False, indent=1) + "\n"
