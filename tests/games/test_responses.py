"""Answers to tariffs: each rule's own identity, and what cannot be matched."""

import numpy as np
import pytest

from detente.baseline.store import load
from detente.errors import InputError
from detente.games.responses import HIGHEST, RULES, Reached, respond
from detente.policy.tariffs import Tariff
from economies import random_economy

WORLD = load("wiod-2014")
USA, CHN = (WORLD.country_codes.index(code) for code in ("USA", "CHN"))
LIST = [Tariff("USA", on="CHN", product_list="us-list1-34bn", add=0.25)]


def answer(rule, attack=LIST):
    return respond(WORLD, attack, by="CHN", on="USA", rule=rule)


def test_tit_for_tat_mirrors_the_points():
    found = answer("tit-for-tat")
    suffered = found.policy.tariff_cf[:, USA, CHN] - WORLD.tariff[:, USA, CHN]
    np.testing.assert_allclose(found.added, suffered, atol=1e-15)
    assert found.status is Reached.MATCHED


def test_equal_value_covers_the_same_trade_at_the_same_rate():
    found = answer("equal-value")
    covered = (found.added * WORLD.flows[:, CHN, USA]).sum() / 0.25
    hit = (found.policy.tariff_cf - WORLD.tariff)[:, USA, CHN] @ WORLD.flows[:, USA, CHN] / 0.25
    assert covered == pytest.approx(hit, rel=1e-12)
    assert found.status is Reached.MATCHED


def test_equal_value_ends_where_imports_do():
    found = answer("equal-value", [Tariff("USA", on="CHN", add=0.1)])
    assert found.status is Reached.SHORT
    np.testing.assert_allclose(found.added[found.added > 0], 0.1)


def test_equal_revenue_raises_the_same_duty():
    found = answer("equal-revenue")
    raised = (found.added * WORLD.flows[:, CHN, USA]).sum()
    suffered = (found.policy.tariff_cf - WORLD.tariff)[:, USA, CHN] @ WORLD.flows[:, USA, CHN]
    assert raised == pytest.approx(suffered, rel=1e-12)


def test_the_trade_that_a_measure_on_a_part_hits_is_that_part():
    # a quarter is brought to a rate above, another tenth below what is charged
    sold = WORLD.flows[:, USA, CHN]
    measure = Tariff("USA", on="CHN", sectors="C26", set=0.5, coverage=0.25, overlap="disjoint")
    fall = Tariff("USA", on="CHN", sectors="C26", add=-0.01, coverage=0.1, overlap="disjoint")
    found = answer("equal-value", [measure, fall])
    s = WORLD.sector_codes.index("C26")
    rise = 0.5 - WORLD.tariff[s, USA, CHN]
    bought = np.where(WORLD.goods, WORLD.flows[:, CHN, USA], 0.0)
    # what falls hits nobody and makes up for nothing
    answered = found.added[bought > 0]
    np.testing.assert_allclose(answered * bought.sum(), 0.25 * sold[s] * rise, rtol=1e-12)


def test_equal_harm_costs_as_much():
    found = answer("equal-harm")
    taken = -found.answerer_pct[0] * WORLD.income[CHN]
    returned = (found.attacker_pct[0] - found.attacker_pct[1]) * WORLD.income[USA]
    assert returned == pytest.approx(taken, rel=1e-8)
    assert 0 < found.added.max() < HIGHEST


def test_harm_beyond_reach_is_said():
    # a large economy cannot be hurt much by a small one
    flows = np.array([[[10.0, 0.1, 1.0], [0.1, 1.0, 0.2], [1.0, 0.2, 40.0]]])
    c = random_economy(1, 3, 1)
    c = c.replace(
        flows=flows,
        tariff=np.zeros_like(flows),
        value_added_share=np.ones((3, 1)),
        input_share=np.zeros((3, 1, 1)),
        final_demand=flows.sum(axis=2).T,
        trade_elasticity=np.array([4.0]),
    )
    found = respond(c, [Tariff("C2", on="C1", add=1.0)], by="C1", on="C2", rule="equal-harm")
    assert found.status is Reached.SHORT
    assert found.answerer_pct[0] < 0


@pytest.mark.parametrize("rule", RULES)
def test_an_attack_that_helps_its_target_needs_no_answer_in_harm(rule):
    gift = [Tariff("USA", on="world", scale=0.0)]
    if rule == "equal-harm":
        found = answer(rule, gift)
        assert found.status is Reached.MATCHED
        assert found.added.max() == 0
    else:
        with pytest.raises(InputError, match="adds no tariff"):
            answer(rule, gift)


def test_what_is_no_answer_is_refused():
    with pytest.raises(InputError) as refused:
        respond(WORLD, LIST, by="CHM", on="USA", rule="eye for an eye")
    assert len(refused.value.problems) == 2
    with pytest.raises(InputError, match="does not answer itself"):
        respond(WORLD, LIST, by="USA", on="USA")
