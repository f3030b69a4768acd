"""Trade in value added: it adds up to value added, to final purchases and to gross balances."""

import numpy as np
import pytest

from detente.errors import InputError
from detente.model.economy import Structure
from detente.policy.instruments import ExportTax, Tariff
from detente.simulate import solve
from detente.value_added import _absorbed, value_added_trade
from economies import random_economy


@pytest.fixture(scope="module", params=[0, 1])
def war(request):
    world = random_economy(request.param, 4, 3, zeros=0.2)
    return solve(world, Tariff("C0", on="C1", add=0.4), Tariff("C1", on="world", add=0.1))


def _sides(war):
    e = war.equilibrium
    after = np.asarray(e.outcome.flows_cf)
    return [(e.calibration.flows, e.calibration.tariff), (after, e.policy.tariff_cf)]


def test_it_adds_up_to_income_and_to_final_purchases(war):
    c = war.equilibrium.calibration
    for flows, tariff in _sides(war):
        table = _absorbed(c, flows, tariff)
        output = flows.sum(axis=1).T
        spending = ((1 + tariff) * flows).sum(axis=2).T
        used = np.einsum("nks,ns->nk", c.input_share, output)
        duty = np.divide(
            (tariff * flows).sum(axis=2).T, spending, out=np.zeros_like(used), where=spending > 0
        )
        made = (c.value_added_share * output).sum(axis=1) + (duty * used).sum(axis=1)
        np.testing.assert_allclose(table.sum(axis=1), made, rtol=1e-10)
        bought = ((1 - duty) * (spending - used)).sum(axis=1)
        np.testing.assert_allclose(table.sum(axis=0), bought, rtol=1e-8, atol=1e-9)
        assert table.min() >= -1e-12


def test_the_overall_balance_is_the_gross_one(war):
    table = value_added_trade(war)
    net = table.groupby(level="origin", sort=False)
    countries = war.countries
    np.testing.assert_allclose(net["balance_musd"].sum(), countries["balance_musd"], atol=1e-8)
    np.testing.assert_allclose(
        net["balance_change_musd"].sum(), countries["balance_change_musd"], atol=1e-7
    )


def test_without_materials_it_is_gross_trade():
    c = random_economy(3, 3, 2)
    c = c.replace(
        value_added_share=np.ones_like(c.output),
        input_share=np.zeros_like(c.input_share),
        final_demand=c.expenditure,
    )
    np.testing.assert_allclose(_absorbed(c, c.flows, c.tariff), c.flows.sum(axis=0).T, rtol=1e-10)


def test_what_it_does_not_know_is_refused():
    c = random_economy(3, 3, 2)
    for solution in (
        solve(c, ExportTax("C0", add=0.1)),
        solve(c, structure=Structure(input_elasticity=0.5)),
    ):
        with pytest.raises(InputError, match="default structure"):
            value_added_trade(solution)


def test_processing_makes_the_us_deficit_with_china_smaller_in_value_added():
    import detente as dt

    world = dt.load("wiod-2014")
    calm = dt.solve(world)
    table = value_added_trade(calm)
    gross = calm.bilateral["all_musd"]
    balance = gross[("USA", "CHN")] - gross[("CHN", "USA")]
    assert balance < table.loc[("USA", "CHN"), "balance_musd"] < 0
