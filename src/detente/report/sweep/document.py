"""What a sweep shows, in reading order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from detente.document.blocks import Document, Note, Section, Sentence
from detente.document.language import counted, listed
from detente.document.numbers import money_unit
from detente.report import facts
from detente.report.run import background
from detente.report.sweep import data, tables, wording
from detente.report.sweep.facts import SweepFacts, facts_of

if TYPE_CHECKING:
    from detente.sweeps.study import SweepResult


def document(result: SweepResult) -> Document:
    """Return what a sweep shows."""
    found, run = facts_of(result), result.run
    unit = money_unit(run.calibration.card.unit, "a year")
    said = (*wording.answer(found, unit), tables.variants(result), _drawn(result))
    answer = Section("in-short", "In short", said)
    sections = (answer, _hangs(found, unit), _alone(found), _models(result),
                background.case(run.scenario), background.data_card(run))  # fmt: skip
    count = f"{result.draws.count:,} draws, seed {result.draws.seed}"
    return Document(
        "sweep",
        run.scenario.title,
        tuple(section for section in sections if section.blocks),
        eyebrow=f"{count} · {background.size(run)}",
        about=data.about(result),
    )


def _drawn(result: SweepResult) -> Note:
    """Say what is drawn, what is the same in all runs, and what was left out."""
    drawn, titles = result.draws, facts.variant_titles(result.run)
    lost = [
        f" Under “{titles[name]}” {counted(sum(why.values()), 'run has', 'runs have')} no "
        f"equilibrium and count nowhere: {listed([f'{k} ({v})' for k, v in why.items()])}."
        for name, why in drawn.lost.items() if why
    ]  # fmt: skip
    return Note(
        f"Drawn from: {drawn.prior.title} ({drawn.prior.cite}). The same in all runs: "
        f"{listed(list(drawn.fixed))}. A share of runs is not a chance that it happens."
        + "".join(lost)
    )


def _hangs(found: SweepFacts, unit: Any) -> Section:
    """Return shares of the variance, and what knowing is worth."""
    blocks: list[Any] = []
    for one in found.focus:
        blocks += wording.knowing(found, one, unit)
        blocks += [tables.shares(found, one)] if one.indices is not None else []
    return Section("hangs-on", "What it hangs on", tuple(blocks))


def _alone(found: SweepFacts) -> Section:
    blocks: list[Any] = []
    for one in found.focus:
        blocks += [*wording.alone(one), tables.tornado(one)]
    return Section("one-at-a-time", "One parameter at a time", tuple(blocks), more=True)


def _models(result: SweepResult) -> Section:
    """Return other models beside the first; none where the sweep is not over any."""
    title = "Other models"
    not_run = tuple(Note(f"{name} is not run: {why}") for name, why in result.not_run.items())
    if len(result.models) == 1:
        return Section("models", title, not_run)
    said = Sentence(
        "Each model has draws of its own, which are never put together: no one knows how likely "
        "one model is against another.", see=("models",),
    )  # fmt: skip
    return Section("models", title, (said, tables.models(result), *not_run))
