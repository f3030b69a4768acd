"""Check long tables against the labels and bounds, and turn them into dense arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from detente.axes import COUNTRY, SECTOR, Country, Sector
from detente.baseline.clashes import Clash, country_clashes, sector_clashes
from detente.baseline.table_files import Table, TextColumn, listed
from detente.baseline.table_layout import (
    AXIS_OF,
    COUNTRIES,
    KINDS,
    MAX_CELLS,
    SECTORS,
    SHOWN,
    TARIFFS,
    Layout,
)
from detente.errors import INVISIBLE, Problem, nearest

_FILE_OF = {COUNTRY: COUNTRIES.stem, SECTOR: SECTORS.stem}


def read_countries(table: Table) -> tuple[tuple[Country, ...], list[Problem]]:
    """Build the countries of ``countries``; codes that cannot be used are left out and listed."""
    problems = _label_problems(table, COUNTRIES)
    members, more = _parts(table, "members", _code_refusal)
    rows = _usable(table, "code")
    codes, names = _column(table, "code"), _column(table, "name")
    countries = tuple(Country(codes[r], names[r], members[r] or (codes[r],)) for r in rows)
    return countries, [*problems, *more, *_clash_problems(table, country_clashes(countries))]


def read_sectors(table: Table) -> tuple[tuple[Sector, ...], list[Problem]]:
    """Build the sectors of ``sectors``; codes that cannot be used are left out and listed."""
    problems = _label_problems(table, SECTORS)
    isic, more = _parts(table, "isic", _isic_refusal)
    codes, names, kinds = (_column(table, c) for c in ("code", "name", "kind"))
    wrong = [r for r, kind in enumerate(kinds) if kind not in (*KINDS, "")]

    def unknown_kind(row: int) -> Problem:
        message = "; ".join(x for x in ("unknown kind", nearest(kinds[row], KINDS)) if x)
        return Problem(message, None, int(table.line[row]), "kind", kinds[row], " or ".join(KINDS))

    problems += listed(table.file, wrong, "unknown kind", unknown_kind)
    rows = _usable(table, "code")
    sectors = tuple(Sector(codes[r], names[r], isic[r], kinds[r]) for r in rows)
    return sectors, [*problems, *more, *_clash_problems(table, sector_clashes(sectors))]


def _clash_problems(table: Table, clashes: Iterable[Clash]) -> list[Problem]:
    """Put what stands against labels on the lines that they are on."""
    line = dict(zip(_column(table, "code"), table.line.tolist(), strict=True))

    def problem(c: Clash) -> Problem:
        return Problem(c.message, None, line[c.code], c.key, c.value)

    return listed(table.file, list(clashes), "labels that clash", problem)


def dense(
    layout: Layout, table: Table, codes: Mapping[str, tuple[str, ...]], largest_tariff: float
) -> tuple[np.ndarray | None, list[Problem]]:
    """Lay a long table of figures out over the axes of its keys.

    Parameters
    ----------
    codes
        Country and sector codes, by axis; without the codes of an axis (their file cannot be
        read) only the figures are checked.
    largest_tariff
        Highest tariff that needs no question.

    Returns
    -------
    The array, zero where there is no row, or nothing when a problem is listed.
    """
    problems: list[Problem] = []
    places = []
    for key in layout.keys:
        known = codes.get(AXIS_OF[key])
        if key in table.text:
            place, found = _places(table, key, known)
            places.append(place)
            problems += found
    problems += _number_problems(layout, table, largest_tariff)
    complete = len(places) == len(layout.keys) and all(codes.get(AXIS_OF[k]) for k in layout.keys)
    if not complete:
        return None, problems
    shape = tuple(len(codes[AXIS_OF[k]]) for k in layout.keys)
    known_rows = np.flatnonzero(np.all([p >= 0 for p in places], axis=0))
    flat = np.asarray(np.ravel_multi_index(tuple(p[known_rows] for p in places), shape))
    problems += _duplicates(table, known_rows, flat, layout.keys)
    figures = table.number.get(layout.number or "")
    if problems or figures is None:
        return None, problems
    array = np.zeros(shape)
    array.ravel()[flat] = figures.values
    return array, []


def size_problems(codes: Mapping[str, tuple[str, ...]], folder) -> list[Problem]:
    """Refuse worlds whose arrays would not fit in memory."""
    n, s = (len(codes.get(axis, ())) for axis in (COUNTRY, SECTOR))
    if max(s * n * n, n * s * s) <= MAX_CELLS:
        return []
    allowed = f"countries² × sectors and countries × sectors² at most {MAX_CELLS:,}"
    return [
        Problem("world too big", folder, None, None, f"{n:,} countries, {s:,} sectors", allowed)
    ]


def missing_elasticities(table: Table, sectors: tuple[str, ...]) -> list[Problem]:
    """List the sectors that have no row."""
    if SECTOR not in table.text:
        return []
    there = set(table.text[SECTOR].words)
    missing = [code for code in sectors if code not in there]
    problems = [
        Problem(
            "sector has no trade elasticity", table.file, None, SECTOR, code, "one row a sector"
        )
        for code in missing[:SHOWN]
    ]
    if len(missing) > SHOWN:
        problems.append(Problem(f"… and {len(missing) - SHOWN:,} more sectors", table.file))
    return problems


def _column(table: Table, name: str) -> list[str]:
    """Return a text column as a list; blanks when the column is not there."""
    if name not in table.text:
        return [""] * len(table.line)
    column = table.text[name]
    return [column.words[i] for i in column.which]


def _usable(table: Table, name: str) -> list[int]:
    """Return the rows with a code that is new and no blank."""
    first: dict[str, int] = {}
    for row, code in enumerate(_column(table, name)):
        if code.strip():
            first.setdefault(code, row)
    return list(first.values())


def _code_refusal(text: str) -> str | None:
    if text.strip() == text and text.isprintable() and not set(text) & set(",;"):
        return None
    return "a code without comma, semicolon, spaces around it or characters that nobody sees"


def _isic_refusal(text: str) -> str | None:
    if len(text) == 2 and text.isascii() and text.isdigit() and text != "00":
        return None
    hint = f"; did you mean '0{text}'?" if len(text) == 1 and text.isdigit() else ""
    return f"two-digit divisions of ISIC Rev. 4 such as 10;11{hint}"


def _label_problems(table: Table, layout: Layout) -> list[Problem]:
    """Check the text of ``countries`` or ``sectors``: blanks, codes that cannot be, codes twice."""
    problems = []
    for name in layout.required:
        blank = [r for r, text in enumerate(_column(table, name)) if not text.strip()]
        if name in table.text:
            problems += listed(
                table.file,
                blank,
                f"blank {name}",
                lambda r, name=name: Problem("blank", None, int(table.line[r]), name, None, "text"),
            )
    codes = _column(table, "code")
    bad = [r for r, code in enumerate(codes) if code.strip() and _code_refusal(code)]
    problems += listed(
        table.file,
        bad,
        "code cannot be used",
        lambda r: Problem(
            "code cannot be used",
            None,
            int(table.line[r]),
            "code",
            codes[r],
            _code_refusal(codes[r]),
        ),
    )
    names = _column(table, "name")
    hidden = [r for r, name in enumerate(names) if INVISIBLE.search(name)]

    def unseen(row: int) -> Problem:
        message = "a character that nobody sees stands in this name"
        return Problem(message, None, int(table.line[row]), "name", names[row])

    problems += listed(table.file, hidden, "names with such characters", unseen)
    if "code" not in table.text:
        return problems
    rows = np.array([r for r, code in enumerate(codes) if code.strip()], dtype=np.int64)
    return problems + _duplicates(table, rows, table.text["code"].which[rows], ("code",))


def _parts(table: Table, name: str, refusal) -> tuple[list[tuple[str, ...]], list[Problem]]:
    """Split a column such as ``10;11``; list the rows with a part that is refused."""
    column = _column(table, name)
    parts = [tuple(text.split(";")) if text.strip() else () for text in column]
    bad = [(r, part) for r, row in enumerate(parts) for part in row if not part or refusal(part)]

    def problem(at: tuple[int, str]) -> Problem:
        allowed = refusal(at[1]) or "parts separated by one semicolon"
        return Problem(f"wrong {name}", None, int(table.line[at[0]]), name, column[at[0]], allowed)

    return parts, listed(table.file, bad, f"wrong {name}", problem)


def _places(
    table: Table, key: str, known: tuple[str, ...] | None
) -> tuple[np.ndarray, list[Problem]]:
    """Find each row's place along an axis, −1 where its code is blank or unknown."""
    column = table.text[key]
    index = {code: i for i, code in enumerate(known or ())}
    of_word = np.array([index.get(word, -1) for word in column.words], dtype=np.int64)
    place = of_word[column.which] if len(column.words) else np.empty(0, np.int64)
    bad = [
        w for w, word in enumerate(column.words)
        if not word.strip() or (known and of_word[w] < 0)
    ]  # fmt: skip
    if not bad:
        return place, []
    rows_of = np.bincount(column.which, minlength=len(column.words))
    order = np.argsort(column.which, kind="stable")
    first = order[np.concatenate([[0], np.cumsum(rows_of)[:-1]])[bad]]
    bad_rows = list(zip(bad, first, strict=True))
    return place, listed(
        table.file, bad_rows, f"unknown {key}", _unknown(table, key, column, known, rows_of)
    )


