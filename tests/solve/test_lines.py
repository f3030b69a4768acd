"""Lines inside cells: the compiled kernels against varieties carried one by one, and by hand."""

import itertools

import numpy as np
import pytest

from detente.policy.arrays import Lines, Policy, Rates
from detente.policy.compile import compile_policy
from detente.policy.instruments import ExportBan, ExportTax, TradeCost
from detente.policy.tariffs import Tariff
from detente.policy.volumes import PurchaseCommitment
from detente.solver.equilibrium import solve_batch, solve_equilibrium
from detente.solver.gradient import income_gradient
from detente.solver.reference import solve_reference
from detente.solver.shocks import partway
from economies import random_economy

WORLD = random_economy(11, 4, 3)
ON = {"on": "C1", "sectors": "S1"}
CELL = (1, 0, 1)


def real_income(found):
    after = found.outcome
    return np.asarray(after.income_cf) / found.calibration.income / after.consumer_price_hat


def sold(found):
    """What is left of the cell's value at fob, relative to the baseline."""
    return found.outcome.flows_cf[CELL] / WORLD.flows[CELL]


@pytest.mark.parametrize(
    "measures",
    [
        [Tariff("C0", **ON, add=0.5, coverage=0.5)],
        [Tariff("C0", on="world", add=0.3, coverage=0.4), TradeCost("C0", scale=1.2, coverage=0.7)],
        [Tariff("world", set=0.02, coverage=0.5), Tariff("C0", **ON, scale=2, coverage=0.3)],
        [
            Tariff("C0", **ON, add=1.0, coverage=0.2),
            ExportBan("C1", on="C0", coverage=0.3, leakage=0.4, rerouting_cost=1.3),
        ],
        [Tariff("C0", **ON, add=0.5, coverage=0.5, overlap="nested"),
         TradeCost("C0", **ON, add=0.4, coverage=0.2, overlap="nested")],
    ],
)  # fmt: skip
def test_the_compiled_model_equals_an_oracle_with_every_line_a_variety(measures):
    policy = compile_policy(WORLD, measures)
    assert policy.lines is not None
    fast = solve_equilibrium(WORLD, policy)
    slow = solve_reference(WORLD, policy)
    assert np.abs(fast.outcome.wage_hat / slow.wage_hat - 1).max() < 1e-9
    assert np.abs(fast.outcome.flows_cf - slow.flows_cf).max() < 1e-9 * slow.flows_cf.max()
    assert np.abs(fast.outcome.income_cf / slow.income_cf - 1).max() < 1e-9
    duties = (fast.tariff_paid * fast.outcome.flows_cf).sum(axis=(0, 2))
    np.testing.assert_allclose(fast.outcome.tariff_revenue_cf, duties, rtol=1e-9)


def test_what_multiplies_a_cell_by_hand():
    # half of a cell at 10% goes to 60%, a quarter of what is left (independent) costs 20% more
    before, theta = WORLD.tariff[CELL], WORLD.trade_elasticity[1]
    policy = compile_policy(
        WORLD,
        [
            Tariff("C0", **ON, add=0.5, coverage=0.5),
            TradeCost("C0", **ON, scale=1.2, coverage=0.25),
        ],
    )
    lines = policy.lines
    assert lines is not None
    assert sorted(lines.share.tolist()) == pytest.approx([0.125, 0.125, 0.375, 0.375])
    found = solve_equilibrium(WORLD, policy)
    factor = (1 + before + 0.5) / (1 + before)
    left = [
        0.375,
        0.375 * factor**-theta,
        0.125 * 1.2**-theta,
        0.125 * (1.2 * factor) ** -theta,
    ]
    fob = [part / (1 + t) for part, t in zip(left, [before, before + 0.5] * 2, strict=True)]
    paid = sum(left) / sum(fob) - 1
    assert found.tariff_paid[CELL] == pytest.approx(paid, rel=1e-12)
    assert policy.tariff_cf[CELL] == pytest.approx(before + 0.25)
    assert policy.iceberg_hat[CELL] == pytest.approx(1.05)
    assert paid < before + 0.25


