"""How sure the answers of a game are: what certificates leave open, where other starts ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.document.blocks import Sentence, Term
from detente.document.language import capital, noun
from detente.games.bargaining import Agreement
from detente.games.certificate import NASH_CONV
from detente.games.nash import KKT, Status
from detente.report.games.facts import ENOUGH, Result, player_names, several, stakes
from detente.wars.results import TalksResult, WarResult
from detente.wars.run import said

if TYPE_CHECKING:
    from detente.games.nash import NashResult

TERMS = (
    Term("NashConv", "what all sides together could still gain by changing their own rates alone"),
    Term("projected gradient", "by how much a small change of a rate within its bounds would pay"),
)
_TINY = "next to nothing is at stake: rates are not told apart"


def in_short(result: WarResult) -> str:
    """Say in one sentence how sure the answer is, and what it takes as given."""
    given = "trade elasticities, data and model are taken as given"
    ends = max((len(one.equilibria) for one in result.found), default=0)
    if any(stakes(one) < ENOUGH for one in result.found):
        return f"{capital(_TINY)}."
    if any(one.certificate is None for one in result.found):
        return ("No small change of its own rates helps any side; whether a large one would was "
                f"not checked; {given}.")  # fmt: skip
    if several(result):
        return f"Searches ended at {ends} different wars, of which this is one; {given}."
    return f"Nobody would do better with other rates of its own, as far as searches found; {given}."


def doubtful(result: WarResult) -> bool:
    """Whether searches leave something open that stands before any ends over runs."""
    tiny = any(stakes(one) < ENOUGH for one in result.found)
    return tiny or several(result) or any(one.certificate is None for one in result.found)


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


def certificate(one: NashResult, who: Mapping[str, str] | None = None) -> str:
    """Say how sure it is that nobody wants to move; ``who`` are names to show by player's."""
    if not one.status.found:
        return f"No answer: {one.status}. The rates are where the search ended."
    held = one.certificate
    if held is None:
        return ("No small change of its own rates helps any side (first-order conditions hold); "
                "whether a large one would was not checked.")  # fmt: skip
    names = [p.name for p in one.game.players]
    limit = 100 * float(np.max(held.gains))
    much = ("a millionth of a per cent" if limit <= 1e-6 else
            f"{np.format_float_positional(limit, precision=1, fractional=False)}%")  # fmt: skip
    unit = "real income" if one.game.players[0].objective == "real-income" else "its objective"
    small = [f"{value:.1e}" if value else "0" for value in (held.nash_conv, held.kkt)]
    account = (f"{small[0]} {_unit(one)}; largest projected gradient: {small[1]}; "
               f"{held.evaluations} solves")  # fmt: skip
    searches = f"{held.starts * len(names)} independent searches found"
    if len(names) == 1:
        subject = noun((who or {}).get(names[0], names[0]))
        told = (f"{searches} no other rates that give {subject} more than {much} of {unit} above "
                f"these (gain of the best response: {account}).")  # fmt: skip
    else:
        told = (f"{searches} nothing by which any side, changing its own rates alone, would gain "
                f"more than {much} of {unit} (NashConv: {account}).")  # fmt: skip
    return f"{told} {_at_stake(one)}".rstrip()


def _unit(one: NashResult) -> str:
    """Name the unit of NashConv, that of payoffs inside the search."""
    units = {"real-income": "in logs", "political": "in logs", "revenue": "as a share of income"}
    objective = one.game.players[0].objective
    named = units.get(objective) if isinstance(objective, str) else None
    return named or "in units of the objective"


def _at_stake(one: NashResult) -> str:
    """Say how much the war changes payoffs, beside which the certificate is to be read."""
    much = stakes(one)
    if not np.isfinite(much):
        return ""
    told = f"the largest change of a payoff against the rates in force is {much:.1e} {_unit(one)}"
    if much < ENOUGH:
        return (f"{capital(_TINY)}; {told}, and certificates tell payoffs apart by "
                f"{NASH_CONV:.0e}.")  # fmt: skip
    return f"At stake: {told}."


def unanswered(result: Result) -> list[str]:
    """Say what was asked for and not found; where a search ended is no answer."""
    more, setting = result.extras, result.setting
    found = [f"political weights of {one.player.name} were not found: the fit did not come to rest"
             for one in setting.politics if not one.settled]  # fmt: skip
    if more.pairwise is not None and not more.pairwise.found.settled:
        found.append("pairs did not come to rest: shown is where the last round ended")
    bargains = [("reciprocal agreement", more.reciprocal or {})]
    if isinstance(result, TalksResult):
        bargains.append(("agreement", result.bargains.bargains))
        if result.war is not None and not result.war.status.found:
            found.append(f"the war is not among the alternatives: {doubt(result.war)}")
    else:
        what = "no war was found" if result.kind == "nash" else "no optimum was found"
        found += [f"{what}: {one.status}; shown is where the search ended"
                  for one in result.found if not one.status.found]  # fmt: skip
    return found + [
        f"no {what} was found over {said(setting, name)}: {bargain.status}"
        for what, held in bargains
        for name, bargain in held.items()
        if bargain.status is Agreement.NOT_SOLVED
    ]


def alternative(result: TalksResult) -> str:
    """Say what the war that is an alternative charges, and how sure it is."""
    war = result.war
    if war is None:
        return ""
    if not war.status.found:
        return f"No war is among the alternatives: {doubt(war)}."
    table: Any = war.players
    means = [f"{player} {100 * row['mean_rate']:.1f}% (median {100 * row['median_rate']:.1f}%)"
             for player, row in table.iterrows() if np.isfinite(row["mean_rate"])]  # fmt: skip
    return (f"The war that is an alternative: mean rates of {' and '.join(means)}. "
            f"{capital(certificate(war, player_names(result.setting)))}")  # fmt: skip


def spread(one: NashResult) -> str:
    """Say whether other starts led elsewhere, and how many ended uncertified."""
    ended = len(one.searches)
    if ended < 2:
        return ""
    same = sum(search.status.found for search in one.searches)
    told = f"{same} of {ended} starts led to it."
    if len(one.equilibria) > 1:
        told = f"{len(one.equilibria)} different ends were found from {ended} starts."
    unsure: dict[str, list[str]] = {}
    for search in one.searches:
        # where nothing was certified, that was not asked for
        if search.status is not Status.CERTIFIED and one.certificate is not None:
            unsure.setdefault(str(search.status), []).append(search.start)
    if not unsure:
        return told
    count = sum(len(starts) for starts in unsure.values())
    why = "; ".join(f"{', '.join(starts)}: {status}" for status, starts in unsure.items())
    return f"{told} {count} ended uncertified ({why})."


def status(one: NashResult) -> str:
    """Say how the search ended, and where next to nothing is at stake that it tells little."""
    tiny = one.status.found and stakes(one) < ENOUGH
    return f"Status: {one.status}{f' ({_TINY})' if tiny else ''}. {spread(one)}".rstrip()


def sentences(result: WarResult) -> list[Sentence]:
    """Say of every search how sure its end is, and how it ended."""
    names = player_names(result.setting)
    told = [capital(text) for one in result.found
            for text in (certificate(one, names), status(one))]  # fmt: skip
    return [Sentence(text, terms=TERMS) for text in told]
