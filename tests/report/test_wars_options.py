"""Parts that options add: worded by what was found, no rates where nothing was agreed on."""

from dataclasses import replace

import numpy as np
import pytest

from detente.document.blocks import Sentence
from detente.games.bargaining import Agreement, PairsResult
from detente.games.coalitions import Stability
from detente.report.describe import to_json
from detente.report.games import options
from detente.report.games.data import tables
from detente.scenario.load import load_scenario
from detente.wars.extras import of_talks
from detente.wars.run import run_cooperate
from detente.wars.setting import Choices, set_up
from economies import random_economy
from scenario_texts import GOOD, write


@pytest.fixture(scope="module")
def talks(tmp_path_factory):
    case = load_scenario(write(tmp_path_factory.mktemp("case"), GOOD))
    choices = Choices(players=("C0", "C1", "C2"), rule="mfn")
    setting = set_up(case, choices, baseline=random_economy(3, 4, 3))
    found = run_cooperate(setting, disagreements=("status-quo",), frontier_points=0)
    added = of_talks(setting, found.bargains.bargains, pairs=True, mutual=True)
    return replace(found, extras=added)


def said_in(section):
    return " ".join(block.text for block in section.blocks if isinstance(block, Sentence))


def with_status(talks, status):
    """Return talks whose bargains, both with and without reciprocity, came to a status."""

    def changed(bargains):
        return {name: replace(one, status=status) for name, one in bargains.items()}

    bargains = replace(talks.bargains, bargains=changed(talks.bargains.bargains))
    extras = replace(talks.extras, reciprocal=changed(talks.extras.reciprocal))
    return replace(talks, bargains=bargains, extras=extras)


@pytest.mark.parametrize("status", [Agreement.NO_GAIN, Agreement.NOT_SOLVED])
def test_where_nothing_was_agreed_on_there_are_no_rates(talks, status):
    lost = with_status(talks, status)
    section = options.reciprocal(lost)
    for frame in (options.frames(lost)["reciprocal"], tables(lost)["rates"]):
        assert set(frame["status"]) == {status.name.lower()}
        assert frame["rate"].isna().all()
        assert set(frame["bound"]) == {""}
    game = to_json(lost)["game"]
    assert all(row["rate"] is None for row in game["more"]["reciprocal"]["rows"])
    assert all(row["agreed_pct"] is None for row in game["players"])
    said = said_in(section)
    assert "greatest product" not in said
    assert ("did not settle" in said) == (status is Agreement.NOT_SOLVED)
    assert ("none to choose" in said) == (status is Agreement.NO_GAIN)


def test_where_something_was_agreed_on_the_rule_is_said(talks):
    agreed = with_status(talks, Agreement.AGREED)
    section = options.reciprocal(agreed)
    assert options.frames(agreed)["reciprocal"]["rate"].notna().all()
    said = said_in(section)
    assert "greatest product of all sides' gains" in said
    count = talks.extras.reciprocal["status-quo"].starts
    assert f"the best found from {count} start" in said
    assert "measured from the baseline" in said
    assert "did not settle" not in said


def test_one_rate_holds_for_whom_it_is_said_to_hold(talks):
    section = options.pairs(talks)
    assert "all partners who play" in section.title
    said = said_in(section)
    assert "each rate in force replaced by its mean" in said
    setting = talks.setting
    for on, whom in ((("world",), "everybody"), (("C0", "C1"), "all of C0 and C1")):
        choices = replace(setting.choices, on=on)
        assert whom in options.pairs(
            replace(talks, setting=replace(setting, choices=choices))
        ).title  # fmt: skip


def test_a_pair_with_nothing_to_gain_is_called_that(talks):
    held = talks.extras.pairwise
    ends = (Agreement.NO_GAIN, Agreement.NOT_SOLVED)
    statuses = tuple(ends[k % 2] for k in range(len(held.pairs)))
    found = replace(held.found, statuses=statuses)
    assert isinstance(found, PairsResult)
    extras = replace(talks.extras, pairwise=replace(held, found=found))
    held_out = replace(talks, extras=extras)
    section = options.pairs(held_out)
    words = {Agreement.NO_GAIN: "nothing to gain", Agreement.NOT_SOLVED: "not settled"}
    for row, status in zip(section.blocks[0].rows, statuses, strict=True):
        assert row["status"] == words[status]
        assert "second" not in row  # nobody gained anything
    frame = options.frames(held_out)["pairs"]
    own = frame[frame["pair"] != ""]
    assert set(own["status"]) == {status.name.lower() for status in statuses}
    assert "did not settle" in section.blocks[1].text


@pytest.mark.parametrize(
    ("leaves", "joins", "gains", "said"),
    [
        (-1.0, 1.0, (0.1, 0.2), "nobody would leave; Gee would like to join, and every member"),
        (1.0, 1.0, (0.1, -0.2), "Ay and Bee would gain by leaving; Gee would like to join, but Bee "
         "does not gain"),
        (-1.0, 1.0, (-0.1, -0.2), "but Ay and Bee do not gain"),
        (-1.0, -1.0, (0.1, 0.2), "nobody outside would like to join"),
        (-1.0, np.nan, (np.nan, np.nan), "whether Gee would like to join is undetermined"),
        (np.nan, 1.0, (0.1, 0.2), "whether somebody would leave is undetermined"),
    ],
)  # fmt: skip
def test_who_would_like_to_join_is_told_from_who_would_be_let_in(leaves, joins, gains, said):
    nan = np.nan
    found = Stability(("A", "B", "C"), np.array([True, True, False]), np.zeros(3),
                      np.array([leaves, leaves, joins]), ("", "", ""),
                      np.array([(nan, nan), (nan, nan), gains]))  # fmt: skip
    assert said in options._holds(found, {"A": "Ay", "B": "Bee", "C": "Gee"})
