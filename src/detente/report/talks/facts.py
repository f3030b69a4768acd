"""What talks come to: a study read once, with the names that are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from detente.document.numbers import money_unit
from detente.report import facts
from detente.report.facts import Money
from detente.report.talks import figures
from detente.report.talks.answers import answers_of
from detente.report.talks.names import Amounts, Band, Choices, Issue, Naming, Party
from detente.talks.afterwards import Score, score
from detente.talks.answers import Failing, failing_of
from detente.talks.clash import Agreed, Without, clashing
from detente.talks.outlook import Outlook
from detente.talks.solutions import deals, pareto
from detente.talks.study import WAITING, TalksStudy
from detente.talks.table import Floats, RedLine

if TYPE_CHECKING:
    import pandas as pd

    from detente.talks.large_study import LargeStudy
    from detente.talks.offers import Offer
    from detente.talks.solutions import Agreement
    from detente.talks.table import NoDeal

    AnyStudy = TalksStudy | LargeStudy

FEW = 20
"""Draws below which there is no talk of an interval."""
SMALL = 0.05
"""In the unit of a study's amounts a year, below which a difference is not worth a sentence."""
NOTHING = 0.0005
"""Likewise, below which an amount is none."""
BEST = 10
"""Packages of the frontier that are named."""


class Package(NamedTuple):
    """The number of a package, its worth, that over a no-deal point, and what answers it."""

    package: int
    choices: Choices
    value: Amounts
    gain: Amounts
    answer: str = ""


class Point(NamedTuple):
    """A no-deal point, and what the table comes to over it.

    Attributes
    ----------
    zone, passing, efficient
        Packages that all sides prefer to it; those of them that pass at home; efficient ones.
    picks
        The package of each solution; nothing where there is no deal.
    """

    id: str
    title: str
    kind: str
    values: Amounts
    zone: int
    passing: int
    efficient: int
    picks: Mapping[str, Package | None]


_SHOWN = 5
"""Places that are shown at each end of a vote by place."""


class Voters(NamedTuple):
    """A vote at home or a bloc of it: chances of the prediction, and at best."""

    title: str
    bloc: bool
    members: int
    chance: float
    most: float
    needed: int | None = None
    least: float | None = None


class Stance(NamedTuple):
    """What a side wants of an issue: demands, offers, or will not sign (with other options)."""

    party: str
    kind: str
    issue: str
    option: str
    besides: Choices


class Worth(NamedTuple):
    """What an option brings each side: where nothing else is settled, or as a part of the deal."""

    issue: str
    option: str
    worth: Amounts


class Turn(NamedTuple):
    """An offer in turn: who makes it, or its number to a side with a limit of its own."""

    by: str
    number: int
    accepted: float | None
    package: Package | None
    gain: Amounts


def naming(study: AnyStudy) -> Naming:
    """Return what readers see of sides, issues and amounts."""
    economies = {country.code: country.name for country in study.calibration.countries}
    named = {p.id: p.name or economies.get(p.country, p.country) for p in study.scenario.parties}
    shown = facts.distinct({party: named[party] for party in study.case.parties})
    costs = {p.party: p.audience_cost.central for p in study.case.talks.parties}
    parties = tuple(
        Party(party, shown[party], float(power), float(costs[party]))
        for party, power in zip(study.case.parties, study.power / study.power.sum(), strict=True)
    )
    issues = {
        issue.id: Issue(
            issue.id,
            issue.title or issue.id,
            issue.note or "",
            study.case.unsettled[issue.id],
            {option.id: option.title or option.id for option in issue.options},
        )
        for issue in study.case.talks.issues
    }
    size = _amounts(study).divisor
    unit = replace(money_unit(study.calibration.card.unit, sign=True), divisor=size)
    unit = replace(unit, decimals=2 if size > 1 else None)
    fallback = dict(study.fallbacks[study.headline])
    said = answers_of(study.case, study.worth, shown)
    return Naming(parties, issues, fallback, unit, SMALL * size, NOTHING * size, said)


def _amounts(study: AnyStudy) -> Money:
    """Return what amounts are shown in: billions, or millions where all at stake is below one."""
    usual = facts.money(study.calibration)
    values = [study.utility, *(point.values for point in study.no_deals.values())]
    largest = max(float(np.abs(one).max(initial=0.0)) for one in values)
    if usual.divisor == 1.0 or largest >= usual.divisor:
        return usual
    return Money(1.0, usual.label.replace(" bn", " mn"))


