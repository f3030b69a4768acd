"""Compact tables for the terminal."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from detente.document.terminal import GAIN, LOSS, How, blocks
from detente.report import accounts, amounts, facts, firms, imbalances, limits, structure, words
from detente.report.echo import measure_lines
from detente.report.remarks import print_remarks

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from detente.simulate import ScenarioResult

LABEL_WIDTH, VALUE_WIDTH = 25, 9


def print_summary(result: ScenarioResult, console: Console) -> None:
    """Print what a scenario does: real income, the pair in focus, sectors, assumptions."""
    from rich.rule import Rule
    from rich.text import Text

    scenario, c = result.scenario, result.calibration
    console.print()
    console.print(Text(f"{scenario.title}", style="bold"))
    unit = facts.money(c)
    pair = len(facts.focus(result)) == 2
    console.print(
        Text(
            f"Baseline {c.name}: {len(c.countries)} economies, {len(c.sectors)} sectors, "
            f"{unit.label} of {c.card.year}; horizon {scenario.horizon}"
            + ("" if result.at is None else f"; in force on {result.at}"),
            style="dim",
        )
    )
    console.print()
    for line in _variant_key(result):
        console.print(line)
    _print_measures(result, console)
    for table in (
        *_by_variant(result, console.width, _welfare_table, 0),
        _detail_table(result, console.width),
        *(_by_variant(result, console.width, _pair_table, 1) if pair else ()),
        *_sector_tables(result, console.width),
    ):
        console.print()
        console.print(table)
    for section in (firms.of_result(result), limits.of_result(result)):
        blocks(section.blocks, How(console, full=False))
    imbalances.print_removal(result.removal, facts.focus(result), console)
    console.print()
    heads = facts.letters(result)
    print_remarks({heads[k]: solution for k, solution in result.variants.items()}, console)
    console.print(Rule(style="dim"))
    for line in caption(result):
        console.print(Text(line, style="dim"))


def _print_measures(result: ScenarioResult, console: Console) -> None:
    """Say what each measure was taken to mean: a slip of a rate or a name shows here."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    for name, said in measure_lines(result):
        table.add_row(Text(name, style="dim"), Text(said, style="dim"))
    if table.row_count:
        console.print()
        console.print(table)


def caption(result: ScenarioResult) -> list[str]:
    """Say what the numbers rest on, in a few lines."""
    card = result.calibration.card
    unit = facts.money(result.calibration).label
    own = [f"Structure: {structure.sentence(result)}"] if result.scenario.structure else []
    return [
        *([] if result.at is None else [structure.on_day(result)]),
        f"Per cent changes from the baseline {card.name} ({card.year}); values in {unit}, "
        "measured against world value added (the numeraire), held at its baseline level.",
        f"Overall trade balances are an input ({facts.deficit_rule(result)}).",
        *own,
        *amounts.lines(result.scenario, result.calibration),
        *firms.notes(result.calibration),
        f"Trade elasticities: {card.elasticities or 'the baseline’s own'}. One set of them, so no "
        "intervals yet: compare with another source (--elasticities).",
        *([hint] if (hint := firms.hint(result.scenario)) else []),
    ]


def _variant_key(result: ScenarioResult) -> Iterable:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(ratio=1)
    table.add_column(style="dim", no_wrap=True)
    titles = facts.variant_titles(result)
    for name, letter in facts.letters(result).items():
        solution = result.variants[name]
        status = f"{solution.status}, residual {facts.worst_residual(solution):.0e}"
        table.add_row(letter, Text(titles[name]), Text(status))
    return [table]


