"""Every figure that the talks rest on, with its range, what it is, and who says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from detente.report import words
from detente.report.markup import tag, text
from detente.report.talks.parts import (
    choices_in_words,
    grid,
    issue_titles,
    lines,
    option_titles,
    party_names,
)
from detente.talks.uncertainty import ECONOMY, HORIZON

if TYPE_CHECKING:
    from detente.scenario.talks import RangeEntry
    from detente.talks.study import TalksStudy

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
    """

    key: str
    what: str
    unit: str
    low: float
    central: float
    high: float
    note: str
    source: tuple[str, ...]


def figures(study: TalksStudy) -> list[Figure]:
    """Return every figure of the table of talks that is not the model's, in the file's order."""
    return [
        *_options(study),
        *_together(study),
        *_without_deal(study),
        *_parties(study),
        *_course(study),
        *_votes(study),
    ]


def factor_names(study: TalksStudy) -> dict[str, str]:
    """Return what a reader sees of each figure that draws choose, by its key."""
    found = {figure.key: figure.what for figure in figures(study)}
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
    return Figure(key, what, unit, low, mid, high, given.note or note or "",
                  tuple(given.source or source))  # fmt: skip


def _each(
    study: TalksStudy, key: str, what: str, values: Mapping[str, RangeEntry], entry
) -> Iterator[Figure]:
    names = party_names(study)
    for party in study.case.parties:
        if party in values:
            yield _figure(f"{key} to {party}", f"{what}: worth to {names[party]}", MONEY,
                          values[party], getattr(entry, "note", None),
                          getattr(entry, "source", ()))  # fmt: skip


def _options(study: TalksStudy) -> Iterator[Figure]:
    issues, options = issue_titles(study), option_titles(study)
    for issue in study.case.talks.issues:
        for option in issue.options:
            key = f"{issue.id}={option.id}"
            what = f"{issues[issue.id]}, {options[issue.id, option.id]}"
            yield from _each(study, key, what, option.values, option)
            for party, given in study.case.relief.get((issue.id, option.id), {}).items():
                card = option.relief.card if option.relief else ""
                yield _figure(f"relief of {key} to {party}",
                              f"{what}: the firm may buy again, worth to "
                              f"{party_names(study)[party]}", MONEY, given,
                              f"From detente sanction {card}, general equilibrium with the firm "
                              "apart.")  # fmt: skip


def _together(study: TalksStudy) -> Iterator[Figure]:
    for number, item in enumerate(study.case.talks.interactions, 1):
        what = " with ".join(choices_in_words(study, item.choices.items()))
        yield from _each(study, f"interaction {number}", what, item.values, item)


def _without_deal(study: TalksStudy) -> Iterator[Figure]:
    for point in study.case.talks.no_deal:
        yield from _each(study, f"no deal {point.id}", f"No deal: {point.title}", point.values,
                         point)  # fmt: skip


def _parties(study: TalksStudy) -> Iterator[Figure]:
    names = party_names(study)
    for party in study.case.talks.parties:
        name = names[party.party]
        yield _figure(f"impatience of {party.party}", f"Impatience: {name}", YEARLY,
                      party.impatience)  # fmt: skip
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
            other = names.get(aim.deficit.partner, aim.deficit.partner)
            what = f"A dollar less of deficit with {other}: worth to {name}"
            yield _figure(f"smaller deficit of {party.party}", what, "USD", aim.deficit.value)
        for sector, weight in (aim.sectors if aim else {}).items():
            yield Figure(f"weight {party.party} {sector}", f"Extra weight of {sector}: {name}",
                         PLAIN, weight, weight, weight, "", ())  # fmt: skip
        if party.weight != 1:
            yield Figure(f"weight {party.party}", f"Bargaining power beside the others': {name}",
                         PLAIN, party.weight, party.weight, party.weight, "", ())  # fmt: skip


