"""Aggregation keeps identities, totals and revenue, and refuses mappings it cannot read."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.baseline.aggregate import aggregate
from detente.baseline.card import RateDifference
from detente.errors import InputError
from economies import random_economy


def _mapping(rng, codes, prefix):
    """Put every code into one of a few groups, at random."""
    groups: dict[str, list[str]] = {}
    for code in codes:
        groups.setdefault(f"{prefix}{rng.integers(3)}", []).append(code)
    return groups


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0, 0.5))
def test_world_totals_and_identities_stay(seed, zeros):
    economy = random_economy(seed, countries=6, sectors=5, zeros=zeros)
    rng = np.random.default_rng(seed)
    # making the result checks its identities to 1e-10
    small = aggregate(
        economy,
        countries=_mapping(rng, economy.country_codes, "R"),
        sectors=_mapping(rng, economy.sector_codes, "T"),
    )
    for total in ("flows", "final_demand", "output", "expenditure", "tariff_revenue", "income"):
        after, before = getattr(small, total).sum(), getattr(economy, total).sum()
        assert after == pytest.approx(before, rel=1e-13), total
    assert small.value_added.sum() == pytest.approx(economy.value_added.sum(), rel=1e-13)
    assert small.deficit.sum() == pytest.approx(0, abs=1e-12 * economy.output.sum())


def test_each_region_is_the_sum_of_its_members():
    economy = random_economy(5, countries=4, sectors=3)
    small = aggregate(economy, countries={"R": ["C1", "C3"]})
    assert small.country_codes == ("R", "C0", "C2")
    old = [[1, 3], [0], [2]]
    for name in ("value_added", "tariff_revenue", "income", "deficit"):
        sums = [getattr(economy, name)[k].sum() for k in old]
        np.testing.assert_allclose(getattr(small, name), sums, rtol=1e-12, atol=1e-12)
    for n, importers in enumerate(old):
        for i, exporters in enumerate(old):
            cells = np.ix_(range(3), importers, exporters)
            np.testing.assert_allclose(
                small.flows[:, n, i], economy.flows[cells].sum(axis=(1, 2)), rtol=1e-13
            )


def test_trade_inside_a_region_keeps_its_tariffs():
    economy = random_economy(6, countries=3, sectors=2)
    small = aggregate(economy, countries={"R": ["C0", "C1"]})
    revenue = (economy.tariff * economy.flows)[:, :2, :2].sum(axis=(1, 2))
    np.testing.assert_allclose(small.tariff[:, 0, 0] * small.flows[:, 0, 0], revenue, rtol=1e-13)
    assert (small.tariff[:, 0, 0] > 0).all()
    assert any(note.startswith("Sales within R") for note in small.card.notes)


def test_tariffs_are_weighted_by_fob_flows():
    economy = random_economy(7, countries=3, sectors=2)
    small = aggregate(economy, sectors={"T": ["S0", "S1"]})
    for n, i in ((0, 1), (2, 0)):
        mean = np.average(economy.tariff[:, n, i], weights=economy.flows[:, n, i])
        assert small.tariff[0, n, i] == pytest.approx(mean, rel=1e-13)


def test_elasticities_are_weighted_by_cross_border_trade():
    economy = random_economy(8, countries=3, sectors=3)
    small = aggregate(economy, sectors={"T": ["S0", "S2"]})
    foreign = economy.flows * ~np.eye(3, dtype=bool)
    trade = foreign.sum(axis=(1, 2))
    mean = np.average(economy.trade_elasticity[[0, 2]], weights=trade[[0, 2]])
    assert small.trade_elasticity[0] == pytest.approx(mean, rel=1e-13)
    assert small.trade_elasticity[1] == economy.trade_elasticity[1]


def test_the_two_forms_of_a_mapping_agree():
    economy = random_economy(9)
    lists = aggregate(economy, {"X": ["C0", "C2"]}, {"T": ["S0", "S1"]})
    pairs = aggregate(economy, {"C0": "X", "C2": "X"}, {"S0": "T", "S1": "T"})
    assert lists.hash == pairs.hash
    assert lists.countries[0].members == ("C0", "C2")


def test_everything_else_can_go_into_one_region():
    economy = random_economy(10)
    one = aggregate(economy, {"C2": ["C2"], "ROW": ["*"]})
    two = aggregate(economy, {"C2": "C2", "*": "ROW"})
    assert one.country_codes == two.country_codes == ("C2", "ROW")
    assert one.countries[1].members == ("C0", "C1", "C3")
    assert one.countries[1].name == "Rest of the world"
    assert one.hash == two.hash


def test_doing_nothing_changes_no_figure():
    economy = random_economy(11, zeros=0.4)
    same = aggregate(economy)
    assert same.country_codes == economy.country_codes
    for name in ("flows", "tariff", "final_demand", "trade_elasticity"):
        assert (getattr(same, name) == getattr(economy, name)).all()
    for name in ("value_added_share", "input_share"):
        np.testing.assert_allclose(getattr(same, name), getattr(economy, name), rtol=1e-14)
    assert same.name == "random-aggregated"


def test_merging_in_two_steps_is_merging_at_once():
    economy = random_economy(12, countries=5)
    steps = aggregate(aggregate(economy, {"A": ["C0", "C1"]}), {"A": ["A", "C2"]})
    once = aggregate(economy, {"A": ["C0", "C1", "C2"]})
    assert steps.countries == once.countries
    for name in ("flows", "tariff", "input_share", "final_demand"):
        np.testing.assert_allclose(getattr(steps, name), getattr(once, name), rtol=1e-13)


@pytest.mark.parametrize(
    ("countries", "sectors", "words"),
    [
        ({"R": ["C0", "C9"]}, None, ["unknown country", "did you mean 'C", "'C9'"]),
        ({"R": ["C0"], "Q": ["C0", "C1"]}, None, ["more than once", "'C0'"]),
        ({"C1": ["C0", "C2"]}, None, ["country C1", "stays"]),
        ({"R": ["C0"], "C1": "R"}, None, ["not both"]),
        ({"R": []}, None, ["at least one old code"]),
        ({"R": ["C0", "C1", "C2", "C3"], "ROW": ["*"]}, None, ["nothing is left", "ROW"]),
        ({"R": ["X1"]}, {"T": ["Y1", "Y2"]}, ["'X1'", "'Y1'", "'Y2'"]),
    ],
)
def test_refuses_every_bad_entry_at_once(countries, sectors, words):
    with pytest.raises(InputError) as error:
        aggregate(random_economy(1), countries, sectors)
    for word in words:
        assert word in str(error.value)


def test_new_codes_that_are_words_for_more():
    world = random_economy(2, 3, 3)
    with pytest.raises(InputError) as caught:
        aggregate(world, sectors={"goods": ["S0", "S1"]})
    (problem,) = caught.value.problems
    assert (problem.key, problem.value) == ("sectors", "goods")
    assert "holds S2 too" in problem.message
    with pytest.raises(InputError, match="every economy"):
        aggregate(world, {"world": ["C0", "C1"]})
    alone = aggregate(world, sectors={"goods": ["S0", "S1", "S2"]})
    assert alone.sector_codes == ("goods",)


def test_differences_of_cells_that_are_still_there_stay_on_the_card():
    economy = random_economy(7, countries=4, sectors=2)

    def about(importer: int, exporter: int, rate: float | None = None) -> RateDifference:
        cell = 1, importer, exporter
        own = float(economy.tariff[cell]) if rate is None else rate
        trade = round(float(economy.flows[cell]), 1)
        return RateDifference(
            f"C{importer}", f"C{exporter}", "S1", trade, own, "other", 0.9, "because"
        )

    kept = about(0, 1)
    said = (kept, about(0, 2), about(2, 1), about(1, 0, 0.7))
    economy = economy.replace(card=replace(economy.card, differences=said))
    small = aggregate(economy, countries={"R": ["C2", "C3"]})
    assert small.card.differences == (kept,)
