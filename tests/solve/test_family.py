"""Options that published results use, against the plain model and what theory knows."""

from dataclasses import replace

import numpy as np
import pytest
from plain import solve_plain
from scipy.optimize import brentq

from detente.errors import InputError
from detente.games.evaluation import Game
from detente.incidence import terms_of_trade
from detente.model.economy import Structure, economy
from detente.model.welfare import welfare_hat
from detente.policy.arrays import Policy
from detente.policy.volumes import Quota
from detente.simulate import solve
from detente.solver.equilibrium import rebase, solve_batch, solve_equilibrium
from detente.solver.gradient import income_gradient
from detente.solver.options import Options
from detente.value_added import value_added_trade
from economies import random_economy, random_policy, two_countries

WORLD = random_economy(5, 3, 2)
POLICY = random_policy(WORLD, 1, 0.3)
MARGIN = {"C0": 0.1, "others": 0.05}
STRUCTURES = {
    "scale by sector": Structure(scale_elasticity={"S0": 0.1, "S1": 0.02}),
    "profits by sector": Structure(market="fixed-entry", profit_share={"S0": 0.1, "S1": 0.25}),
    "labour supply": Structure(labour_supply=0.5),
    "labour supply and tax": Structure(
        labour_supply=0.7, labour_tax={"C1": 0.3}, revenue_use="labour-tax"
    ),
    "margins": Structure(import_margin=MARGIN),
    "pass-through": Structure(pass_through={"C0": 1.4, "C2": 0.7}),
    "capital": Structure(capital_share={"S0": 0.3, "S1": 0.5}, labour_supply=0.3),
    "all": Structure(
        scale_elasticity={"S1": 0.05}, labour_supply=0.5, labour_tax=0.2,
        revenue_use="labour-tax", import_margin=MARGIN, pass_through=1.3,
    ),
}  # fmt: skip


def solved(structure, policy=POLICY, c=WORLD, **options):
    return solve_equilibrium(c, policy, Options(structure=structure, **options))


def deficits(structure):
    """What is spent beyond income: margins are income of the buyers' economy."""
    if not structure.import_margin:
        return WORLD.deficit
    margin = np.array([0.1, 0.05, 0.05])
    bought, sold = WORLD.flows.sum(axis=0), (margin[:, None] * WORLD.flows.sum(axis=0)).sum(axis=0)
    return WORLD.deficit - margin * bought.sum(axis=1) + sold


@pytest.mark.parametrize("name", STRUCTURES)
def test_the_compiled_model_is_the_plain_one(name):
    structure = STRUCTURES[name]
    found = solved(structure)
    expected = solve_plain(WORLD, POLICY, structure, deficits(structure))
    np.testing.assert_allclose(welfare_hat(WORLD, found.outcome), expected, rtol=1e-9)
    assert np.abs(expected - 1).max() > 1e-3


@pytest.mark.parametrize("name", STRUCTURES)
def test_nothing_changes_without_a_shock(name):
    found = solved(STRUCTURES[name], Policy.unchanged(WORLD))
    np.testing.assert_allclose(welfare_hat(WORLD, found.outcome), 1, atol=1e-10)
    np.testing.assert_allclose(found.outcome.output_cf, WORLD.output, rtol=1e-9)
    np.testing.assert_allclose(found.outcome.employment_hat, 1, atol=1e-10)


@pytest.mark.parametrize("name", ["labour supply and tax", "all"])
def test_gradients_hold(name):
    options = Options(structure=STRUCTURES[name])
    found = income_gradient(WORLD, "C0", POLICY, options)
    cell, values = (0, 0, 1), []
    for step in (1e-4, -1e-4):
        tariff = POLICY.tariff_cf.copy()
        tariff[cell] += step
        moved = solve_equilibrium(WORLD, replace(POLICY, tariff_cf=tariff), options)
        values.append(np.log(welfare_hat(WORLD, moved.outcome)[0]))
    assert found.tariff[cell] == pytest.approx((values[0] - values[1]) / 2e-4, abs=1e-7)


