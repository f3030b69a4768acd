"""Amounts of a year become shares of trade, or of world value added, of a baseline."""

import numpy as np
import pytest

import detente as dt
from detente.errors import InputError
from detente.policy.cells import amount_of
from detente.policy.compile import compile_policy
from detente.scenario.load import load_scenario
from economies import random_economy

# China's imports of goods from the United States: 2017 by its customs, in the product lists, and
# the same in wiod-2014 (million USD)
CUSTOMS_2017, WIOD_2014 = 149321.2, 81918.5


@pytest.fixture(scope="module")
def wiod():
    return dt.load("wiod-2014")


@pytest.mark.parametrize(("name", "stated"), [("china-buys-25bn", 25e3), ("china-buys-50bn", 5e4)])
def test_purchases_of_may_2018_are_the_share_that_lists_are(wiod, name, stated):
    entry = next(m for m in load_scenario("may-2018").measures if m.id == name)
    found = amount_of(wiod, entry.instrument())
    assert (found.stated, found.year, found.data_year) == (stated, 2017, 2017)
    assert found.share == pytest.approx(stated / CUSTOMS_2017, rel=1e-6)
    assert found.used == pytest.approx(stated / CUSTOMS_2017 * WIOD_2014, rel=1e-5)
    (limit,) = compile_policy(wiod, [entry.instrument()]).limits
    assert limit.bound == pytest.approx(WIOD_2014 * (1 + stated / CUSTOMS_2017), rel=1e-5)


def test_without_a_year_an_amount_is_taken_as_it_stands(wiod):
    measure = dt.PurchaseCommitment("CHN", on="USA", add_usd=25_000)
    assert amount_of(wiod, measure).used == 25_000
    (limit,) = compile_policy(wiod, [measure]).limits
    assert limit.bound == pytest.approx(WIOD_2014 + 25_000, rel=1e-6)


def test_a_payment_is_a_share_of_world_value_added(wiod):
    # 80,794,923.9 is the sum of value added in the OECD table of 2018
    policy = compile_policy(wiod, [dt.Transfer("CHN", on="USA", value_usd=1e3, year=2018)])
    expected = 1e3 / 80_794_923.9 * wiod.value_added.sum()
    usa = wiod.country_codes.index("USA")
    assert policy.transfer[usa] == pytest.approx(expected, rel=1e-6)


def test_covered_value_is_of_the_group_of_sectors(wiod):
    # US customs: basic metals from Canada, 2017
    measure = dt.Tariff("USA", on="CAN", sectors="C24", add=1.0, value_usd=5200, year=2017)
    s, n, i = (wiod.sector_codes.index("C24"), *(wiod.country_codes.index(c) for c in
                                                 ("USA", "CAN")))  # fmt: skip
    added = compile_policy(wiod, [measure]).tariff_cf - wiod.tariff
    assert added[s, n, i] == pytest.approx(5200 / 21194.407719, rel=1e-6)
    assert np.count_nonzero(added) == 1


def test_the_nearest_year_stands_in_and_a_far_one_is_refused(wiod):
    measure = dt.PurchaseCommitment("EU27", on="JPN", add_usd=1000, year=2024)
    assert amount_of(wiod, measure).data_year == 2022
    with pytest.raises(InputError, match="trade of 1990 is not known"):
        amount_of(wiod, dt.PurchaseCommitment("EU27", on="JPN", add_usd=1000, year=1990))


def test_ones_own_economy_takes_amounts_of_its_own_year_alone():
    own = random_economy(0, 3, 2)  # of 2000
    a, b = own.country_codes[:2]
    same = dt.PurchaseCommitment(a, on=b, add_usd=1.0, year=2000)
    assert amount_of(own, same).used == 1.0
    with pytest.raises(InputError, match=r"2018.*2000, the baseline's own"):
        amount_of(own, dt.PurchaseCommitment(a, on=b, add_usd=1.0, year=2018))


