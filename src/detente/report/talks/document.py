"""Talks: what is shown of them, in reading order."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.document import publish
from detente.document.blocks import (
    EVERYWHERE,
    Card,
    Chart,
    Column,
    Document,
    Fold,
    Note,
    Section,
    Sentence,
    Table,
)
from detente.document.language import capital, noun
from detente.document.numbers import COUNT, SHARE, settled, with_unit
from detente.report import imbalances
from detente.report.talks import facts, plane, tables, wording
from detente.report.talks.phrases import SOLUTION_MEANINGS, share, span
from detente.talks.table import KINDS

if TYPE_CHECKING:
    from detente.report.talks.facts import Basis, Draws, Naming, TalksFacts
    from detente.talks.study import TalksStudy

CONFIDENCE = 1.645
"""Quantile of the normal distribution at 95 per cent: ends of intervals of 90 per cent."""
Blocks = tuple[Any, ...]


def parts_of(study: TalksStudy) -> tuple[Document, dict[str, publish.Data]]:
    """Return which deals exist, which is likely, what blocks it; and data besides."""
    found = facts.of_study(study)
    return _document(found), _frames(found)


def _document(found: TalksFacts) -> Document:
    said = wording.sentences(found)
    sections = (
        _lead(found, said["lead"]),
        _stand(found, said["stand"]),
        _without(found, said["no_deal"]),
        _wants(found, said["wants"]),
        _room(found, said["packages"]),
        _likely(found, said["likely"]),
        _what_if(found, said["what_if"]),
        _blocks(found, [*said["blocks"], *said["lasts"]]),
        _steps(found, said["watch"]),
        _linkage(found, said["linkage"]),
        _best(found),
        _happened(found, said["happened"]),
        _sure(found),
        imbalances.of_removal(found.basis.removal, found.basis.codes),
    )
    return Document(
        "talks",
        f"{found.basis.title}: the talks",
        tuple(section for section in sections if section.blocks),
        eyebrow=eyebrow(found.basis),
        rests_on=(head(found.names, found.basis),),
        notes=(wording.how_sure(found), *found.basis.amounts),
        contents=True,
        about=about(found.basis),
    )


def eyebrow(basis: Basis) -> str:
    """Return the line over the title."""
    return f"Détente · {basis.date} · {basis.economy} · {basis.horizon}"


def head(names: Naming, basis: Basis) -> str:
    """Say which economy this is on, and in what values are."""
    year, unit = basis.baseline["year"], settled(tables.worth(names)).label
    return (
        f"Baseline {basis.baseline['name']} ({year}), horizon {basis.horizon}; values in {unit} of "
        "equivalent variation, from the baseline unless said otherwise."
    )


def about(basis: Basis) -> dict[str, Any]:
    """Return what the manifest says that figures rest on."""
    scenario = {
        "title": basis.title,
        "date": basis.date,
        "horizon": basis.horizon,
        "sha256": basis.sha256,
    }
    return {"scenario": scenario, "baseline": dict(basis.baseline), "choices": dict(basis.choices)}


def folded(title: str, *blocks: Any) -> Blocks:
    """Fold away the blocks that have something to show; nothing where none has."""
    shown = tuple(b for b in blocks if not isinstance(b, Table) or b.rows)
    return (Fold(title, shown),) if shown else ()


def _filled(*shown: Table) -> Blocks:
    return tuple(table for table in shown if table.rows)


def _lead(found: TalksFacts, said: list[Sentence]) -> Section:
    cards = (*_chance_card(found), *_gain_cards(found), _room_card(found))
    return Section("lead", "In short", (*said, *cards, *_gains(found)))


def _chance_card(found: TalksFacts) -> tuple[Card, ...]:
    """Say how likely a deal is, by what sides know of each other's limits."""
    drawn = found.draws
    if drawn is None:
        return ()
    low, high = wilson(drawn.deal, drawn.count)
    which = "share" if found.predicted is None else "first"
    counted = (
        f"over {drawn.count:,} draws; 90% interval of the {which}, for so many, "
        f"{share(low)} to {share(high)}"
    )
    if found.predicted is None:
        return (Card("Probability of a deal", drawn.deal, SHARE, (counted,)),)
    told = [
        f"{share(drawn.deal)} where sides know each other's limits",
        f"{share(drawn.blind)} with the package above offered as it stands",
    ]
    least = min(drawn.blind, drawn.deal)
    if drawn.secret is not None:
        own, other = (noun(party.name) for party in found.names.parties)
        told.append(
            f"{span(*drawn.secret)} with offers by {own}, {other} keeping its limit to itself"
        )
        least = min(least, drawn.secret[0])
    value = span(least, drawn.deal)
    return (Card("Probability of a deal", value, None, ("; ".join(told), counted)),)


