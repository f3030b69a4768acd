"""Own tables whose accounts do not close, brought to rest: what stays, what moves, what is said."""

from dataclasses import replace

import numpy as np
import pytest

import detente as dt
from baseline.table_folders import edit, put
from detente.axes import Country, Sector
from detente.baseline.card import Card
from detente.baseline.settling import settled
from detente.baseline.table_accounts import Accounts
from detente.baseline.tables import read_folder, write_folder, write_template
from detente.errors import DataError, InputError
from economies import random_economy

CARD = Card("two", "Two alike", 2020, "made up", "none")


@pytest.fixture
def folder(tmp_path):
    return write_template(tmp_path / "own")


def sizes(calibration):
    return {(a.what, a.unit): a.size for a in calibration.card.adjustments}


def test_final_demand_is_what_purchases_leave(folder):
    edit(folder, "final_demand", put(3, "NTH,MAN,900.0"))
    with pytest.raises(DataError, match="settle them"):
        read_folder(folder)
    found = dt.settle(folder)
    # 1500 + 260 × 1.03 + 310 × 1.025 less purchases of 1160
    assert found.final_demand[0, 1] == pytest.approx(925.55, abs=1e-9)
    said = sizes(found)
    # 25.55 of final demand of 14074.34, beside trade of 2480
    demand = "moved by settling: final demand"
    assert said[demand, "share of all final demand"] == pytest.approx(0.00181536, abs=1e-8)
    assert said[demand, "share of all trade between economies"] == pytest.approx(0.01030242)
    largest = "largest change of final demand: NTH in MAN, +25.55 million USD"
    assert said[largest, "share of its spending there"] == pytest.approx(25.55 / 2085.55)
    assert len(said) == 3


def test_where_purchases_exceed_spending_uses_are_balanced_anew(folder):
    edit(folder, "input_output", put(3, "NTH,AGR,MAN,290.0"))
    found = dt.settle(folder)
    uses = np.column_stack(
        [(found.input_share * found.output[:, None, :])[0], found.final_demand[0]]
    )
    # spending on each input is what it was, and so are what each sector purchases and value added
    np.testing.assert_allclose(uses.sum(axis=1), [249.4, 2085.55, 4350], rtol=1e-10)
    np.testing.assert_allclose(uses[:, :3].sum(axis=0), [110, 1470, 1550], rtol=1e-10)
    assert found.final_demand[0, 0] == 0
    assert found.final_demand.min() >= 0
    # each cell is its old one times a factor of its row and one of its column
    before = np.array([[20, 290, 30], [40, 700, 420], [50, 480, 1100.0]])
    ratio = uses[:, :3] / before
    np.testing.assert_allclose(ratio[0, 0] * ratio[1, 1], ratio[0, 1] * ratio[1, 0], rtol=1e-9)
    np.testing.assert_allclose(ratio[1, 1] * ratio[2, 2], ratio[1, 2] * ratio[2, 1], rtol=1e-9)
    # the other economies stay
    np.testing.assert_allclose(found.final_demand[1:], [[162.64, 749.6, 630],
                                                        [342.5, 2450.2, 6010]])  # fmt: skip


def twins():
    """Two economies alike: sector a spends half of its sales on b, a tenth of all is imported."""
    flows = np.array([[[45.0, 5.0], [5.0, 45.0]]] * 2)
    purchases = np.zeros((2, 2, 2))
    purchases[:, 1, 0] = 25
    return Accounts(
        (Country("A", "A", ("A",)), Country("B", "B", ("B",))),
        (Sector("a", "a", (), "goods"), Sector("b", "b", (), "services")),
        flows,
        np.zeros_like(flows),
        purchases,
        np.full((2, 2), 30.0),
    )


