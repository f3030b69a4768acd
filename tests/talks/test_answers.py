"""What a side answers inside packages, and what both do once talks have failed."""

from dataclasses import replace
from datetime import date
from io import StringIO
from itertools import product
from typing import NamedTuple

import numpy as np
import pytest
from rich.console import Console

from detente.errors import InputError
from detente.report.describe import describe
from detente.report.talks.document import parts_of as document_and_data
from detente.scenario.load import load_scenario
from detente.scenario.talks import TalksPosition
from detente.simulate import solve
from detente.solver.options import Options
from detente.talks.answers import Failing, answers, failing_of, valued
from detente.talks.case import make_valuer
from detente.talks.choices import Choices
from detente.talks.large_study import run_large_talks
from detente.talks.lasting import lasting
from detente.talks.linear import draw_figures, figures_of, linear
from detente.talks.no_deals import WAITING
from detente.talks.prepare import make_case, solve_values
from detente.talks.rungs import Rung, Sides
from detente.talks.study import run_talks
from detente.talks.uncertainty import Drawing, _economies, predict_plainly
from economies import random_economy
from talks_case import case_file, case_of, economy, same
from talks_may import run_may

FAILED = "if-talks-fail"
CARS, PEAS, CORN = "cars", "peas", "corn"
LADDER = [
    {"party": "one", "title": "tariffs on cars", "measures": [CARS], "first": "2018-07-01"},
    {"party": "two", "title": "tariffs on peas", "measures": [PEAS], "first": "2018-07-01"},
    {"party": "two", "title": "tariffs on corn", "measures": [CORN], "first": "2018-08-01"},
]
# small enough that some economies answer and some do not
RATES = {CARS: 0.2, PEAS: 0.05, CORN: 0.12}


def laddered(plain, **more):
    """Give the small table a ladder, of which packages name the first side's measures alone."""
    rows = {row["id"]: row for row in plain["measures"]}
    rows[CARS]["add"] = RATES[CARS]
    rows[CORN] = {"id": CORN, "kind": "tariff", "by": "C1", "on": "C0", "sectors": "S2",
                  "add": RATES[CORN]}  # fmt: skip
    rows[PEAS] = rows[CORN] | {"id": PEAS, "sectors": "S0", "add": RATES[PEAS]}
    plain["measures"] = list(rows.values())
    plain["talks"] |= {"ladder": LADDER, **more}


class Solved(NamedTuple):
    """A table on an economy, and what its sets are worth."""

    case: object
    worth: dict
    valuer: object


def solved_on(folder, calibration, change=laddered):
    scenario = case_of(folder, change)
    valuer = make_valuer(scenario, calibration, Options(deficits=scenario.deficits))
    case = make_case(scenario, valuer)
    return Solved(case, solve_values(case, valuer), valuer)


def incomes_alone(plain):
    """Leave each side its real income alone, so that a plain solve says what it wants."""
    laddered(plain)
    plain["talks"]["parties"][0].pop("objective")


SEEDS = range(6)


@pytest.fixture(scope="module")
def random_tables(tmp_path_factory):
    made = [random_economy(seed, countries=3, sectors=3) for seed in SEEDS]
    folder = tmp_path_factory.mktemp("random")
    return [(solved_on(folder, calibration, incomes_alone), calibration) for calibration in made]


def parts_of(case):
    """Return each joint choice with the measures that its options name."""
    for part in product(*(range(len(issue.options)) for issue in case.trade_issues)):
        options = [issue.options[k] for issue, k in zip(case.trade_issues, part, strict=True)]
        yield part, frozenset(m for option in options for m in option.measures)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_answer_is_the_best_of_all_and_costs_who_is_answered(random_tables, seed):
    """By brute force, from plain solves: b of 0, 1 and 2 rungs beside each package."""
    (case, worth, _), calibration = random_tables[seed]
    entries = {entry.id: entry.instrument() for entry in case.scenario.measures}
    trade = case.table(worth).trade.values
    known: dict = {}

    def income(names):
        if names not in known:
            found = solve(calibration, [entries[name] for name in sorted(names)])
            known[names] = found.welfare.to_numpy()[:2] / 100 * calibration.income[:2]
        return known[names]

    for part, named in parts_of(case):
        if part[1:] not in ((0, 0), (2, 1)):
            continue  # enough to tell
        ways = [named]
        if CARS in named:
            ways += [named | {PEAS}, named | {PEAS, CORN}]
        values = [income(way) for way in ways]
        best = max(range(len(ways)), key=lambda b: values[b][1])
        # who threatens cars and has them in no deal backs down, at the cost of the file
        cost = np.array([0.0 if CARS in named else 0.01, 0.0])
        np.testing.assert_allclose(trade[(slice(None), *part)], values[best] - cost, atol=1e-8)
        assert values[best][0] <= values[0][0] + 1e-12


