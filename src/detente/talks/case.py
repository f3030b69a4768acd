"""From the section `talks` of a scenario to a table with values."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from detente.errors import InputError, Problem
from detente.scenario.against import of_key, placed
from detente.scenario.talks_consistency import FAILED
from detente.scenario.variants import measure_ids
from detente.talks.acting import Acting
from detente.talks.replies import ANSWERED, Replies
from detente.talks.table import Choice, Floats, Interaction, Issue, NoDeal, RedLine, Table, Trade
from detente.talks.valuation import WAR, MeasureSet, Valuer
from detente.talks.worth import Aim, Worth

if TYPE_CHECKING:
    from pathlib import Path

    from detente.baseline.calibration import Calibration
    from detente.scenario.schema import Scenario
    from detente.scenario.talks import RangeEntry, Talks, TalksIssue, TalksNoDeal, TalksOption
    from detente.solver.options import Options
    from detente.talks.seats import Seats

Draw = Callable[[str, "RangeEntry"], float]
"""Takes the key of a figure and the figure with its range, and returns the value to use."""


def central(_key: str, figure: RangeEntry) -> float:
    """Use every figure as it is."""
    return figure.central


@dataclass(frozen=True, eq=False)
class Case:
    """The talks of a scenario on an economy, trade parts not yet valued.

    Attributes
    ----------
    scenario, talks
        The scenario, and its section.
    sector_weights
        ``(party, sector)``: extra political weights; none where no party has any.
    relief
        Value of options that end a firm's ban, by issue and option, a year, by party.
    imposed_by
        Measure → the party whose economies alone impose it; nothing where there is none.
    seats
        By vote at home: where its members come from; nothing where it is not by place.
    replies
        What a side answers where a package leaves measures of the other in force; nothing where
        neither can, or packages name the answer.
    threatened
        Party → measures of its rungs, see `detente.talks.acting.Acting`.
    """

    scenario: Scenario
    talks: Talks
    sector_weights: Floats | None = None
    relief: Mapping[Choice, Mapping[str, RangeEntry]] = field(default_factory=dict)
    imposed_by: Mapping[str, str | None] = field(default_factory=dict)
    seats: tuple[Seats | None, ...] = ()
    replies: Replies | None = None
    threatened: Mapping[str, MeasureSet] = field(default_factory=dict)

    @property
    def acting(self) -> Acting:
        """What having acted on threats, and backing down from them, is worth."""
        return Acting(self.talks, self.threatened)

    @property
    def parties(self) -> tuple[str, ...]:
        """Ids of the parties."""
        return tuple(p.party for p in self.talks.parties)

    @property
    def trade_issues(self) -> tuple[TalksIssue, ...]:
        """Issues with an option that names measures."""
        return tuple(i for i in self.talks.issues if any(o.measures for o in i.options))

    @property
    def unsettled(self) -> dict[str, str]:
        """Option of each issue that holds where it is not settled."""
        return {i.id: i.unsettled or i.options[0].id for i in self.talks.issues}

    def trade_parts(self) -> int:
        """Return how many joint choices of trade options there are."""
        return math.prod(len(issue.options) for issue in self.trade_issues)

    def trade_sets(self) -> dict[tuple[int, ...], MeasureSet]:
        """Return the measures in force under each joint choice of trade options.

        What the other side answers with is `ANSWERED`, which hangs on the economy.
        """
        issues = self.trade_issues
        always = frozenset(self.talks.always)
        parts = product(*(range(len(issue.options)) for issue in issues))
        return {
            part: self._answered(
                always.union(
                    *(issue.options[k].measures for issue, k in zip(issues, part, strict=True))
                )
            )
            for part in parts
        }

    def _answered(self, named: MeasureSet) -> MeasureSet:
        return named | {ANSWERED} if self.replies and named & self.replies.measures else named

    def package_set(self, choices: Mapping[str, str]) -> MeasureSet:
        """Return the measures in force under a package."""
        part = (next(k for k, o in enumerate(issue.options) if o.id == choices[issue.id])
                for issue in self.trade_issues)  # fmt: skip
        return self.trade_sets()[tuple(part)]

    def measure_sets(self) -> list[MeasureSet]:
        """Return every distinct set of measures that has to be valued."""
        points = (self.no_deal_set(point) for point in no_deal_points(self.talks))
        return list(dict.fromkeys([*self.trade_sets().values(), *points]))

    def open_sets(self, feasible: NDArray[np.bool_]) -> list[MeasureSet]:
        """Return the same without the sets of packages that cross a red line, all of them.

        Parameters
        ----------
        feasible
            ``(package,)``, see `detente.talks.packages.Packages`.
        """
        shape = tuple(len(issue.options) for issue in self.talks.issues)
        other = tuple(k for k, i in enumerate(self.talks.issues) if i not in self.trade_issues)
        open_ = np.asarray(feasible.reshape(shape).any(axis=other))
        parts = [one for part, one in self.trade_sets().items() if open_[part]]
        points = (self.no_deal_set(point) for point in no_deal_points(self.talks))
        return list(dict.fromkeys([*parts, *points]))

    def no_deal_choices(self, point: TalksNoDeal) -> dict[str, str]:
        """Return the option of each issue that holds at a no-deal point."""
        return {**self.unsettled, **point.choices}

    def no_deal_set(self, point: TalksNoDeal) -> MeasureSet:
        """Return the measures in force at a no-deal point; at `FAILED` the economy decides."""
        if point.id == FAILED:
            return frozenset({FAILED})
        chosen = point.choices if point.variant else self.no_deal_choices(point)
        found = set(self.talks.always) | set(point.measures)
        if point.variant:
            found |= measure_ids(self.scenario, point.variant)
        if point.war:
            found.add(WAR)
        for issue in self.talks.issues:
            if issue.id in chosen:
                found |= set(option_of(issue, chosen[issue.id]).measures)
        return frozenset(found)

    def table(self, worth: Mapping[MeasureSet, Worth], draw: Draw = central) -> Table:
        """Return the table with values.

        Parameters
        ----------
        worth
            Set of measures → what it is worth, from `detente.talks.valuation.Valuer`.
        draw
            Chooses a value for each figure with a range.

        Raises
        ------
        InputError
            See `detente.talks.table.Table`.
        """
        talks, parties = self.talks, self.parties
        issues = tuple(Issue(i.id, tuple(o.id for o in i.options)) for i in talks.issues)
        values = {
            issue.id: np.array([self._besides(issue.id, o, draw) for o in issue.options]).T
            for issue in talks.issues
        }
        trade = self.trade_issues
        shape = tuple(len(issue.options) for issue in trade)
        every, acting = self.trade_sets(), self.acting
        sets = every.values()
        joint = np.array([self.worth(worth[s], draw) + acting.signed(s, draw) for s in sets])
        local = [self._seen(worth[s]) for s in sets]
        part = Trade(tuple(i.id for i in trade), joint.T.reshape(len(parties), *shape))
        return Table(
            parties,
            issues,
            values,
            part,
            tuple(
                Interaction(
                    tuple(i.choices.items()),
                    _drawn(i.values, parties, f"interaction {n}", draw),
                )
                for n, i in enumerate(talks.interactions, 1)
            )
            + acting.met_by(trade, every, draw),
            tuple(RedLine(r.party, tuple(r.choices.items())) for r in talks.red_lines),
            tuple(
                np.stack(by_set, axis=-1).reshape(-1, *shape) for by_set in zip(*local, strict=True)
            ),
        )

    def no_deals(
        self, worth: Mapping[MeasureSet, Worth], draw: Draw = central
    ) -> dict[str, NoDeal]:
        """Return the no-deal points with their payoffs, in the order of the file.

        A point is worth what its measures change, the values of the options that hold at it and its
        own; one that names nothing but values is worth these.
        """
        found, points = {}, no_deal_points(self.talks)
        titles = [point.title for point in points]
        for point in points:
            title = point.title
            if titles.count(title) > 1:
                title = f"{title} ({point.id})"
            if is_reservation(point):
                own = self.beside(point, draw)
                found[point.id] = NoDeal(point.id, own, point.kind, title, self._unseen())
                continue
            held = worth[self.no_deal_set(point)]
            value = self.worth(held, draw) + self.acted(point, draw) + self.beside(point, draw)
            found[point.id] = NoDeal(point.id, value, point.kind, title, self._seen(held))
        return found

    def beside(self, point: TalksNoDeal, draw: Draw = central) -> Floats:
        """Return what a no-deal point is worth beside what its measures change, ``(party,)``.

        These are its own values, and those of the options and interactions that hold at it.
        """
        value = _drawn(point.values, self.parties, f"no deal {point.id}", draw)
        if is_reservation(point):
            return value
        chosen = self.no_deal_choices(point)
        for issue in self.talks.issues:
            value = value + self._besides(issue.id, option_of(issue, chosen[issue.id]), draw)
        for n, item in enumerate(self.talks.interactions, 1):
            if all(chosen[issue] == option for issue, option in item.choices.items()):
                value = value + _drawn(item.values, self.parties, f"interaction {n}", draw)
        return value

    def acted(self, point: TalksNoDeal, draw: Draw = central) -> Floats:
        """Return what threats carried out or not are worth at a no-deal point, ``(party,)``."""
        if is_reservation(point) or point.id == FAILED:  # there it is part of what comes
            return np.zeros(len(self.parties))
        one, acting = self.no_deal_set(point), self.acting
        backing = acting.backing_at(point, one, self.no_deal_choices(point))
        return acting.standing(one, draw) - acting.costs(draw) * backing

    def _unseen(self) -> tuple[Floats, ...]:
        """Return the same of no measures at all."""
        return tuple(np.zeros(0 if s is None else len(s.apart)) for s in self.seats)

    def _seen(self, of: Worth) -> tuple[Floats, ...]:
        """Return what members of each place see in measures, by vote; empty where not by place."""
        rows = zip(self.seats, self.talks.ratification, strict=False)
        return tuple(
            np.zeros(0)
            if seats is None
            else seats.beyond(of.sectors[self.parties.index(entry.party)])
            for seats, entry in rows
        )

    def _besides(self, issue: str, option: TalksOption, draw: Draw) -> Floats:
        """Return an option's values that are not its measures', ``(party,)``."""
        key = f"{issue}={option.id}"
        value = _drawn(option.values, self.parties, key, draw)
        relief = self.relief.get((issue, option.id))
        if relief:
            value = value + _drawn(relief, self.parties, f"relief of {key}", draw)
        return value

    def worth(self, of: Worth, draw: Draw = central) -> Floats:
        """Return what measures are worth to each party by its own objective, ``(party,)``."""
        value = of.income.copy()
        if self.sector_weights is not None:
            value += (self.sector_weights * of.sectors).sum(axis=1)
        for place, party in enumerate(self.talks.parties):
            aim = party.objective and party.objective.deficit
            if aim:
                other = self.parties.index(aim.partner)
                key = f"smaller deficit of {party.party}"
                value[place] += draw(key, aim.value) * of.balance[place, other]
            extra = party.objective and party.objective.revenue
            if extra:
                value[place] += draw(f"revenue of {party.party}", extra) * of.revenue[place]
        return value


def the_talks(scenario: Scenario) -> Talks:
    """Return the section of a scenario.

    Raises
    ------
    InputError
        It has none.
    """
    if scenario.talks is None:
        problem = Problem("the scenario has no talks; docs/talks.md says what stands there")
        raise InputError(placed(scenario, ("talks",), problem))
    return scenario.talks


def package_count(talks: Talks) -> int:
    """Return how many packages a table has."""
    return math.prod(len(issue.options) for issue in talks.issues)


def make_valuer(
    scenario: Scenario,
    calibration: Calibration,
    options: Options,
    folder: Path | None = None,
) -> Valuer:
    """Return what values the measures of a scenario on an economy, by its parties' objectives.

    Raises
    ------
    InputError
        A party's economy is not in the baseline, or belongs to two parties; a sector of an
        objective is not.
    """
    measures = {entry.id: entry for entry in scenario.measures}
    places = party_places(scenario, calibration)
    aims = aims_of(scenario, calibration, places)
    return Valuer(calibration, measures, places, options.structure, options.deficits, folder, aims)


def aims_of(
    scenario: Scenario, calibration: Calibration, places: tuple[tuple[int, ...], ...]
) -> tuple[Aim | None, ...]:
    """Return what each party wants besides its real income; nothing where nothing has weight.

    A deficit and revenue count by their central figures: what a war is played for is not drawn.
    """
    goods = tuple(int(k) for k in np.flatnonzero(calibration.goods))
    weights, found = sector_weights(scenario, calibration), []
    parties = the_talks(scenario).parties
    names = [p.party for p in parties]
    for k, (own, party) in enumerate(zip(places, parties, strict=True)):
        extra = (0.0,) * len(calibration.sectors) if weights is None else tuple(weights[k].tolist())
        deficit = party.objective and party.objective.deficit
        value = deficit.value.central if deficit else 0.0
        partner = places[names.index(deficit.partner)] if deficit else ()
        more = party.objective and party.objective.revenue
        revenue = more.central if more else 0.0
        aim = Aim(own, extra, partner, value, goods, revenue)
        found.append(aim if value or revenue or any(extra) else None)
    return tuple(found)


def party_places(scenario: Scenario, calibration: Calibration) -> tuple[tuple[int, ...], ...]:
    """Return the positions of each party's economies.

    Raises
    ------
    InputError
        A party's economy is not in the baseline, or belongs to two parties.
    """
    from detente.baseline.groups import resolve_countries

    numbers = {p.id: k for k, p in enumerate(scenario.parties)}
    named = [p.party for p in the_talks(scenario).parties]
    economies = {p.id: p.country for p in scenario.parties}
    with of_key(scenario, "parties", used=True):
        places = tuple(tuple(int(k) for k in resolve_countries(calibration, economies[name]))
                       for name in named)  # fmt: skip
    for k, name in enumerate(named):
        twice = [other for j, other in enumerate(named[:k]) if set(places[j]) & set(places[k])]
        if twice:
            problem = Problem(f"has economies of {twice[0]} too", value=economies[name],
                              allowed="one party for each economy")  # fmt: skip
            raise InputError(placed(scenario, ("parties", numbers[name], "country"), problem))
    return places


def sector_weights(scenario: Scenario, calibration: Calibration) -> Floats | None:
    """Return extra political weights, ``(party, sector)``; none where no party has any.

    Raises
    ------
    InputError
        A sector that the baseline lacks.
    """
    from detente.baseline.groups import resolve_sectors

    talks, problems = the_talks(scenario), []
    if not any(p.objective and p.objective.sectors for p in talks.parties):
        return None
    found = np.zeros((len(talks.parties), len(calibration.sectors)))
    for k, party in enumerate(talks.parties):
        given = party.objective.sectors if party.objective else {}
        for name, weight in given.items():
            path = ("talks", "parties", k, "objective", "sectors", name)
            try:
                found[k, list(resolve_sectors(calibration, name))] = weight
            except InputError as error:
                problems += [placed(scenario, path, problem) for problem in error.problems]
    if problems:
        raise InputError(problems)
    return found


def no_deal_points(talks: Talks) -> tuple[TalksNoDeal, ...]:
    """Return the no-deal points: every issue unsettled where none is given."""
    return talks.no_deal or (nothing_settled(),)


def nothing_settled() -> TalksNoDeal:
    """Return the no-deal point at which every issue is unsettled."""
    from detente.scenario.talks import TalksNoDeal

    return TalksNoDeal(id="no-deal", title="Nothing is settled", kind="impasse")


def while_talking(talks: Talks) -> TalksNoDeal:
    """Return what holds while talks go on: the first impasse, or else every issue unsettled."""
    impasses = (point for point in talks.no_deal if point.kind == "impasse")
    return next(impasses, nothing_settled())


def is_reservation(point: TalksNoDeal) -> bool:
    """Whether the values of a no-deal point are all that it is worth: nothing else is named."""
    named = point.choices or point.variant or point.measures or point.war
    return bool(point.values) and not named


def option_of(issue: TalksIssue, name: str) -> TalksOption:
    """Return an option of an issue by its id."""
    return next(option for option in issue.options if option.id == name)


def _drawn(
    values: Mapping[str, RangeEntry], parties: tuple[str, ...], key: str, draw: Draw
) -> Floats:
    return np.array([draw(f"{key} to {p}", values[p]) if p in values else 0.0 for p in parties])
