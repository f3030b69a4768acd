"""Every figure that the talks rest on, with its range, what it is, and who says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from detente.report.talks.phrases import choices_in_words, issue_and_option
from detente.talks.uncertainty import ECONOMY, HORIZON

if TYPE_CHECKING:
    from detente.report.talks.names import Naming
    from detente.scenario.talks import RangeEntry
    from detente.talks.case import Case

MONEY, YEARLY, MONTHS, PLAIN = "million USD a year", "a year", "months", ""


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
    return [*_values(case, names), *_parties(case, names), *_course(case, names)]


def factor_names(figures: Sequence[Figure]) -> dict[str, str]:
    """Return what a reader sees of each figure that draws choose, by its key."""
    return {figure.key: figure.what for figure in figures} | {
        ECONOMY: "The economy: trade elasticities and horizon",
        "elasticities together": "All trade elasticities together",
        HORIZON: "Horizon, a part of the economy",
    }


def _figure(key: str, what: str, unit: str, given: RangeEntry | float, entry: Any = None) -> Figure:
    """Return a figure with its own note and sources, or those of the entry that it stands in."""
    low, mid, high = (given,) * 3 if isinstance(given, int | float) else given.ends
    note, source = (
        getattr(given, name, None) or getattr(entry, name, None) for name in ("note", "source")
    )
    return Figure(key, what, unit, low, mid, high, note or "", tuple(source or ()))


def _each(
    case: Case, names: Naming, key: str, what: str, values: Mapping[str, RangeEntry], entry: Any
) -> Iterator[Figure]:
    for party in case.parties:
        if party in values:
            said = f"{what}: worth to {names.name(party)}"
            yield _figure(f"{key} to {party}", said, MONEY, values[party], entry)


def _values(case: Case, names: Naming) -> Iterator[Figure]:
    for issue in case.talks.issues:
        for option in issue.options:
            key = f"{issue.id}={option.id}"
            what = issue_and_option(names, issue.id, option.id, ", ")
            yield from _each(case, names, key, what, option.values, option)
            for party, given in case.relief.get((issue.id, option.id), {}).items():
                card = option.relief.card if option.relief else ""
                said = f"{what}: the firm may buy again, worth to {names.name(party)}"
                note = f"From detente sanction {card}, general equilibrium with the firm apart."
                figure = _figure(f"relief of {key} to {party}", said, MONEY, given)
                yield replace(figure, note=figure.note or note, computed=True)
    for number, item in enumerate(case.talks.interactions, 1):
        what = " with ".join(choices_in_words(names, item.choices))
        yield from _each(case, names, f"interaction {number}", what, item.values, item)
    for point in case.talks.no_deal:
        what = f"No deal: {point.title}"
        yield from _each(case, names, f"no deal {point.id}", what, point.values, point)


def _parties(case: Case, names: Naming) -> Iterator[Figure]:
    known = {party.id: party.name for party in names.parties}
    for party in case.talks.parties:
        own, name = party.party, known[party.party]
        yield _figure(f"impatience of {own}", f"Impatience: {name}", YEARLY, party.impatience)
        back, turnover = party.audience_cost, party.turnover
        if any(back.ends):
            what = f"Cost at home of backing down from a threat: {name}"
            yield _figure(f"audience cost of {own}", what, MONEY, back)
        if any(turnover.ends):
            what = f"Chance that its leader is replaced: {name}"
            yield _figure(f"turnover of {own}", what, YEARLY, turnover)
        aim = party.objective
        if aim and aim.deficit:
            other = known.get(aim.deficit.partner, aim.deficit.partner)
            what = f"A dollar less of deficit with {other}: worth to {name}"
            yield _figure(f"smaller deficit of {own}", what, "USD", aim.deficit.value)
        if aim and aim.revenue:
            what = f"A dollar of tariff revenue, beyond a dollar of income: worth to {name}"
            yield _figure(f"revenue of {own}", what, "USD", aim.revenue)
        if aim and aim.standing:
            what = f"Having a threatened measure of its own in force: worth to {name}"
            yield _figure(f"standing of {own}", what, MONEY, aim.standing)
        # weights that were read are no figures of the file
        stated = aim.sectors if aim and not aim.weights else {}
        for sector, weight in stated.items():
            what = f"Extra weight of {sector}: {name}"
            yield _figure(f"weight {own} {sector}", what, PLAIN, weight)
        if party.weight != 1:
            what = f"Bargaining power beside the others': {name}"
            yield _figure(f"weight {own}", what, PLAIN, party.weight)


def _course(case: Case, names: Naming) -> Iterator[Figure]:
    talks = case.talks
    yield _figure("breakdown risk", "Rate at which talks break down", YEARLY, talks.breakdown_risk)
    yield _figure("detection months", "Until a breach is found out", MONTHS, talks.detection_months)
    yield _figure("round", "From one offer to the next", "days", float(talks.round_days))
    for number, entry in enumerate(talks.ratification, 1):
        key, what = f"vote {number}", f"{entry.title}: how sharply approval rises"
        yield _figure(f"{key} sharpness", what, "per million USD", entry.sharpness, entry)
        groups = [(key, entry.title, entry.values, entry)]
        groups += [(f"{key} {b.id}", f"{entry.title}, {b.title or b.id}", b.values, b)
                   for b in entry.blocs]  # fmt: skip
        for name, who, values, of in groups:
            for place, item in enumerate(values, 1):
                what = " with ".join(choices_in_words(names, item.choices))
                yield _figure(f"{name} #{place}", f"{who}: {what}", MONEY, item.value, of)
