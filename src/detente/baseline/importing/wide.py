"""Tables as matrices: ICIO, the matrix of FIGARO, and WIOD in the layout of R or of Excel."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from detente.baseline.importing.labels import alpha3
from detente.baseline.importing.layouts import FIGARO, ICIO, LAYOUTS, WIOD, wrong_header
from detente.baseline.importing.published import (
    DISCREPANCY,
    FINAL,
    INDUSTRY,
    OUTPUT,
    TEXT,
    VALUE,
    Place,
    Published,
    Sums,
    column_problems,
    row_problems,
)
from detente.baseline.importing.reading import Cells, lines_of
from detente.errors import DataError, Problem, nearest

_LABEL = re.compile(r"([A-Z][A-Z0-9]{2})_(.+)")
_EUROSTAT = re.compile(r"([A-Z]{2}|FIGW1)_(.+)")
_NUMBERED = re.compile(r"v?([A-Z]{3})(\d{1,2})")
_WIOD_WORDS = ("IndustryCode", "IndustryDescription", "Country", "RNr", "Year")
_FIRST_USE = 57  # of columns c57 to c61 of WIOD
_EXCEL_TOP, _EXCEL_WORDS = 8, 4  # lines that may come before the codes; columns of words
_CODE = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True)
class Heading:
    """What the columns of a file are, and how to tell what a row is.

    Attributes
    ----------
    line
        Line of the header, for messages.
    rows
        Rows that must be there below the industries, each under one of several names.
    names
        Names of industries that a file calls by number, filled as rows are read.
    """

    line: int
    columns: tuple[Place, ...]
    place: Callable[[Sequence[str]], Place | None]
    rows: tuple[tuple[str, ...], ...]
    names: dict[str, str] = field(default_factory=dict)


def read_wide(file: Path, layout: str) -> Published:
    """Read a matrix of a layout.

    Raises
    ------
    DataError
        With every problem of the file: a header of another layout, columns or rows that are missing
        or there twice, words among the figures.
    """
    begin = {ICIO: _icio, FIGARO: _figaro, WIOD: _wiod}[layout]
    with lines_of(file) as reader:
        heading = begin(file, reader)
        columns = heading.columns
        problems = column_problems(file, columns, heading.line)
        if problems:
            raise DataError(problems)
        at = [k for k, p in enumerate(columns) if p.kind != TEXT]
        cells = Cells(file, [str(columns[k]) for k in at], at, len(columns))
        sums = Sums(file, [columns[k] for k in at])
        there = _read_rows(file, reader, heading, cells, sums)
    problems = [*cells.check(), *row_problems(file, columns, there)]
    found = {p.code for p in there if p.kind in (VALUE, OUTPUT)}
    problems += [
        Problem("missing row", file, None, " or ".join(names))
        for names in heading.rows
        if not found & set(names)
    ]
    if problems:
        raise DataError(problems)
    published = sums.published()
    named = tuple(heading.names.get(code, code) for code in published.sectors)
    return replace(published, sectors=named)


def _read_rows(file: Path, reader, heading: Heading, cells: Cells, sums: Sums) -> set[Place]:
    """Read every row below the header; the places that were found."""
    seen: dict[Place, int] = {}
    known = dict.fromkeys(p for p in heading.columns if p.kind == INDUSTRY)
    for fields in reader:
        line = reader.line_num
        if not any(fields):
            continue
        place = heading.place(fields)
        if place is None or (place.kind == INDUSTRY and place not in known):
            label = ", ".join(w for w, p in zip(fields, heading.columns, strict=False)
                              if p.kind == TEXT)  # fmt: skip
            near = nearest(label, [str(p) for p in known])
            message = "row of no industry" + (f"; {near}" if near else "")
            cells.refuse(Problem(message, file, line, None, label, "the columns' labels"))
            continue
        if place in seen:
            message = f"the same row again; first on line {seen[place]}"
            cells.refuse(Problem(message, file, line, str(place)))
            continue
        seen[place] = line
        values = cells.figures(line, fields, blanks=place.kind != INDUSTRY)
        if values is not None:
            sums.add(replace(place, country="") if place.kind == VALUE else place, values)
    return set(seen)


def _icio(file: Path, reader: Iterator[list[str]]) -> Heading:
    layout = LAYOUTS[ICIO]

    def column(word: str) -> Place | None:
        if word in ("OUT", "OUTPUT", "TOTAL"):
            return Place(OUTPUT, "", "OUT")
        if word == "DISC" or word.endswith("_DISC"):
            return Place(DISCREPANCY, "", word)
        return _labelled(word, _LABEL, layout.uses, str)

    def row(fields: Sequence[str]) -> Place | None:
        word = fields[0].strip()
        if word in ("OUT", "OUTPUT"):
            return Place(OUTPUT, "", word)
        if word in ("TLS", "VA", "VALU"):
            return Place(VALUE, "", word)
        found = _LABEL.fullmatch(word)
        if found and found[2] == "TAXSUB":
            return Place(VALUE, found[1], found[2])
        return Place(INDUSTRY, found[1], found[2]) if found else None

    columns = _columns(file, next(reader, []), ICIO, column)
    rows = (layout.taxes, layout.value_added, ("OUT", "OUTPUT"))
    return Heading(1, columns, row, rows)


def _figaro(file: Path, reader: Iterator[list[str]]) -> Heading:
    uses = LAYOUTS[FIGARO].uses
    header = next(reader, [])
    if not header or header[0].strip() not in ("rowLabels", "icioiRow"):
        raise DataError(wrong_header(file, 1, FIGARO, header))
    columns = _columns(file, header, FIGARO, lambda w: _labelled(w, _EUROSTAT, uses, alpha3))
    rows = tuple((code,) for code in figaro_rows())
    return Heading(1, columns, lambda fields: figaro_place(fields[0].strip()), rows)


def figaro_rows() -> tuple[str, ...]:
    """Return the rows below the industries."""
    layout = LAYOUTS[FIGARO]
    return (*layout.taxes, *layout.travel, *layout.value_added)


def figaro_place(word: str) -> Place | None:
    """Return what a label of FIGARO is: ``AR_A01``, ``AR_P3_S13``, ``FIGW1_A01``, ``W2_D1``."""
    code = word.removeprefix("W2_")
    if code != word:
        return Place(VALUE, "", code) if code in figaro_rows() else None
    return _labelled(word, _EUROSTAT, LAYOUTS[FIGARO].uses, alpha3)


def _wiod(file: Path, reader: Iterator[list[str]]) -> Heading:
    first: list[str] = []
    for line, fields in enumerate(islice(reader, _EXCEL_TOP), 1):
        words = [word.strip() for word in fields]
        first = first or words
        if line == 1 and set(_WIOD_WORDS[:4]) <= set(words):
            return _wiod_of_r(file, words)
        if "CONS_h" in words:
            return _wiod_of_excel(file, line, words, reader)
    raise DataError(wrong_header(file, 1, WIOD, first))


def _wiod_of_excel(
    file: Path, line: int, codes: Sequence[str], reader: Iterator[list[str]]
) -> Heading:
    """Read four lines: codes, descriptions, economies, numbers."""
    uses = LAYOUTS[WIOD].uses
    _, countries, _ = ([word.strip() for word in next(reader, [])] for _ in range(3))
    if len(countries) != len(codes):
        message = "the line of economies has another length than that of codes"
        raise DataError(Problem(message, file, line + 2, None, len(countries), str(len(codes))))

    def column(place: int) -> Place:
        code, country = codes[place], countries[place]
        if place < _EXCEL_WORDS:
            return Place(TEXT)
        if code == "GO":
            return Place(OUTPUT, "", code)
        if not code or not _CODE.fullmatch(country):
            message = "column without a code and an economy of three letters"
            raise DataError(Problem(message, file, line, f"column {place + 1}", code or None))
        return Place(FINAL if code in uses else INDUSTRY, country, code)

    def row(fields: Sequence[str]) -> Place | None:
        code, country = fields[0].strip(), fields[2].strip() if len(fields) > 2 else ""
        return _wiod_total(code) if country == "TOT" else Place(INDUSTRY, country, code)

    return Heading(line, tuple(column(k) for k in range(len(codes))), row, _wiod_rows())


def _wiod_of_r(file: Path, header: list[str]) -> Heading:
    layout = LAYOUTS[WIOD]
    at = {word: header.index(word) for word in _WIOD_WORDS if word in header}
    names: dict[str, str] = {}

    def column(word: str) -> Place | None:
        if word in ("TOT", "vTOT"):
            return Place(OUTPUT, "", "GO")
        found = _NUMBERED.fullmatch(word)
        if not found:
            return None
        number = int(found[2])
        if number < _FIRST_USE:
            return Place(INDUSTRY, found[1], str(number))
        use = number - _FIRST_USE
        return Place(FINAL, found[1], layout.uses[use]) if use < len(layout.uses) else None

    def row(fields: Sequence[str]) -> Place | None:
        if len(fields) <= max(at.values()):
            return None
        code, country, number = (fields[at[w]].strip() for w in ("IndustryCode", "Country", "RNr"))
        if country == "TOT":
            return _wiod_total(code)
        names.setdefault(number, code)
        return Place(INDUSTRY, country, number)

    text = [word in _WIOD_WORDS or not word for word in header]
    columns = _columns(file, header, WIOD, column, text)
    return Heading(1, columns, row, _wiod_rows(), names)


def _wiod_rows() -> tuple[tuple[str, ...], ...]:
    layout = LAYOUTS[WIOD]
    below = (*layout.taxes, *layout.other, *layout.travel, *layout.value_added, *layout.margins)
    return tuple((code,) for code in (*below, "GO"))


def _wiod_total(code: str) -> Place | None:
    if code in ("II_fob", "GO"):  # purchases in all, and output
        return Place(OUTPUT, "", code)
    return Place(VALUE, "", code) if (code,) in _wiod_rows() else None


def _labelled(
    word: str, pattern: re.Pattern[str], uses: Sequence[str], name: Callable[[str], str]
) -> Place | None:
    found = pattern.fullmatch(word)
    if not found:
        return None
    return Place(FINAL if found[2] in uses else INDUSTRY, name(found[1]), found[2])


def _columns(
    file: Path,
    header: Sequence[str],
    layout: str,
    column: Callable[[str], Place | None],
    text: Sequence[bool] | None = None,
) -> tuple[Place, ...]:
    """Tell what every column is; the first holds words unless ``text`` says which do."""
    words = [word.strip() for word in header]
    own = [k == 0 for k in range(len(words))] if text is None else text
    places = [Place(TEXT) if o else column(w) for w, o in zip(words, own, strict=True)]
    kinds = {p.kind for p in places if p is not None}
    if not {INDUSTRY, FINAL} <= kinds:
        raise DataError(wrong_header(file, 1, layout, words))
    strange = [w for w, p in zip(words, places, strict=True) if p is None]
    if strange:
        raise DataError(
            [Problem("unknown column", file, 1, None, word, "industries, final uses, output")
             for word in strange[:20]]
        )  # fmt: skip
    return tuple(p for p in places if p is not None)