def _course(study: TalksStudy) -> Iterator[Figure]:
    talks = study.case.talks
    yield _figure("breakdown risk", "Rate at which talks break down", YEARLY, talks.breakdown_risk)
    yield _figure("detection months", "Until a breach is found out", MONTHS, talks.detection_months)
    days = float(talks.round_days)
    yield Figure("round", "From one offer to the next", "days", days, days, days, "", ())


def _votes(study: TalksStudy) -> Iterator[Figure]:
    for number, entry in enumerate(study.case.talks.ratification, 1):
        sharp = entry.sharpness
        yield Figure(f"vote {number} sharpness", f"{entry.title}: how sharply approval rises",
                     "per million USD", sharp, sharp, sharp, entry.note or "",
                     entry.source)  # fmt: skip
        for bloc in entry.blocs:
            for place, item in enumerate(bloc.values, 1):
                what = " with ".join(choices_in_words(study, item.choices.items()))
                yield _figure(f"vote {number} {bloc.id} #{place}",
                              f"{entry.title}, {bloc.title or bloc.id}: {what}", MONEY, item.value,
                              bloc.note)  # fmt: skip


def table(study: TalksStudy) -> str:
    """Show every figure with its range and where it is from."""
    known = {source.id for source in study.scenario.sources}
    rows = []
    for one in figures(study):
        cited = [text("a", s, href=f"#source-{s}") if s in known else escape(s) for s in one.source]
        plain = [_number(v, one.unit) for v in (one.low, one.central, one.high)]
        unit = "" if one.unit in (MONEY, PLAIN) else f" {one.unit}"
        ranged = one.low != one.high
        rows.append([
            escape(one.what),
            escape(plain[1] + unit),
            escape(f"{plain[0]} to {plain[2]}" if ranged else "–"),
            _from(one, cited),
        ])  # fmt: skip
    return grid(
        study,
        ["Figure", "central", "range of the draws", "from"],
        rows,
        caption="Figures beside the model's, million USD a year unless another unit is given",
        name="figures",
        class_="ranges",
    )


def _from(one: Figure, cited: list[str]) -> str:
    said = text("div", one.note, class_="note") if one.note else ""
    if cited:
        return tag("div", *_joined(cited)) + said
    computed = one.key.startswith("relief of ") or one.note.lower().startswith("assum")
    return said if computed else text("div", "assumption") + said


def sources(study: TalksStudy) -> str:
    """List the documents that the scenario names, with the places that the figures link to."""
    from detente.report.background import _source

    items = [tag("li", _source(s), id=f"source-{s.id}") for s in study.scenario.sources]
    return tag("ul", *items, class_="sources") if items else ""


def measures(study: TalksStudy) -> str:
    """Say what each option puts in force: its measures, in words."""
    from detente.report import amounts, background

    entries = {m.id: m for m in study.scenario.measures}
    options, rows = option_titles(study), []
    used = amounts.found(study.scenario, study.calibration)
    for issue in study.case.talks.issues:
        for option in issue.options:
            if not option.measures:
                continue
            said = [f"{', '.join(entries[m].by)}: {background.said(entries[m], used)}"
                    for m in option.measures]  # fmt: skip
            name = f"{issue.title or issue.id}: {options[issue.id, option.id]}"
            rows.append([escape(name), lines(said), escape(issue.note or "")])
    if not rows:
        return ""
    return grid(study, ["Option", "measures in force", "note"], rows, name="measures",
                caption="Options that the model values: what is then in force",
                class_="ranges")  # fmt: skip


def _joined(parts: Sequence[str]) -> list[str]:
    return [part + (", " if k < len(parts) - 1 else "") for k, part in enumerate(parts)]


def _number(value: float, unit: str) -> str:
    if unit == MONEY:
        # whole millions, but for tables of small economies
        return words.signed(value, 0 if abs(value) >= 10 or not value else 3)
    return f"{value:g}".replace("-", words.MINUS)
