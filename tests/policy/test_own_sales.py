"""Duties inside a group of countries that the baseline has as one economy can be changed."""

from dataclasses import replace

import numpy as np
import pytest

from detente.errors import InputError
from detente.policy.compile import compile_policy
from detente.policy.instruments import ExportTax, TradeCost
from detente.policy.tariffs import Tariff
from detente.policy.volumes import Quota
from detente.simulate import solve
from detente.solver.equilibrium import solve_equilibrium
from detente.solver.reference import solve_reference
from economies import random_economy

WORLD = random_economy(2, 3, 2)


def with_own_duties(world=WORLD, rates=(0.08, 0.04)):
    """Put duties on the own sales of C0; final demand pays them."""
    tariff = world.tariff.copy()
    tariff[:, 0, 0] = rates
    final = world.final_demand.copy()
    final[0] += np.array(rates) * world.flows[:, 0, 0]
    return world.replace(tariff=tariff, final_demand=final)


def merged(world=WORLD):
    union = replace(world.countries[0], members=("AAA", "BBB"))
    return world.replace(countries=(union, *world.countries[1:]))


@pytest.mark.parametrize("sectors", ["world", "S0"])
def test_they_are_what_is_set_and_nothing_else_moves(sectors):
    world = with_own_duties()
    names = ["S0", "S1"] if sectors == "world" else sectors
    policy = compile_policy(world, [Tariff("C0", on="C0", sectors=names, set=0.0)])
    expected = world.tariff.copy()
    expected[: 2 if sectors == "world" else 1, 0, 0] = 0
    np.testing.assert_array_equal(policy.tariff_cf, expected)
    assert policy.lines is None


def test_taking_them_off_is_the_economy_of_the_oracle():
    world = with_own_duties()
    found = solve(world, Tariff("C0", on="C0", set=0.0, sectors=["S0", "S1"]))
    oracle = solve_reference(world, found.equilibrium.policy)
    np.testing.assert_allclose(found.equilibrium.outcome.flows_cf, oracle.flows_cf, rtol=1e-8)
    # C0 is left with duties on what it buys abroad, of which it now buys less
    left = (world.tariff[:, 0, 1:] * oracle.flows_cf[:, 0, 1:]).sum()
    revenue = found.countries.loc["C0", ["tariff_revenue_musd", "tariff_revenue_change_musd"]]
    assert revenue.sum() == pytest.approx(left, rel=1e-8)


def test_a_group_without_them_may_get_them():
    found = solve(merged(), Tariff("C0", on="C0", sectors="S0", add=0.05))
    assert found.flows["tariff_cf"].sel(sector="S0", importer="C0", exporter="C0") == 0.05
    part = compile_policy(merged(), [Tariff("C0", "C0", "S0", add=0.05, coverage=0.4)])
    assert part.tariff_cf[0, 0, 0] == pytest.approx(0.02)
    assert set(part.lines.cell) == {0}


def test_the_world_leaves_out_itself():
    for on in ("world", ["C1", "C2"]):
        policy = compile_policy(with_own_duties(), [Tariff("C0", on=on, set=0.5, sectors="S0")])
        assert policy.tariff_cf[0, 0, 0] == 0.08
        assert policy.tariff_cf[0, 0, 1] == 0.5


def test_a_country_has_none_and_no_other_measure_is_on_own_sales():
    with pytest.raises(InputError, match="several merged into one"):
        compile_policy(WORLD, [Tariff("C0", on="C0", sectors="S0", set=0.1)])
    world = with_own_duties(rates=(0.08, 0.0))  # on its own sales of S0 alone
    with pytest.raises(InputError, match="on itself"):
        compile_policy(world, [Tariff("C0", on="C0", sectors="S1", set=0.1)])
    for measure in (TradeCost("C0", "C0", add=0.1), ExportTax("C0", "C0", add=0.1),
                    Quota("C0", "C0", scale=0.5)):  # fmt: skip
        with pytest.raises(InputError, match="on itself"):
            compile_policy(merged(with_own_duties()), [measure])


def test_to_first_order_duties_on_own_sales_count():
    world = with_own_duties()
    for measure in (Tariff("C0", "C0", ["S0", "S1"], scale=1.0001),
                    Tariff("C0", "C1", ["S0", "S1"], add=1e-5)):  # fmt: skip
        countries = solve(world, measure).countries
        exact, linear = countries["real_income_pct"], countries["first_order_pct"]
        np.testing.assert_allclose(linear, exact, rtol=1e-2, atol=1e-10)


def test_an_empty_measure_on_own_sales_changes_nothing():
    found = solve_equilibrium(
        with_own_duties(),
        compile_policy(with_own_duties(), [Tariff("C0", on="C0", sectors="S0", scale=1)]),
    )
    np.testing.assert_allclose(found.outcome.flows_cf, WORLD.flows, rtol=1e-8)


@pytest.mark.parametrize("on", [["C0", "C1"], ["C1", "C0"], ("C2", "Country 0")])
def test_an_economy_named_among_those_its_measure_is_on_is_refused(on):
    world = random_economy(3, 4, 3)
    with pytest.raises(InputError, match="leave it out of the list"):
        solve(world, Tariff("C0", on=on, add=0.1))
    solve(world, Tariff("C0", on="world", add=0.1))
    solve(world, Tariff(["C0", "C1"], on=["C0", "C1"], add=0.1))