def test_some_random_sides_answer_and_some_do_not(random_tables):
    given = {b for (case, worth, _), _ in random_tables for b in answers(case, worth).values()}
    assert given == {0, 1, 2}


@pytest.mark.parametrize("seed", SEEDS)
def test_what_comes_once_talks_have_failed_by_brute_force(random_tables, seed):
    case, worth, _ = random_tables[seed][0]
    own = {a: [] for a in (0, 1)}
    for a in own:
        ways = [frozenset([CARS][:a])] + [frozenset([CARS, PEAS, CORN][: a + b]) for b in (1, 2)]
        own[a] = [worth[way].income for way in (ways if a else ways[:1])]
    best = {a: max(values, key=lambda one: one[1]) for a, values in own.items()}
    back = best[0] - np.array([0.01, 0, 0])[: len(best[0])]
    expected = best[1] if best[1][0] > back[0] else back
    values = case.no_deals(worth)[FAILED].values
    np.testing.assert_allclose(values, expected, atol=1e-12)


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    return solved_on(tmp_path_factory.mktemp("table"), economy())


def test_packages_that_leave_nothing_in_force_are_as_they_were(table):
    case, worth, valuer = table
    trade = case.table(worth).trade.values
    named = {part: one for part, one in parts_of(case) if CARS not in one}
    plain = valuer.value(named.values())
    for part, one in named.items():
        expected = case.worth(plain[one]) - [0.01, 0.0]  # backing down
        same(expected, trade[(slice(None), *part)], 1e-7)


def test_a_table_that_names_the_others_measures_says_itself_what_holds(tmp_path):
    def named(plain):
        laddered(plain)
        options = [{"id": "none"}, {"id": "peas", "measures": [PEAS]}]
        plain["talks"]["issues"].append({"id": "peas", "options": options})

    case, worth, valuer = solved_on(tmp_path, economy(), named)
    assert case.replies is None
    assert answers(case, worth) == {}
    trade = case.table(worth).trade.values
    for part, one in parts_of(case):
        cost = np.array([0.0 if CARS in one else 0.01, 0.0])  # backing down
        same(case.worth(valuer.value([one])[one]) - cost, trade[(slice(None), *part)], 1e-7)


def test_without_rungs_nothing_is_answered_and_nothing_new_can_come(tmp_path):
    case, worth, _ = solved_on(tmp_path, economy(), None)
    assert case.replies is None
    assert FAILED not in case.no_deals(worth)
    for part, one in case.trade_sets().items():
        assert one == dict(parts_of(case))[part]


def test_measures_that_are_threatened_make_a_ladder_by_default(tmp_path):
    def threatened(plain):
        laddered(plain, ladder=[])
        for row in plain["measures"]:
            row["status"] = "threatened" if row["id"] in (CARS, CORN) else "offered"

    case = make_case(scenario := case_of(tmp_path, threatened),
                     make_valuer(scenario, economy(), Options(deficits="fixed")))  # fmt: skip
    assert case.replies.by == "two"
    assert case.replies.measures == {CARS}
    assert case.replies.rungs == ({CORN},)


def test_a_rung_that_is_in_force_already_is_refused(tmp_path):
    def standing(plain):
        laddered(plain)
        plain["talks"]["always"] = [CARS]

    valuer = make_valuer(scenario := case_of(tmp_path, standing), economy(), Options())
    with pytest.raises(InputError, match=r"ladder\[#1\].measures: in force already while talks go"):
        make_case(scenario, valuer)


