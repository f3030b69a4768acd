"""A path of dates as tables for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente.document.terminal import How, blocks
from detente.report import facts, imbalances, limits, path_figures
from detente.report.remarks import print_remarks

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from detente.paths import PathResult

NARROWEST = 80
"""Columns of a terminal below which the tables do not fit."""
_ROOM_FOR_WORDS = 110


def print_path(result: PathResult, console: Console) -> None:
    """Print a row for each date of every variant, and what the numbers rest on."""
    from rich.rule import Rule
    from rich.text import Text

    from detente.report.tables import caption

    scenario, c = result.scenario, result.calibration
    end = result.end()
    titles = facts.variant_titles(end)
    unit = facts.money(c)
    console.print()
    console.print(Text(f"{scenario.title}: along its dates", style="bold"))
    console.print(
        Text(
            f"Baseline {c.name}: {len(c.countries)} economies, {len(c.sectors)} sectors, "
            f"{unit.label} of {c.card.year}; horizon {scenario.horizon} for every date",
            style="dim",
        )
    )
    pieces = path_figures.contained(result)
    for name, title in titles.items():
        if name in pieces:
            continue
        console.print()
        console.print(_table(result, name, title, console.width))
        by_day = {str(day): solution for day, solution in result.points[name].items()}
        blocks(limits.of_days(by_day, c).blocks, How(console, full=False))
        print_remarks({str(day): one for day, one in list(by_day.items())[-1:]}, console)
        # what another path shows too needs no second table
        if within := [piece for piece, whole in pieces.items() if whole == name]:
            console.print(Text(f"Pieces of this path: {', '.join(within)}", style="dim"))
    imbalances.print_removal(end.removal, facts.focus(end), console)
    console.print()
    console.print(Rule(style="dim"))
    said = "Income: real income, exact change. Buys: goods from the other at fob, "
    said += (
        f"{unit.label}. Tariff: mean on the other's goods, %, weighted by trade of the baseline."
    )
    for line in (path_figures.HONEST, said, *caption(end)):
        console.print(Text(line, style="dim"))


def _table(result: PathResult, variant: str, title: str, width: int) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from detente.report.tables import _cell as cell

    codes = facts.focus(result.end())
    pair = codes if len(codes) == 2 else ()
    unit = facts.money(result.calibration)
    table = Table(
        title=Text(title, style="bold"), title_justify="left", box=box.SIMPLE_HEAD,
        header_style="dim", pad_edge=False, show_edge=False,
    )  # fmt: skip
    table.add_column("", no_wrap=True, min_width=10)
    for code in codes:
        table.add_column(f"{code}\nincome, %", justify="right", no_wrap=True, min_width=9)
    for what in ("buys", "tariff"):
        for code in pair:
            table.add_column(f"{code}\n{what}", justify="right", no_wrap=True, min_width=7)
    wide = width >= _ROOM_FOR_WORDS
    if wide:
        table.add_column("\nchanges", ratio=1, overflow="fold")
    for row in path_figures.rows(result, variant):
        cells = [cell(row["income"][code], 3) for code in codes]
        cells += [cell(row["value"][code] / unit.divisor, 1, sign=False) for code in pair]
        cells += [cell(row["tariff"][code], 1, sign=False) for code in pair]
        more = [Text(row["changes"], style="dim")] if wide else []
        table.add_row(str(row["date"]), *cells, *more)
    return table
