"""Read one long table, CSV or Parquet, into columns, listing every line that cannot be read.

Nothing is guessed: text stays text, a figure is a plain decimal number, and a row that cannot be
read is a problem with its line (CSV) or row number (Parquet, from 1).
"""

from __future__ import annotations

import csv
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import numpy as np

from detente.baseline.table_layout import (
    ECONOMY,
    FORMATS,
    LAYOUTS,
    MAX_BYTES,
    MAX_ROWS,
    SHOWN,
    Layout,
)
from detente.errors import Problem, nearest

_CHUNK = 65_536


@dataclass(frozen=True, eq=False)
class TextColumn:
    """Text by row: ``words[which]``."""

    words: tuple[str, ...]
    which: np.ndarray


@dataclass(frozen=True, eq=False)
class NumberColumn:
    """Figures by row; what was no number is NaN here and kept as written in ``raw``."""

    values: np.ndarray
    raw: Mapping[int, str]


@dataclass(frozen=True, eq=False)
class Table:
    """A table as read: the line of each row, and the columns that were found."""

    file: Path
    line: np.ndarray
    text: Mapping[str, TextColumn]
    number: Mapping[str, NumberColumn]


def listed(
    file: Path, rows: Sequence | np.ndarray, kind: str, make: Callable[..., Problem]
) -> list[Problem]:
    """Make one problem a row, the first few only, then say how many more there are of the kind."""
    problems = [replace(make(row), file=file) for row in rows[:SHOWN]]
    if len(rows) > SHOWN:
        problems.append(Problem(f"… and {len(rows) - SHOWN:,} more: {kind}", file))
    return problems


def find(folder: Path, stem: str, suffixes: Iterable[str]) -> tuple[Path | None, list[Problem]]:
    """Return the one file of that stem in the folder, or what is wrong."""
    names = [f"{stem}.{suffix}" for suffix in suffixes]
    present = [folder / name for name in names if (folder / name).exists()]
    if len(present) > 1:
        return None, [Problem("two files for one table; keep one", folder, value=names)]
    if not present:
        others = sorted(p.name for p in folder.iterdir() if p.stem not in (*LAYOUTS, ECONOMY))
        hint = nearest(names[0], others)
        message = f"missing file {names[0]}" + (f"; {hint[:-1]}, which is there?" if hint else "")
        return None, [Problem(message, folder, allowed=" or ".join(names))]
    file = present[0]
    if not file.is_file():
        return None, [Problem("is not a file", file)]
    return file, []


def read_table(folder: Path, layout: Layout) -> tuple[Table | None, list[Problem]]:
    """Read the table of a folder, CSV or Parquet; problems are those of reading alone."""
    file, problems = find(folder, layout.stem, FORMATS)
    if file is None:
        return None, problems
    try:
        size = file.stat().st_size
        if size > MAX_BYTES:
            return None, [_too_big(file, f"{size / 2**20:,.0f} MiB")]
        read = _read_csv if file.suffix == ".csv" else _read_parquet
        table, problems = read(file, layout)
    except UnicodeDecodeError:
        return None, [_not_utf8(file)]
    except OSError as error:
        return None, [Problem(f"cannot be read: {error.strerror or error}", file)]
    if table is not None and not len(table.line) and not layout.may_be_empty and not problems:
        return None, [Problem("has no rows", file, allowed="at least one row below the header")]
    return table, problems


def _too_big(file: Path, size: str) -> Problem:
    limit = f"at most {MAX_BYTES / 2**20:,.0f} MiB and {MAX_ROWS:,} rows"
    return Problem("file too big", file, value=size, allowed=limit)


