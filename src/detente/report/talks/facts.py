"""What talks come to, as raw numbers with the names that are shown, read once from a study."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.baseline.elasticity_draws import disagreement
from detente.document.numbers import MINUS
from detente.report import amounts, facts
from detente.report.facts import Money
from detente.report.run import background
from detente.report.run import data as run_data
from detente.report.talks import figures
from detente.scenario.load import scenario_hash
from detente.talks.afterwards import Score, last_word, score, settled_by
from detente.talks.case import is_reservation, party_places
from detente.talks.solutions import deals, pareto
from detente.talks.study import WAITING, TalksStudy
from detente.talks.uncertainty import CENTRAL, FIXED

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from detente.baseline.calibration import Calibration
    from detente.results import Solution
    from detente.talks.alternating import Round
    from detente.talks.gap import Binding, Concession
    from detente.talks.large_study import LargeStudy
    from detente.talks.lasting import Lasting
    from detente.talks.outlook import Outlook
    from detente.talks.solutions import Agreement
    from detente.talks.table import Floats, NoDeal
    from detente.talks.threat_game import Threat

    AnyStudy = TalksStudy | LargeStudy

FEW = 20
"""Draws below which there is no talk of an interval."""
SMALL = 0.05
"""In the unit of a study's amounts a year, below which a difference is not worth a sentence."""
NOTHING = 0.0005
"""Likewise, below which an amount is none."""
BEST = 10
"""Packages of the frontier that are named."""

Choices = Mapping[str, str]
"""Issue → option."""
Amounts = tuple[float, ...]
"""Million USD a year, one a party."""
Band = tuple[float, float] | None
"""Where nine tenths of draws are; nothing where they are too few, or nothing is drawn."""


@dataclass(frozen=True)
class Party:
    """A side: its share of bargaining power, and what backing down from a threat costs it."""

    id: str
    name: str
    power: float
    audience_cost: float


@dataclass(frozen=True)
class Issue:
    """An issue: its option until it is settled, and the title of each by its id."""

    id: str
    title: str
    note: str
    unsettled: str
    options: Mapping[str, str]


@dataclass(frozen=True)
class Naming:
    """What readers see of sides, issues and amounts.

    Attributes
    ----------
    fallback
        Options that hold without a deal.
    amounts
        What amounts are shown in.
    stated
        What data hold them in.
    """

    parties: tuple[Party, ...]
    issues: Mapping[str, Issue]
    fallback: Choices
    amounts: Money
    stated: str

    def party(self, name: str) -> Party:
        """Return a side by its id."""
        return next(party for party in self.parties if party.id == name)

    def name(self, party: str) -> str:
        """Return the name of a side by its id."""
        return self.party(party).name

    def option(self, issue: str, option: str) -> str:
        """Return the title of an option."""
        return self.issues[issue].options[option]

    @property
    def unsettled(self) -> Choices:
        """Every issue as it is until it is settled."""
        return {issue.id: issue.unsettled for issue in self.issues.values()}

    @property
    def small(self) -> float:
        """The amount below which a difference is not worth a sentence."""
        return SMALL * self.amounts.divisor

    @property
    def nothing(self) -> float:
        """The amount below which there is none."""
        return NOTHING * self.amounts.divisor


@dataclass(frozen=True)
class Basis:
    """What talks rest on: the scenario, the economy, what the horizon means, amounts as used."""

    title: str
    date: str
    summary: str
    horizon: str
    deficits: str
    sha256: str
    baseline: Mapping[str, Any]
    economy: str
    horizon_said: str
    elasticities: str
    amounts: tuple[str, ...]
    choices: Mapping[str, Any]
    removal: Solution | None
    codes: tuple[str, ...]
    card: tuple[tuple[str, str], ...]
    adjustments: tuple[tuple[str, str, str], ...]
    card_notes: tuple[str, ...]


@dataclass(frozen=True)
class Package:
    """A package with its worth, over a no-deal point where it says gain."""

    number: int
    choices: Choices
    value: Amounts
    gain: Amounts


@dataclass(frozen=True)
class Point:
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


