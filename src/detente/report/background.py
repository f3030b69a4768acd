"""Thin: pages that subjects still write by themselves take these sections as markup."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from detente.document import html
from detente.report.run import background, tables
from detente.report.run.background import elasticities, horizon, said
from detente.report.run.facts import facts_of

if TYPE_CHECKING:
    from detente.simulate import ScenarioResult

__all__ = ["assumptions", "data_card", "elasticities", "horizon", "said", "solver"]


def assumptions(result: ScenarioResult, more: Sequence[tuple[str, str]] = ()) -> str:
    """Return assumptions as markup."""
    return html.section(background.assumptions(result, more), {})


def data_card(result: ScenarioResult) -> str:
    """Return the card of the data as markup."""
    return html.section(background.data_card(result), {})


def solver(result: ScenarioResult) -> str:
    """Return how variants were solved as markup."""
    solved = tables.solution(facts_of(result, between=False))
    return html.section(background.solver(result, solved), {})
