"""What a run shows, in reading order."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from detente.document.blocks import Card, Choice, Chooser, Document, Fold, Note, Section, Sentence
from detente.document.numbers import NEGLIGIBLE_PCT, amount, money, pct
from detente.report import facts, imbalances, remarks
from detente.report.compare import document as compare
from detente.report.facts import BEFORE
from detente.report.run import (
    background,
    charts,
    data,
    echo,
    firms,
    horizons,
    limits,
    tables,
    wording,
)
from detente.report.run.facts import RunFacts, facts_of, horizon_facts

if TYPE_CHECKING:
    from detente.simulate import ScenarioResult


def describe(result: ScenarioResult) -> Document:
    """Return what a run shows."""
    run, card = facts_of(result), result.calibration.card
    scenario = result.scenario
    when = str(scenario.date) if result.at is None else f"in force on {result.at}"
    sections = (
        in_short(run),
        *compare.sections(result.comparison, facts.letters(result)),
        by_variant(run),
        _incomes(run),
        *(_between(run) if run.pairs else ()),
        _sectors(run),
        firms.of_result(result),
        _horizon(run, result),
        limits.of_result(result),
        imbalances.of_removal(result.removal, run.focus),
        remarks.of_solutions([(run.variants[k].mark, s) for k, s in result.variants.items()]),
        background.case(scenario),
        echo.section(result),
        background.measures(result),
        background.assumptions(result),
        background.data_card(result),
        background.solver(result, tables.solution(run)),
    )
    return Document(
        "run",
        scenario.title,
        tuple(section for section in sections if section.blocks),
        eyebrow=f"Détente · {when} · {card.title} · {scenario.horizon}",
        rests_on=(background.size(result),),
        notes=background.caption(result),
        chooser=chooser(run),
        about=data.about(result),
    )


def chooser(run: RunFacts) -> Chooser:
    """Let a reader choose the variant that blocks of one variant show."""
    return Chooser("variant", "Variant", run.titles, run.last)


def in_short(run: RunFacts) -> Section:
    """Open with the last variant, whether both ever gain, and a picture of all variants."""
    said = [wording.headline(run, run.last), *wording.comparison(run)[-1:]]
    shown = charts.variants(run) if run.focus else tables.variants(run)
    return Section("in-short", "In short", (*map(Sentence, said), shown))


def by_variant(run: RunFacts) -> Section:
    """Return key figures and sentences of every variant."""
    options: dict[str, tuple[Any, ...]] = {}
    for name, variant in run.variants.items():
        said = [f(run, name) for f in (wording.headline, wording.breadth, wording.bilateral)]
        options[name] = (
            *(_income_card(run, name, code) for code in run.focus),
            *([_balance_card(run, name)] if run.pairs else []),
            *(Sentence(sentence) for sentence in said if sentence),
            *([Note(variant.note)] if variant.note else []),
            Fold("In more measures", (tables.detail(run, name),)),
        )
    return Section("by-variant", "Each variant", (Choice("variant", options),), more=True)


def _income_card(run: RunFacts, name: str, code: str) -> Card:
    variant = run.variants[name]
    row, value = variant.countries[code], variant.change(code)
    idle = row["unemployment_pct"] > limits.IDLE
    wage = f"real wage {pct(row['real_wage_pct'])}"
    if idle:
        wage += f" on average, the idle included; {amount(row['unemployment_pct'])}% of workers "
        wage += "without work"
    worth = money(row["real_income_musd"], run.unit, sign=True)
    revenue = money(row["tariff_revenue_change_musd"], run.unit, sign=True)
    small = [f"{worth} a year", wage]
    small.append(f"tariff revenue {revenue}")
    # heads of a Roy model follow wages even where hardly any labour moves: not what a reader means
    if variant.one_wage:
        moved = amount(row["reallocation_pct"])
        small.append(f"{moved}% of workers (by wage bill) change sector")
    tone = "" if abs(value) < NEGLIGIBLE_PCT else "good" if value > 0 else "bad"
    return Card(f"{run.names[code]}, real income", pct(value), None, tuple(small), tone)


def _balance_card(run: RunFacts, name: str) -> Card:
    a, b = (run.names[code] for code in run.focus)
    before, after = (run.balances["goods"][k] for k in (BEFORE, name))
    small = (
        f"{money(before, run.unit, sign=True)} before",
        f"change {money(after - before, run.unit, sign=True)}",
    )
    return Card(f"{a}, goods balance with {b}", money(after, run.unit, sign=True), None, small)


def _incomes(run: RunFacts) -> Section:
    apart = map(Sentence, wording.comparison(run)[: len(run.focus)])
    shown = (*apart, charts.real_income(run))
    return Section("gains", "Who gains, who loses", shown, more=True)


def _between(run: RunFacts) -> tuple[Section, ...]:
    """Return what happens between the two economies in focus."""
    by_sector = [found for pair in run.pairs if (found := tables.paid_by_sector(run, pair))]
    diverted = _each(run, lambda name: [wording.diverted(run, name, pair) for pair in run.pairs])
    paid = _each(run, lambda name: [wording.paid(run, name, pair) for pair in run.pairs])
    bears: tuple[Any, ...] = (
        *paid,
        *(tables.paid(run, pair) for pair in run.pairs),
        Note(wording.paid_note(run)),
        *(Fold(table.title, (table,)) for table in by_sector),
    )
    elsewhere = tuple(charts.diversion(run, pair) for pair in run.pairs)
    rates = tuple(charts.tariffs(run, pair) for pair in run.pairs)
    return (
        Section("between", "Trade between the two", (charts.trade(run),), more=True),
        Section("elsewhere", "Where the trade goes instead", (*diverted, *elsewhere), more=True),
        Section("rates", "Tariffs by sector", rates, more=True),
        Section(
            "balances",
            "The balance, gross and in value added",
            (Sentence(wording.balance(run)), tables.balance(run)),
            more=True,
        ),
        Section("who-pays", "Who pays", bears if paid else (), more=True),
    )


def _each(run: RunFacts, sentences: Callable[[str], list[str]]) -> tuple[Choice, ...]:
    """Return sentences by variant, those without any left out."""
    options = {
        name: tuple(Sentence(sentence) for sentence in sentences(name) if sentence)
        for name in run.variants
    }
    said = {name: blocks for name, blocks in options.items() if blocks}
    return (Choice("variant", said),) if said else ()


def _sectors(run: RunFacts) -> Section:
    if not run.focus:
        return Section("by-sector", "Sectors", ())
    options = {
        name: tuple(tables.most_moved(run, name, code) for code in run.focus)
        for name in run.variants
    }
    every = tuple(tables.sectors(run, code) for code in run.focus)
    shown = (charts.sectors(run), Choice("variant", options), Fold("Every sector", every))
    return Section("by-sector", "Sectors", shown, more=True)


def _horizon(run: RunFacts, result: ScenarioResult) -> Section:
    """Compare with the long run: sentences on what differs and why, and a table of both."""
    found = horizon_facts(result)
    if found is None or not found.cases:
        return Section("horizon", "What the horizon changes", ())
    said = map(Sentence, horizons.sentences(run, found))
    shown = (*said, tables.horizons(run, found))
    return Section("horizon", "What the horizon changes", shown, more=True)