@dataclass(frozen=True)
class Payment:
    """The smallest payment that opens an empty zone; received where positive."""

    choices: Choices
    payment: Amounts
    gain: Amounts


@dataclass(frozen=True)
class Refusals:
    """How many packages a side refuses: as worse than what it has, and for its red lines."""

    party: str
    worse: int
    lines: int
    outside: bool


@dataclass(frozen=True)
class Bloc:
    """A bloc: chance that a member approves of the prediction, and at best."""

    title: str
    members: int
    chance: float
    most: float


@dataclass(frozen=True)
class Ballot:
    """A vote at home: chance that the prediction passes, that the likeliest of the zone does."""

    party: str
    title: str
    needed: int
    least: float
    chance: float
    most: float
    blocs: tuple[Bloc, ...]


@dataclass(frozen=True)
class Line:
    """A red line: what would be predicted without it, and what that changes."""

    party: str
    choices: Choices
    without: Package | None
    change: Amounts
    besides: bool


@dataclass(frozen=True)
class Distance:
    """How far the positions of two sides are apart, to each in its own welfare."""

    sides: tuple[str, str]
    issues: tuple[str, ...]
    distance: tuple[float, float]


@dataclass(frozen=True)
class Stance:
    """What a side wants of an issue: demands, offers, or will not sign (with other options)."""

    party: str
    kind: str
    issue: str
    option: str
    besides: Choices


@dataclass(frozen=True)
class Wish:
    """What an option brings each side where nothing else is settled."""

    issue: str
    option: str
    worth: Amounts


@dataclass(frozen=True)
class Offer:
    """An offer in turn: who makes it, or its number to a side with a limit of its own."""

    by: str
    number: int
    accepted: float
    package: Package | None
    gain: Amounts


@dataclass(frozen=True)
class Linked:
    """One table for everything beside separate ones, all over nothing settled."""

    joint: Package | None
    separate: Package
    value: Amounts


@dataclass(frozen=True)
class Happened:
    """What then happened, and how many issues the prediction and “nothing changes” have right."""

    day: str
    title: str
    settled: Mapping[str, str | None]
    off_table: Mapping[str, str]
    score: Score | None


@dataclass(frozen=True)
class Menace:
    """What a side would most likely threaten, where threats are chosen first and money splits."""

    party: str
    no_deal: str
    chance: float


@dataclass(frozen=True)
class Fixed:
    """What follows where options are fixed; why there is no deal, where there is none."""

    choices: Choices
    picks: Mapping[str, Package | None]
    why_not: str
    lines_of: tuple[str, ...]


@dataclass(frozen=True)
class Draws:
    """What draws come to.

    Attributes
    ----------
    packages, none
        Number of a package and the share of draws that predict it, the likeliest first; no deal.
    options
        Share of draws whose prediction holds an option of an issue.
    gains, bands
        Of the package of central figures: 5, 50 and 95 per cent quantiles by side; bands of them.
    fixed, apart
        Bands where options are fixed, and of the difference to the prediction.
    credible, keeps
        Share of draws by no-deal point and by side.
    importance
        Outcome → key of a figure → share of variance.
    """

    count: int
    economies: int
    failed: int
    seed: int
    horizons: tuple[str, ...]
    measured: bool
    zone: float
    beyond: float
    deal: float
    blind: float
    accepted: float
    secret: tuple[float, float] | None
    packages: tuple[tuple[Package, float], ...]
    none: float
    options: Mapping[tuple[str, str], float]
    gains: tuple[tuple[float, float, float], ...]
    bands: tuple[Band, ...]
    fixed: tuple[Band, ...]
    apart: tuple[Band, ...]
    fixed_accepted: float
    credible: Mapping[str, float]
    keeps: Mapping[str, float]
    importance: Mapping[str, Mapping[str, float]]
    elasticities: str
    frame: pd.DataFrame = field(repr=False, compare=False)


@dataclass(frozen=True, eq=False)
class Cloud:
    """All packages as a picture places them.

    Attributes
    ----------
    gain
        ``(package, party)``, over the headline no-deal point.
    kind
        ``(package,)``: ``open``, ``home`` (fails there), ``worse`` (for somebody), ``line``.
    frontier
        Efficient packages of the zone; of all that can be signed where it is empty.
    options
        Issue → its options, in the order by which packages are numbered.
    """

    gain: Floats
    kind: NDArray[np.str_]
    frontier: NDArray[np.int_]
    options: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, eq=False)
