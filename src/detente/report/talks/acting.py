"""What threats are worth inside the deal, and where weights of sectors are from: in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from detente.document.blocks import Sentence
from detente.document.language import noun
from detente.report.talks.phrases import money, share
from detente.talks.case import central

if TYPE_CHECKING:
    from detente.report.talks.facts import TalksFacts
    from detente.talks.weights import Read


def inside(found: TalksFacts) -> Iterator[Sentence]:
    """Say what backing down costs each side in the predicted deal, and what having acted brings."""
    if found.predicted is None:
        return
    case, names, choices = found.study.case, found.names, found.predicted.choices
    acting, one = case.acting, case.package_set(choices)
    costs, standing = acting.costs(central), acting.standing(one, central)
    for place, far in enumerate(acting.backing(one, choices)):
        party = names.parties[place]
        cost, who = float(costs[place] * far), noun(party.name)
        if cost > 0:
            met = acting.met(party.id, choices)
            demands = f"{share(met)} of its demands are" if met else "none of its demands is"
            yield Sentence(
                f"Backing down costs {who} {money(names, cost)} in it: nothing that it threatened "
                f"is in force, and {demands} met."
            )
        if standing[place] > 0:
            brings = money(names, float(standing[place]))
            yield Sentence(f"Having acted is worth {brings} to {who} in it.")


def weights(found: TalksFacts) -> Iterator[Sentence]:
    """Say where weights of sectors are from, and how well they explain the tariffs."""
    return (Sentence(_read(found, one)) for one in found.study.weights)


def _read(found: TalksFacts, one: Read) -> str:
    who, politics = noun(found.names.name(one.party)), one.politics
    if politics is None:
        return f"Weights of sectors of {who} are those of {one.source}."
    source = one.source if one.source in ("applied", "announced") else f"of {one.source}"
    without, off = (100 * value for value in politics.expected_off)
    many, of = int(politics.identified.sum()), len(politics.sectors)
    return (
        f"Weights of sectors of {who} are read off its tariffs {source}, which tell {many} of "
        f"{of}: to first order these are {off:.1f} points from its best, {without:.1f} with all "
        "sectors alike."
    )
