"""Open a published file and read its cells, with every problem in its line."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from detente.baseline.table_layout import SHOWN
from detente.errors import DataError, Problem

MAX_BYTES = 2**31
_SPREADSHEETS = (".xlsx", ".xlsb", ".xls", ".ods")


@contextmanager
def lines_of(file: Path) -> Iterator[Any]:
    """Open a CSV file; what is wrong with it as a file or as CSV is said with its line.

    Raises
    ------
    DataError
        It cannot be read, is no CSV, is not UTF-8 or too big.
    """
    _check(file)
    line = 0
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            try:
                yield reader
            finally:
                line = reader.line_num
    except UnicodeDecodeError as error:
        raise DataError(Problem("not UTF-8 text", file, line + 1)) from error
    except csv.Error as error:
        raise DataError(Problem(f"malformed CSV: {error}", file, line)) from error
    except OSError as error:
        raise DataError(Problem(f"cannot be read: {error.strerror or error}", file)) from error


class Cells:
    """Rows of figures: converts them, and keeps what is wrong."""

    def __init__(self, file: Path, names: Sequence[str], at: Sequence[int], width: int):
        self.file, self.names, self.at, self.width = file, names, at, width
        self.problems: list[Problem] = []
        self.more = 0

    def figures(self, line: int, fields: Sequence[str], *, blanks: bool) -> np.ndarray | None:
        """Return the figures of a row; nothing when one is none.

        Parameters
        ----------
        blanks
            Whether a blank is zero, as in rows below the industries.
        """
        if len(fields) != self.width:
            allowed = f"{self.width} fields as in the header"
            self.refuse(
                Problem("wrong number of fields", self.file, line, None, f"{len(fields)} fields",
                        allowed)
            )  # fmt: skip
            return None
        words = [fields[k] for k in self.at]
        try:
            values = np.fromiter(map(float, words), np.float64, len(words))
        except ValueError:
            values = None
        if values is not None and np.isfinite(values).all() and "_" not in "".join(words):
            return values
        return self._one_by_one(line, words, blanks=blanks)

    def _one_by_one(self, line: int, words: Sequence[str], *, blanks: bool) -> np.ndarray | None:
        values = np.zeros(len(words))
        good = True
        for k, word in enumerate(words):
            value = figure(word)
            if blanks and word.strip() in ("", "NA"):
                value = 0.0
            if value is None:
                good = False
                self.refuse(not_a_figure(self.file, line, self.names[k], word))
            else:
                values[k] = value
        return values if good else None

    def refuse(self, problem: Problem) -> None:
        """Keep a problem; of many the first are kept and the others counted."""
        if len(self.problems) < SHOWN:
            self.problems.append(problem)
        else:
            self.more += 1

    def check(self) -> list[Problem]:
        """Return what was kept."""
        rest = [Problem(f"… and {self.more:,} more cells or rows", self.file)] if self.more else []
        return [*self.problems, *rest]


def figure(word: str) -> float | None:
    """Return a plain decimal number; nothing for what is none."""
    try:
        value = float("?" if "_" in word else word)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def not_a_figure(file: Path, line: int, name: str, word: str) -> Problem:
    """Refuse a cell."""
    if not word.strip():
        return Problem("blank", file, line, name, None, "a number")
    hint = "; write a decimal point and no thousands separators" if "," in word else ""
    return Problem(f"not a finite number{hint}", file, line, name, word, "a number")


def _check(file: Path) -> None:
    try:
        if not file.is_file():
            message = "is a folder, not a file" if file.is_dir() else "no such file"
            raise DataError(Problem(message, file))
        size = file.stat().st_size
    except (OSError, ValueError) as error:
        raise DataError(Problem(f"cannot be read: {error}", file)) from error
    if file.suffix.lower() in _SPREADSHEETS:
        message = "a workbook is not read; save its sheet as CSV (UTF-8, commas, decimal points)"
        raise DataError(Problem(message, file, allowed="a .csv file"))
    if file.suffix.lower() in (".zip", ".gz", ".7z", ".har", ".rdata", ".dta"):
        raise DataError(Problem("unpack or export it first", file, allowed="a .csv file"))
    if size > MAX_BYTES:
        allowed = f"at most {MAX_BYTES // 2**30} GiB"
        raise DataError(
            Problem("file too big", file, None, None, f"{size / 2**30:.1f} GiB", allowed)
        )
    if not size:
        raise DataError(Problem("the file is empty", file))
