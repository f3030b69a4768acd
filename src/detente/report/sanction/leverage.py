"""Leverage of one economy over another: sentences, tables, a section, a document of its own."""

from __future__ import annotations

from collections.abc import Mapping
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
    Unit,
)
from detente.document.language import listed, noun, possessive
from detente.document.numbers import COUNT, PERCENT, SHARE, amount, money_unit, share
from detente.report.sanction.tables import DATA, FRACTION, SHOWN, side
from detente.report.sanction.wording import loses
from detente.sanction.threat import CUT_OFF_PROBABILITY, HALF_LIFE_YEARS, LEAST_LOSS

if TYPE_CHECKING:
    from detente.report.sanction.facts import Input, LeverageFacts

LARGEST = 8
FIRM_ALONE = "sectors"
"""The threat that a ban, or sectors asked for, are; the others are of all that is sold."""
NOTE = (
    "What it costs each side in the long run when sales stop for good: first order in general "
    "equilibrium, exact in the input's own price. No ratio stands where the own loss is none."
)
_RATIO = Unit()


def sentence(found: LeverageFacts, ban: str) -> Sentence:
    """Say what the threat costs both sides and what it will be worth later."""
    threat = found.threats[FIRM_ALONE]
    told = listed(
        [
            f"{noun(found.on.name)} {loses(threat.on, found.unit)}",
            f"{noun(found.by.name)} {loses(threat.by, found.unit)}",
        ]
    )
    said = f"{ban}, for good: {told} a year"
    said += f", {amount(threat.ratio)} to one" if abs(threat.ratio) < float("inf") else ""
    if found.half is not None:
        said += (
            f"; with half of {possessive(found.by.name)} share of these inputs replaced at home "
            f"{share(found.half)} of the leverage is left"
        )
    return Sentence(f"{said}.", ("power",))


def all_sales(found: LeverageFacts, ending: str = "") -> Sentence:
    """Say what it costs both sides where one sells the other nothing any more."""
    threat, on, by = found.threats["all-sales"], noun(found.on.name), noun(found.by.name)
    told = listed([f"{on} {loses(threat.on, found.unit)}", f"{by} {loses(threat.by, found.unit)}"])
    return Sentence(
        f"Where {by} sells {on} nothing any more, for good, {told} a year.", (f"power{ending}",)
    )


def wear(found: LeverageFacts, one: Input) -> Sentence:
    """Say what insurance against a cut-off is worth, and how leverage erodes."""
    said = f"{found.by.code} sells {amount(100 * one.share)}% of what {found.on.code} buys of it"
    if one.premium is None:
        return Sentence(
            f"{said}; there is no other supplier, so no price measures a cut-off.",
            head=one.sector.name,
        )
    first, last = (amount(100 * premium) for premium in one.premium)
    left = ", ".join(f"{share(one.left[year])} in year {year:g}" for year in (2, 5, 10))
    return Sentence(
        f"{said}. Another supplier pays while at most {first}% dearer (for the last unit {last}%), "
        f"at {share(CUT_OFF_PROBABILITY)} a year of a cut-off. What is left of the leverage if "
        f"that share halves every {amount(HALF_LIFE_YEARS, 0)} years: {left}.",
        head=one.sector.name,
    )


def power(found: LeverageFacts, ban: str, ending: str = "", *, own: bool, others: bool) -> Table:
    """Return what threats cost both sides: the one that ``ban`` names, all that either sells."""
    titles = {
        FIRM_ALONE: ban,
        "all-sales": f"All that {found.by.code} sells to {found.on.code}",
        "answer": f"All that {found.on.code} sells to {found.by.code}",
    }
    columns = (
        Column("threat", "Threat", "what is sold no more"),
        Column("threat_id", "id", "sectors: as asked; all-sales; answer", hidden=True),
        *_losses(found, ("on_loss", "by_loss", "difference")),
    )
    rows = tuple(
        {
            "threat": title,
            "threat_id": key,
            "on_loss": one.on,
            "by_loss": one.by,
            "difference": one.on - one.by,
            "ratio": one.ratio,
        }
        for key, title in titles.items()
        if (own if key == FIRM_ALONE else others) and (one := found.threats[key])
    )
    return Table(f"power{ending}", "Sales cut off for good", columns, rows)