def test_one_number_for_all_is_the_same_by_code():
    for key, value in (("scale_elasticity", 0.05), ("import_margin", 0.08)):
        one, by_code = (solved(Structure(**{key: v})) for v in (value, {"others": value}))
        np.testing.assert_allclose(by_code.outcome.income_cf, one.outcome.income_cf, rtol=1e-12)
    given = {"C0": 0.1}
    structure = Structure(import_margin=given)
    given["C0"] = 0.5
    assert structure.import_margin["C0"] == 0.1
    assert hash(structure) == hash(Structure(import_margin={"C0": 0.1}))


def test_capital_that_stays_is_that_of_two_sectors_in_autarky():
    # one economy, two sectors, F = A L^(1−β) K^β, CES of 2 between them: sector 0 gets 30% better
    c, beta, eta = random_economy(7, 2, 2, tariffs=False), np.array([0.3, 0.6]), 2.0
    own = np.where(np.eye(2, dtype=bool), c.flows, 0.0)
    none = np.zeros_like(c.input_share)
    c = c.replace(flows=own, value_added_share=np.ones((2, 2)), input_share=none,
                  final_demand=own.sum(axis=2).T)  # fmt: skip
    better = np.ones_like(own)
    better[0] /= 1.3
    structure = Structure(capital_share=dict(zip(c.sector_codes, beta, strict=True)),
                          final_elasticity=eta)  # fmt: skip
    found = solve_equilibrium(c, Policy(c.tariff, better), Options(structure=structure))
    sales = c.final_demand[0]
    share, labour = sales / sales.sum(), (1 - beta) * sales
    grown = np.array([1.3, 1.0])

    def produced(first):
        hats = np.array([first, (labour.sum() - labour[0] * first) / labour[1]])
        return hats, grown * hats ** (1 - beta)

    def gap(first):
        hats, made = produced(first)
        pay = made ** (1 - 1 / eta) / hats  # marginal value of labour, by CES demand
        return pay[0] - pay[1]

    hats, made = produced(brentq(gap, 0.8, 1.2, xtol=1e-14))
    real = (share * made ** (1 - 1 / eta)).sum() ** (eta / (eta - 1))
    assert abs(hats[0] - 1) > 0.01
    np.testing.assert_allclose(found.outcome.employment_hat[0], hats, rtol=1e-8)
    assert welfare_hat(c, found.outcome)[0] == pytest.approx(real, rel=1e-9)


def test_little_capital_is_none_and_with_trade_it_holds_sectors_back():
    none, little, much = (
        solved(Structure(capital_share=share)) for share in (0.0, 1e-9, {"others": 0.7})
    )
    np.testing.assert_allclose(little.outcome.income_cf, none.outcome.income_cf, rtol=1e-7)
    moved = [np.abs(np.asarray(f.outcome.employment_hat) - 1).max() for f in (none, much)]
    assert moved[1] < 0.7 * moved[0]
    still = solved(Structure(capital_share=0.4), Policy.unchanged(WORLD))
    np.testing.assert_allclose(welfare_hat(WORLD, still.outcome), 1, atol=1e-10)


def test_mark_ups_of_the_elasticity_are_the_default():
    theta = dict(zip(WORLD.sector_codes, 1 / (1 + WORLD.trade_elasticity), strict=True))
    usual, said = (solved(Structure(market="fixed-entry", profit_share=s)) for s in (None, theta))
    np.testing.assert_allclose(said.outcome.income_cf, usual.outcome.income_cf, rtol=1e-12)


def autarky(**structure):
    """Two economies that trade nothing, whose costs of serving their buyers fall by 1%."""
    c = two_countries()
    own = np.where(np.eye(2, dtype=bool), c.flows, 0.0)
    c = c.replace(flows=own, tariff=np.zeros_like(own), final_demand=own.sum(axis=2).T)
    policy = Policy(c.tariff, np.full_like(own, 1 / 1.01))
    return c, solve_equilibrium(c, policy, Options(structure=Structure(**structure)))


