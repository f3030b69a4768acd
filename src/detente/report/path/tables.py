"""Tables of a path: raw values in typed columns."""

from __future__ import annotations

from itertools import pairwise

from detente.document.blocks import Column, Table, Unit
from detente.report.columns import NOT_PRINTED, PRINTED
from detente.report.path.facts import DateFacts, PathFacts
from detente.report.path.wording import changes
from detente.report.run.tables import EXACT, key_of
from detente.units import name_in

MEAN = Unit("%", 0.01, 1, data="fraction of the fob value")
DATE = Column("date", "", "day of the path; what is then in force holds until the next")
SHOWN, FEW = 9, 2
"""Dates on a screen, and measures that change on each."""
CHANGES = Column("changes", "what changes", "what is another than the date before")


def latest(path: PathFacts) -> Table:
    """Return real income on the dates of the last variant on which it moves most, for a screen."""
    columns, every = _columns(path)["income"], path.dates[path.end.last]
    rows = tuple(
        {"date": one.day, "changes": changes(one, FEW),
         **{key(path, "income", code): value for code, value in one.income.items()}}
        for one in _largest_moves(every)
    )  # fmt: skip
    title = f"{path.end.titles[path.end.last]}: real income, exact change"
    left = f"{len(rows)} of {len(every)} dates, those on which it moves most"
    note = left if len(rows) < len(every) else ""
    return Table("dates", title, (DATE, *columns, CHANGES), rows, note=note, on=PRINTED)


def _largest_moves(dates: tuple[DateFacts, ...]) -> list[DateFacts]:
    """Return the first date, the last, and those between on which real income moves most."""
    moves = {
        place: max((abs(one.income[code] - before.income[code]) for code in one.income), default=0)
        for place, (before, one) in enumerate(pairwise(dates[:-1]), 1)
    }
    largest = sorted(moves, key=lambda place: -moves[place])[: SHOWN - 2]
    return [dates[k] for k in sorted({0, *largest, len(dates) - 1})]


def dates(path: PathFacts, only: str = "") -> Table:
    """Return the dates of all variants, a row each; at a terminal those of one."""
    columns = [column for part in _columns(path).values() for column in part]
    first = (
        Column("variant", "", "id of the variant", hidden=True),
        Column("title", "", "variant of the scenario"),
        DATE,
    )
    held = Column("in_force", "", "measures in force on the day, each with its share of the whole "
                  "measure", hidden=True)  # fmt: skip
    rows = tuple(
        {"variant": name, "title": path.end.titles[name], "date": one.day,
         "in_force": " ".join(f"{k}={share:.6g}" for k, share in one.held.items()),
         **_row(path, one), "changes": changes(one)}
        for name, dates in path.dates.items()
        for one in dates
        if only in ("", name)
    )  # fmt: skip
    shown = PRINTED if only else NOT_PRINTED
    title = path.end.titles[only] if only else "All variants"
    return Table(key_of("path", only) if only else "path", f"{title}, date by date",
                 (*first, held, *columns, CHANGES), rows, on=shown)  # fmt: skip


def _columns(path: PathFacts) -> dict[str, list[Column]]:
    """Return the columns of the economies in focus by what they hold."""
    parts = (
        ("income", "real income, exact change", EXACT),
        ("value", "goods bought from the other, fob", path.end.money()),
        ("pct", "change of goods bought from the other", EXACT),
        ("tariff", "mean tariff on the other, weighted by trade of the baseline", MEAN),
    )
    both, names = len(path.end.focus) == 2, path.end.names
    return {
        part: [
            Column(key(path, part, code), f"{names[code]}, {what.split(',')[0]}",
                   f"{names[code]}: {what}", unit, code)
            for code in path.end.focus
        ]
        for part, what, unit in parts
        if both or part == "income"
    }  # fmt: skip


def key(path: PathFacts, part: str, code: str) -> str:
    """Return the key of a column of an economy: ``USA_real_income_pct``."""
    names = {"income": "real_income_pct", "value": "purchases_musd", "pct": "purchases_pct",
             "tariff": "mean_tariff"}  # fmt: skip
    return name_in(key_of(code, names[part]), path.end.stated)


def _row(path: PathFacts, found: DateFacts) -> dict[str, float | str]:
    parts = {"income": found.income, "value": found.value, "pct": found.pct, "tariff": found.tariff}
    return {
        key(path, part, code): value / 100 if part == "tariff" else value
        for part, by_code in parts.items()
        for code, value in by_code.items()
    }
