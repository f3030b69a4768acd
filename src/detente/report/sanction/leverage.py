"""Leverage of one economy over another: sentences, tables, what a ban shows, a document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.document.blocks import (
    Chart,
    Column,
    Document,
    Fold,
    Note,
    Section,
    Sentence,
    Table,
    Unit,
)
from detente.document.language import listed, noun, possessive
from detente.document.numbers import COUNT, PERCENT, SHARE, amount, money_unit, share
from detente.report import sure
from detente.report.columns import DATA, PRINTED, SHOWN, columns, named, table
from detente.report.sanction.tables import FRACTION
from detente.report.sanction.wording import cost
from detente.sanction.leverage_draws import THREATS
from detente.sanction.threat import CUT_OFF_PROBABILITY, HALF_LIFE_YEARS, LEAST_LOSS

if TYPE_CHECKING:
    from detente.report.sanction.facts import LeverageFacts

LARGEST = 8
FIRM_ALONE = "sectors"
"""The threat that a ban, or sectors asked for, are; the others are of all that is sold."""
LEVERAGE = (
    "Leverage is what a cut-off costs the target beyond what it costs the one who cuts off: who "
    "loses little can threaten. Losses are of real income, in the long run when sales stop for "
    "good: first order in general equilibrium, exact in the input's own price."
)
CHOKEPOINTS = (
    f"A chokepoint costs the target {100 * LEAST_LOSS:g}% of its income or more; those with the "
    "largest loss of the target for one of the supplier's own come first."
)
NO_OTHER = "Where one supplier sells all there is no other, so no price measures a cut-off."
INSURED = (
    "Insurance against a cut-off pays while another supplier asks no more than that above the "
    f"price, if a cut-off comes at {share(CUT_OFF_PROBABILITY)} a year."
)
_SECTOR = named("sector", "sector", "sector")
_NUMBER = Unit()


def sentence(found: LeverageFacts, ban: str) -> Sentence:
    """Say what the threat costs both sides."""
    on, by = found.threats[FIRM_ALONE]
    text = f"{ban}, for good, {_cost(found, on, by)} a year"
    if by > 0 and 0 < on < np.inf:
        text += f"; {noun(found.on.name)} loses {amount(on / by)} times as much"
    return Sentence(f"{text}.", ("power",))


def wears_off(found: LeverageFacts) -> list[Sentence]:
    """Say what the threat will be worth once the target has replaced half of it."""
    if found.half is None:
        return []
    text = (
        f"It wears off: once {noun(found.on.name)} has replaced half of "
        f"{possessive(found.by.name)} share, in {amount(HALF_LIFE_YEARS, 0)} years by assumption, "
        f"{share(found.half)} of the leverage is left."
    )
    return [Sentence(text, ("erosion",))]


def all_sales(found: LeverageFacts, ending: str = "") -> Sentence:
    """Say what it costs both sides where one sells the other nothing any more, and the reverse."""
    on = noun(found.on.name)
    sales, answer = (_cost(found, *found.threats[key]) for key in ("all-sales", "answer"))
    text = (
        f"Selling {on} nothing at all {sales} a year; {possessive(found.on.name)} answer in kind "
    )
    text += f"{answer}."
    return Sentence(text, (f"power{ending}",))


def _cost(found: LeverageFacts, on: float, by: float) -> str:
    return cost(((found.on, on), (found.by, by)), found.unit)


def power(found: LeverageFacts, ban: str, ending: str = "", *, own: bool, others: bool) -> Table:
    """Return what threats cost both sides: the one that ``ban`` names, all that either sells."""
    by, on = noun(found.by.name), noun(found.on.name)
    titles = {FIRM_ALONE: ban} if own else {}
    if others:
        titles |= {"all-sales": f"All that {by} sells to {on}"}
        titles |= {"answer": f"All that {on} sells to {by}"}
    shown = (
        Column("threat", "Threat", "what is sold no more"),
        Column("threat_id", "id", "sectors: as asked; all-sales; answer", hidden=True),
        *_losses(found, ("on_loss", "by_loss", "difference")),
    )
    rows = []
    for key, title in titles.items():
        on_loss, by_loss = found.threats[key]
        ratio = on_loss / by_loss if by_loss > 0 else np.nan
        losses = {"on_loss": on_loss, "by_loss": by_loss, "difference": on_loss - by_loss}
        rows.append({"threat": title, "threat_id": key, **losses, "ratio": ratio})
        rows[-1] |= _low_high(found, key)
    if found.draws is not None:
        shown = (*shown, *_over_runs(found))
    return table(f"power{ending}", "Sales cut off for good", shown, rows)


def _over_runs(found: LeverageFacts) -> list[Column]:
    """Return columns of ends over runs, for programs: a table of their own shows them."""
    unit = money_unit(found.unit, "a year")
    return [
        Column(f"{who}_loss_{end}", end, f"{end} end over runs of the loss of {noun(side.name)}",
               unit, hidden=True)
        for who, side in (("on", found.on), ("by", found.by)) for end in ("low", "high")
    ]  # fmt: skip


def _low_high(found: LeverageFacts, threat: str) -> dict[str, float]:
    on, by = found.ends(threat) or (None, None)
    return {
        f"{who}_loss_{end}": value
        for who, interval in (("on", on), ("by", by))
        for end, value in zip(("low", "high"), sure.low_high(interval), strict=True)
    }


def how_sure(found: LeverageFacts) -> list[Sentence]:
    """Say between which ends what the threat costs both sides is; nothing without draws."""
    if found.draws is None:
        return []
    if (both := found.ends(FIRM_ALONE)) is None:
        return [Sentence("How sure that is cannot be said: too few runs have a number.")]
    unit, sides = money_unit(found.unit, "a year"), (found.on, found.by)
    each = [f"{noun(side.name)} {sure.ends(-float(one.high), -float(one.low), unit)}"
            for side, one in zip(sides, both, strict=True)]  # fmt: skip
    shown = found.threats[FIRM_ALONE]
    far = [noun(side.name) for side, one, loss in zip(sides, both, shown, strict=True)
           if not one.low <= loss <= one.high]  # fmt: skip
    outside = f" (the figure above for {listed(far)} is outside)" if far else ""
    text = (
        f"{sure.lead(found.draws.prior)}{listed(each)} in {both[0].what}{outside}; "
        f"{listed(list(found.draws.fixed[:2]))} are the same in all."
    )
    return [Sentence(text, ("how-sure",))]


def over_runs(found: LeverageFacts, threats: Table) -> tuple[Any, ...]:
    """Return what threats cost each side with low and high over runs, drawn, and their basis."""
    if found.draws is None:
        return ()
    unit, rows = money_unit(found.unit, "a year"), []
    for row in threats.rows:
        ends = found.ends(str(row["threat_id"]))
        sides = ((found.on, "on_loss"), (found.by, "by_loss"))
        for (side, key), one in zip(sides, ends or (), strict=False):
            low, high = sure.low_high(one)
            rows.append({"what": f"{side.code}: {row['threat']}", "threat": row["threat_id"],
                         "economy": side.code, "low": low, "loss": row[key],
                         "high": high})  # fmt: skip
    lost = sure.left_out("", found.draws.lost[THREATS], found.draws.count, "answer").lstrip()
    said = [Sentence(lost)] if lost else []
    note = Note(sure.note(found.draws))
    if not rows:
        return (*said, note)
    what = next(one for key in found.threats if (one := found.ends(key)))[0].what
    shown = (
        Column("what", "", "what is sold no more, and who loses"),
        Column("threat", "threat", "id of the threat", hidden=True),
        Column("economy", "economy", "code of the economy", hidden=True),
        Column("low", "low", "low end over runs", unit),
        Column("loss", "loss", "at the central elasticities", unit),
        Column("high", "high", "high end over runs", unit),
    )
    runs = table("how-sure", "Losses over runs", shown, rows,
                 note=f"Low and high: {what} are between them")  # fmt: skip
    chart = Chart(runs, "ranges", "what", ("low", "loss", "high"), title=runs.title,
                  note=runs.note, description="Bars: ends of losses over runs, tick: as shown "
                  "above")  # fmt: skip
    return (*said, chart, note, _every_draw(found))


def _every_draw(found: LeverageFacts) -> Table:
    """Return what threats cost both sides in every draw, for programs."""
    assert found.draws is not None
    unit, drawn = money_unit(found.unit, "a year"), found.draws
    shown = (
        Column("threat", "threat", "id of the threat"),
        Column("draw", "draw", "number of the draw of parameters", COUNT),
        Column("on_loss", f"loss of {noun(found.on.name)}", "of the target", unit),
        Column("by_loss", f"loss of {noun(found.by.name)}", "of who threatens", unit),
    )
    rows = [
        {"threat": threat, "draw": number, "on_loss": float(on), "by_loss": float(by)}
        for threat in found.threats
        for number, (on, by) in enumerate(
            zip(*(drawn.values(THREATS, f, threat) for f in ("on_loss", "by_loss")), strict=True)
        )
    ]
    return table("draws", "Losses in every draw", shown, rows, on=DATA)


def _losses(found: LeverageFacts, keys: Sequence[str]) -> list[Column]:
    on, unit = noun(found.on.name), money_unit(found.unit, "a year")
    own, short = "own loss", ""
    if keys[1] == "by_loss":
        own, short = f"loss of {noun(found.by.name)}", f"loss of {found.by.code}"
    what = f"loss of {on} for one of the other's; none where that is none"
    ratio = Column("ratio", "ratio", what, _NUMBER)
    first = "first order in general equilibrium"
    return [
        Column(keys[0], f"loss of {on}", first, unit, f"loss of {found.on.code}"),
        Column(keys[1], own, "of who sells no more; below zero a gain", unit, short),
        Column(keys[2], keys[2], "loss of the target less the own loss", unit),
        ratio,
    ]


def chokepoints(found: LeverageFacts, ending: str = "") -> tuple[Any, ...]:
    """Return the largest chokepoints with what they are, and all of them for programs."""
    shown = [*named("by", "supplier"), *_SECTOR, *_losses(found, ("on_loss", "own_loss", "power"))]
    title = f"Chokepoints: who could hurt {noun(found.on.name)} at little cost"
    few = found.chokepoints.head(LARGEST)
    largest = table(f"largest-chokepoints{ending}", title, shown, few, on=SHOWN)
    every = table(f"chokepoints{ending}", "Chokepoints", shown, found.chokepoints, on=DATA)
    return largest, Note(CHOKEPOINTS), every


def worn(found: LeverageFacts) -> tuple[Any, ...]:
    """Return what sectors are threatened with, what insurance is worth, what is left later."""
    by, on, unit = found.by.code, found.on.code, money_unit(found.unit, "a year")
    threatened = [
        *_SECTOR,
        Column("share", "share", f"of {by} in what {on} buys", FRACTION),
        Column("theta", "trade elasticity", "trade elasticity of the sector", _NUMBER),
        Column("spending", "spending", f"what {on} spends on it", unit),
    ]
    whole = not found.inputs["share"].between(0, 1, inclusive="neither").all()
    note = NO_OTHER if whole else ""
    first = table("threatened", "Sectors threatened with", threatened, found.inputs, note=note)
    if not len(found.erosion):
        return (first,)
    insured = {
        "share_left": ("share left", "of the supplier, after some is moved"),
        "loss": ("loss", "of a cut-off, of what is spent on the input"),
        "premium_next": ("premium, next", "for the next unit that pays"),
        "premium_mean": ("premium, mean", "for all moved that pays"),
    }
    shown = [*_SECTOR, *columns(FRACTION, insured)]
    title = "How much dearer another supplier may be"
    dearer = table("diversification", title, shown, found.diversification, note=INSURED)
    later = [
        Column("year", "Year", "years until the cut-off", COUNT),
        *_SECTOR,
        Column("share", "share", "of the supplier, halved again and again", FRACTION),
        Column("price_pct", "price after a year", "rise of the price a year later", PERCENT),
        Column("long_run_pct", "in the long run", "rise of the price in the long run", PERCENT),
        Column("leverage", "leverage left", "of today's", SHARE),
    ]
    title = "How leverage wears off, by the year in which the cut-off comes"
    erosion = table("erosion", title, later, found.erosion)
    note = f"The share halves every {amount(HALF_LIFE_YEARS, 0)} years, by assumption"
    chart = Chart(erosion, "lines", "year", ("leverage",), "sector", note=note)
    return first, dearer, chart


def of_ban(found: LeverageFacts, ban: str, *, others: bool) -> tuple[Any, ...]:
    """Return what the threat of one firm's ban costs, and how that wears off."""
    return (
        sentence(found, ban),
        *wears_off(found),
        power(found, ban, own=True, others=others),
        Note(LEVERAGE),
        *(chokepoints(found) if others else ()),
        *worn(found),
    )