class TalksFacts:
    """Everything that is said and shown of talks.

    Attributes
    ----------
    points, every
        No-deal points, that of the prediction first, each once; all of them.
    size, sets
        Packages, and distinct sets of measures that were solved.
    predicted, unratified
        The package of the solution asked for, and the one if nobody at home had to agree.
    bettering
        Packages better for some side than no deal and worse for none, whatever sides walk away to.
    least
        What each side has at least.
    standstill
        Whether to settle nothing is itself better than no deal.
    best
        Efficient packages by the product of gains with their chance at home, how many there are.
    impasse
        The first no-deal point of the file where talks go on.
    """

    names: Naming
    basis: Basis
    solution: str
    points: tuple[Point, ...]
    every: tuple[Point, ...]
    size: int
    sets: int
    predicted: Package | None
    unratified: Package | None
    bettering: int
    least: Amounts
    bound: bool
    standstill: bool
    payment: Payment | None
    best: tuple[tuple[Package, float], ...]
    fixed: Fixed | None
    positions: Mapping[str, Package]
    stances: tuple[Stance, ...]
    gaps: tuple[Distance, ...]
    ladders: Mapping[tuple[str, str], tuple[Concession, ...]]
    impasse: Point | None
    made_of: Mapping[str, bool]
    threats: tuple[Threat, ...]
    menaces: tuple[Menace, ...]
    split: Amounts
    wishes: tuple[Wish, ...]
    bindings: tuple[tuple[Binding, tuple[str, ...], bool], ...]
    lines: tuple[Line, ...]
    refusals: tuple[Refusals, ...]
    ballots: tuple[Ballot, ...]
    lasting: tuple[Lasting, ...]
    months: float
    round: Round | None
    offers: tuple[Offer, ...]
    linked: Linked | None
    apart: Mapping[tuple[str, ...], Package | None]
    relief: frozenset[str]
    without_values: Mapping[str, Package | None]
    events: tuple[Happened, ...]
    overall: Score | None
    draws: Draws | None
    figures: tuple[figures.Figure, ...]
    measured: tuple[figures.Measured, ...]
    sources: tuple[figures.Source, ...]
    cloud: Cloud
    zone: pd.DataFrame = field(repr=False, compare=False)

    @property
    def headline(self) -> Point:
        """The no-deal point that the prediction is over."""
        return self.points[0]

    def point(self, name: str) -> Point:
        """Return a no-deal point by its id."""
        return next(point for point in self.every if point.id == name)

    @property
    def gain_of(self) -> Mapping[str, str]:
        """The side whose gain an outcome of the draws is."""
        return {f"gain of {party.id}": party.id for party in self.names.parties}

    @property
    def base(self) -> Choices:
        """What packages are told from: the predicted one, or nothing settled."""
        return self.names.unsettled if self.predicted is None else self.predicted.choices


def of_study(study: TalksStudy) -> TalksFacts:
    """Read everything that is said and shown of talks."""
    return _Reader(study).facts()


