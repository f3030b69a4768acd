"""The ladder of a scenario: what is settled, put off or in force by date, if talks drag on.

States of the ladder are valued by the model: a solve for each pair of rungs, against what holds
now. What else the game needs is no observed figure: `TASTES` holds it, in political units.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from detente.disputes.cases import Case, shipped
from detente.disputes.forecasts import chances
from detente.disputes.scores import headline
from detente.errors import InputError, Problem
from detente.notebook import Shown
from detente.scenario.against import placed
from detente.talks.case import Case as Table
from detente.talks.case import make_valuer, no_deal_points, party_places, the_talks
from detente.talks.ladder import (
    MOST_DAYS,
    OUTCOMES,
    SENDER,
    TARGET,
    Escalation,
    Ladder,
    escalate,
    political,
)
from detente.talks.table import Floats
from detente.talks.tree import ONE_TYPE, Types, normal_types

if TYPE_CHECKING:
    from detente.baseline.calibration import Calibration
    from detente.scenario.schema import Scenario
    from detente.scenario.talks import TalksRung

YEAR = 365.25


class Tastes(NamedTuple):
    """What sides want beside income, in political units: ln(1 + change / 0.01% of income).

    Attributes
    ----------
    acting
        Of the sender, a year, from having a measure in force.
    settling, conceding
        What a settlement is worth to the sender, and what it costs the target, once.
    audience
        Cost to the sender of postponing or stepping down, once, beside the file's audience cost.
    waiting
        Cost of an open dispute to both, a year.
    answering
        What answering is worth to the target, once.
    unknown
        Standard deviation of what the other side does not know, of acting and of conceding.
    """

    acting: float
    settling: float
    conceding: float
    audience: float
    waiting: float
    answering: float
    unknown: float


TASTES = Tastes(0.4, 0.9, 4.1, 0.6, 0.9, -1.6, 0.5)
"""Set so that a plain ladder ends as often in each state as the record of disputes does."""


@dataclass(frozen=True, eq=False, repr=False)
class Dated(Shown):
    """Chances by date.

    Attributes
    ----------
    scenario, calibration
        What was asked, on which economy.
    sides
        Ids of the party that asks and of the other.
    rungs
        Of either side.
    days
        Of the calendar.
    income
        ``(a, b, side)``: real income of each state against what holds now, million USD a year.
    found
        The solved ladder.
    others
        The same with something changed: words → ladder.
    record
        ``(horizon, state)`` what the method with the best record says, the same dispute left out.
    """

    scenario: Scenario
    calibration: Calibration
    sides: tuple[str, str]
    rungs: tuple[tuple[TalksRung, ...], tuple[TalksRung, ...]]
    days: tuple[date, ...]
    income: Floats
    found: Escalation
    others: Mapping[str, Escalation]
    record: Floats

    def _brief(self) -> str:
        last = dict(zip(OUTCOMES, self.found.by_day[-1], strict=True))
        told = ", ".join(f"{name} {100 * chance:.0f}%" for name, chance in last.items())
        return f"of {self.scenario.title!r} by {self.days[-1]}: {told}"


def run_dated(
    scenario: str | Path | Scenario,
    *,
    baseline: str | Path | Calibration | None = None,
    elasticities: str | float | Path | None = None,
    horizon: str | None = None,
    folder: Path | None = None,
    on_step: Callable[[str, int, int], None] | None = None,
) -> Dated:
    """Work out the ladder of a scenario; parameters are those of `detente.talks.study.run_talks`.

    Raises
    ------
    InputError
        The scenario has no ladder, or one that cannot be used.
    SolveError
        A pair of rungs has no equilibrium, or the game did not settle.
    """
    from detente.scenario.load import check_against
    from detente.simulate import prepare

    say = on_step or (lambda *_: None)
    loaded, calibration, options, _ = prepare(scenario, baseline, elasticities, horizon)
    sides, rungs = sides_of(loaded)
    check_against(loaded, calibration)
    days = calendar(loaded)
    valuer = make_valuer(loaded, calibration, options, folder)
    table = Table(loaded, the_talks(loaded))
    base = table.no_deal_set(no_deal_points(the_talks(loaded))[0])
    sets = {
        (a, b): base.union(*(rung.measures for rung in (*rungs[0][:a], *rungs[1][:b])))
        for a in range(len(rungs[0]) + 1) for b in range(len(rungs[1]) + 1)
    }  # fmt: skip
    worth = valuer.value(sets.values(), lambda done, of: say("solving the economy", done, of))
    at = [table.parties.index(side) for side in sides]
    income = np.array([worth[one].income[at] for one in sets.values()])
    income = income.reshape(len(rungs[0]) + 1, len(rungs[1]) + 1, 2)
    income = income - income[0, 0]
    say("moves and beliefs", 0, 1)
    ladder = _ladder(loaded, calibration, sides, rungs, days, income)
    return Dated(
        loaded, calibration, sides, rungs, days, income, escalate(ladder, _unknown()),
        _others(ladder), of_record(loaded, calibration, sides, rungs),
    )  # fmt: skip


def sides_of(
    scenario: Scenario,
) -> tuple[tuple[str, str], tuple[tuple[TalksRung, ...], tuple[TalksRung, ...]]]:
    """Return the two sides of a ladder, who asks first, and the rungs of each.

    Raises
    ------
    InputError
        There is no ladder, or nobody whom it is against.
    """
    talks = the_talks(scenario)
    if not talks.ladder:
        message = "has no ladder; docs/talks.md says what stands there"
        raise InputError(placed(scenario, ("talks",), Problem(message)))
    sender = talks.ladder[0].party
    acting = [rung.party for rung in talks.ladder if rung.party != sender]
    others = acting or [p.party for p in talks.parties if p.party != sender]
    if len(set(others)) != 1:
        message = "more than two sit at the table: give the other side a rung"
        raise InputError(placed(scenario, ("talks", "ladder"), Problem(message)))
    target = others[0]
    own = (tuple(rung for rung in talks.ladder if rung.party == side) for side in (sender, target))
    return (sender, target), (next(own), next(own))


def calendar(scenario: Scenario) -> tuple[date, ...]:
    """Return the days on which a decision is due, the scenario's own first.

    Raises
    ------
    InputError
        There are too many.
    """
    talks = the_talks(scenario)
    named = {*(day.date for day in talks.calendar), *(rung.first for rung in talks.ladder)}
    days = sorted({scenario.date, *named})
    if len(days) > MOST_DAYS:
        most = f"{MOST_DAYS}, the scenario's own among them"
        problem = Problem("has too many days", value=len(days), allowed=most)
        raise InputError(placed(scenario, ("talks", "calendar"), problem))
    return tuple(days)


def _ladder(
    scenario: Scenario, calibration: Calibration, sides: tuple[str, str],
    rungs: tuple[tuple[TalksRung, ...], tuple[TalksRung, ...]], days: tuple[date, ...],
    income: Floats,
) -> Ladder:  # fmt: skip
    talks = the_talks(scenario)
    parties = {p.party: p for p in talks.parties}
    whole = _incomes(scenario, calibration, sides)
    flow = political(income, whole)
    flow[1:, :, SENDER] += TASTES.acting
    backing = political(np.array(parties[sides[SENDER]].audience_cost.central), whole[SENDER])
    years = [(day - days[0]).days / YEAR for day in days]
    first = tuple(tuple((rung.first - days[0]).days / YEAR for rung in own) for own in rungs)
    return Ladder(
        days=tuple(years),
        due=(True,) * len(days),
        rungs=(first[0], first[1]),
        flow=flow,
        offers=np.array([[TASTES.settling, -TASTES.conceding]]),
        resolve=(TASTES.unknown, TASTES.unknown),
        waiting=TASTES.waiting,
        audience=TASTES.audience + float(backing),
        answering=(TASTES.answering,) * len(rungs[SENDER]),
        impatience=tuple(parties[side].impatience.central for side in sides),  # pyright: ignore[reportArgumentType]
        breakdown=talks.breakdown_risk.central,
    )


def _unknown() -> tuple[Types, Types]:
    return normal_types(), normal_types()


def _incomes(scenario: Scenario, calibration: Calibration, sides: tuple[str, str]) -> Floats:
    """Return the whole income of both sides, million USD a year."""
    names = [p.party for p in the_talks(scenario).parties]
    places = party_places(scenario, calibration)
    return np.array([calibration.income[list(places[names.index(side)])].sum() for side in sides])


def _others(ladder: Ladder) -> dict[str, Escalation]:
    """Return what would change the chances: the ladder with one thing otherwise."""
    idle = ladder.flow.copy()
    idle[1:, :, SENDER] -= TASTES.acting
    # what both know is that acting is worth nothing by itself: what economics alone says
    known = replace(ladder, flow=idle, resolve=(0.0, 0.0))
    return {
        "having acted is worth nothing": escalate(replace(ladder, flow=idle), _unknown()),
        "the same, and each knows the other": escalate(known, (ONE_TYPE, ONE_TYPE)),
        "backing down costs three times as much":
            escalate(replace(ladder, audience=3 * ladder.audience), _unknown()),
        "no answer is possible":
            escalate(replace(ladder, rungs=(ladder.rungs[SENDER], ()), flow=ladder.flow[:, :1]),
                     _unknown()),
        "conceding costs half as much":
            escalate(replace(ladder, offers=ladder.offers * [1.0, 0.5]), _unknown()),
    }  # fmt: skip


def of_record(
    scenario: Scenario, calibration: Calibration, sides: tuple[str, str],
    rungs: tuple[tuple[TalksRung, ...], tuple[TalksRung, ...]],
) -> Floats:  # fmt: skip
    """Return what the record of disputes says of one like this from the scenario's date on.

    Disputes of the same two sides within a year of it are left out, with their episodes: they may
    be the same one.
    """
    names = [p.party for p in the_talks(scenario).parties]
    places = party_places(scenario, calibration)
    own = [list(places[names.index(side)]) for side in sides]
    codes = [{calibration.country_codes[k] for k in one} for one in own]
    flows = calibration.flows[calibration.goods].sum(axis=0)
    income = _incomes(scenario, calibration, sides)
    case = Case(
        id="", title=scenario.title, sender=sides[SENDER], target=sides[TARGET],
        start=scenario.date, deadline=rungs[SENDER][0].first, instrument="tariff", route="",
        rate=0.0, value=0.0,
        sender_imports=float(flows[np.ix_(own[SENDER], own[TARGET])].sum()) / 1e3,
        sender_exports=float(flows[np.ix_(own[TARGET], own[SENDER])].sum()) / 1e3,
        sender_gdp=float(income[SENDER]) / 1e3, target_gdp=float(income[TARGET]) / 1e3,
        events=(), episode="", words={},
    )  # fmt: skip
    same = {one.episode for one in shipped() if _same(one, codes, scenario.date)}
    record = [one for one in shipped() if one.episode not in same]
    return chances([case], record)[headline()][0]


def _same(one: Case, codes: list[set[str]], day: date) -> bool:
    near = abs((one.start - day).days) <= YEAR
    return near and any({one.sender} <= a and {one.target} <= b
                        for a, b in (codes, codes[::-1]))  # fmt: skip
