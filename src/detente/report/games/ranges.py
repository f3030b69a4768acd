"""How sure figures of a game are: ends over drawn parameters, in words, a table and a chart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from detente.document.blocks import Chart, Column, Note, Sentence, Table
from detente.document.language import listed, noun
from detente.document.numbers import CHANGE, money_unit
from detente.games.bargaining import Agreement
from detente.report import sure
from detente.report.games.facts import income, outcomes, player_names
from detente.report.games.tables import GAIN, RATE
from detente.wars.results import WAR, TalksResult, WarResult
from detente.wars.run import said

if TYPE_CHECKING:
    import pandas as pd

    from detente.report.games.facts import Result
    from detente.uncertainty.draws import Interval

FEW = 3
"""Players of whom all are named in a sentence."""
AGAIN = (
    "Each run is searched again from the rates shown and counts where no small change of its own "
    "rates helps any side; moves far away are looked for in the answer shown alone."
)
KEPT = (
    "The deal is not struck again: its rates, and those of the war, are the ones shown in every "
    "run."
)


class Row(NamedTuple):
    """A player's figures in one answer, with their ends: real income, or its gain, in per cent."""

    answer: str
    title: str
    player: str
    shown: float
    ends: Interval | None
    rate: float | None = None
    rates: Interval | None = None


def rows(result: Result) -> list[Row]:
    """Return what is shown with ends: every answer and player; none without draws."""
    if result.draws is None:
        return []
    return _of_talks(result) if isinstance(result, TalksResult) else _of_war(result)


def _of_war(result: WarResult) -> list[Row]:
    names, found = player_names(result.setting), []
    economies = [one for one in outcomes(result) if not one.announced]
    # where an answer has no economy, nothing of it is shown
    if len(economies) < len(result.found):
        return []
    for (answer, one), economy in zip(result.answers.items(), economies, strict=True):
        own: Any = one.players["mean_rate"]
        for player, name in names.items():
            alone = "" if answer == WAR else f": {names[answer]} at its best"
            rate = float(own[player]) if player in own.index else None
            ends = (result.interval(player, figure, answer)
                    for figure in ("real_income_pct", "mean_rate"))  # fmt: skip
            income_, rates = ends
            found.append(Row(answer, f"{name}{alone}", player, economy.change[player], income_,
                             rate, rates))  # fmt: skip
    return found


def _of_talks(result: TalksResult) -> list[Row]:
    names, found = player_names(result.setting), []
    table: Any = result.bargains.players()
    for over, bargain in result.bargains.bargains.items():
        if bargain.status is Agreement.AGREED:
            for player, name in names.items():
                title = f"{name}: over {said(result.setting, over)}"
                gain = float(table.loc[(over, player), "gain_pct"])
                found.append(Row(over, title, player, gain, result.interval(player, over)))
    return found


def sentence(result: Result) -> str:
    """Say between which ends what is told first is; nothing without draws."""
    found = result.draws
    if found is None:
        return ""
    shown = _told(result)
    interval = next((row.ends for row in shown if row.ends), None)
    if interval is None:
        return " ".join(["How sure that is cannot be said.", *lost(result)][:2])
    names, unit = player_names(result.setting), money_unit(result.setting.calibration.card.unit,
                                                           "a year")  # fmt: skip
    each = listed([
        f"{noun(names[row.player])} "
        f"{sure.ends(*sure.low_high(row.ends), unit, income(result.setting, row.player))}"
        for row in shown if row.ends
    ])  # fmt: skip
    far = [noun(names[row.player]) for row in shown
           if row.ends and not row.ends.low <= row.shown <= row.ends.high]  # fmt: skip
    outside = f" (the figure above for {listed(far)} is outside)" if far else ""
    return (f"{sure.lead(found.prior)}{each}{_by_what(result, shown)} in {interval.what}{outside}; "
            f"{listed(list(found.fixed[:2]))} are the same in all.")  # fmt: skip


