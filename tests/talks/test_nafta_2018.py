"""A table of three: every fact has a source, its rates are the baselines', and it solves."""

import numpy as np
import pytest

from detente.baseline.groups import resolve_sectors
from detente.baseline.store import load
from detente.scenario.load import check_against, load_scenario
from detente.talks.choices import Choices
from detente.talks.study import WAITING, run_talks


@pytest.fixture(scope="module")
def nafta():
    return load_scenario("nafta-2018")


@pytest.fixture(scope="module")
def world(nafta):
    return load(nafta.baseline)


@pytest.fixture(scope="module")
def study(nafta):
    return run_talks(nafta, Choices(draws=4, model_draws=1))


def test_every_measure_has_status_and_source_and_is_used(nafta):
    assert all(measure.status and measure.source for measure in nafta.measures)
    assert set(_cited(nafta.model_dump())) == {source.id for source in nafta.sources}
    used = {name for variant in nafta.variants for name in variant.measures}
    used |= {m for issue in nafta.talks.issues for option in issue.options for m in option.measures}
    assert used == {measure.id for measure in nafta.measures}


def _cited(plain):
    if isinstance(plain, dict):
        own = plain.get("source")
        yield from (own,) if isinstance(own, str) else own or ()
        for value in plain.values():
            yield from _cited(value)
    elif isinstance(plain, list | tuple):
        for value in plain:
            yield from _cited(value)


def test_what_is_in_force_started_before(nafta):
    for measure in nafta.measures:
        started = measure.start is not None and measure.start <= nafta.date
        assert (measure.status == "applied") == started


def test_every_value_of_an_analyst_has_a_range_around_it(nafta):
    talks = nafta.talks
    for held in [*(o for i in talks.issues for o in i.options), *talks.no_deal]:
        for figure in held.values.values():
            low, central, high = figure.ends
            assert low <= central <= high
            assert low < high


def test_rates_without_nafta_are_those_on_a_country_without_preferences(nafta, world, shared_data):
    """Of the Global Tariff Database, within half a point; food of TRAINS, where trade weighs it."""
    teti = np.load(shared_data / "icio" / "icio2017_77x23.npz")
    trains = np.load(shared_data / "wiod2014" / "wiod2014_44x50.npz")
    rates = teti["tariff"].transpose(2, 1, 0)
    codes, old = teti["countries"].tolist(), trains["countries"].tolist()
    other = load("wiod-2014")
    (eu,) = (c.members for c in other.countries if c.code == "EU27")
    general = [m for m in nafta.measures if m.source == ("general-rates",)]
    assert len(general) == 30
    for measure in general:
        (by,), (on,) = measure.by, measure.on
        home, away = world.country_codes.index(by), world.country_codes.index(on)
        if measure.sectors == ("food",):
            (sector,) = resolve_sectors(other, "food")
            sellers = [old.index(code) for code in (("USA",) if by == "MEX" else eu)]
            cells = sector, old.index(by), sellers
            rate = np.average(trains["tau"][cells] - 1, weights=trains["Z"][cells])
            assert measure.set == pytest.approx(rate, abs=5e-4)
            continue
        cells = list(resolve_sectors(world, measure.sectors))
        on_china = rates[cells, codes.index(by), codes.index("CHN")]
        assert np.abs(on_china - measure.set).max() < 0.012
        mean = np.average(on_china, weights=world.flows[cells, home, away])
        assert measure.set == pytest.approx(mean, abs=0.005)
        # within NAFTA nothing is charged, but where nobody claims the preference
        assert world.tariff[cells, home, away].max() < 0.01


@pytest.mark.parametrize("name", ["icio-2017", "wiod-2014"])
def test_the_baselines_carry_it(nafta, name):
    check_against(nafta, load(name))


