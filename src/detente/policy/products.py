"""Products that a measure names: HS codes, words for goods, and list files of one's own.

Codes are of the HS of 2022, with 2, 4 or 6 digits; codes of 8 or 10 digits are of one country's
tariff and fall to the six in front. A list file is checked whole: what can be read in one way only
is read so and said (``Goods.notes``), what nobody can tell is refused, each with file and line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detente.errors import InputError, Problem, nearest
from detente.policy.goods import codes_under
from detente.policy.product_tables import (
    Lost,
    Reader,
    Row,
    code_of,
    columns_of,
    read_table,
    too_many,
)

WORDS = {
    "steel": ("7206", "7207", "7208", "7209", "7210", "7211", "7212", "7213", "7214", "7215",
              "7216", "7217", "7218", "7219", "7220", "7221", "7222", "7223", "7224", "7225",
              "7226", "7227", "7228", "7229", "7301", "7302", "7304", "7305", "7306"),
    "aluminium": ("7601", "7604", "7605", "7606", "7607", "7608", "7609"),
    "copper": ("74",), "cars": ("8703",), "car parts": ("8708",), "trucks": ("8704",),
    "aircraft": ("8802", "8807"), "semiconductors": ("8541", "8542"), "medicines": ("30",),
    "crude oil": ("2709",), "natural gas": ("271111", "271121"), "coal": ("2701",),
    "soybeans": ("1201",), "wheat": ("1001",), "maize": ("1005",), "barley": ("1003",),
    "beef": ("0201", "0202"), "pork": ("0203",), "cheese": ("0406",), "wine": ("2204",),
    "spirits": ("2208",), "sugar": ("1701",), "cotton": ("5201",), "lumber": ("4407",),
}  # fmt: skip
"""Goods by name, as codes of the HS of 2022; steel and aluminium without articles made of them."""
_SAME = {"aluminum": "aluminium", "autos": "cars", "automobiles": "cars", "auto parts": "car parts",
         "chips": "semiconductors", "oil": "crude oil",
         "corn": "maize"}  # fmt: skip
_ALLOWED = "2, 4, 6, 8 or 10 digits of an HS code in quotes, a word such as steel, or a list file"
MOST_NOTES = 8
"""Notes on single rows of a file that are shown; the others are counted."""


class OnCodes(NamedTuple):
    """What a list says of some codes ``(line,)``: covered share, digits named, rates of its own."""

    weight: NDArray[np.float64]
    digits: NDArray[np.int64]
    add: NDArray[np.float64]
    set: NDArray[np.float64]


@dataclass(frozen=True)
class Goods:
    """Products by HS code.

    Attributes
    ----------
    rows
        Longer codes hold before shorter ones that they are inside of.
    name
        Of the file that it is from.
    notes
        What was read in one way only, in words.
    lost
        Entries without a home.
    """

    rows: tuple[Row, ...]
    name: str = ""
    notes: tuple[str, ...] = ()
    lost: tuple[Lost, ...] = ()

    @property
    def rated(self) -> bool:
        """Whether its rows have rates of their own."""
        return any(row.add is not None or row.set is not None for row in self.rows)

    @property
    def sets(self) -> bool:
        """Whether its rows replace rates."""
        return any(row.set is not None for row in self.rows)

    @cached_property
    def _row_of(self) -> dict[int, int]:
        found: dict[int, int] = {}
        for k, row in sorted(enumerate(self.rows), key=lambda one: len(one[1].code)):
            found.update(dict.fromkeys(codes_under(row.code), k))
        return found

    @cached_property
    def codes(self) -> tuple[tuple[int, ...], ...]:
        """HS6 codes for which each row holds."""
        found: list[list[int]] = [[] for _ in self.rows]
        for code, k in self._row_of.items():
            found[k].append(code)
        return tuple(map(tuple, found))

    def on(self, codes: Iterable[int]) -> OnCodes:
        """Return what the list says of HS6 codes."""
        at = np.array([self._row_of.get(int(code), -1) for code in codes], dtype=np.int64)
        nothing = float("nan")

        def of(values: list[float | None], otherwise: float) -> NDArray[np.float64]:
            return np.array([*(nothing if v is None else v for v in values), otherwise])[at]

        rows = self.rows
        return OnCodes(
            of([r.share for r in rows], 0.0),
            np.array([*(len(r.code) for r in rows), 0], dtype=np.int64)[at],
            of([r.add for r in rows], nothing),
            of([r.set for r in rows], nothing),
        )


def is_file(names: object) -> bool:
    """Tell whether products are given as a file of one's own."""
    alone = names[0] if isinstance(names, tuple | list) and len(names) == 1 else names
    return isinstance(alone, str) and bool(re.search(r"[/\\]|\.(csv|tsv|txt)$", alone))


def is_products(name: str) -> bool:
    """Tell whether a name is a code or a word of products rather than a sector."""
    return bool(re.fullmatch(r"[0-9][0-9. ]+", name)) or _word(name) in WORDS


def goods(names: str | Sequence[str], key: str = "products") -> Goods:
    """Return the products that are named: codes and words, or a file.

    Raises
    ------
    InputError
        Listing everything that cannot be read.
    """
    given = (names,) if isinstance(names, str) else tuple(names)
    if is_file(given):
        path = Path(given[0])
        if not path.is_file():
            raise InputError(Problem("file not found", key=key, value=path.name))
        stat = path.stat()
        return _file(path, stat.st_mtime_ns, stat.st_size)
    return _named(given, key)


@lru_cache(maxsize=256)
def _named(names: tuple[str, ...], key: str) -> Goods:
    rows: list[Row] = []
    notes: list[str] = []
    problems: list[Problem] = []
    for name in names or ("",):
        word = _word(name) if isinstance(name, str) else ""
        if word in WORDS:
            rows += [Row(code) for code in WORDS[word]]
            continue
        read = code_of(str(name))
        if read.padded:
            read = replace(read, refused=f"a zero in front is missing; write '{read.digits}'")
        if read.lost:
            read = replace(read, refused=read.lost)
        if read.refused or not isinstance(name, str):
            hint = nearest(str(name), [*WORDS, *_SAME]) if not re.match("[0-9]", str(name)) else ""
            message = read.refused + (f"; {hint}" if hint else "")
            problems.append(Problem(message, key=key, value=name, allowed=_ALLOWED))
            continue
        rows += [Row(code) for code in read.codes]
        notes += [f"products: {text}" for text in read.said]
    if problems:
        raise InputError(problems)
    return Goods(tuple(dict.fromkeys(rows)), notes=tuple(notes))


def _word(name: str) -> str:
    plain = " ".join(name.lower().split())
    return _SAME.get(plain, plain)


@lru_cache(maxsize=64)
def _file(path: Path, changed: int, size: int) -> Goods:
    """Read a list file; ``changed`` and ``size`` tell versions of it apart."""
    del changed, size
    header, lines = read_table(path)
    columns, problems = columns_of(path, header)
    reader = Reader(path, columns)
    for number, cells in lines:
        if fault := too_many(header, cells):
            problems.append(Problem(fault, path, number, value=", ".join(cells)))
        else:
            reader.take(number, cells)
    rows = list(reader.joined())
    problems += reader.problems
    if not problems and not reader.rows and not reader.lost:
        problems.append(Problem("a list without rows", file=path))
    if problems:
        raise InputError(problems)
    shown = reader.notes[:MOST_NOTES]
    if more := len(reader.notes) - len(shown):
        shown.append(f"{path.name}: {more} more rows read likewise")
    return Goods(tuple(rows), path.name, tuple(shown), tuple(reader.lost))
