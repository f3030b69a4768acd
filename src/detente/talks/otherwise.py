"""What would change the chances: the ladder with one thing otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from detente.disputes.ladder import Escalation, escalate
from detente.disputes.moves import MOST_DAYS, SENDER, TARGET, Ladder, Standing, grow
from detente.disputes.tree import ONE_TYPE, Types, respond
from detente.talks.ladders import YEAR, Maker
from detente.talks.offers import Offer, offers_at
from detente.talks.side_questions import LineCost
from detente.talks.table import Floats

LATER = 90
"""Days by which the first rung is put off, to see what that changes."""
MORE = 2e-4
"""Of its income a year, by which having acted is worth more, to see what that changes."""
KNOWN = "having acted and backing down count for nothing, and each knows all"
FREE = "having acted, backing down and conceding count for nothing, and each knows all"
BARE = "only incomes count, each knows all, and nobody errs"
PUT_OFF = f"rungs come {LATER} days later"
ALONE = (ONE_TYPE, ONE_TYPE)


@dataclass(frozen=True, eq=False)
class Known:
    """A ladder whose chances are means over what both sides know and we do not.

    Attributes
    ----------
    ladder
        The ladder.
    by_day
        ``(day, outcome)``.
    """

    ladder: Ladder
    by_day: Floats


def others_of(
    make: Maker, ladder: Ladder, offers: tuple[Offer, ...], types: tuple[Types, Types],
    after: tuple[Standing, ...], now: Floats,
) -> dict[str, Escalation | Known]:  # fmt: skip
    """Return what would change the chances: the ladder with one thing otherwise.

    All are looked at from where the dispute was seen to stand; what then never comes to it is out.
    """
    prouder, more = ladder.flow.copy(), np.array([make.prouder(MORE), 0.0])
    prouder[1:, :, SENDER] += more[SENDER]
    kept = make.agreed(offers, make.stated + more)
    ways = {
        f"having acted is worth {MORE:.2%} of income more": replace(
            ladder, flow=prouder, agreed=kept
        ),
        "backing down costs three times as much": replace(
            ladder,
            audience=make.audience(3),
            offers=ladder.offers + make.backing(offers) - make.backing(offers, 3),
        ),
        "conceding costs half as much": replace(
            ladder, offers=ladder.offers - make.settling(offers) + make.settling(offers, 0.5)
        ),
        **rungs_otherwise(ladder, ladder.days[len(after) - 1] if after else -np.inf),
        **_packages_otherwise(make, offers, now),
    }
    # step by step: what sides want besides, what they do not know, and that they err
    known = replace(
        ladder, flow=ladder.flow - make.standing, agreed=make.agreed(offers, np.zeros(2)),
        offers=ladder.offers + make.backing(offers), audience=0.0,
        resolve=(0.0, ladder.resolve[TARGET]),
    )  # fmt: skip
    free = replace(known, offers=ladder.offers * [1.0, 0.0], resolve=(0.0, 0.0))
    bare = replace(
        free, offers=0 * ladder.offers, waiting=0.0,
        answering=(0.0,) * len(ladder.answering),
    )  # fmt: skip
    solved = {
        FREE: escalate(free, ALONE, after=after),
        BARE: escalate(bare, ALONE, np.inf, after),
        **{what: escalate(one, types, after=after) for what, one in ways.items()},
    }
    # what has happened can have needed what is then not there
    seen = {what: one for what, one in solved.items() if one.seen > 0}
    return {KNOWN: known_to_both(known, types[TARGET], after), **seen}


def known_to_both(ladder: Ladder, asked: Types, after: tuple[Standing, ...]) -> Known:
    """Solve a ladder where both know what conceding costs who is asked, and we do not.

    Means over the types of who is asked, by how likely each is given what has happened. Where
    nothing is believed, histories that lead to one state are one.
    """
    chances, total = 0.0, 0.0
    counts = np.ones(len(ladder.offers)) if ladder.conceded is None else ladder.conceded
    for value, prior in zip(asked.value, asked.prior, strict=True):
        cost = np.outer(counts, [0.0, ladder.resolve[TARGET] * value])
        one = replace(ladder, offers=ladder.offers - cost, resolve=(0.0, 0.0))
        tree, states = grow(one, most=0)
        solved = Escalation(one, tree, states, respond(tree, ALONE), ALONE, after)
        share = prior * float(solved.seen)
        if share > 0:
            chances, total = chances + share * solved.by_day, total + share
    return Known(ladder, np.asarray(chances / total))


def rungs_otherwise(ladder: Ladder, past: float = -np.inf) -> dict[str, Ladder]:
    """Return the ladder with no answer, without its highest rung, and with later days.

    The scenario's own day stays where it is; where that makes too many days they are not put off.

    Parameters
    ----------
    past
        Years from the start to the last move that has happened: what came by then is not put off.
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
    late, start = LATER / YEAR, min((day for day in own if day > past), default=np.inf)
    moved = tuple(tuple(day if day <= past else day + late for day in one) for one in (own, other))
    days = {0.0, *(day if day < start else day + late for day in ladder.days)}
    days |= {day for one in moved for day in one if day > past}
    if start < np.inf and len(days) <= MOST_DAYS:
        found[PUT_OFF] = replace(
            ladder, days=tuple(sorted(days)), rungs=(moved[0], moved[1]), due=(True,) * len(days)
        )
    return found


def _packages_otherwise(make: Maker, offers: tuple[Offer, ...], now: Floats) -> dict[str, Ladder]:
    """Return the ladder with other packages: without votes at home, without a red line."""
    study, sides = make.study, make.sides
    free = {
        "nobody at home has a vote": study.outlook.unratified.values(),
        **{_dropped(line, study.questions.red_lines): [line.without]
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


def _dropped(line: LineCost, lines: Sequence[LineCost]) -> str:
    """Name a red line that is dropped: by who drew it, and by what it is where it drew several."""
    own = sum(other.party == line.party for other in lines)
    held = ", ".join(f"{issue}: {option}" for issue, option in line.choices)
    return f"{line.party} drops its red line" + (f" on {held}" if own > 1 else "")
