"""Votes by place: what members see there, the fast way against the plain one, what is refused."""

import numpy as np
import pandas as pd
import pytest

from detente.errors import InputError
from detente.talks.choices import Choices
from detente.talks.linear import draw_figures, figures_of, linear
from detente.talks.seats import Seats
from detente.talks.study import WAITING, run_talks
from detente.talks.uncertainty import predict_plainly
from talks_case import case_of, economy, same

PLACES = """\
country,place,name,region,sector,jobs,pay_m
C0,N,North,,S0,10,30
C0,N,North,,S1,10,10
C0,N,North,,S2,10,10
C0,M,Middle,,S0,10,10
C0,M,Middle,,S1,10,30
C0,M,Middle,,S2,10,10
C0,S,South,,S0,10,20
C0,S,South,,S1,10,20
C0,S,South,,S2,10,60
"""


def by_place(folder, table=PLACES, **changes):
    (folder / "places.csv").write_text(table)

    def change(plain):
        vote = plain["talks"]["ratification"][0]
        del vote["blocs"]
        values = [
            {"choices": {"school": "shut"}, "value": {"low": 0, "central": 0.01, "high": 0.05}}
        ]
        vote |= {"places": "places.csv", "members_each": 3, "values": values} | changes
        for key in [k for k, v in vote.items() if v is None]:
            del vote[key]

    return case_of(folder, change)


def test_members_see_their_places_pay_at_the_nations_size():
    shares = np.array([[0.6, 0.4], [0.2, 0.8]])  # of sectors in pay of 100 and 300
    nation = np.array([0.3, 0.7])
    seats = Seats({"a": "A", "b": "B"}, shares - nation, np.array([50.0, 150.0]))
    # pay up by 10% in the first sector, down by 2% in the second
    earned = np.array([5.0, -3.0])
    # A: 0.6 x 10% - 0.4 x 2% = 5.2%; all: 0.3 x 10% - 0.7 x 2% = 1.6%; of 200: 7.2
    np.testing.assert_allclose(seats.beyond(earned), [7.2, -2.4], atol=1e-12)
    np.testing.assert_allclose(seats.of(["b"]).beyond(earned), [-2.4], atol=1e-12)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    scenario = by_place(tmp_path_factory.mktemp("seats"), least=0.4, needed=5)
    return run_talks(scenario, Choices(), baseline=economy())


def test_each_place_votes_on_its_own_gain(study):
    (seats,) = study.case.seats
    assert dict(seats.names) == {"N": "North", "M": "Middle", "S": "South"}
    worth, packages = study.worth, study.packages
    at = packages.number({"duties": "cars", "purchases": "none", "opening": "closed",
                          "school": "reopened"})  # fmt: skip
    cars, nothing = worth[frozenset({"cars"})], worth[frozenset()]
    pay = seats.pay
    # shares of sectors in pay: North 0.6 0.2 0.2, all places 0.3 0.3 0.4
    apart = np.array([0.3, -0.1, -0.2])
    over = (cars.sectors[0] - nothing.sectors[0]) / pay
    here = pay.sum() * (apart @ over)
    gain = packages.utility[at, 0] - study.no_deals["as-it-is"].values[0]
    again = run_talks(study.scenario, Choices(no_deal="as-it-is"), baseline=economy())
    (vote,) = again.votes
    expected = 1 / (1 + np.exp(-40 * (gain + here - 0.01)))  # the school is no longer shut
    assert vote.approvals["place-n"][at] == pytest.approx(expected, rel=1e-10)
    assert abs(here) > 1e-4
    total = [vote.approvals[f"place-{k}"][at] for k in "nms"]
    draws = np.random.default_rng(0).random((200_000, 9)) < np.repeat(total, 3)
    assert vote.passes[at] == pytest.approx((draws.sum(axis=1) >= 5).mean(), abs=5e-3)


