"""Identities that hold in any economy, over random ones with zeros."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.axes import Country
from detente.baseline.calibration import Calibration
from detente.policy.arrays import Policy
from detente.solver.equilibrium import rebase, solve_batch, solve_equilibrium
from detente.solver.options import Options
from detente.solver.reference import solve_reference
from economies import random_economy, random_policy

few = settings(max_examples=12, deadline=None, derandomize=True)
seeds = st.integers(0, 10_000)
# a handful of shapes, so that the solver is compiled only a handful of times
shapes = st.sampled_from([(2, 1), (3, 2), (5, 4), (8, 6)])
zeros = st.sampled_from([0.0, 0.3])


@few
@given(seeds, shapes, zeros)
def test_zero_shock_gives_ones(seed, shape, share):
    c = random_economy(seed, *shape, zeros=share)
    found = solve_equilibrium(c)
    assert np.abs(found.outcome.wage_hat - 1).max() < 1e-11
    assert np.abs(found.outcome.flows_cf - c.flows).max() < 1e-10 * c.flows.max()


@few
@given(seeds, shapes, zeros)
def test_accounts_close_after_a_shock(seed, shape, share):
    c = random_economy(seed, *shape, zeros=share)
    after = solve_equilibrium(c, random_policy(c, seed)).outcome
    world = c.value_added.sum()
    flows = after.flows_cf
    output = flows.sum(axis=1).T
    imbalance = flows.sum(axis=(0, 2)) - flows.sum(axis=(0, 1))
    assert np.abs(imbalance - after.deficit_cf).max() < 1e-9 * world
    assert abs(after.deficit_cf.sum()) < 1e-10 * world
    use = np.einsum("nks,ns->nk", c.input_share, output)
    final = c.final_demand / c.income[:, None] * after.income_cf[:, None]
    assert np.abs(use + final - after.spending_cf).max() < 1e-9 * world
    labour = (c.value_added_share * output).sum(axis=1)
    assert np.abs(labour / (c.value_added * after.wage_hat) - 1).max() < 1e-9
    assert (flows[c.flows == 0] == 0).all()


@few
@given(seeds, shapes, zeros)
def test_fast_solver_equals_the_oracle(seed, shape, share):
    c = random_economy(seed, *shape, zeros=share)
    policy = random_policy(c, seed)
    fast = solve_equilibrium(c, policy).outcome
    slow = solve_reference(c, policy)
    assert np.abs(fast.wage_hat / slow.wage_hat - 1).max() < 1e-10
    assert np.abs(fast.price_hat / slow.price_hat - 1).max() < 1e-10
    assert np.abs(fast.flows_cf - slow.flows_cf).max() < 1e-10 * slow.flows_cf.max()


@few
@given(seeds, st.sampled_from(["fixed", "own-share", "removed"]))
def test_relabelling_changes_nothing(seed, rule):
    c = random_economy(seed, 5, 4, zeros=0.2)
    policy = random_policy(c, seed)
    order, swap = np.random.default_rng(seed).permutation(5), np.array([2, 0, 3, 1])
    cells = np.ix_(swap, order, order)
    moved = Calibration(
        countries=tuple(c.countries[i] for i in order),
        sectors=tuple(c.sectors[i] for i in swap),
        flows=c.flows[cells],
        tariff=c.tariff[cells],
        value_added_share=c.value_added_share[np.ix_(order, swap)],
        input_share=c.input_share[np.ix_(order, swap, swap)],
        final_demand=c.final_demand[np.ix_(order, swap)],
        trade_elasticity=c.trade_elasticity[swap],
        card=c.card,
    )
    options = Options(deficits=rule)
    here = solve_equilibrium(c, policy, options).outcome
    there = solve_equilibrium(
        moved, Policy(policy.tariff_cf[cells], policy.iceberg_hat[cells]), options
    ).outcome
    assert np.abs(there.wage_hat - here.wage_hat[order]).max() < 1e-9
    assert np.abs(there.flows_cf - here.flows_cf[cells]).max() < 1e-9 * here.flows_cf.max()


@few
@given(seeds, st.floats(1e-4, 1e4))
def test_unit_of_account_changes_nothing(seed, unit):
    c = random_economy(seed, 5, 4)
    policy = random_policy(c, seed)
    scaled = c.replace(flows=c.flows * unit, final_demand=c.final_demand * unit)
    here, there = (solve_equilibrium(x, policy).outcome for x in (c, scaled))
    assert np.abs(here.wage_hat / there.wage_hat - 1).max() < 1e-9


@few
@given(seeds)
def test_merging_identical_countries_changes_nothing(seed):
    c = random_economy(seed, 3, 2)
    policy = random_policy(c, seed)
    # split the last country into two halves that are alike in everything
    index, half = np.array([0, 1, 2, 2]), np.array([1, 1, 0.5, 0.5])
    cells = np.ix_(range(2), index, index)
    split = Calibration(
        countries=(*c.countries, Country("C2b", "Country 2, other half")),
        sectors=c.sectors,
        flows=c.flows[cells] * half[:, None] * half,
        tariff=c.tariff[cells],
        value_added_share=c.value_added_share[index],
        input_share=c.input_share[index],
        final_demand=c.final_demand[index] * half[:, None],
        trade_elasticity=c.trade_elasticity,
        card=c.card,
    )
    whole = solve_equilibrium(c, policy).outcome
    halves = solve_equilibrium(
        split, Policy(policy.tariff_cf[cells], policy.iceberg_hat[cells])
    ).outcome
    assert np.abs(halves.wage_hat - whole.wage_hat[index]).max() < 1e-9


@few
@given(seeds)
def test_batch_equals_one_by_one(seed):
    c = random_economy(seed, 4, 3, zeros=0.2)
    policies = [random_policy(c, seed + k) for k in range(3)]
    for many, policy in zip(solve_batch(c, policies), policies, strict=True):
        one = solve_equilibrium(c, policy)
        assert many.converged
        assert np.abs(many.outcome.wage_hat - one.outcome.wage_hat).max() < 1e-10


@few
@given(seeds)
def test_rebased_economy_is_at_rest(seed):
    c = random_economy(seed, 4, 3, zeros=0.2)
    base = rebase(solve_equilibrium(c, options=Options(deficits="removed")))
    assert np.abs(base.deficit).max() < 1e-9 * base.value_added.sum()
    assert np.abs(solve_equilibrium(base).outcome.wage_hat - 1).max() < 1e-10
