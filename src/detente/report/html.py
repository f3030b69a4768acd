"""Thin: the page of subjects that still write their sections by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente.document.chart_parts import Spec
from detente.document.html import page_html

if TYPE_CHECKING:
    from detente.scenario.schema import Scenario


def _page(scenario: Scenario, eyebrow: str, body: str, specs: dict[str, Spec]) -> str:
    return page_html(
        title=scenario.title, eyebrow=eyebrow, summary=scenario.summary, body=body, specs=specs
    )