def wilson(chance: float, count: int) -> tuple[float, float]:
    """Return the 90 per cent interval of a share that was seen so often (Wilson 1927)."""
    z = CONFIDENCE**2 / count
    middle = (chance + z / 2) / (1 + z)
    half = np.sqrt(max(chance * (1 - chance), 0.0) * z + z**2 / 4) / (1 + z)
    return float(max(middle - half, 0.0)), float(min(middle + half, 1.0))


def _gain_cards(found: TalksFacts) -> list[Card]:
    if found.predicted is None:
        return []
    unit, cards = tables.worth(found.names), []
    for place, (party, gain) in enumerate(
        zip(found.names.parties, found.predicted.gain, strict=True)
    ):
        small: tuple[str, ...] = ()
        if found.draws is not None and tables.ranged(found):
            low, _, high = found.draws.gains[place]
            small = (f"90% of draws: {with_unit(low, unit)} to {with_unit(high, unit)}",)
        tone = "good" if gain > 0 else "bad" if gain < 0 else ""
        cards.append(Card(f"{party.name}, gain over no deal", gain, unit, small, tone))
    return cards


def _room_card(found: TalksFacts) -> Card:
    point = found.headline
    small = [f"of {found.size:,} packages; {point.efficient:,} of them efficient"]
    if found.ballots:
        small.append(f"{point.passing:,} would pass at home")
    sides = "both sides prefer" if len(found.names.parties) == 2 else "all sides prefer"
    return Card(f"Packages that {sides} to no deal", point.zone, COUNT, tuple(small))


def _stand(found: TalksFacts, said: list[Sentence]) -> Section:
    stated = bool(found.positions)
    none = () if stated else (Sentence("No demands or offers are stated."),)
    gap = folded("The gap", tables.gap(found)) if stated else ()
    blocks = (*said, *none, tables.positions(found), *gap)
    return Section("stand", "Where they stand", blocks, short="Positions")


def _without(found: TalksFacts, said: list[Sentence]) -> Section:
    table = tables.no_deal(found)
    values = tuple(f"value_{party.id}" for party in found.names.parties)
    drawn = Chart(
        table,
        "grouped",
        "point",
        values,
        title="Worth to each side",
        note="Change of welfare from the baseline year",
    )
    kinds = dict.fromkeys(point.kind for point in found.points)
    meanings = tables.pairs(
        "kinds", "Kinds of no deal", ((k.capitalize(), KINDS[k]) for k in kinds if k in KINDS)
    )
    blocks = (
        *said,
        drawn,
        table,
        *_filled(tables.threats(found)),
        *folded("Kinds of no deal", meanings),
    )
    return Section("without", "What happens without a deal", blocks, short="No deal")


def _wants(found: TalksFacts, said: list[Sentence]) -> Section:
    table = tables.wants(found)
    values = tuple(f"worth_{party.id}" for party in found.names.parties)
    drawn = Chart(
        table, "grouped", "option", values, note="Nothing else settled; change of welfare"
    )
    blocks = (*said, drawn) if table.rows else ()
    return Section("wants", "What each side wants", blocks, short="Wants")


def _room(found: TalksFacts, said: list[Sentence]) -> Section:
    picture = plane.picture(found)
    which = "both" if len(found.names.parties) == 2 else "all"
    blocks = (*said, picture, picture.table)
    return Section("room", f"Which packages {which} prefer", blocks, short="Packages")


def _likely(found: TalksFacts, said: list[Sentence]) -> Section:
    drawn: Blocks = (Sentence("No draws were made, so that nothing here has an interval."),)
    if found.draws is not None:
        drawn = (
            tables.draws(found, found.draws),
            *folded("How often", tables.chances(found, found.draws)),
        )
    meanings = tables.pairs(
        "solution-meanings",
        "Solutions",
        ((tables.SOLUTIONS[name], meaning) for name, meaning in SOLUTION_MEANINGS.items()),
    )
    blocks = (
        *said,
        *drawn,
        tables.solutions(found),
        tables.predictions(found),
        *folded("What each solution is", meanings),
        *folded("Offers in turn", tables.offers(found)),
    )
    return Section("likely", "What is likely", blocks, short="Likely")