def of_pair(found: LeverageFacts, ending: str) -> tuple[Any, ...]:
    """Return what is said of two economies: all that either sells the other, chokepoints."""
    threats = power(found, "", ending, own=False, others=True)
    return (all_sales(found, ending), threats, Note(LEVERAGE), *chokepoints(found, ending))


def title(found: LeverageFacts) -> str:
    """Say whose leverage it is."""
    return f"Leverage of {noun(found.by.name)} over {noun(found.on.name)}"


def document(found: LeverageFacts, baseline: Mapping[str, Any]) -> Document:
    """Return what one economy can threaten another with."""
    on, sectors = noun(found.on.name), list(found.inputs["sector"])
    threat = f"Selling {on} no more of {listed([f'“{name}”' for name in sectors])}"
    threats = power(found, "; ".join(sectors), own=True, others=True)
    drawn = ("on_loss", "by_loss")
    picture = Chart(threats, "grouped", "threat", drawn, title="What cut-offs cost both sides")
    said = (sentence(found, threat), *how_sure(found), all_sales(found), *wears_off(found))
    largest, *rest = chokepoints(found)
    little = f"Who could hurt {on} at little cost"
    folded = (
        Fold(little, (largest, *rest)),
        Fold("How leverage wears off, by sector", worn(found)),
    )
    if runs := over_runs(found, threats):
        folded = (Fold("How sure", runs), *folded)
    return Document(
        "leverage",
        title(found),
        (
            Section("answer", "In short", (*said, picture)),
            Section("at-little-cost", "", (largest,), on=PRINTED),
            Section("more", "More", folded, more=True),
        ),
        notes=(LEVERAGE,),
        eyebrow=f"Détente · {baseline['name']} · {baseline['year']} · {baseline['unit']}",
        about={
            "baseline": baseline,
            "choices": {
                "by": found.by.code,
                "on": found.on.code,
                "sectors": list(found.inputs["sector_code"]),
                "cut_off_probability": CUT_OFF_PROBABILITY,
                "half_life_years": HALF_LIFE_YEARS,
                "least_loss_share": LEAST_LOSS,
                **sure.about(found.draws),
            },
        },
    )