def test_a_year_without_an_amount_is_refused():
    with pytest.raises(InputError, match="no amount in USD"):
        dt.Tariff("USA", on="CHN", add=0.1, year=2017)
    with pytest.raises(InputError, match="not a year"):
        dt.Transfer("USA", on="CHN", value_usd=1.0, year=17)


def test_the_table_of_limits_has_both_amounts_and_says_what_they_are(wiod):
    from detente.report.run.data import columns

    measure = dt.PurchaseCommitment("CHN", on="USA", add_usd=25_000, year=2017, id="buys")
    row = (table := dt.solve(wiod, measure).limits).loc["buys"]
    assert (row["stated_musd"], row["stated_year"]) == (25_000, 2017)
    assert row["used_musd"] == pytest.approx(25_000 / CUSTOMS_2017 * WIOD_2014, rel=1e-5)
    assert row["bound_musd"] - row["before_musd"] == pytest.approx(row["used_musd"])
    assert all(entry["meaning"] for entry in columns(table.columns, "million USD").values())


@pytest.fixture(scope="module")
def latest():
    return dt.load("icio-2022")


def test_amounts_on_the_economy_of_2022(latest):
    # China's imports from the United States of 2017, and what the OECD table has for 2022
    found = amount_of(latest, dt.PurchaseCommitment("CHN", on="USA", add_usd=25_000, year=2017))
    assert found.share == pytest.approx(25_000 / CUSTOMS_2017, rel=1e-6)
    assert found.used == pytest.approx(25_000 / CUSTOMS_2017 * 127_829.1, rel=1e-5)
    # US customs: basic metals from Vietnam, 2022; a year later than the table is the nearest
    measure = dt.Tariff("USA", on="VNM", sectors="C24", add=1.0, value_usd=161, year=2022)
    assert amount_of(latest, measure).share == pytest.approx(161 / 1_606, rel=0.01)
    late = dt.PurchaseCommitment("VNM", on="USA", add_usd=1000, year=2026)
    assert amount_of(latest, late).data_year == 2022
    paid = amount_of(latest, dt.Transfer("CHN", on="USA", value_usd=1e3, year=2018))
    assert paid.used == pytest.approx(1e3 / 80_794_923.9 * latest.value_added.sum(), rel=1e-6)


def test_members_of_a_union_have_its_amounts_only_together(latest):
    apart = dt.load("icio-2022", economies=["USA", "EU27 members", "CHN"])
    measure = dt.PurchaseCommitment("EU27", on="USA", add_usd=1000, year=2018)
    assert amount_of(apart, measure).used == pytest.approx(amount_of(latest, measure).used, 1e-6)
    for buyer, seller in (("DEU", "USA"), ("CHN", "FRA"), ("DEU", "FRA")):
        with pytest.raises(InputError, match="trade of 2018 is not known"):
            amount_of(apart, dt.PurchaseCommitment(buyer, on=seller, add_usd=1000, year=2018))
    # what members sell each other is no trade of the union
    measure = dt.Tariff("EU27", on="world", sectors="C24", add=0.1, value_usd=1000, year=2018)
    assert amount_of(latest, measure).data_year == 2018
    with pytest.raises(InputError, match="trade of 2018 is not known"):
        amount_of(apart, measure)


def test_a_part_of_the_rest_of_the_world_has_no_amounts_of_other_years():
    whole = dt.load("icio-2022", economies=["USA", "CHN", "MAR"])
    for seller in ("MAR", "ROW"):
        measure = dt.PurchaseCommitment("USA", on=seller, add_usd=1000, year=2018)
        with pytest.raises(InputError, match="trade of 2018 is not known"):
            amount_of(whole, measure)
    measure = dt.PurchaseCommitment("USA", on="CHN", add_usd=1000, year=2018)
    assert amount_of(whole, measure).data_year == 2018
    everybody = dt.PurchaseCommitment("USA", on=["CHN", "MAR", "ROW"], add_usd=1000, year=2018)
    assert amount_of(whole, everybody).data_year == 2018
