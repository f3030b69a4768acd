"""Tables of a path: raw values in typed columns."""

from __future__ import annotations

from detente.document.blocks import Column, Table, Unit
from detente.report.path.facts import DateFacts, PathFacts
from detente.report.path.wording import changes, pieces
from detente.report.run.tables import EXACT, SHOWN, key_of

MEAN = Unit("%", decimals=1)


def dates(path: PathFacts, name: str) -> Table:
    """Return the dates of a variant, a row each."""
    columns, groups = _columns(path)
    day = Column("date", "", "day of the path; what is then in force holds until the next")
    rows = tuple({"date": found.day, **_row(found)} for found in path.dates[name])
    title = f"{path.end.titles[name]}: real income (exact), goods from the other (fob), mean tariff"
    return Table(key_of("dates", name), title, (day, *columns), rows,
                 groups=(("", 1), *groups), note=pieces(path, name), on=SHOWN)  # fmt: skip


def drawn(path: PathFacts) -> Table:
    """Return the dates of all variants, for charts."""
    columns, groups = _columns(path)
    first = (
        Column("variant", "", "id of the variant", hidden=True),
        Column("title", "", "variant of the scenario"),
        Column("date", "", "day of the path"),
    )
    rows = tuple(
        {"variant": name, "title": path.end.titles[name], "date": found.day, **_row(found)}
        for name, dates in path.dates.items()
        for found in dates
    )
    return Table("dates", "All variants, date by date", (*first, *columns), rows,
                 groups=(("", 2), *groups), on=frozenset(("page",)))  # fmt: skip


def _columns(path: PathFacts) -> tuple[list[Column], list[tuple[str, int]]]:
    codes, names, unit = path.end.focus, path.end.names, path.end.unit.unit(1)
    columns = [
        Column(key_of("income", code), names[code], f"{names[code]}: real income, exact change",
               EXACT, code)
        for code in codes
    ]  # fmt: skip
    groups = [("real income", len(codes))] if codes else []
    if len(codes) == 2:
        for key, what, shown in (
            ("value", "goods bought from the other, fob", unit),
            ("tariff", "mean tariff on the other, weighted by trade of the baseline", MEAN),
        ):
            columns += [
                Column(key_of(key, code), names[code], f"{names[code]}: {what}", shown, code)
                for code in codes
            ]
        groups += [("buys from the other", 2), ("mean tariff", 2)]
    columns.append(Column("changes", "what changes", "what is another than the date before"))
    return columns, [*groups, ("", 1)]


def _row(found: DateFacts) -> dict[str, float | str]:
    row: dict[str, float | str] = {"changes": changes(found)}
    parts = {"income": found.income, "value": found.value, "tariff": found.tariff}
    for key, by_code in parts.items():
        row |= {key_of(key, code): value for code, value in by_code.items()}
    return row
