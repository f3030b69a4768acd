"""Firms cut off: what is shown of them, in reading order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from detente.document import publish
from detente.document.blocks import (
    Chart,
    Column,
    Document,
    Fold,
    Note,
    Section,
    Sentence,
    Table,
)
from detente.document.language import listed
from detente.document.numbers import COUNT, DAYS, SHARE, amount, money_unit, share
from detente.report.sanction import facts, leverage, tables, wording

if TYPE_CHECKING:
    import pandas as pd

    from detente.report.sanction.facts import BanFacts, Firm, Pair, World
    from detente.sanction.study import SanctionResult

TOGETHER = "together"
"""Folder, beside those of the firms, of what is of all bans together."""
CHOICES = ("days", "draws", "relief", "ban_share", "seed", "world_draws")
BANDS = (
    "Central figures of the card unless said otherwise; draws are from its ranges, which hold what "
    "is unknown of the firm, not of the model."
)
LONG_RUN = (
    "The last day of the daily path fades into general equilibrium at the rate at which trade "
    "elasticities go to their long run; the two parts meet there. Rivals at home are no "
    "substitutes for the firm in this model beyond what buyers spend on them anyway."
)
JOINT = (
    "Costs by month are lost value added while the daily path lasts; its last day then fades into "
    "the loss of real income in equilibrium, at the rate at which trade elasticities go to their "
    "long run. That the firm obeys afterwards, which is what remedies are for, is not money and is "
    "not here."
)
WORLD = (
    "Who buys less from suppliers of what is banned, and who steps in, by the daily model of the "
    "whole world at the central figures. What firms lose is in the value added of their economies."
)


def of_all(results: Sequence[SanctionResult]) -> Document:
    """Return what several bans together do: nothing in it is of one firm."""
    return _document(facts.of_all(results))


def parts_of(result: SanctionResult) -> tuple[Document, dict[str, publish.Data]]:
    """Return what a ban does to a firm; where it is the only one, to economies; data besides."""
    found = facts.of_firm(result)
    return _document(found), _frames(found)


def _document(found: BanFacts) -> Document:
    firm, world = found.firm, found.world
    sections = [_answer(found), *([_days(found, firm)] if firm else ())]
    sections.append(_who_else(found))
    sections += [_long_run(found), *_leverage(found)]
    sections += [_at_the_table(found, world)] if world else []
    if not found.alone:
        sections = [_labelled(section, "+".join(found.codes)) for section in sections]
    about = "" if firm is None else f" {firm.card.year}"
    return Document(
        "sanction",
        wording.title(found),
        tuple(sections),
        eyebrow=f"Détente · {listed(list(found.firms if firm is None else found.firms[:1]))}{about}"
        f" · {found.baseline_title} · {wording.relief(found)}",
        summary=" ".join(filter(None, (wording.summary(found), wording.whose(found)))),
        rests_on=tuple(filter(None, (_of(found), wording.whose(found)))),
        notes=(BANDS,),
        about=_about(found),
    )


def _of(found: BanFacts) -> str:
    if found.firm is None:
        return f"Every figure from here on is of {wording.bans(found)}, and not of one firm."
    return f"Baseline {found.baseline['name']}, {found.unit}; figures of {found.firm.card.year}"


def _about(found: BanFacts) -> dict[str, Any]:
    """Return what the manifest says that figures rest on."""
    choices = {key: getattr(found.choices, key) for key in CHOICES}
    own: dict[str, Any] = {"firms": list(found.codes)}
    if found.firm:
        target, sanctioner = found.firm.sides
        own = {
            "firm": found.codes[0],
            "beside": list(found.firms[1:]),
            "target": target.code,
            "sanctioner": sanctioner.code,
        }
    return {"baseline": found.baseline, "choices": {**own, **choices}}


def _answer(found: BanFacts) -> Section:
    """Return at most three sentences and a picture."""
    said: list[Sentence] = []
    picture: tuple[Any, ...] = ()
    if firm := found.firm:
        said += [wording.path(found, firm), wording.shutdown(found, firm)]
        drawn = ("p5", "p50", "p95") if firm.many else ()
        chart = Chart(tables.path(found, firm), "lines", "day", ("output", *drawn))
        picture = (tables.some_days(found, firm), chart)
    if found.world:
        said += [wording.third_month(found, pair) for pair in found.world.pairs]
    if found.firm is None:
        picture = (_hit(found),)
    return Section("answer", "In short", (*said[:3], *picture))


def _days(found: BanFacts, firm: Firm) -> Section:
    table = tables.lines(found, firm)
    drawn = tuple(c.key for c in table.columns[1:])
    chart = Chart(
        table,
        "lines",
        "day",
        drawn,
        title="Product lines and stocks",
        note="Central figures, per cent of what is normal",
    )
    folded = Fold("Product lines and stocks", (chart,))
    said = (*wording.jobs(found, firm), wording.card(firm))
    return Section("firm", "The firm", (*said, folded, _card(found, firm)))


def _hit(found: BanFacts) -> Chart | Sentence:
    """Return whom it hits most as a picture; a sentence where that rounds to nothing."""
    table = tables.hit(found)
    if not table.rows:
        least = wording.money(wording.NOTHING, found.unit)
        return Sentence(f"For every economy it is less than {least}.")
    values = ("value_added", "output") if found.world else ("missed", "banned")
    return Chart(table, "grouped", "economy", values)


def _who_else(found: BanFacts) -> Section:
    world, shown = found.world, [] if found.firm is None else [_hit(found)]
    if world is None:
        folded = Fold("By economy", (*shown, tables.countries(found)))
        said = [wording.trade(found, found.firm)] if found.firm else []
        return Section("who-else", "Its customers and suppliers", (*said, folded))
    said = [wording.who_is_hit(found, world)]
    said += [one for pair in world.pairs for one in wording.why_it_gains(found, pair)]
    said += wording.drawn_losses(found, world)
    folded = (
        *shown,
        Note(WORLD),
        tables.countries(found),
        Note(wording.bracket(found, world)),
        tables.worst(found, world.worst),
    )
    return Section("who-else", "Who else is hit", (*said, Fold("By economy", folded)))


def _long_run(found: BanFacts) -> Section:
    said, folded = [], []
    if firm := found.firm:
        said.append(wording.if_it_stays(found, firm))
        chart = Chart(tables.decade(found, firm), "lines", "month", ("output",), "part")
        folded += [tables.horizons(found, firm), chart, Note(LONG_RUN)]
    if world := found.world:
        said += [wording.incomes(found, world, pair) for pair in world.pairs]
        table = tables.real_income(found, world.countries)
        folded.append(
            Chart(
                table,
                "bars",
                "economy",
                (f"real_income_{world.horizons[-1]}",),
                title="Real income in the long run",
            )
        )
    stay = "If the ban stays" if found.alone else "If the bans stay"
    return Section("long-run", stay, (*said, Fold("By horizon", tuple(folded))))


def _endings(world: World) -> list[tuple[Pair, str]]:
    """Return pairs of economies, and what keys of their tables end with where there are several."""
    if len(world.pairs) == 1:
        return [(world.pairs[0], "")]
    return [(pair, f"-{pair.sanctioner.code}-{pair.target.code}") for pair in world.pairs]


def _leverage(found: BanFacts) -> list[Section]:
    if firm := found.firm:
        threat = wording.threat(found, firm)
        return [leverage.of_ban(firm.leverage, threat, others=found.alone)]
    pairs = _endings(found.world) if found.world else []
    return [leverage.of_pair(pair.leverage, ending) for pair, ending in pairs]


def _at_the_table(found: BanFacts, world: World) -> Section:
    """Return what each side loses by the month, and what relief is worth under each remedy."""
    said: list[Sentence] = []
    folded: list[Any] = []
    if not found.alone:
        folded.append(Note(wording.remedies_of_several(found)))
    for pair, ending in _endings(world):
        said += wording.remedy(found, pair)
        folded.append(tables.costs(found, pair, ending))
        if len(pair.remedies) > 1:
            folded.append(tables.remedies(found, pair, ending))
        folded.append(tables.joint(found, pair, ending))
    folded += [tables.months(found), Note(JOINT)]
    return Section("table", "At the table", (*said, Fold("Costs and remedies", tuple(folded))))


def _card(found: BanFacts, firm: Firm) -> Fold:
    months = () if found.world else (tables.months(found),)
    folded = (
        *(Note(note) for note in firm.card.notes),
        tables.figures(found, firm),
        tables.sources(found, firm),
        tables.adjustments(found, firm),
        *months,
    )
    return Fold("Figures of the card, their sources, the carve", folded)


def _labelled(block: Any, of: str) -> Any:
    """Say in data of every table whose figures it holds, where several firms are cut off."""
    if isinstance(block, Section | Fold):
        return replace(block, blocks=tuple(_labelled(one, of) for one in block.blocks))
    if isinstance(block, Chart):
        return replace(block, table=_labelled(block.table, of))
    if isinstance(block, Table) and "data" in block.on:
        rows = tuple({"of": of, **row} for row in block.rows)
        return replace(block, columns=(OF, *block.columns), rows=rows)
    return block


OF = Column("of", "of", "whose figures these are: a firm's own, or of all bans", hidden=True)


def _frames(found: BanFacts) -> dict[str, publish.Data]:
    """Return what files hold besides: every draw, output of every day to the tenth year."""
    if found.firm is None:
        return {}
    draws = (
        Column("draw", "draw", "number of the draw", COUNT),
        Column("shutdown_day", "shutdown", "first day of a shutdown, empty for never", DAYS),
        Column("banned_fall", "fall", "mean loss of output while banned", SHARE),
        Column("lost_sales", "lost sales", "over the path", money_unit(found.unit, "")),
        Column("idle_jobs", "idle work", "person-years without work", COUNT),
    )
    joined = (
        Column("day", "day", "day of a ban that stays", DAYS),
        Column("output", "output", "output of the firm, of normal", SHARE),
        Column("part", "from", "days: by the day; adjustment: on the way to equilibrium"),
    )
    held = {"draws": (found.firm.draws, draws), "joined": (found.firm.joined, joined)}
    return {name: _data(found, frame, columns) for name, (frame, columns) in held.items()}


def _data(found: BanFacts, frame: pd.DataFrame, columns: tuple[Column, ...]) -> publish.Data:
    if found.alone:
        return publish.Data(frame, columns)
    held = frame.copy()
    held.insert(0, "of", "+".join(found.codes))
    return publish.Data(held, (OF, *columns))


def of_backtest(frame: pd.DataFrame, expected: dict[str, float]) -> Document:
    """Return which assumptions agree with what was observed."""
    both = frame[frame["agrees"]]
    observed = (
        f"Observed: operations ceased after {amount(expected['shutdown_day'], 0)} days; revenue "
        f"fell by {share(expected['banned_fall'])} while banned, all else flat."
    )
    if len(both):
        at = both.index.to_frame()
        spans = (f"{key} {at[key].min():g} to {at[key].max():g}" for key in at)
        agree = f"{len(both)} of {len(frame)} agree with both: {', '.join(spans)}."
    else:
        agree = f"None of {len(frame)} agrees with both."
    how = (
        "Every critical input is given the same need, stock and threshold; agreement is within "
        f"{amount(expected['slack_days'], 0)} days and {amount(100 * expected['slack_fall'], 0)} "
        "points."
    )
    said = (Sentence(observed), Sentence(agree), Note(how), tables.backtest(frame))
    return Document(
        "backtest",
        "What agrees with the ban that was observed",
        (Section("answer", "In short", said),),
    )
