"""What would change the chances: the ladder with one thing otherwise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from detente.disputes.ladder import (
    MOST_DAYS,
    SENDER,
    Escalation,
    Ladder,
    Standing,
    escalate,
    political,
)
from detente.disputes.tree import ONE_TYPE, Types
from detente.talks.ladders import YEAR, Maker
from detente.talks.offers import Offer, offers_at
from detente.talks.table import Floats

LATER = 90
"""Days by which the first rung is put off, to see what that changes."""
MORE = 2e-4
"""Of its income a year, by which having acted is worth more, to see what that changes."""
KNOWN = "having acted is worth nothing, and each knows the other"
FREE = "having acted and conceding count for nothing, and each knows the other"
BARE = "only incomes count, each knows the other, and nobody errs"


def others_of(
    make: Maker, ladder: Ladder, offers: tuple[Offer, ...], types: tuple[Types, Types],
    after: tuple[Standing, ...], now: Floats,
) -> dict[str, Escalation]:  # fmt: skip
    """Return what would change the chances: the ladder with one thing otherwise."""
    prouder, more = ladder.flow.copy(), np.array([political(np.array(MORE), 1.0), 0.0])
    prouder[1:, :, SENDER] += more[SENDER]
    kept = make.agreed(offers, make.stated + more)
    ways = {
        f"having acted is worth {MORE:.2%} of income more": replace(
            ladder, flow=prouder, agreed=kept
        ),
        "backing down costs three times as much": replace(
            ladder, audience=3 * ladder.audience, offers=ladder.offers - 2 * make.backing(offers)
        ),
        "conceding costs half as much": replace(
            ladder, offers=ladder.offers + np.array([0.0, make.conceding / 2])
        ),
        **rungs_otherwise(ladder),
        **_packages_otherwise(make, offers, now),
    }
    found = {}
    for what, one in ways.items():
        first = (Standing(0, 0, postponed=False),) * (len(one.days) - len(ladder.days))
        solved = escalate(one, types, after=(*first, *after) if after else ())
        if solved.seen > 0:  # what has happened can have needed what is then not there
            found[what] = solved
    # step by step: what sides want besides, what they do not know, and that they err
    known = replace(
        ladder, flow=ladder.flow - make.standing, agreed=make.agreed(offers, np.zeros(2)),
        resolve=(0.0, 0.0),
    )  # fmt: skip
    free = replace(known, offers=ladder.offers * [1.0, 0.0])
    bare = replace(
        free, offers=0 * ladder.offers, audience=0.0, waiting=0.0,
        answering=(0.0,) * len(ladder.answering),
    )  # fmt: skip
    alone = (ONE_TYPE, ONE_TYPE)
    steps = {KNOWN: escalate(known, alone), FREE: escalate(free, alone),
             BARE: escalate(bare, alone, np.inf)}  # fmt: skip
    return {**steps, **found}


def rungs_otherwise(ladder: Ladder) -> dict[str, Ladder]:
    """Return the ladder with no answer, without its highest rung, and with later days.

    The scenario's own day stays where it is; where that makes too many days they are not put off.
    """
    own, other = ladder.rungs
    found = {}
    if other:
        found["no answer is possible"] = replace(ladder, rungs=(own, ()), flow=ladder.flow[:, :1])
    if len(own) > 1:
        found["the highest rung is not there"] = replace(
            ladder, rungs=(own[:-1], other), flow=ladder.flow[:-1],
            answering=ladder.answering[:-1],
        )  # fmt: skip
    late, start = LATER / YEAR, min(own)
    days = {0.0, *(day if day < start else day + late for day in ladder.days)}
    moved = (tuple(day + late for day in own), tuple(day + late for day in other))
    if len(days) <= MOST_DAYS:
        found[f"rungs come {LATER} days later"] = replace(
            ladder, days=tuple(sorted(days)), rungs=moved, due=(True,) * len(days)
        )
    return found


def _packages_otherwise(make: Maker, offers: tuple[Offer, ...], now: Floats) -> dict[str, Ladder]:
    """Return the ladder with other packages: without votes at home, without a red line."""
    study, sides = make.study, make.sides
    free = {
        "nobody at home has a vote": study.outlook.unratified.values(),
        **{f"{line.party} drops its red line": [line.without]
           for line in study.questions.red_lines if line.without},
    }  # fmt: skip
    found, known = {}, {offer.package for offer in offers}
    for what, agreements in free.items():
        new = {one.package for one in agreements if one} - known
        new -= {study.packages.number(study.case.unsettled)}
        more = offers_at(study, sides, {number: [] for number in sorted(new)}, now)
        if more:
            found[what] = make.ladder((*offers, *more))
    return found
