"""What each side does by itself, once talks have failed and inside packages: in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.disputes.moves import SENDER, TARGET
from detente.document.blocks import EVERYWHERE, Column, Mark, Sentence, Table
from detente.document.language import listed, noun
from detente.report.talks.cells import NO, SIDE, YES, Cells, made
from detente.report.talks.phrases import brings, counted, money
from detente.scenario.talks_consistency import FAILED

if TYPE_CHECKING:
    from detente.report.talks.facts import TalksFacts
    from detente.talks.answers import Failing, Step
    from detente.talks.threats import Credibility


def failing(found: TalksFacts) -> list[Sentence]:
    """Say what both sides would do once talks have failed, and whether the file says the same."""
    game = found.once_failed
    if game is None:
        return []
    told = [Sentence(_what_comes(found, game), ("failing",))]
    return [*told, Sentence(_stated(found, game), ("failing", "no-deal"))]


def _sides(found: TalksFacts, game: Failing) -> tuple[str, str]:
    who, whom = (noun(found.names.name(side)) for side in game.sides.ids)
    return who, whom


def _what_comes(found: TalksFacts, game: Failing) -> str:
    (a, b), (who, whom) = game.step, _sides(found, game)
    if not a:
        back = f" {money(found.names, game.audience)} at home" if game.audience else " nothing"
        least = min((game.carried_out(k) for k in range(1, len(game.replies))),
                    key=lambda one: one.own_cost)  # fmt: skip
        own = money(found.names, least.own_cost)
        return (
            f"If talks fail, {who} does not carry out what it threatens: that would cost it at "
            f"least {own}, and backing down is taken to cost it{back}."
        )
    said = f"If talks fail, {who} carries out {_named(game, SENDER, a)}"
    did = game.carried_out(a)
    if game.sides.rungs[TARGET]:
        does = f"answers with {_named(game, TARGET, b)}" if b else "does not answer"
        said += f", and {whom} {does}"
    change = [-did.own_cost, -did.target_cost]
    return f"{said}. That {_brings(found, game, change)}, against backing down{_why(found, game)}."


def _why(found: TalksFacts, game: Failing) -> str:
    """Say what a side that bears a cost to act would bear by not acting."""
    own = game.carried_out(game.step[0]).own_cost
    if own <= 0 or not game.audience:
        return ""
    who, _ = _sides(found, game)
    return f"; that in turn would cost {who} {money(found.names, game.audience)} at home"


def _brings(found: TalksFacts, game: Failing, change: list[float]) -> str:
    """Say what the two sides gain and lose, in the order of the table."""
    values = np.zeros(len(found.parties))
    for side, value in zip(game.sides.ids, change, strict=True):
        values[found.parties.index(side)] = value
    return brings(found.names, values)


def _named(game: Failing, side: int, count: int) -> str:
    return listed([rung.title for rung in game.sides.rungs[side][:count]])


def _stated(found: TalksFacts, game: Failing) -> str:
    """Say whether the breakdown of the file is what comes; without one this is what is used."""
    stated = game.stated(found.study.case)
    if stated is None:
        return "The file names no breakdown: this is what talks that break down come to here."
    point, step = stated
    title = f"“{point.title}”, the breakdown of the file,"
    if step == game.step:
        return f"That is what {title} has in force."
    here, comes = found.every[point.id].values, found.every[FAILED].values
    change = [a - b for a, b in zip(here, comes, strict=True)]
    said = f"{title} has other measures in force than any of these steps"
    if step is not None:
        said = f"{title} is not what they would then do: {_against(found, game, step)}"
    return f"{said}. It {brings(found.names, change)}, against that; it is used all the same."


def _against(found: TalksFacts, game: Failing, step: Step) -> str:
    """Say which side would do something else."""
    (a, b), (who, whom), parts = step, _sides(found, game), list[str]()
    if a != game.step[0]:
        parts.append(f"{who} would do better by {_otherwise(game)}")
    if b != game.replies[a]:
        less = "would answer with less" if game.replies[a] else "would not answer"
        parts.append(f"{whom} {'would answer it' if b < game.replies[a] else less}")
    return listed(parts)


def _otherwise(game: Failing) -> str:
    a = game.step[0]
    return f"carrying out {_named(game, SENDER, a)}" if a else "backing down"


def steps(found: TalksFacts) -> Table:
    """Return what each step and each answer to it costs both sides, and whether it would come."""
    names, game, rows = found.names, found.once_failed, list[Cells]()
    for a in range(1, len(game.replies) if game else 0):
        assert game is not None
        rows.append(_row(found, game, SENDER, _named(game, SENDER, a), game.carried_out(a), a))
        if game.sides.rungs[TARGET]:
            b, did = game.answered(a)
            what = f"answers that with {_named(game, TARGET, b)}"
            rows.append(_row(found, game, TARGET, what, did, a))
    columns = (
        SIDE,
        Column("what", "does this?", "measures of its rungs"),
        Column("own", "to it", "change from backing down, the answer counted; of an answer, from "
               "bearing what is answered", names.unit),
        Column("other", "to the other", "likewise", names.unit),
        Column("does", "would it?", "whether this beats backing down, or bearing it"),
    )  # fmt: skip
    title = "Once talks have failed: what each step brings, and whether it would come"
    return made("failing", title, columns, rows, on=EVERYWHERE)


def _row(
    found: TalksFacts, game: Failing, side: int, what: str, did: Credibility, a: int
) -> Cells:  # fmt: skip
    """Return one step, or one answer, in cells."""
    at, b = game.step
    comes = a == at and (side == SENDER or b > 0)
    verdict = Mark("yes, it comes", "good") if comes else YES if did.credible else NO
    name = found.names.name(game.sides.ids[side])
    return name, what, -did.own_cost, -did.target_cost, verdict


def answered(found: TalksFacts) -> list[Sentence]:
    """Say what answers packages that leave measures in force, and in how many."""
    replies, given = found.study.case.replies, found.names.answers.said
    if replies is None or not given:
        return []
    each = found.size // found.study.case.trade_parts()
    many, some = len(given) * each, sum(bool(one) for one in given.values()) * each
    who, whom = (noun(found.names.name(side)) for side in (replies.by, replies.to))
    left = f"In {counted(many, 'package', 'packages')} measures that {whom} threatens stay in force"
    with_ = listed(list(replies.titles))
    if not some:
        said = f"{left}, and {who} answers none of them: {with_} would not serve it"
    else:
        how = f"in {some:,} with {with_}, in the others with nothing"
        how = how if some < many else f"with {with_}"
        said = f"{left}, and {who} answers as serves it best: {how}. What they are worth counts it"
    return [Sentence(f"{said}.")]