def _header_problems(file: Path, header: Sequence[str], layout: Layout, line: int | None) -> list:
    """Say which columns are missing, unknown or there twice."""
    columns = ", ".join(layout.columns)
    if len(header) == 1 and layout.required[0] in header[0] and header[0] not in layout.columns:
        message = "one column only; columns must be separated by commas"
        return [Problem(message, file, line, value=header[0], allowed=columns)]
    problems = []
    missing = [c for c in layout.required if c not in header]
    for column in missing:
        hint = nearest(column, [h for h in header if h not in layout.columns])
        note = f"; rename the nearest one ({hint})" if hint else ""
        problems.append(Problem(f"missing column{note}", file, line, column, allowed=columns))
    unknown = [h for h in dict.fromkeys(header) if h not in layout.columns]
    for column in unknown[:SHOWN]:
        hint = nearest(column, missing or layout.columns)
        message = f"unknown column; {hint or 'remove it'}"
        problems.append(Problem(message, file, line, value=column, allowed=columns))
    twice = [h for h in dict.fromkeys(header) if header.count(h) > 1 and h in layout.columns]
    problems += [Problem("column is there twice", file, line, h) for h in twice]
    return problems


def _read_csv(file: Path, layout: Layout) -> tuple[Table | None, list[Problem]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream, strict=True)
        try:
            header = next((row for row in reader if row), None)
            if header is None:
                allowed = f"a header {', '.join(layout.required)} and rows"
                return None, [Problem("the file is empty", file, allowed=allowed)]
            problems = _header_problems(file, header, layout, reader.line_num)
            wanted = [c for c in layout.columns if header.count(c) == 1]
            if not wanted:
                return None, problems
            table, more = _csv_rows(file, reader, header, wanted, layout)
            return table, problems + more
        except csv.Error as error:
            return None, [Problem(f"malformed CSV: {error}", file, reader.line_num)]


def _not_utf8(file: Path) -> Problem:
    if file.suffix != ".csv":
        return Problem("not UTF-8 text", file)
    content = file.read_bytes()
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return Problem("not UTF-8 text", file, line, value=content[error.start : error.end])
    return Problem("not UTF-8 text", file)


def _csv_rows(file, reader, header, wanted, layout) -> tuple[Table | None, list[Problem]]:
    """Read the rows in chunks, so that text is held once a distinct word and not once a row."""
    build = _Builder(wanted, layout.number)
    at = [header.index(c) for c in wanted]
    rows: list[list[str]] = []
    lines: list[int] = []
    ragged: list[tuple[int, int]] = []
    for row in reader:
        if len(row) == len(header):
            rows.append(row)
            lines.append(reader.line_num)
        elif row:
            ragged.append((reader.line_num, len(row)))
        if len(rows) == _CHUNK:
            build.add(lines, rows, at)
            rows, lines = [], []
        if build.rows + len(rows) + len(ragged) > MAX_ROWS:
            return None, [_too_big(file, f"more than {MAX_ROWS:,} rows")]
    build.add(lines, rows, at)
    expected = f"{len(header)} fields as in the header"
    problems = listed(
        file,
        ragged,
        "wrong number of fields",
        lambda bad: Problem(
            "wrong number of fields", line=bad[0], value=f"{bad[1]} fields", allowed=expected
        ),
    )
    return build.table(file), problems


class _Builder:
    """Columns that grow chunk by chunk while a CSV file is read."""

    def __init__(self, wanted: Sequence[str], number: str | None):
        self.rows = 0
        self.line: list[np.ndarray] = []
        self.words = {c: defaultdict(count().__next__) for c in wanted if c != number}
        self.which: dict[str, list[np.ndarray]] = {c: [] for c in self.words}
        self.values: dict[str, list[np.ndarray]] = {c: [] for c in wanted if c == number}
        self.raw: dict[int, str] = {}
        self.wanted = wanted

    def add(self, lines: list[int], rows: list[list[str]], at: list[int]) -> None:
        if not rows:
            return
        columns = list(zip(*rows, strict=True))
        for name, place in zip(self.wanted, at, strict=True):
            text = columns[place]
            if name in self.words:
                text = _composed(text)
                codes = map(self.words[name].__getitem__, text)
                self.which[name].append(np.fromiter(codes, np.int64, len(text)))
            else:
                values, raw = _numbers(text)
                self.values[name].append(values)
                self.raw.update({self.rows + row: value for row, value in raw.items()})
        self.line.append(np.array(lines))
        self.rows += len(rows)

    def table(self, file: Path) -> Table:
        def joined(parts: list[np.ndarray], dtype: type) -> np.ndarray:
            return np.concatenate([np.empty(0, dtype), *parts])

        text = {c: TextColumn(tuple(w), joined(self.which[c], np.int64)) for c, w in
                self.words.items()}  # fmt: skip
        number = {c: NumberColumn(joined(v, np.float64), self.raw) for c, v in self.values.items()}
        return Table(file, joined(self.line, np.int64), text, number)


