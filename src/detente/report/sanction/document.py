"""Firms cut off: what is shown of them, in reading order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

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
from detente.document.data import Data
from detente.document.numbers import amount, share
from detente.report import sure
from detente.report.columns import PRINTED
from detente.report.sanction import facts, leverage, tables, wording

if TYPE_CHECKING:
    import pandas as pd

    from detente.report.sanction.facts import BanFacts, Firm, Pair, World
    from detente.sanction.study import SanctionResult

TOGETHER = "together"
"""Folder, beside those of the firms, of what is of all bans together."""
CHOICES = ("days", "draws", "relief", "ban_share", "seed", "world_draws")
RUNS = (
    "Figures are at the central figures of the card unless said otherwise. Runs draw them from "
    "their ranges, which hold what is unknown of the firm, not of the model or its data: a share "
    "of runs is not a chance that it happens."
)
VALUE_ADDED = (
    "Value added is what output is worth beyond the goods and services it uses up; real income is "
    "what people can buy with what they earn."
)
LONG_RUN = (
    "The last day of the daily path fades into general equilibrium at the rate at which trade "
    "elasticities go to their long run; the two parts meet there. Rivals at home are no "
    "substitutes for the firm in this model beyond what buyers spend on them anyway."
)
JOINT = (
    "By day costs are lost value added, later lost real income. That the firm obeys afterwards, "
    "which is what remedies are for, is not money and is not here."
)
SEVERAL = (
    "A remedy ends the ban on its own firm, while the others stay; all of these end all of them."
)
WORLD = (
    "Who buys less from suppliers of what is banned, and who steps in, by the daily model of the "
    "whole world at the central figures. What firms lose is in the value added of their economies."
)


def of_all(results: Sequence[SanctionResult]) -> Document:
    """Return what several bans together do: but for its terminal nothing in it is of one firm."""
    each = [facts.of_firm(result) for result in results]
    return _document(facts.of_all(results), each)


def parts_of(result: SanctionResult) -> tuple[Document, dict[str, Data]]:
    """Return what a ban does to a firm; where it is the only one, to economies; data besides."""
    found = facts.of_firm(result)
    return _document(found), _frames(found)


def _document(found: BanFacts, each: Sequence[BanFacts] = ()) -> Document:
    firm, world, relief = found.firm, found.world, found.choices.relief
    sections = [Section("answer", "In short", (*wording.answer(found), *_picture(found)))]
    if each:
        said = (wording.of_firm(own, own.firm) for own in each if own.firm)
        blocks = tuple(replace(one, see=()) for one in said)
        sections.append(Section("each", "Each firm by itself", blocks, on=PRINTED))
    folds: dict[str, Sequence[Any]] = {"The firm": _firm(found, firm)} if firm else {}
    folds["Who else is hit" if world else "Its customers and suppliers"] = _who_else(found)
    if firm:
        folds["If the ban stays" if found.alone else "If the bans stay"] = _long_run(found, firm)
    folds |= _leverage(found)
    folds |= {"At the table": _at_the_table(found, world)} if world else {}
    folded = tuple(Fold(title, tuple(blocks)) for title, blocks in folds.items())
    sections.append(Section("more", "More", folded, more=True))
    if not found.alone:
        sections = [_labelled(section, "+".join(found.codes)) for section in sections]
    lifted = f"ban lifted on day {relief}" if relief else "ban not lifted"
    data = f"Baseline {found.baseline['name']}, {found.unit}"
    return Document(
        "sanction",
        wording.title(found),
        tuple(sections),
        eyebrow=f"Détente · {found.baseline_title} · {lifted}",
        summary=wording.whose(found),
        rests_on=(f"{data}; {wording.assumed(firm)}" if firm else data,),
        notes=(RUNS, VALUE_ADDED),
        about=_about(found),
    )


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
    drawn = sure.about(found.world.for_good if found.world else None)
    if drawn:
        choices["for_good"] = drawn["draws"]
    return {"baseline": found.baseline, "choices": {**own, **choices}}


def _picture(found: BanFacts) -> tuple[Any, ...]:
    """Return the picture of the answer: output by day, or whom all bans hit."""
    if not (firm := found.firm):
        return _hit(found)
    drawn, note = ("p5", "p95") if firm.many else (), "Per cent of normal"
    note += "; nine of ten runs are between the dashed lines" if drawn else ""
    title = f"How much {firm.name} makes, day by day"
    table = tables.path(found, firm)
    chart = Chart(table, "lines", "day", ("output", *drawn), title=title, note=note)
    return tables.path(found, firm, some=True), chart


def _firm(found: BanFacts, firm: Firm) -> tuple[Any, ...]:
    """Return when it stops, whose work is idle, by product line, and what the card says."""
    table = tables.lines(firm)
    drawn = tuple(column.key for column in table.columns[1:])
    note = "Central figures, per cent of what is normal"
    return (
        wording.shutdown(found, firm),
        *wording.jobs(found, firm),
        *((tables.hangs_on(firm),) if firm.hangs_on else ()),
        Chart(table, "lines", "day", drawn, title="Product lines and stocks", note=note),
        *(Note(text) for text in firm.card.notes),
        tables.figures(firm),
        tables.sources(firm),
        tables.adjustments(firm),
        *(() if found.world else (tables.months(found),)),
    )


def _hit(found: BanFacts) -> tuple[Chart, ...]:
    """Return whom it hits most as a picture, if anybody."""
    if not found.world or not (table := tables.hit(found, found.world)).rows:
        return ()
    return (Chart(table, "bars", "economy", ("value_added",)),)


def _who_else(found: BanFacts) -> list[Any]:
    if not (world := found.world):
        said = [wording.trade(found, found.firm)] if found.firm else []
        return [*said, tables.countries(found)]
    return [
        wording.who_is_hit(found, world),
        *(one for pair in world.pairs for one in wording.why_it_gains(found, pair)),
        *wording.drawn_losses(found, world),
        *(_hit(found) if found.firm else ()),
        Note(WORLD),
        tables.countries(found),
        *_for_good(found, world),
        Note(wording.bracket(found, world)),
        tables.worst(found, world.worst),
    ]


def _for_good(found: BanFacts, world: World) -> tuple[Any, ...]:
    """Return the long run of every economy over runs, and what those rest on."""
    drawn = world.for_good
    if drawn is None or world.interval is None:
        return ()
    (why,) = drawn.lost.values()
    lost = sure.left_out("", why, drawn.count).lstrip()
    said = (Sentence(lost),) if lost else ()
    return tables.for_good(found, world), *said, Note(sure.note(drawn))


def _long_run(found: BanFacts, firm: Firm) -> tuple[Any, ...]:
    chart = Chart(tables.decade(firm), "lines", "month", ("output",), "part")
    said = wording.if_it_stays(found, firm)
    return said, tables.horizons(found, firm), chart, Note(LONG_RUN)


def _endings(world: World) -> list[tuple[Pair, str]]:
    """Return pairs of economies, and what keys of their tables end with where there are several."""
    if len(world.pairs) == 1:
        return [(world.pairs[0], "")]
    return [(pair, f"-{pair.sanctioner.code}-{pair.target.code}") for pair in world.pairs]


def _leverage(found: BanFacts) -> dict[str, Sequence[Any]]:
    if firm := found.firm:
        threat = wording.threat(found, firm)
        return {"Leverage": leverage.of_ban(firm.leverage, threat, others=found.alone)}
    pairs = _endings(found.world) if found.world else ()
    return {
        leverage.title(pair.leverage): leverage.of_pair(pair.leverage, ending)
        for pair, ending in pairs
    }


def _at_the_table(found: BanFacts, world: World) -> list[Any]:
    """Return what each side loses by the month, and what relief is worth under each remedy."""
    blocks: list[Any] = [one for pair in world.pairs for one in wording.remedy(found, pair)]
    blocks += [] if found.alone else [Note(SEVERAL)]
    for pair, ending in _endings(world):
        if len(pair.remedies) > 1:
            blocks.append(tables.remedies(found, pair, ending))
        blocks.append(tables.joint(found, pair, ending))
    return [*blocks, tables.months(found), Note(JOINT)]


def _labelled(block: Any, of: str) -> Any:
    """Say in data of every table whose figures it holds, where several firms are cut off."""
    if isinstance(block, Section | Fold):
        return replace(block, blocks=tuple(_labelled(one, of) for one in block.blocks))
    if isinstance(block, Chart):
        return replace(block, table=_labelled(block.table, of))
    if isinstance(block, Table) and "data" in block.on:
        rows = tuple({"of": of, **row} for row in block.rows)
        return replace(block, columns=(tables.OF, *block.columns), rows=rows)
    return block


def _frames(found: BanFacts) -> dict[str, Data]:
    """Return what files hold besides: every draw, output of every day to the tenth year."""
    if found.firm is None:
        return {}
    joined = (tables.DAY, tables.OUTPUT, tables.PART)
    return {
        "draws": _data(found, found.firm.draws, tables.drawn(found)),
        "joined": _data(found, found.firm.joined, joined),
    }


def _data(found: BanFacts, frame: pd.DataFrame, columns: Sequence[Column]) -> Data:
    if found.alone:
        return Data(frame, tuple(columns))
    held = frame.copy()
    held.insert(0, "of", "+".join(found.codes))
    return Data(held, (tables.OF, *columns))


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
