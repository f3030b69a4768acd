"""Which economies of a baseline stand alone."""

import numpy as np
import pytest

import detente as dt
from detente.axes import Country
from detente.baseline.chosen import choose
from detente.baseline.names import DEFAULT_ECONOMIES, EU27
from detente.errors import InputError
from economies import random_economy


@pytest.fixture(scope="module")
def economy():
    """The members of the union, three others and the rest of the world."""
    codes = ("USA", *EU27, "CHN", "VNM", "ROW")
    made = random_economy(3, countries=len(codes), sectors=2)
    return made.replace(countries=tuple(Country(c, f"the {c}", (c,)) for c in codes))


def _members(c, code):
    return c.countries[c.country_codes.index(code)].members


def test_others_merge_into_the_rest_of_the_world(economy):
    found = choose(economy, ["CHN", "United States"])
    assert found.country_codes == ("CHN", "USA", "ROW")
    assert _members(found, "ROW") == (*EU27, "VNM", "ROW")
    assert found.name == economy.name
    assert found.flows.sum() == pytest.approx(economy.flows.sum(), rel=1e-13)


def test_the_union_is_one(economy):
    for name in ("EU27", "EU", "European Union"):
        assert choose(economy, ["USA", name]).country_codes == ("USA", "EU27", "ROW")
    assert _members(choose(economy, "EU27"), "EU27") == EU27


def test_the_union_without_the_members_that_stand_alone(economy):
    found = choose(economy, ["EU27", "DEU", "IRL"])
    assert found.country_codes == ("REU", "DEU", "IRL", "ROW")
    assert set(_members(found, "REU")) == set(EU27) - {"DEU", "IRL"}
    # a measure of the union is one of all three
    policy = dt.solve(found, dt.Tariff("EU27", on="ROW", sectors="all", add=0.1)).equilibrium.policy
    added = np.asarray(policy.tariff_cf) - found.tariff
    assert added[:, :3, 3] == pytest.approx(0.1)


def test_members_one_by_one_and_everyone(economy):
    found = choose(economy, ["USA", "EU27 members"])
    assert found.country_codes == ("USA", *EU27, "ROW")
    assert choose(economy, "all") is economy


def test_choosing_twice_is_choosing_once(economy):
    names = ["USA", "EU27", "DEU", "CHN"]
    once = choose(economy, names)
    assert choose(once, names) is once
    whole = choose(choose(economy, ["USA", "EU27 members", "CHN"]), names)
    np.testing.assert_allclose(whole.flows, once.flows, rtol=1e-12)
    np.testing.assert_allclose(whole.tariff, once.tariff, rtol=1e-12)
    np.testing.assert_allclose(whole.final_demand, once.final_demand, rtol=1e-12)


def test_every_wrong_name_is_said(economy):
    with pytest.raises(InputError) as refused:
        choose(economy, ["USA", "Chna", "CHM", 3])  # pyright: ignore[reportArgumentType]
    assert [(p.key, p.value) for p in refused.value.problems] == [
        ("economies", "Chna"), ("economies", "CHM"), ("economies", 3),
    ]  # fmt: skip
    for nothing in ([], "", {"USA": 1}):
        with pytest.raises(InputError):
            choose(economy, nothing)  # pyright: ignore[reportArgumentType]


def test_the_default_economies_of_2022():
    c = dt.load()
    assert (c.name, c.country_codes[-1]) == ("icio-2022", "ROW")
    assert c.country_codes[:-1] == DEFAULT_ECONOMIES["icio-2022"]
    assert _members(c, "EU27") == EU27
    assert "38 economies x 32 sectors" in c.card.title


def test_a_part_of_an_economy_says_how_to_have_it_alone():
    with pytest.raises(InputError, match=r"inside EU27 .* name it under `economies`"):
        dt.solve("icio-2022", dt.Tariff("USA", on="Germany", sectors="goods", add=0.1))
    with pytest.raises(InputError, match=r"inside EU27 \(European Union\) \(got"):
        dt.load("wiod-2014", economies=["USA", "DEU"])


def test_any_baseline_can_be_made_smaller():
    found = dt.load("wiod-2014", "4", economies=["USA", "EU", "China"])
    assert found.country_codes == ("USA", "EU27", "CHN", "ROW")
    assert (found.trade_elasticity == 4).all()


def test_an_economy_named_twice_stands_alone_once(economy):
    once, twice = (choose(economy, names) for names in (["USA", "CHN"], ["USA", "China", "CHN"]))
    assert twice.country_codes == ("USA", "CHN", "ROW")
    assert twice.flows.sum() == pytest.approx(economy.flows.sum())
    assert (twice.flows == once.flows).all()