def _told(result: Result) -> list[Row]:
    """Return the rows of the first sentences: of few players all, of many the ends."""
    every = rows(result)
    if isinstance(result, WarResult) and result.kind == "optimal":
        first = [row for row in every if row.answer == row.player]
    else:
        first = [row for row in every if row.answer == every[0].answer]
    if len(first) <= FEW:
        return first
    order = sorted(first, key=lambda row: row.shown)
    return [order[0], order[-1]]


def _by_what(result: Result, shown: list[Row]) -> str:
    """Say what moves real income, where it is not the one thing that is told of."""
    if isinstance(result, TalksResult):
        return f" by the same deal instead of {said(result.setting, shown[0].answer)}"
    each = ", each" if len(shown) > 1 else ""
    return f"{each} by its own best rates" if result.kind == "optimal" else ""


def lost(result: Result) -> list[str]:
    """Say which draws have no answer, and why."""
    found, names = result.draws, player_names(result.setting)
    if found is None:
        return []
    titles = {name: f"With {noun(names.get(name, name))} at its best" for name in found.lost}
    if isinstance(result, TalksResult):
        titles = {name: f"Over {said(result.setting, name)}" for name in found.lost}
    titles |= {WAR: "Of the war"} if isinstance(result, WarResult) else {}
    return [sure.left_out(titles[name], why, found.count, "answer")
            for name, why in found.lost.items() if why]  # fmt: skip


def table(result: Result) -> Table:
    """Return every answer and player with low and high over runs."""
    deal = isinstance(result, TalksResult)
    what = "gain" if deal else "real income"
    unit = GAIN if deal else CHANGE
    shown = [
        Column("what", "", "player, and which answer"),
        Column("answer", "answer", "id of the answer", hidden=True),
        Column("player", "player", "id of the player", hidden=True),
        Column("low", "low", f"low end of {what} over runs", unit),
        Column("shown", what, f"{what} at the central parameters", unit),
        Column("high", "high", f"high end of {what} over runs", unit),
    ]
    if not deal:
        shown += [
            Column("rate_low", "low", "low end of the mean rate over runs", RATE),
            Column("mean_rate", "mean rate", "mean by trade of the player's rates", RATE),
            Column("rate_high", "high", "high end of the mean rate over runs", RATE),
        ]
    cells = []
    for row in rows(result):
        low, high = sure.low_high(row.ends)
        rate_low, rate_high = sure.low_high(row.rates)
        every = {"what": row.title, "answer": row.answer, "player": row.player, "low": low,
                 "shown": row.shown, "high": high, "rate_low": rate_low, "mean_rate": row.rate,
                 "rate_high": rate_high}  # fmt: skip
        cells.append({column.key: every[column.key] for column in shown})
    return Table("how-sure", f"{what.capitalize()} over runs", tuple(shown), tuple(cells),
                 note=_note(result))  # fmt: skip


def _note(result: Result) -> str:
    interval = next((row.ends for row in rows(result) if row.ends), None)
    what = "all runs" if interval is not None and interval.whole else "nine of ten runs"
    of = "Gain, the deal less the alternative" if isinstance(result, TalksResult) else (
        "Change of real income")  # fmt: skip
    return f"{of}, %; low and high: {what} are between them"


def blocks(result: Result) -> tuple[Any, ...]:
    """Return the chart, the table, what was left out and what ends rest on."""
    found = result.draws
    if found is None:
        return ()
    said_ = [Sentence(text) for text in lost(result)]
    note = Note(f"{KEPT if isinstance(result, TalksResult) else AGAIN} {sure.note(found)}")
    if not any(row.ends for row in rows(result)):
        return (*said_, note)
    shown = table(result)
    chart = Chart(
        shown, "ranges", "what", ("low", "shown", "high"), title=shown.title, note=shown.note,
        description="Bars: ends over runs, tick: as shown above",
    )  # fmt: skip
    return (*said_, chart, note)


def tidy(result: Result) -> pd.DataFrame | None:
    """Return one row a draw and player, of each answer where there are several."""
    if result.draws is None:
        return None
    if isinstance(result, TalksResult):
        return result.draws.table("disagreement", "player")
    found = result.draws.table("best_of", "player")
    return found.drop(columns="best_of") if result.kind == "nash" else found