def _unknown(table: Table, key: str, column: TextColumn, known, rows_of):
    axis = AXIS_OF[key]

    def problem(at: tuple[int, int]) -> Problem:
        word, rows = column.words[at[0]], int(rows_of[at[0]])
        many = f" in {rows:,} rows, first here" if rows > 1 else ""
        line = int(table.line[at[1]])
        if not word.strip():
            return Problem(f"blank{many}", None, line, key, None, f"a {axis} code")
        hint = nearest(word.strip(), known or ())
        message = f"unknown {axis}{many}" + (f"; {hint}" if hint else "")
        return Problem(message, None, line, key, word, f"a code of {_FILE_OF[axis]}")

    return problem


def _number_problems(layout: Layout, table: Table, largest_tariff: float) -> list[Problem]:
    """Check the figures: numbers at all, finite, within bounds, tariffs that are per cent."""
    name = layout.number
    if name is None or name not in table.number:
        return []
    column = table.number[name]
    values, line = column.values, table.line
    none = np.flatnonzero(~np.isfinite(values))
    below = values < layout.low if layout.low_allowed else values <= layout.low
    outside = np.flatnonzero(np.isfinite(values) & (below | (values > layout.high)))

    def not_a_number(row: int) -> Problem:
        raw = column.raw.get(int(row))
        if raw is not None and not raw.strip():
            return Problem("blank", None, int(line[row]), name, None, "a number")
        hint = "" if raw is None else _number_hint(raw)
        value = float(values[row]) if raw is None else raw
        return Problem(f"not a finite number{hint}", None, int(line[row]), name, value, "a number")

    def out_of_bounds(row: int) -> Problem:
        value = float(values[row])
        return Problem("out of bounds", None, int(line[row]), name, value, layout.allowed(value))

    problems = listed(table.file, none, "not a finite number", not_a_number)
    problems += listed(table.file, outside, "out of bounds", out_of_bounds)
    if layout is not TARIFFS:
        return problems

    def in_per_cent(row: int) -> Problem:
        value = float(values[row])
        message = f"a tariff of {value:g} means {100 * value:g}%; did you mean {value / 100:g}?"
        allowed = f"> -1 and <= {largest_tariff:g}; or raise largest_tariff in economy.yaml"
        return Problem(message, None, int(line[row]), name, value, allowed)

    high = np.flatnonzero((values > largest_tariff) & (values <= layout.high))
    return problems + listed(table.file, high, "tariffs so high", in_per_cent)


