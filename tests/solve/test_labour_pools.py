"""Sectors that were carved out of another have one labour market with it."""

from dataclasses import replace

import numpy as np
import pytest
from plain import solve_plain
from test_structure import INSTRUMENTS, STRUCTURES, real_income, shocked

import detente as dt
from detente.model.economy import Structure, economy
from detente.results import Solution
from detente.solver.equilibrium import solve_batch, solve_equilibrium
from detente.solver.gradient import income_gradient
from detente.solver.options import Options
from economies import random_economy

PLAIN = random_economy(5, 3, 3)
# not like its parent in anything: other suppliers, recipe and elasticity
FIRST, SECOND, THIRD = PLAIN.sectors
WORLD = PLAIN.replace(sectors=(FIRST, SECOND, replace(THIRD, part_of=FIRST.code)))
POOLS = [[0, 2], [1]]
SHARED = {**STRUCTURES, "free entry": Structure(market="free-entry", labour_mobility=2.0)}


@pytest.mark.parametrize(
    ("name", "used"),
    [
        ("mobility", ()),
        ("mobility", INSTRUMENTS),
        ("all", INSTRUMENTS),
        ("scale", INSTRUMENTS),
        ("scale and mobility", ()),
        ("free entry", INSTRUMENTS),
    ],
    ids=str,
)
def test_the_compiled_model_is_the_plain_one(name, used):
    structure, policy = SHARED[name], shocked(WORLD, 1, *used)
    found = solve_equilibrium(WORLD, policy, Options(structure=structure))
    transfer = 0 if policy.transfer is None else policy.transfer
    expected = solve_plain(WORLD, policy, structure, WORLD.deficit + transfer, pools=POOLS)
    np.testing.assert_allclose(real_income(found), expected, rtol=1e-9)


@pytest.mark.parametrize("name", ["mobility", "scale", "all"])
def test_sharing_workers_matters(name):
    # the guard of the test above: it would pass if pools were nothing on both sides
    options = Options(structure=SHARED[name])
    policy = shocked(WORLD, 1)
    together, apart = (real_income(solve_equilibrium(c, policy, options)) for c in (WORLD, PLAIN))
    assert np.abs(together - apart).max() > 1e-5


@pytest.mark.parametrize("structure", SHARED.values(), ids=SHARED)
def test_where_every_sector_has_its_own_workers_nothing_is_compiled(structure):
    assert economy(PLAIN, structure).labour_pool is None


def test_with_one_wage_and_no_scale_nothing_is_compiled():
    assert economy(WORLD).labour_pool is None


def test_a_pool_has_one_wage_and_heads_follow_the_wage_bill():
    structure = Structure(labour_mobility=1.6)
    found = solve_equilibrium(WORLD, shocked(WORLD, 2), Options(structure=structure))
    after = found.outcome
    wage = np.asarray(after.sector_wage_hat)
    np.testing.assert_allclose(wage[:, 0], wage[:, 2], rtol=1e-14)
    assert np.abs(wage[:, 0] / wage[:, 1] - 1).min() > 1e-4
    bill = WORLD.value_added_share * np.asarray(after.output_cf)
    heads = np.asarray(after.employment_hat) * (WORLD.value_added_share * WORLD.output)
    np.testing.assert_allclose(heads, bill / np.asarray(after.wage_hat)[:, None], rtol=1e-9)
    np.testing.assert_allclose(heads.sum(axis=1), WORLD.value_added, rtol=1e-9)


@pytest.mark.parametrize("mobility", [1.6, np.inf])
def test_who_moves_within_a_pool_has_not_changed_sector(mobility):
    options = Options(structure=Structure(labour_mobility=mobility))
    found = Solution(solve_equilibrium(WORLD, shocked(WORLD, 2), options))
    gained = found.sectors["jobs_change_points"].unstack("sector")[["S0", "S1", "S2"]].to_numpy()
    expected = np.abs(gained[:, 1])  # what the only other sector loses or gains
    np.testing.assert_allclose(found.countries["reallocation_pct"], expected, atol=1e-8)
    assert np.abs(gained).sum(axis=1).max() / 2 > expected.max() + 1e-3


@pytest.mark.parametrize(
    "structure",
    [
        Structure(wage_floor=0.99, labour_mobility=2.0, revenue_use="labour-tax"),
        Structure(scale_elasticity=0.06, labour_mobility=1.5),
    ],
    ids=["floor", "scale"],
)
def test_gradients_hold(structure):
    options, policy = Options(structure=structure), shocked(WORLD, 1)
    found = income_gradient(WORLD, "C0", policy, options)
    for cell in ((0, 0, 1), (2, 0, 2), (2, 2, 1)):
        values = []
        for step in (1e-4, -1e-4):
            tariff = policy.tariff_cf.copy()
            tariff[cell] += step
            moved = solve_equilibrium(WORLD, replace(policy, tariff_cf=tariff), options)
            values.append(np.log(real_income(moved)[0]))
        assert found.tariff[cell] == pytest.approx((values[0] - values[1]) / 2e-4, abs=1e-7)


def test_floors_of_wages_hold_pool_by_pool():
    structure = Structure(wage_floor=0.995, labour_mobility=1.5, revenue_use="labour-tax")
    after = solve_equilibrium(WORLD, shocked(WORLD, 1), Options(structure=structure)).outcome
    wage = np.asarray(after.sector_wage_hat)
    assert wage.min() == pytest.approx(0.995, rel=1e-9)
    np.testing.assert_array_equal(wage[:, 0], wage[:, 2])
    assert np.asarray(after.unemployment).max() > 1e-4


def test_a_batch_is_what_its_members_are_alone():
    options = Options(structure=Structure(labour_mobility=1.5, scale_elasticity=0.05))
    policies = [shocked(WORLD, 1), shocked(WORLD, 2)]
    for one, policy in zip(solve_batch(WORLD, policies, options), policies, strict=True):
        alone = solve_equilibrium(WORLD, policy, options)
        np.testing.assert_allclose(real_income(one), real_income(alone), rtol=1e-9)


@pytest.mark.parametrize(
    ("part_of", "pools"),
    [
        (("", "", ""), [0, 1, 2]),
        (("", "S0", "S0"), [0, 0, 0]),
        (("", "S0", "S1"), [0, 0, 0]),  # a firm carved out of a firm
        (("S2", "S2", ""), [0, 0, 0]),
        (("", "gone", "gone"), [0, 1, 1]),
    ],
)
def test_pools_follow_what_sectors_are_part_of(part_of, pools):
    sectors = [replace(s, part_of=code) for s, code in zip(PLAIN.sectors, part_of, strict=True)]
    assert PLAIN.replace(sectors=tuple(sectors)).labour_pool.tolist() == pools


def test_merging_sectors_keeps_who_shares_workers():
    merged = dt.aggregate(WORLD, sectors={"X": ["S0", "S1"]})
    assert [(s.code, s.part_of) for s in merged.sectors] == [("X", ""), ("S2", "X")]
    renamed = dt.aggregate(WORLD, sectors={"Y": ["S0"], "Z": ["S2"]})
    assert [(s.code, s.part_of) for s in renamed.sectors] == [("Y", ""), ("Z", "Y"), ("S1", "")]
    whole = dt.aggregate(WORLD, sectors={"S0": ["S0", "S2"]})
    assert [(s.code, s.part_of) for s in whole.sectors] == [("S0", ""), ("S1", "")]