def _gains(found: TalksFacts) -> Blocks:
    if not tables.ranged(found):
        return ()
    note = "Nine tenths of draws and their median (bars), central figures (diamonds)"
    values = ("low", "median", "high", "central")
    return (
        Chart(
            tables.gains(found), "ranges", "side", values, title="What each side gains", note=note
        ),
    )


def _what_if(found: TalksFacts, said: list[Sentence]) -> Section:
    title = wording.heading(found, found.fixed) if found.fixed else "What if"
    return Section("what-if", title, tuple(said), short="What if")


def _blocks(found: TalksFacts, said: list[Sentence]) -> Section:
    paid = found.payment
    shown = (
        tables.bindings(found),
        tables.red_lines(found),
        tables.votes(found),
        tables.lasting(found),
    )
    blocks = (
        *said,
        *([tables.payment(found, paid)] if paid else []),
        *folded("Wishes, red lines, votes and temptations in numbers", *shown),
    )
    return Section("blocks", "What blocks it, and would it last", blocks, short="Blocks")


def _steps(found: TalksFacts, said: list[Sentence]) -> Section:
    weights = _filled(tables.importance(found, found.draws)) if found.draws else ()
    steps = [
        tables.concessions(found, number, sides, given)
        for number, (sides, given) in enumerate(found.ladders.items(), 1)
        if given and found.positions
    ]
    note = "From its position to the other's, the cheapest for what it closes first"
    drawn = [Chart(table, "grouped", "step", ("cost", "worth"), note=note) for table in steps]
    blocks = (*said, *weights, *drawn) if weights or drawn else ()
    return Section("steps", "What to watch", blocks, short="Steps")


def _linkage(found: TalksFacts, said: list[Sentence]) -> Section:
    linked, without = _filled(tables.linkage(found)), tables.without_values(found)
    title = "One table or separate ones" if linked else "Without an analyst's values"
    blocks = (*linked, *folded("Without an analyst's values", without))
    return Section("linkage", title, (*said, *blocks) if blocks else (), short="Linkage")


def _best(found: TalksFacts) -> Section:
    shown = _filled(tables.best(found))
    return Section("best", "The best packages", shown, tables.PAGE, "Best packages")


def _happened(found: TalksFacts, said: list[Sentence]) -> Section:
    if not found.events:
        return Section("happened", "What then happened", ())
    plain = Note("Known only later, and not used anywhere on this page.")
    blocks = (plain, tables.afterwards(found), *said)
    return Section("happened", "What then happened", blocks, short="Afterwards")


def _sure(found: TalksFacts) -> Section:
    basis = found.basis
    situation = (Sentence(basis.summary),) if basis.summary else ()
    blocks = (
        tables.pairs("assumptions", "Assumptions", _assumptions(found)),
        *folded("Every figure with its range", tables.figures(found)),
        *folded("What each option puts in force", tables.measures(found)),
        *folded("The situation", *situation),
        *folded("Sources", tables.sources(found)),
        *folded("The baseline", *baseline(basis)),
    )
    return Section(
        "sure",
        "How sure, and on what it rests",
        blocks,
        short="How sure",
        on=EVERYWHERE - {"terminal"},
    )


def _assumptions(found: TalksFacts) -> Iterable[tuple[str, str]]:
    basis, drawn = found.basis, found.draws
    unit = settled(tables.worth(found.names)).label
    yield (
        "Values",
        (
            f"Change of welfare (equivalent variation) from the baseline year, {unit}; "
            "gains are over no deal."
        ),
    )
    yield (
        "Model",
        (
            "World general equilibrium with input-output links (Caliendo and Parro 2015), "
            f"solved for {found.sets:,} distinct sets of measures; a set without an "
            "equilibrium would have stopped the run."
        ),
    )
    yield "Horizon", basis.horizon_said
    yield "Trade elasticities", basis.elasticities
    yield "Trade balances", f"Overall balances: {basis.deficits}."
    yield "Packages", f"All {found.size:,} are valued; none is left out."
    yield "Bargaining power", "; ".join(f"{p.name} {share(p.power)}" for p in found.names.parties)
    if drawn is not None:
        yield "Draws", _about_draws(drawn)
    if basis.amounts:
        yield "Amounts", " ".join(basis.amounts)
    yield "Scenario", basis.sha256
    yield "Made with", f"detente {version('detente')}"