def test_labour_follows_what_an_hour_buys():
    # in autarky w/P = 1.01 L^ψ and L = (w/P)^ε: L = 1.01^(ε/(1−εψ)), real income 1.01 L^(1+ψ)
    c, found = autarky(labour_supply=0.5, scale_elasticity=0.2)
    hours = 1.01 ** (0.5 / (1 - 0.5 * 0.2))
    real = 1.01 * hours**1.2
    after = found.outcome
    np.testing.assert_allclose(after.employment_hat, hours, rtol=1e-9)
    np.testing.assert_allclose(
        after.income_cf / c.income / after.consumer_price_hat, real, rtol=1e-9
    )
    effort = (hours**3 - 1) / 3  # (0.5/1.5) L^(1 + 1/0.5)
    np.testing.assert_allclose(welfare_hat(c, after), real - effort, rtol=1e-9)


def test_a_small_gain_is_worth_the_same_whether_labour_answers_or_not():
    # the envelope: workers who choose their hours gain as if they could not, to first order
    c, given = autarky()
    _, supplied = autarky(labour_supply=0.5)
    gain = [welfare_hat(c, found.outcome) - 1 for found in (given, supplied)]
    np.testing.assert_allclose(gain[1], gain[0], rtol=0.01)


def test_a_margin_keeps_part_of_the_price_at_home():
    arrays = economy(WORLD, Structure(import_margin=0.4))
    flows = WORLD.flows.sum(axis=0)
    earned = 0.6 * flows.sum(axis=0) + 0.4 * flows.sum(axis=1)
    added = earned - WORLD.flows.sum(axis=(0, 1)) + WORLD.value_added
    np.testing.assert_allclose(arrays.value_added, added, rtol=1e-12)


@pytest.mark.parametrize(("rule", "base"), [("own-income", "income"), ("own-spending", "spending")])
def test_deficits_follow_income_or_spending(rule, base):
    found = solved(Structure(), deficits=rule)
    after = found.outcome
    income = np.asarray(after.income_cf) - after.deficit_cf
    added = income - after.tariff_revenue_cf
    before = WORLD.income - WORLD.deficit if base == "income" else WORLD.expenditure.sum(axis=1)
    now = income if base == "income" else np.asarray(after.spending_cf).sum(axis=1)
    own = WORLD.deficit / before * now
    expected = own - own.sum() * added / added.sum()
    np.testing.assert_allclose(after.deficit_cf, expected, rtol=1e-8)
    # and the equilibrium is that of these deficits
    given = solved(Structure(), deficits=np.asarray(after.deficit_cf))
    np.testing.assert_allclose(given.outcome.income_cf, after.income_cf, rtol=1e-8)


def test_a_batch_of_them_is_each_alone():
    options = Options(structure=STRUCTURES["all"], deficits="own-income")
    found = solve_batch(WORLD, [POLICY, Policy.unchanged(WORLD)], options)
    alone = solve_equilibrium(WORLD, POLICY, options)
    assert found[0].converged
    np.testing.assert_allclose(
        welfare_hat(WORLD, found[0].outcome), welfare_hat(WORLD, alone.outcome), rtol=1e-9
    )


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"labour_supply": -0.1}, "labour_supply"),
        ({"labour_supply": 0.5, "wage_floor": 0.9}, "labour_supply"),
        ({"labour_tax": 1.0}, "labour_tax"),
        ({"import_margin": {"C0": 1.2}}, "import_margin"),
        ({"import_margin": "high"}, "import_margin"),
        ({"pass_through": 0}, "pass_through"),
        ({"pass_through": {}}, "pass_through"),
        ({"scale_elasticity": {"S0": float("nan")}}, "scale_elasticity"),
        ({"profit_share": 0.2}, "profit_share"),
        ({"capital_share": 1.0}, "capital_share"),
        ({"capital_share": 0.3, "import_margin": 0.1}, "capital_share"),
    ],
)
def test_what_cannot_be_is_refused(given, key):
    with pytest.raises(InputError) as raised:
        Structure(**given)
    assert [problem.key for problem in raised.value.problems] == [key]


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"import_margin": {"XX": 0.1}}, "import_margin"),
        ({"scale_elasticity": {"S9": 0.1}}, "scale_elasticity"),
        ({"scale_elasticity": {"S0": 9.0}}, "scale_elasticity"),
        ({"import_margin": 0.9}, "import_margin"),
        ({"market": "fixed-entry", "profit_share": {"S0": 0.9}}, "profit_share"),
        ({"scale_elasticity": 0.05, "labour_supply": 30}, "labour_supply"),
    ],
)
def test_what_the_baseline_cannot_have_is_refused(given, key):
    with pytest.raises(InputError) as raised:
        solved(Structure(**given))
    assert {problem.key for problem in raised.value.problems} == {key}


