"""How sure the figures of talks are, and what they rest on: the last section of the report."""

from __future__ import annotations

from html import escape
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from detente.baseline.elasticity_draws import disagreement
from detente.report import amounts, background, facts, imbalances, words
from detente.report.markup import definitions, text
from detente.report.talks import facts as talks_facts
from detente.report.talks import figures as talks_figures
from detente.report.talks import parts as talks_parts
from detente.report.talks.parts import fold, per_cent, section

if TYPE_CHECKING:
    from detente.talks.study import TalksStudy


def sure(study: TalksStudy) -> str:
    """Return the section on what the figures rest on: assumptions, ranges, measures, sources."""
    shown: Any = study  # what the sections of a scenario read of one is here too
    summary = study.scenario.summary
    return section(
        "How sure, and on what it rests",
        definitions((term, escape(meaning)) for term, meaning in _assumptions(study)),
        definitions((term, text("code", name)) for term, name in _made_from(study)),
        imbalances.section(study.removal, talks_facts.party_codes(study)),
        fold("Every figure with its range", talks_figures.table(study)),
        fold("What each option puts in force", talks_figures.measures(study)),
        fold("The situation", text("p", summary) if summary else ""),
        fold("Sources", talks_figures.sources(study)),
        fold("The baseline", background.data_card(shown)),
        name="sure",
    )


def _assumptions(study: TalksStudy) -> list[tuple[str, str]]:
    shown: Any = study
    drawn, size = study.uncertainty, study.packages.table.size
    pairs = [
        ("Values", "Change of welfare (equivalent variation) from the baseline year, "
                   f"{talks_parts.unit(study)}; gains are over no deal."),
        ("Model", "World general equilibrium with input-output links (Caliendo and Parro 2015), "
                  f"solved for {len(study.worth):,} distinct sets of measures; a set without an "
                  "equilibrium would have stopped the run."),
        ("Horizon", background.horizon(shown)),
        ("Trade elasticities", background.elasticities(shown)),
        ("Trade balances", f"Overall balances: {study.scenario.deficits}."),
        ("Packages", f"All {size:,} are valued; none is left out."),
        ("Bargaining power", "; ".join(
            f"{talks_parts.party_names(study)[p]} {per_cent(share)}"
            for p, share in talks_parts.power(study).items())),
    ]  # fmt: skip
    if drawn is not None:
        again = f"; {drawn.failed} without an equilibrium were drawn again" if drawn.failed else ""
        how = f" {facts.drawn_elasticities(disagreement())}." if any(study.worth) else ""
        pairs.append(("Draws", f"{len(drawn.draws):,} of all figures below, "
                               f"{talks_facts.economies(study)}{again}; seed "
                               f"{study.choices.seed}.{words.capital(how)}"))  # fmt: skip
    if said := amounts.lines(study.scenario, study.calibration):
        pairs.append(("Amounts", " ".join(said)))
    return pairs


def _made_from(study: TalksStudy) -> list[tuple[str, str]]:
    from detente.scenario.load import scenario_hash

    return [
        ("Baseline", study.calibration.hash),
        ("Scenario", scenario_hash(study.scenario)),
        ("Made with", f"detente {version('detente')}"),
    ]