def _losses(found: LeverageFacts, keys: tuple[str, str, str]) -> tuple[Column, ...]:
    unit, on, by = money_unit(found.unit, "a year"), found.on.code, found.by.code
    own = f"loss of {by}" if keys[1] == "by_loss" else "own loss"
    return (
        Column(keys[0], f"loss of {on}", "first order in general equilibrium", unit),
        Column(keys[1], own, "of who sells no more; below zero a gain", unit),
        Column(keys[2], keys[2], "loss of the target less the own loss", unit),
        Column("ratio", "ratio", f"loss of {on} for one of the other's", _RATIO),
    )


def largest(found: LeverageFacts, ending: str = "") -> Table:
    """Return the chokepoints that cost the target most per unit of own cost."""
    columns = (
        Column("cell", "Who sells what", "supplier and sector"),
        *_losses(found, ("on_loss", "own_loss", "power")),
    )
    keys = [column.key for column in columns[1:]]
    rows = (
        {"cell": f"{row['by']}: {row['sector']}", **{key: row[key] for key in keys}}
        for row in found.chokepoints[:LARGEST]
    )
    title = f"Chokepoints: who could hurt {noun(found.on.name)} at little cost"
    return Table(f"largest-chokepoints{ending}", title, columns, tuple(rows), on=SHOWN)


def chokepoints(found: LeverageFacts, ending: str = "") -> Table:
    """Return all chokepoints."""
    columns = (
        *side("by", "supplier"),
        Column("sector", "sector", "what it would sell no more"),
        Column("sector_code", "code", "code of the sector", hidden=True),
        *_losses(found, ("on_loss", "own_loss", "power")),
    )
    return Table(f"chokepoints{ending}", "Chokepoints", columns, found.chokepoints, on=DATA)


def threatened(found: LeverageFacts) -> Table:
    """Return the sectors that are threatened with."""
    columns = (
        Column("sector", "sector", "what would be sold no more"),
        Column("sector_code", "code", "code of the sector", hidden=True),
        Column("share", "share", f"of {found.by.code} in what {found.on.code} buys", FRACTION),
        Column("theta", "trade elasticity", "trade elasticity of the sector", _RATIO),
        Column(
            "spending",
            "spending",
            f"what {found.on.code} spends on it",
            money_unit(found.unit, "a year"),
        ),
    )
    rows = tuple(
        {
            "sector": one.sector.name,
            "sector_code": one.sector.code,
            "share": one.share,
            "theta": one.theta,
            "spending": one.spending,
        }
        for one in found.inputs
    )
    return Table("threatened", "Sectors threatened with", columns, rows, on=DATA)


def erosion(found: LeverageFacts) -> Table:
    """Return what a cut-off does in some years' time, as the target replaces the supplier."""
    columns = (
        Column("year", "Year", "years until the cut-off", COUNT),
        Column("sector", "sector", "what would be sold no more"),
        Column("sector_code", "code", "code of the sector", hidden=True),
        Column("share", "share", "of the supplier, halved again and again", FRACTION),
        Column("price_pct", "price after a year", "rise of the price a year later", PERCENT),
        Column("long_run_pct", "in the long run", "rise of the price in the long run", PERCENT),
        Column("leverage", "leverage left", "of today's", SHARE),
    )
    title = "How leverage wears off, by the year in which the cut-off comes"
    return Table("erosion", title, columns, _by_sector(found, found.erosion))


