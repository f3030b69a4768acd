"""What remedies are worth: present values by adding up days, who pays and who earns."""

import math

import numpy as np
import pytest

from detente.sanction.value import present_value, remedies
from sanction_cards import card_of, plain

SAVED = {"target": 900.0, "sanctioner": -50.0}


def discounted(a_day, days):
    """Add up amounts of days, each in the middle of its day, at 5% a year."""
    return math.fsum(a_day * 1.05 ** -((day + 0.5) / 365) for day in range(days))


def card(*given, **keys):
    return card_of(revenue=1000, economy="C0", sector="S0", remedies=list(given), **keys)


def test_a_yearly_cost_is_worth_the_sum_of_its_days():
    managers = {"id": "managers", "title": "Managers", "yearly_cost": plain(73), "years": plain(4)}
    row = remedies(card(managers), SAVED).loc["managers"]
    expected = discounted(73 / 365, 4 * 365)
    assert row["pays"] == pytest.approx(expected, rel=1e-6)
    assert row["low"] == row["high"] == row["pays"]
    assert row["target"] == pytest.approx(900 - expected, rel=1e-6)
    assert row["sanctioner"] == -50  # nobody there earns what managers cost


def test_a_fine_goes_to_the_other_side_and_a_bond_as_often_as_it_is_forfeited():
    fine = {"id": "fine", "title": "Fine", "paid": plain(100)}
    bond = {"id": "bond", "title": "Bond", "at_risk": plain(400), "breach": plain(0.25)}
    rate = plain(2)
    rows = remedies(card(fine, bond, currency="EUR", usd_rate=rate), SAVED)
    # two dollars a euro
    assert rows.loc["fine", ["pays", "target", "sanctioner"]].tolist() == [200, 700, 150]
    assert rows.loc["bond", ["pays", "target", "sanctioner"]].tolist() == [200, 700, 150]
    together = rows.loc["all-together", ["pays", "target", "sanctioner"]].tolist()
    assert together == [400, 500, 350]
    assert rows.loc["ban-stays", ["pays", "target", "sanctioner"]].tolist() == [0, 0, 0]


def test_months_are_worth_the_sum_of_their_days():
    months = np.array([30.0, 0.0, 90.0])
    expected = sum(
        month / 30 * math.fsum(1.05 ** -((30 * k + day + 0.5) / 365) for day in range(30))
        for k, month in enumerate(months)
    )
    assert present_value(months) == pytest.approx(expected, rel=2e-6)