def _by_variant(result: ScenarioResult, width: int, make: Callable, others: int) -> list:
    """Make one table, or several of like width where the variants do not fit beside ``others``."""
    names = list(result.variants)
    fit = max(1, (width - LABEL_WIDTH) // VALUE_WIDTH - others)
    size = math.ceil(len(names) / math.ceil(len(names) / fit))
    return [make(result, names[at : at + size]) for at in range(0, len(names), size)]


def _new_table(title: str, heads: Iterable[str]) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=Text(title, style="bold"),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        header_style="dim",
        padding=(0, 1),
        pad_edge=False,
        show_edge=False,
    )
    table.add_column("", no_wrap=True, overflow="ellipsis")
    for head in heads:
        # numbers are never cut: the label gives way
        table.add_column(head, justify="right", no_wrap=True, min_width=max(6, len(head)))
    return table


def _cell(value: float, decimals: int, *, sign: bool = True) -> Text:
    from rich.text import Text

    if not sign:
        return Text(f"{value:,.{decimals}f}".replace("-", words.MINUS))
    text = words.signed(value, decimals)
    style = {"+": GAIN, words.MINUS: LOSS}.get(text[0], "dim")
    return Text(text, style=style)


def _share(value: float) -> Text:
    """Show a share in per cent; a dash where there is nothing to share."""
    return _cell(100 * value, 0, sign=False) if math.isfinite(value) else _cell(value, 0)


def _row(table: Table, label: str, cells: list, *, strong: bool = False) -> None:
    from rich.text import Text

    for column, cell in zip(table.columns[1:], cells, strict=True):
        column.min_width = max(column.min_width or 0, len(cell))
    table.add_row(Text(label, style="bold" if strong else ""), *cells)


def _fit(table: Table, width: int) -> Table:
    """Let the label column alone give way where the table is wider than the terminal."""
    numbers = sum((column.min_width or 0) + 3 for column in table.columns[1:])
    table.columns[0].max_width = max(12, width - numbers)
    return table


def _focus_first(result: ScenarioResult) -> list[str]:
    focus = facts.focus(result)
    return [*focus, *(code for code in result.calibration.country_codes if code not in focus)]


def _welfare_table(result: ScenarioResult, names: list[str]) -> Table:
    heads = facts.letters(result)
    unit = facts.money(result.calibration)
    table = _new_table("Real income, exact change, %", [heads[n] for n in names])
    labels = facts.country_names(result.calibration)
    found = [facts.countries(result.variants[n]) for n in names]
    for code in _focus_first(result):
        cells = [_cell(rows[code]["real_income_pct"], 3) for rows in found]
        _row(table, labels[code], cells, strong=code in facts.focus(result))
    table.add_section()
    for code in facts.focus(result):
        cells = [_cell(rows[code]["real_income_musd"] / unit.divisor, 1) for rows in found]
        _row(table, f"{labels[code]}, {unit.label}", cells)
    if result.long_run is not None:
        later = [facts.countries(result.long_run.variants[n]) for n in names]
        for code in facts.focus(result):
            cells = [_cell(rows[code]["real_income_pct"], 3) for rows in later]
            _row(table, f"{labels[code]}, long run, %", cells)
    sums = [sum(row["real_income_musd"] for row in rows.values()) for rows in found]
    cells = [_cell(total / unit.divisor, 1) for total in sums]
    _row(table, f"All economies, {unit.label}", cells)
    return table


def _detail_table(result: ScenarioResult, width: int) -> Table:
    """Show the last variant in more measures: exact and first-order are different numbers."""
    name = list(result.variants)[-1]
    unit = facts.money(result.calibration)
    columns = {
        "real_income_pct": ("exact", 3),
        "first_order_pct": ("1st-order", 3),
        "terms_of_trade_pct": ("= terms", 3),
        "volume_of_trade_pct": ("+ volume", 3),
        "real_wage_pct": ("wage", 3),
        "price_index_pct": ("prices", 3),
    }
    wide = width >= 116
    if wide:
        columns |= {"exports_pct": ("exports", 2), "imports_pct": ("imports", 2)}
    title = f"Variant {facts.letters(result)[name]} in detail, %"
    table = _new_table(title, [head for head, _ in columns.values()])
    table.caption = "exact: real income; 1st-order: its approximation = terms + volume of trade"
    table.caption += f"; revenue: tariffs, {unit.label}" if wide else ""
    table.caption_justify = "left"
    if wide:
        table.add_column("revenue", justify="right", no_wrap=True, min_width=7)
    rows = facts.countries(result.variants[name])
    labels = facts.country_names(result.calibration)
    for code in _focus_first(result):
        cells = [_cell(rows[code][k], digits) for k, (_, digits) in columns.items()]
        if wide:
            cells.append(_cell(rows[code]["tariff_revenue_change_musd"] / unit.divisor, 1))
        _row(table, labels[code], cells, strong=code in facts.focus(result))
    return _fit(table, width)


