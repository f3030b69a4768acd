"""What theory says about tariffs in small worlds, against the engine and the games on it."""

import numpy as np
import pytest
from scipy.optimize import brentq
from worlds import home_shares, two_countries, without_inputs

from detente.games.closed_form import closed_form_war, optimal_tariffs
from detente.games.nash import nash, optimal
from detente.games.players import Player
from detente.model.welfare import real_income_hat
from detente.policy.arrays import Policy
from detente.solver.equilibrium import solve_equilibrium
from detente.solver.options import Options

ELASTICITY = 4.0
ONE = Player("C0", sectors="all", rule="uniform")
BOTH = [ONE, Player("C1", sectors="all", rule="uniform")]
BALANCED = Options(deficits="removed")


def real(calibration, policy, options=BALANCED):
    after = solve_equilibrium(calibration, policy, options).outcome
    price = np.asarray(after.consumer_price_hat)
    return real_income_hat(calibration, np.asarray(after.income_cf), price)


def tariffs(calibration, first, second):
    tariff = np.zeros_like(calibration.flows)
    tariff[:, 0, 1], tariff[:, 1, 0] = first, second
    return Policy(tariff, np.ones_like(tariff))


def test_a_small_economy_charges_one_over_the_elasticity():
    size = 1e-4
    c = two_countries(size, 1.0, size / (1 + size), ELASTICITY)
    found = optimal(c, ONE, starts=("applied",), tolerance=1e-10)
    assert found.status.found
    assert found.chosen.rates[0] == pytest.approx(0.25002, abs=1e-5)


@pytest.mark.parametrize("size", [0.05, 0.5, 1.0, 3.0])
def test_against_a_free_trader_the_partners_home_share_decides(size):
    c = two_countries(size, 1.0, 0.3 * size / (1 + size), ELASTICITY)
    found = optimal(c, ONE, starts=("applied",), tolerance=1e-10)
    after = solve_equilibrium(c, found.policy).outcome
    home = home_shares(c, after, found.policy)[1]
    assert found.chosen.rates[0] == pytest.approx(1 / (ELASTICITY * home), abs=1e-8)


def test_a_partner_that_taxes_moves_the_optimum_as_the_closed_form_says():
    c = two_countries(1.0, 1.5, 0.2, ELASTICITY)
    base = tariffs(c, 0.0, 0.4)
    found = optimal(c, ONE, base=base, starts=("applied",), tolerance=1e-10)
    home = home_shares(c, solve_equilibrium(c, found.policy).outcome, found.policy)[1]
    delta = 0.4 * home / (1 + 0.4 * home)
    expected = 1 / (ELASTICITY * (1 - (1 - delta) * (1 - home)))
    assert found.chosen.rates[0] == pytest.approx(expected, abs=1e-8)
    assert expected != pytest.approx(1 / (ELASTICITY * home), abs=1e-3)


def test_the_partner_at_forty_per_cent():
    # the figure of another implementation is 1/(ε λ (1+t)/(1+tλ)) at the partner's home share λ
    home = 1 / (4 * 1.4 * 0.258972 - 0.4)
    flows = np.array([[[1.0, 1.0], [0.0, 1.0]]])
    flows[0, 1, 0] = (1 - home) / (home * 1.4)
    tariff = np.zeros_like(flows)
    tariff[0, 1, 0] = 0.4
    found = optimal_tariffs(flows, tariff, np.array([ELASTICITY]), ((0,),))
    assert found[0] == pytest.approx(0.258972, abs=1e-12)


