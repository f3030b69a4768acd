"""Whose voters exports reach: by hand, place by place, and where China's lists stand."""

from dataclasses import replace

import numpy as np
import pytest

from detente.errors import InputError
from detente.places.politics import felt, sold_to_china, taxed_by_china, voters_reached
from detente.places.reading import read_places
from detente.places.table import shipped
from detente.targets.placebo import placebo
from detente.targets.retaliation import choose_list, pain

TITLE = "Republican share 2016"
ROWS = """\
country,place,name,region,sector,jobs,exports_m,vote_share
USA,A,Plain,,01-03,10,30,0.8
USA,A,Plain,,05-39,10,0,
USA,A,Plain,,41-99,80,0,
USA,B,Town,,01-03,5,10,0.4
USA,B,Town,,05-39,95,60,
USA,B,Town,,41-99,100,0,
USA,C,Nowhere,,05-39,50,20,
"""


@pytest.fixture(scope="module")
def counties():
    return shipped("us-counties")


@pytest.fixture(scope="module")
def sold(counties):
    return sold_to_china(counties)


def own(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(ROWS, "utf-8")
    return read_places(path)


def test_weights_by_hand(tmp_path):
    table = own(tmp_path)
    # farms: 30 of 40 in A; works: all that is known in B, C having no weight; services by jobs
    found = felt(table, np.array([1.0, 3.0, np.nan]))
    assert found.tolist() == pytest.approx([0.75 + 0.25 * 3, 3.0, (80 + 3 * 100) / 180])
    assert found.index.tolist() == ["01-03", "05-39", "41-99"]


def test_voters_by_hand(tmp_path):
    # 1,000 votes for 100 jobs in A, 400 for 200 in B
    table = replace(own(tmp_path), voters={"vote share": np.array([1000.0, 400.0, 5.0])})
    found = voters_reached(table, "vote share").loc["01-03"]
    assert found["all"] == pytest.approx(0.75 * 10 + 0.25 * 2)
    assert found["second"] == pytest.approx(0.75 * 10 * 0.8 + 0.25 * 2 * 0.4)
    assert found["share"] == pytest.approx(6.2 / 8)
    # a table without the number of votes: one for each job
    plain = voters_reached(own(tmp_path), "vote share").loc["01-03"]
    assert plain["share"] == pytest.approx(0.75 * 0.8 + 0.25 * 0.4)


def test_voters_county_by_county(counties):
    found = voters_reached(counties, TITLE)
    for k, industry in enumerate(counties.industries[:3]):
        every = second = sold = 0.0
        for p in range(len(counties.codes)):
            share, exports = counties.vote_share[TITLE][p], counties.exports[p, k]
            if np.isfinite(share):
                reached = exports * counties.voters[TITLE][p] / sum(counties.jobs[p])
                every, second, sold = every + reached, second + reached * share, sold + exports
        assert found.loc[industry].tolist() == pytest.approx(
            [every / sold, second / sold, second / every], rel=1e-9
        )
    # of all votes 49.4% were Republican: farm exports, by hired workers, reach fewer
    votes, share = counties.voters[TITLE], counties.vote_share[TITLE]
    nation = np.nansum(votes * share) / np.nansum(votes)
    assert nation == pytest.approx(0.494, abs=0.001)
    assert found["share"].head(3).tolist() == pytest.approx([0.487, 0.618, 0.523], abs=0.001)


def test_states_have_the_votes_of_all_their_places():
    iowa = shipped("us-states").names.index("Iowa")
    states = shipped("us-states")
    # 653,669 and 800,983 in 2016 (official, from general knowledge); the source is an early count
    assert states.voters[TITLE][iowa] == pytest.approx(653_669 + 800_983, rel=0.005)
    assert states.vote_share[TITLE][iowa] == pytest.approx(0.5506, abs=0.002)


def test_goods_have_the_makers_that_they_should(sold, counties):
    # soybeans, liquefied gas, crude oil, pork, cars, aircraft
    made = sold.loc[["120190", "271111", "270900", "020329", "870323", "880240"], "sector"]
    assert made.tolist() == ["01-03", "05-09", "05-09", "10-33", "10-33", "10-33"]
    assert "740400" not in sold.index  # copper scrap
    # 149.3bn in all, of which 5.4 are scrap
    assert sold["value"].sum() == pytest.approx(143.9e9, rel=0.001)
    assert set(sold["sector"]) <= set(counties.industries)


def test_lists_are_those_that_were_announced(sold):
    sizes = {day: sold["value"][sold.index.intersection(taxed_by_china(day))].sum() / 1e9
             for day in ("2018-07-06", "2018-08-23", "2018-09-24")}  # fmt: skip
    # 33.8bn by HS8, and 14.1bn of which scrap is 5.1; 60bn announced
    assert sizes["2018-07-06"] == pytest.approx(33.8, rel=0.05)
    assert sizes["2018-08-23"] == pytest.approx(9.4, rel=0.05)
    assert sizes["2018-09-24"] == pytest.approx(60, rel=0.1)
    assert taxed_by_china("2018-07-05") == ()


def test_where_lists_stand_among_random_ones(sold, counties):
    reached = voters_reached(counties, TITLE)
    found = {}
    for day in ("2018-07-06", "2018-08-23"):
        listed = sold.index.intersection(taxed_by_china(day))
        found[day] = placebo(sold, pain(sold, reached["share"]), listed, draws=400).percentile
    # with farm exports divided by hired workers the list with soybeans is the least Republican
    assert found["2018-07-06"] < 1
    assert 88 < found["2018-08-23"] < 97  # coal and oil
    # the best list of a size is of mines first, and all of it weighs what they weigh
    mines = sold["sector"] == "05-09"
    cap = sold["value"][mines].sum()
    few = sold[mines | (sold["value"] > 1e9)]
    best = choose_list(few, pain(few, reached["share"]), value_cap=cap)
    assert best.pain == pytest.approx(cap * reached.loc["05-09", "share"], rel=1e-6)


def test_what_does_not_fit_is_refused(tmp_path, counties):
    with pytest.raises(InputError, match=r"mean 'Republican share 2016'.*'Republican share 2015'"):
        voters_reached(counties, "Republican share 2015")
    path = tmp_path / "mine.csv"
    path.write_text(ROWS.replace("05-39", "05-20"), "utf-8")
    table = read_places(path)
    with pytest.raises(InputError, match="need one industry that makes them"):
        sold_to_china(table)
    with pytest.raises(InputError, match="the ledger tells of"):
        taxed_by_china("2001-01-01")