def test_what_margins_and_pass_through_do_not_go_with_is_refused():
    margin, through = Structure(import_margin=0.05), Structure(pass_through=1.2)
    with pytest.raises(InputError, match="new baseline"):
        rebase(solved(margin))
    for structure in (margin, through):
        with pytest.raises(InputError, match="choice of rates"):
            Game(WORLD, ["C0"], structure=structure)
    limit = Quota("C0", on="C1", sectors="all", scale=0.5)
    with pytest.raises(InputError, match="limited in quantity"):
        solve(WORLD, limit, structure=through)
    with pytest.raises(InputError, match="profits"):
        Structure(market="fixed-entry", import_margin=0.05)


def test_value_added_in_trade_counts_distributors_where_they_are():
    found = solve(WORLD, policy=POLICY, structure=Structure(import_margin=MARGIN))
    table = value_added_trade(found).groupby("origin").sum()
    arrays = economy(WORLD, Structure(import_margin=MARGIN))
    duty = (WORLD.tariff * WORLD.flows).sum(axis=2) / WORLD.expenditure.T
    made = (1 - np.array([0.1, 0.05, 0.05]))[:, None] * WORLD.flows
    used = np.einsum("nks,ns->nk", arrays.input_share, made.sum(axis=1).T)
    expected = arrays.value_added + (duty.T * used).sum(axis=1)
    np.testing.assert_allclose(table["value_added_musd"], expected, rtol=1e-10)
    after = found.equilibrium.outcome
    added = np.asarray(after.income_cf) - after.tariff_revenue_cf - after.deficit_cf
    made = (1 - np.array([0.1, 0.05, 0.05]))[:, None] * np.asarray(after.flows_cf)
    used = np.einsum("nks,ns->nk", arrays.input_share, made.sum(axis=1).T)
    duty = (POLICY.tariff_cf * after.flows_cf).sum(axis=2) / np.asarray(after.spending_cf).T
    change = added + (duty.T * used).sum(axis=1) - expected
    np.testing.assert_allclose(table["value_added_change_musd"], change, rtol=1e-8)


def test_what_prices_bring_at_unchanged_quantities_sums_to_nothing_with_margins():
    # what one economy gets more for its sales others pay, distribution apart
    found = solve(WORLD, policy=POLICY, structure=Structure(import_margin=0.2))
    worth = terms_of_trade(found)["worth_pct"].to_numpy() * WORLD.income
    assert worth.sum() == pytest.approx(0, abs=1e-9)
    plain = solve(WORLD, policy=POLICY)
    logs = {s: np.log(np.asarray(s.equilibrium.outcome.cost_hat)) for s in (found, plain)}
    sold = (WORLD.flows * ~np.eye(3, dtype=bool)).sum(axis=1).T[0]
    bought = (WORLD.flows * ~np.eye(3, dtype=bool))[:, 0]
    expected = 0.8 * ((sold * logs[found][0]).sum() - (bought * logs[found].T).sum())
    assert worth[0] == pytest.approx(100 * expected, rel=1e-9)