def test_an_answer_that_contradicts_its_package_is_none(tmp_path):
    """A tariff that is set twice cannot be in force; without the option it is answered."""

    def contradicting(plain):
        laddered(plain, red_lines=[])
        for row in plain["measures"]:
            if row["id"] in (PEAS, CORN):
                row.pop("add")
                row |= {"set": 0.35, "sectors": "S1"}
            if row["id"] == "opens":
                row.pop("scale")
                row |= {"set": 0.0}
        plain["talks"] |= {"ladder": LADDER[:2]}

    case, worth, valuer = solved_on(tmp_path, economy(), contradicting)
    trade = case.table(worth).trade.values
    one = frozenset({CARS, "opens"})
    same(case.worth(valuer.value([one])[one]), trade[:, 1, 0, 1], 1e-7)
    given = answers(case, worth)
    assert given["cars", "none", "open"] == 0
    for way in (frozenset({CARS}), frozenset({CARS, PEAS})):
        assert way in worth


def test_draws_answer_as_is_best_in_their_own_economy(table, tmp_path):
    """The fast way of draws equals the plain one, with an objective that is drawn too."""
    case = table.case
    drawing = Drawing(case.scenario, case, None, None, economy())
    economies = _economies(drawing, 4, 1, lambda *_: None)[0]
    given = [tuple(answers(case, worth).values()) for worth in economies]
    assert len(set(given)) > 1, "economies that answer otherwise are wanted"
    figures = figures_of(case, economies[0])
    for headline in (WAITING, FAILED):
        fast = linear(case, economies, figures, headline)
        for number, row in enumerate(draw_figures(figures, 12, seed=3)):
            values, at = dict(zip(figures, row, strict=True)), number % len(economies)
            plain = predict_plainly(
                case, economies[at], lambda key, _, v=values: float(v[key]), headline, "nash",
                {"central": 5},
            )  # fmt: skip
            drawn = fast.predict(at, row, "nash", {"central": 5})
            assert drawn.keys() == plain.keys()
            same(list(plain.values()), list(drawn.values()), 1e-9)
    for worth in economies:
        game = failing_of(case, worth)
        held = game.sets[game.step]
        cost = np.array([0.01 if game.step[0] == 0 else 0.0, 0.0])
        np.testing.assert_allclose(worth[frozenset({FAILED})].income, worth[held].income - cost)


def test_a_deal_is_broken_for_what_the_answer_leaves(table):
    """Who would impose after all is answered: that is what going back on the deal brings."""
    from detente.talks.packages import enumerate_packages

    case, worth, _ = table
    packages = enumerate_packages(case.table(worth))
    start = packages.number(case.unsettled)
    imposed = packages.number({**case.unsettled, "duties": "cars"})
    found = lasting(case, packages, start, packages.utility[start] - 1)[0]
    brings = packages.utility[imposed, 0] - packages.utility[start, 0]
    assert found.tempted == pytest.approx(max(brings, 0.0), abs=1e-9)


# once talks have failed


def game_of(worth, audience=0.0):
    """Return the game of two sides with such payoffs, ``(a, b, side)``."""
    rungs = tuple(
        tuple(Rung(str(k), (str(k),), date(2020, 1, 1)) for k in range(count - 1))
        for count in worth.shape[:2]
    )
    sets = {(a, b): frozenset({f"a{a}", f"b{b}"}) for a, b in np.ndindex(*worth.shape[:2])}
    return Failing(Sides(("one", "two"), rungs, stated=True), 0, 2, sets, worth, audience)


@pytest.mark.parametrize("seed", range(60))
def test_the_path_is_that_of_subgame_perfection(seed):
    """Every plan of both sides is tried; in what is perfect nobody gains by another at any node."""
    rng = np.random.default_rng(seed)
    A, B = rng.integers(1, 4), rng.integers(1, 4)
    worth, audience = rng.normal(size=(A + 1, B + 1, 2)), float(rng.uniform(0, 1))

    def to_sender(a, plan):
        return worth[a, plan[a], 0] - audience * (a == 0)

    perfect = set()
    for plan in product([0], *[range(B + 1)] * A):
        if any(
            worth[a, b, 1] > worth[a, plan[a], 1] for a in range(1, A + 1) for b in range(B + 1)
        ):
            continue
        for a in range(A + 1):
            if all(to_sender(a, plan) >= to_sender(other, plan) for other in range(A + 1)):
                perfect.add((a, plan[a]))
    assert {game_of(worth, audience).step} == perfect


