"""One line a measure: what it does, on how much trade, from which mean rate to which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente.document.blocks import Column, Section, Table
from detente.document.numbers import MINUS, money
from detente.errors import InputError
from detente.policy.touched import Touched, touched
from detente.report import facts
from detente.report.run import background
from detente.scenario.variants import measure_ids

if TYPE_CHECKING:
    from detente.scenario.schema import Scenario
    from detente.simulate import ScenarioResult


def measure_lines(result: ScenarioResult) -> list[tuple[str, str]]:
    """Return (id, what it does) of each measure of the solved variants, in the file's order."""
    scenario: Scenario = result.scenario
    used = {name for variant in result.variants for name in measure_ids(scenario, variant)}
    unit = facts.money(result.calibration)
    found = []
    for entry in scenario.measures:
        if entry.id not in used:
            continue
        try:
            on = touched(result.calibration, entry.instrument())
        except InputError:
            continue  # of a variant that this economy does not carry
        whom = " on ".join(
            ", ".join(names) for names in (entry.by, getattr(entry, "on", ())) if names
        )
        said = f"{whom}: {background.what(entry)}"
        found.append((entry.id, said + ("" if on is None else _size(on, unit))))
    return found


def _size(on: Touched, unit: facts.Money) -> str:
    if not on.covered:
        return "; it touches nothing"
    text = f"; {money(on.covered, unit)} a year"
    if on.covered < 0.9995 * on.named:
        text += f", {100 * on.covered / on.named:.3g}% of {money(on.named, unit)}"
    if on.before is not None and on.after is not None:
        rates = (f"{100 * rate:.1f}%".replace("-", MINUS) for rate in (on.before, on.after))
        text += f"; mean rate {' → '.join(rates)}"
        if on.after < on.before - 5e-5:
            text += " (lower)"
    return text


def section(result: ScenarioResult) -> Section:
    """Say what each measure was taken to mean: a slip of a rate or a name shows here."""
    columns = (
        Column("measure", "", "id of the measure"),
        Column("meaning", "", "what it does, on how much trade, from which mean rate"),
    )
    rows = tuple({"measure": name, "meaning": said} for name, said in measure_lines(result))
    table = Table(
        "measures-read", "On how much trade, and from which mean rate to which", columns, rows
    )
    return Section("measures-read-as", "What each measure does", (table,) if rows else ())
