"""What tells two equilibria apart, in reading order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from detente.comparison import POINTS
from detente.document.blocks import Chart, Column, Document, Fold, Note, Section, Sentence, Unit
from detente.document.data import Data
from detente.document.language import capital, listed, long_day, noun
from detente.report.compare import tables, wording
from detente.report.compare.facts import CompareFacts, facts_of
from detente.report.run.data import baseline, described, titles
from detente.report.run.tables import key_of

if TYPE_CHECKING:
    from detente.comparison import Comparison, PathComparison

FEW = 5
"""Measures whose parts are shown beside the answer; of more they are folded."""
_TRADE = {
    "goods": "trade in goods at fob prices",
    "all": "trade in goods and services at fob prices",
    "mean_tariff_cf": "mean tariff on goods, weighted by trade of the baseline",
}


def sections(comparison: Comparison | None, letters: Mapping[str, str]) -> tuple[Section, ...]:
    """Return one variant against another; nothing where none are compared.

    Parameters
    ----------
    letters
        Of variants, as the rest of the page has them.
    """
    if comparison is None:
        return ()
    found = facts_of(comparison, _letters(comparison, letters))
    title = wording.title(found)
    return (
        Section("against", title, _lead(found)),
        Section("against-tables", f"{title}: all tables", _more(found), short="", more=True),
    )


def _letters(comparison: Comparison, letters: Mapping[str, str]) -> tuple[str, str]:
    one, other = (letters.get(name, "none") for name in comparison.ids)
    return one, other


def along(comparison: PathComparison | None, letters: Mapping[str, str]) -> tuple[Section, ...]:
    """Return one variant against another on every date of either; nothing where none are."""
    if comparison is None:
        return ()
    end = facts_of(comparison.end, _letters(comparison.end, letters))
    table = tables.dates(comparison, end)
    columns = tuple(key_of("difference", code) for code in end.focus)
    drawn = Chart(
        table, "steps", "date", columns, title=f"Real income: {wording.title(end)}", note=table.note
    )
    last = Sentence(f"On {long_day(list(comparison.points)[-1])}, {wording.effect(end)}")
    return (Section("against", wording.title(end), (last, drawn)),)


def of_path(comparison: PathComparison) -> Document:
    """Return what two variants differ in along their dates, as a document of its own."""
    found = along(comparison, {name: name for name in comparison.end.ids})
    return replace(describe(comparison.end), sections=found)


def describe(comparison: Comparison) -> Document:
    """Return what two equilibria differ in, as a document of its own."""
    c, scenario = comparison.calibration, comparison.scenario
    found = facts_of(comparison)
    return Document(
        "comparison",
        wording.title(found),
        (
            Section("against", "In short", _lead(found)),
            Section("against-tables", "All tables", _more(found), more=True),
        ),
        eyebrow=f"Détente · {c.card.title}",
        summary=scenario.title if scenario else "",
        rests_on=(f"Baseline {c.name} ({c.card.year}), {found.unit.data}",),
        about={"baseline": baseline(c)},
    )


def _lead(found: CompareFacts) -> tuple[Any, ...]:
    said = map(
        Sentence, (capital(wording.effect(found)), *wording.ends(found), *wording.causes(found))
    )
    parts = _parts(found) if len(found.parts) <= FEW else ()
    return (*said, *parts, *_of_firms(found))


def _of_firms(found: CompareFacts) -> tuple[Sentence, ...]:
    """Say on which economy both were solved, where it is not the scenario's plain one."""
    if not found.firms:
        return ()
    who = listed([noun(name) for name in found.firms])
    return (
        Sentence(
            f"Both are solved on the baseline with {who} taken out of its sector; a run without "
            "firms of its own has another baseline, and slightly different figures."
        ),
    )


def _parts(found: CompareFacts) -> tuple[Any, ...]:
    return (tables.causes(found), Note(wording.how(found))) if found.parts else ()


def _more(found: CompareFacts) -> tuple[Any, ...]:
    incomes = tables.incomes(found)
    title = f"Real income: {wording.title(found)}"
    drawn = Chart(
        incomes,
        "bars",
        "economy",
        ("difference",),
        title=title,
        note=incomes.note,
        largest_first=True,
    )
    more = [tables.trade(found)] if found.trade else []
    more += [tables.sectors(found, code) for code in found.focus]
    parts = _parts(found) if len(found.parts) > FEW else ()
    return (*parts, drawn, Fold("In trade and by sector", tuple(more)))


def frames(comparison: Comparison | None) -> dict[str, Data]:
    """Return results of all economies, sectors and pairs, the first against the second."""
    if comparison is None:
        return {}
    countries = comparison.countries
    if (interval := comparison.interval) is not None:
        both = {"real_income_low_pct": interval.low, "real_income_high_pct": interval.high}
        countries = countries.assign(**both)
    raw = {"compared-countries": countries, "compared-by-sector": comparison.sectors,
           "compared-pairs": comparison.bilateral}  # fmt: skip
    unit = comparison.calibration.card.unit
    made = described(
        {name: frame.reset_index() for name, frame in raw.items()},
        unit,
        titles(comparison.calibration),
        _TRADE,
    )
    return {name: Data(one.frame, tuple(map(_against, one.columns))) for name, one in made.items()}


def _against(column: Column) -> Column:
    """Say of a column that it compares: a per cent of the second, or a difference from it."""
    if column.unit is None and column.key != "mean_tariff_cf":
        return column
    stated = column.unit.label if column.unit else "fraction of the fob value"
    ratio = column.key.endswith("_pct") and column.key not in POINTS
    how, unit = ("over", "per cent of the second") if ratio else ("less", stated)
    unit = "points" if column.key in POINTS else unit.split(", change from")[0]
    return replace(column, meaning=f"{column.meaning}: the first {how} the second", unit=Unit(unit))
