"""Talks: what is shown of them, in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.baseline.elasticity_draws import disagreement
from detente.document.blocks import (
    EVERYWHERE,
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
from detente.document.language import capital
from detente.document.numbers import COUNT, SHARE, settled
from detente.report import amounts, imbalances
from detente.report.compare import packages
from detente.report.facts import drawn_elasticities, uses_ledger
from detente.report.run import background
from detente.report.run import data as run_data
from detente.report.talks import cells, clash, dated, doubts, facts, failing, plane, tables, wording
from detente.report.talks.phrases import SOLUTIONS, share, span
from detente.scenario.load import scenario_hash
from detente.talks.answers import solved_sets
from detente.talks.case import party_places
from detente.talks.table import KINDS

if TYPE_CHECKING:
    from detente.report.talks.facts import AnyStudy, TalksFacts
    from detente.report.talks.names import Naming
    from detente.talks.study import TalksStudy
    from detente.uncertainty.prior import Prior

CONFIDENCE = 1.645
"""Quantile of the normal distribution at 95 per cent: ends of intervals of 90 per cent."""
NO_FORECAST = "what would serve governments, not a forecast."
NO_DATES = (
    "No chances by date: no measure of the file is announced or threatened. The record is of "
    "threats."
)
Blocks = tuple[Any, ...]


def parts_of(study: TalksStudy) -> tuple[Document, dict[str, Data]]:
    """Return which deals exist, which is likely, what blocks it; and data besides."""
    found = facts.of_study(study)
    return _document(found), _frames(found)


def of_sections(
    study: AnyStudy, names: Naming, sections: Iterable[Section], *notes: str
) -> Document:
    """Return the document of sections that hold something."""
    scenario, c, asked = study.scenario, study.calibration, study.choices
    unit = settled(names.unit).label
    rests_on = f"Baseline {c.name}; values: income worth as much to a side, {unit}."
    about = {
        "scenario": {
            "title": scenario.title,
            "date": str(scenario.date),
            "horizon": scenario.horizon,
            "sha256": scenario_hash(scenario),
            **({"ledger": True} if uses_ledger(scenario) else {}),
        },
        "baseline": run_data.baseline(c),
        "choices": {
            "no_deal": study.headline,
            "solution": asked.solution,
            "draws": asked.draws,
            "model_draws": asked.model_draws,
            "seed": asked.seed,
            "what_if": dict(asked.what_if or {}),
        },
    }
    return Document(
        "talks",
        f"{scenario.title}: the talks",
        tuple(section for section in sections if section.blocks),
        eyebrow=f"Détente · {scenario.date} · {c.card.title} · {scenario.horizon}",
        rests_on=(rests_on,),
        notes=notes,
        about=about,
    )


def removal(study: AnyStudy) -> Section:
    """Return what removing the imbalances alone does, where the economy has none."""
    places = party_places(study.scenario, study.calibration)
    codes = [study.calibration.country_codes[k] for own in places for k in own]
    return replace(imbalances.of_removal(study.removal, codes), more=True)


def _document(found: TalksFacts) -> Document:
    said = wording.sentences(found)
    deal, stops, opening = _deal(found), said["stops"], dated.sections(found)
    title = "The deal, and what could stop it" if found.predicted else "What stops a deal"
    title = "If a red line were dropped" if found.study.clash else title
    terminal = EVERYWHERE - cells.PAGE
    of_whom = (Note(wording.valued(found)),) if found.by_model or found.by_analyst else ()
    used = amounts.lines(found.study.scenario, found.study.calibration)
    clashes = found.study.clash is not None
    later = bool(opening) and not clashes
    short = "If both knew everything (no forecast)" if later else "In short"
    shown = (*said["lead"], plane.picture(found), *of_whom)
    lead = Section("lead", short, shown, cells.PAGE if later else EVERYWHERE)
    few = _in_few(short, said["lead"], of_whom) if later else ()
    front = (*opening, lead, *few)
    why, first = Section("deal", title, (*deal, *stops), cells.PAGE, more=not clashes), deal
    if clashes:
        # that nothing can be signed is the answer, whatever the record says of dates
        early, first = (deal, ()) if opening else ((), deal)
        front = (lead, Section("clash", "", early, terminal), why, *opening)
    sections = (
        *front,
        # a terminal shows at once what a page folds away
        Section(
            "first",
            "",
            (*first, *stops),
            terminal,
            more=bool(opening) or found.study.comparison is not None,
        ),
        *packages.section(found.study.comparison),
        *_asked(found, said["what_if"], later),
        Section("next", "", tuple(wording.further(found)), terminal),
        *(() if clashes else (why,)),
        _more("stand", "Where they stand", *_stand(found)),
        _more("without", "What happens without a deal", *said["no_deal"], *_without(found)),
        _more("wants", "What each side wants", *said["wants"], *_wants(found)),
        _more("likely", "What is likely", *said["packages"], *said["likely"], *_likely(found)),
        _more("blocks", "What blocks something better", *said["blocks"], *_blocks(found)),
        _more("steps", "What to watch", *said["watch"], *_steps(found)),
        _more("linkage", "One table or separate ones", *said["linkage"], *_linkage(found)),
        _more("best", "The best packages", *_filled(tables.best(found)), on=cells.PAGE),
        _more("happened", "What then happened", *_happened(found), *said["happened"]),
        _more("amounts", "Amounts as stated and as used", *map(Sentence, used)),
        _more("sure", "How sure, and on what it rests", *_sure(found), on=cells.PAGE),
        removal(found.study),
    )
    whole = f"{wording.valued(found)} This is {NO_FORECAST}".lstrip()
    after = () if later else (f"What follows the chances is {NO_FORECAST}",)
    notes = after if opening else (whole, NO_DATES)
    return of_sections(found.study, found.names, sections, *notes)


def _asked(found: TalksFacts, said: Sequence[Sentence], later: bool) -> tuple[Section, ...]:
    """Return the answer where options are fixed, which somebody asked for; nothing else."""
    if not said:
        return ()
    of = (Note("Chances by date are of the whole table, without what is fixed here."),)
    more = found.study.clash is not None  # the answer is then that nothing can be signed
    blocks = (*said, *(of if later else ()))
    return (Section("what-if", wording.heading(found), blocks, more=more),)


def _in_few(title: str, said: Sequence[Sentence], notes: Blocks) -> tuple[Section, ...]:
    """Return what a terminal prints of an answer that is not the first: not at once how sure."""
    terminal = EVERYWHERE - cells.PAGE
    return (
        Section("lead-in-few", title, tuple(said[:-1]), terminal),
        Section("lead-in-full", "", (*said[-1:], *notes), terminal, more=True),
    )


def _more(key: str, title: str, *blocks: Any, on: Any = EVERYWHERE) -> Section:
    return Section(key, title, blocks, on, more=True)


def folded(title: str, *blocks: Any) -> Blocks:
    """Fold away the blocks that have something to show; nothing where none has."""
    shown = tuple(b for b in blocks if not isinstance(b, Table) or b.rows)
    return (Fold(title, shown),) if shown else ()


def _filled(*shown: Table) -> Blocks:
    return tuple(table for table in shown if table.rows)


def _grouped(table: Table, label: str, stem: str, **more: Any) -> Chart:
    """Draw a bar for each side."""
    values = tuple(c.key for c in table.columns if c.key.startswith(stem))
    return Chart(table, "grouped", label, values, **more)


def _deal(found: TalksFacts) -> Blocks:
    lines = clash.table(found.names, found.study.clash)
    return _filled(lines, tables.deal(found), tables.payment(found))


def _stand(found: TalksFacts) -> Blocks:
    if not found.positions:
        return Sentence("No demands or offers are stated."), tables.positions(found)
    return tables.positions(found), *_filled(tables.gap(found))


def _without(found: TalksFacts) -> Blocks:
    table = tables.no_deal(found)
    note = "Change of welfare from the baseline year"
    drawn = _grouped(table, "point", "value_", title="Worth to each side", note=note)
    kinds = dict.fromkeys(point.kind for point in found.points)
    told = cells.pairs("kinds", "Kinds of no deal", ((capital(k), KINDS[k]) for k in kinds))
    threats = _filled(tables.threats(found))
    return drawn, table, *threats, *_filled(failing.steps(found)), *folded("Kinds of no deal", told)


def _wants(found: TalksFacts) -> Blocks:
    note = "Nothing else settled; change of welfare"
    return tuple(
        _grouped(table, "option", "worth_", note=note) for table in _filled(tables.wants(found))
    )


def _likely(found: TalksFacts) -> Blocks:
    meanings = cells.pairs(
        "solution-meanings",
        "Solutions",
        ((capital(name), meaning) for name, meaning in SOLUTIONS.values()),
    )
    number = Column("package", "package", "number of the package", COUNT)
    return (
        *_drawn(found),
        tables.solutions(found),
        tables.predictions(found.names, found.every_pick, number, *cells.answered(found.names)),
        *folded("What each solution is", meanings),
        *folded("Offers in turn", tables.offers(found)),
    )


def _drawn(found: TalksFacts) -> Blocks:
    """Show what each side gains, and how often what comes about."""
    drawn = found.drawn
    gains: Blocks = _filled(tables.gains(found, found.predicted)) if found.predicted else ()
    if drawn is None:
        return gains
    note = "Nine tenths of runs and their median (bars), central figures (diamonds)"
    values = ("low", "median", "high", "central")
    title = "What each side gains"
    low, high = wilson(drawn.deal, len(drawn.draws))
    sure = f"Of so many runs, a deal that is ratified too: 90% interval {span(low, high)}."
    if found.ranged:
        gains = tuple(
            Chart(table, "ranges", "side", values, title=title, note=note) for table in gains
        )
    return (
        *gains,
        doubts.draws(found),
        *folded("How often", doubts.chances(found, drawn, sure)),
    )


def wilson(chance: float, count: int) -> tuple[float, float]:
    """Return the 90 per cent interval of a share that was seen so often (Wilson 1927)."""
    z = CONFIDENCE**2 / count
    middle = (chance + z / 2) / (1 + z)
    half = np.sqrt(max(chance * (1 - chance), 0.0) * z + z**2 / 4) / (1 + z)
    return float(max(middle - half, 0.0)), float(min(middle + half, 1.0))


def _blocks(found: TalksFacts) -> Blocks:
    shown = (doubts.bindings, doubts.red_lines, doubts.votes, doubts.lasting)
    title = "Wishes, red lines, votes and temptations in numbers"
    return folded(title, *(table(found) for table in shown))


def _steps(found: TalksFacts) -> Blocks:
    weights = _filled(doubts.importance(found, found.drawn)) if found.drawn else ()
    note = "From its position to the other's, the cheapest for what it closes first"
    drawn = (
        Chart(
            tables.concessions(found, number, sides, steps),
            "grouped",
            "step",
            ("cost", "worth"),
            note=note,
        )
        for number, (sides, steps) in enumerate(found.questions.ladders.items(), 1)
        if steps and found.positions
    )
    return *weights, *drawn


def _linkage(found: TalksFacts) -> Blocks:
    without = folded("Without an analyst's values", doubts.without_values(found))
    return *_filled(doubts.linkage(found)), *without


def _happened(found: TalksFacts) -> Blocks:
    if not found.talks.afterwards:
        return ()
    return Note("Known only later, and not used anywhere on this page."), doubts.afterwards(found)


def _sure(found: TalksFacts) -> Blocks:
    summary = found.study.scenario.summary
    return (
        cells.pairs("assumptions", "Assumptions", _assumptions(found)),
        *folded("Every figure with its range", doubts.figures(found)),
        *folded("What each option puts in force", doubts.measures(found)),
        *folded("The situation", *([Sentence(summary)] if summary else [])),
        *folded("Sources", doubts.sources(found)),
        *folded("The baseline", *baseline(found.study)),
    )


def _elasticities(prior: Prior | None) -> str:
    """Say what draws of trade elasticities are from."""
    if prior is None:
        return drawn_elasticities(disagreement())
    more = "; its horizon and structure are not drawn in talks"
    return (
        f"trade elasticities are drawn from: {prior.title} ({prior.cite})"
        f"{more if prior.horizon or prior.structure else ''}"
    )


def _assumptions(found: TalksFacts) -> Iterable[tuple[str, str]]:
    study = found.study
    result: Any = study  # what is said of a run reads what is here too
    yield (
        "Values",
        "Equivalent variation: the income a year that would be worth as much to a side as the "
        f"change from the baseline, {settled(found.names.unit).label}; gains are over no deal.",
    )
    yield (
        "Model",
        "World general equilibrium with input-output links (Caliendo and Parro 2015), solved for "
        f"{solved_sets(study.worth):,} distinct sets of measures; a set without an equilibrium "
        "would have stopped the run.",
    )
    yield "Horizon", background.horizon(result)
    yield "Trade elasticities", background.elasticities(result)
    yield "Trade balances", f"Overall balances: {study.scenario.deficits}."
    yield "Packages", f"All {found.size:,} are valued; none is left out."
    yield "Bargaining power", "; ".join(f"{p.name} {share(p.power)}" for p in found.names.parties)
    if (drawn := found.drawn) is not None:
        again = f"; {drawn.failed} without an equilibrium were drawn again" if drawn.failed else ""
        yield (
            "Runs",
            f"{len(drawn.draws):,} of all figures below, {wording.economies(found)}{again}; "
            f"seed {study.choices.seed}."
            + (f" {capital(_elasticities(study.prior))}." if any(study.worth) else ""),
        )
    yield "Baseline", study.calibration.hash
    yield "Scenario", scenario_hash(study.scenario)
    yield "Made with", f"detente {version('detente')}"


def baseline(study: Any) -> Blocks:
    """Return where the figures of the economy come from, and every change made to them."""
    return background.data_card(study).blocks


def _frames(found: TalksFacts) -> dict[str, Data]:
    """Return what files hold besides: packages of the zone, and every draw."""
    names = found.names
    columns = [
        Column("package", "package", "number of the package", COUNT),
        *cells.by_issue(names),
        *cells.answered(names),
        *cells.by_party(names, "value", "change from the baseline"),
        *cells.by_party(names, "gain", "value less no deal's"),
        Column("efficient", "efficient", "whether no other is as good for all and better for one"),
        Column("passing", "passing", "whether it passes at home too"),
        *(
            Column(f"passes_{number}", vote.title, f"chance that it passes: {vote.title}", SHARE)
            for number, vote in enumerate(found.study.votes, 1)
        ),
    ]
    if found.study.clash is not None:
        columns.append(Column("lines", "red lines", "how many red lines it crosses", COUNT))
    named = {f"issue_{issue.id}": issue.options for issue in names.issues.values()}
    frames = {"packages": Data(found.zone, tuple(columns)).titled(named)}
    if found.drawn is not None:
        kept = found.drawn.draws
        drawn = tuple(_draw_column(found, str(name)) for name in kept.columns)
        frames["all-draws"] = Data(kept, drawn)
    return frames


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
    "free_gain": "gain from the package that would follow without any red line",
    "without_gain": "gain from the package that would follow without a red line, by its row",
}


def _draw_column(found: TalksFacts, name: str) -> Column:
    """Return what a column of the draws is, by what its name starts with."""
    plain = re.sub(r"^without\d+", "without", name)
    stems = (stem for stem in _DRAWN if plain == stem or plain.startswith(f"{stem}_"))
    stem = max(stems, key=len)
    of = plain.removeprefix(stem).removeprefix("_")
    money = stem.endswith("gain") or stem == "no_deal"
    unit = found.names.unit if money else SHARE if stem.endswith("passes") else COUNT
    return Column(name, name, _DRAWN[stem] + (f"; of {of}" if of else ""), unit)
