"""Games as tables and sentences at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from detente.report import (
    facts,
    imbalances,
    wars,
    wars_bands,
    wars_matrix,
    wars_parts,
    wars_payoffs,
    wars_sure,
    words,
)
from detente.report.wars import Result
from detente.wars.run import TalksResult, WarResult, said

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

NARROWEST = 100


def print_game(result: Result, console: Console) -> None:
    """Print who charges what, what it comes to, and how sure that is."""
    from rich.text import Text

    def line(text: str) -> None:
        console.print(Text(text))

    console.print(Text(result.setting.case.title, style="bold"))
    console.print(Text(wars.rests_on(result), style="dim"))
    line("")
    line(wars.rule_in_words(result.setting))
    if isinstance(result, TalksResult):
        console.print(_bargains(result))
    else:
        console.print(_players(result))
        if result.bands is not None:
            console.print(_bands(result))
        if result.matrix is not None:
            line(wars_matrix.caption(result))
            console.print(_matrix(result))
    for sentence in wars.sentences(result):
        line(f"• {sentence}")
    line("")
    if isinstance(result, WarResult):
        for one in result.found:
            line(wars.certificate(one, result.kind, wars.player_names(result.setting)))
            line(wars_sure.status(one))
        if wars_sure.several(result):
            console.print(_equilibria(result))
        if result.bands is not None:
            line(f"{wars_bands.caption(result.bands)}. {wars_bands.note(result.bands)}")
    elif said_ := wars.alternative(result):
        line(said_)
    wars_parts.print_parts(result, console)
    imbalances.print_removal(result.setting.removal, wars.codes(result.setting), console)
    for note in result.notes:
        line(f"Note: {note}.")


def _table(*heads: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for number, head in enumerate(heads):
        table.add_column(head, justify="right" if number else "left")
    return table


def _players(result: WarResult) -> Table:
    before = "in force, %" if result.setting.variant else "baseline, %"
    heads = ["player", "mean rate, %", "median, %", before]
    heads += ["announced, %"] if result.announced else []
    heads += ["formula, %"] if result.closed_form else []
    heads.append(wars_payoffs.head(result.setting))
    worth = wars_payoffs.worth(result)
    unit = facts.money(result.setting.calibration).label
    unit = unit if result.setting.choices.objective == "real-income" else f"real income, {unit}"
    heads += [f"{unit} a year"] if worth else []
    table = _table(*heads, "could still gain, %")
    rows: Any = result.players()
    of = {player.name: one for one in result.found for player in one.game.players}
    for player, row in rows.iterrows():
        cells = [row["mean_rate"] * 100, row["median_rate"] * 100,
                 row.get("applied_mean", np.nan) * 100]  # fmt: skip
        if result.announced:
            cells.append(row.get("announced_mean", np.nan) * 100)
        if result.closed_form:
            cells.append(100 * result.closed_form[str(player)])
        shown = ["–" if not np.isfinite(v) else f"{v:.1f}" for v in cells]
        gain = row["best_response_gain_pct"]
        table.add_row(
            str(player),
            *shown,
            words.signed(wars_payoffs.shown(of[str(player)], str(player), row["payoff_pct"])),
            *([worth[str(player)]] if worth else []),
            "–" if not np.isfinite(gain) else f"{gain:.0e}" if gain else "0",
        )
    return table


def _bands(result: WarResult) -> Table:
    table = _table(*wars_bands.HEADS)
    for row in wars_bands.rows(result):
        table.add_row(*row)
    return table


def _equilibria(result: WarResult) -> Table:
    table = _table(*wars_sure.EQUILIBRIA)
    for row in wars_sure.equilibria_rows(result):
        table.add_row(*row)
    return table


def _matrix(result: WarResult) -> Table:
    matrix = result.matrix
    assert matrix is not None
    first, second = matrix.players
    table = _table(f"{first} \\ {second}", *matrix.strategies[1])
    for row, name in enumerate(matrix.strategies[0]):
        cells = [
            ", ".join(words.signed(float(v)) for v in matrix.payoffs[:, row, column])
            for column in range(len(matrix.strategies[1]))
        ]
        table.add_row(name, *cells)
    return table


def _bargains(result: TalksResult) -> Table:
    line = "Real income without and with agreement, % from the baseline"
    table = _table("alternative", "player", "without, %", "agreed, %", "gain, %", "status")
    table.title, table.title_justify, table.title_style = line, "left", ""
    rows: Any = result.bargains.players().reset_index()
    for row in rows.itertuples():
        table.add_row(
            said(result.setting, str(row.disagreement)),
            str(row.player),
            *(words.signed(v) for v in (row.without_pct, row.agreed_pct, row.gain_pct)),
            str(row.status),
        )
    return table