def test_flows_that_shares_imply():
    """a sells half of income, b half of income and half of what a sells: 40 and 60 of 100."""
    found = settled(twins(), np.array([4.0, 4.0]), CARD, "shares")
    np.testing.assert_allclose(found.flows[0], [[36, 4], [4, 36]], rtol=1e-10)
    np.testing.assert_allclose(found.flows[1], [[54, 6], [6, 54]], rtol=1e-10)
    np.testing.assert_allclose(found.final_demand, 40, rtol=1e-10)
    np.testing.assert_allclose(found.input_share[:, 1, 0], 0.5)
    said = sizes(found)
    of = "moved by settling: "
    assert said[of + "trade", "share of all trade between economies"] == pytest.approx(0.2)
    assert said[of + "sales at home", "share of all of them"] == pytest.approx(0.2)
    assert said[of + "purchases", "share of all purchases"] == pytest.approx(0.2)
    assert said[of + "final demand", "share of all final demand"] == pytest.approx(1 / 3)
    # 40 of final demand beside 20 of trade
    trade = "share of all trade between economies"
    assert said[of + "final demand", trade] == pytest.approx(2)
    imports = "largest change of imports: A in a, -1 million USD"
    assert said[imports, "share of its spending there"] == pytest.approx(-0.02)


@pytest.mark.parametrize("seed", [1, 2])
def test_shares_tariffs_and_balances_stay(seed):
    world = random_economy(seed)
    rng = np.random.default_rng(seed)
    purchases = world.input_share * world.output[:, None, :] * rng.uniform(0.9, 1.1, (4, 3, 3))
    accounts = Accounts(world.countries, world.sectors, world.flows, world.tariff, purchases,
                        world.final_demand * rng.uniform(0.8, 1.2, (4, 3)))  # fmt: skip
    found = settled(accounts, world.trade_elasticity, CARD, "shares")
    np.testing.assert_allclose(found.trade_shares, world.trade_shares, atol=1e-12)
    np.testing.assert_allclose(found.deficit, world.deficit, atol=1e-10)
    np.testing.assert_array_equal(found.tariff, world.tariff)
    np.testing.assert_allclose(found.input_share, purchases / world.output[:, None, :], atol=1e-12)
    taste = accounts.final_demand / accounts.final_demand.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(found.final_demand / found.income[:, None], taste, atol=1e-10)
    assert found.expenditure.sum() == pytest.approx(world.expenditure.sum(), rel=1e-12)


@pytest.mark.parametrize("keep", ["flows", "shares"])
def test_what_closes_stays(tmp_path, keep):
    world = random_economy(3)
    found = dt.settle(write_folder(world, tmp_path / "own"), keep)
    np.testing.assert_allclose(found.flows, world.flows, rtol=1e-11)
    np.testing.assert_allclose(found.final_demand, world.final_demand, rtol=1e-10)
    assert not [a for a in found.card.adjustments if a.size > 1e-10]


def test_a_surplus_that_takes_all_income_is_refused():
    accounts = twins()
    flows = accounts.flows.copy()
    flows[:, 1, 0] = 300  # B buys more than A could make at these shares
    purchases = accounts.purchases.copy()
    purchases[0, 1, 0] = 300
    with pytest.raises(DataError, match="nothing is left for final demand"):
        settled(replace(accounts, flows=flows, purchases=purchases), np.array([4.0, 4.0]), CARD,
                "shares")  # fmt: skip


def test_what_a_mix_up_explains_is_not_settled(folder):
    file = folder / "flows.csv"
    file.write_text(file.read_text().replace("importer,exporter", "exporter,importer"))
    tariffs = folder / "tariffs.csv"
    tariffs.write_text(tariffs.read_text().replace("importer,exporter", "exporter,importer"))
    with pytest.raises(DataError, match="importer and exporter exchanged"):
        dt.settle(folder)


def test_other_problems_are_refused_as_always(folder):
    edit(folder, "tariffs", put(2, "AGR,NTH,STH,nan"))
    with pytest.raises(DataError, match=r"tariffs\.csv:2"):
        dt.settle(folder)
    with pytest.raises(InputError, match="keep: unknown; did you mean"):
        dt.settle(folder, keep="flow")