def _pair_table(result: ScenarioResult, names: list[str]) -> Table:
    a, b = facts.focus(result)
    heads, unit = facts.letters(result), facts.money(result.calibration)
    columns = [facts.BEFORE, *names]
    table = _new_table(
        f"{a} and {b}, goods at fob, {unit.label}", ["before", *(heads[n] for n in names)]
    )
    sold, bought = facts.flow(result, a, b), facts.flow(result, b, a)

    def plain(label: str, values: dict[str, float]) -> None:
        _row(table, label, [_cell(values[k], 1, sign=False) for k in columns])

    def column(rows: facts.Rows, name: str, divisor: float = 1.0) -> dict[str, float]:
        return {k: row[name] / divisor for k, row in rows.items()}

    for buyer, seller, rows in ((a, b, bought), (b, a, sold)):
        plain(f"{buyer} buys from {seller}", column(rows, "value", unit.divisor))
        _row(table, "  change, %", ["", *(_cell(rows[k]["pct"], 1) for k in names)])
    balance = {k: (sold[k]["value"] - bought[k]["value"]) / unit.divisor for k in columns}
    plain(f"{a} balance with {b}", balance)
    for label, values in accounts.other_balances(result, a, b).items():
        plain(f"  {label}", {k: v / unit.divisor for k, v in values.items()})
    table.add_section()
    for buyer, seller, rows in ((a, b, bought), (b, a, sold)):
        plain(f"{buyer} tariff on {seller}, mean %", column(rows, "tariff_pct"))
        plain("  due on what is traded", accounts.effective_tariff(result, buyer, seller))
        shares = accounts.buyers_share(result, buyer, seller)
        _row(table, "  borne by buyers, %", ["", *(_share(shares[k]) for k in names)])
    for code in (a, b):
        revenue = facts.revenue(result, code)
        plain(f"{code} tariff revenue", {k: v / unit.divisor for k, v in revenue.items()})
    return table


def _sector_tables(result: ScenarioResult, width: int) -> list:
    from rich.table import Table

    codes = facts.focus(result)
    if width < 2 * 56:
        return [_sector_table(result, code, width) for code in codes]
    beside = Table.grid(padding=(0, 4, 0, 0))
    beside.add_row(*(_sector_table(result, code, (width - 4) // 2) for code in codes))
    return [beside] if codes else []


def _sector_table(result: ScenarioResult, country: str, width: int, count: int = 7) -> Table:
    name = list(result.variants)[-1]
    unit = facts.money(result.calibration)
    labels = facts.sector_names(result.calibration)
    heads = ["output", "jobs", "price", unit.label]
    who = facts.country_names(result.calibration)[country]
    table = _new_table(
        f"{who}, variant {facts.letters(result)[name]}: sectors that move most, %", heads
    )
    rows = facts.ranked_sectors(result.variants[name], country)
    for code, row in list(rows.items())[:count]:
        cells = [
            _cell(row["output_volume_pct"], 2),
            _cell(row["employment_pct"], 2),
            _cell(row["producer_price_pct"], 2),
            _cell(row["output_change_musd"] / unit.divisor, 1),
        ]
        _row(table, labels[code], cells)
    return _fit(table, width)