def test_a_prohibitive_tariff_and_a_huge_cost_on_a_tenth_are_a_ban_on_a_tenth():
    made = [
        Tariff("C0", **ON, add=3.0, coverage=0.1),
        TradeCost("C0", **ON, scale=1e9, coverage=0.1),
        ExportBan("C1", on="C0", sectors="S1", coverage=0.1),
    ]
    tariff, cost, ban = (solve_equilibrium(WORLD, compile_policy(WORLD, [one])) for one in made)
    assert sold(ban) > 0.89
    assert sold(tariff) > sold(ban)
    np.testing.assert_allclose(real_income(cost), real_income(ban), rtol=1e-6)
    np.testing.assert_allclose(cost.outcome.flows_cf, ban.outcome.flows_cf, rtol=1e-6)
    policy = compile_policy(WORLD, made[:1])
    lines = policy.lines
    assert lines is not None
    on = policy.rates_on_lines(WORLD.tariff)
    high = np.where(on.tariff_cf > 2, 1e6, on.tariff_cf)
    rates = on._replace(tariff_cf=high)
    beyond = Policy.unchanged(WORLD).with_lines(WORLD.tariff, lines.cell, lines.share, rates)
    np.testing.assert_allclose(
        real_income(solve_equilibrium(WORLD, beyond)), real_income(ban), rtol=1e-6
    )


def test_whole_coverage_needs_no_lines_and_equal_lines_change_nothing():
    whole = compile_policy(WORLD, [Tariff("C0", **ON, add=0.5)])
    assert whole.lines is None
    cell = int(np.ravel_multi_index(CELL, WORLD.tariff.shape))
    t0, t1 = WORLD.tariff[CELL], whole.tariff_cf[CELL]
    three = np.full(3, 1.0)
    rates = Rates(t0 * three, t1 * three, three, 0 * three, three)
    split = Policy.unchanged(WORLD).with_lines(
        WORLD.tariff, np.full(3, cell), np.array([0.2, 0.3, 0.5]), rates
    )
    assert split.lines is not None
    one, other = (solve_equilibrium(WORLD, p).outcome.flows_cf for p in (whole, split))
    np.testing.assert_allclose(other, one, rtol=1e-11)


def test_lines_with_different_rates_before():
    # the mean before is the cell's; lines at 0 and twice the mean both go to the mean
    cell, t0 = int(np.ravel_multi_index(CELL, WORLD.tariff.shape)), WORLD.tariff[CELL]
    rates = Rates(np.array([0.0, 2 * t0]), np.array([t0, t0]), np.ones(2), np.zeros(2), np.ones(2))
    policy = Policy.unchanged(WORLD).with_lines(
        WORLD.tariff, np.array([cell, cell]), np.array([0.5, 0.5]), rates
    )
    fast, slow = solve_equilibrium(WORLD, policy), solve_reference(WORLD, policy)
    np.testing.assert_allclose(fast.outcome.flows_cf, slow.flows_cf, rtol=1e-9)
    theta = WORLD.trade_elasticity[1]
    weight = np.array([1.0, 1 + 2 * t0]) / (2 + 2 * t0)
    m = (weight * ((1 + t0) / np.array([1.0, 1 + 2 * t0])) ** -theta).sum()
    assert m != pytest.approx(1.0, abs=1e-6)
    assert fast.tariff_paid[CELL] == pytest.approx(t0)


def test_order_of_measures_never_matters_line_by_line():
    measures = [
        Tariff("C0", on="C1", add=0.2, coverage=0.5),
        Tariff("C0", on="C1", set=0.05, coverage=0.3),
        Tariff("C0", on="world", scale=0.5, coverage=0.6),
        TradeCost("C0", on="C1", add=0.1, coverage=0.4),
        ExportBan("C1", on="C0", coverage=0.2),
    ]
    found = [
        real_income(solve_equilibrium(WORLD, compile_policy(WORLD, order)))
        for order in list(itertools.permutations(measures))[::17]
    ]
    for one in found[1:]:
        np.testing.assert_allclose(one, found[0], rtol=1e-12)


def test_export_taxes_on_lines_and_their_revenue():
    policy = compile_policy(WORLD, [ExportTax("C1", on="C0", sectors="S1", add=0.4, coverage=0.5),
                                    Tariff("C0", **ON, add=0.3, coverage=0.5)])  # fmt: skip
    found = solve_equilibrium(WORLD, policy)
    paid = found.export_tax_paid
    assert paid is not None
    assert 0 < paid[CELL] < 0.2
    flows = found.outcome.flows_cf
    np.testing.assert_allclose(
        found.outcome.export_tax_revenue_cf[1],
        (flows - flows / (1 + paid))[:, :, 1].sum(),
        rtol=1e-9,
    )
    alone = compile_policy(WORLD, [ExportTax("C1", on="C0", sectors="S1", add=0.4)])
    np.testing.assert_allclose(solve_equilibrium(WORLD, alone).export_tax_paid[CELL], 0.4)


