"""Amounts of money in a scenario, as stated and as used: in words and as plain data."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from detente.document.numbers import SYMBOLS
from detente.errors import InputError
from detente.policy.cells import amount_of

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
    said = f"{money(amount.stated)} as stated"
    if amount.share is None:
        return f"{said}, taken as it stands"
    said += f" for {amount.year}, {money(amount.used)} here: the same {100 * amount.share:.3g}% of "
    said += "that trade" if amount.share_of == "trade" else amount.share_of
    near = f" (of {amount.data_year}, the nearest year known)"
    return said + ("" if amount.data_year == amount.year else near)


def money(million: float, currency: str = "USD", digits: int = 3) -> str:
    """Write millions of a currency as people do, with the digits of what is stated: $16.2bn."""
    code = SYMBOLS.get(currency, f"{currency} ")
    if million >= 1e3:
        return f"{code}{million / 1e3:,.{digits}g}bn"
    return f"{code}{million:,.{digits}g}m"


def lines(scenario: Scenario, calibration: Calibration) -> list[str]:
    """Say it of every measure with an amount."""
    return [f"{name}: {sentence(a)}." for name, a in found(scenario, calibration).items()]


def plain(scenario: Scenario, calibration: Calibration) -> dict[str, dict[str, Any]]:
    """Return the same as plain data, million USD, by the id of the measure."""
    return {name: asdict(a) for name, a in found(scenario, calibration).items()}
