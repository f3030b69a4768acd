"""What a run shows, in reading order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from detente.document.blocks import Card, Choice, Chooser, Document, Fold, Note, Section, Sentence
from detente.document.numbers import CHANGE, NEGLIGIBLE_PCT, pct, spoken
from detente.report import amounts, facts, imbalances, remarks
from detente.report.compare import document as compare
from detente.report.facts import BEFORE
from detente.report.run import (
    across,
    background,
    charts,
    data,
    firms,
    horizons,
    limits,
    sure,
    tables,
    wording,
)
from detente.report.run.facts import RunFacts, facts_of, horizon_facts

if TYPE_CHECKING:
    from detente.simulate import ScenarioResult


def describe(result: ScenarioResult) -> Document:
    """Return what a run shows."""
    run, scenario = facts_of(result), result.scenario
    when = str(scenario.date) if result.at is None else f"in force on {result.at}"
    sections = (
        *compare.sections(result.comparison, facts.letters(result)),
        _in_short(run, result),
        across.section(run, result),
        _odd(run, result),
        sure.section(run, result),
        by_variant(run),
        _incomes(run),
        *(_between(run) if run.pairs else ()),
        _sectors(run),
        firms.of_result(result),
        _horizon(run, result),
        limits.of_result(result),
        imbalances.of_removal(result.removal, run.focus),
        background.case(scenario),
        background.measures(result),
        background.assumptions(result),
        background.data_card(result),
        background.solver(result, tables.solution(run)),
    )
    return Document(
        "run",
        scenario.title,
        tuple(section for section in sections if section.blocks),
        eyebrow=f"{when} · {background.size(result)} · every variant {background.status(result)}",
        notes=background.hints(result),
        chooser=chooser(run),
        about=data.about(result),
    )


def live(result: ScenarioResult, *, quick: bool = False) -> Document:
    """Return what a run comes to, without what it rests on: soon enough to follow a slider.

    ``quick``: without trade between the two in focus and what is odd, which take half the time.
    """
    run = facts_of(result, between=not quick)
    more = () if quick else (*(_between(run)[:2] if run.pairs else ()), _odd(run, result))
    sections = (
        by_variant(run),
        _incomes(run),
        _sectors(run),
        *more,
        *(() if quick else (limits.of_result(result),)),
    )
    return Document(
        "run",
        result.scenario.title,
        tuple(section for section in sections if section.blocks),
        chooser=chooser(run),
    )


def _odd(run: RunFacts, result: ScenarioResult) -> Section:
    """Say what is odd; where two variants are compared, of those first and by their titles."""
    solved = [(run.variants[name].mark, one) for name, one in result.variants.items()]
    if result.comparison:
        compared = [result.variants.get(name) for name in result.comparison.ids]
        solved.sort(key=lambda one: one[1] not in compared)
        solved = [(replace(mark, short=""), solution) for mark, solution in solved]
    said = [*wording.world(result), *amounts.lines(result.scenario, result.calibration)]
    return remarks.of_solutions(solved, said)


def chooser(run: RunFacts) -> Chooser:
    """Let a reader choose the variant that blocks of one variant show."""
    return Chooser("variant", "Variant", run.titles, run.last)


def _in_short(run: RunFacts, result: ScenarioResult) -> Section:
    """Open with the answer and a picture of all variants."""
    shown = charts.variants(run) if run.focus else tables.variants(run)
    compared = result.comparison is not None
    title = "Every variant by itself" if compared else "In short"
    said = wording.answer(run, result, sure.sentence(run, result))
    return Section("in-short", title, (*said, shown), more=compared)


def by_variant(run: RunFacts) -> Section:
    """Return key figures and sentences of every variant."""
    options: dict[str, tuple[Any, ...]] = {}
    for name, variant in run.variants.items():
        said = [f(run, name) for f in (wording.effect, wording.breadth, wording.bilateral)]
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
    wage = f"real wage {pct(row['real_wage_pct'])}"
    if row["unemployment_pct"] > remarks.IDLE:
        wage += " on average, the idle included; "
        wage += f"{spoken(row['unemployment_pct'], CHANGE)} of workers without work"
    worth, revenue = (
        spoken(row[key], run.money(), sign=True)
        for key in ("real_income_musd", "tariff_revenue_change_musd")
    )
    small = [f"{worth} a year", wage, f"tariff revenue {revenue} a year"]
    if code in variant.ends:
        small.insert(0, "{} to {} over runs".format(*map(pct, variant.ends[code])))
    # heads of a Roy model follow wages even where hardly any labour moves: not what a reader means
    if variant.one_wage:
        moved = spoken(row["reallocation_pct"], CHANGE)
        small.append(f"{moved} of workers (by wage bill) change sector")
    tone = "" if abs(value) < NEGLIGIBLE_PCT else "good" if value > 0 else "bad"
    return Card(f"{run.names[code]}, real income", pct(value), None, tuple(small), tone)


def _balance_card(run: RunFacts, name: str) -> Card:
    a, b = (run.names[code] for code in run.focus)
    before, after = (run.balances["goods"][k] for k in (BEFORE, name))
    then, now, change = (
        spoken(value, run.money(), sign=True) for value in (before, after, after - before)
    )
    return Card(f"{a}, goods balance with {b}", now, None, (f"{then} before", f"change {change}"))


def _incomes(run: RunFacts) -> Section:
    apart = map(Sentence, wording.comparison(run)[: len(run.focus)])
    shown = (*apart, charts.real_income(run))
    return Section("gains", "Every economy", shown, more=True)


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
    shown = (
        ("between", "Trade between the two", (charts.trade(run),)),
        ("elsewhere", "Where the trade goes instead",
         (*diverted, *(charts.diversion(run, pair) for pair in run.pairs))),
        ("rates", "Tariffs by sector", tuple(charts.tariffs(run, pair) for pair in run.pairs)),
        ("balances", "The balance, gross and in value added",
         (Sentence(wording.balance(run)), tables.balance(run))),
        ("who-pays", "Who pays", bears if paid else ()),
    )  # fmt: skip
    return tuple(Section(key, title, blocks, more=True) for key, title, blocks in shown)


def _each(run: RunFacts, sentences: Callable[[str], list[str]]) -> tuple[Choice, ...]:
    """Return sentences by variant, those without any left out."""
    options = {
        name: tuple(Sentence(sentence) for sentence in sentences(name) if sentence)
        for name in run.variants
    }
    said = {name: blocks for name, blocks in options.items() if blocks}
    return (Choice("variant", said),) if said else ()


def _sectors(run: RunFacts) -> Section:
    options = {
        name: tuple(tables.sectors(run, name, code) for code in run.focus) for name in run.variants
    }
    every = Fold("Every sector", (Choice("variant", options),))
    shown = (charts.sectors(run), every) if run.focus else ()
    return Section("by-sector", "Sectors", shown, more=True)


def _horizon(run: RunFacts, result: ScenarioResult) -> Section:
    """Compare with the long run: sentences on what differs and why, and a table of both."""
    found, title = horizon_facts(result), "What the horizon changes"
    if found is None or not found.cases:
        return Section("horizon", title, ())
    said = map(Sentence, horizons.sentences(run, found))
    return Section("horizon", title, (*said, tables.horizons(run, found)), more=True)
