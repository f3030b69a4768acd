"""What a game shows, in reading order."""

from __future__ import annotations

from typing import Any

from detente.document.blocks import Chart, Document, Fold, Note, Section, Sentence
from detente.report import imbalances
from detente.report.games import bands, certainty, charts, data, options, tables, wording
from detente.report.games.facts import Result, as_scenario, codes, player_names, several
from detente.report.run import background
from detente.report.run import charts as run_charts
from detente.report.run import tables as run_tables
from detente.report.run.document import by_variant, chooser
from detente.report.run.facts import RunFacts, facts_of
from detente.wars.run import TalksResult, WarResult

_TITLES = {"nash": "a tariff war", "optimal": "optimal tariffs", "cooperate": "what can be agreed"}


def describe(result: Result) -> Document:
    """Return what a game shows."""
    setting, kind = result.setting, "cooperate" if isinstance(result, TalksResult) else result.kind
    case, card = setting.case, setting.calibration.card
    rule = wording.rule_in_words(setting)
    run = facts_of(as_scenario(result)) if result.solutions else None
    sections = (
        _in_short(result),
        _besides(result),
        *(_of_war(result) if isinstance(result, WarResult) else (_alternative(result),)),
        _sure(result),
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


def _in_short(result: Result) -> Section:
    """Open with the answer, a picture, and the figures that all else is about."""
    said = map(Sentence, wording.opening(result))
    if isinstance(result, WarResult):
        return Section("in-short", "In short", (*said, charts.rates(result)))
    picture = (charts.payoffs(result),) if len(result.setting.players) == 2 else ()
    return Section("in-short", "In short", (*said, *picture))


def _besides(result: Result) -> Section:
    """Return who charges or gets what, and what the opening leaves out."""
    opened = wording.opening(result)
    rest = [Sentence(said) for said in wording.sentences(result) if said not in opened]
    if isinstance(result, TalksResult):
        return Section("by-alternative", "Agreements by alternative",
                       (tables.agreements(result), *rest))  # fmt: skip
    return Section("by-player", "Who would charge what", (tables.charges(result), *rest))


def _of_war(result: WarResult) -> tuple[Section, ...]:
    every = tables.rates(result.rates(), result.setting, "rates-by-sector", "Rates by sector")
    drawn: list[Chart] = [charts.curves(result)] if result.curves else []
    announced: tuple[Any, ...] = ()
    if result.matrix is not None:
        intro = "Each either carries out what was announced in its name, or nothing."
        announced = (Note(intro), tables.matrix(result))
    many = charts.rates(result).table.key != every.key
    return (
        Section("replies", "How each would reply", tuple(drawn), more=True),
        Section("announced", "The announced measures as a game", announced),
        Section("all-rates", "All rates", (Fold(every.title, (every,)),) if many else ()),
    )


def _alternative(result: TalksResult) -> Section:
    if result.war is None or not result.war.status.found:
        return Section("war", "The war that is an alternative", ())
    title = "Rates of the war that is an alternative"
    table = tables.rates(result.war.rates, result.setting, "rates-of-the-war", title)
    return Section(
        "war", "The war that is an alternative", (Fold(title, (table,)),), on=tables.PAGE
    )


def _sure(result: Result) -> Section:
    """Say how sure the answer is: certificates, other ends, intervals."""
    if isinstance(result, TalksResult):
        said = [f"Solution: {result.rule}. Points are local optima of the search from the rates in "
                "force.", wording.alternative(result)]  # fmt: skip
        return Section("how-sure", "How sure", tuple(Sentence(one) for one in said if one))
    names, blocks = player_names(result.setting), []
    for one in result.found:
        blocks += [Sentence(certainty.certificate(one, result.kind, names)),
                   Sentence(certainty.status(one))]  # fmt: skip
    if several(result):
        blocks.append(tables.ends(result))
    if result.bands is not None:
        blocks += [tables.intervals(result), Note(bands.note(result.bands))]
    return Section("how-sure", "How sure", tuple(blocks))


def _economies(run: RunFacts) -> tuple[Section, ...]:
    """Return the economies that were found as variants of the scenario."""
    return (
        by_variant(run),
        Section("gains", "Who gains, who loses", (run_charts.real_income(run),), more=True),
        *([Section("between", "Trade between the two", (run_charts.trade(run),), more=True)]
          if run.pairs else []),
    )  # fmt: skip


def _background(result: Result, run: RunFacts, rule: str) -> tuple[Section, ...]:
    shown = as_scenario(result)
    return (
        background.case(result.setting.case),
        background.assumptions(shown, [("Game", rule)]),
        background.data_card(shown),
        background.solver(shown, run_tables.solution(run)),
    )
