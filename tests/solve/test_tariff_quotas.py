"""Tariff quotas in their three regimes, against a two-country economy solved by hand."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import brentq

import detente
from detente.document.numbers import money_unit
from detente.errors import InputError
from detente.policy.compile import compile_policy
from detente.policy.tariffs import Tariff, TariffQuota
from detente.policy.volumes import Quota
from detente.solver.equilibrium import solve_batch, solve_equilibrium
from detente.solver.tariff_quotas import in_words
from economies import random_economy, two_countries

HOME = two_countries()
THETA = 4.0
WITHIN, BEYOND = 0.05, 0.6


def by_hand(rate, rents_of=lambda value: 0.0):
    """Solve A and B of `two_countries` for A's tariff on B: what A buys, its income, duties.

    ``rents_of`` is what B's exporters get of A's duties, by the fob value of A's imports.
    """

    def point(wage_a):
        wage_b = (330 - 110 * wage_a) / 220
        # A: home goods at wage_a, goods of B at wage_b with the change of the tariff
        pull_a = 100 / 122 * wage_a**-THETA
        pull_b = 22 / 122 * (wage_b * (1 + rate) / 1.1) ** -THETA
        share = pull_b / (pull_a + pull_b)

        # Z = share E / (1+t), E = income with the duties that it keeps
        def spend(e):
            z = share * e / (1 + rate)
            return 110 * wage_a + 10 + rate * z - rents_of(z) - e

        e_a = brentq(spend, 1.0, 1e4, xtol=1e-13)
        z = share * e_a / (1 + rate)
        pull_aa = 12 / 212 * wage_a**-THETA
        pull_bb = 200 / 212 * wage_b**-THETA
        share_a = pull_aa / (pull_aa + pull_bb)
        # B's tariff of 20% on A is as it was
        e_b = (220 * wage_b - 10 + rents_of(z)) / (1 - 0.2 / 1.2 * share_a)
        sold = share_a * e_b / 1.2
        return z, wage_b, e_a, e_b, (1 - share) * e_a + sold - 110 * wage_a

    wage_a = brentq(lambda w: point(w)[4], 0.5, 1.5, xtol=1e-15)
    z, wage_b, e_a, e_b, _ = point(wage_a)
    return z / wage_b, e_a, e_b, z


def solved(bound, rents=0.0):
    measure = TariffQuota("A", on="B", within=WITHIN, beyond=BEYOND, quota_usd=bound, rents=rents,
                          id="q")  # fmt: skip
    return solve_equilibrium(HOME, compile_policy(HOME, [measure]))


LOW, HIGH = by_hand(WITHIN)[0], by_hand(BEYOND)[0]


@pytest.mark.parametrize(
    ("bound", "regime", "rate"),
    [(1.2 * LOW, "inside", WITHIN), (0.8 * HIGH, "beyond", BEYOND)],
)
def test_a_quota_that_is_not_used_up_and_one_that_is_exceeded(bound, regime, rate):
    found = solved(bound)
    (quota,) = found.quotas
    quantity, income, _, value = by_hand(rate)
    assert quota.regime == regime
    assert quota.trade == pytest.approx(quantity, rel=1e-9)
    assert found.outcome.income_cf[0] == pytest.approx(income, rel=1e-9)
    assert found.tariff_paid[0, 0, 1] == pytest.approx(rate)
    rents = (rate - WITHIN) * value * bound / quantity
    assert quota.rents == pytest.approx(rents, rel=1e-9, abs=1e-12)
    assert regime in found.policy.notes[-1] or "exceeded" in found.policy.notes[-1] or (
        "not used up" in found.policy.notes[-1])  # fmt: skip


@pytest.mark.parametrize("rents", [0.0, 0.7])
def test_a_quota_that_binds_has_the_rate_at_which_it_is_just_filled(rents):
    bound = 0.5 * (LOW + HIGH)
    found = solved(bound, rents)
    (quota,) = found.quotas

    def hand(rate):
        return by_hand(rate, lambda value: rents * (rate - WITHIN) * value)

    rate = brentq(lambda t: hand(t)[0] - bound, WITHIN, BEYOND, xtol=1e-14)
    _, income, other, value = hand(rate)
    assert quota.regime == "binding"
    assert quota.trade == pytest.approx(bound, rel=1e-9)
    assert quota.points == pytest.approx(rate - WITHIN, rel=1e-8)
    assert quota.rents == pytest.approx((rate - WITHIN) * value, rel=1e-8)
    np.testing.assert_allclose(found.outcome.income_cf, [income, other], rtol=1e-8)


def test_beyond_a_quota_exporters_get_rents_on_the_quota_alone():
    bound = 0.5 * HIGH
    found = solved(bound, 1.0)
    # the part of trade that is within the quota depends on the trade that its rents leave
    quantity, hand = HIGH, by_hand(BEYOND)
    for _ in range(100):
        hand = by_hand(BEYOND, lambda value, q=quantity: (BEYOND - WITHIN) * value * bound / q)
        quantity = hand[0]
    assert found.quotas[0].regime == "beyond"
    assert found.quotas[0].trade == pytest.approx(quantity, rel=1e-8)
    np.testing.assert_allclose(found.outcome.income_cf, hand[1:3], rtol=1e-8)


WORLD = random_economy(11, 4, 3)


def test_a_binding_tariff_quota_is_a_quota_whose_licences_are_sold():
    trade = WORLD.flows[1, 0, 1]
    t0 = WORLD.tariff[1, 0, 1]
    one = TariffQuota("C0", on="C1", sectors="S1", within=t0, beyond=3.0, quota_usd=0.6 * trade)
    other = Quota("C0", on="C1", sectors="S1", scale=0.6)
    mine, theirs = (solve_equilibrium(WORLD, compile_policy(WORLD, [m])) for m in (one, other))
    assert mine.quotas[0].regime == "binding"
    np.testing.assert_allclose(mine.outcome.flows_cf, theirs.outcome.flows_cf, rtol=1e-7)
    np.testing.assert_allclose(mine.outcome.income_cf, theirs.outcome.income_cf, rtol=1e-7)


def test_two_quotas_hold_together_beside_a_tariff_on_a_part_of_the_cell():
    bounds = 0.7 * WORLD.flows[1, 0, 1], 0.8 * WORLD.flows[2, 0, 2]
    measures = [
        TariffQuota("C0", on="C1", sectors="S1", within=0, beyond=3, quota_usd=bounds[0], id="a"),
        TariffQuota("C0", on="C2", sectors="S2", within=0, beyond=3, quota_usd=bounds[1], id="b"),
        Tariff("C0", on="C1", sectors="S1", add=0.2, coverage=0.3, id="more"),
    ]
    policy = compile_policy(WORLD, measures)
    (found,) = solve_batch(WORLD, [policy])
    assert [q.regime for q in found.quotas] == ["binding", "binding"]
    np.testing.assert_allclose([q.trade for q in found.quotas], bounds, rtol=1e-8)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"within": 0.2, "beyond": 0.1, "quota_usd": 5}, "the higher one"),
        ({"within": 0.2, "beyond": 0.3}, "quota_usd: a tariff quota needs it"),
        ({"within": 0.2, "beyond": 30, "quota_usd": 5}, "not a tariff rate"),
        ({"within": 0.2, "beyond": 0.3, "quota_usd": -5}, "not a quota"),
        ({"within": 0.2, "beyond": 0.3, "quota_usd": 5, "rents": 2}, "rents"),
    ],
)
def test_what_is_refused(given, message):
    with pytest.raises(InputError, match=message):
        TariffQuota("A", on="B", **given)


def test_what_became_of_quotas_is_a_table_and_a_note():
    measure = TariffQuota("A", on="B", within=WITHIN, beyond=BEYOND, quota_usd=1.2 * LOW, id="q")
    table = detente.solve(HOME, measure).tariff_quotas
    assert table.loc["q", "regime"] == "inside"
    assert table.loc["q", "after_musd"] == pytest.approx(LOW, rel=1e-9)
    assert table.loc["q", ["points", "rents_musd"]].tolist() == [0, 0]


def test_a_quota_of_which_a_ban_leaves_nothing_is_not_used_up():
    world = random_economy(11, 3, 2)
    quota = TariffQuota("C0", on="C1", sectors="S0", within=WITHIN, beyond=BEYOND, quota_usd=1.0,
                        id="q")  # fmt: skip
    ban = detente.ImportBan("C0", on="C1", sectors="S0")
    found = detente.solve(world, quota, ban)
    (met,) = found.equilibrium.quotas
    assert (met.regime, met.trade, met.rents) == ("inside", 0.0, 0.0)
    alone = detente.solve(world, ban)
    np.testing.assert_allclose(
        found.equilibrium.outcome.wage_hat, alone.equilibrium.outcome.wage_hat, rtol=1e-9
    )


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (20212.3, "million USD", "$20.2bn"),
        (4.139e4, "million EUR", "€41.4bn"),
        (1.2e7, "thousand USD", "$12bn"),
        (999.9, "million USD", "$1bn"),
        (224.4, "million USD", "$224m"),
        (0.0, "million USD", "$0"),
        (123456.7, "bushels", "123,457 bushels"),
    ],
)
def test_amounts_are_in_money_words(value, unit, said):
    assert in_words(value, money_unit(unit)) == said


def test_a_tariff_quota_on_an_economy_in_euros_says_what_to_do():
    euros = HOME.replace(card=replace(HOME.card, unit="million EUR"))
    quota = TariffQuota("A", on="B", within=WITHIN, beyond=BEYOND, quota_usd=5.0)
    with pytest.raises(InputError, match="have the economy in USD, its figures times the rate"):
        compile_policy(euros, [quota])