def diversification(found: LeverageFacts) -> Table:
    """Return how much dearer another supplier may be before insurance does not pay."""
    columns = (
        Column("sector", "sector", "what would be sold no more"),
        Column("sector_code", "code", "code of the sector", hidden=True),
        Column("share_left", "share left", "of the supplier, after some is moved", FRACTION),
        Column("loss", "loss", "of a cut-off, of what is spent on the input", FRACTION),
        Column("premium_next", "premium, next", "for the next unit that pays", FRACTION),
        Column("premium_mean", "premium, mean", "for all moved that pays", FRACTION),
    )
    rows = _by_sector(found, found.diversification)
    return Table("diversification", "What another supplier may cost", columns, rows, on=DATA)


def _by_sector(found: LeverageFacts, frame: Any) -> tuple[Mapping[str, Any], ...]:
    names = {one.sector.code: one.sector.name for one in found.inputs}
    return tuple(
        {**row, "sector": names[row["sector"]], "sector_code": row["sector"]}
        for row in frame.to_dict("records")
        if "sector" in row
    )


def of_ban(found: LeverageFacts, ban: str, *, others: bool) -> Section:
    """Return the section of one firm: what the threat of its ban costs, how that wears off."""
    folded = (
        power(found, ban, own=True, others=others),
        Note(NOTE),
        *(_chokepoints(found) if others else ()),
        *_worn(found),
    )
    blocks = (sentence(found, ban), Fold("Threats, and how leverage wears off", folded))
    return Section("leverage", "Leverage", blocks)


def of_pair(found: LeverageFacts, ending: str) -> Section:
    """Return the section of two economies: all that either sells the other, chokepoints."""
    folded = (
        power(found, "", ending, own=False, others=True),
        Note(NOTE),
        *_chokepoints(found, ending),
    )
    title = f"Leverage of {noun(found.by.name)} over {noun(found.on.name)}"
    blocks = (all_sales(found, ending), Fold("Threats and chokepoints", folded))
    return Section(f"leverage{ending}", title, blocks)


def document(found: LeverageFacts, baseline: Mapping[str, Any], ban: str) -> Document:
    """Return what one economy can threaten another with."""
    chart, *rest = _chokepoints(found)
    threats = (power(found, ban, own=True, others=True), Note(NOTE), *rest)
    return Document(
        "leverage",
        f"Leverage of {noun(found.by.name)} over {noun(found.on.name)}",
        (
            Section("answer", "In short", (sentence(found, ban), chart)),
            Section("threats", "What cut-offs cost both sides", threats),
            Section("wear", "How leverage wears off", _worn(found)),
        ),
        eyebrow=f"Détente · {baseline['name']} · {baseline['year']} · {baseline['unit']}",
        about={
            "baseline": baseline,
            "choices": {
                "by": found.by.code,
                "on": found.on.code,
                "sectors": [one.sector.code for one in found.inputs],
                "cut_off_probability": CUT_OFF_PROBABILITY,
                "half_life_years": HALF_LIFE_YEARS,
                "least_loss_share": LEAST_LOSS,
            },
        },
    )


def _chokepoints(found: LeverageFacts, ending: str = "") -> tuple[Chart, Note, Table]:
    """Return the largest as a picture, what they are, and all of them for programs."""
    note = (
        f"A chokepoint costs the target {100 * LEAST_LOSS:g}% of its income or more; those "
        "with the largest loss of the target for one of the supplier's own come first."
    )
    chart = Chart(largest(found, ending), "bars", "cell", ("ratio",))
    return chart, Note(note), chokepoints(found, ending)


def _worn(found: LeverageFacts) -> tuple[Any, ...]:
    """Return what is said of each sector, with what is left of leverage as a picture."""
    said = tuple(wear(found, one) for one in found.inputs)
    data = (threatened(found), diversification(found))
    if not len(found.erosion):
        return (*said, *data)
    note = f"The share halves every {amount(HALF_LIFE_YEARS, 0)} years, by assumption"
    chart = Chart(erosion(found), "lines", "year", ("leverage",), "sector", note=note)
    return (*said, Fold("By the year in which the cut-off comes", (chart,)), *data)
