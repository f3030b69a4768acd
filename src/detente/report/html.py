"""The report: one HTML file that needs no network and allows none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from detente.document.chart_parts import Spec
from detente.document.html import page_html, section
from detente.files import write_bytes
from detente.report import (
    accounts,
    background,
    facts,
    firms,
    horizons,
    imbalances,
    limits,
    remarks,
    sections,
)

if TYPE_CHECKING:
    from detente.paths import PathResult
    from detente.results import Solution
    from detente.scenario.schema import Scenario
    from detente.simulate import ScenarioResult


def write_report(result: ScenarioResult, path: str | Path) -> Path:
    """Write the report of a scenario as one HTML file.

    Parameters
    ----------
    result
        The solved scenario.
    path
        File to write; an existing one is replaced as a whole.

    Raises
    ------
    DataError
        The file cannot be written.
    """
    path = Path(path)
    write_bytes(path, report_html(result).encode())
    return path


def report_html(result: ScenarioResult) -> str:
    """Return the report as HTML."""
    specs: dict[str, Spec] = {}
    body = _body(result, specs)
    scenario, card = result.scenario, result.calibration.card
    when = scenario.date if result.at is None else f"in force on {result.at}"
    eyebrow = f"Détente · {when} · {card.title} · {scenario.horizon}"
    return _page(scenario, eyebrow, body, specs)


def path_html(result: PathResult) -> str:
    """Return the report of a path as HTML."""
    from detente.report import path_page

    specs: dict[str, Spec] = {}
    body = path_page.body(result, specs)
    return _page(result.scenario, path_page.eyebrow(result), body, specs)


def _page(scenario: Scenario, eyebrow: str, body: str, specs: dict[str, Spec]) -> str:
    return page_html(
        title=scenario.title, eyebrow=eyebrow, summary=scenario.summary, body=body, specs=specs
    )


def _body(result: ScenarioResult, specs: dict[str, Spec]) -> str:
    """Return the sections in reading order, and collect their charts in ``specs``."""
    parts = [
        sections.lead(result),
        sections.chooser(result),
        sections.variants(result),
        *(
            show(result, specs)
            for show in (
                sections.incomes,
                sections.flows,
                sections.sectors,
                sections.diverted,
                sections.tariffs,
            )
        ),
        accounts.balances(result),
        accounts.who_pays(result),
        section(firms.of_result(result), specs),
        horizons.section(result),
        section(limits.of_result(result), specs),
        imbalances.section(result.removal, facts.focus(result)),
        remarks.section(_titled(result)),
        background.measures(result),
        background.assumptions(result),
        background.data_card(result),
        background.solver(result),
    ]
    return "\n".join(parts)


def _titled(result: ScenarioResult) -> dict[str, Solution]:
    titles = facts.variant_titles(result)
    return {titles[name]: solution for name, solution in result.variants.items()}