def _number_hint(text: str) -> str:
    """Say how to write what was meant, for the usual slips."""
    word = text.strip()
    if INVISIBLE.search(word):
        return "; take out the characters that nobody sees"
    try:
        if word.endswith("%"):
            return f"; write a fraction, {float(word[:-1]) / 100:g}"
        if "," in word:
            return "; write a decimal point and no thousands separators"
        float("".join(word.replace("_", "").replace("'", "").split()))
    except ValueError:
        return "; leave the row out where there is nothing"
    return "; write the digits without separators"


def _duplicates(
    table: Table, rows: np.ndarray, flat: np.ndarray, keys: tuple[str, ...]
) -> list[Problem]:
    """List the rows that repeat the key of an earlier one, given each row's key as one integer."""
    order = np.argsort(flat, kind="stable")
    again = np.flatnonzero(np.diff(flat[order], prepend=-1) == 0)
    if not len(again):
        return []
    _, first = np.unique(flat, return_index=True)
    first_of = dict(zip(flat[first].tolist(), rows[first].tolist(), strict=True))
    repeats = np.sort(order[again])

    def problem(at: int) -> Problem:
        row, original = int(rows[at]), first_of[int(flat[at])]
        words = tuple(table.text[k].words[table.text[k].which[row]] for k in keys)
        message = f"the same row again; first on line {int(table.line[original])}"
        return Problem(message, None, int(table.line[row]), ", ".join(keys), ", ".join(words))

    return listed(table.file, repeats, "the same row again", problem)