WORTH = np.array(
    [[[0.0, 0.0], [-9.0, 5.0]], [[-1.0, -4.0], [-3.0, -2.0]], [[2.0, -6.0], [-2.0, -8]]]
)


def test_steps_in_literals():
    """One side asks with two steps, the other answers the first and bears the second."""
    game = game_of(WORTH)
    assert game.replies == (0, 1, 0)
    assert game.step == (2, 0)
    assert game.carried_out(1).own_cost == 3.0
    assert game.carried_out(1).target_cost == 2.0
    assert not game.carried_out(1).credible
    assert game.carried_out(2).credible
    rungs, answered = game.answered(1)
    assert (rungs, answered.credible, answered.own_cost, answered.target_cost) == (1, True, -2.0, 2)
    rungs, borne = game.answered(2)
    assert (rungs, borne.credible, borne.own_cost, borne.target_cost) == (1, False, 2.0, 4.0)


def test_backing_down_has_its_price():
    worth = WORTH - np.array([[[0, 0]], [[0, 0]], [[4.0, 0]]])
    assert game_of(worth).step == (0, 0)
    assert game_of(worth, 1.9).step == (0, 0)
    assert game_of(worth, 2.1).step == (2, 0)


def test_it_is_the_breakdown_of_talks_unless_the_file_has_one(tmp_path):
    def without(plain):
        laddered(plain, no_deal=[{"id": "as-it-is", "title": "As it is", "kind": "impasse"}])

    case, worth, _ = solved_on(tmp_path, economy(), without)
    from detente.talks.no_deals import with_waiting

    points = case.no_deals(worth)
    assert list(points) == ["as-it-is", FAILED]
    assert points[FAILED].kind == "breakdown"
    waiting = with_waiting(case, points)[0][WAITING].values
    r, risk = np.array([0.15, 0.08]), 0.01
    expected = (r * points["as-it-is"].values + risk * points[FAILED].values) / (r + risk)
    np.testing.assert_allclose(waiting, expected)


def test_a_breakdown_of_the_file_stays_used(table):
    from detente.talks.no_deals import with_waiting

    case, worth, _ = table
    points = case.no_deals(worth)
    assert list(points)[-1] == FAILED
    waiting = with_waiting(case, points)[0][WAITING].values
    r, risk = np.array([0.15, 0.08]), 0.01
    expected = (r * points["as-it-is"].values + risk * points["strikes"].values) / (r + risk)
    np.testing.assert_allclose(waiting, expected)
    point, step = failing_of(case, worth).stated(case)
    assert point.id == "strikes"
    assert step is None  # it has corn without peas


def test_the_point_can_be_named_where_there_are_rungs(tmp_path, table):
    study = run_talks(case_of(tmp_path, laddered), Choices(FAILED, draws=0), baseline=economy())
    same(table.case.no_deals(table.worth)[FAILED].values, study.outlook.no_deal.values)
    with pytest.raises(InputError, match=r"no_deal.*no measure is threatened"):
        run_talks(case_of(tmp_path), Choices(FAILED, draws=0), baseline=economy())


def test_its_id_is_taken(tmp_path):
    def taken(plain):
        plain["talks"]["no_deal"][0]["id"] = FAILED

    with pytest.raises(InputError, match="name of the point at which both sides"):
        load_scenario(case_file(tmp_path, taken))


def test_a_ladder_by_default_that_does_not_solve_is_left_out(table, monkeypatch):
    from detente.errors import SolveError
    from detente.talks import prepare

    case = table.case
    default = replace(case, talks=case.talks.model_copy(update={"ladder": ()}))
    tried = []

    def fails(case, valuer, on_solve=None):
        tried.append(case)
        if case.replies:
            raise SolveError("nothing solves with it")
        return {}

    monkeypatch.setattr(prepare, "solve_values", fails)
    found, _ = prepare._solved(default, table.valuer, lambda *_: None)
    assert found.replies is None
    assert [point.id for point in found.talks.no_deal] == ["as-it-is", "strikes", "war"]
    with pytest.raises(SolveError):
        prepare._solved(case, table.valuer, lambda *_: None)


