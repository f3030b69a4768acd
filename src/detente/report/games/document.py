"""What a game shows, in reading order."""

from __future__ import annotations

from typing import Any

from detente.document.blocks import Document, Fold, Section, Sentence
from detente.games.bargaining import Agreement
from detente.report import imbalances
from detente.report.games import (
    announced,
    certainty,
    charts,
    data,
    options,
    ranges,
    tables,
    wording,
)
from detente.report.games.facts import Result, as_scenario, codes, player_names, several
from detente.report.run import background
from detente.report.run import charts as run_charts
from detente.report.run import tables as run_tables
from detente.report.run.document import by_variant, chooser
from detente.report.run.facts import RunFacts, facts_of
from detente.wars.results import TalksResult, WarResult

_TITLES = {"nash": "a tariff war", "optimal": "optimal tariffs", "cooperate": "what can be agreed"}


def describe(result: Result) -> Document:
    """Return what a game shows."""
    setting, kind = result.setting, "cooperate" if isinstance(result, TalksResult) else result.kind
    case, card = setting.case, setting.calibration.card
    rule = wording.rule_in_words(setting)
    run = facts_of(as_scenario(result)) if result.solutions else None
    own = _of_talks(result) if isinstance(result, TalksResult) else _of_war(result)
    sections = (
        *own,
        *options.sections(result),
        *(_economies(run) if run else ()),
        imbalances.of_removal(setting.removal, codes(setting)),
        *(_background(result, run, rule) if run else ()),
    )
    return Document(
        kind,
        f"{case.title}: {_TITLES[kind]}",
        tuple(section for section in sections if section.blocks),
        eyebrow=f"Détente · {case.date} · {card.title} · {case.horizon}",
        rests_on=(rule, wording.rests_on(result)),
        notes=tuple(f"Note: {note}." for note in result.notes),
        chooser=chooser(run) if run else None,
        about=data.about(result),
    )


def _said(*told: str) -> list[Sentence]:
    return [Sentence(one) for one in told if one]


def _of_war(result: WarResult) -> tuple[Section, ...]:
    """Return who charges what, what that brings to whom, and how sure it is."""
    every = tables.rates(result.rates(), result.setting, "rates-by-sector", "Rates by sector")
    drawn, charged = charts.rates(result), tables.charges(result)
    whole = (Fold(every.title, (every,)),) if drawn.table.key != every.key else ()
    replies = (charts.curves(result),) if result.curves else ()
    picture = (charts.outcomes(result),) if result.solutions else ()
    game: tuple[Any, ...] = ()
    if result.matrix is not None:
        told = announced.sentence(result, player_names(result.setting))
        game = (*_said(told), tables.matrix(result))
    sure: list[Any] = certainty.sentences(result)
    if several(result):
        sure.append(tables.ends(result))
    sure += ranges.blocks(result)
    return (
        Section("in-short", "In short", (*wording.opening(result), *picture)),
        Section("by-player", "Who would charge what", (charged,), on=frozenset(("terminal",))),
        Section("all-rates", "Who would charge what, by sector",
                (charged, *_said(*wording.highest(result)), drawn, *whole), more=True),
        Section("replies", "How each would reply", replies, more=True),
        Section("announced", "The announced measures as a game", game, more=True),
        Section("how-sure", "How sure", tuple(sure), more=True),
    )  # fmt: skip


def _of_talks(result: TalksResult) -> tuple[Section, ...]:
    """Return what a deal would bring over each alternative, and how sure it is."""
    agreed = any(b.status is Agreement.AGREED for b in result.bargains.bargains.values())
    shown = charts.agreements(result) if agreed else tables.agreements(result)
    plane = (charts.payoffs(result),) if len(result.setting.players) == 2 else ()
    title, rates = "Rates of the war that is an alternative", ()
    if result.war is not None and result.war.status.found:
        table = tables.rates(result.war.rates, result.setting, "rates-of-the-war", title)
        rates = (Fold(title, (table,)),)
    local = "Points are local optima of the search from the rates in force."
    return (
        Section("in-short", "In short", (*wording.opening(result), shown)),
        Section("by-alternative", "How a deal is shared",
                (*_said(*wording.sharing(result)), *plane), more=True),
        Section("how-sure", "How sure",
                (*ranges.blocks(result), *_said(local, certainty.alternative(result)), *rates),
                more=True),
    )  # fmt: skip


def _economies(run: RunFacts) -> tuple[Section, ...]:
    """Return the economies that were found as variants of the scenario."""
    trade = (run_charts.trade(run),) if run.pairs else ()
    return (
        by_variant(run),
        Section("gains", "Who gains, who loses", (run_charts.real_income(run),), more=True),
        Section("between", "Trade between the two", trade, more=True),
    )


def _background(result: Result, run: RunFacts, rule: str) -> tuple[Section, ...]:
    shown = as_scenario(result)
    return (
        background.case(result.setting.case),
        background.assumptions(shown, [("Game", rule)]),
        background.data_card(shown),
        background.solver(shown, run_tables.solution(run)),
    )