def test_a_limit_over_a_cell_with_lines_keeps_the_accounts():
    policy = compile_policy(
        WORLD,
        [
            Tariff("C0", **ON, add=0.5, coverage=0.5),
            PurchaseCommitment("C0", on="C1", sectors="S1", scale=1.3),
        ],
    )
    found = solve_equilibrium(WORLD, policy)
    flows = found.outcome.flows_cf
    assert flows[CELL] == pytest.approx(1.3 * WORLD.flows[CELL], rel=1e-8)
    duties = (found.tariff_paid * flows).sum(axis=(0, 2))
    np.testing.assert_allclose(found.outcome.tariff_revenue_cf, duties, rtol=1e-9)
    balance = flows.sum(axis=(0, 2)) - flows.sum(axis=(0, 1))
    np.testing.assert_allclose(balance, found.outcome.deficit_cf, atol=1e-9)


def test_every_theta_makes_its_own_lines():
    policy = compile_policy(WORLD, [Tariff("C0", **ON, add=0.5, coverage=0.5),
                                    ExportBan("C1", on="C2", coverage=0.5, leakage=0.5,
                                              rerouting_cost=1.5)])  # fmt: skip
    other = WORLD.replace(trade_elasticity=2 * WORLD.trade_elasticity)
    again = compile_policy(other, [Tariff("C0", **ON, add=0.5, coverage=0.5),
                                   ExportBan("C1", on="C2", coverage=0.5, leakage=0.5,
                                             rerouting_cost=1.5)])  # fmt: skip
    held, made = solve_equilibrium(other, policy), solve_equilibrium(other, again)
    np.testing.assert_array_equal(held.outcome.flows_cf, made.outcome.flows_cf)
    assert sold(solve_equilibrium(WORLD, policy)) != pytest.approx(sold(held), rel=1e-3)


def test_a_batch_of_policies_with_and_without_lines():
    policies = [
        compile_policy(WORLD, measures)
        for measures in (
            [],
            [Tariff("C0", on="world", add=0.4, coverage=0.5)],
            [Tariff("world", add=0.4, coverage=0.5), ExportBan("C1", on="C0", coverage=0.1)],
        )
    ]
    for policy, found in zip(policies, solve_batch(WORLD, policies), strict=True):
        alone = solve_equilibrium(WORLD, policy).outcome.flows_cf
        np.testing.assert_allclose(found.outcome.flows_cf, alone, rtol=1e-9)


def test_the_way_from_the_baseline_to_lines():
    policy = compile_policy(WORLD, [Tariff("C0", **ON, add=3.0, coverage=0.1),
                                    ExportBan("C1", on="C0", coverage=0.5)])  # fmt: skip
    on = policy.rates_on_lines(WORLD.tariff)
    half = partway(WORLD, policy, 0.5)
    between = half.rates_on_lines(WORLD.tariff)
    np.testing.assert_allclose((1 + between.tariff_cf) ** 2, (1 + on.tariff) * (1 + on.tariff_cf))
    np.testing.assert_allclose(between.supply_share, (1 + on.supply_share) / 2)


def test_a_common_move_of_a_cell_moves_its_lines():
    policy = compile_policy(WORLD, [Tariff("C0", on="world", add=0.4, coverage=0.5),
                                    ExportBan("C1", on="C0", coverage=0.3)])  # fmt: skip
    slope = income_gradient(WORLD, "C0", policy).tariff
    h = 1e-5
    for cell in [(0, 0, 1), CELL, (2, 0, 3), (0, 1, 2)]:
        ends = []
        for step in (h, -h):
            tariff = policy.tariff_cf.copy()
            tariff[cell] += step
            moved = Policy(tariff, policy.iceberg_hat, supply_share=policy.supply_share,
                           lines=policy.lines)  # fmt: skip
            ends.append(np.log(real_income(solve_equilibrium(WORLD, moved))[0]))
        assert slope[cell] == pytest.approx((ends[0] - ends[1]) / (2 * h), rel=1e-6, abs=1e-9)


def test_lines_that_are_no_shares_are_refused():
    from detente.errors import InputError

    ones = np.ones(2)
    with pytest.raises(InputError, match="shares of a cell"):
        Lines(np.array([3, 3]), np.array([0.5, 0.6]), 0 * ones, 0 * ones, 0 * ones, ones, ones)
