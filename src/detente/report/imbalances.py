"""What removing the overall imbalances alone does, beside the effects of measures without them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from detente.document.blocks import Column, Note, Section, Table, Unit
from detente.document.numbers import money_unit
from detente.report import facts

if TYPE_CHECKING:
    from detente.results import Solution

TITLE = "What removing the imbalances alone does"
NOTE = (
    "First all overall trade balances are set to zero, with no measure in force. Effects of "
    "measures are against the economy without imbalances that this gives, and do not include it."
)


def rows(removal: Solution, codes: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Return the balance of the data and the change of real income, per cent, by economy.

    Parameters
    ----------
    codes
        Economies to show; those that lose and gain most are added.
    """
    found = facts.countries(removal)
    ranked = sorted(found, key=lambda code: found[code]["real_income_pct"])
    shown = dict.fromkeys((*codes, ranked[0], ranked[-1]))
    return {code: (found[code]["balance_musd"], found[code]["real_income_pct"]) for code in shown}


def of_removal(removal: Solution | None, codes: Sequence[str]) -> Section:
    """Return the step from the data to an economy without imbalances; no blocks if none."""
    if removal is None:
        return Section("imbalances", TITLE, ())
    c = removal.equilibrium.calibration
    unit, names = money_unit(c.card.unit, "", sign=True), facts.country_names(c)
    columns = (
        Column("economy", "", "economy"),
        Column("balance", "balance before", "exports minus imports in the data, fob", unit),
        Column("real_income", "real income", "exact change", Unit("%", decimals=3, sign=True)),
    )
    found = tuple(
        {"economy": names[code], "balance": balance, "real_income": income}
        for code, (balance, income) in rows(removal, codes).items()
    )
    return Section("imbalances", TITLE, (Table("imbalances", TITLE, columns, found), Note(NOTE)))


def plain(removal: Solution | None) -> dict[str, Any]:
    """Return the same as plain data under one key, all economies; nothing where imbalances stay."""
    if removal is None:
        return {}
    found, c = facts.countries(removal), removal.equilibrium.calibration
    return {
        "imbalances_removed": {
            "note": NOTE,
            "from_sha256": c.hash,
            "status": removal.status,
            "iterations": removal.iterations,
            "residuals": removal.residuals,
            "balance_musd": {code: row["balance_musd"] for code, row in found.items()},
            "real_income_pct": {code: row["real_income_pct"] for code, row in found.items()},
        }
    }