@pytest.mark.parametrize("headline", [WAITING, "as-it-is"])
def test_the_fast_way_equals_the_plain_one(study, headline):
    case, economies = study.case, [study.worth]
    figures = figures_of(case, study.worth)
    assert "vote 1 #1" in figures
    fast = linear(case, economies, figures, headline)
    rows = []
    for row in draw_figures(figures, 25, seed=2):
        values = dict(zip(figures, row, strict=True))
        plain = predict_plainly(case, study.worth, lambda key, _, v=values: v[key], headline,
                                "nash", {"central": 5})  # fmt: skip
        rows.append((plain, fast.predict(0, row, "nash", {"central": 5})))
    plain, quick = (pd.DataFrame(list(side)) for side in zip(*rows, strict=True))
    same(plain.to_numpy(dtype=float), quick.to_numpy(dtype=float))
    assert plain["passes"].nunique() > 3


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"blocs": [{"id": "a", "members": 9}]}, "blocs or from places, not both"),
        ({"places": None}, "nobody votes"),
        ({"places": None, "blocs": [{"id": "a", "members": 9}]}, "only where members are from"),
    ],
)
def test_a_file_says_who_votes_once(tmp_path, changes, said):
    with pytest.raises(InputError, match=said):
        by_place(tmp_path, **changes)


@pytest.mark.parametrize(
    ("table", "changes", "said"),
    [
        (PLACES, {"without": ["West"]}, r"without.*no such place.*West"),
        (PLACES, {"without": ["N"]}, r"needed.*more than there are members.*7.*1 to 6"),
        (PLACES, {"places": "other.csv"}, "no such table of places"),
        (PLACES.replace("C0", "C1"), {}, "not the one economy of one"),
        (PLACES.replace(",10,60", ",10,x"), {}, "pay_m"),
        (PLACES.replace("S2", "S9"), {}, "S9"),
    ],
)
def test_places_that_do_not_fit_are_refused(tmp_path, table, changes, said):
    scenario = by_place(tmp_path, table, **({"needed": 7} | changes))
    with pytest.raises(InputError, match=f"(?s){said}"):
        run_talks(scenario, Choices(), baseline=economy())


def test_places_without_members_do_not_vote(tmp_path, study):
    scenario = by_place(tmp_path, without=["M"], needed=3)
    found = run_talks(scenario, Choices(), baseline=economy())
    assert list(found.votes[0].approvals) == ["place-n", "place-s"]
    both = found.votes[0].approvals["place-s"], study.votes[0].approvals["place-s"]
    np.testing.assert_allclose(*both, rtol=1e-12)


def test_a_ballot_is_of_who_has_a_vote(tmp_path):
    def change(plain):
        ballot = {"party": "two", "choices": {"school": "shut"}, "yes": 10, "no": 1}
        event = {"date": "2018-06-01", "title": "A vote", "ballot": ballot}
        plain["talks"]["afterwards"] = [event]

    with pytest.raises(InputError, match=r"ballot\.party.*no vote at home.*two.*one"):
        case_of(tmp_path, change)


def test_waiting_is_seen_as_what_it_is_made_of(study):
    points = {name: point.seen[0] for name, point in study.no_deals.items()}
    share = 0.15 / (0.15 + 0.01)  # impatience, and the rate at which talks break down
    expected = share * points["as-it-is"] + (1 - share) * points["strikes"]
    np.testing.assert_allclose(points[WAITING], expected, rtol=1e-12)
    assert np.abs(points["as-it-is"] - points["strikes"]).max() > 1e-4


def test_a_ballot_stands_beside_the_members_expected(study):
    from detente.report.talks.facts import of_study

    (vote,), packages = study.votes, study.packages
    at = packages.number({"duties": "none", "purchases": "some", "opening": "closed",
                          "school": "shut"})  # fmt: skip
    each = [vote.approvals[f"place-{k}"][at] for k in "nms"]
    expected = 3 * sum(each)  # three members of each place
    assert of_study(study).expected_yes("one", {"purchases": "some"}) == pytest.approx(expected)
    assert 1 < expected < 9
