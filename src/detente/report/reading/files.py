"""The files of a reading: draft, links, statements, and a page to review them on."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from detente.errors import InputError, Problem
from detente.files import write_bytes
from detente.reading.read import Reading
from detente.report.reading.page import file_name, review_page


def write_draft(reading: Reading, folder: Path) -> list[Path]:
    """Write NAME.yaml where there is a draft, NAME.reading.json and NAME.review.html.

    Of a PDF the text whose characters are counted is there too, as NAME.pages.txt.

    Raises
    ------
    DataError
        The folder cannot be written.
    """
    name = file_name(reading)
    contents = {f"{name}.reading.json": _json(reading), f"{name}.review.html": review_page(reading)}
    if reading.draft.text:
        contents = {f"{name}.yaml": reading.draft.text, **contents}
    if "\f" in reading.text:
        contents[f"{name}.pages.txt"] = reading.text
    for file, content in contents.items():
        write_bytes(folder / file, content.encode("utf-8", "replace"))
    return [folder / file for file in contents]


def check_statements(path: Path | None) -> None:
    """Refuse a file for statements that is neither JSON nor CSV, before anything is read.

    Raises
    ------
    InputError
        The file ends otherwise.
    """
    if path is not None and path.suffix not in (".json", ".csv"):
        message = "statements are written as JSON or CSV"
        raise InputError(Problem(message, key="--statements", value=str(path),
                                 allowed="a file that ends in .json or .csv"))  # fmt: skip


def write_statements(reading: Reading, path: Path) -> Path:
    """Write the statements alone, as JSON or CSV by the file's ending.

    Raises
    ------
    InputError
        The file ends otherwise.
    DataError
        It cannot be written.
    """
    check_statements(path)
    content = _json(reading) if path.suffix == ".json" else statements_csv(reading)
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