def naming(study: AnyStudy) -> Naming:
    """Return what readers see of sides, issues and amounts."""
    economies = {country.code: country.name for country in study.calibration.countries}
    named = {p.id: p.name or economies.get(p.country, p.country) for p in study.scenario.parties}
    shown = facts._distinct({party: named[party] for party in study.case.parties})
    costs = {p.party: p.audience_cost.central for p in study.case.talks.parties}
    power = study.power / study.power.sum()
    parties = tuple(
        Party(party, name, float(share), float(costs[party]))
        for (party, name), share in zip(shown.items(), power, strict=True)
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
    fallback = dict(study.fallbacks[study.headline])
    return Naming(parties, issues, fallback, _amounts(study), study.calibration.card.unit)


def _amounts(study: AnyStudy) -> Money:
    """Return what amounts are shown in: billions, or millions where all at stake is below one."""
    usual = facts.money(study.calibration)
    values = [study.utility, *(point.values for point in study.no_deals.values())]
    largest = max(float(np.abs(one).max(initial=0.0)) for one in values)
    if usual.divisor == 1.0 or largest >= usual.divisor:
        return usual
    return Money(1.0, usual.label.replace(" bn", " mn"))


def basis(study: AnyStudy) -> Basis:
    """Return what talks rest on."""
    shown: Any = study  # what is said of a run reads what is here too
    c, scenario, asked = study.calibration, study.scenario, study.choices
    places = party_places(scenario, c)
    return Basis(
        scenario.title,
        str(scenario.date),
        scenario.summary or "",
        scenario.horizon,
        str(scenario.deficits),
        scenario_hash(scenario),
        run_data.baseline(c),
        c.card.title,
        background.horizon(shown),
        background.elasticities(shown),
        tuple(amounts.lines(scenario, c)),
        {
            "no_deal": study.headline,
            "solution": asked.solution,
            "draws": asked.draws,
            "model_draws": asked.model_draws,
            "seed": asked.seed,
            "what_if": dict(asked.what_if or {}),
        },
        study.removal,
        tuple(c.country_codes[k] for own in places for k in own),
        _card(c),
        tuple(
            (a.what, a.why, f"{a.size:.4g} {a.unit}".replace("-", MINUS, a.size < 0))
            for a in c.card.adjustments
        ),
        tuple(c.card.notes),
    )


def _card(calibration: Calibration) -> tuple[tuple[str, str], ...]:
    c, card = calibration, calibration.card
    size = f"{len(c.countries)} economies, {len(c.sectors)} sectors; {card.unit}"
    lines = (
        ("Baseline", f"{card.title} ({card.name}), {card.year}"),
        ("Hash", c.hash),
        ("Source", card.source),
        ("Licence", card.licence),
        ("Size", size),
        ("Method", card.method),
    )
    return tuple((term, meaning) for term, meaning in lines if meaning)


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


def _floats(values: Iterable[float]) -> Amounts:
    return tuple(float(value) for value in values)


class _Reader:
    """Reads a study once."""

    def __init__(self, study: TalksStudy):
        self.study = study
        self.names = naming(study)
        self.over = study.outlook.no_deal.values

    def facts(self) -> TalksFacts:
        """Return all facts."""
        study, outlook = self.study, self.study.outlook
        talks, asked, questions = study.case.talks, study.choices, study.questions
        every = {name: self._point(name) for name in study.no_deals}
        impasse = (p for k, p in every.items() if k != WAITING and p.kind == "impasse")
        linked, game = questions.linked, questions.rational
        return TalksFacts(
            names=self.names,
            basis=basis(study),
            solution=asked.solution,
            points=tuple(every[name] for name in once(study)),
            every=tuple(every.values()),
            size=study.packages.table.size,
            sets=len(study.worth),
            predicted=self._picked(outlook.agreements[asked.solution]),
            unratified=self._picked(outlook.unratified[asked.solution]),
            bettering=int(deals(study.packages, self.over).sum()),
            least=_floats(outlook.least),
            bound=bool(outlook.bound),
            standstill=bool(outlook.zone[study.packages.number(study.case.unsettled)]),
            payment=self._payment(),
            best=self._best(),
            fixed=self._fixed(),
            positions={
                p: self.package(n)
                for p, n in study.positions.items()
                if any(q.party == p for q in talks.positions)
            },
            stances=self._stances(),
            gaps=tuple(
                Distance(sides, gap.issues, (float(gap.distance[0]), float(gap.distance[1])))
                for sides, gap in questions.gaps.items()
            ),
            ladders={sides: tuple(steps) for sides, steps in questions.ladders.items()},
            impasse=next(impasse, None),
            made_of={p.title or p.id: is_reservation(p) for p in talks.no_deal if p.values},
            threats=tuple(questions.threats),
            menaces=self._menaces(),
            split=() if game is None else _floats(game.found.utility),
            wishes=self._wishes(),
            bindings=self._bindings(),
            lines=tuple(
                Line(
                    line.party,
                    dict(line.choices),
                    self._picked(line.without),
                    _floats(line.change),
                    line.besides,
                )
                for line in questions.red_lines
            ),
            refusals=self._refusals(),
            ballots=self._ballots(),
            lasting=tuple(questions.lasting),
            months=float(talks.detection_months.central),
            round=questions.round,
            offers=self._offers(),
            linked=None
            if linked is None
            else Linked(
                None
                if linked.joint is None
                else self.package(linked.joint.package, linked.joint.gain),
                self.package(linked.separate, linked.separate_gain),
                _floats(linked.value),
            ),
            apart={group: self._picked(found) for group, found in questions.apart.items()},
            relief=frozenset(issue for issue, _ in study.case.relief),
            without_values={
                name: self._picked(found) for name, found in questions.without_values.items()
            },
            events=self._events(),
            overall=self._overall(),
            draws=self._draws(),
            figures=tuple(figures.figures(study.case, self.names)),
            measured=figures.measured(study.case, study.calibration),
            sources=figures.sources(study.case),
            cloud=self._cloud(),
            zone=self._zone(),
        )

    def _cloud(self) -> Cloud:
        packages, outlook = self.study.packages, self.study.outlook
        kind = np.where(outlook.passing, "open", np.where(outlook.zone, "home", "worse"))
        kind = np.where(packages.feasible, kind, "line")
        options = {issue.id: tuple(issue.options) for issue in packages.table.issues}
        return Cloud(packages.utility - self.over, kind, frontier(self.study), options)

    def _zone(self) -> pd.DataFrame:
        """Return the zone, or all that can be signed where it is empty, with worth and chances."""
        import pandas as pd

        study, outlook, packages = self.study, self.study.outlook, self.study.packages
        kept = np.flatnonzero(outlook.zone if outlook.zone.any() else packages.feasible)
        places = np.unravel_index(kept, packages.table.shape)
        columns: dict[str, Any] = {"package": kept}
        for issue, place in zip(packages.table.issues, places, strict=True):
            columns[f"issue_{issue.id}"] = np.array(issue.options)[place]
        for k, party in enumerate(study.case.parties):
            columns[f"value_{party}"] = packages.utility[kept, k]
            columns[f"gain_{party}"] = packages.utility[kept, k] - self.over[k]
        columns |= {"efficient": outlook.efficient[kept], "passing": outlook.passing[kept]}
        for number, vote in enumerate(study.votes, 1):
            columns[f"passes_{number}"] = vote.passes[kept]
        return pd.DataFrame(columns)

    def package(self, number: int, gain: Iterable[float] | None = None) -> Package:
        """Return a package by its number, its gain over the headline point unless given."""
        value = self.study.packages.utility[number]
        over = value - self.over if gain is None else gain
        choices = self.study.packages.choices(number)
        return Package(int(number), choices, _floats(value), _floats(over))

    def _picked(self, found: Agreement | None) -> Package | None:
        return None if found is None else self.package(found.package, found.gain)

    def _picks(self, outlook: Outlook) -> dict[str, Package | None]:
        return {name: self._picked(found) for name, found in outlook.agreements.items()}

    def _point(self, name: str) -> Point:
        point, outlook = self.study.no_deals[name], self.study.outlooks[name]
        zone, passing, efficient = (
            int(one.sum()) for one in (outlook.zone, outlook.passing, outlook.efficient)
        )
        return Point(
            name,
            point.title or name,
            point.kind,
            _floats(point.values),
            zone,
            passing,
            efficient,
            self._picks(outlook),
        )

    def _payment(self) -> Payment | None:
        paid = self.study.outlook.payment
        if paid is None:
            return None
        choices = self.study.packages.choices(paid.package)
        return Payment(choices, _floats(paid.payment), _floats(paid.gain))

    def _best(self) -> tuple[tuple[Package, float], ...]:
        found = ranked(self.study)[:BEST]
        return tuple((self.package(k), self._chance(k)) for k in found)

    def _chance(self, number: int) -> float:
        return float(np.prod([vote.passes[number] for vote in self.study.votes]))

    def _fixed(self) -> Fixed | None:
        study, outlook = self.study, self.study.fixed
        if outlook is None:
            return None
        asked = dict(study.choices.what_if or {})
        held = study.packages.holding(*asked.items())
        signed = study.packages.signed[held]
        lines = tuple(p for k, p in enumerate(study.case.parties) if not signed[:, k].any())
        if lines:
            why = "lines"
        elif outlook.bound and (held & deals(study.packages, outlook.no_deal.values)).any():
            why = "walking"
        else:
            why = "home" if outlook.zone.any() else "worse"
        return Fixed(asked, self._picks(outlook), why, lines)

    def _stances(self) -> tuple[Stance, ...]:
        talks = self.study.case.talks
        found = [
            Stance(p.party, p.kind, issue, option, {})
            for p in talks.positions
            for issue, option in p.choices.items()
        ]
        for line in talks.red_lines:
            for issue, option in line.choices.items():
                besides = {i: o for i, o in line.choices.items() if i != issue}
                found.append(Stance(line.party, "red line", issue, option, besides))
        return tuple(found)

    def _menaces(self) -> tuple[Menace, ...]:
        game = self.study.questions.rational
        if game is None:
            return ()
        chances, menaces = (game.found.first, game.found.second), []
        for party, own, likely in zip(self.study.case.parties, game.threats, chances, strict=True):
            most = int(likely.argmax())
            menaces.append(Menace(party, own[most].no_deal, float(likely[most])))
        return tuple(menaces)

    def _wishes(self) -> tuple[Wish, ...]:
        packages, start = self.study.packages, self.study.case.unsettled
        base = packages.utility[packages.number(start)]
        return tuple(
            Wish(
                issue.id,
                option,
                _floats(packages.utility[packages.number({**start, issue.id: option})] - base),
            )
            for issue in packages.table.issues
            for option in issue.options
            if option != start[issue.id]
        )

    def _bindings(self) -> tuple[tuple[Binding, tuple[str, ...], bool], ...]:
        """Return wishes refused, with the votes that fail, and whether who refuses walks away."""
        found, parties = [], list(self.study.case.parties)
        for item in self.study.questions.bindings:
            failing = tuple(v.title for v in self.study.votes if v.passes[item.package] < v.least)
            walks = False
            if item.refused_by in parties:
                place = parties.index(item.refused_by)
                walks = bool(self.study.outlook.least[place] > self.over[place])
            found.append((item, failing, walks))
        return tuple(found)

    def _refusals(self) -> tuple[Refusals, ...]:
        outlook, packages = self.study.outlook, self.study.packages
        found = []
        for k, party in enumerate(self.study.case.parties):
            gain = packages.utility[:, k] - outlook.least[k]
            signed = packages.signed[:, k]
            outside = bool(outlook.least[k] > self.over[k])
            worse = int((gain[signed] < 0).sum())
            found.append(Refusals(party, worse, int((~signed).sum()), outside))
        return tuple(found)

    def _ballots(self) -> tuple[Ballot, ...]:
        study, at = self.study, self.study.predicted

        def chances(given: Floats) -> tuple[float, float]:
            zone = study.outlook.zone
            most = float(given[zone].max()) if zone.any() else np.nan
            return np.nan if at is None else float(given[at]), most

        found = []
        for vote, entry in zip(study.votes, study.case.talks.ratification, strict=True):
            blocs = tuple(
                Bloc(b.title or b.id, b.members, *chances(vote.approvals[b.id]))
                for b in entry.blocs
            )
            found.append(
                Ballot(
                    vote.party,
                    vote.title,
                    entry.needed,
                    float(vote.least),
                    *chances(vote.passes),
                    blocs,
                )
            )
        return tuple(found)

    def _offers(self) -> tuple[Offer, ...]:
        turn, drawn = self.study.questions.round, self.study.uncertainty
        found = []
        for k, party in enumerate(self.study.case.parties if turn is not None else ()):
            assert turn is not None
            # each once where looking further ahead changes what is offered first
            made = {int(offer[k]): value for offer, value in reversed(turn.phases)}
            for number, value in made.items():
                package = self.package(number) if number >= 0 else None
                found.append(Offer(party, 0, np.nan, package, _floats(value[k] - self.over)))
        secret = None if drawn is None else drawn.offers
        if secret is not None:
            for k, (number, chance) in enumerate(zip(secret.offers, secret.accepted, strict=True)):
                if number >= 0 and chance > 0:
                    package = self.package(int(number))
                    found.append(Offer("", k + 1, float(chance), package, package.gain))
        return tuple(found)

    def _events(self) -> tuple[Happened, ...]:
        return tuple(
            Happened(
                str(event.date),
                event.title,
                settled_by(event),
                dict(event.off_table),
                self._score(settled_by(event)),
            )
            for event in self.study.case.talks.afterwards
        )

    def _score(self, then: Mapping[str, str | None]) -> Score | None:
        predicted = self.study.predicted
        if not then or predicted is None:
            return None
        given = self.study.packages.choices(predicted)
        return score(dict(then), given, self.study.case.unsettled)

    def _overall(self) -> Score | None:
        """Score all events together, by how each issue was settled last; nothing for one alone."""
        talks = self.study.case.talks
        several = sum(bool(settled_by(event)) for event in talks.afterwards) > 1
        return self._score(last_word(talks)) if several else None

    def _draws(self) -> Draws | None:
        study, drawn = self.study, self.study.uncertainty
        if drawn is None:
            return None
        parties, nothing = study.case.parties, self.names.nothing
        fixed = study.fixed is not None and study.fixed.agreements[study.choices.solution]

        def gain(of: str, party: str) -> Floats:
            return drawn.draws[f"{of}_gain_{party}"].to_numpy(dtype=float)

        packages = [(self.package(int(str(k))), float(v)) for k, v in drawn.packages.items()]
        options: dict[tuple[str, str], float] = {}
        for package, share in packages:
            for choice in package.choices.items():
                options[choice] = options.get(choice, 0.0) + share
        return Draws(
            count=len(drawn.draws),
            economies=drawn.economies,
            failed=drawn.failed,
            seed=study.choices.seed,
            horizons=tuple(study.case.talks.horizons),
            measured=any(study.worth),
            zone=drawn.zone,
            beyond=drawn.beyond,
            deal=drawn.deal,
            blind=drawn.blind,
            accepted=drawn.chance("central_accepted"),
            secret=drawn.secret_deal,
            packages=tuple(packages),
            none=float(np.mean(drawn.draws["package"] < 0)),
            options=options,
            gains=tuple(drawn.interval(f"central_gain_{p}") for p in parties),
            bands=tuple(band(gain(CENTRAL, p), nothing) for p in parties),
            fixed=tuple(band(gain(FIXED, p), nothing) if fixed else None for p in parties),
            apart=tuple(
                band(gain(FIXED, p) - gain(CENTRAL, p), nothing) if fixed else None for p in parties
            ),
            fixed_accepted=drawn.chance(f"{FIXED}_accepted") if fixed else np.nan,
            credible={
                t.no_deal: drawn.chance(f"credible_{t.no_deal}") for t in study.questions.threats
            },
            keeps={
                k.party: drawn.chance(f"keeps_{k.party}")
                for k in study.questions.lasting
                if f"keeps_{k.party}" in drawn.draws
            },
            importance={
                str(outcome): {str(k): float(v) for k, v in column.items()}
                for outcome, column in drawn.importance.to_dict().items()
            },
            elasticities=facts.drawn_elasticities(disagreement()),
            frame=drawn.draws,
        )


def ranked(study: TalksStudy) -> np.ndarray:
    """Return the efficient packages of the zone, the largest weighted product of gains first."""
    numbers = np.flatnonzero(study.outlook.efficient)
    gain = np.maximum(study.packages.utility[numbers] - study.outlook.no_deal.values, 0.0)
    with np.errstate(divide="ignore"):
        score_ = np.log(gain) @ study.power
    return numbers[np.argsort(-score_, kind="stable")]


def frontier(study: TalksStudy) -> np.ndarray:
    """Return the efficient packages of the zone; of all that can be signed where it is empty."""
    if study.outlook.efficient.any():
        return np.flatnonzero(study.outlook.efficient)
    able = np.flatnonzero(study.packages.feasible)
    return able[pareto(study.packages.utility[able])]