def test_withdrawal_covers_every_goods_sector_of_every_pair_once(nafta, world):
    general = [m for m in nafta.measures if m.source == ("general-rates",)]
    for by, on in (("USA", "MEX"), ("USA", "CAN"), ("MEX", "USA"), ("CAN", "USA")):
        cells = [k for m in general if (m.by, m.on) == ((by,), (on,))
                 for k in resolve_sectors(world, m.sectors)]  # fmt: skip
        assert sorted(cells) == np.flatnonzero(world.goods).tolist()


def test_all_three_lose_without_nafta(study):
    status, left = (study.no_deals[name].values for name in ("status-quo", "withdrawal"))
    assert (left < status).all()
    income = study.worth[study.case.no_deal_set(_point(study, "withdrawal"))].income
    quo = study.worth[study.case.no_deal_set(_point(study, "status-quo"))].income
    assert (income < quo).all()
    c = study.calibration
    size = c.income[[c.country_codes.index(k) for k in ("USA", "MEX", "CAN")]]
    lost = (quo - income) / size
    assert lost[0] < lost[1:].min()  # the smaller economies lose more of theirs
    assert lost[0] > 1e-5
    assert lost.max() < 0.01


def _point(study, name):
    return next(p for p in study.case.talks.no_deal if p.id == name)


def test_the_one_who_is_left_out_loses_most(study):
    quo, apart = (study.no_deals[name].values for name in ("status-quo", "without-canada"))
    assert study.no_deals["without-canada"].kind == "outside"
    assert int(np.argmin(apart - quo)) == study.case.parties.index("canada")


def test_there_is_a_deal_of_three_that_nobody_leaves_for_two(study):
    predicted = study.outlooks[WAITING].agreements["nash"]
    bound = study.no_deals["without-canada"].values
    assert (predicted.gain > 0).all()
    assert (predicted.utility >= bound).all()
    chosen = study.packages.choices(predicted.package)
    assert chosen["dairy"] != "free"  # Canada's red lines
    assert chosen["panels"] == "kept"


def test_three_sides_have_three_gaps_and_six_ladders(study):
    parties = study.case.parties
    assert parties == ("us", "mexico", "canada")
    assert set(study.questions.gaps) == {("us", "mexico"), ("us", "canada"), ("mexico", "canada")}
    assert len(study.questions.ladders) == 6
    for (giver, to), steps in study.questions.ladders.items():
        assert all(step.giver == giver for step in steps), (giver, to)
    assert {item.party for item in study.questions.lasting} == set(parties)
    assert study.questions.round.value.shape == (3, 3)


def test_what_a_third_one_carries_out_is_no_step_between_two(study):
    """Dairy is Canada's, metals and cars are the United States'."""
    gaps, ladders = study.questions.gaps, study.questions.ladders
    assert "dairy" not in gaps["us", "mexico"].issues
    assert not {"metals", "cars"} & set(gaps["mexico", "canada"].issues)
    assert "dairy" in gaps["us", "canada"].issues
    assert all(step.issue != "dairy" for step in ladders["mexico", "us"])


def test_each_pair_is_told_apart_in_words(study):
    from detente.report.talks import facts, obstacles

    watched = [sentence.text for sentence in obstacles.watch(facts.of_study(study))]
    steps = [said for said in watched if "cheapest step" in said]
    assert any("The United States' cheapest step towards Canada" in said for said in steps)
    assert not any("the other side" in said for said in steps)


def test_draws_of_a_table_of_three(study):
    drawn = study.uncertainty
    assert len(drawn.draws) == 4
    assert drawn.offers is None  # private reservation values are for two sides
    assert {f"gain_{p}" for p in study.case.parties} <= set(drawn.draws.columns)


def test_what_then_happened_names_options_of_the_table(study):
    (first,) = (event for event in study.case.talks.afterwards if str(event.date) == "2018-09-30")
    assert set(first.choices) == {issue.id for issue in study.case.talks.issues}
    agreed = study.packages.number(first.choices)
    assert study.outlook.zone[agreed]  # what was signed is a package that nobody refuses