def test_in_a_symmetric_war_both_lose_and_the_closed_form_is_exact():
    c = two_countries(1.0, 1.0, 0.3, ELASTICITY)
    war = nash(c, BOTH)
    assert war.status.found
    assert len(war.equilibria) == 1
    first, second = war.chosen.rates
    assert first == pytest.approx(second, abs=1e-8)
    home = home_shares(c, solve_equilibrium(c, war.policy).outcome, war.policy)[1]
    expected = (1 + first * home) / (ELASTICITY * home * (1 + first))
    assert first == pytest.approx(expected, abs=1e-7)
    assert (war.values < 0).all()
    rates, settled = closed_form_war(war.game)
    assert settled
    np.testing.assert_allclose(rates, war.chosen.rates, atol=1e-7)
    assert war.certificate.nash_conv < 1e-9


def test_with_many_sectors_and_partners_the_closed_form_is_near_and_no_better():
    rng = np.random.default_rng(0)
    flows = rng.uniform(0.02, 0.1, (3, 3, 3))
    flows = (flows + flows.transpose(0, 2, 1)) / 2
    flows[:, range(3), range(3)] = 1.0
    c = without_inputs(flows, np.array([3.0, 5.0, 8.0]))
    found = optimal(c, ONE, starts=("applied",), tolerance=1e-10)
    formula, settled = closed_form_war(found.game)
    assert settled
    assert formula[0] == pytest.approx(found.chosen.rates[0], rel=0.1)
    assert found.values[0] >= found.game.evaluate(formula).values[0]


def test_tariffs_that_cancel_are_free_trade_and_a_transfer():
    # Mayer (1981): where (1+t₁)(1+t₂) = 1 relative prices are those of free trade
    c = two_countries(1.0, 2.0, 0.3, ELASTICITY)
    locus = real(c, tariffs(c, 0.25, 1 / 1.25 - 1))

    def with_transfer(amount):
        deficits = np.array([amount, -amount])
        return real(c, Policy.unchanged(c), Options(deficits=deficits))

    amount = brentq(lambda t: with_transfer(t)[0] - locus[0], 0, 0.2, xtol=1e-13)
    assert amount > 0.01
    np.testing.assert_allclose(with_transfer(amount), locus, atol=1e-8)


def test_a_tax_on_all_exports_is_a_tariff_on_all_imports():
    # Lerner (1936)
    c = two_countries(1.0, 2.0, 0.3, ELASTICITY)
    tax = np.zeros_like(c.flows)
    tax[:, 1, 0] = 0.3
    exports = Policy(c.tariff, np.ones_like(c.tariff), export_tax=tax)
    np.testing.assert_allclose(real(c, exports), real(c, tariffs(c, 0.3, 0.0)), atol=1e-10)
    taxing = Player("C0", sectors="all", rule="uniform", instrument="export-tax")
    ends = [
        optimal(c, p, options=BALANCED, starts=("applied",), tolerance=1e-10) for p in (ONE, taxing)
    ]
    assert ends[0].chosen.rates[0] == pytest.approx(ends[1].chosen.rates[0], abs=1e-7)


def test_without_revenue_home_shares_tell_real_income():
    # Arkolakis, Costinot & Rodríguez-Clare (2012)
    rng = np.random.default_rng(1)
    flows = rng.uniform(0.02, 0.1, (3, 3, 3))
    flows = (flows + flows.transpose(0, 2, 1)) / 2
    flows[:, range(3), range(3)] = 1.0
    theta = np.array([3.0, 5.0, 8.0])
    c = without_inputs(flows, theta)
    iceberg = np.where(np.eye(3, dtype=bool), 1.0, rng.uniform(0.8, 1.3, flows.shape))
    policy = Policy(c.tariff, iceberg)
    after = solve_equilibrium(c, policy, BALANCED).outcome
    shares = np.asarray(after.flows_cf) / np.asarray(after.flows_cf).sum(axis=2, keepdims=True)
    home = np.einsum("snn->ns", shares) / np.einsum("snn->ns", c.trade_shares)
    mix = c.final_demand / c.income[:, None]
    expected = np.exp(-(mix * np.log(home) / theta).sum(axis=1))
    np.testing.assert_allclose(real(c, policy), expected, atol=1e-10)