def _about_draws(drawn: Draws) -> str:
    again = f"; {drawn.failed} without an equilibrium were drawn again" if drawn.failed else ""
    how = capital(f" {drawn.elasticities}.") if drawn.measured else ""
    return (
        f"{drawn.count:,} of all figures below, {wording.economies(drawn)}{again}; "
        f"seed {drawn.seed}.{how}"
    )


def baseline(basis: Basis) -> Blocks:
    """Return where the figures of the economy come from, and every change made to them."""
    lines = tables.pairs("data-card", "Data", basis.card)
    columns = (
        Column("what", "Adjustment", "what was changed"),
        Column("why", "Why", "why it was"),
        Column("size", "Size", "how large the change is"),
    )
    rows = tuple({"what": what, "why": why, "size": size} for what, why, size in basis.adjustments)
    changes = Table("adjustments", "Adjustments", columns, rows, on=tables.SHOWN - {"terminal"})
    return (lines, changes, *map(Note, basis.card_notes))


def _frames(found: TalksFacts) -> dict[str, publish.Data]:
    """Return what files hold besides: packages of the zone, and every draw."""
    named = {f"issue_{i.id}": i.options for i in found.names.issues.values()}
    frames = {"packages": publish.Data(found.zone, _zone_columns(found)).titled(named)}
    if found.draws is not None:
        kept = found.draws.frame
        columns = tuple(_draw_column(found, str(name)) for name in kept.columns)
        frames["all-draws"] = publish.Data(kept, columns)
    return frames


def _zone_columns(found: TalksFacts) -> tuple[Column, ...]:
    names, unit = found.names, tables.worth(found.names)
    columns = [Column("package", "package", "number of the package", COUNT)]
    columns += [
        Column(f"issue_{i.id}", i.title, f"id of the option of {i.title}")
        for i in names.issues.values()
    ]
    for party in names.parties:
        columns += [
            Column(
                f"value_{party.id}", "value", f"change from the baseline, of {party.name}", unit
            ),
            Column(f"gain_{party.id}", "gain", f"value less no deal's, of {party.name}", unit),
        ]
    columns += [
        Column(
            "efficient",
            "efficient",
            "whether no other of the zone is as good for all and better for one",
        ),
        Column("passing", "passing", "whether it passes at home too"),
        *(
            Column(f"passes_{number}", vote.title, f"chance that it passes: {vote.title}", SHARE)
            for number, vote in enumerate(found.ballots, 1)
        ),
    ]
    return tuple(columns)


_DRAWN = {
    "package": "number of the package predicted; −1 for none",
    "beyond": "how many packages they prefer to a standstill too",
    "keeps": "whether it would keep the package predicted at central figures",
    "credible": "whether the threat would be carried out",
    "zone": "how many packages all sides prefer to no deal",
    "passing": "how many of them pass at home",
    "passes": "chance of the package predicted that it passes at home",
    "gain": "gain from the package predicted, over no deal",
    "no_deal": "value of no deal",
    "central_gain": "gain from the package predicted at central figures",
    "central_accepted": "whether no side refuses that package",
    "central_passes": "its chance at home",
    "fixed_passes": "chance at home of the package predicted where options are fixed",
    "fixed_gain": "gain from that package",
    "fixed_accepted": "whether no side refuses that package",
    "economy": "number of the economy drawn",
}


def _draw_column(found: TalksFacts, name: str) -> Column:
    """Return what a column of the draws is, by what its name starts with."""
    stem = next(
        s for s in sorted(_DRAWN, key=len, reverse=True) if name == s or name.startswith(f"{s}_")
    )
    of = name.removeprefix(stem).removeprefix("_")
    money = stem.endswith("gain") or stem == "no_deal"
    unit = tables.worth(found.names) if money else SHARE if stem.endswith("passes") else COUNT
    return Column(name, name, _DRAWN[stem] + (f"; of {of}" if of else ""), unit)
