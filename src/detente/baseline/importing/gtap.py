"""Plain tables of the headers of a GTAP Data Base: one CSV file a header."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from detente.baseline.importing.layouts import GTAP, layout_of, looks_like, wrong_header
from detente.baseline.importing.reading import Cells, lines_of
from detente.errors import DataError, Problem

BY_FIRM, BY_USE, BY_PAIR, MARGINS = (
    ("COMM", "ACTS", "REG"),
    ("COMM", "REG"),
    ("COMM", "REG", "REG"),
    ("MARG", "REG"),
)
HEADERS: dict[str, tuple[str, ...]] = {
    "VDFB": BY_FIRM, "VMFB": BY_FIRM,
    "VDPB": BY_USE, "VMPB": BY_USE, "VDGB": BY_USE, "VMGB": BY_USE, "VDIB": BY_USE, "VMIB": BY_USE,
    "VFOB": BY_PAIR, "VCIF": BY_PAIR, "VMSB": BY_PAIR,
    "VST": MARGINS,
}  # fmt: skip
"""The headers that are read, and the sets of their dimensions (the first region is the source)."""
OLDER = {
    "VDFM": "VDFB", "VIFM": "VMFB", "VDPM": "VDPB", "VIPM": "VMPB", "VDGM": "VDGB",
    "VIGM": "VMGB", "VXWD": "VFOB", "VIWS": "VCIF", "VIMS": "VMSB",
}  # fmt: skip
"""Names of the same in releases before version 7 of the model."""
COLUMN = "Value"


@dataclass(frozen=True, eq=False)
class Gtap:
    """The headers as arrays over ``regions`` and ``commodities`` (activities are the same)."""

    files: tuple[Path, ...]
    regions: tuple[str, ...]
    commodities: tuple[str, ...]
    value: Mapping[str, np.ndarray]


def header_files(given: Sequence[Path]) -> tuple[Path, ...]:
    """Return the file of every header, from a folder or a list of files.

    Raises
    ------
    DataError
        A header has no file, or a file is of no header that is read.
    """
    folder = given[0] if len(given) == 1 and given[0].is_dir() else None
    if folder is not None:
        candidates = [p for p in sorted(folder.iterdir()) if p.suffix.lower() == ".csv"]
        candidates = [p for p in candidates if p.stem.upper() in HEADERS]
    else:
        candidates = list(given)
    allowed = ", ".join(f"{name}.csv" for name in HEADERS)
    problems = [_no_header(p, allowed) for p in candidates if p.stem.upper() not in HEADERS]
    stems = [p.stem.upper() for p in candidates]
    problems += [Problem("header is there twice", p, None, p.stem.upper())
                 for k, p in enumerate(candidates) if p.stem.upper() in stems[:k]]  # fmt: skip
    missing = [name for name in HEADERS if name not in stems]
    if missing and not problems:
        where = folder or given[0].parent
        problems.append(Problem(f"no file for {', '.join(missing)}", where, allowed=allowed))
    if problems:
        raise DataError(problems)
    return tuple(sorted(candidates, key=lambda p: list(HEADERS).index(p.stem.upper())))


def read_gtap(files: Sequence[Path]) -> Gtap:
    """Read the tables of every header.

    Raises
    ------
    DataError
        With every problem of the files: sets that are not the header's, rows that are there twice
        or of a region or commodity that VDFB does not have, words among the figures, negative
        figures. A row that is not there is zero, as exports leave zeros out.
    """
    tables: dict[str, dict[tuple[str, ...], float]] = {}
    problems: list[Problem] = []
    for file in files:
        tables[file.stem.upper()], found = _read(file)
        problems += found
    if problems:
        raise DataError(problems)
    of = {file.stem.upper(): file for file in files}
    regions = tuple(dict.fromkeys(key[2] for key in tables["VDFB"]))
    commodities = tuple(dict.fromkeys(key[0] for key in tables["VDFB"]))
    sets = {"REG": regions, "COMM": commodities, "ACTS": commodities}
    value = {}
    for name, table in tables.items():
        value[name], found = _dense(of[name], table, HEADERS[name], sets)
        problems += found
    if problems:
        raise DataError(problems)
    return Gtap(tuple(files), regions, commodities, value)


def _no_header(file: Path, allowed: str) -> Problem:
    newer = OLDER.get(file.stem.upper())
    message = "a file is named by the header in it"
    if newer:
        message = f"this is the older name of {newer}; export the data in the layout of GTAP 11"
    elif file.is_file():
        with lines_of(file) as reader:
            header = next(reader, [])
        if layout_of(file, header) not in ("", GTAP):
            return wrong_header(file, 1, GTAP, header)
    return Problem(message, file, None, "file", file.name, allowed)


def _read(file: Path) -> tuple[dict[tuple[str, ...], float], list[Problem]]:
    name = file.stem.upper()
    wanted = (*HEADERS[name], COLUMN)
    rows: dict[tuple[str, ...], float] = {}
    lines: dict[tuple[str, ...], int] = {}
    with lines_of(file) as reader:
        header = [word.strip() for word in next(reader, [])]
        if [word.casefold() for word in header] != [word.casefold() for word in wanted]:
            if looks_like(header) == GTAP:
                got, allowed = ",".join(header), ",".join(wanted)
                return {}, [Problem(f"not the sets of {name}", file, 1, "header", got, allowed)]
            return {}, [wrong_header(file, 1, GTAP, header)]
        cells = Cells(file, [COLUMN], [len(wanted) - 1], len(wanted))
        for fields in reader:
            line = reader.line_num
            figures = cells.figures(line, fields, blanks=False) if any(fields) else None
            if figures is None:
                continue
            key = tuple(word.strip() for word in fields[:-1])
            if key in rows:
                message = f"the same row again; first on line {lines[key]}"
                cells.refuse(Problem(message, file, line, ", ".join(HEADERS[name]), ", ".join(key)))
            if figures[0] < 0:
                message = "negative; no header that is read can be"
                cells.refuse(Problem(message, file, line, COLUMN, float(figures[0]), ">= 0"))
            rows[key], lines[key] = float(figures[0]), line
    problems = cells.check()
    if not rows and not problems:
        problems = [Problem("has no rows", file)]
    return rows, problems


def _dense(
    file: Path,
    table: Mapping[tuple[str, ...], float],
    sets: tuple[str, ...],
    members: Mapping[str, tuple[str, ...]],
) -> tuple[np.ndarray, list[Problem]]:
    """Lay a table out, zero where there is no row."""
    axes = [members["COMM" if s == "MARG" else s] for s in sets]
    index = [{word: k for k, word in enumerate(axis)} for axis in axes]
    array = np.zeros(tuple(len(axis) for axis in axes))
    problems = []
    for axis, (name, known) in enumerate(zip(sets, index, strict=True)):
        of = "COMM" if name in ("ACTS", "MARG") else name
        problems += [
            Problem(f"is not in {of} of VDFB", file, None, name, word)
            for word in dict.fromkeys(key[axis] for key in table)
            if word not in known
        ]
    if problems:
        return array, problems[:20]
    for key, value in table.items():
        array[tuple(known[word] for known, word in zip(index, key, strict=True))] = value
    return array, []
