"""Amounts of money in a scenario, as stated and as used: in words and as plain data."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from detente.errors import InputError
from detente.policy.compile import amount_of

if TYPE_CHECKING:
    from detente.baseline.calibration import Calibration
    from detente.policy.amounts import Amount
    from detente.scenario.schema import Scenario


def found(scenario: Scenario, calibration: Calibration) -> dict[str, Amount]:
    """Return the amounts of measures that the baseline carries, by the id of the measure."""
    amounts = {}
    for entry in scenario.measures:
        try:
            amount = amount_of(calibration, entry.instrument())
        except InputError:
            continue  # a measure of a variant that this economy does not have
        if amount is not None:
            amounts[entry.id] = amount
    return amounts


def sentence(amount: Amount) -> str:
    """Say which amount was stated, which is used, and why."""
    said = f"{_money(amount.stated)} as stated"
    if amount.share is None:
        return f"{said}, taken as it stands"
    said += f" for {amount.year}, {_money(amount.used)} here: {100 * amount.share:.3g}% of "
    said += "that trade" if amount.share_of == "trade" else amount.share_of
    near = f" (of {amount.data_year}, the nearest year known)"
    return said + ("" if amount.data_year == amount.year else near)


def _money(million: float) -> str:
    """Write million USD as people do: $16.2bn, $430m."""
    return f"${million / 1e3:,.3g}bn" if million >= 1e3 else f"${million:,.3g}m"


def lines(scenario: Scenario, calibration: Calibration) -> list[str]:
    """Say it of every measure with an amount."""
    return [f"{name}: {sentence(a)}." for name, a in found(scenario, calibration).items()]


def plain(scenario: Scenario, calibration: Calibration) -> dict[str, dict[str, Any]]:
    """Return the same as plain data, million USD, by the id of the measure."""
    return {name: asdict(a) for name, a in found(scenario, calibration).items()}
