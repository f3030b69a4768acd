"""The flat file of FIGARO: a row for every pair of a seller and a buyer."""

from __future__ import annotations

from array import array
from collections import defaultdict
from itertools import count
from pathlib import Path

import numpy as np

from detente.baseline.importing.layouts import FIGARO, wrong_header
from detente.baseline.importing.published import (
    INDUSTRY,
    VALUE,
    Place,
    Published,
    Sums,
    column_problems,
    row_problems,
)
from detente.baseline.importing.reading import Cells, figure, lines_of
from detente.baseline.importing.wide import figaro_place, figaro_rows
from detente.errors import DataError, Problem

HEADER = ("icioiRow", "icioiCol", "refArea", "rowIi", "counterpartArea", "colIi", "obsValue")
_KEYS = HEADER[2:6]
_MAX_PAIRS = 50_000_000


def read_flat(file: Path) -> Published:
    """Read the flat file, in which no pair is missing or there twice.

    Raises
    ------
    DataError
        With every problem of the file.
    """
    sellers: dict[tuple[str, str], int] = defaultdict(count().__next__)
    buyers: dict[tuple[str, str], int] = defaultdict(count().__next__)
    rows, columns, lines, values = (array(kind) for kind in "iiid")
    with lines_of(file) as reader:
        header = [word.strip() for word in next(reader, [])]
        if not {*_KEYS, HEADER[-1]} <= set(header):
            raise DataError(wrong_header(file, 1, FIGARO, header))
        a, b, c, d = (header.index(word) for word in _KEYS)
        at = header.index(HEADER[-1])
        cells = Cells(file, HEADER[-1:], [at], len(header))
        for fields in reader:
            value = figure(fields[at]) if len(fields) == len(header) else None
            if value is not None:
                rows.append(sellers[fields[a].strip(), fields[b].strip()])
                columns.append(buyers[fields[c].strip(), fields[d].strip()])
                values.append(value)
                lines.append(reader.line_num)
            elif any(fields):
                cells.figures(reader.line_num, fields, blanks=False)
    read = (np.asarray(part) for part in (rows, columns, lines, values))
    return _published(file, sellers, buyers, cells, tuple(read))


def _published(
    file: Path, sellers, buyers, cells: Cells, read: tuple[np.ndarray, ...]
) -> Published:
    problems = cells.check()
    down, bad_rows = _places(file, sellers, "rowIi")
    across, bad_columns = _places(file, buyers, "colIi")
    problems += [*bad_rows, *bad_columns]
    if problems:
        raise DataError(problems)
    problems = column_problems(file, across, None)
    problems += row_problems(file, across, set(down))
    there = {p.code for p in down if p.kind == VALUE}
    problems += [Problem("missing row", file, None, f"W2_{code}")
                 for code in figaro_rows() if code not in there]  # fmt: skip
    if problems:
        raise DataError(problems)
    table = _dense(file, down, across, read)
    sums = Sums(file, across)
    for place, row in zip(down, table, strict=True):
        sums.add(place, row)
    return sums.published()


def _places(
    file: Path, labels: dict[tuple[str, str], int], key: str
) -> tuple[list[Place], list[Problem]]:
    """Tell what every label is; those of no use or industry are problems."""
    places, problems = [], []
    for area, code in labels:
        place = figaro_place(f"{area}_{code}")
        if place is None or (key == "colIi" and place.kind == VALUE):
            problems.append(Problem("unknown label", file, None, key, f"{area}_{code}"))
        else:
            places.append(place)
    return places, problems[:20]


def _dense(
    file: Path, down: list[Place], across: list[Place], read: tuple[np.ndarray, ...]
) -> np.ndarray:
    """Lay the rows out as a matrix; refuse pairs that are missing or there twice."""
    rows, columns, lines, values = read
    shape = (len(down), len(across))
    if shape[0] * shape[1] > _MAX_PAIRS:
        raise DataError(Problem("table too big", file, None, None, str(shape), f"{_MAX_PAIRS:,}"))
    flat = rows.astype(np.int64) * shape[1] + columns
    _, first, times = np.unique(flat, return_index=True, return_counts=True)
    problems = []
    for place in np.flatnonzero(times > 1)[:20]:
        again = np.flatnonzero(flat == flat[first[place]])[1]
        problems.append(
            Problem(f"the same row again; first on line {lines[first[place]]}", file,
                    int(lines[again]), "refArea, rowIi, counterpartArea, colIi",
                    f"{_told(down[rows[again]])}, {across[columns[again]]}")
        )  # fmt: skip
    there = np.zeros(shape, dtype=bool)
    there.ravel()[flat] = True
    # what stands below the industries need not be there for every buyer
    there |= np.array([p.kind != INDUSTRY for p in down])[:, None]
    gaps = np.argwhere(~there)
    if len(gaps):
        seller, buyer = gaps[0]
        problems.append(
            Problem(f"{len(gaps):,} of {there.size:,} rows are missing, the first of them", file,
                    None, "refArea, rowIi, counterpartArea, colIi",
                    f"{_told(down[seller])}, {across[buyer]}", "every pair, zeros too")
        )  # fmt: skip
    if problems:
        raise DataError(problems)
    table = np.zeros(shape)
    table.ravel()[flat] = values
    return table


def _told(place: Place) -> str:
    return f"W2_{place.code}" if place.kind == VALUE else str(place)