def once(study: AnyStudy) -> dict[str, NoDeal]:
    """Return the no-deal points, the one of the prediction first, each once.

    Where one point is given, waiting for a deal is that point again.
    """
    found: dict[str, NoDeal] = {study.headline: study.no_deals[study.headline]}
    for name, point in study.no_deals.items():
        twin = any(
            np.array_equal(point.values, other.values) and point.title == other.title
            for other in found.values()
        )
        if not twin:
            found[name] = point
    return found


def band(values: Floats, nothing: float) -> Band:
    """Return where nine tenths of draws are; nothing where they are few, or nothing is drawn."""
    kept = values[np.isfinite(values)]
    if len(kept) < FEW:
        return None
    low, high = np.quantile(kept, (0.05, 0.95))
    return None if high - low < nothing else (float(low), float(high))


def of_study(study: TalksStudy) -> TalksFacts:
    """Read everything that is said and shown of talks."""
    return TalksFacts(study)


class TalksFacts:
    """Everything that is said and shown of talks.

    Attributes
    ----------
    study
        Where it is read from; ``talks`` of its scenario, its ``packages`` and ``outlook``, the
        answers to side ``questions``, and what is ``drawn`` are named here too.
    over
        What each side has without a deal.
    """

    def __init__(self, study: TalksStudy):
        self.study, self.names = study, naming(study)
        self.talks, self.packages, self.outlook = study.case.talks, study.packages, study.outlook
        self.questions, self.drawn = study.questions, study.uncertainty
        self.solution, self.over = study.choices.solution, study.outlook.no_deal.values
        self.parties = tuple(study.case.parties)
        self.size = study.packages.table.size

    def package(self, number: int, gain: Amounts | None = None) -> Package:
        """Return a package by its number, its gain over the headline point unless given."""
        value = self.packages.utility[number]
        over = value - self.over if gain is None else gain
        choices = self.packages.choices(number)
        answer = self.names.answers.to(choices)
        return Package(int(number), choices, _floats(value), _floats(over), answer)

    def picked(self, found: Agreement | None) -> Package | None:
        """Return the package that is agreed on."""
        return None if found is None else self.package(found.package, found.gain)

    def picks(self, outlook: Outlook) -> dict[str, Package | None]:
        """Return the package of each solution."""
        return {name: self.picked(found) for name, found in outlook.agreements.items()}

    @cached_property
    def predicted(self) -> Package | None:
        """The package of the solution asked for."""
        return self.picked(self.outlook.agreements[self.solution])

    @property
    def settled_on(self) -> Offer | None:
        """The package that the game settles on most often by its last day."""
        dated = self.study.dated
        if dated is None or not dated.offers:
            return None
        return dated.offers[int(dated.found.settled_on[-1].argmax())]

    def naming_of(self, sides: Sequence[str]) -> Naming:
        """Return what readers see where only these sides are spoken of."""
        return replace(self.names, parties=tuple(map(self.names.party, sides)))

    @cached_property
    def unratified(self) -> Package | None:
        """The package if nobody at home had to agree."""
        return self.picked(self.outlook.unratified[self.solution])

    @property
    def base(self) -> Choices:
        """What packages are told from: the predicted one, or nothing settled."""
        return self.names.unsettled if self.predicted is None else self.predicted.choices

    @cached_property
    def every(self) -> dict[str, Point]:
        """All no-deal points by id."""
        return {name: self._point(name, point) for name, point in self.study.no_deals.items()}

    def _point(self, name: str, point: NoDeal) -> Point:
        outlook = self.study.outlooks[name]
        zone, passing, efficient = (
            int(one.sum()) for one in (outlook.zone, outlook.passing, outlook.efficient)
        )
        title, values = point.title or name, _floats(point.values)
        return Point(name, title, point.kind, values, zone, passing, efficient, self.picks(outlook))

    @property
    def every_pick(self) -> list[tuple[str, str, Package | None]]:
        """The package of each solution over each no-deal point, and where options are fixed."""
        outlooks = [(name, point.picks) for name, point in self.every.items()]
        outlooks += [("", self.picks(self.study.fixed))] if self.study.fixed else []
        return [(name, *pick) for name, picks in outlooks for pick in picks.items()]

    @property
    def points(self) -> tuple[Point, ...]:
        """No-deal points, that of the prediction first, each once."""
        return tuple(self.every[name] for name in once(self.study))

    @property
    def headline(self) -> Point:
        """The no-deal point that the prediction is over."""
        return self.every[self.study.headline]

    @property
    def impasse(self) -> Point | None:
        """The first no-deal point of the file where talks go on."""
        going = (p for k, p in self.every.items() if k != WAITING and p.kind == "impasse")
        return next(going, None)

    @property
    def bettering(self) -> int:
        """Packages better for some side than no deal and worse for none, outside options aside."""
        return int(deals(self.packages, self.over).sum())

    @property
    def standstill(self) -> bool:
        """Whether to settle nothing is itself better than no deal."""
        return bool(self.outlook.zone[self.packages.number(self.study.case.unsettled)])

    @property
    def best(self) -> list[Package]:
        """Efficient packages, the largest product of gains first."""
        return [self.package(number) for number in ranked(self.study)[:BEST]]

    def passes(self, package: Package) -> float:
        """Return the chance that all sides ratify a package."""
        return float(np.prod([vote.passes[package.package] for vote in self.study.votes]))

    @property
    def fixed(self) -> Package | None:
        """The package where options are fixed."""
        fixed = self.study.fixed
        return self.picked(fixed.agreements[self.solution]) if fixed else None

    @property
    def why_not(self) -> tuple[str, list[str]]:
        """Why there is no deal where options are fixed, and whose red lines are against it."""
        study, fixed = self.study, self.study.fixed
        held = self.packages.holding(*(study.choices.what_if or {}).items())
        signed = self.packages.signed[held]
        lines = [p for k, p in enumerate(self.parties) if not signed[:, k].any()]
        if not lines and not self.packages.feasible[held].any():
            return "clash", []
        if lines or fixed is None:
            return "lines", lines
        if fixed.bound and (held & deals(self.packages, fixed.no_deal.values)).any():
            return "walking", []
        return ("home" if fixed.zone.any() else "worse"), []

    @property
    def clashing(self) -> tuple[RedLine, ...]:
        """A smallest set of red lines that leave nothing where options are fixed."""
        return clashing(self.packages.table, self.study.choices.what_if)

    @property
    def opening_lines(self) -> Iterable[Without]:
        """Red lines without which there would be a deal, each by itself."""
        for one in self.questions.red_lines:
            if one.without is not None:
                choices = self.packages.choices(one.without.package)
                line = RedLine(one.party, one.choices)
                yield Without((line,), True, Agreed(choices, one.without.gain))

    @cached_property
    def positions(self) -> dict[str, Package]:
        """What each side asks for or offers, where it says so."""
        stated = {position.party for position in self.talks.positions}
        return {p: self.package(n) for p, n in self.study.positions.items() if p in stated}

    @cached_property
    def stances(self) -> tuple[Stance, ...]:
        """Demands, offers and red lines, issue by issue."""
        found = [
            Stance(p.party, p.kind, issue, option, {})
            for p in self.talks.positions
            for issue, option in p.choices.items()
        ]
        for line in self.talks.red_lines:
            for issue, option in line.choices.items():
                besides = {i: o for i, o in line.choices.items() if i != issue}
                found.append(Stance(line.party, "red line", issue, option, besides))
        return tuple(found)

    def _utility(self, choices: Choices) -> Floats:
        return self.packages.utility[self.packages.number(choices)]

    @property
    def wishes(self) -> tuple[Worth, ...]:
        """What each option brings where nothing else is settled."""
        start = self.names.unsettled
        base = self._utility(start)
        return tuple(
            Worth(i.id, option, _floats(self._utility({**start, i.id: option}) - base))
            for i in self.names.issues.values()
            for option in i.options
            if option != i.unsettled
        )

    def part(self, issue: str) -> Amounts | None:
        """Return what an issue brings as a part of the predicted package, if it settles it."""
        before = self.names.issues[issue].unsettled
        if self.base[issue] == before:
            return None
        return _floats(self._utility(self.base) - self._utility({**self.base, issue: before}))

    @property
    def by_model(self) -> bool:
        """Whether the model computes the worth of any issue."""
        return self.packages.table.trade is not None

    @property
    def by_analyst(self) -> list[str]:
        """Titles of the issues that the file gives a worth."""
        values = self.packages.table.values
        return [self.names.title(issue) for issue, given in values.items() if np.any(given)]

    def failing(self, package: int) -> list[str]:
        """Return the votes that a package fails."""
        return [vote.title for vote in self.study.votes if vote.passes[package] < vote.least]

    def outside(self, party: str) -> bool:
        """Whether a side has more by walking away than without a deal."""
        place = self.parties.index(party)
        return bool(self.outlook.least[place] > self.over[place])

    @property
    def refusals(self) -> list[tuple[str, int, int, bool]]:
        """How many each side refuses: as worse than what it has (outside?), for its red lines."""
        found = []
        for k, party in enumerate(self.parties):
            signed = self.packages.signed[:, k]
            gain = self.packages.utility[signed, k] - self.outlook.least[k]
            worse, lines = int((gain < 0).sum()), int((~signed).sum())
            found.append((party, worse, lines, self.outside(party)))
        return found

    @property
    def voters(self) -> list[Voters]:
        """Votes at home, each before its blocs; of places those least and most for it."""
        at, zone, found = self.study.predicted, self.outlook.zone, []

        def chances(given: Floats) -> tuple[float, float]:
            most = float(given[zone].max()) if zone.any() else np.nan
            return np.nan if at is None else float(given[at]), most

        for vote, entry in zip(self.study.votes, self.talks.ratification, strict=True):
            members, least = sum(bloc.members for bloc in entry.blocs), float(vote.least)
            chance, most = chances(vote.passes)
            found.append(Voters(vote.title, False, members, chance, most, entry.needed, least))
            blocs = [
                Voters(bloc.title or bloc.id, True, bloc.members, *chances(vote.approvals[bloc.id]))
                for bloc in entry.blocs
            ]
            if entry.places and len(blocs) > 2 * _SHOWN:
                by = np.array([b.most if np.isnan(b.chance) else b.chance for b in blocs])
                order = np.argsort(by, kind="stable")
                blocs = [blocs[k] for k in (*order[:_SHOWN], *order[-_SHOWN:])]
            found += blocs
        return found

    def least_for(self, vote: Voters) -> str:
        """Return how many members of a vote by place are expected to agree, and who least."""
        pairs = zip(self.study.votes, self.talks.ratification, strict=True)
        known = [pair for pair in pairs if pair[1].places and pair[0].title == vote.title]
        if self.predicted is None or not known:
            return ""
        yes = self.expected_yes(known[0][1].party, self.predicted.choices)
        rows = self.voters
        first = rows.index(vote) + 1
        return (
            f": {yes:.0f} of {vote.members:,} are expected to, those of {rows[first].title} least"
        )

    def expected_yes(self, party: str, choices: Mapping[str, str]) -> float:
        """Return how many members are expected to approve of some options, all else unsettled."""
        at = self.packages.number({**self.names.unsettled, **choices})
        pairs = zip(self.study.votes, self.talks.ratification, strict=True)
        vote, entry = next(pair for pair in pairs if pair[1].party == party)
        return sum(b.members * float(vote.approvals[b.id][at]) for b in entry.blocs)

    @property
    def offers(self) -> list[Turn]:
        """Offers in turn, and those to a side with a limit of its own."""
        turn, found = self.questions.round, []
        for k, party in enumerate(self.parties if turn is not None else ()):
            assert turn is not None
            # each once where looking further ahead changes what is offered first
            made = {int(offer[k]): value for offer, value in reversed(turn.phases)}
            for number, value in made.items():
                package = self.package(number) if number >= 0 else None
                found.append(Turn(party, 0, None, package, _floats(value[k] - self.over)))
        secret = self.drawn.offers if self.drawn else None
        if secret is not None:
            for k, (number, chance) in enumerate(zip(secret.offers, secret.accepted, strict=True)):
                if number >= 0 and chance > 0:
                    package = self.package(int(number))
                    found.append(Turn("", k + 1, float(chance), package, package.gain))
        return found

    def scored(self, then: Mapping[str, str | None]) -> Score | None:
        """Score the prediction against what was settled."""
        if not then or self.predicted is None:
            return None
        return score(dict(then), self.predicted.choices, self.names.unsettled)

    @cached_property
    def drawn_packages(self) -> list[tuple[Package, float]]:
        """Packages and the share of draws that predict each, the likeliest first."""
        packages = self.drawn.packages.items() if self.drawn else ()
        return [(self.package(int(str(k))), float(v)) for k, v in packages]

    def drawn_share(self, issue: str, option: str) -> float:
        """Return the share of draws whose prediction holds an option."""
        return sum(v for package, v in self.drawn_packages if package.choices[issue] == option)

    @property
    def drawn_none(self) -> float:
        """The share of draws that predict no package."""
        return float(np.mean(self.drawn.draws["package"] < 0)) if self.drawn else 0.0

    @property
    def runs(self) -> int:
        """How many draws were made."""
        return len(self.drawn.draws) if self.drawn else 0

    @property
    def ranged(self) -> bool:
        """Whether there are draws enough to speak of intervals."""
        return self.runs >= FEW

    def keeps(self, party: str) -> float | None:
        """Return the share of draws in which a side keeps the deal, where it is drawn."""
        column = f"keeps_{party}"
        return self.drawn.chance(column) if self.drawn and column in self.drawn.draws else None

    def bands(self, of: str, less: str = "") -> tuple[Band, ...]:
        """Return where nine tenths of draws are of a gain, or of its difference to another."""

        def gain(of: str, party: str) -> Floats:
            assert self.drawn is not None
            return self.drawn.draws[f"{of}_gain_{party}"].to_numpy(dtype=float)

        if self.drawn is None:
            return tuple(None for _ in self.parties)
        return tuple(
            band(gain(of, p) - (gain(less, p) if less else 0.0), self.names.nothing)
            for p in self.parties
        )

    @cached_property
    def once_failed(self) -> Failing | None:
        """What both sides of a ladder do once talks have failed."""
        return failing_of(self.study.case, self.study.worth)

    @cached_property
    def figures(self) -> list[figures.Figure]:
        """Every figure that is not the model's."""
        return figures.figures(self.study.case, self.names)

    @property
    def gain_of(self) -> Mapping[str, str]:
        """The side whose gain an outcome of the draws is."""
        return {f"gain of {party}": party for party in self.parties}

    @property
    def kinds(self) -> np.ndarray:
        """``(package,)``: ``open``, ``home`` (fails there), ``worse`` (for somebody), ``line``."""
        outlook = self.outlook
        kind = np.where(outlook.passing, "open", np.where(outlook.zone, "home", "worse"))
        return np.where(self.packages.feasible, kind, "line")

    @property
    def frontier(self) -> np.ndarray:
        """Efficient packages of the zone; of all that can be signed where it is empty."""
        if self.outlook.efficient.any():
            return np.flatnonzero(self.outlook.efficient)
        able = np.flatnonzero(self._able)
        return able[pareto(self.packages.utility[able])]

    @property
    def _able(self) -> np.ndarray:
        """``(package,)``: those that can be signed; all where red lines leave none."""
        able = self.packages.feasible
        return able if able.any() else np.ones_like(able)

    @property
    def zone(self) -> pd.DataFrame:
        """The zone, or all that can be signed where it is empty, with worth and chances.

        Where red lines leave nothing to sign: all packages, and how many lines each crosses.
        """
        import pandas as pd

        outlook, packages = self.outlook, self.packages
        kept = np.flatnonzero(outlook.zone if outlook.zone.any() else self._able)
        places = np.unravel_index(kept, packages.table.shape)
        columns: dict[str, np.ndarray] = {"package": kept}
        for issue, place in zip(packages.table.issues, places, strict=True):
            columns[f"issue_{issue.id}"] = np.array(issue.options)[place]
        if self.names.answers.said:
            columns["answer"] = self._answers(places)
        for stem, less in (("value", 0.0), ("gain", self.over)):
            worth = (packages.utility[kept] - less).T
            columns |= {f"{stem}_{p}": own for p, own in zip(self.parties, worth, strict=True)}
        columns |= {"efficient": outlook.efficient[kept], "passing": outlook.passing[kept]}
        for number, vote in enumerate(self.study.votes, 1):
            columns[f"passes_{number}"] = vote.passes[kept]
        if self.study.clash is not None:
            lines = packages.table.red_lines
            crossed = sum((packages.holding(*r.choices).astype(int) for r in lines), np.array(0))
            columns["lines"] = crossed[kept]
        return pd.DataFrame(columns)

    def _answers(self, places: Sequence[np.ndarray]) -> np.ndarray:
        """Return what answers packages, given the place of the option of each issue."""
        table, answers = self.packages.table, self.names.answers
        at = [table.place(issue) for issue in answers.issues]
        words = np.full([table.shape[k] for k in at], "", dtype=object)
        for options, said in answers.said.items():
            words[tuple(map(table.option, answers.issues, options))] = said
        return words[tuple(places[k] for k in at)]


def ranked(study: TalksStudy) -> np.ndarray:
    """Return the efficient packages of the zone, the largest weighted product of gains first."""
    numbers = np.flatnonzero(study.outlook.efficient)
    gain = np.maximum(study.packages.utility[numbers] - study.outlook.no_deal.values, 0.0)
    with np.errstate(divide="ignore"):
        product = np.log(gain) @ study.power
    return numbers[np.argsort(-product, kind="stable")]


def _floats(values: Iterable[float]) -> Amounts:
    return tuple(float(value) for value in values)
