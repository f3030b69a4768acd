"""How sure the answers of a game are: what certificates leave open, where other starts ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from detente.document.language import noun
from detente.games.certificate import NASH_CONV
from detente.games.nash import KKT, Status
from detente.report.games.facts import ENOUGH, stakes

if TYPE_CHECKING:
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
    account = (f"{small[0]} {unit_of(one)}; largest projected gradient: {small[1]}; "
               f"{held.evaluations} solves")  # fmt: skip
    stake = f" {at_stake(one)}".rstrip()
    if len(names) == 1:
        subject = noun((who or {}).get(names[0], names[0]))
        return (f"How sure: {searches} found no other rates that give {subject} more than "
                f"{much} of {unit} above these (gain of the best response: {account})."
                f"{stake}")  # fmt: skip
    return (f"How sure: {searches} found nothing by which any side, changing its own rates alone, "
            f"would gain more than {much} of {unit} (sum over players, NashConv: "
            f"{account}).{stake}")  # fmt: skip


def unit_of(one: NashResult) -> str:
    """Name the unit of NashConv, that of payoffs inside the search."""
    objective = one.game.players[0].objective
    if objective in ("real-income", "political"):
        return "in logs"
    return "as a share of income" if objective == "revenue" else "in units of the objective"


def at_stake(one: NashResult) -> str:
    """Say how much the war changes payoffs, beside which the certificate is to be read."""
    much = stakes(one)
    if not np.isfinite(much):
        return ""
    what = "the largest change of a payoff against the rates in force"
    if much < ENOUGH:
        return (f"Next to nothing is at stake: {what} is {much:.1e} {unit_of(one)}, and "
                f"certificates tell payoffs apart by {NASH_CONV:.0e}: rates are not told "
                "apart.")  # fmt: skip
    return f"At stake: {what} is {much:.1e} {unit_of(one)}."


def unanswered(result: WarResult | TalksResult) -> list[str]:
    """Say what was asked for and not found; where a search ended is no answer."""
    from detente.games.bargaining import Agreement
    from detente.report.games.options import unanswered as besides
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
    tiny = one.status.found and stakes(one) < ENOUGH
    return f"Status: {one.status}{little if tiny else ''}. {spread(one)}".rstrip()


def plain_search(one: Found) -> dict[str, Any]:
    """Return how a search ended, as plain data."""
    held = one.certificate
    return {
        "start": one.start,
        "status": one.status.name.lower(),
        "nash_conv": None if held is None else held.nash_conv,
        "kkt": None if held is None else held.kkt,
    }
