"""Every figure that the talks rest on, with its range, what it is, and who says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from detente.report import amounts
from detente.report.run import background
from detente.report.talks.phrases import choices_in_words
from detente.talks.uncertainty import ECONOMY, HORIZON

if TYPE_CHECKING:
    from detente.report.talks.facts import Naming
    from detente.scenario.talks import RangeEntry
    from detente.talks.case import Case

MONEY, YEARLY, MONTHS, PLAIN = "million USD a year", "a year", "months", ""


@dataclass(frozen=True)
class Source:
    """A document that the scenario names."""

    id: str
    title: str
    publisher: str
    date: str
    url: str


@dataclass(frozen=True)
class Measured:
    """What an option puts in force."""

    issue: str
    option: str
    measures: tuple[str, ...]


@dataclass(frozen=True)
class Figure:
    """A figure with its range.

    Attributes
    ----------
    key
        The name under which draws choose it.
    what, unit
        What a reader sees.
    low, central, high
        Its range; the same number three times where it has none.
    note
        What the file says of it.
    source
        Ids of sources; none for an assumption.
    computed
        Whether it is a result, and no assumption.
    """

    key: str
    what: str
    unit: str
    low: float
    central: float
    high: float
    note: str
    source: tuple[str, ...]
    computed: bool = False


def figures(case: Case, names: Naming) -> list[Figure]:
    """Return every figure of the table of talks that is not the model's, in the file's order."""
    return [
        *_options(case, names),
        *_together(case, names),
        *_without_deal(case, names),
        *_parties(case, names),
        *_course(case, names),
        *_votes(case, names),
    ]


def factor_names(figures: Sequence[Figure]) -> dict[str, str]:
    """Return what a reader sees of each figure that draws choose, by its key."""
    found = {figure.key: figure.what for figure in figures}
    found[ECONOMY] = "The economy: trade elasticities and horizon"
    found["elasticities together"] = "All trade elasticities together"
    found[HORIZON] = "Horizon, a part of the economy"
    return found


def _figure(
    key: str,
    what: str,
    unit: str,
    given: RangeEntry,
    note: str | None = None,
    source: Sequence[str] = (),
) -> Figure:
    low, mid, high = given.ends
    return Figure(
        key, what, unit, low, mid, high, given.note or note or "", tuple(given.source or source)
    )


def _each(
    case: Case, names: Naming, key: str, what: str, values: Mapping[str, RangeEntry], entry
) -> Iterator[Figure]:
    for party in case.parties:
        if party in values:
            yield _figure(
                f"{key} to {party}",
                f"{what}: worth to {names.name(party)}",
                MONEY,
                values[party],
                getattr(entry, "note", None),
                getattr(entry, "source", ()),
            )


def _options(case: Case, names: Naming) -> Iterator[Figure]:
    for issue in case.talks.issues:
        for option in issue.options:
            key = f"{issue.id}={option.id}"
            what = f"{names.issues[issue.id].title}, {names.option(issue.id, option.id)}"
            yield from _each(case, names, key, what, option.values, option)
            for party, given in case.relief.get((issue.id, option.id), {}).items():
                card = option.relief.card if option.relief else ""
                said = f"{what}: the firm may buy again, worth to {names.name(party)}"
                note = f"From detente sanction {card}, general equilibrium with the firm apart."
                figure = _figure(f"relief of {key} to {party}", said, MONEY, given, note)
                yield replace(figure, computed=True)


def _together(case: Case, names: Naming) -> Iterator[Figure]:
    for number, item in enumerate(case.talks.interactions, 1):
        what = " with ".join(choices_in_words(names, item.choices.items()))
        yield from _each(case, names, f"interaction {number}", what, item.values, item)


def _without_deal(case: Case, names: Naming) -> Iterator[Figure]:
    for point in case.talks.no_deal:
        key, what = f"no deal {point.id}", f"No deal: {point.title}"
        yield from _each(case, names, key, what, point.values, point)


def _parties(case: Case, names: Naming) -> Iterator[Figure]:
    known = {party.id: party.name for party in names.parties}
    for party in case.talks.parties:
        name = known[party.party]
        yield _figure(
            f"impatience of {party.party}", f"Impatience: {name}", YEARLY, party.impatience
        )
        for key, what, unit, given in (
            (
                "audience cost",
                "Cost at home of backing down from a threat",
                MONEY,
                party.audience_cost,
            ),
            ("turnover", "Chance that its leader is replaced", YEARLY, party.turnover),
        ):
            if any(given.ends):
                yield _figure(f"{key} of {party.party}", f"{what}: {name}", unit, given)
        aim = party.objective
        if aim and aim.deficit:
            other = known.get(aim.deficit.partner, aim.deficit.partner)
            what = f"A dollar less of deficit with {other}: worth to {name}"
            yield _figure(f"smaller deficit of {party.party}", what, "USD", aim.deficit.value)
        for sector, weight in (aim.sectors if aim else {}).items():
            yield Figure(
                f"weight {party.party} {sector}",
                f"Extra weight of {sector}: {name}",
                PLAIN,
                weight,
                weight,
                weight,
                "",
                (),
            )
        if party.weight != 1:
            yield Figure(
                f"weight {party.party}",
                f"Bargaining power beside the others': {name}",
                PLAIN,
                party.weight,
                party.weight,
                party.weight,
                "",
                (),
            )


def _course(case: Case, names: Naming) -> Iterator[Figure]:
    talks = case.talks
    yield _figure("breakdown risk", "Rate at which talks break down", YEARLY, talks.breakdown_risk)
    yield _figure("detection months", "Until a breach is found out", MONTHS, talks.detection_months)
    days = float(talks.round_days)
    yield Figure("round", "From one offer to the next", "days", days, days, days, "", ())


def _votes(case: Case, names: Naming) -> Iterator[Figure]:
    for number, entry in enumerate(case.talks.ratification, 1):
        sharp = entry.sharpness
        yield Figure(
            f"vote {number} sharpness",
            f"{entry.title}: how sharply approval rises",
            "per million USD",
            sharp,
            sharp,
            sharp,
            entry.note or "",
            entry.source,
        )
        for bloc in entry.blocs:
            for place, item in enumerate(bloc.values, 1):
                what = " with ".join(choices_in_words(names, item.choices.items()))
                yield _figure(
                    f"vote {number} {bloc.id} #{place}",
                    f"{entry.title}, {bloc.title or bloc.id}: {what}",
                    MONEY,
                    item.value,
                    bloc.note,
                )


def measured(case: Case, calibration: Any) -> tuple[Measured, ...]:
    """Return what each option of the table puts in force: its measures, in words."""
    entries = {m.id: m for m in case.scenario.measures}
    used = amounts.found(case.scenario, calibration)
    return tuple(
        Measured(
            issue.id,
            option.id,
            tuple(
                f"{', '.join(entries[m].by)}: {background.said(entries[m], used)}"
                for m in option.measures
            ),
        )
        for issue in case.talks.issues
        for option in issue.options
        if option.measures
    )


def sources(case: Case) -> tuple[Source, ...]:
    """Return the documents that the scenario names."""
    return tuple(
        Source(s.id, s.title, s.publisher or "", str(s.date or ""), s.url or "")
        for s in case.scenario.sources
    )
