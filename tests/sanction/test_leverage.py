"""Leverage against the model solved again, and against its own formulas."""

import numpy as np
import pytest

import detente as dt
from detente.errors import InputError
from detente.policy.arrays import Policy
from detente.sanction.leverage import (
    break_even_diversification,
    by_pair,
    chokepoints,
    cut_off_losses,
    cut_off_price,
    erosion,
    exposure,
    friends_and_enemies,
    hirschman,
    joint_threat,
)
from detente.solver.equilibrium import solve_equilibrium
from detente.solver.gradient import income_gradient
from detente.solver.implicit import Settings
from detente.solver.options import Options
from economies import random_economy


@pytest.fixture(scope="module")
def world():
    return random_economy(3, countries=3, sectors=2)


@pytest.fixture(scope="module")
def exposed(world):
    return exposure(world)


def test_exposures_are_the_gradients_of_each_economy(world, exposed):
    for k, code in enumerate(world.country_codes):
        one = income_gradient(world, code).log_iceberg
        assert exposed.by_cost[k] == pytest.approx(one, abs=1e-10)


def test_friends_and_enemies_against_central_differences(world, exposed):
    matrix = friends_and_enemies(exposed)
    step = 1e-4

    def log_income(sign):
        iceberg = np.ones_like(world.tariff)
        iceberg[:, :, 1] = np.exp(-sign * step)  # all that the second economy sells, at home too
        policy = Policy(world.tariff, iceberg)
        found = solve_equilibrium(world, policy, Options(settings=Settings()))
        return np.log(dt.solve(world, policy=policy).welfare.to_numpy() / 100 + 1), found

    difference = (log_income(1)[0] - log_income(-1)[0]) / (2 * step)
    assert matrix["C1"].to_numpy() == pytest.approx(difference, rel=1e-5, abs=1e-8)
    assert (np.diag(matrix) > 0).all()


def test_a_cut_off_is_close_to_the_model_solved_again():
    world = dt.load("icio-2017")
    table = hirschman(exposure(world))
    for by, on, sector in (("USA", "CHN", "C26"), ("EU27", "USA", "C20"), ("JPN", "KOR", "C28")):
        ban = dt.solve(world, dt.ExportBan(by, on=on, sectors=sector))
        lost = -ban.countries["real_income_musd"]
        row = table.loc[(by, on, sector)]
        assert row["target_loss"] == pytest.approx(lost[on], rel=0.15)
        assert row["own_loss"] == pytest.approx(lost[by], rel=0.15)


def test_power_is_loss_less_own_loss(exposed):
    table = hirschman(exposed, kappa=2.0)
    assert table["power"].to_numpy() == pytest.approx(table["target_loss"] - 2 * table["own_loss"])
    above = table["own_loss"] > 0
    assert table["ratio"][above].to_numpy() == pytest.approx(
        (table["target_loss"] / table["own_loss"])[above]
    )
    assert table["ratio"][~above].isna().all()
    pairs = by_pair(table)
    assert pairs.loc[("C0", "C1"), "target_loss"] == pytest.approx(
        table.loc[("C0", "C1"), "target_loss"].sum()
    )
    loss = cut_off_losses(exposed)
    assert table.loc[("C0", "C1", "S1"), "target_loss"] == pytest.approx(loss[1, 1, 1, 0])
    assert table.loc[("C0", "C1", "S1"), "own_loss"] == pytest.approx(loss[0, 1, 1, 0])


def test_chokepoints_are_ranked_by_loss_per_own_cost(exposed):
    table = hirschman(exposed)
    found = chokepoints(table, "C1")
    rank = found["ratio"].where(found["own_loss"] > 0, np.inf).to_numpy()
    assert (rank[:-1] >= rank[1:]).all()
    least = float(found["target_loss"].median())
    assert (chokepoints(table, "C1", least)["target_loss"] > least).all()


def test_threats_together_are_worth_more_than_apart(world):
    both = joint_threat(world, ["C0", "C2"], "C1")
    assert (both["power"] >= both["apart"]).all()
    assert both["power"].sum() > both["apart"].sum()
    one = joint_threat(world, "C0", "C1")
    assert one["power"].to_numpy() == pytest.approx(one["apart"].to_numpy())
    k, theta = 1, world.trade_elasticity[1]
    share = world.trade_shares[k, 1, 0]
    weight = world.expenditure[1, k] / world.income[1]
    assert one["power"].iloc[k] == pytest.approx(weight / theta * -np.log(1 - share))
    with pytest.raises(InputError, match="outside the coalition"):
        joint_threat(world, ["C0", "C1"], "C1")


def test_the_price_of_a_lost_supplier_is_the_nests():
    shares = np.array([0.3, 0.2, 0.5])
    theta = 4.0
    left = shares[1:].sum() ** (-1 / theta)
    assert np.exp(cut_off_price(0.3, theta)) == pytest.approx(left)


def test_break_even_premium_is_the_slope_of_the_loss_saved():
    table = break_even_diversification(0.6, 4.0, probability=0.2, steps=601)
    left, saved = table.index.to_numpy(), -0.2 * table["loss"].to_numpy()
    slope = np.gradient(saved, -left)
    assert table["premium_next"].to_numpy()[1:-1] == pytest.approx(slope[1:-1], rel=1e-3)
    # the mean premium lies between those of the first and the last unit moved
    whole = table.iloc[-1]
    assert table["premium_next"].iloc[-1] < whole["premium_mean"] < table["premium_next"].iloc[0]


def test_leverage_halves_as_the_share_does():
    table = erosion(0.2, 4.0, half_life=2.0, years=(0, 2, 4))
    assert table["share"].tolist() == pytest.approx([0.2, 0.1, 0.05])
    assert table["leverage"].iloc[0] == 1
    assert (np.diff(table["leverage"]) < 0).all()
    # less than half is left, since the last supplier is worth more than the first
    assert table["leverage"].iloc[1] < 0.5
    assert (table["long_run_pct"] < table["price_pct"]).all()
