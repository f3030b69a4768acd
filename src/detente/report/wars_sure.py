"""How sure the answers of a game are: what certificates leave open, where other starts ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from detente.games.certificate import NASH_CONV
from detente.games.nash import KKT, Status
from detente.report import wars_payoffs, words

if TYPE_CHECKING:
    import pandas as pd

    from detente.games.nash import Found, NashResult
    from detente.wars.run import TalksResult, WarResult


def doubt(war: NashResult) -> str:
    """Say why a war is not certified; nothing where it is."""
    held = war.certificate
    if not war.status.found:
        return f"no war was found ({war.status})"
    if held is None:
        return "whether anybody gains by moving far was not checked"
    faults = [
        f"{name} is {value:.1e}, above {limit:.0e}"
        for name, value, limit in (("NashConv", held.nash_conv, NASH_CONV),
                                   ("the largest projected gradient", held.kkt, KKT))
        if not value <= limit
    ]  # fmt: skip
    return " and ".join(faults)


def certificate(one: NashResult, kind: str, who: dict[str, str] | None = None) -> str:
    """Say how sure it is that nobody wants to move; ``who`` are names to show by player's."""
    if not one.status.found:
        return f"No answer: {one.status}. The rates are where the search ended."
    held = one.certificate
    if held is None:
        return ("How sure: no small change of its own rates helps any side (first-order conditions "
                "hold); whether a large one would was not checked.")  # fmt: skip
    names = [p.name for p in one.game.players]
    limit = 100 * float(np.max(held.gains))
    much = ("a millionth of a per cent" if limit <= 1e-6 else
            f"{np.format_float_positional(limit, precision=1, fractional=False)}%")  # fmt: skip
    unit = "real income" if one.game.players[0].objective == "real-income" else "its objective"
    searches = f"{held.starts * len(names)} independent searches"
    small = [f"{value:.1e}" if value else "0" for value in (held.nash_conv, held.kkt)]
    account = (f"{small[0]} {wars_payoffs.unit(one)}; largest projected gradient: {small[1]}; "
               f"{held.evaluations} solves")  # fmt: skip
    stake = f" {wars_payoffs.at_stake(one)}".rstrip()
    if len(names) == 1:
        subject = words.noun((who or {}).get(names[0], names[0]))
        return (f"How sure: {searches} found no other rates that give {subject} more than "
                f"{much} of {unit} above these (gain of the best response: {account})."
                f"{stake}")  # fmt: skip
    return (f"How sure: {searches} found nothing by which any side, changing its own rates alone, "
            f"would gain more than {much} of {unit} (sum over players, NashConv: "
            f"{account}).{stake}")  # fmt: skip


def unanswered(result: WarResult | TalksResult) -> list[str]:
    """Say what was asked for and not found; where a search ended is no answer."""
    from detente.games.bargaining import Agreement
    from detente.report.wars_options import unanswered as besides
    from detente.wars.run import WarResult, said

    if isinstance(result, WarResult):
        what = "no war was found" if result.kind == "nash" else "no optimum was found"
        return besides(result) + [f"{what}: {one.status}; shown is where the search ended"
                for one in result.found if not one.status.found]  # fmt: skip
    found = besides(result)
    if result.war is not None and not result.war.status.found:
        found.append(f"the war is not among the alternatives: {doubt(result.war)}")
    return found + [
        f"no agreement was found over {said(result.setting, name)}: {bargain.status}"
        for name, bargain in result.bargains.bargains.items()
        if bargain.status is Agreement.NOT_SOLVED
    ]


def mean_and_median(war: NashResult) -> list[str]:
    """Say each player's mean (by trade) and median rate."""
    table: Any = war.players
    return [
        f"{player} {100 * row['mean_rate']:.1f}% (median {100 * row['median_rate']:.1f}%)"
        for player, row in table.iterrows()
        if np.isfinite(row["mean_rate"])
    ]


def spread(one: NashResult) -> str:
    """Say whether other starts led elsewhere, and how many ended uncertified."""
    ended = len(one.searches)
    if ended < 2:
        return ""
    if len(one.equilibria) > 1:
        said = f"{len(one.equilibria)} different ends were found from {ended} starts."
    else:
        same = sum(s.status.found for s in one.searches)
        said = f"{same} of {ended} starts led to it."
    unsure: dict[str, list[str]] = {}
    for search in one.searches:
        # where nothing was certified, that was not asked for
        if search.status is not Status.CERTIFIED and one.certificate is not None:
            unsure.setdefault(str(search.status), []).append(search.start)
    if not unsure:
        return said
    count = sum(len(starts) for starts in unsure.values())
    why = "; ".join(f"{', '.join(starts)}: {status}" for status, starts in unsure.items())
    return f"{said} {count} ended uncertified ({why})."


def status(one: NashResult) -> str:
    """Say how the search ended, and where next to nothing is at stake that it tells little."""
    little = " (next to nothing is at stake: rates are not told apart)"
    tiny = one.status.found and wars_payoffs.stakes(one) < wars_payoffs.ENOUGH
    return f"Status: {one.status}{little if tiny else ''}. {spread(one)}".rstrip()


def equilibria_table(result: WarResult) -> pd.DataFrame:
    """One row an equilibrium and player: what led there, payoff, mean and median rate.

    ``equilibrium`` counts from 1 within a search, ``shown`` says which is the one reported.
    """
    import pandas as pd

    from detente.games.tables import player_table

    frames = []
    for one in result.found:
        for number, end in enumerate(one.equilibria, start=1):
            frame = player_table(one.game, end).reset_index()
            frame.insert(0, "equilibrium", number)
            frame.insert(1, "shown", end is one.chosen)
            frame.insert(2, "starts", ", ".join(one.led_to(end)))
            frames.append(frame)
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def several(result: WarResult) -> bool:
    """Whether any search found more than one equilibrium."""
    return any(len(one.equilibria) > 1 for one in result.found)


EQUILIBRIA = ("equilibrium", "from", "player", "payoff, %", "mean rate, %", "median, %")
"""Heads of the table of several equilibria."""


def equilibria_rows(result: WarResult) -> list[list[str]]:
    """Return the cells of the table of several equilibria, as they are printed."""
    rows: Any = equilibria_table(result).itertuples()
    of = {player.name: one for one in result.found for player in one.game.players}
    return [
        [f"{row.equilibrium}{' (shown)' if row.shown else ''}", row.starts, row.player,
         words.signed(wars_payoffs.shown(of[row.player], row.player, row.payoff_pct)),
         *("–" if not np.isfinite(v) else f"{100 * v:.1f}" for v in (row.mean_rate,
                                                                     row.median_rate))]
        for row in rows
    ]  # fmt: skip


def plain_search(one: Found) -> dict[str, Any]:
    """Return how a search ended, as plain data."""
    held = one.certificate
    return {
        "start": one.start,
        "status": one.status.name.lower(),
        "nash_conv": None if held is None else held.nash_conv,
        "kkt": None if held is None else held.kkt,
    }