# in words


def shown(study):
    out = StringIO()
    describe(study).to_terminal(Console(file=out, width=400))
    return out.getvalue()


@pytest.fixture(scope="module")
def mexico():
    return run_talks("mexico-2019", Choices(draws=0))


def test_what_answers_a_package_is_said_with_it(mexico):
    text = shown(mexico)
    assert "5 per cent (Mexico answers with tariffs on food and steel)" in text
    assert (
        "In 6 packages measures that the United States threatens stay in force, and Mexico answers "
        "as serves it best: with tariffs on food and steel. What they are worth counts it."
    ) in text
    assert (
        "is not what they would then do: the United States would do better by carrying out tariffs "
        "of 5 per cent and 10 per cent and Mexico would answer it. It brings the United States "
        "$1.2bn a year and costs Mexico $13bn a year, against that; it is used all the same."
    ) in text
    frame = document_and_data(mexico)[1]["packages"].frame
    words = "Mexico answers with tariffs on food and steel"
    assert dict(zip(frame["issue_tariffs"], frame["answer"], strict=True)) == {
        "not-imposed": "", "5-per-cent": words,
    }  # fmt: skip


def test_tables_too_large_to_list_count_answers_too(tmp_path):
    choices = Choices("strikes", draws=0, what_if={"duties": "cars"})
    large = run_large_talks(case_of(tmp_path, laddered), choices, baseline=economy())
    listed = run_talks(case_of(tmp_path, laddered), choices, baseline=economy())
    found = listed.fixed.unratified["nash"]
    same(found.utility, large.best["strikes"]["nash"].utility, 1e-6)
    words = "Country 1 answers with tariffs on peas and tariffs on corn"
    assert f"duties: cars ({words})" in shown(large)
    frame = document_and_data(listed)[1]["packages"].frame
    assert set(frame.loc[frame["issue_duties"] == "cars", "answer"]) == {words}
    assert set(frame.loc[frame["issue_duties"] == "none", "answer"]) == {""}


def test_may_2018_in_literals():
    """China would bear the tariffs, but where its own have come down and it promises nothing."""
    study = run_may()
    given = answers(study.case, study.worth)
    answered = {part for part, rungs in given.items() if rungs}
    assert len(given) == 54
    assert {part[2] for part in answered} == {"us-level"}
    assert len(answered) == 7
    for part, named in parts_of(study.case):
        if "us-301-list-1" in named:
            with_, without = (study.case.worth(study.worth[way])
                              for way in (named | {"china-50bn"}, named))  # fmt: skip
            value = study.packages.table.trade.values[(slice(None), *part)]
            best = max(with_, without, key=lambda own: own[1])
            np.testing.assert_array_equal(value, best)
            assert value[0] <= without[0]  # never worth more to who imposes it
    game = failing_of(study.case, study.worth)
    assert game.step == (1, 0)
    assert game.stated(study.case)[1] == (2, 1)
    text = shown(study)
    assert "the United States carries out tariffs on $34bn, and China does not answer" in text
    assert "is not what they would then do" in text


def test_who_asks_backs_down_by_the_share_of_its_demands_that_what_holds_leaves_unmet(table):
    case, worth, _ = table
    asked = case.parties[failing_of(case, worth).place]
    first = case.talks.issues[0]
    met = {first.id: case.unsettled[first.id]}
    cost = next(p for p in case.talks.parties if p.party == asked).audience_cost.central
    assert cost > 0
    for wanted, share in ((met, 0.0), (met | {"purchases": "more"}, 0.5)):
        held = TalksPosition(party=asked, kind="demand", choices=wanted)
        talks = case.talks.model_copy(update={"positions": (held,)})
        other = replace(case, talks=talks)
        np.testing.assert_allclose(failing_of(other, worth).audience, share * cost)


def test_valued_asks_for_nothing_that_is_not_wanted(table):
    case, _, valuer = table
    asked = [one for one in case.trade_sets().values() if CARS not in one][:1]
    assert set(valued(case, valuer, asked)) == set(asked)