def _composed(text: Sequence[str]) -> Sequence[str]:
    """Put letters and their accents together (NFC): two spellings of one word look the same."""
    if "".join(text).isascii():
        return text
    return [unicodedata.normalize("NFC", word) for word in text]


def _numbers(text: Sequence[str]) -> tuple[np.ndarray, dict[int, str]]:
    """Convert to float64; what is no plain decimal number becomes NaN and is kept as written."""
    if "_" not in "".join(text):  # float() would take 1_000
        try:
            return np.fromiter(map(float, text), np.float64, len(text)), {}
        except ValueError:
            pass
    values, raw = np.full(len(text), np.nan), {}
    for row, word in enumerate(text):
        try:
            values[row] = float("?" if "_" in word else word)
        except ValueError:
            raw[row] = word
    return values, raw


def _read_parquet(file: Path, layout: Layout) -> tuple[Table | None, list[Problem]]:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(file) as content:
            meta = content.metadata
            groups = range(meta.num_row_groups)
            size = sum(meta.row_group(g).total_byte_size for g in groups)
            if meta.num_rows > MAX_ROWS or size > MAX_BYTES:
                return None, [_too_big(file, f"{meta.num_rows:,} rows, {size / 2**20:,.0f} MiB")]
            header = list(content.schema_arrow.names)
            problems = _header_problems(file, header, layout, None)
            wanted = [c for c in layout.columns if header.count(c) == 1]
            data = content.read(columns=wanted)
    except pa.ArrowException as error:
        return None, [Problem(f"malformed Parquet: {str(error).splitlines()[0]}", file)]
    text, number = {}, {}
    for name in wanted:
        read = _parquet_number if name == layout.number else _parquet_text
        column = read(data.column(name).combine_chunks())
        if column is None:
            kind = str(data.column(name).type)
            allowed = "numbers" if name == layout.number else "text or whole numbers"
            problems.append(Problem("column of the wrong type", file, None, name, kind, allowed))
        elif isinstance(column, TextColumn):
            text[name] = column
        else:
            number[name] = column
    if not wanted:
        return None, problems
    return Table(file, np.arange(1, data.num_rows + 1), text, number), problems


def _parquet_text(array) -> TextColumn | None:
    """Codes and names; whole numbers stand for their decimal text, a null for a blank."""
    import pyarrow as pa

    kind = array.type.value_type if pa.types.is_dictionary(array.type) else array.type
    whole = pa.types.is_integer(kind) or pa.types.is_null(kind)
    if not (whole or pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return None
    array = array.cast(kind).cast(pa.string()).fill_null("").dictionary_encode()
    which = array.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    words = _composed(array.dictionary.to_pylist())
    distinct = tuple(dict.fromkeys(words))
    place = {word: k for k, word in enumerate(distinct)}
    return TextColumn(distinct, np.array([place[word] for word in words], np.int64)[which])


def _parquet_number(array) -> NumberColumn | None:
    import pyarrow as pa

    kind = array.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return NumberColumn(*_numbers(array.fill_null("").to_pylist()))
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
        return None
    blanks = np.flatnonzero(array.is_null().to_numpy(zero_copy_only=False))
    values = array.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return NumberColumn(values, dict.fromkeys(blanks.tolist(), ""))
